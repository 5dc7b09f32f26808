"""What the full-text search of FalkorDB, which is RediSearch's, is sent."""

from __future__ import annotations

import re

__all__ = ["search_text"]

_WORD = re.compile(r"\w+")
_NAME_PART = re.compile(r"(\W)")


def search_text(text: str, properties: tuple[str, ...], *, words: bool) -> str:
    """See :class:`runic.cypher.dialect.SearchText`; the words of a search are joined by AND, and an empty one finds
    nothing."""
    # Whatever is no letter, digit or underscore separates the words of an indexed text too.
    parts = _WORD.findall(text.lower()) if words else [text] if text.strip() else []
    if len(properties) > 1 and not all(map(_WORD.fullmatch, properties)):
        # In a list of names only the first one may have a backslash.
        unions = (" | ".join([f"({_within(name, part)})" for name in properties]) for part in parts)
        return " ".join([f"({union})" for union in unions])
    query = " ".join(parts)
    if not properties or not query:
        return query
    return f"@{'|'.join(properties)}:({query})" if len(properties) > 1 else _within(properties[0], query)


def _within(name: str, query: str) -> str:
    return f"@{_NAME_PART.sub(r'\\\1', name)}:({query})"
