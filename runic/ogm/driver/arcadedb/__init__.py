"""ArcadeDB over Bolt: how to connect; its dialect and its schema are the modules beside this one."""

from __future__ import annotations

from typing import Any

from runic.ogm.driver.arcadedb.dialect import ARCADEDB, ArcadeDBDialect
from runic.ogm.driver.arcadedb.drivers import ArcadeDBDriver, AsyncArcadeDBDriver
from runic.ogm.driver.bolt.address import bolt_address

__all__ = [
    "ARCADEDB",
    "ArcadeDBDialect",
    "ArcadeDBDriver",
    "AsyncArcadeDBDriver",
    "create_arcadedb_driver",
    "create_async_arcadedb_driver",
]

_HTTP_PORT = 2480


def create_arcadedb_driver(*, http_port: int = _HTTP_PORT, **options: Any) -> ArcadeDBDriver:
    """Return a driver for an ArcadeDB server; *http_port* is where it takes the SQL that makes search indexes."""
    driver = ArcadeDBDriver.at(bolt_address("arcadedb", options, encrypted=False), ARCADEDB)
    driver.http_port = http_port
    return driver


def create_async_arcadedb_driver(*, http_port: int = _HTTP_PORT, **options: Any) -> AsyncArcadeDBDriver:
    """See :func:`create_arcadedb_driver`."""
    driver = AsyncArcadeDBDriver.at(bolt_address("arcadedb", options, encrypted=False), ARCADEDB)
    driver.http_port = http_port
    return driver
