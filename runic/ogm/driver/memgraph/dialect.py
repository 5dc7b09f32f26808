"""What Memgraph can do and how it spells it, for each version from 3.0 on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from runic.cypher.ast import Clause, Node
from runic.cypher.dialect import Dialect, Feature, Procedure, single_precision
from runic.exceptions import InvalidArgumentError
from runic.ogm.driver.bolt.names import index_name
from runic.ogm.driver.bolt.values import NativeDate, NativeDatetime
from runic.ogm.driver.memgraph.clauses import RENDERERS, TEXT_SEARCH, arranged, checked_pattern, seeking
from runic.ogm.driver.memgraph.search import search_text

__all__ = ["MEMGRAPH", "OLDEST", "MemgraphDialect", "memgraph_dialect"]

OLDEST, NEWEST = (3, 0), (3, 12)
_VERSION = re.compile(r"(\d+)\.(\d+)(\.\d+)?").fullmatch

# Words that one version or another takes as no name at all.
_NO_NAMES = frozenset(
    {
        *("CONSTRAINTS", "HOPS", "INDEXES", "KSHORTEST", "LAG", "LEADERSHIP", "PROFILES", "PROFILE_RESTRICTION"),
        *("RESOURCE", "SNAPSHOTS", "USAGE"),
    }
)
# Words that could be read as a value, an operator or a clause where a variable stands.
_KEYWORDS = frozenset(
    {
        *("ALL", "AND", "ANY", "AS", "CASE", "COALESCE", "CONTAINS", "COUNT", "DISTINCT", "ELSE", "END", "ENDS"),
        *("EXISTS", "EXTRACT", "FALSE", "FILTER", "IN", "IS", "NONE", "NOT", "NULL", "OR", "REDUCE", "SINGLE"),
        *("STARTS", "THEN", "TRUE", "WHEN", "XOR"),
        *("ASC", "ASCENDING", "BY", "CALL", "CREATE", "DELETE", "DESC", "DESCENDING", "DETACH", "FOREACH", "LIMIT"),
        *("LOAD", "MATCH", "MERGE", "ON", "OPTIONAL", "ORDER", "REMOVE", "RETURN", "SET", "SKIP", "UNION", "UNWIND"),
        *("USING", "WHERE", "WITH", "YIELD"),
    }
)
_EVERY_FEATURE = frozenset(Feature) - {Feature.EXISTS_SUBQUERY}


@dataclass(frozen=True, kw_only=True, eq=False)
class MemgraphDialect(Dialect):
    """Memgraph 3: element ids are integers; dates and datetimes are its own, durations whole microseconds.

    Its own durations have no ``min``, ``max`` and ``sum``. Bytes and times with a zone close the connection, so they
    are stored as text.
    """

    name: str = "Memgraph"
    version: tuple[int, int] = NEWEST
    features: frozenset[Feature] = _EVERY_FEATURE
    refusals: Mapping[Feature, str] = MappingProxyType(
        {
            Feature.FULLTEXT: "Its text search has scores from 3.6 on: give the driver the server's version= if it is "
            "newer, or search with contains() on toLower() texts.",
            Feature.EXISTS_SUBQUERY: "Use a pattern as a condition.",
        }
    )
    native_types: frozenset[type] = frozenset({str, int, float, bool, list, date, datetime})
    converters: Mapping[type, Any] = MappingProxyType({date: NativeDate(), datetime: NativeDatetime()})
    functions: Mapping[str, str] = MappingProxyType({"point": "point"})
    procedures: Mapping[str, Procedure] = MappingProxyType(
        {
            "fulltext": Procedure(
                TEXT_SEARCH,
                ("node", "score"),
                lambda label, _properties: (index_name("FULLTEXT", "NODE", label),),
                text=search_text,
                every_property=True,
            ),
            # The euclidean distance is a square already; the similarity beside it does not order under cosine.
            "vector": Procedure(
                "vector_search.search",
                ("node", "distance"),
                lambda label, properties: (index_name("VECTOR", "NODE", label, properties),),
                scores=MappingProxyType({"cosine": "1 - {score} / 2", "euclidean": "1 / (1 + {score})"}),
            ),
        }
    )
    # From 3.8 on a vector with an index is kept in it alone.
    round_single: Callable[[float], float] = single_precision
    regex_pattern: Callable[[str], str] = checked_pattern
    reserved_names: frozenset[str] = _NO_NAMES
    reserved_variables: frozenset[str] = _NO_NAMES | _KEYWORDS
    renderers: Mapping[type[Node], Callable[[Any, Any], str]] = RENDERERS
    rewrite: Callable[[tuple[Clause, ...]], tuple[Clause, ...]] = arranged
    schema: str = "runic.ogm.driver.memgraph.ddl:MemgraphSchema"


MEMGRAPH = MemgraphDialect()


def memgraph_dialect(version: object = None) -> MemgraphDialect:
    """Return the dialect of a server's *version* as ``"3.4"``; of the newest that is known when it is None.

    Raises :class:`InvalidArgumentError` for a text that is no version and for one before 3.0.
    """
    if version is None:
        return MEMGRAPH
    found = _VERSION(version) if isinstance(version, str) else None
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        raise InvalidArgumentError(f"version is that of a Memgraph server from 3.0 on, such as '3.12', not {version!r}")
    return _dialect_of(min((int(found[1]), int(found[2])), NEWEST))


@cache
def _dialect_of(version: tuple[int, int]) -> MemgraphDialect:
    if version == NEWEST:
        return MEMGRAPH
    return MemgraphDialect(
        version=version,
        features=_EVERY_FEATURE - ({Feature.FULLTEXT} if version < (3, 6) else frozenset[Feature]()),
        round_single=single_precision if version >= (3, 8) else float,
        rewrite=seeking if version < (3, 12) else arranged,
    )
