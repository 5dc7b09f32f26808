"""Statements in the synchronous colour: the chain, its typed steps, and terminals that run it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from runic.ogm.query._chain import Chain

__all__ = ["QueryBuilder", "Rows", "TraversalStep"]

R = TypeVar("R")
M = TypeVar("M")
E = TypeVar("E")
Row = TypeVar("Row")


class QueryBuilder(Chain[R]):
    """A statement about one node class; bound to a session it also runs itself."""

    __slots__ = ()

    def traverse(self, relation_field: Any, *, edge_alias: Any = None, optional: bool = True) -> Any:
        """Follow a relation from the last node; *optional* keeps rows that have no such relationship.

        Raises :class:`InvalidTypeError` for what is no relation of that node's class.
        """
        return self.hop_from(None, relation_field, edge_alias, optional, 1, 1)

    def repeat(
        self, relation_field: Any, *, min_hops: int = 1, max_hops: int | None = None, optional: bool = False
    ) -> Any:
        """Follow a relation *min_hops* to *max_hops* times; without a maximum, as far as it goes."""
        return self.hop_from(None, relation_field, None, optional, min_hops, max_hops)

    def return_target(self, alias: Any = None) -> Any:
        """Say which nodes are the result; without an argument those of the last hop."""
        return self._targeted(alias)

    def return_nodes(self, *aliases: Any) -> Any:
        """Return rows of these nodes."""
        return self._of_nodes(aliases)

    def return_edge(self, alias: Any) -> Any:
        """Return an edge too: it stands just before the node that its hop leads to."""
        return self._of_edge(alias)

    def project(self, *fields: Any) -> Any:
        """Return these values instead of nodes."""
        return self._projected(fields)

    def aggregate(self, *agg_exprs: Any, group_by: Any = None) -> Any:
        """Return aggregates, one row per value of *group_by*."""
        return self._aggregated(agg_exprs, group_by)

    def all(self) -> list[Any]:
        """Run the statement and return what it asks for."""
        return self._bound().scalars(self)

    def one(self) -> Any:
        """Run the statement and return its first result, or None."""
        return self._bound().scalar(self)

    def first(self) -> Any:
        """Run the statement and return its first result, or None."""
        return self._bound().first(self)

    def scalars(self) -> list[Any]:
        """Run the statement and return the first column of each row."""
        return self._bound().scalars(self)

    def scalar(self) -> Any:
        """Run the statement and return the first column of its first row, or None."""
        return self._bound().scalar(self)

    def scalar_one(self) -> Any:
        """Run the statement and return its one result; raises if there is none, or more than one."""
        return self._bound().scalar_one(self)

    def all_rows(self) -> list[dict[str, Any]]:
        """Run the statement and return its rows by column."""
        return self._bound().all_rows(self)

    def all_with_edges(self) -> list[Any]:
        """Run the statement and return rows of nodes and edges."""
        return self._bound().all_with_edges(self)

    def tuples(self) -> list[Any]:
        """Run the statement and return its rows as tuples."""
        return self._bound().tuples(self)

    def count(self) -> int:
        """Count the rows of the statement, whatever its limit."""
        return self._bound().count(self)


class TraversalStep(QueryBuilder[M], Generic[M, E]):
    """A statement whose last hop may be named: ``.alias("f")``; without a name it has one of its own."""

    __slots__ = ()

    def __init__(
        self,
        builder: Chain[Any],
        field_descriptor: Any,
        source_alias: Any,
        *,
        optional: bool = True,
        edge_alias: Any = None,
        min_hops: int = 1,
        max_hops: int | None = 1,
    ) -> None:
        step = builder.hop_from(source_alias, field_descriptor, edge_alias, optional, min_hops, max_hops)
        self._session = step._session
        self._question = step._question


class Rows(QueryBuilder[R], Generic[R, Row]):
    """A statement that says what its rows hold; *Row* is their type."""

    __slots__ = ()


QueryBuilder._step, QueryBuilder._rows, QueryBuilder._plain = TraversalStep, Rows, QueryBuilder
