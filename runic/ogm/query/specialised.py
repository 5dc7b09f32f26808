"""Statements in the asynchronous colour, and the statements that start with a search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from runic.cypher.arguments import each
from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.query._async_builder import AsyncQueryBuilder, AsyncRows, AsyncTraversalStep
from runic.ogm.query._hops import whole_number
from runic.ogm.query._question import FulltextSearch, VectorSearch
from runic.ogm.query._sessions import AsyncQuerySession, QuerySession
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


class FulltextQueryBuilder(QueryBuilder[R]):
    """A statement that starts with a full-text search; ``score`` is a column, unbounded, higher is better.

    *query* is in the search language of the database, where words alone are a query everywhere; what a person typed
    goes through :func:`search_words` first. *fields* restrict the search; the class needs a full-text index on what
    is searched.
    """

    __slots__ = ()

    def __init__(
        self, session: QuerySession | None, root_cls: type[R], query: str, fields: Iterable[Any] | None = None
    ) -> None:
        super().__init__(session, root_cls)
        self._question = self._question.but(source=_fulltext(query, fields))


class AsyncFulltextQueryBuilder(AsyncQueryBuilder[R]):
    """See :class:`FulltextQueryBuilder`."""

    __slots__ = ()

    def __init__(
        self, session: AsyncQuerySession | None, root_cls: type[R], query: str, fields: Iterable[Any] | None = None
    ) -> None:
        super().__init__(session, root_cls)
        self._question = self._question.but(source=_fulltext(query, fields))


class VectorQueryBuilder(QueryBuilder[R]):
    """A statement that starts with the *k* nodes whose *field* is nearest to *vector*; ``score`` is a column.

    It lies between 0 and 1, higher is nearer, on every database: (1 + cos) / 2 where the field's similarity is
    cosine, 1 / (1 + d²) of the distance d where it is euclidean. Conditions choose among all nodes, not among the
    *k* nearest.
    """

    __slots__ = ()

    def __init__(
        self, session: QuerySession | None, root_cls: type[R], field: Any, vector: Sequence[float], k: int = 10
    ) -> None:
        super().__init__(session, root_cls)
        self._question = self._question.but(source=_vector(field, vector, k))


class AsyncVectorQueryBuilder(AsyncQueryBuilder[R]):
    """See :class:`VectorQueryBuilder`."""

    __slots__ = ()

    def __init__(
        self, session: AsyncQuerySession | None, root_cls: type[R], field: Any, vector: Sequence[float], k: int = 10
    ) -> None:
        super().__init__(session, root_cls)
        self._question = self._question.but(source=_vector(field, vector, k))


def _fulltext(query: Any, fields: Iterable[Any] | None) -> FulltextSearch:
    if not isinstance(query, str):
        raise InvalidTypeError(f"a full-text search takes a str, got {query!r}")
    given = each(() if fields is None else fields, "fields is a list of fields of the class")
    return FulltextSearch(query, tuple([_name(field) for field in given]))


def _vector(field: Any, vector: Any, k: Any) -> VectorSearch:
    if whole_number(k, "k") == 0:
        raise InvalidArgumentError("k is the number of nearest nodes to return; 0 would be none")
    return VectorSearch(_name(field), vector, k)


def _name(field: Any) -> str:
    name = field.name if isinstance(field, FieldDescriptor) else field
    if not isinstance(name, str):
        raise InvalidTypeError(f"a search names fields such as Article.title or 'title', got {field!r}")
    return name
