"""The synchronous repository: typed reads of one node class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, Protocol, TypeVar, overload, runtime_checkable

from runic.cypher.arguments import is_a
from runic.exceptions import InvalidTypeError
from runic.ogm.core.models import Node
from runic.ogm.driver import GraphResult
from runic.ogm.mapper.mapper import node_meta_of
from runic.ogm.query import QueryBuilder, select
from runic.ogm.repository.mapping import key_of, map_rows, page
from runic.ogm.session.session import Session

__all__ = ["Repository", "RepositoryProtocol"]

T = TypeVar("T", bound=Node)
V = TypeVar("V")


@runtime_checkable
class RepositoryProtocol(Protocol):
    """What reads one node class through a session."""

    def find_all(self, fetch: Iterable[Any] | None = None, skip: int = 0, limit: int | None = None) -> list[Any]: ...

    def find_all_by_ids(self, ids: Iterable[Any], fetch: Iterable[Any] | None = None) -> list[Any]: ...

    def count(self) -> int: ...

    def exists(self, pk: Any) -> bool: ...


class Repository(RepositoryProtocol, Generic[T]):
    """Typed reads and raw Cypher for one node class; writes and single look-ups belong to the session.

    Subclass ``Repository[Article]`` to add methods of your own over :meth:`query` and :meth:`cypher`.
    """

    def __init__(self, session: Session, entity_class: type[T]) -> None:
        node_meta_of(entity_class)
        if not is_a(session, Session):
            raise InvalidTypeError(f"{type(self).__name__} reads through a Session, got {session!r}")
        self._session = session
        self._cls = entity_class

    @property
    def session(self) -> Session:
        """The session that this repository reads through."""
        return self._session

    def find_all(self, fetch: Iterable[Any] | None = None, skip: int = 0, limit: int | None = None) -> list[T]:
        """Return all objects, or a page of them, with the relations that *fetch* names."""
        return self._session.scalars(page(select(self._cls), fetch, skip, limit))

    def find_all_by_ids(self, ids: Iterable[Any], fetch: Iterable[Any] | None = None) -> list[T]:
        """Return the objects with these keys, in the order of the graph; unknown keys are left out."""
        key = key_of(self._cls)
        return self._session.scalars(page(select(self._cls).where(key.in_(ids)), fetch, 0, None))

    def count(self) -> int:
        """Count the objects."""
        return self._session.count(select(self._cls))

    def exists(self, pk: Any) -> bool:
        """Tell whether there is an object with this key."""
        return self._session.get(self._cls, pk) is not None

    def query(self) -> QueryBuilder[T]:
        """Start a statement about the class that the session runs."""
        return self._session.query(self._cls)

    @overload
    def cypher(
        self,
        query: str,
        params: Mapping[str, Any] | None = None,
        *,
        returns: type[dict[Any, Any]],
        write: bool = False,
    ) -> list[dict[str, Any]]: ...

    @overload
    def cypher(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: type[V], write: bool = False
    ) -> list[V]: ...

    @overload
    def cypher(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: None = None, write: bool = False
    ) -> list[Any]: ...

    def cypher(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: Any = None, write: bool = False
    ) -> list[Any]:
        """Run raw Cypher and return its rows as *returns*: a model class, a type such as ``int``, or ``dict``."""
        return map_rows(self._session.execute(query, params, write, models=self._cls), returns)

    @overload
    def cypher_one(
        self,
        query: str,
        params: Mapping[str, Any] | None = None,
        *,
        returns: type[dict[Any, Any]],
        write: bool = False,
    ) -> dict[str, Any]: ...

    @overload
    def cypher_one(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: type[V], write: bool = False
    ) -> V: ...

    @overload
    def cypher_one(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: None = None, write: bool = False
    ) -> Any: ...

    def cypher_one(
        self, query: str, params: Mapping[str, Any] | None = None, *, returns: Any = None, write: bool = False
    ) -> Any:
        """Run raw Cypher and return its first row as *returns*, or None when it has none."""
        found = map_rows(self._session.execute(query, params, write, models=self._cls), returns)
        return found[0] if found else None

    def cypher_raw(self, query: str, params: Mapping[str, Any] | None = None, *, write: bool = False) -> GraphResult:
        """Run raw Cypher and return columns and rows."""
        return self._session.execute(query, params, write)
