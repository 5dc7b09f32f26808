"""What FalkorDB can do and how it spells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import Any

from runic.cypher.ast import Node, With
from runic.cypher.dialect import Dialect, Feature, Procedure, single_precision
from runic.ogm.driver.falkordb.search import search_text
from runic.ogm.driver.falkordb.stages import with_

__all__ = ["FALKORDB", "FalkorDBDialect"]

_UNIQUE_BYTES = 4096
_CRASH = "a unique constraint over it would end the FalkorDB server"


def _anchored(pattern: str) -> str:
    # Not ``$``, which also matches before a line break at the end.
    return f"^(?:{pattern})\\z"


def _round_float(value: float) -> float:
    return float(f"{value:.15g}")


def _round_coordinate(value: float) -> float:
    return _round_float(single_precision(value))


def _float_limits(value: float) -> str | None:
    return None if isfinite(value) else "it is not finite, and FalkorDB takes neither infinity nor NaN"


def _text_limits(text: str) -> str | None:
    return "it holds a NUL character, which FalkorDB cannot store" if "\x00" in text else Dialect.text_limits(text)


def _unique_text_limits(text: str) -> str | None:
    """Refuse what ends the process of 4.16 and 4.22 alike: the constraint's index finds no value in it."""
    if not text:
        return f"it is empty: {_CRASH}"
    if text != text.strip():
        return f"it starts or ends with whitespace: {_CRASH}"
    if "\x01" in text:
        return f"it holds the control character U+0001: {_CRASH}"
    if len(text.encode("utf-8", "surrogatepass")) > _UNIQUE_BYTES:
        return f"it is longer than {_UNIQUE_BYTES} bytes: {_CRASH}"
    return _text_limits(text)


@dataclass(frozen=True, kw_only=True, eq=False)
class FalkorDBDialect(Dialect):
    """FalkorDB: no transactions, search procedures of its own, 15-digit floats and 32-bit points and vectors."""

    name: str = "FalkorDB"
    features: frozenset[Feature] = frozenset(
        {Feature.MULTI_LABEL, Feature.FULLTEXT, Feature.VECTOR, Feature.PATTERN_PREDICATE}
    )
    refusals: Mapping[Feature, str] = MappingProxyType(
        {
            Feature.UNDIRECTED_MERGE: "Write the relationship in one direction; an undirected MATCH finds it.",
            Feature.TRANSACTIONS: "A single statement is atomic; put what belongs together into one.",
            Feature.CURSOR: "Read in pages ordered by a key.",
            Feature.EXISTS_SUBQUERY: "Use a pattern as a condition.",
        }
    )
    functions: Mapping[str, str] = MappingProxyType({"vector": "vecf32", "point": "point", "intern": "intern"})
    user_functions: bool = True
    procedures: Mapping[str, Procedure] = MappingProxyType(
        {
            "fulltext": Procedure(
                "db.idx.fulltext.queryNodes", ("node", "score"), lambda label, _properties: (label,), text=search_text
            ),
            "vector": Procedure(
                "db.idx.vector.queryNodes",
                ("node", "score"),
                lambda label, properties: (label, *properties),
                scores=MappingProxyType({"cosine": "1 - {score} / 2", "euclidean": "1 / (1 + {score} * {score})"}),
            ),
        }
    )
    element_id_parameter: str = "toInteger({parameter})"
    regex: str = "size(string.matchRegEx({subject}, {pattern})) > 0"
    regex_or_null: str = "(size(string.matchRegEx({subject}, {pattern})) > 0 OR {subject} <> {subject})"
    regex_pattern: Callable[[str], str] = _anchored
    quoted_names_may_hold_quotes: bool = False
    renderers: Mapping[type[Node], Callable[[Any, Any], str]] = MappingProxyType({With: with_})
    reserved_variables: frozenset[str] = frozenset({"DISTINCT", "FALSE", "NOT", "NULL", "TRUE"})
    schema: str = "runic.ogm.driver.falkordb.ddl:FalkorDBSchema"
    # 4.16 and 4.22 keep 1 for 1.0 and 0.0 for -0.0; 4.16 also a vector whose first changed item differs by less than 1.
    set_compares: bool = True
    # 4.16 keeps one of two properties that are removed together.
    removes_together: bool = False
    round_float: Callable[[float], float] = _round_float
    round_single: Callable[[float], float] = single_precision
    round_coordinate: Callable[[float], float] = _round_coordinate
    float_limits: Callable[[float], str | None] = _float_limits
    text_limits: Callable[[str], str | None] = _text_limits
    unique_text_limits: Callable[[str], str | None] = _unique_text_limits


FALKORDB = FalkorDBDialect()
STRICT = FalkorDBDialect(
    torn_flush='FalkorDB has no transactions, and transactions="strict" allows no flush that could be done by half. '
    "Flush after each step that may stand alone, or write what belongs together in one statement: "
    "session.execute(cypher, params, write=True)."
)
"""The dialect of a driver with ``transactions="strict"``."""
