"""The life of an asynchronous session; see :mod:`runic.ogm.session._life`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from runic.ogm.driver import AccessMode, AsyncConnection, GraphResult
from runic.ogm.driver.factory import async_driver_for
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.session import closing
from runic.ogm.session._surface import SessionSurface, require_colour
from runic.ogm.session.ending import committed, rolled_back
from runic.ogm.session.flow import Flow, Request, arun, async_answer
from runic.ogm.session.writing import flush

__all__ = ["AsyncSessionLife"]

T = TypeVar("T")


class AsyncSessionLife(SessionSurface):
    """The async twin of :class:`~runic.ogm.session._life.SessionLife`."""

    def __init__(
        self,
        driver: Any,
        mapper: Mapper | None = None,
        *,
        log_cypher: bool | str = False,
        autoflush: bool = False,
        access_mode: AccessMode = "write",
        bookmarks: Iterable[str] = (),
    ) -> None:
        self._driver = async_driver_for(driver)
        require_colour(self._driver, asynchronous=True)
        super().__init__(self._driver.dialect, mapper, log_cypher, autoflush, access_mode, bookmarks)
        self._connection: AsyncConnection | None = None
        self._queue = _new_lock()

    # -- sending ------------------------------------------------------------------------------------------------

    async def _run(self, flow: Flow[T]) -> T:
        self._require_usable()
        async with self._queue:
            self._require_usable()
            self._writing = False
            try:
                return await arun(flow, self._send)
            except BaseException as error:
                self._note_escape(error)
                raise

    async def _send(self, request: Request) -> GraphResult:
        self._note_sending(request)
        try:
            if self._connection is None:
                self._connection = await self._begun(self._driver.connect())
            result = await async_answer(self._connection, request)
        except BaseException as error:
            if self._note_failure(error):
                await self._give_back()
            raise
        self._note_answer(request.statement)
        return result

    async def _begun(self, connection: AsyncConnection) -> AsyncConnection:
        try:
            await connection.begin(self._access_mode, self._bookmarks)
        except BaseException:
            await closing.async_close(connection)
            raise
        return connection

    # -- life ---------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self._require_usable()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None and not self._closed:
                await self.commit()
        except BaseException as failure:
            error = failure
            raise
        finally:
            with closing.after(error):
                await self.close()

    async def flush(self) -> None:
        """See :meth:`Session.flush`."""
        await self._run(flush(self._unit))

    async def commit(self) -> None:
        """See :meth:`Session.commit`."""
        await self.flush()
        async with self._queue:
            connection, self._connection = self._connection, None
            if connection is not None:
                self._writing = self._wrote
                try:
                    await connection.commit()
                    self._bookmarks = frozenset(connection.bookmarks) or self._bookmarks
                except BaseException as error:
                    self._note_failure(error)
                    raise
                finally:
                    await closing.async_close(connection)
            self._note_end()
            committed(self._unit)

    def begin(self) -> AbstractAsyncContextManager[Self]:
        """See :meth:`Session.begin`."""
        return self._begin()

    @asynccontextmanager
    async def _begin(self) -> AsyncGenerator[Self]:
        with self._block():
            try:
                yield self
                if not self._closed:
                    await self.commit()
            except BaseException:
                if not self._closed:
                    await self.rollback()
                raise

    async def rollback(self) -> None:
        """See :meth:`Session.rollback`."""
        async with self._queue:
            if self._broken is None:
                self._require_usable()
            self._broken = None
            await self._give_back()
            self._note_end()
            rolled_back(self._unit)

    async def _give_back(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await closing.async_undo(connection)

    async def close(self) -> None:
        """See :meth:`Session.close`."""
        async with self._queue:
            if self._closed:
                return
            try:
                await self._give_back()
            finally:
                self._unit.expunge_all()
                self._closed = True


def _new_lock() -> Any:
    # Whoever makes an AsyncSession has imported asyncio; importing runic.ogm alone should not.
    import asyncio

    return asyncio.Lock()
