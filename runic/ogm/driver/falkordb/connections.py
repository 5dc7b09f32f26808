"""Connections of FalkorDB in both colours: one statement at a time, no transactions, nothing held in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator
from itertools import batched
from typing import TYPE_CHECKING

from runic.cypher.compiler import Statement
from runic.exceptions import InvalidArgumentError, UsageError
from runic.ogm.driver import VALUES, AccessMode, GraphResult, RowFactory

if TYPE_CHECKING:
    from runic.ogm.driver.falkordb.drivers import AsyncFalkorDBDriver, FalkorDBDriver

__all__ = ["AsyncFalkorDBConnection", "FalkorDBConnection"]


class FalkorDBConnection:
    """A conversation with one graph; each statement borrows a socket of the driver's for its own time only."""

    __slots__ = ("_driver",)
    bookmarks: Collection[str] = ()

    def __init__(self, driver: FalkorDBDriver) -> None:
        self._driver: FalkorDBDriver | None = driver

    def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """See :meth:`runic.ogm.driver.Connection.run`."""
        return _open(self._driver).run(statement, factory)

    def stream(self, statement: Statement, factory: RowFactory = VALUES, batch: int = 1000) -> Iterator[GraphResult]:
        """Cut the whole answer into parts: FalkorDB has no cursor."""
        size = _batch_size(batch)
        yield from _cut(self.run(statement, factory), size)

    def begin(self, access_mode: AccessMode = "write", bookmarks: Collection[str] = ()) -> None:
        """Do nothing: FalkorDB has no transactions."""

    def commit(self) -> None:
        """Do nothing: every statement is final when it is answered."""

    def rollback(self) -> None:
        """Do nothing: what was answered stays."""

    def close(self) -> None:
        """End the conversation."""
        self._driver = None


class AsyncFalkorDBConnection:
    """The async twin of :class:`FalkorDBConnection`."""

    __slots__ = ("_driver",)
    bookmarks: Collection[str] = ()

    def __init__(self, driver: AsyncFalkorDBDriver) -> None:
        self._driver: AsyncFalkorDBDriver | None = driver

    async def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """See :meth:`runic.ogm.driver.Connection.run`."""
        return await _open(self._driver).run(statement, factory)

    async def stream(
        self, statement: Statement, factory: RowFactory = VALUES, batch: int = 1000
    ) -> AsyncIterator[GraphResult]:
        """See :meth:`FalkorDBConnection.stream`."""
        size = _batch_size(batch)
        for part in _cut(await self.run(statement, factory), size):
            yield part

    async def begin(self, access_mode: AccessMode = "write", bookmarks: Collection[str] = ()) -> None:
        """See :meth:`FalkorDBConnection.begin`."""

    async def commit(self) -> None:
        """See :meth:`FalkorDBConnection.commit`."""

    async def rollback(self) -> None:
        """See :meth:`FalkorDBConnection.rollback`."""

    async def close(self) -> None:
        """See :meth:`FalkorDBConnection.close`."""
        self._driver = None


def _open[D](driver: D | None) -> D:
    if driver is None:
        raise UsageError("the connection is closed; take another one from driver.connect()")
    return driver


def _batch_size(batch: int) -> int:
    if batch < 1:
        raise InvalidArgumentError(f"batch is at least 1, not {batch}")
    return batch


def _cut(result: GraphResult, size: int) -> Iterator[GraphResult]:
    for rows in batched(result.rows, size):
        yield GraphResult(result.columns, list(rows))
