"""The synchronous connections of one driver: opened on demand, given back after each exchange, never retried."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Protocol

from runic.exceptions import DriverError, UsageError
from runic.ogm.driver.falkordb.address import Address
from runic.ogm.driver.falkordb.client import client_module, lift_timeout
from runic.ogm.driver.falkordb.errors import connect_error, lost_answer
from runic.ogm.driver.falkordb.protocol import Exchange, Flow, with_gc_paused
from runic.ogm.driver.falkordb.route import MAX_REDIRECTS, find_node, redirected, too_many_redirects

__all__ = ["Pool", "drive"]


class Wire(Protocol):
    """What is used of the client's connection object."""

    def connect(self) -> None: ...

    def send_command(self, *arguments: Any, check_health: bool) -> None: ...

    def can_read(self, timeout: float | None) -> bool: ...

    def read_response(self) -> Any: ...

    def disconnect(self) -> None: ...


def drive[T](flow: Flow[T], exchange: Callable[[Exchange], list[Any]]) -> T:
    """Run *flow* to its end."""
    try:
        request = next(flow)
        while True:
            request = flow.send(exchange(request))
    except StopIteration as done:
        value: T = done.value
        return value


class Pool:
    """At most ``max_connections`` sockets, the last used one first; safe between threads and across a fork."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._node: Address | None = None
        self._closed = False
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._idle: list[Wire] = []
        self._free = threading.BoundedSemaphore(self._address.max_connections)

    def exchange(self, request: Exchange) -> list[Any]:
        """Run the commands once and return their replies, errors of the server among them."""
        if self._process != os.getpid():
            self._start()  # the parent's sockets are not ours to use
        for _ in range(MAX_REDIRECTS):
            replies = self._send(request)
            node = self._node or self._address
            elsewhere = redirected(replies, self._address, node)
            if elsewhere is None:
                return replies
            self._node = None if elsewhere == self._address else elsewhere
            self._disconnect(self._idle)
        raise too_many_redirects(self._node or self._address)

    def _send(self, request: Exchange) -> list[Any]:
        free, idle = self._free, self._idle
        with free:
            wire = self._connected(idle)
            try:
                replies = self._converse(wire, request)
            except Exception as error:
                wire.disconnect()
                where, self._node = str(self._node or self._address), None
                raise lost_answer(error, where, request.write, request.text) from error
            except BaseException:
                wire.disconnect()  # its answer is still to come: nobody may read it
                raise
            idle.append(wire)
        if self._closed:
            self.close()
        return replies

    def _converse(self, wire: Wire, request: Exchange) -> list[Any]:
        from_server = client_module("redis.exceptions").ResponseError
        for command in request.commands:
            wire.send_command(*command, check_health=False)
        replies: list[Any] = []
        for _ in request.commands:
            wire.can_read(None)  # waits for the first bytes, with the collector on
            try:
                replies.append(with_gc_paused(wire.read_response))
            except from_server as error:
                replies.append(error)
        return replies

    def _connected(self, idle: list[Wire]) -> Wire:
        """Return a connection that is known to be up: one that has bytes or an end waiting is stale."""
        if self._closed:
            raise UsageError("the driver is closed")
        try:
            wire = idle.pop()
        except IndexError:
            return self._opened()
        try:
            stale = wire.can_read(0)
        except Exception:
            stale = True
        if not stale:
            return wire
        wire.disconnect()
        return self._connected(idle)

    def _opened(self) -> Wire:
        if self._node is not None:
            return self._wire(self._node)
        wire = self._wire(self._address)
        if self._address.unix_socket_path:
            return wire
        try:
            node = drive(find_node(self._address), lambda request: self._converse(wire, request))
        except DriverError:
            wire.disconnect()
            raise
        except Exception as error:
            wire.disconnect()
            raise connect_error(error, str(self._address)) from error
        self._node = node
        if node == self._address:
            return wire
        wire.disconnect()
        return self._wire(node)

    def _wire(self, node: Address) -> Wire:
        kinds = client_module("redis.connection")
        wire: Wire = getattr(kinds, node.connection_kind())(**node.connection_options())
        try:
            wire.connect()
        except Exception as error:
            self._node = None
            wire.disconnect()
            raise connect_error(error, str(node)) from error
        lift_timeout(wire)
        return wire

    def close(self) -> None:
        """Close the idle connections; one in use is closed when its answer has come."""
        self._closed = True
        if self._process == os.getpid():
            self._disconnect(self._idle)

    def _disconnect(self, idle: list[Wire]) -> None:
        while idle:
            try:
                wire = idle.pop()
            except IndexError:
                return  # another thread took it
            wire.disconnect()
