"""Statements in the asynchronous colour, and the statements that start with a search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Generic, TypeVar

from runic.exceptions import InvalidTypeError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.query._chain import Chain, whole_number
from runic.ogm.query._question import FulltextSearch, VectorSearch
from runic.ogm.query.builder import QueryBuilder

__all__ = [
    "AsyncFulltextQueryBuilder",
    "AsyncQueryBuilder",
    "AsyncRows",
    "AsyncTraversalStep",
    "AsyncVectorQueryBuilder",
    "FulltextQueryBuilder",
    "VectorQueryBuilder",
]

R = TypeVar("R")
M = TypeVar("M")
E = TypeVar("E")
Row = TypeVar("Row")


class AsyncQueryBuilder(Chain[R]):
    """A statement about one node class, for :class:`AsyncSession`; see :class:`QueryBuilder`."""

    __slots__ = ()

    def traverse(self, relation_field: Any, *, edge_alias: Any = None, optional: bool = True) -> Any:
        """See :meth:`QueryBuilder.traverse`."""
        return self.hop_from(None, relation_field, edge_alias, optional, 1, 1)

    def repeat(
        self, relation_field: Any, *, min_hops: int = 1, max_hops: int | None = None, optional: bool = False
    ) -> Any:
        """See :meth:`QueryBuilder.repeat`."""
        return self.hop_from(None, relation_field, None, optional, min_hops, max_hops)

    def return_target(self, alias: Any = None) -> Any:
        """See :meth:`QueryBuilder.return_target`."""
        return self._targeted(alias)

    def return_nodes(self, *aliases: Any) -> Any:
        """See :meth:`QueryBuilder.return_nodes`."""
        return self._of_nodes(aliases)

    def return_edge(self, alias: Any) -> Any:
        """See :meth:`QueryBuilder.return_edge`."""
        return self._of_edge(alias)

    def project(self, *fields: Any) -> Any:
        """See :meth:`QueryBuilder.project`."""
        return self._projected(fields)

    def aggregate(self, *agg_exprs: Any, group_by: Any = None) -> Any:
        """See :meth:`QueryBuilder.aggregate`."""
        return self._aggregated(agg_exprs, group_by)

    async def all(self) -> list[Any]:
        """See :meth:`QueryBuilder.all`."""
        return await self._bound().scalars(self)

    async def one(self) -> Any:
        """See :meth:`QueryBuilder.one`."""
        return await self._bound().scalar(self)

    async def first(self) -> Any:
        """See :meth:`QueryBuilder.first`."""
        return await self._bound().first(self)

    async def scalars(self) -> list[Any]:
        """See :meth:`QueryBuilder.scalars`."""
        return await self._bound().scalars(self)

    async def scalar(self) -> Any:
        """See :meth:`QueryBuilder.scalar`."""
        return await self._bound().scalar(self)

    async def scalar_one(self) -> Any:
        """See :meth:`QueryBuilder.scalar_one`."""
        return await self._bound().scalar_one(self)

    async def all_rows(self) -> list[dict[str, Any]]:
        """See :meth:`QueryBuilder.all_rows`."""
        return await self._bound().all_rows(self)

    async def all_with_edges(self) -> list[Any]:
        """See :meth:`QueryBuilder.all_with_edges`."""
        return await self._bound().all_with_edges(self)

    async def tuples(self) -> list[Any]:
        """See :meth:`QueryBuilder.tuples`."""
        return await self._bound().tuples(self)

    async def count(self) -> int:
        """See :meth:`QueryBuilder.count`."""
        return await self._bound().count(self)


class AsyncTraversalStep(AsyncQueryBuilder[M], Generic[M, E]):
    """See :class:`TraversalStep`."""

    __slots__ = ()


class AsyncRows(AsyncQueryBuilder[R], Generic[R, Row]):
    """See :class:`Rows`."""

    __slots__ = ()


AsyncQueryBuilder._step, AsyncQueryBuilder._rows = AsyncTraversalStep, AsyncRows
AsyncQueryBuilder._plain = AsyncQueryBuilder


class FulltextQueryBuilder(QueryBuilder[R]):
    """A statement that starts with a full-text search; ``score`` is a column, higher is better."""

    __slots__ = ()

    def __init__(self, session: Any, root_cls: type[R], query: str, fields: Any = None) -> None:
        super().__init__(session, root_cls)
        self._question = replace(self._question, source=_fulltext(query, fields))


class AsyncFulltextQueryBuilder(AsyncQueryBuilder[R]):
    """See :class:`FulltextQueryBuilder`."""

    __slots__ = ()

    def __init__(self, session: Any, root_cls: type[R], query: str, fields: Any = None) -> None:
        super().__init__(session, root_cls)
        self._question = replace(self._question, source=_fulltext(query, fields))


class VectorQueryBuilder(QueryBuilder[R]):
    """A statement that starts with the *k* nodes nearest to a vector; ``score`` is a column."""

    __slots__ = ()

    def __init__(self, session: Any, root_cls: type[R], field: Any, vector: Any, k: int) -> None:
        super().__init__(session, root_cls)
        self._question = replace(self._question, source=_vector(field, vector, k))


class AsyncVectorQueryBuilder(AsyncQueryBuilder[R]):
    """See :class:`VectorQueryBuilder`."""

    __slots__ = ()

    def __init__(self, session: Any, root_cls: type[R], field: Any, vector: Any, k: int) -> None:
        super().__init__(session, root_cls)
        self._question = replace(self._question, source=_vector(field, vector, k))


def _fulltext(query: Any, fields: Any) -> FulltextSearch:
    if not isinstance(query, str):
        raise InvalidTypeError(f"a full-text search takes a str, got {query!r}")
    return FulltextSearch(query, tuple([_name(field) for field in fields or ()]))


def _vector(field: Any, vector: Any, k: Any) -> VectorSearch:
    return VectorSearch(_name(field), vector, whole_number(k, "k"))


def _name(field: Any) -> str:
    name = field.name if isinstance(field, FieldDescriptor) else field
    if not isinstance(name, str):
        raise InvalidTypeError(f"a search names fields such as Article.title or 'title', got {field!r}")
    return name
