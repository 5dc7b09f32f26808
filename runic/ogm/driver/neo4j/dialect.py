"""What Neo4j can do and how it spells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from runic.cypher.dialect import Dialect, Feature, Procedure
from runic.ogm.driver.bolt.names import index_name
from runic.ogm.driver.bolt.values import NativeDate, NativeDatetime, NativeDuration
from runic.ogm.driver.neo4j.search import SIMILARITY_FUNCTIONS, exact_score, search_text

__all__ = ["NEO4J", "Neo4jDialect"]


def _number_of(element_id: str) -> int:
    return int(element_id.rpartition(":")[2])


@dataclass(frozen=True, kw_only=True, eq=False)
class Neo4jDialect(Dialect):
    """Neo4j, Cypher 5: element ids are texts, temporal values are the database's own."""

    name: str = "Neo4j"
    features: frozenset[Feature] = frozenset(Feature)
    element_id: str = "elementId({variable})"
    hidden_guards: bool = True
    element_id_type: type[int] | type[str] = str
    unicode_escapes: bool = True
    reserved_variables: frozenset[str] = frozenset(
        {"ALL", "DISTINCT", "FALSE", "INF", "INFINITY", "NAN", "NULL", "TRUE"}
    )
    integer_id: str = "id({variable})"
    integer_of: Callable[[str], int] = _number_of
    native_types: frozenset[type] = frozenset({str, int, float, bool, list, bytes, date, time, datetime, timedelta})
    converters: Mapping[type, Any] = MappingProxyType(
        {date: NativeDate(), datetime: NativeDatetime(), timedelta: NativeDuration()}
    )
    # It keeps 0.0 for -0.0.
    set_compares: bool = True
    functions: Mapping[str, str] = MappingProxyType({"point": "point", **{name: name for name in SIMILARITY_FUNCTIONS}})
    procedures: Mapping[str, Procedure] = MappingProxyType(
        {
            "fulltext": Procedure(
                "db.index.fulltext.queryNodes",
                ("node", "score"),
                lambda label, _properties: (index_name("FULLTEXT", "NODE", label),),
                text=search_text,
            ),
            # 2026 hands over 10 000 nodes at most, whatever it is asked for.
            "vector": Procedure(
                "db.index.vector.queryNodes",
                ("node", "score"),
                lambda label, properties: (index_name("VECTOR", "NODE", label, properties),),
                exact=exact_score,
                most=10_000,
            ),
        }
    )
    packs_rows: bool = True
    schema: str = "runic.ogm.driver.neo4j.ddl:Neo4jSchema"


NEO4J = Neo4jDialect()
