"""What a database connection is: the protocols that sessions use and every backend fulfils.

A driver is a factory of connections; a session checks one out at its first statement and gives it back at
commit, rollback or close. Nodes and relationships of an answer are built by the row factory that the caller
names beside the statement, so no driver knows a model class.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeVar, runtime_checkable

from runic.cypher.compiler import Statement
from runic.cypher.dialect import Dialect

if TYPE_CHECKING:
    from runic.ogm.session.async_session import AsyncSession
    from runic.ogm.session.session import Session

__all__ = [
    "VALUES",
    "AccessMode",
    "AsyncConnection",
    "AsyncGraphDriver",
    "Connection",
    "ElementId",
    "GraphDriver",
    "GraphEdge",
    "GraphNode",
    "GraphPath",
    "GraphResult",
    "QueryResult",
    "RowFactory",
    "TransactionalGraphDriver",
    "ValueFactory",
]

T = TypeVar("T")

ElementId = int | str
"""The identity that the database gave a node or relationship."""

AccessMode = Literal["read", "write"]
"""What a transaction is for; a cluster runs one that only reads on any of its members."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node as the database returned it, without a model."""

    element_id: ElementId
    labels: tuple[str, ...]
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A relationship as the database returned it, without a model."""

    element_id: ElementId
    type: str
    source: ElementId
    target: ElementId
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GraphPath:
    """A path: its nodes in order, and the relationships between them."""

    nodes: list[Any]
    edges: list[Any]


@dataclass(slots=True)
class GraphResult:
    """The answer to one statement: column names, and one list of values per row."""

    columns: list[str] = field(default_factory=list[str])
    rows: list[list[Any]] = field(default_factory=list[list[Any]])


QueryResult = GraphResult


class RowFactory(Protocol):
    """Build what a row holds for each node, relationship and path of an answer."""

    def node(self, element_id: ElementId, labels: tuple[str, ...], properties: dict[str, Any], /) -> Any: ...

    def edge(
        self, element_id: ElementId, type: str, source: ElementId, target: ElementId, properties: dict[str, Any], /
    ) -> Any: ...

    def path(self, nodes: list[Any], edges: list[Any], /) -> Any: ...


class ValueFactory:
    """Build plain values: the row factory of raw statements."""

    __slots__ = ()

    node = staticmethod(GraphNode)
    edge = staticmethod(GraphEdge)
    path = staticmethod(GraphPath)


VALUES: RowFactory = ValueFactory()


class Connection(Protocol):
    """One conversation with the database, used by one session at a time."""

    def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """Send *statement* once and return its whole answer, nodes and edges built by *factory*.

        Raises a subclass of :class:`~runic.exceptions.DriverError`: ``OutcomeUnknownError`` when the answer of a
        write was lost, ``ConnectionLostError`` when nothing was sent or the statement only reads.
        """
        ...

    def stream(self, statement: Statement, factory: RowFactory = VALUES, batch: int = 1000) -> Iterator[GraphResult]:
        """Yield the answer in parts of at most *batch* rows."""
        ...

    def begin(self, access_mode: AccessMode = "write", bookmarks: Collection[str] = ()) -> None:
        """Say what the coming transaction is for, and whose changes it has to see."""
        ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None:
        """Give the connection back; what was not committed is rolled back.

        A connection that is collected without it gives itself back, without a word.
        """
        ...

    @property
    def bookmarks(self) -> Collection[str]:
        """What a later transaction has to be given to see the last one that was committed here."""
        ...


class AsyncConnection(Protocol):
    """The async twin of :class:`Connection`."""

    async def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """See :meth:`Connection.run`."""
        ...

    def stream(
        self, statement: Statement, factory: RowFactory = VALUES, batch: int = 1000
    ) -> AsyncIterator[GraphResult]:
        """See :meth:`Connection.stream`."""
        ...

    async def begin(self, access_mode: AccessMode = "write", bookmarks: Collection[str] = ()) -> None:
        """See :meth:`Connection.begin`."""
        ...

    async def commit(self) -> None: ...

    async def rollback(self) -> None: ...

    async def close(self) -> None: ...

    @property
    def bookmarks(self) -> Collection[str]:
        """See :attr:`Connection.bookmarks`."""
        ...


@runtime_checkable
class GraphDriver(Protocol):
    """A database that sessions can talk to; safe to share between threads."""

    @property
    def dialect(self) -> Dialect: ...

    def connect(self) -> Connection:
        """Return a connection; the network is touched at its first statement."""
        ...

    def execute(self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False) -> GraphResult:
        """Run raw Cypher outside any session."""
        ...

    def execute_read(
        self,
        work: Callable[[Session], T],
        *,
        attempts: int = 10,
        seconds: float = 30.0,
        sleep: Callable[[float], object] | None = None,
    ) -> T:
        """See :class:`runic.ogm.driver.transactions.TransactionFunctions`, which a driver inherits it from."""
        ...

    def execute_write(
        self,
        work: Callable[[Session], T],
        *,
        attempts: int = 10,
        seconds: float = 30.0,
        sleep: Callable[[float], object] | None = None,
    ) -> T:
        """See :meth:`execute_read`."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None:
        """Close the driver."""
        ...


@runtime_checkable
class TransactionalGraphDriver(GraphDriver, Protocol):
    """A driver whose database has transactions; the methods act on one private connection."""

    def begin(self) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...


@runtime_checkable
class AsyncGraphDriver(Protocol):
    """The async twin of :class:`GraphDriver`; safe to share between tasks."""

    @property
    def dialect(self) -> Dialect: ...

    def connect(self) -> AsyncConnection: ...

    async def execute(self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False) -> GraphResult:
        """See :meth:`GraphDriver.execute`."""
        ...

    async def execute_read(
        self,
        work: Callable[[AsyncSession], Awaitable[T]],
        *,
        attempts: int = 10,
        seconds: float = 30.0,
        sleep: Callable[[float], Awaitable[object]] | None = None,
    ) -> T:
        """See :meth:`GraphDriver.execute_read`."""
        ...

    async def execute_write(
        self,
        work: Callable[[AsyncSession], Awaitable[T]],
        *,
        attempts: int = 10,
        seconds: float = 30.0,
        sleep: Callable[[float], Awaitable[object]] | None = None,
    ) -> T:
        """See :meth:`GraphDriver.execute_read`."""
        ...

    async def close(self) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the driver."""
        ...
