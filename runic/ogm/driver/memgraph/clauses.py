"""Queries in the forms that Memgraph takes: what may stand where, and what it would answer wrongly or refuse.

A pattern is a condition only in the WHERE of a MATCH, and an aggregate can be ordered by only under its name. What a
search yields may be a node that the transaction does not see, so it is matched again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from types import MappingProxyType
from typing import Any

from runic.cypher import ast
from runic.cypher._clauses import CLAUSES
from runic.cypher.rendering import EXPRESSIONS, Rendering
from runic.exceptions import UnsupportedFeatureError

__all__ = ["RENDERERS", "TEXT_SEARCH", "arranged", "checked_pattern", "seeking"]

TEXT_SEARCH = "text_search.search"

# Without a limit of its own a search is cut at 1000.
_MOST_FOUND = 100_000
_AGGREGATES = frozenset({"avg", "collect", "count", "max", "min", "sum"})
_ORDERED = frozenset({"<", "<=", ">", ">="})
_UNORDERED: tuple[type[Any], ...] = (bool, list, tuple, dict)
_ECMASCRIPT_LACKS = re.compile(r"(?<!\\)\(\?(?![:=!])").search
_FOUND = "__found"


@dataclass(frozen=True, slots=True)
class Existing(ast.Clause):
    """Bind *name* to whether *path* exists, for each row and without changing how many there are."""

    path: ast.Path
    name: str


def arranged(clauses: tuple[ast.Clause, ...]) -> tuple[ast.Clause, ...]:
    """Return *clauses* with every condition, order and search in a form that is taken."""
    numbers = count()
    found: list[ast.Clause] = []
    for clause in clauses:
        if isinstance(clause, ast.With):
            found += _staged(_ordered(clause), numbers)
        elif isinstance(clause, ast.Return):
            found.append(_ordered(clause))
        elif isinstance(clause, ast.Call):
            found += _matched(clause)
        else:
            found.append(clause)
    return tuple(found)


def seeking(clauses: tuple[ast.Clause, ...]) -> tuple[ast.Clause, ...]:
    """See :func:`arranged`; before 3.12 a node is sought by one element id, and by a list of them all are scanned."""
    first, *others = arranged(clauses)
    if not isinstance(first, ast.Match) or first.optional or len(first.paths) > 1:
        return (first, *others)
    for position, condition in enumerate(first.where):
        if isinstance(condition, ast.Compare) and condition.operator == "IN":
            left, right = condition.left, condition.right
            if isinstance(left, ast.ElementId) and isinstance(right, ast.Parameter):
                each = ast.Unwind(ast.Parameter(list(dict.fromkeys(right.value))), "__id")
                where = list(first.where)
                where[position] = ast.Compare(left, "=", ast.Variable("__id"))
                return (each, replace(first, where=tuple(where)), *others)
    return (first, *others)


def checked_pattern(pattern: str) -> str:
    """Return a regular expression as it is; raise :class:`UnsupportedFeatureError` for what ECMAScript has not."""
    if found := _ECMASCRIPT_LACKS(pattern):
        raise UnsupportedFeatureError(
            f"Memgraph does not support {pattern[found.start() : found.start() + 4]!r} in a regular expression: it has "
            "no flags, look-behind or named groups. Write [Aa] for either case, or compare with contains()."
        )
    return pattern


def _staged(stage: ast.With, numbers: Any) -> list[ast.Clause]:
    """Return a WITH whose patterns among the conditions are asked for beforehand, row by row."""
    asked: list[Existing] = []

    def flag(condition: ast.Expression) -> ast.Expression:
        if isinstance(condition, ast.PatternPredicate):
            asked.append(Existing(condition.path, f"__has{next(numbers)}"))
            return ast.Variable(asked[-1].name)
        if isinstance(condition, ast.Not):
            return ast.Not(flag(condition.operand))
        if isinstance(condition, ast.And | ast.Or):
            return type(condition)(tuple([flag(operand) for operand in condition.operands]))
        return condition

    where = tuple([flag(condition) for condition in stage.where])
    if not asked:
        return [stage]
    kept = [ast.Item(ast.Variable(item.alias)) if item.alias else item for item in stage.items]
    flags = [ast.Item(ast.Variable(each.name)) for each in asked]
    return [replace(stage, where=()), *asked, ast.With((*kept, *flags), where=where)]


def _matched(call: ast.Call) -> list[ast.Clause]:
    """Return a search, and the MATCH that finds what it yields once more, with the conditions on it."""
    (node, variable), *others = call.yields
    arguments = call.arguments
    if call.procedure == TEXT_SEARCH:
        arguments = (*arguments, ast.MapOf((("limit", ast.Constant(_MOST_FOUND)),)))
    found = replace(call, arguments=arguments, yields=((node, _FOUND), *others), where=())
    same = ast.Compare(ast.ElementId(variable), "=", ast.ElementId(_FOUND))
    return [found, ast.Match((ast.Path(ast.NodePattern(variable)),), (same, *call.where))]


def _ordered[C: (ast.With, ast.Return)](clause: C) -> C:
    """Return a clause whose ORDER BY names its columns, where an aggregate hides everything else."""
    if not clause.order or not any(_aggregates(item.expression) for item in clause.items):
        return clause
    items = [
        item if item.alias or isinstance(item.expression, ast.Variable) else replace(item, alias=_text(item.expression))
        for item in clause.items
    ]
    names = {item.expression: ast.Variable(item.alias) for item in items if item.alias}
    order = tuple([replace(term, expression=_named(term.expression, names)) for term in clause.order])
    return replace(clause, items=tuple(items), order=order)


def _named(expression: ast.Expression, names: Mapping[ast.Expression, ast.Variable]) -> ast.Expression:
    if expression in names:
        return names[expression]
    if isinstance(expression, ast.Function):
        return replace(expression, arguments=tuple([_named(argument, names) for argument in expression.arguments]))
    return expression


def _aggregates(expression: ast.Expression) -> bool:
    return isinstance(expression, ast.Function) and (
        expression.name in _AGGREGATES or any(map(_aggregates, expression.arguments))
    )


def _text(expression: ast.Expression) -> str:
    """Return the name that a column of this expression has where it is given none."""
    if isinstance(expression, ast.Property):
        return f"{expression.variable}.{expression.name}"
    if isinstance(expression, ast.Function):
        arguments = ", ".join(map(_text, expression.arguments))
        return f"{expression.name}({'DISTINCT ' if expression.distinct else ''}{arguments})"
    if isinstance(expression, ast.Variable | ast.ElementId):
        return expression.name if isinstance(expression, ast.Variable) else expression.variable
    return "*"


def _existing(text: Rendering, node: Existing) -> str:
    nodes = (node.path.start, *[hop.target for hop in node.path.hops])
    outer = ", ".join([text.variables[each.variable] for each in nodes if each.variable])
    path = CLAUSES[ast.Path](text, node.path)
    return f"CALL {{ WITH {outer} MATCH {path} RETURN count(*) > 0 AS {text.variables[node.name]} }}"


def _pattern_predicate(text: Rendering, node: ast.PatternPredicate) -> str:
    return f"exists({CLAUSES[ast.Path](text, node.path)})"


def _function(text: Rendering, node: ast.Function) -> str:
    rendered = EXPRESSIONS[ast.Function](text, node)
    if node.name != "point" or isinstance(node.arguments[0], ast.Parameter):
        return rendered
    # The function takes a map and nothing else, and what a row holds may be missing.
    return f"CASE WHEN {text.render(node.arguments[0])} IS NULL THEN null ELSE {rendered} END"


def _compare(text: Rendering, node: ast.Compare) -> str:
    right = node.right
    if node.operator in _ORDERED and isinstance(right, ast.Parameter) and isinstance(right.value, _UNORDERED):
        raise UnsupportedFeatureError(
            f"Memgraph does not support {node.operator} between truth values, lists or maps. Compare them with == or "
            "in_()."
        )
    return EXPRESSIONS[ast.Compare](text, node)


RENDERERS: Mapping[type[ast.Node], Callable[[Any, Any], str]] = MappingProxyType(
    {
        Existing: _existing,
        ast.PatternPredicate: _pattern_predicate,
        ast.Function: _function,
        ast.Compare: _compare,
    }
)
