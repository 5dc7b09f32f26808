"""What ArcadeDB can do and how it spells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any

from runic.cypher.dialect import Dialect, Feature, Procedure, single_precision
from runic.ogm.driver.arcadedb.ddl import search_index_name
from runic.ogm.driver.bolt.values import NativeDate, NativeDuration, packed_size
from runic.ogm.driver.neo4j.search import search_text

__all__ = ["ARCADEDB", "ArcadeDBDialect"]


def _number_of(element_id: str) -> int:
    """Return what ``id()`` makes of ``#bucket:position``."""
    bucket, _, position = element_id.removeprefix("#").partition(":")
    return (int(bucket) << 47) | int(position)


def _name_limits(name: str) -> str | None:
    """Labels and relationship types are files."""
    if not name.strip():
        return "it is blank"
    if "*" in name:
        return "it holds an asterisk"
    return "it is longer than 200 bytes" if len(name.encode("utf-8", "surrogatepass")) > 200 else None


def _ordered_column_limits(name: str) -> str | None:
    return "it holds a dot" if "." in name else None


@dataclass(frozen=True, kw_only=True, eq=False)
class ArcadeDBDialect(Dialect):
    """ArcadeDB: Neo4j's Cypher over Bolt, with types for labels that share their names with relationship types."""

    name: str = "ArcadeDB"
    features: frozenset[Feature] = frozenset(Feature)
    element_id: str = "elementId({variable})"
    element_id_type: type[int] | type[str] = str
    integer_id: str = "id({variable})"
    integer_of: Callable[[str], int] = _number_of
    quoted_names_may_hold_quotes: bool = False
    name_limits: Callable[[str], str | None] = _name_limits
    ordered_column_limits: Callable[[str], str | None] = _ordered_column_limits
    reserved_variables: frozenset[str] = frozenset({"ALL", "DISTINCT", "FALSE", "NULL", "TRUE"})
    filters_after_cut: bool = False
    native_types: frozenset[type] = frozenset({str, int, float, bool, list, bytes, date, time, timedelta})
    # A stored datetime would lose its zone, so that aware and naive ones could not be told apart: it is kept as text.
    converters: Mapping[type, Any] = MappingProxyType({date: NativeDate(), timedelta: NativeDuration()})
    functions: Mapping[str, str] = MappingProxyType({"point": "point"})
    procedures: Mapping[str, Procedure] = MappingProxyType(
        {
            "fulltext": Procedure(
                "db.index.fulltext.queryNodes",
                ("node", "score"),
                lambda label, properties: (search_index_name(label, properties),),
                text=search_text,
            ),
            "vector": Procedure(
                "db.index.vector.queryNodes",
                ("node", "score"),
                lambda label, properties: (search_index_name(label, properties),),
            ),
        }
    )
    packs_rows: bool = True
    # The server never answers a message of 16 MiB; what goes along with the parameters is small.
    max_message: int = 15 * 1024 * 1024
    message_size: Callable[[Any], int] = packed_size
    schema: str = "runic.ogm.driver.arcadedb.ddl:ArcadeDBSchema"
    # An indexed vector is kept in 32 bits.
    round_single: Callable[[float], float] = single_precision


ARCADEDB = ArcadeDBDialect()
