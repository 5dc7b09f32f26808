"""What the full-text search of FalkorDB, which is RediSearch's, is sent."""

from __future__ import annotations

import re

__all__ = ["search_text"]

_WORD = re.compile(r"\w+")
_NAME_PART = re.compile(r"(\W)")


def search_text(text: str, properties: tuple[str, ...], *, words: bool) -> str:
    """See :class:`runic.cypher.dialect.SearchText`; the words of a search are joined by AND, and an empty one finds
    nothing."""
    if words:
        # Whatever is no letter, digit or underscore separates the words of an indexed text too.
        text = " ".join(_WORD.findall(text.lower()))
    if not text.strip():
        return ""
    names = "|".join([_NAME_PART.sub(r"\\\1", name) for name in properties])
    return f"@{names}:({text})" if names else text
