"""The asynchronous repository: the same reads, awaited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, Protocol, TypeVar, overload, runtime_checkable

from runic.cypher.arguments import is_a
from runic.exceptions import InvalidTypeError
from runic.ogm.core.models import Node
from runic.ogm.driver import GraphResult
from runic.ogm.mapper.mapper import node_meta_of
from runic.ogm.query import AsyncQueryBuilder, select
from runic.ogm.repository.mapping import key_of, map_rows, page
from runic.ogm.session.async_session import AsyncSession

__all__ = ["AsyncRepository", "AsyncRepositoryProtocol"]

T = TypeVar("T", bound=Node)
V = TypeVar("V")


@runtime_checkable
class AsyncRepositoryProtocol(Protocol):
    """What reads one node class through a session."""

    async def find_all(
        self, fetch: Iterable[Any] | None = None, skip: int = 0, limit: int | None = None
    ) -> list[Any]: ...

    async def find_all_by_ids(self, ids: Iterable[Any], fetch: Iterable[Any] | None = None) -> list[Any]: ...

    async def count(self) -> int: ...

    async def exists(self, pk: Any) -> bool: ...


class AsyncRepository(AsyncRepositoryProtocol, Generic[T]):
    """Typed reads and raw Cypher for one node class; writes and single look-ups belong to the session.

    Subclass ``AsyncRepository[Article]`` to add methods of your own over :meth:`query` and :meth:`cypher`.
    """

    def __init__(self, session: AsyncSession, entity_class: type[T]) -> None:
        node_meta_of(entity_class)
        if not is_a(session, AsyncSession):
            raise InvalidTypeError(f"{type(self).__name__} reads through an AsyncSession, got {session!r}")
        self._session = session
        self._cls = entity_class

    @property
    def session(self) -> AsyncSession:
        """The session that this repository reads through."""
        return self._session

    async def find_all(self, fetch: Iterable[Any] | None = None, skip: int = 0, limit: int | None = None) -> list[T]:
        """See :meth:`Repository.find_all`."""
        return await self._session.scalars(page(select(self._cls), fetch, skip, limit))

    async def find_all_by_ids(self, ids: Iterable[Any], fetch: Iterable[Any] | None = None) -> list[T]:
        """See :meth:`Repository.find_all_by_ids`."""
        key = key_of(self._cls)
        return await self._session.scalars(page(select(self._cls).where(key.in_(ids)), fetch, 0, None))

    async def count(self) -> int:
        """See :meth:`Repository.count`."""
        return await self._session.count(select(self._cls))

    async def exists(self, pk: Any) -> bool:
        """See :meth:`Repository.exists`."""
        return await self._session.get(self._cls, pk) is not None

    def query(self) -> AsyncQueryBuilder[T]:
        """See :meth:`Repository.query`."""
        return self._session.query(self._cls)

    @overload
    async def cypher(
        self,
        query: str,
        params: Mapping[str, Any] | None = None,
        *,
        returns: type[dict[Any, Any]],
        write: bool = False,
    ) -> list[dict[str, Any]]: ...

    @overload
    async def cypher(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: type[V], write: bool = False
    ) -> list[V]: ...

    @overload
    async def cypher(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: None = None, write: bool = False
    ) -> list[Any]: ...

    async def cypher(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: Any = None, write: bool = False
    ) -> list[Any]:
        """See :meth:`Repository.cypher`."""
        return map_rows(await self._session.execute(query, params, write, models=self._cls), returns)

    @overload
    async def cypher_one(
        self,
        query: str,
        params: Mapping[str, Any] | None = None,
        *,
        returns: type[dict[Any, Any]],
        write: bool = False,
    ) -> dict[str, Any]: ...

    @overload
    async def cypher_one(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: type[V], write: bool = False
    ) -> V: ...

    @overload
    async def cypher_one(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: None = None, write: bool = False
    ) -> Any: ...

    async def cypher_one(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: Any = None, write: bool = False
    ) -> Any:
        """See :meth:`Repository.cypher_one`."""
        found = map_rows(await self._session.execute(query, params, write, models=self._cls), returns)
        return found[0] if found else None

    async def cypher_raw(
        self, query: str, params: Mapping[str, Any] | None = None, *, write: bool = False
    ) -> GraphResult:
        """See :meth:`Repository.cypher_raw`."""
        return await self._session.execute(query, params, write)
