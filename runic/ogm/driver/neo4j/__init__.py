"""Neo4j: how to connect; its dialect, its search language and its schema are the modules beside this one."""

from __future__ import annotations

from typing import Any

from runic.ogm.driver.bolt import AsyncBoltDriver, BoltDriver
from runic.ogm.driver.bolt.address import bolt_address
from runic.ogm.driver.neo4j.dialect import NEO4J, Neo4jDialect

__all__ = ["NEO4J", "Neo4jDialect", "create_async_neo4j_driver", "create_neo4j_driver"]


def create_neo4j_driver(**options: Any) -> BoltDriver:
    """Return a driver for a Neo4j server; encrypted unless ``encrypted=False`` or the URL says otherwise."""
    return BoltDriver.at(bolt_address("neo4j", options, encrypted=True), NEO4J)


def create_async_neo4j_driver(**options: Any) -> AsyncBoltDriver:
    """See :func:`create_neo4j_driver`."""
    return AsyncBoltDriver.at(bolt_address("neo4j", options, encrypted=True), NEO4J)
