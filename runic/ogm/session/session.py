"""The synchronous session: a unit of work over one connection at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, overload

from runic.exceptions import (
    MultipleResultsFound,
    NoResultFound,
)
from runic.ogm.core.descriptors import Link
from runic.ogm.core.models import Edge, Node
from runic.ogm.driver import GraphResult
from runic.ogm.driver.transactions import TransactionFunctions
from runic.ogm.query import FulltextQueryBuilder, QueryBuilder, VectorQueryBuilder
from runic.ogm.query._chain import Chain, RowChain
from runic.ogm.query.lowering import Mode
from runic.ogm.session import merging, relating, streaming
from runic.ogm.session._life import SessionLife
from runic.ogm.session._surface import first_only, raw_statement
from runic.ogm.session.relating import RelateResult

__all__ = ["Session", "exactly_one"]

T = TypeVar("T")
Row = TypeVar("Row")
M = TypeVar("M", bound=Node)
E = TypeVar("E")


class Session(SessionLife):
    """A unit of work: objects loaded and added here are one per node, and flush writes what changed.

    *driver* is a driver or a client's graph handle. *log_cypher* logs each statement to the logger ``runic.ogm``,
    with ``"params"`` its parameters too. *autoflush* writes pending changes before each query. *access_mode* ``"read"``
    refuses writes, and lets a cluster answer from any member. *bookmarks* are those of sessions whose commits this one
    has to see, where the database is a cluster.
    """

    def load_absent(self, entity: Any, field: Any) -> Any:
        """Load what reading an attribute found missing."""
        if field.is_relation:
            return self._run(self._reader.load_relation(entity, field.name))
        self._run(self._reader.reload(entity))
        return entity.__dict__.get(field.name)

    # -- objects ------------------------------------------------------------------------------------------------

    def get(self, cls: type[T], pk: Any, fetch: Iterable[Any] | None = None) -> T | None:
        """Return the object of *cls* with the key *pk*, or None; *fetch* names relations to load with it."""
        found: T | None = self._run(self._reader.get(cls, pk, fetch))
        return found

    def get_one(self, cls: type[T], pk: Any, fetch: Iterable[Any] | None = None) -> T:
        """Return the object of *cls* with the key *pk*; raise :class:`NoResultFound` when there is none."""
        found = self.get(cls, pk, fetch)
        if found is None:
            raise NoResultFound(f"there is no {cls.__name__} with the key {pk!r}")
        return found

    def refresh(self, entity: Any) -> None:
        """Read an object again now, dropping what was changed here."""
        self._run(self._reader.refresh(entity))

    def merge(self, entity: T) -> T:
        """Copy the values that *entity* holds onto the stored object with its key, or a new one, and return that."""
        merged: T = self._run(merging.merge(self._unit, self._reader, entity))
        return merged

    def load(self, entity: Any, relation: Any) -> Any:
        """Load a relation of an object now and return its value."""
        return self._run(self._reader.load_relation(entity, self._relation_name(entity, relation)))

    def load_relationship(self, entity: Any, field_name: str) -> Any:
        """Load a relation of an object, keep it on the object and return it."""
        return self.load(entity, field_name)

    @overload
    def relate(self, source: Node, field_name: Link[M, E], target: M, edge: E | None = None) -> None: ...

    @overload
    def relate(self, source: Node, field_name: str, target: Node, edge: Edge | None = None) -> None: ...

    @overload
    def relate(self, source: Node, field_name: list[M], target: M, edge: Edge | None = None) -> None: ...

    @overload
    def relate(self, source: Node, field_name: M | None, target: M, edge: Edge | None = None) -> None: ...

    def relate(self, source: Any, field_name: Any, target: Any, edge: Any = None) -> None:
        """Create the edge of a relation, or update the properties of the one that exists."""
        self._run(relating.relate(self._unit, source, field_name, target, edge))

    @overload
    def relate_all(
        self, relation: Link[M, E], rows: Iterable[tuple[Node, M] | tuple[Node, M, E | None]]
    ) -> RelateResult: ...

    @overload
    def relate_all(
        self, relation: str, rows: Iterable[tuple[Node, Node] | tuple[Node, Node, Edge | None]]
    ) -> RelateResult: ...

    @overload
    def relate_all(
        self, relation: list[M], rows: Iterable[tuple[Node, M] | tuple[Node, M, Edge | None]]
    ) -> RelateResult: ...

    @overload
    def relate_all(
        self, relation: M | None, rows: Iterable[tuple[Node, M] | tuple[Node, M, Edge | None]]
    ) -> RelateResult: ...

    def relate_all(self, relation: Any, rows: Iterable[Any]) -> RelateResult:
        """Create or update many edges: *rows* of ``(source, target)`` or ``(source, target, edge)``."""
        return self._run(relating.relate_all(self._unit, relation, rows))

    @overload
    def unrelate(self, source: Node, field_name: Link[M, Any], target: M) -> None: ...

    @overload
    def unrelate(self, source: Node, field_name: str, target: Node) -> None: ...

    @overload
    def unrelate(self, source: Node, field_name: list[M], target: M) -> None: ...

    @overload
    def unrelate(self, source: Node, field_name: M | None, target: M) -> None: ...

    def unrelate(self, source: Any, field_name: Any, target: Any) -> None:
        """Delete the edge of a relation between two objects."""
        self._run(relating.unrelate(self._unit, source, field_name, target))

    # -- statements ---------------------------------------------------------------------------------------------

    def execute(
        self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False, *, models: Any = None
    ) -> GraphResult:
        """Run raw Cypher and return its rows; *write* says that it changes the graph.

        Nodes and edges come as plain values or, where *models* names a class, as objects of its registry's classes.
        """
        return self._run(self._reader.raw(raw_statement(cypher, params, write), models))

    def _load(self, stmt: Any, mode: Mode) -> list[Any]:
        if self._autoflush:
            self.flush()
        return self._run(self._reader.load(self._chain(stmt).question, mode))

    def scalars(self, stmt: Chain[T]) -> list[T]:
        """Run a statement and return its objects, or the first column of what it projects."""
        return self._load(stmt, Mode.ENTITIES)

    def scalar(self, stmt: Chain[T]) -> T | None:
        """Run a statement and return its first result, or None."""
        found = self._load(first_only(self._chain(stmt)), Mode.ENTITIES)
        return found[0] if found else None

    def first(self, stmt: Chain[T]) -> T | None:
        """Run a statement and return its first result, or None."""
        return self.scalar(stmt)

    def scalar_one(self, stmt: Chain[T]) -> T:
        """Run a statement and return its one result.

        Raises :class:`NoResultFound` or :class:`MultipleResultsFound` when it has none or several.
        """
        found: list[T] = self._load(first_only(self._chain(stmt), 2), Mode.ENTITIES)
        return exactly_one(found, stmt)

    def all_rows(self, stmt: Chain[Any]) -> list[dict[str, Any]]:
        """Run a statement and return its rows by column."""
        return self._load(stmt, Mode.ROWS)

    def all_with_edges(self, stmt: RowChain[T, Row]) -> list[Row]:
        """Run a statement with ``return_nodes()`` and return rows of nodes and edges."""
        return self._load(stmt, Mode.EDGES)

    def tuples(self, stmt: RowChain[T, Row]) -> list[Row]:
        """Run a statement and return its rows as tuples."""
        return self._load(stmt, Mode.TUPLES)

    def count(self, stmt: Chain[Any]) -> int:
        """Count the rows of a statement, whatever its limit."""
        counted: int = self._load(stmt, Mode.COUNT)[0]
        return counted

    def stream(self, stmt: Chain[T], batch: int = 1000) -> Iterator[T]:
        """Yield the results one by one, read *batch* at a time, as objects that no session knows.

        The session may be used in between. The end of its transaction ends the stream: its next step is a
        :class:`UsageError`.
        """
        self._require_usable()
        return self._stream(streaming.portions(self._unit, self._reader, self._chain(stmt), batch))

    def _stream(self, portions: streaming.Pages | streaming.Parts) -> Iterator[Any]:
        while not portions.done:
            yield from self._run(portions.next())

    def query(self, cls: type[T]) -> QueryBuilder[T]:
        """Start a statement about *cls* that this session runs."""
        return QueryBuilder(self, cls)

    def fulltext_search(self, cls: type[T], *, query: str, fields: Any = None) -> FulltextQueryBuilder[T]:
        """Start a full-text search over *cls*."""
        return FulltextQueryBuilder(self, cls, query, fields)

    def vector_search(self, cls: type[T], *, field: Any, vector: Any, k: int = 10) -> VectorQueryBuilder[T]:
        """Start a search for the *k* nodes of *cls* whose *field* is nearest to *vector*."""
        return VectorQueryBuilder(self, cls, field, vector, k)


TransactionFunctions.open_session = Session


def exactly_one(found: list[T], stmt: Any) -> T:
    """Return the one result, or raise."""
    if not found:
        raise NoResultFound(f"{stmt!r} has no result")
    if len(found) > 1:
        raise MultipleResultsFound(f"{stmt!r} has more than one result; narrow it, or use first()")
    return found[0]
