"""The asynchronous session: the same flows as :class:`Session`, awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, NoReturn, TypeVar, overload

from runic.exceptions import LazyLoadError, NoResultFound
from runic.ogm.core.descriptors import Link
from runic.ogm.core.models import Edge, Node
from runic.ogm.driver import GraphResult
from runic.ogm.driver.transactions import AsyncTransactionFunctions
from runic.ogm.query._chain import Chain, RowChain
from runic.ogm.query.lowering import Mode
from runic.ogm.query.specialised import AsyncFulltextQueryBuilder, AsyncQueryBuilder, AsyncVectorQueryBuilder
from runic.ogm.session import merging, relating, streaming
from runic.ogm.session._async_life import AsyncSessionLife
from runic.ogm.session._surface import first_only, raw_statement
from runic.ogm.session.relating import RelateResult
from runic.ogm.session.session import exactly_one

__all__ = ["AsyncSession"]

T = TypeVar("T")
Row = TypeVar("Row")
M = TypeVar("M", bound=Node)
E = TypeVar("E")


class AsyncSession(AsyncSessionLife):
    """The async twin of :class:`~runic.ogm.session.session.Session`; nothing is loaded on attribute access.

    Concurrent calls on one session wait for each other.
    """

    def load_absent(self, entity: Any, field: Any) -> NoReturn:
        """Say what to await, as attribute access cannot."""
        where = f"{type(entity).__name__}.{field.name}"
        if field.is_relation:
            raise LazyLoadError(
                f"{where} is not loaded and AsyncSession cannot load it on access; use fetch=[{field.name!r}], or "
                f"await session.load(entity, {field.name!r})"
            )
        raise LazyLoadError(
            f"{where} is expired and AsyncSession cannot load it on access; await session.refresh(entity) first"
        )

    # -- objects ------------------------------------------------------------------------------------------------

    async def get(self, cls: type[T], pk: Any, fetch: Iterable[Any] | None = None) -> T | None:
        """See :meth:`Session.get`."""
        found: T | None = await self._run(self._reader.get(cls, pk, fetch))
        return found

    async def get_one(self, cls: type[T], pk: Any, fetch: Iterable[Any] | None = None) -> T:
        """See :meth:`Session.get_one`."""
        found = await self.get(cls, pk, fetch)
        if found is None:
            raise NoResultFound(f"there is no {cls.__name__} with the key {pk!r}")
        return found

    async def refresh(self, entity: Any) -> None:
        """See :meth:`Session.refresh`."""
        await self._run(self._reader.refresh(entity))

    async def merge(self, entity: T) -> T:
        """See :meth:`Session.merge`."""
        merged: T = await self._run(merging.merge(self._unit, self._reader, entity))
        return merged

    async def load(self, entity: Any, relation: Any) -> Any:
        """See :meth:`Session.load`."""
        return await self._run(self._reader.load_relation(entity, self._relation_name(entity, relation)))

    def load_relationship(self, entity: Any, field_name: str) -> NoReturn:
        """Raise :class:`LazyLoadError`, as nothing is loaded without await; use :meth:`load`."""
        name = self._relation_name(entity, field_name)
        self.load_absent(entity, entity.__class__.__runic_fields__[name])

    @overload
    async def relate(self, source: Node, field_name: Link[M, E], target: M, edge: E | None = None) -> None: ...

    @overload
    async def relate(self, source: Node, field_name: str, target: Node, edge: Edge | None = None) -> None: ...

    @overload
    async def relate(self, source: Node, field_name: list[M], target: M, edge: Edge | None = None) -> None: ...

    @overload
    async def relate(self, source: Node, field_name: M | None, target: M, edge: Edge | None = None) -> None: ...

    async def relate(self, source: Any, field_name: Any, target: Any, edge: Any = None) -> None:
        """See :meth:`Session.relate`."""
        await self._run(relating.relate(self._unit, source, field_name, target, edge))

    @overload
    async def relate_all(
        self, relation: Link[M, E], rows: Iterable[tuple[Node, M] | tuple[Node, M, E | None]]
    ) -> RelateResult: ...

    @overload
    async def relate_all(
        self, relation: str, rows: Iterable[tuple[Node, Node] | tuple[Node, Node, Edge | None]]
    ) -> RelateResult: ...

    @overload
    async def relate_all(
        self, relation: list[M], rows: Iterable[tuple[Node, M] | tuple[Node, M, Edge | None]]
    ) -> RelateResult: ...

    @overload
    async def relate_all(
        self, relation: M | None, rows: Iterable[tuple[Node, M] | tuple[Node, M, Edge | None]]
    ) -> RelateResult: ...

    async def relate_all(self, relation: Any, rows: Iterable[Any]) -> RelateResult:
        """See :meth:`Session.relate_all`."""
        return await self._run(relating.relate_all(self._unit, relation, rows))

    @overload
    async def unrelate(self, source: Node, field_name: Link[M, Any], target: M) -> None: ...

    @overload
    async def unrelate(self, source: Node, field_name: str, target: Node) -> None: ...

    @overload
    async def unrelate(self, source: Node, field_name: list[M], target: M) -> None: ...

    @overload
    async def unrelate(self, source: Node, field_name: M | None, target: M) -> None: ...

    async def unrelate(self, source: Any, field_name: Any, target: Any) -> None:
        """See :meth:`Session.unrelate`."""
        await self._run(relating.unrelate(self._unit, source, field_name, target))

    # -- statements ---------------------------------------------------------------------------------------------

    async def execute(
        self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False, *, models: Any = None
    ) -> GraphResult:
        """See :meth:`Session.execute`."""
        return await self._run(self._reader.raw(raw_statement(cypher, params, write), models))

    async def _load(self, stmt: Any, mode: Mode) -> list[Any]:
        if self._autoflush:
            await self.flush()
        return await self._run(self._reader.load(self._chain(stmt).question, mode))

    async def scalars(self, stmt: Chain[T]) -> list[T]:
        """See :meth:`Session.scalars`."""
        return await self._load(stmt, Mode.ENTITIES)

    async def scalar(self, stmt: Chain[T]) -> T | None:
        """See :meth:`Session.scalar`."""
        found = await self._load(first_only(self._chain(stmt)), Mode.ENTITIES)
        return found[0] if found else None

    async def first(self, stmt: Chain[T]) -> T | None:
        """See :meth:`Session.first`."""
        return await self.scalar(stmt)

    async def scalar_one(self, stmt: Chain[T]) -> T:
        """See :meth:`Session.scalar_one`."""
        found: list[T] = await self._load(first_only(self._chain(stmt), 2), Mode.ENTITIES)
        return exactly_one(found, stmt)

    async def all_rows(self, stmt: Chain[Any]) -> list[dict[str, Any]]:
        """See :meth:`Session.all_rows`."""
        return await self._load(stmt, Mode.ROWS)

    async def all_with_edges(self, stmt: RowChain[T, Row]) -> list[Row]:
        """See :meth:`Session.all_with_edges`."""
        return await self._load(stmt, Mode.EDGES)

    async def tuples(self, stmt: RowChain[T, Row]) -> list[Row]:
        """See :meth:`Session.tuples`."""
        return await self._load(stmt, Mode.TUPLES)

    async def count(self, stmt: Chain[Any]) -> int:
        """See :meth:`Session.count`."""
        counted: int = (await self._load(stmt, Mode.COUNT))[0]
        return counted

    def stream(self, stmt: Chain[T], batch: int = 1000) -> AsyncIterator[T]:
        """See :meth:`Session.stream`."""
        self._require_usable()
        return self._stream(streaming.portions(self._unit, self._reader, self._chain(stmt), batch))

    async def _stream(self, portions: streaming.Pages | streaming.Parts) -> AsyncIterator[Any]:
        while not portions.done:
            for entity in await self._run(portions.next()):
                yield entity

    def query(self, cls: type[T]) -> AsyncQueryBuilder[T]:
        """See :meth:`Session.query`."""
        return AsyncQueryBuilder(self, cls)

    def fulltext_search(self, cls: type[T], *, query: str, fields: Any = None) -> AsyncFulltextQueryBuilder[T]:
        """See :meth:`Session.fulltext_search`."""
        return AsyncFulltextQueryBuilder(self, cls, query, fields)

    def vector_search(self, cls: type[T], *, field: Any, vector: Any, k: int = 10) -> AsyncVectorQueryBuilder[T]:
        """See :meth:`Session.vector_search`."""
        return AsyncVectorQueryBuilder(self, cls, field, vector, k)


AsyncTransactionFunctions.open_session = AsyncSession
