"""Statements in the asynchronous colour: the chain of :mod:`runic.ogm.query.builder` with coroutines as terminals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from runic.ogm.core.descriptors import Link
from runic.ogm.core.models import Edge, Node
from runic.ogm.query._async_rows import AsyncRowMethods
from runic.ogm.query._chain import Kinds, RowChain
from runic.ogm.query._sessions import AsyncQuerySession

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    E = TypeVarWithDefault("E", bound=Edge, default=Edge)
else:
    E = TypeVar("E")

__all__ = ["AsyncQueryBuilder", "AsyncRows", "AsyncTraversalStep"]

R = TypeVar("R")
M = TypeVar("M", bound=Node)
Row = TypeVar("Row")
A = TypeVar("A")
B = TypeVar("B")


class AsyncQueryBuilder(AsyncRowMethods[R]):
    """A statement about one node class, for :class:`AsyncSession`; see :class:`QueryBuilder`."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(self, session: AsyncQuerySession | None, root_cls: type[R]) -> None: ...

    @overload
    def traverse(
        self, relation_field: Link[M, E], *, edge_alias: str | type[E] | None = None, optional: bool = True
    ) -> AsyncTraversalStep[M, E]: ...
    @overload
    def traverse(
        self, relation_field: list[M], *, edge_alias: str | type[Edge] | None = None, optional: bool = True
    ) -> AsyncTraversalStep[M, Any]: ...
    @overload
    def traverse(
        self, relation_field: M | None, *, edge_alias: str | type[Edge] | None = None, optional: bool = True
    ) -> AsyncTraversalStep[M, Any]: ...
    def traverse(self, relation_field: Any, *, edge_alias: Any = None, optional: bool = True) -> Any:
        """See :meth:`QueryBuilder.traverse`."""
        return self.hop_from(None, relation_field, edge_alias, optional, 1, 1)

    @overload
    def repeat(
        self, relation_field: Link[M, E], *, min_hops: int = 1, max_hops: int | None = None, optional: bool = False
    ) -> AsyncTraversalStep[M, E]: ...
    @overload
    def repeat(
        self, relation_field: list[M], *, min_hops: int = 1, max_hops: int | None = None, optional: bool = False
    ) -> AsyncTraversalStep[M, Any]: ...
    @overload
    def repeat(
        self, relation_field: M | None, *, min_hops: int = 1, max_hops: int | None = None, optional: bool = False
    ) -> AsyncTraversalStep[M, Any]: ...
    def repeat(
        self, relation_field: Any, *, min_hops: int = 1, max_hops: int | None = None, optional: bool = False
    ) -> Any:
        """See :meth:`QueryBuilder.repeat`."""
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
    ) -> AsyncQueryBuilder[Any]:
        """See :meth:`QueryBuilder.register_traversal`."""
        step: AsyncQueryBuilder[Any] = self._registered(
            fd, source_alias, target_alias, edge_alias, optional, min_hops, max_hops
        )
        return step

    @overload
    def return_target(self, alias: None = None) -> AsyncQueryBuilder[R]: ...
    @overload
    def return_target(self, alias: str) -> AsyncQueryBuilder[Any]: ...
    @overload
    def return_target(self, alias: type[M]) -> AsyncQueryBuilder[M]: ...
    def return_target(self, alias: Any = None) -> Any:
        """See :meth:`QueryBuilder.return_target`."""
        return self._targeted(alias)

    def return_edge(self, alias: str | type[Any]) -> AsyncRows[Any, tuple[Any, ...]]:
        """See :meth:`QueryBuilder.return_edge`."""
        rows: AsyncRows[Any, tuple[Any, ...]] = self._of_edge(alias)
        return rows

    def _kinds(self) -> Kinds:
        return Kinds(AsyncTraversalStep, AsyncRows, AsyncQueryBuilder)

    def _bound(self) -> AsyncQuerySession:
        session: AsyncQuerySession = self._required_session()
        return session

    async def all(self) -> list[R]:
        """See :meth:`QueryBuilder.all`."""
        return await self._bound().scalars(self)

    async def one(self) -> R | None:
        """See :meth:`QueryBuilder.one`."""
        return await self._bound().scalar(self)

    async def first(self) -> R | None:
        """See :meth:`QueryBuilder.first`."""
        return await self._bound().first(self)

    async def scalars(self) -> list[R]:
        """See :meth:`QueryBuilder.scalars`."""
        return await self._bound().scalars(self)

    async def scalar(self) -> R | None:
        """See :meth:`QueryBuilder.scalar`."""
        return await self._bound().scalar(self)

    async def scalar_one(self) -> R:
        """See :meth:`QueryBuilder.scalar_one`."""
        return await self._bound().scalar_one(self)

    async def all_rows(self) -> list[dict[str, Any]]:
        """See :meth:`QueryBuilder.all_rows`."""
        return await self._bound().all_rows(self)

    async def all_with_edges(self) -> list[Any]:
        """See :meth:`QueryBuilder.all_with_edges`."""
        return await self._bound().all_with_edges(self._as_rows())

    async def tuples(self) -> list[Any]:
        """See :meth:`QueryBuilder.tuples`."""
        return await self._bound().tuples(self._as_rows())

    async def count(self) -> int:
        """See :meth:`QueryBuilder.count`."""
        return await self._bound().count(self)


class AsyncTraversalStep(AsyncQueryBuilder[M], Generic[M, E]):
    """See :class:`TraversalStep`."""

    __slots__ = ()

    def __init__(
        self,
        builder: AsyncQueryBuilder[Any],
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


class AsyncRows(AsyncQueryBuilder[R], RowChain[R, Row]):
    """See :class:`Rows`."""

    __slots__ = ()

    @overload
    def return_edge(self: AsyncRows[A, tuple[A, B]], alias: type[E]) -> AsyncRows[A, tuple[A, E, B]]: ...
    @overload
    def return_edge(self, alias: str | type[Any]) -> AsyncRows[Any, tuple[Any, ...]]: ...
    def return_edge(self, alias: Any) -> Any:
        """See :meth:`QueryBuilder.return_edge`."""
        return self._of_edge(alias)

    if TYPE_CHECKING:

        async def tuples(self) -> list[Row]: ...
        async def all_with_edges(self) -> list[Row]: ...
