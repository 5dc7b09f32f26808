"""Neo4j: its dialect and how to connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from runic.cypher.dialect import Dialect, Feature, Procedure
from runic.ogm.driver.bolt import AsyncBoltDriver, BoltDriver
from runic.ogm.driver.bolt.address import bolt_address
from runic.ogm.driver.bolt.values import NativeDatetime, NativeDuration

__all__ = ["NEO4J", "Neo4jDialect", "create_async_neo4j_driver", "create_neo4j_driver"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Neo4jDialect(Dialect):
    """Neo4j, Cypher 5: element ids are texts, temporal values are the database's own."""

    name: str = "Neo4j"
    features: frozenset[Feature] = frozenset(Feature)
    element_id: str = "elementId({variable})"
    element_id_type: type[int] | type[str] = str
    native_types: frozenset[type] = frozenset({str, int, float, bool, list, bytes, date, time, datetime, timedelta})
    converters: Mapping[type, Any] = MappingProxyType({datetime: NativeDatetime(), timedelta: NativeDuration()})
    functions: Mapping[str, str] = MappingProxyType({"point": "point"})
    procedures: Mapping[str, Procedure] = MappingProxyType(
        {
            "fulltext": Procedure("db.index.fulltext.queryNodes", ("node", "score")),
            "vector": Procedure("db.index.vector.queryNodes", ("node", "score")),
        }
    )


NEO4J = Neo4jDialect()


def create_neo4j_driver(**options: Any) -> BoltDriver:
    """Return a driver for a Neo4j server; encrypted unless ``encrypted=False`` or the URL says otherwise."""
    return BoltDriver.at(bolt_address("neo4j", options, encrypted=True), NEO4J)


def create_async_neo4j_driver(**options: Any) -> AsyncBoltDriver:
    """See :func:`create_neo4j_driver`."""
    return AsyncBoltDriver.at(bolt_address("neo4j", options, encrypted=True), NEO4J)
