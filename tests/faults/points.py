"""Doing something at a chosen point: just before a statement that writes is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runic.testing.conformance.harness import Db


class Points:
    """Count the writes that the driver of *db* sends; ``points.before_write(2, action)`` acts before the second."""

    def __init__(self, db: Db) -> None:
        self._left = 0
        self._action: Callable[[], object] = lambda: None
        connect = db.driver.connect
        db.driver.connect = lambda: _Pointed(connect(), self)

    def before_write(self, number: int, action: Callable[[], object]) -> None:
        """Call *action* before the *number*-th write from now."""
        self._left, self._action = number, action

    def passed(self) -> None:
        """Count one write."""
        self._left -= 1
        if self._left == 0:
            self._action()


class _Pointed:
    def __init__(self, connection: Any, points: Points) -> None:
        self._connection = connection
        self._points = points

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def run(self, statement: Any, *rest: Any) -> Any:
        if statement.write:
            self._points.passed()
        return self._connection.run(statement, *rest)
