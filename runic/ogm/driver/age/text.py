"""Cypher inside SQL: AGE wants the columns of a statement named before it runs.

A compiled statement knows its columns. Those of a raw one are read from its last RETURN; whether it writes is told
by its clauses, as AGE asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from runic.exceptions import QuerySyntaxError, UsageError

__all__ = ["columns_of", "created_labels", "in_sql", "require_parameters", "writes"]

_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`]|``)*`|//[^\n]*|/\*.*?\*/|[A-Za-z_]\w*|\s+|.""", re.DOTALL
)
_LABEL = re.compile(r"\((?:\w+|`[^`]*`)?:`([^`]+)`")
_TYPE = re.compile(r"\[(?:\w+|`[^`]*`)?:`([^`]+)`")
_WRITING = frozenset({"CREATE", "MERGE", "SET", "DELETE", "REMOVE"})
_ENDING = frozenset({"ORDER", "SKIP", "LIMIT", "UNION"})


def in_sql(graph: str, cypher: str, width: int) -> str:
    """Return the SQL that runs *cypher*, its parameters being the one parameter of the SQL."""
    tag, number = "$cypher$", 0
    while tag in cypher:
        number += 1
        tag = f"$cypher{number}$"
    columns = ", ".join([f"c{position} agtype" for position in range(width or 1)])
    # The client takes each % for a placeholder of its own.
    quoted = f"'{graph.replace(chr(39), chr(39) * 2)}', {tag} {cypher} {tag}".replace("%", "%%")
    return f"SELECT * FROM cypher({quoted}, %s) AS ({columns})"


def require_parameters(cypher: str, given: Collection[str]) -> None:
    """Raise :class:`QuerySyntaxError` for a parameter that is not given, which AGE takes for null."""
    tokens = _tokens(cypher)
    for before, name in pairwise(tokens):
        if before == "$" and name not in given and name.isidentifier():
            raise QuerySyntaxError(f"the parameter ${name} is not given; add it to the parameters [{cypher[:120]}]")


def created_labels(cypher: str) -> tuple[list[str], list[str]]:
    """Return the labels and the types that a compiled statement creates."""
    created = [line for line in cypher.split("\n") if line.startswith("CREATE ")]
    return _LABEL.findall(created[0]) if created else [], _TYPE.findall(created[0]) if created else []


def _tokens(cypher: str) -> list[str]:
    return [token for token in _TOKEN.findall(cypher) if not token.startswith(("//", "/*"))]


def _clauses(tokens: Sequence[str]) -> list[tuple[int, str]]:
    """Return position and name, in capitals, of each word outside brackets that is no name of anything."""
    depth, found, before = 0, list[tuple[int, str]](), ""
    for position, token in enumerate(tokens):
        if token.isspace():
            continue
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
        elif not depth and token[0].isalpha() and before not in (".", ":", "$"):
            found.append((position, token.upper()))
        before = token
    return found


def writes(cypher: str) -> bool:
    """Whether a clause of *cypher* changes the graph."""
    return any(word in _WRITING for _, word in _clauses(_tokens(cypher)))


def columns_of(cypher: str) -> list[str]:
    """Return the names of the columns of *cypher*; raises :class:`UsageError` for ``RETURN *``."""
    tokens = _tokens(cypher)
    clauses = _clauses(tokens)
    start = max([position for position, word in clauses if word == "RETURN"], default=None)
    if start is None:
        return []
    end = min([at for at, word in clauses if at > start and word in _ENDING], default=len(tokens))
    columns = [_name(item) for item in _items(tokens[start + 1 : end])]
    if "*" in columns:
        raise UsageError("AGE has to be told the columns of a statement: name what it returns instead of RETURN *")
    return columns


def _items(tokens: Sequence[str]) -> list[list[str]]:
    items: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in "([{") - (token in ")]}") if not token.isspace() else 0
        if token == "," and not depth:
            items.append([])
        elif token != ";":
            items[-1].append(token)
    return items


def _name(tokens: list[str]) -> str:
    words = [token for token in tokens if not token.isspace()]
    if len(words) > 2 and words[-2].upper() == "AS":
        return words[-1].strip("`").replace("``", "`")
    text = "".join(tokens).strip()
    return re.sub(r"^distinct\s+", "", text, flags=re.IGNORECASE)
