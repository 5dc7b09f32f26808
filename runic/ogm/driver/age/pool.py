"""The connections of a driver: idle ones are kept, and at most so many exist.

The client's own pool is not used: it opens connections in the background and hides why none could be opened.
"""

from __future__ import annotations

import selectors
import threading
from collections import deque
from collections.abc import Generator
from typing import Any

from runic.exceptions import ConnectionLostError, UsageError
from runic.ogm.driver.age.address import AgeAddress
from runic.ogm.driver.age.tables import CREATING, new_table

__all__ = ["AsyncPool", "Pool"]

_SETUP = 'SET search_path = ag_catalog, "$user", public'
_KNOWN = "SELECT 1 FROM ag_graph WHERE name = %s"
_TAKEN = ("42P06", "42P07", "23505", "3F000")


def _steps(graph: str | None) -> Generator[tuple[str, list[str] | None], Any, None]:
    """Yield what a new connection runs, in order; it is sent whether a graph exists, and creates one that does not."""
    yield "LOAD 'age'", None
    yield _SETUP, None
    if graph is not None:
        exists = yield _KNOWN, [graph]
        if not exists:
            yield CREATING, None
            exists = yield _KNOWN, [graph]
            if not exists:
                yield "SELECT create_graph(%s)", [graph]


def _hung_up(connection: Any) -> bool:
    """Whether something arrived on an idle connection, which is the end of it: nobody asked for anything."""
    with selectors.DefaultSelector() as arrived:
        arrived.register(connection.fileno(), selectors.EVENT_READ)
        return bool(arrived.select(0))


class _Limits:
    def __init__(self, client: Any, address: AgeAddress) -> None:
        self._client = client
        self._address = address
        self._idle: list[Any] = []
        self._used: set[Any] = set()
        self._created = self._closed = False
        self.known: set[tuple[str, str]] = set()
        self.orphans: deque[Any] = deque()
        """Connections that were collected without being given back."""

    def _settings(self) -> dict[str, Any]:
        # A prepared plan goes on as if a label created later did not exist.
        return {**self._address.parts, "prepare_threshold": None}

    def _exhausted(self) -> ConnectionLostError:
        most, seconds = self._address.max_connections, self._address.acquire_timeout
        return ConnectionLostError(
            f"all {most} connections are in use, and none became free within {seconds:g} s: close sessions, or "
            "raise max_connections="
        )

    def _require_open(self) -> None:
        if self._closed:
            raise UsageError("the driver is closed; make another one")

    @property
    def alone(self) -> bool:
        """Whether there is no second connection, to create labels on while a transaction is open."""
        return self._address.max_connections == 1

    def _graph(self) -> str | None:
        return None if self._created else self._address.graph


class Pool(_Limits):
    """Connections for threads."""

    def __init__(self, client: Any, address: AgeAddress) -> None:
        super().__init__(client, address)
        self._free = threading.BoundedSemaphore(address.max_connections)

    def take(self) -> Any:
        """Return a connection without a transaction; raises :class:`ConnectionLostError` when none becomes free."""
        self._require_open()
        self._reclaim()
        if not self._free.acquire(timeout=self._address.acquire_timeout):
            raise self._exhausted()
        try:
            connection = self._kept() or self._open()
        except BaseException:
            self._free.release()
            raise
        self._used.add(connection)
        return connection

    def give(self, connection: Any) -> None:
        """Take *connection* back; one that is broken is forgotten with all idle ones, which the server has left too."""
        self._used.discard(connection)
        if connection.closed:
            self.clear()
        else:
            self._idle.append(connection)
        self._free.release()

    def close(self) -> None:
        """Close the connections, also those in use, and give none any more."""
        self._closed = True
        self.clear()
        for connection in list(self._used):
            connection.close()

    def create(self, names: list[tuple[str, str]]) -> None:
        """Create labels and types in a transaction of their own, as two that create the same one would collide."""
        connection = self._open()
        try:
            for pair in names:
                try:
                    connection.execute(new_table(self._address.graph, *pair))
                    connection.commit()
                except self._client.errors.Error as error:
                    if error.sqlstate not in _TAKEN:
                        raise
                    connection.rollback()
                self.known.add(pair)
        finally:
            connection.close()

    def _kept(self) -> Any:
        """Return an idle connection that the server has not left meanwhile, or None."""
        while self._idle:
            connection = self._idle.pop()
            if not _hung_up(connection):
                return connection
            connection.close()
        return None

    def _reclaim(self) -> None:
        while self.orphans:
            connection = self.orphans.popleft()
            connection.close()
            self._used.discard(connection)
            self._free.release()

    def clear(self) -> None:
        """Close the idle connections."""
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _open(self) -> Any:
        connection = self._client.Connection.connect(**self._settings())
        try:
            prepare(connection, self._graph())
        except BaseException:
            connection.close()
            raise
        self._created = True
        return connection


def prepare(connection: Any, graph: str | None) -> None:
    """Make *connection* one that takes Cypher, and create *graph* if it is not there."""
    steps = _steps(graph)
    try:
        step = next(steps)
        while True:
            cursor = connection.execute(*step)
            step = steps.send(cursor.fetchone() if cursor.description else None)
    except StopIteration:
        connection.commit()


class AsyncPool(_Limits):
    """Connections for tasks; the async twin of :class:`Pool`."""

    def __init__(self, client: Any, address: AgeAddress) -> None:
        super().__init__(client, address)
        self._free: Any = None

    async def take(self) -> Any:
        """See :meth:`Pool.take`."""
        import asyncio  # keeps asyncio out of sync programs

        self._require_open()
        if self._free is None:
            self._free = asyncio.BoundedSemaphore(self._address.max_connections)
        await self._reclaim()
        try:
            await asyncio.wait_for(self._free.acquire(), self._address.acquire_timeout)
        except TimeoutError as error:
            raise self._exhausted() from error
        try:
            connection = await self._kept() or await self._open()
        except BaseException:
            self._free.release()
            raise
        self._used.add(connection)
        return connection

    async def give(self, connection: Any) -> None:
        """See :meth:`Pool.give`."""
        self._used.discard(connection)
        try:
            if connection.closed:
                await self.clear()
            else:
                self._idle.append(connection)
        finally:
            self._free.release()

    async def close(self) -> None:
        """See :meth:`Pool.close`."""
        self._closed = True
        await self.clear()
        for connection in list(self._used):
            await connection.close()

    async def create(self, names: list[tuple[str, str]]) -> None:
        """See :meth:`Pool.create`."""
        connection = await self._open()
        try:
            for pair in names:
                try:
                    await connection.execute(new_table(self._address.graph, *pair))
                    await connection.commit()
                except self._client.errors.Error as error:
                    if error.sqlstate not in _TAKEN:
                        raise
                    await connection.rollback()
                self.known.add(pair)
        finally:
            await connection.close()

    async def _kept(self) -> Any:
        """See :meth:`Pool._kept`."""
        while self._idle:
            connection = self._idle.pop()
            if not _hung_up(connection):
                return connection
            await connection.close()
        return None

    async def _reclaim(self) -> None:
        while self.orphans:
            connection = self.orphans.popleft()
            await connection.close()
            self._used.discard(connection)
            self._free.release()

    async def clear(self) -> None:
        """See :meth:`Pool.clear`."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.close()

    async def _open(self) -> Any:
        connection = await self._client.AsyncConnection.connect(**self._settings())
        try:
            await prepare_async(connection, self._graph())
        except BaseException:
            await connection.close()
            raise
        self._created = True
        return connection


async def prepare_async(connection: Any, graph: str | None) -> None:
    """See :func:`prepare`."""
    steps = _steps(graph)
    try:
        step = next(steps)
        while True:
            cursor = await connection.execute(*step)
            step = steps.send(await cursor.fetchone() if cursor.description else None)
    except StopIteration:
        await connection.commit()
