"""Memgraph over Bolt: how to connect; its dialect, its searches and its schema are the modules beside this one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from runic.ogm.driver.bolt.address import BoltAddress, bolt_address
from runic.ogm.driver.memgraph.dialect import MEMGRAPH, MemgraphDialect, memgraph_dialect
from runic.ogm.driver.memgraph.drivers import AsyncMemgraphDriver, MemgraphDriver

__all__ = [
    "MEMGRAPH",
    "AsyncMemgraphDriver",
    "MemgraphDialect",
    "MemgraphDriver",
    "create_async_memgraph_driver",
    "create_memgraph_driver",
    "memgraph_dialect",
]


def create_memgraph_driver(*, version: str | None = None, **options: Any) -> MemgraphDriver:
    """Return a driver for a Memgraph server, unencrypted and on the database ``memgraph`` unless told otherwise.

    *version* is that of the server, as ``"3.4"``; the newest that is known when it is None.
    """
    return MemgraphDriver.at(_address(options), memgraph_dialect(version))


def create_async_memgraph_driver(*, version: str | None = None, **options: Any) -> AsyncMemgraphDriver:
    """See :func:`create_memgraph_driver`."""
    return AsyncMemgraphDriver.at(_address(options), memgraph_dialect(version))


def _address(options: dict[str, Any]) -> BoltAddress:
    address = bolt_address("memgraph", options, encrypted=False)
    return address if address.database else replace(address, database="memgraph")
