"""The life of a synchronous session: its connection, what is sent on it, and how its transactions end."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from runic.exceptions import (
    SessionBusyError,
)
from runic.ogm.driver import AccessMode, Connection, GraphResult
from runic.ogm.driver.factory import driver_for
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.session import closing
from runic.ogm.session._surface import SessionSurface, require_colour
from runic.ogm.session.ending import committed, rolled_back
from runic.ogm.session.flow import Flow, Request, answer, run
from runic.ogm.session.writing import flush

__all__ = ["SessionLife"]

T = TypeVar("T")


class SessionLife(SessionSurface):
    """A session without the operations on objects and statements."""

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
        self._driver = driver_for(driver)
        require_colour(self._driver, asynchronous=False)
        super().__init__(self._driver.dialect, mapper, log_cypher, autoflush, access_mode, bookmarks)
        self._connection: Connection | None = None

    # -- sending ------------------------------------------------------------------------------------------------

    def _run(self, flow: Flow[T]) -> T:
        self._require_usable()
        if not self._turn.acquire(blocking=False):
            mine = self._thread == threading.get_ident()
            who = "itself, as by a converter or property that reads it" if mine else "another thread"
            raise SessionBusyError(f"this session is in use by {who}; give each thread a session of its own")
        self._thread = threading.get_ident()
        self._writing = False
        try:
            return run(flow, self._send)
        except BaseException as error:
            self._note_escape(error)
            raise
        finally:
            self._turn.release()

    def _send(self, request: Request) -> GraphResult:
        self._note_sending(request)
        try:
            if self._connection is None:
                self._connection = self._begun(self._driver.connect())
            result = answer(self._connection, request)
        except BaseException as error:
            if self._note_failure(error):
                self._give_back()
            raise
        self._note_answer(request.statement)
        return result

    def _begun(self, connection: Connection) -> Connection:
        try:
            connection.begin(self._access_mode, self._bookmarks)
        except BaseException:
            closing.close(connection)
            raise
        return connection

    # -- life ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._require_usable()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None and not self._closed:
                self.commit()
        except BaseException as failure:
            error = failure
            raise
        finally:
            with closing.after(error):
                self.close()

    def flush(self) -> None:
        """Write every pending change; see the error tree for what may refuse it, which leaves the session usable."""
        self._run(flush(self._unit))

    def commit(self) -> None:
        """Flush, and make it durable where the database has transactions; loaded values stay."""
        self.flush()
        connection, self._connection = self._connection, None
        if connection is not None:
            self._writing = self._wrote
            try:
                connection.commit()
                self._bookmarks = frozenset(connection.bookmarks) or self._bookmarks
            except BaseException as error:
                self._note_failure(error)
                raise
            finally:
                closing.close(connection)
        self._note_end()
        committed(self._unit)

    def begin(self) -> AbstractContextManager[Self]:
        """Return a block that commits at its end, or rolls back on an exception; the session stays open.

        What was pending before belongs to it. Entering it raises :class:`UsageError` inside another such block, and
        after a flush that is not committed.
        """
        return self._begin()

    @contextmanager
    def _begin(self) -> Generator[Self]:
        with self._block():
            try:
                yield self
                if not self._closed:
                    self.commit()
            except BaseException:
                if not self._closed:
                    self.rollback()
                raise

    def rollback(self) -> None:
        """Discard pending changes, undo what was flushed where the database can, and expire what is loaded."""
        if self._broken is None:
            self._require_usable()
        self._require_free()
        self._broken = None
        self._give_back()
        self._note_end()
        rolled_back(self._unit)

    def _give_back(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            closing.undo(connection)

    def close(self) -> None:
        """Roll back what was not committed, let every object go and give the connection back."""
        if self._closed:
            return
        self._require_free()
        try:
            self._give_back()
        finally:
            self._unit.expunge_all()
            self._closed = True
