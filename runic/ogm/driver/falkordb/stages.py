"""``WITH .. WHERE`` in a form that filters after the cut of that stage and of those before it.

FalkorDB 4.16 and 4.22 move the condition below every SKIP and LIMIT, and so filter all rows and cut what is left. One
that is a column stays where it is. See runic/testing/conformance/test_query_traversal.py.
"""

from __future__ import annotations

from dataclasses import replace

from runic.cypher import ast
from runic.cypher._clauses import CLAUSES
from runic.cypher.rendering import Rendering

__all__ = ["with_"]

_KEPT = "_kept"


def with_(text: Rendering, node: ast.With) -> str:
    """Return a WITH clause whose condition is one of its columns, in a second one where the first is cut."""
    render = CLAUSES[ast.With]
    if not node.where:
        return render(text, node)
    condition = ast.Item(ast.And(tuple([_as_value(predicate) for predicate in node.where])), _KEPT)
    kept: tuple[ast.Expression, ...] = (ast.Variable(_KEPT),)
    if node.skip is None and node.limit is None and all(item.alias is None for item in node.items):
        return render(text, replace(node, items=(*node.items, condition), where=kept))
    items = [ast.Item(ast.Variable(item.alias)) if item.alias else item for item in node.items]
    return f"{render(text, replace(node, where=()))}\n{render(text, ast.With((*items, condition), where=kept))}"


def _as_value(condition: ast.Expression) -> ast.Expression:
    """Return a condition as an expression that may be a column: a pattern is a list there."""
    if isinstance(condition, ast.PatternPredicate):
        return ast.Compare(ast.Function("size", (condition,)), ">", ast.Constant(0))
    if isinstance(condition, ast.Not):
        return ast.Not(_as_value(condition.operand))
    if isinstance(condition, ast.And | ast.Or):
        return type(condition)(tuple([_as_value(operand) for operand in condition.operands]))
    return condition
