"""The asyncio connections of one driver; imported when an async driver is first used.

Sockets belong to the event loop that opened them, so there is one set per running loop. A set is closed with
the driver, when its loop shuts down (``asyncio.run`` closes the asynchronous generators of its loop, and each set
has one), or when the driver is collected.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Protocol

from runic.exceptions import DriverError, UsageError
from runic.ogm.driver.falkordb.address import Address
from runic.ogm.driver.falkordb.client import client_module, lift_timeout
from runic.ogm.driver.falkordb.errors import connect_error, lost_answer
from runic.ogm.driver.falkordb.protocol import Exchange, Flow
from runic.ogm.driver.falkordb.route import MAX_REDIRECTS, find_node, redirected, too_many_redirects

__all__ = ["AsyncPool", "drive_async", "in_thread"]

in_thread = asyncio.to_thread


class AsyncWire(Protocol):
    """What is used of the client's asyncio connection object."""

    async def connect(self) -> None: ...

    async def send_command(self, *arguments: Any, check_health: bool) -> None: ...

    async def read_response(self) -> Any: ...

    async def disconnect(self, nowait: bool = False) -> None: ...


async def drive_async[T](flow: Flow[T], exchange: Callable[[Exchange], Awaitable[list[Any]]]) -> T:
    """Run *flow* to its end."""
    try:
        request = next(flow)
        while True:
            request = flow.send(await exchange(request))
    except StopIteration as done:
        value: T = done.value
        return value


async def _keep(idle: list[AsyncWire]) -> AsyncGenerator[None]:
    """Disconnect what is idle when the event loop, or the pool, ends."""
    try:
        yield
    finally:
        while idle:
            await idle.pop().disconnect()


class _LoopPool:
    """The connections of one event loop."""

    def __init__(self, limit: int) -> None:
        self.idle: list[AsyncWire] = []
        self.free = asyncio.BoundedSemaphore(limit)
        self._keeper = _keep(self.idle)

    async def open(self) -> None:
        await anext(self._keeper)

    async def close(self) -> None:
        await self._keeper.aclose()

    def abandon(self) -> None:
        """Close without waiting, from outside the loop."""
        while self.idle:
            writer = getattr(self.idle.pop(), "_writer", None)
            if writer is not None:
                writer.close()


class AsyncPool:
    """At most ``max_connections`` sockets per event loop, the last used one first."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._node: Address | None = None
        self._closed = False
        self._pools: dict[asyncio.AbstractEventLoop, _LoopPool] = {}

    async def exchange(self, request: Exchange) -> list[Any]:
        """Run the commands once and return their replies, errors of the server among them."""
        pool = await self._of_this_loop()
        for _ in range(MAX_REDIRECTS):
            replies = await self._send(pool, request)
            elsewhere = redirected(replies, self._address, self._node or self._address)
            if elsewhere is None:
                return replies
            self._node = None if elsewhere == self._address else elsewhere
            while pool.idle:
                await pool.idle.pop().disconnect(nowait=True)
        raise too_many_redirects(self._node or self._address)

    async def _send(self, pool: _LoopPool, request: Exchange) -> list[Any]:
        async with pool.free:
            wire = await self._connected(pool.idle)
            try:
                replies = await self._converse(wire, request)
            except Exception as error:
                await wire.disconnect(nowait=True)
                where, self._node = str(self._node or self._address), None
                raise lost_answer(error, where, request.write, request.text) from error
            except BaseException:
                await wire.disconnect(nowait=True)  # cancelled: nobody may read the answer that is still to come
                raise
            pool.idle.append(wire)
        if self._closed:
            await pool.close()
        return replies

    async def _of_this_loop(self) -> _LoopPool:
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None and not self._closed:
            for gone in [known for known in self._pools if known.is_closed()]:
                self._pools.pop(gone, None)
            pool = self._pools[loop] = _LoopPool(self._address.max_connections)
            await pool.open()
        if pool is None or self._closed:
            raise UsageError("the driver is closed")
        return pool

    async def _converse(self, wire: AsyncWire, request: Exchange) -> list[Any]:
        from_server = client_module("redis.exceptions").ResponseError
        for command in request.commands:
            await wire.send_command(*command, check_health=False)
        replies: list[Any] = []
        for _ in request.commands:
            try:
                replies.append(await wire.read_response())
            except from_server as error:
                replies.append(error)
        return replies

    async def _connected(self, idle: list[AsyncWire]) -> AsyncWire:
        """Return a connection that is known to be up: one that has bytes or an end waiting is stale."""
        while idle:
            wire = idle.pop()
            if not _is_stale(wire):
                return wire
            await wire.disconnect(nowait=True)
        return await self._opened()

    async def _opened(self) -> AsyncWire:
        if self._node is not None:
            return await self._wire(self._node)
        wire = await self._wire(self._address)
        if self._address.unix_socket_path:
            return wire
        try:
            node = await drive_async(find_node(self._address), lambda request: self._converse(wire, request))
        except BaseException as error:
            await wire.disconnect(nowait=True)
            if isinstance(error, DriverError) or not isinstance(error, Exception):
                raise
            raise connect_error(error, str(self._address)) from error
        self._node = node
        if node == self._address:
            return wire
        await wire.disconnect()
        return await self._wire(node)

    async def _wire(self, node: Address) -> AsyncWire:
        kinds = client_module("redis.asyncio.connection")
        wire: AsyncWire = getattr(kinds, node.connection_kind())(**node.connection_options())
        try:
            await wire.connect()
        except BaseException as error:
            self._node = None
            await wire.disconnect(nowait=True)
            if not isinstance(error, Exception):
                raise
            raise connect_error(error, str(node)) from error
        lift_timeout(wire)
        return wire

    async def close(self) -> None:
        """Close the connections of every loop; one in use is closed when its answer has come."""
        self._closed = True
        here = asyncio.get_running_loop()
        while self._pools:
            loop, pool = self._pools.popitem()
            if loop is here:
                await pool.close()
            elif loop.is_running():
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(pool.close(), loop))
            elif not loop.is_closed():
                pool.abandon()

    def abandon(self) -> None:
        """Close as far as that goes without a running loop: at exit, or when a client closes."""
        self._closed = True
        while self._pools:
            loop, pool = self._pools.popitem()
            if loop.is_running():
                loop.call_soon_threadsafe(pool.abandon)
            elif not loop.is_closed():
                pool.abandon()


def _is_stale(wire: AsyncWire) -> bool:
    """Look at the socket itself: the loop may not have run since the server went away."""
    writer = getattr(wire, "_writer", None)
    reader = getattr(wire, "_reader", None)
    if writer is None or reader is None or reader.at_eof() or writer.transport.is_closing():
        return True
    sock = writer.get_extra_info("socket")
    if sock is None or not hasattr(select, "poll"):
        return False
    poller = select.poll()
    poller.register(sock.fileno(), select.POLLIN)
    return bool(poller.poll(0))
