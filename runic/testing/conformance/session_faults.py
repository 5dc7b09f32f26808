"""A driver whose statements fail when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runic.testing.conformance.harness import Db


class Faults:
    """Make the driver of *db* fail: ``faults.at(2, error)`` is the second statement from now.

    With *sent* the statement reaches the server first, as when its answer is lost. ``faults.on["commit"]`` is the
    error of the next call of that method of a connection.
    """

    def __init__(self, db: Db) -> None:
        self._planned: dict[int, tuple[Any, bool]] = {}
        self._count = 0
        self.on: dict[str, Any] = {}
        self.before: Callable[[], Any] | None = None
        connect = db.driver.connect
        failing = _AsyncFailing if db.is_async else _Failing
        db.driver.connect = lambda: failing(connect(), self)

    def at(self, number: int, error: Any, *, sent: bool = False) -> None:
        """Raise *error* for the *number*-th statement from now."""
        self._planned[self._count + number] = (error, sent)

    def next(self) -> tuple[Any, bool]:
        """Count one statement and return what happens to it."""
        self._count += 1
        return self._planned.get(self._count, (None, True))


class _Failing:
    def __init__(self, connection: Any, faults: Faults) -> None:
        self._connection = connection
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        error = self._faults.on.pop(name, None)
        if error is not None:
            raise error
        return getattr(self._connection, name)

    def run(self, statement: Any, *rest: Any) -> Any:
        error, sent = self._faults.next()
        if self._faults.before is not None:
            self._faults.before()
        result = self._connection.run(statement, *rest) if sent else None
        if error is not None:
            raise error
        return result


class _AsyncFailing(_Failing):
    async def run(self, statement: Any, *rest: Any) -> Any:
        error, sent = self._faults.next()
        if self._faults.before is not None:
            await self._faults.before()
        result = await self._connection.run(statement, *rest) if sent else None
        if error is not None:
            raise error
        return result
