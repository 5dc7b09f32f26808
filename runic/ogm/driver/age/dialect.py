"""What Apache AGE can do and how it spells it: the forms that 1.5 and 1.8 both take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from unicodedata import category

from runic.cypher.dialect import Dialect, ExtraLabels, Feature

__all__ = ["AGE", "AGEDialect"]

_NO_INDEX = "AGE has no such index"


_KEYWORDS = frozenset(
    {
        *("ALL", "ANALYZE", "AND", "ANY", "AS", "ASC", "ASCENDING", "BY", "CALL", "CASE", "COALESCE", "CONTAINS"),
        *("COUNT", "CREATE", "DELETE", "DESC", "DESCENDING", "DETACH", "DISTINCT", "ELSE", "END", "ENDS", "EXISTS"),
        *("EXPLAIN", "FALSE", "IN", "IS", "LIMIT", "MATCH", "MERGE", "NONE", "NOT", "NULL", "ON", "OPERATOR"),
        *(
            "OPTIONAL",
            "OR",
            "ORDER",
            "REDUCE",
            "REMOVE",
            "RETURN",
            "SET",
            "SINGLE",
            "SKIP",
            "STARTS",
            "THEN",
            "TRUE",
            "UNION",
        ),
        *("UNWIND", "VERBOSE", "WHEN", "WHERE", "WITH", "XOR", "YIELD"),
    }
)


def _whole(pattern: str) -> str:
    """PostgreSQL finds a pattern anywhere in a text."""
    return f"^(?:{pattern})$"


def _label_limits(name: str) -> str | None:
    """A label or type is a table."""
    if len(name.encode("utf-8", "surrogatepass")) > 63:
        return "it is longer than the 63 bytes of a table's name"
    if name[:1].isdecimal() or not all(map(_in_a_label, name)):
        return "it may hold letters, digits and underscores only, and not start with a digit"
    return None


def _in_a_label(character: str) -> bool:
    return character == "_" or character.isalpha() or character.isdecimal() or category(character).startswith("M")


def _text_limits(text: str) -> str | None:
    if "\x00" in text:
        return "it holds a NUL character"
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        return "it holds a lone surrogate, which UTF-8 cannot carry"
    return None


@dataclass(frozen=True, kw_only=True, eq=False)
class AGEDialect(Dialect):
    """Apache AGE: one label per node, further ones in a list property; no search."""

    name: str = "Apache AGE"
    features: frozenset[Feature] = frozenset(
        {Feature.MULTI_LABEL, Feature.UNDIRECTED_MERGE, Feature.TRANSACTIONS, Feature.PATTERN_PREDICATE}
    )
    refusals: Mapping[Feature, str] = MappingProxyType(
        {
            Feature.FULLTEXT: f"{_NO_INDEX}; filter with contains(), or keep the texts in a database that searches",
            Feature.VECTOR: f"{_NO_INDEX}; keep the vectors in a database that searches them",
            Feature.EXISTS_SUBQUERY: "AGE 1.5 has none; use a traversal",
            Feature.CURSOR: "the whole answer is fetched; page with skip() and limit()",
        }
    )
    extra_labels: ExtraLabels = ExtraLabels.AS_PROPERTY
    # A function of PostgreSQL takes 100 arguments, and to AGE 1.5 a map is one of names and values.
    map_width: int = 50
    always_quote: bool = True
    quoted_names_may_hold_quotes: bool = False
    label_limits: Callable[[str], str | None] = _label_limits
    pattern_predicate: str = "EXISTS({pattern})"
    # AGE 1.8 crashes on id(n) IN with anything but a literal.
    element_id_in: str = "[id({variable})][0]"
    # AGE 1.5 does not know the name.
    orders_by_alias: bool = False
    orders_distinct: bool = False
    finds_nothing_in_empty: bool = False
    # A variable named like a column of AGE's tables is taken for it, without an error, and to 1.5 a keyword is one
    # also in backticks.
    renamed_variables: frozenset[str] = frozenset({"ID", "PROPERTIES", "START_ID", "END_ID"}) | _KEYWORDS
    merges_rows: bool = False
    keyword_properties: frozenset[str] = _KEYWORDS
    regex_pattern: Callable[[str], str] = _whole
    text_limits: Callable[[str], str | None] = _text_limits
    unique_text_limits: Callable[[str], str | None] = _text_limits
    schema: str = "runic.ogm.driver.age.ddl:AGESchema"


AGE = AGEDialect()
