"""Texts that break what builds statements by hand."""

from __future__ import annotations

import random

__all__ = ["texts"]

_BREAKING = (
    "", " ", "\t\n", "'", '"', "`", "``", "'''", '\\"', "\\", "\\\\'", "\\u0027", "$", "$p0", "$rows", "{", "}",
    "{{}}",
    "{variable}", "%s", "%(x)s", "n", "row", "id", "count", "MATCH", "null", "true", "RETURN 1", "a.b", "a b", "-",
    ":", ";",
    "//", "/* */", "-- x", "1", "-1", "1a", "é", "Ünï", "日本", "\u202eabc", "e\u0301", "\U0001f600", "\u2028",
    "\xa0", "\ufeff",
    "\x00", "a\x00b", "\x01", "\x7f", "\ud800", "x" * 300, "_", "__class__", "_runic", "n.text", "n.text DESC",
    "*", "**", "()",
    "') DETACH DELETE n //", "`) DETACH DELETE n //", "'}) MATCH (m) DETACH DELETE m RETURN ('", "\\') DELETE n //",
    "x` = 1 SET n.`y", "n) DETACH DELETE (n", "0; MATCH (n) DELETE n", "'; DROP TABLE users; --", "x\"]) DELETE n //",
)  # fmt: skip
_PIECES = (
    "'", '"', "`", "\\", "\\u0027", "$",
    "{", "}", "(", ")", "[", "]", "\n", "\r", "\t", " ", "a", "N", "9", "é", "\U0001f600",
    "\x00", "\x01", "\ud800", ":", ";", "//", "/*", "*/", " DELETE n ", "*", "|", "@", "~", "-", "+", "^", ".", ",",
)  # fmt: skip


def texts(seed: int, some: int) -> list[str]:
    """Return every text of the list, and *some* random ones."""
    chance = random.Random(seed)
    return [*_BREAKING, *("".join(chance.choices(_PIECES, k=chance.randint(1, 8))) for _ in range(some))]
