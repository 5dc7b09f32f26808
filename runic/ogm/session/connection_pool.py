"""Connection managers: one driver for a whole application, and sessions from it."""

from __future__ import annotations

from typing import Any

from runic.exceptions import InvalidTypeError
from runic.ogm.driver import AsyncGraphDriver, GraphDriver
from runic.ogm.driver.factory import async_driver_for, driver_for
from runic.ogm.session.async_session import AsyncSession
from runic.ogm.session.session import Session

__all__ = ["AsyncConnectionManager", "ConnectionManager"]


def _handle(db: Any, graph_name: str | None) -> Any:
    """Return the graph handle: *db* itself, or the graph of that name of a client."""
    if graph_name is None:
        return db
    select = getattr(db, "select_graph", None)
    if select is None:
        raise InvalidTypeError(f"expected a client with select_graph() beside graph_name={graph_name!r}, got {db!r}")
    return select(graph_name)


class ConnectionManager:
    """Hold one driver: from a driver or graph handle, or from a client and the name of a graph."""

    def __init__(self, db: Any, graph_name: str | None = None) -> None:
        self._driver = driver_for(_handle(db, graph_name))

    def acquire(self) -> GraphDriver:
        """Return the driver."""
        return self._driver

    def release(self, driver: GraphDriver) -> None:
        """Take a driver back; it stays open for the next one who asks."""

    def session(self, **options: Any) -> Session:
        """Return a new session; *options* are those of :class:`Session`."""
        return Session(self._driver, **options)


class AsyncConnectionManager:
    """The async twin of :class:`ConnectionManager`."""

    def __init__(self, db: Any, graph_name: str | None = None) -> None:
        self._driver = async_driver_for(_handle(db, graph_name))

    def acquire(self) -> AsyncGraphDriver:
        """Return the driver."""
        return self._driver

    async def release(self, driver: AsyncGraphDriver) -> None:
        """See :meth:`ConnectionManager.release`."""

    def session(self, **options: Any) -> AsyncSession:
        """Return a new session; *options* are those of :class:`AsyncSession`."""
        return AsyncSession(self._driver, **options)
