"""Shapes that Memgraph refuses, answers wrongly or dies of, found in the text of a statement.

This is no grammar: it knows the order of clauses, where a pattern may be a condition, and the other rules that a
compiler for Neo4j or FalkorDB would break without noticing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["faults"]

_TOKEN = re.compile(
    r"""\s+ | (?P<text>'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*") | (?P<quoted>`(?:[^`]|``)*`) | (?P<parameter>\$\w+)
    | (?P<number>\d+(?:\.\d+)?) | (?P<word>\w+) | (?P<sign>\.\.|<=|>=|<>|=~|.)""",
    re.VERBOSE | re.DOTALL,
)
_DDL = re.compile(r"(CREATE|DROP)\s+(EDGE |TEXT |VECTOR |POINT |GLOBAL )*(INDEX|CONSTRAINT|ALL|ENUM)\b|SHOW\b")
_UPDATES = {"CREATE", "MERGE", "SET", "DELETE", "REMOVE"}
_CLAUSES = {"MATCH", "UNWIND", "WITH", "RETURN", "CALL", *_UPDATES}
_PARTS = {"WHERE", "ORDER", "SKIP", "LIMIT", "YIELD"}
_AGGREGATES = {"COUNT", "SUM", "AVG", "MIN", "MAX", "COLLECT"}
_MISSING = {
    *("STDEV", "STDEVP", "PERCENTILECONT", "PERCENTILEDISC", "NULLIF", "TIME", "SHORTESTPATH", "ALLSHORTESTPATHS"),
    *("ELEMENTID", "DEGREES", "RADIANS", "HAVERSIN", "COT", "NORMALIZE", "CHAR_LENGTH", "VECF32", "INTERN", "TYPEOF"),
}
_NO_NAMES = {
    *("CONSTRAINTS", "HOPS", "INDEXES", "KSHORTEST", "LAG", "LEADERSHIP", "PROFILE_RESTRICTION", "PROFILES"),
    *("RESOURCE", "SNAPSHOTS", "USAGE"),
}
_TIGHT = {"IN", "IS", "STARTS", "ENDS", "CONTAINS", "=~"}
_OPEN, _CLOSE = "([{", ")]}"


@dataclass
class Token:
    kind: str
    text: str

    @property
    def upper(self) -> str:
        """The word in capitals; nothing for what is quoted, so that it is never a keyword."""
        return self.text.upper() if self.kind in ("word", "sign") else ""

    @property
    def name(self) -> str:
        return self.text[1:-1].replace("``", "`") if self.kind == "quoted" else self.text


@dataclass
class Clause:
    """A clause: its keyword, and the tokens of each of its parts."""

    word: str
    optional: bool = False
    parts: dict[str, list[Token]] = field(default_factory=lambda: {"": []})


def faults(text: str) -> list[str]:
    """Return what is wrong with a statement, each fault as a sentence; an empty list if nothing is."""
    if _DDL.match(text.lstrip()):
        return []
    tokens = [
        Token(match.lastgroup, match[0]) for match in _TOKEN.finditer(text) if match.lastgroup and match[0].strip()
    ]
    return [*_everywhere(tokens), *_query(tokens, inside=False)]


def _everywhere(tokens: Sequence[Token]) -> Iterator[str]:
    for before, token, after in zip([Token("", ""), *tokens], tokens, [*tokens[1:], Token("", "")], strict=False):
        if token.kind == "word" and after.text == "(" and token.upper in _MISSING and before.text != ".":
            yield f"there is no function {token.text}()"
        if token.kind == "word" and token.upper in _NO_NAMES and before.text in (":", ".", "AS", "|", "(", "[", ","):
            yield f"{token.text} is a keyword and has to be quoted"
        if token.upper == "EXISTS" and after.text == "(":
            following = tokens[tokens.index(token) + 2 :]
            if following and following[0].text != "(":
                yield "exists() takes a pattern, not a property"


def _query(tokens: Sequence[Token], *, inside: bool) -> Iterator[str]:
    optional = updated = False
    deleted: set[str] = set()
    for clause in _clauses(tokens):
        word = clause.word
        if word == "MATCH" and optional and not clause.optional:
            yield "MATCH stands after OPTIONAL MATCH"
        if word in ("MATCH", "UNWIND") and updated:
            yield f"{word} stands after an update"
        if word == "WITH":
            optional = updated = False
        optional = optional or clause.optional
        updated = updated or word in _UPDATES
        if word == "DELETE":
            deleted |= {token.name for token in clause.parts[""]}
        if word == "RETURN" and any(token.name in deleted for token in _flat(clause)):
            yield "RETURN names what was deleted"
        yield from _clause(clause, inside)


def _clauses(tokens: Sequence[Token]) -> Iterator[Clause]:
    """Take a query apart where a keyword stands outside all brackets and names nothing."""
    clause: Clause | None = None
    depth, part = 0, ""
    for position, token in enumerate(tokens):
        before = tokens[position - 1] if position else Token("", "")
        named = before.text in (".", ":") or before.upper in ("STARTS", "ENDS", "ON", "AS")
        if depth == 0 and not named and token.upper in _CLAUSES and token.kind == "word":
            if clause is not None:
                yield clause
            clause, part = Clause(token.upper, before.upper == "OPTIONAL"), ""
            continue
        if depth == 0 and not named and token.upper in _PARTS and clause is not None:
            part = token.upper
            clause.parts[part] = []
            continue
        depth += (token.text in _OPEN and token.kind == "sign") - (token.text in _CLOSE and token.kind == "sign")
        if clause is not None and (depth or token.upper not in ("OPTIONAL", "DETACH")):
            clause.parts[part].append(token)
    if clause is not None:
        yield clause


def _clause(clause: Clause, inside: bool) -> Iterator[str]:
    word, parts = clause.word, clause.parts
    own = parts[""]
    if word in ("MATCH", "MERGE", "CREATE"):
        yield from _pattern(word, own)
    elif word == "CALL" and own and own[0].text == "{":
        yield from _query(own[1:-1], inside=True)
        return
    elif word == "CALL" and "YIELD" not in parts:
        yield "a procedure is called without YIELD"
    if "WHERE" in parts:
        if "YIELD" in parts:
            yield "WHERE stands after YIELD"
        yield from _condition(parts["WHERE"], in_match=word == "MATCH")
    for name in ("SKIP", "LIMIT"):
        if name in parts and any(token.kind not in ("number", "parameter") for token in parts[name]):
            yield f"{name} takes numbers and parameters"
    if word in ("WITH", "RETURN"):
        yield from _columns(clause, inside)
    if word in ("WITH", "RETURN", "SET", "UNWIND"):
        yield from _no_pattern(own, f"in {word}")


def _pattern(word: str, tokens: Sequence[Token]) -> Iterator[str]:
    brackets: list[str] = []
    for position, token in enumerate(tokens):
        if token.kind == "sign" and token.text in _OPEN:
            brackets.append(token.text)
        elif token.kind == "sign" and token.text in _CLOSE:
            brackets.pop()
        elif token.kind == "parameter" and "{" not in brackets and word != "CREATE":
            yield f"a whole map is a pattern in {word}"
        elif token.text == "." and brackets and "{" not in brackets:
            yield f"a row's map is a pattern in {word}"
        if word == "CREATE" and not brackets and token.text == "]":
            around = [each.text for each in tokens[position + 1 : position + 3]]
            if around != ["-", ">"]:
                opened = max(index for index in range(position) if tokens[index].text == "[")
                if [each.text for each in tokens[opened - 2 : opened]] != ["<", "-"]:
                    yield "CREATE makes a relationship without a direction"


def _condition(tokens: Sequence[Token], *, in_match: bool) -> Iterator[str]:
    if not in_match:
        yield from _no_pattern(tokens, "in the WHERE of a WITH")
    for depth, token, after in _with_case(tokens):
        if depth and token.upper == "EXISTS" and after.text in ("(", "{"):
            yield "EXISTS stands inside CASE"
        if token.upper in _AGGREGATES and after.text == "(":
            yield "WHERE aggregates"
        if token.upper == "EXISTS" and after.text == "{":
            yield "EXISTS {} takes a query, and its answer was wrong up to 3.12"
    yield from _precedence(tokens)


def _no_pattern(tokens: Sequence[Token], where: str) -> Iterator[str]:
    for token, after in _pairs(tokens):
        if token.upper == "EXISTS" and after.text in ("(", "{"):
            yield f"EXISTS stands {where}"
    texts = [token.text for token in tokens]
    for position in range(len(texts) - 2):
        if texts[position : position + 3] in ([")", "-", "["], [")", "<", "-"], [")", "-", "-"]):
            yield f"a pattern stands {where}"


def _precedence(tokens: Sequence[Token]) -> Iterator[str]:
    """Before 3.11 these bind tighter than a sum: a sum beside one of them has to be in parentheses."""
    levels: list[list[set[str]]] = [[set()]]
    for token in tokens:
        if token.kind == "sign" and token.text in _OPEN:
            levels.append([set()])
        elif token.kind == "sign" and token.text in _CLOSE and len(levels) > 1:
            yield from _mixed(levels.pop())
        elif token.upper in ("AND", "OR", "NOT", "XOR", ","):
            levels[-1].append(set())
        elif token.upper in _TIGHT:
            levels[-1][-1].add("tight")
        elif token.text in ("+", "*", "/", "%"):
            levels[-1][-1].add("sum")
    for level in levels:
        yield from _mixed(level)


def _mixed(operands: list[set[str]]) -> Iterator[str]:
    if any(found == {"tight", "sum"} for found in operands):
        yield "a sum stands beside IN, IS NULL, STARTS WITH or =~ without parentheses"


def _columns(clause: Clause, inside: bool) -> Iterator[str]:
    names: set[str] = set()
    aggregated = False
    for item in _split(clause.parts[""]):
        words = [token.upper for token in item]
        if words and words[0] == "DISTINCT":
            item, words = item[1:], words[1:]
        aggregated = aggregated or any(
            token.upper in _AGGREGATES and after.text == "(" for token, after in _pairs(item)
        )
        if "AS" in words:
            names.add(item[-1].name)
        elif len(item) == 1:
            names.add(item[0].name)
        elif clause.word == "WITH" or inside:
            yield f"an expression of {clause.word} has no AS"
        for depth, token, after in _with_case(item):
            if depth and token.upper in _AGGREGATES and after.text == "(":
                yield "CASE aggregates"
    order = clause.parts.get("ORDER", [])
    yield from _no_pattern(order, "in ORDER BY")
    for before, token, after in zip([Token("", ""), *order], order, [*order[1:], Token("", "")], strict=False):
        if token.upper in _AGGREGATES and after.text == "(":
            yield "ORDER BY aggregates"
        variable = token.kind in ("word", "quoted") and after.text != "(" and before.text != "."
        if aggregated and variable and token.upper not in ("BY", "DESC", "ASC") and token.name not in names:
            yield f"ORDER BY names {token.name}, which the aggregate hides"


def _with_case(tokens: Sequence[Token]) -> Iterator[tuple[int, Token, Token]]:
    """Yield each token with the number of CASEs around it and its successor."""
    depth = 0
    for token, after in _pairs(tokens):
        depth += (token.upper == "CASE") - (token.upper == "END")
        yield depth, token, after


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Yield each token and its successor."""
    return zip(tokens, [*tokens[1:], Token("", "")], strict=False)


def _split(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    depth, item = 0, list[Token]()
    for token in tokens:
        depth += (token.text in _OPEN and token.kind == "sign") - (token.text in _CLOSE and token.kind == "sign")
        if depth == 0 and token.text == "," and token.kind == "sign":
            yield item
            item = []
        else:
            item.append(token)
    yield item


def _flat(clause: Clause) -> Iterator[Token]:
    for tokens in clause.parts.values():
        yield from tokens
