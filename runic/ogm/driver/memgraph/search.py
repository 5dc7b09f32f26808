"""What the text search of Memgraph, which is Tantivy's, is sent: every term beside the property to look for it in."""

from __future__ import annotations

import re

from runic.exceptions import QuerySyntaxError

__all__ = ["search_text"]

# The index takes a text apart at whatever is no letter or digit, and leaves out words of 40 bytes and more.
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 39
_ODD = re.compile(r"([^\w])")
_PARTS = re.compile(r'[^\s()"]*"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+|"')
_OPERATORS = frozenset({"(", ")", "AND", "OR", "NOT"})


def search_text(text: str, properties: tuple[str, ...], *, words: bool) -> str:
    """See :class:`runic.cypher.dialect.SearchText`; words of a query of one's own are joined by OR here.

    A term that names its own ``data.property:`` stands as it is. Raises :class:`QuerySyntaxError` for quotes and
    parentheses that do not match.
    """
    names = ["data." + _ODD.sub(r"\\\1", name) for name in properties]
    if words:
        typed: list[list[str]] = [_WORD.findall(word.lower()) for word in text.split()]
        if any(len(word.encode("utf-8", "replace")) > _LONGEST for phrase in typed for word in phrase):
            return _nothing(names)
        return " AND ".join([_in_each(names, f'"{" ".join(phrase)}"') for phrase in typed if phrase]) or _nothing(names)
    parts: list[str] = _PARTS.findall(text)
    _require_pairs(parts, text)
    written = [part if part in _OPERATORS or ":" in part.partition('"')[0] else _signed(names, part) for part in parts]
    return " ".join(written) or _nothing(names)


def _signed(names: list[str], part: str) -> str:
    sign = part[0] if part[0] in "+-" else ""
    return f"{sign}{_in_each(names, part[len(sign) :])}"


def _in_each(names: list[str], term: str) -> str:
    found = " OR ".join([f"{name}:{term}" for name in names])
    return f"({found})" if len(names) > 1 else found


def _nothing(names: list[str]) -> str:
    """Return a query that no text fulfils: an empty one is refused."""
    return f"{names[0]}:a AND NOT {names[0]}:a"


def _require_pairs(parts: list[str], text: str) -> None:
    depth = 0
    for part in parts:
        depth += (part == "(") - (part == ")")
        if depth < 0:
            break
    if depth or '"' in parts:
        raise QuerySyntaxError(
            f"the text of the search is no query: in {text[:80]!r} a quote or a parenthesis has no other; give what a "
            "person typed to search_words() first"
        )
