"""FalkorDB: drivers over connections of their own, their dialect, and what makes them from an address."""

from __future__ import annotations

from typing import Any

from runic.ogm.driver.falkordb.address import address_from_options
from runic.ogm.driver.falkordb.dialect import FALKORDB, FalkorDBDialect
from runic.ogm.driver.falkordb.drivers import AsyncFalkorDBDriver, FalkorDBDriver

__all__ = [
    "FALKORDB",
    "AsyncFalkorDBDriver",
    "FalkorDBDialect",
    "FalkorDBDriver",
    "create_async_falkordb_driver",
    "create_falkordb_driver",
]

_GRAPH = "runic"


def create_falkordb_driver(
    host: str | None = None,
    port: int | None = None,
    graph: str | None = None,
    *,
    url: str | None = None,
    **options: Any,
) -> FalkorDBDriver:
    """Return a driver for *graph* at an address."""
    address, named = address_from_options(url, {"host": host, "port": port, **options})
    return FalkorDBDriver.at(graph or named or _GRAPH, address)


def create_async_falkordb_driver(
    host: str | None = None,
    port: int | None = None,
    graph: str | None = None,
    *,
    url: str | None = None,
    **options: Any,
) -> AsyncFalkorDBDriver:
    """Return an async driver, which connects at first use; see :func:`create_falkordb_driver`."""
    address, named = address_from_options(url, {"host": host, "port": port, **options})
    return AsyncFalkorDBDriver.at(graph or named or _GRAPH, address)
