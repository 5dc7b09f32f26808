"""Transaction functions: ``execute_read`` and ``execute_write``, one implementation for every driver.

A driver takes them in by inheriting :class:`TransactionFunctions`. What works in a transaction is a session, which
stands above the drivers: the modules of the two sessions say here how one is opened.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from runic.cypher.dialect import Dialect, Feature
from runic.exceptions import (
    ConflictError,
    ConnectionLostError,
    InvalidArgumentError,
    OrmError,
    OutcomeUnknownError,
    PendingRollbackError,
)
from runic.ogm.driver import AccessMode

if TYPE_CHECKING:
    from runic.ogm.session.async_session import AsyncSession
    from runic.ogm.session.session import Session

__all__ = ["AsyncTransactionFunctions", "Attempts", "TransactionFunctions"]

T = TypeVar("T")

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0
_chain_lock = threading.Lock()


class Attempts:
    """What is tried again, how often, and after which pause."""

    def __init__(self, access_mode: AccessMode, dialect: Dialect, attempts: int, seconds: float) -> None:
        times: Any = attempts
        if not isinstance(times, int) or isinstance(times, bool) or times < 1:
            raise InvalidArgumentError(f"attempts is a number from 1, got {attempts!r}")
        limit: Any = seconds
        if not isinstance(limit, int | float) or limit < 0:
            raise InvalidArgumentError(f"seconds is how long to go on trying, from 0, got {seconds!r}")
        self._reads = access_mode == "read"
        self._undoes = Feature.TRANSACTIONS in dialect.features
        self._left = attempts
        self._made = 0
        self._until = time.monotonic() + seconds

    def pause_after(self, error: OrmError, *, has_written: bool) -> float:
        """Return the seconds to wait before the next attempt; raise *error* when there is none."""
        self._made += 1
        self._left -= 1
        if not self._may_repeat(error, has_written):
            raise error
        longest = min(_FIRST_PAUSE * 2 ** (self._made - 1), _LONGEST_PAUSE)
        pause = random.uniform(longest / 2, longest)
        if not self._left or time.monotonic() + pause > self._until:
            error.add_note(f"given up after {self._made} attempts")
            raise error
        return pause

    def _may_repeat(self, error: BaseException | None, has_written: bool) -> bool:
        if isinstance(error, PendingRollbackError):
            error = error.__cause__
        if isinstance(error, OutcomeUnknownError):
            return self._reads
        if not isinstance(error, ConflictError | ConnectionLostError):
            return False
        return self._reads or self._undoes or not has_written


class _CausalChain:
    """The bookmarks of what the transaction functions of a driver have done: each sees what came before it."""

    _bookmarks: frozenset[str] = frozenset()

    def _extend_chain(self, given: Iterable[str], got: Iterable[str]) -> None:
        with _chain_lock:
            self._bookmarks = self._bookmarks.difference(given).union(got)


class TransactionFunctions(_CausalChain):
    """Run a function in a transaction of its own, and again when the database says that it may be tried again."""

    open_session: ClassVar[Callable[..., Session]]

    @property
    def dialect(self) -> Dialect:
        """The dialect of the database."""
        raise NotImplementedError

    def execute_read(
        self,
        work: Callable[[Session], T],
        *,
        attempts: int = 10,
        seconds: float = 30.0,
        sleep: Callable[[float], object] | None = None,
    ) -> T:
        """Call *work* with a session that only reads and return its result; see :meth:`execute_write`."""
        result: T = self._execute(work, "read", attempts, seconds, sleep)
        return result

    def execute_write(
        self,
        work: Callable[[Session], T],
        *,
        attempts: int = 10,
        seconds: float = 30.0,
        sleep: Callable[[float], object] | None = None,
    ) -> T:
        """Call *work* with a new session, commit, and return its result.

        After a conflict with another transaction or a lost connection all of it is done again with another session,
        so *work* should change nothing but the graph, and leave the commit to this method. At most *attempts* times
        and for *seconds*, with growing random pauses, for which *sleep* is called; then the last error is raised.
        Never after an ``OutcomeUnknownError``, and on a database without transactions not once something was written.
        """
        result: T = self._execute(work, "write", attempts, seconds, sleep)
        return result

    def _execute(self, work: Any, access_mode: AccessMode, attempts: int, seconds: float, sleep: Any) -> Any:
        tries = Attempts(access_mode, self.dialect, attempts, seconds)
        while True:
            given = self._bookmarks
            session = type(self).open_session(self, access_mode=access_mode, bookmarks=given)
            try:
                with session:
                    result = work(session)
            except OrmError as error:
                pause = tries.pause_after(error, has_written=session.has_written)
            else:
                self._extend_chain(given, session.bookmarks)
                return result
            (sleep or time.sleep)(pause)


class AsyncTransactionFunctions(_CausalChain):
    """The async twin of :class:`TransactionFunctions`; *work* and *sleep* are coroutine functions."""

    open_session: ClassVar[Callable[..., AsyncSession]]

    @property
    def dialect(self) -> Dialect:
        """The dialect of the database."""
        raise NotImplementedError

    async def execute_read(
        self,
        work: Callable[[AsyncSession], Awaitable[T]],
        *,
        attempts: int = 10,
        seconds: float = 30.0,
        sleep: Callable[[float], Awaitable[object]] | None = None,
    ) -> T:
        """See :meth:`TransactionFunctions.execute_read`."""
        result: T = await self._execute(work, "read", attempts, seconds, sleep)
        return result

    async def execute_write(
        self,
        work: Callable[[AsyncSession], Awaitable[T]],
        *,
        attempts: int = 10,
        seconds: float = 30.0,
        sleep: Callable[[float], Awaitable[object]] | None = None,
    ) -> T:
        """See :meth:`TransactionFunctions.execute_write`."""
        result: T = await self._execute(work, "write", attempts, seconds, sleep)
        return result

    async def _execute(self, work: Any, access_mode: AccessMode, attempts: int, seconds: float, sleep: Any) -> Any:
        import asyncio  # keeps it out of synchronous programs

        tries = Attempts(access_mode, self.dialect, attempts, seconds)
        while True:
            given = self._bookmarks
            session = type(self).open_session(self, access_mode=access_mode, bookmarks=given)
            try:
                async with session:
                    result = await work(session)
            except OrmError as error:
                pause = tries.pause_after(error, has_written=session.has_written)
            else:
                self._extend_chain(given, session.bookmarks)
                return result
            await (sleep or asyncio.sleep)(pause)
