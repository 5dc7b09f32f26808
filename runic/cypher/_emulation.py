"""Labels beyond a node's first as a list property, for databases that give a node one label.

A clause with several labels is rewritten into one that needs none, and rendered as any other: the property is
tested after MATCH, written by CREATE, and part of the pattern of MERGE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from runic.cypher import ast
from runic.cypher._clauses import CLAUSES
from runic.cypher.dialect import Feature
from runic.cypher.rendering import Renderer, Rendering

__all__ = ["LABELS_AS_PROPERTY", "distinct_first", "without_merge"]


def _nodes(path: ast.Path) -> list[ast.NodePattern]:
    return [path.start, *[hop.target for hop in path.hops]]


def _over(path: ast.Path, nodes: list[ast.NodePattern]) -> ast.Path:
    hops = [replace(hop, target=target) for hop, target in zip(path.hops, nodes[1:], strict=True)]
    return ast.Path(nodes[0], tuple(hops))


def _extra(text: Rendering, variable: str, label: str) -> ast.Expression:
    return ast.Compare(ast.Constant(label), "IN", ast.Property(variable, text.dialect.labels_property))


def _any(text: Rendering, variable: str, label: str) -> ast.Expression:
    first = ast.Compare(ast.Function("label", (ast.Variable(variable),)), "=", ast.Constant(label))
    return ast.Or((first, _extra(text, variable, label)))


def _match(text: Rendering, node: ast.Match) -> str:
    tests: list[ast.Expression] = []
    paths: list[ast.Path] = []
    for path in node.paths:
        nodes = _nodes(path)
        for position, pattern in enumerate(nodes):
            if len(pattern.labels) > 1:
                variable = pattern.variable or text.anonymous()
                nodes[position] = replace(pattern, variable=variable, labels=pattern.labels[:1])
                tests += [_extra(text, variable, label) for label in pattern.labels[1:]]
        paths.append(_over(path, nodes))
    if tests:
        node = ast.Match(tuple(paths), (*tests, *node.where), node.optional)
    return CLAUSES[ast.Match](text, node)


def _write(text: Rendering, node: ast.Create | ast.Merge) -> str:
    nodes = [_written(text, pattern) for pattern in _nodes(node.path)]
    return CLAUSES[type(node)](text, replace(node, path=_over(node.path, nodes)))


def _written(text: Rendering, pattern: ast.NodePattern) -> ast.NodePattern:
    if len(pattern.labels) < 2:
        return pattern
    extra = ast.ListOf(tuple([ast.Constant(label) for label in pattern.labels[1:]]))
    properties = (*pattern.properties, (text.dialect.labels_property, extra))
    return replace(pattern, labels=pattern.labels[:1], properties=properties)


def _pattern_predicate(text: Rendering, node: ast.PatternPredicate) -> str:
    if any(len(pattern.labels) > 1 for pattern in _nodes(node.path)):
        text.dialect.require(Feature.MULTI_LABEL, "several labels on a node of a pattern that is a condition")
    return CLAUSES[ast.PatternPredicate](text, node)


def _has_labels(text: Rendering, node: ast.HasLabels) -> str:
    tests = ast.And(tuple([_any(text, node.variable, label) for label in node.labels]))
    return f"({text.render(tests)})"


LABELS_AS_PROPERTY: Mapping[type[ast.Node], Renderer] = {
    ast.Match: _match,
    ast.Create: _write,
    ast.Merge: _write,
    ast.PatternPredicate: _pattern_predicate,
    ast.HasLabels: _has_labels,
}


def distinct_first(query: ast.Query) -> tuple[ast.Query, ast.Return | None]:
    """Return *query* with what is distinct staged before it is ordered, and the RETURN that this replaces, if any."""
    clauses: list[ast.Clause] = []
    replaced: ast.Return | None = None
    for clause in query.clauses:
        if not (isinstance(clause, ast.With | ast.Return) and clause.distinct and clause.order):
            clauses.append(clause)
            continue
        items = [_named(number, item) for number, item in enumerate(clause.items)]
        names = {item.expression: ast.Variable(item.alias) for item in items if item.alias}
        clauses.append(ast.With(tuple(items), distinct=True))
        shown = tuple([ast.Item(ast.Variable(item.alias) if item.alias else item.expression) for item in items])
        order = tuple([replace(term, expression=_renamed(term.expression, names)) for term in clause.order])
        clauses.append(replace(clause, items=shown, distinct=False, order=order))
        replaced = clause if isinstance(clause, ast.Return) else replaced
    return ast.Query(tuple(clauses)), replaced


def _named(number: int, item: ast.Item) -> ast.Item:
    return item if item.alias or isinstance(item.expression, ast.Variable) else ast.Item(item.expression, f"_d{number}")


def _renamed(expression: ast.Expression, names: Mapping[ast.Expression, ast.Variable]) -> ast.Expression:
    if isinstance(expression, ast.Function):
        return replace(expression, arguments=tuple([_renamed(part, names) for part in expression.arguments]))
    return names.get(expression, expression)


def without_merge(query: ast.Query) -> tuple[ast.Query, ...]:
    """Return *query* without MERGE: first what is there is matched, then what is not is created.

    A MERGE of this library is one hop between bound nodes, and what follows it sets properties and returns.
    """
    at = next((number for number, clause in enumerate(query.clauses) if isinstance(clause, ast.Merge)), None)
    if at is None:
        return (query,)
    before, merge, after = query.clauses[:at], query.clauses[at], query.clauses[at + 1 :]
    assert isinstance(merge, ast.Merge)
    path = merge.path
    (hop,) = path.hops
    absent = "absent"
    carried = dict.fromkeys(("row", path.start.variable, hop.target.variable))
    stage = ast.With((*_carried(before, carried), ast.Item(ast.Variable(absent))))
    after = _returned_before_set(after, hop.variable)
    found = (*before, ast.Match((path,)), *after)
    created = (
        *before,
        ast.Match((ast.Path(path.start, (replace(hop, variable=absent),)),), optional=True),
        replace(stage, where=(ast.IsNull(ast.Variable(absent)),)),
        ast.Create(ast.Path(path.start, (replace(hop, direction=_forwards(hop.direction)),))),
        *after,
    )
    return ast.Query(found), ast.Query(created)


def _returned_before_set(after: tuple[ast.Clause, ...], edge: str) -> tuple[ast.Clause, ...]:
    """Stage what RETURN takes of the row before SET uses the row: one old server finds the name ambiguous after it."""
    *sets, last = after
    if not sets or not isinstance(last, ast.Return):
        return after
    kept = [item.expression for item in last.items if isinstance(item.expression, ast.Variable)]
    taken = [item for item in last.items if isinstance(item.expression, ast.Index)]
    names = [ast.Item(known) for known in dict.fromkeys((ast.Variable("row"), ast.Variable(edge), *kept))]
    shown = tuple(
        [replace(item, expression=ast.Variable(item.alias or "")) if item in taken else item for item in last.items]
    )
    return (ast.With((*names, *taken)), *sets, replace(last, items=shown))


def _forwards(direction: ast.Direction) -> ast.Direction:
    return "OUTGOING" if direction == "BOTH" else direction


def _carried(before: tuple[ast.Clause, ...], names: dict[str, None]) -> list[ast.Item]:
    """Return what a stage hands on: *names*, and what the last stage before it made beside them."""
    stages = [clause for clause in before if isinstance(clause, ast.With)]
    made = [item.alias for item in stages[-1].items if item.alias] if stages else []
    return [ast.Item(ast.Variable(name)) for name in dict.fromkeys((*names, *made))]
