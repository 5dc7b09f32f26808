"""Statements in the synchronous colour: the chain, its typed steps, and terminals that run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from runic.ogm.core.descriptors import Link
from runic.ogm.core.models import Edge, Node
from runic.ogm.query._chain import Kinds, RowChain
from runic.ogm.query._rows import RowMethods
from runic.ogm.query._sessions import QuerySession

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    E = TypeVarWithDefault("E", bound=Edge, default=Edge)
else:
    E = TypeVar("E")

__all__ = ["QueryBuilder", "Rows", "TraversalStep"]

R = TypeVar("R")
M = TypeVar("M", bound=Node)
Row = TypeVar("Row")
A = TypeVar("A")
B = TypeVar("B")


class QueryBuilder(RowMethods[R]):
    """A statement about one node class; bound to a session it also runs itself."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(self, session: QuerySession | None, root_cls: type[R]) -> None: ...

    @overload
    def traverse(
        self, relation_field: Link[M, E], *, edge_alias: str | type[E] | None = None, optional: bool = True
    ) -> TraversalStep[M, E]: ...
    @overload
    def traverse(
        self, relation_field: list[M], *, edge_alias: str | type[Edge] | None = None, optional: bool = True
    ) -> TraversalStep[M, Any]: ...
    @overload
    def traverse(
        self, relation_field: M | None, *, edge_alias: str | type[Edge] | None = None, optional: bool = True
    ) -> TraversalStep[M, Any]: ...
    def traverse(self, relation_field: Any, *, edge_alias: Any = None, optional: bool = True) -> Any:
        """Follow a relation from the last node; *optional* keeps rows that have no such relationship.

        Raises :class:`InvalidTypeError` for what is no relation of that node's class, and
        :class:`InvalidArgumentError` for an edge alias that is taken.
        """
        return self.hop_from(None, relation_field, edge_alias, optional, 1, 1)

    @overload
    def repeat(
        self, relation_field: Link[M, E], *, min_hops: int = 1, max_hops: int | None = None, optional: bool = False
    ) -> TraversalStep[M, E]: ...
    @overload
    def repeat(
        self, relation_field: list[M], *, min_hops: int = 1, max_hops: int | None = None, optional: bool = False
    ) -> TraversalStep[M, Any]: ...
    @overload
    def repeat(
        self, relation_field: M | None, *, min_hops: int = 1, max_hops: int | None = None, optional: bool = False
    ) -> TraversalStep[M, Any]: ...
    def repeat(
        self, relation_field: Any, *, min_hops: int = 1, max_hops: int | None = None, optional: bool = False
    ) -> Any:
        """Follow a relation *min_hops* to *max_hops* times; without a maximum, as far as it goes.

        Raises as :meth:`traverse` does, and :class:`InvalidArgumentError` for bounds that make no sense.
        """
        return self.hop_from(None, relation_field, None, optional, min_hops, max_hops)

    def register_traversal(
        self,
        fd: Any,
        source_alias: str,
        target_alias: str,
        *,
        optional: bool,
        edge_alias: str | None,
        min_hops: int,
        max_hops: int | None,
    ) -> QueryBuilder[Any]:
        """Add a complete hop from *source_alias* to *target_alias*; see :meth:`traverse` and :meth:`repeat`."""
        step: QueryBuilder[Any] = self._registered(
            fd, source_alias, target_alias, edge_alias, optional, min_hops, max_hops
        )
        return step

    @overload
    def return_target(self, alias: None = None) -> QueryBuilder[R]: ...
    @overload
    def return_target(self, alias: str) -> QueryBuilder[Any]: ...
    @overload
    def return_target(self, alias: type[M]) -> QueryBuilder[M]: ...
    def return_target(self, alias: Any = None) -> Any:
        """Say which nodes are the result; without an argument those of the last hop."""
        return self._targeted(alias)

    def return_edge(self, alias: str | type[Any]) -> Rows[Any, tuple[Any, ...]]:
        """Return an edge too: it stands just before the node that its hop leads to."""
        rows: Rows[Any, tuple[Any, ...]] = self._of_edge(alias)
        return rows

    def _kinds(self) -> Kinds:
        return Kinds(TraversalStep, Rows, QueryBuilder)

    def _bound(self) -> QuerySession:
        session: QuerySession = self._required_session()
        return session

    def all(self) -> list[R]:
        """Run the statement and return its nodes: the root's, the last hop's or those of ``return_target()``."""
        return self._bound().scalars(self)

    def one(self) -> R | None:
        """Run the statement and return its first result, or None; see :meth:`scalar_one` for a strict read."""
        return self._bound().scalar(self)

    def first(self) -> R | None:
        """Run the statement and return its first result, or None."""
        return self._bound().first(self)

    def scalars(self) -> list[R]:
        """Run the statement and return the first column of each row."""
        return self._bound().scalars(self)

    def scalar(self) -> R | None:
        """Run the statement and return the first column of its first row, or None."""
        return self._bound().scalar(self)

    def scalar_one(self) -> R:
        """Run the statement and return its one result.

        Raises :class:`NoResultFound` or :class:`MultipleResultsFound` when it has none or several.
        """
        return self._bound().scalar_one(self)

    def all_rows(self) -> list[dict[str, Any]]:
        """Run the statement and return its rows by column."""
        return self._bound().all_rows(self)

    def all_with_edges(self) -> list[Any]:
        """Run the statement and return rows of nodes and edges; it needs ``return_nodes()``."""
        return self._bound().all_with_edges(self._as_rows())

    def tuples(self) -> list[Any]:
        """Run the statement and return its rows as tuples."""
        return self._bound().tuples(self._as_rows())

    def count(self) -> int:
        """Count the rows of the statement, whatever its limit."""
        return self._bound().count(self)


class TraversalStep(QueryBuilder[M], Generic[M, E]):
    """A statement whose last hop may be named: ``.alias('f')``; without a name it has one of its own."""

    __slots__ = ()

    def __init__(
        self,
        builder: QueryBuilder[Any],
        field_descriptor: Any,
        source_alias: str,
        *,
        optional: bool = True,
        edge_alias: Any = None,
        min_hops: int = 1,
        max_hops: int | None = 1,
    ) -> None:
        step = builder.hop_from(source_alias, field_descriptor, edge_alias, optional, min_hops, max_hops)
        self._session = step._session
        self._question = step._question


class Rows(QueryBuilder[R], RowChain[R, Row]):
    """A statement that says what its rows hold; *Row* is their type."""

    __slots__ = ()

    @overload
    def return_edge(self: Rows[A, tuple[A, B]], alias: type[E]) -> Rows[A, tuple[A, E, B]]: ...
    @overload
    def return_edge(self, alias: str | type[Any]) -> Rows[Any, tuple[Any, ...]]: ...
    def return_edge(self, alias: Any) -> Any:
        """See :meth:`QueryBuilder.return_edge`."""
        return self._of_edge(alias)

    if TYPE_CHECKING:

        def tuples(self) -> list[Row]: ...
        def all_with_edges(self) -> list[Row]: ...
