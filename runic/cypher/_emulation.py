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

__all__ = ["LABELS_AS_PROPERTY", "without_merge"]


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
    found = (*before, ast.Match((path,)), *after)
    created = (
        *before,
        ast.Match((ast.Path(path.start, (replace(hop, variable=absent),)),), optional=True),
        replace(stage, where=(ast.IsNull(ast.Variable(absent)),)),
        ast.Create(ast.Path(path.start, (replace(hop, direction=_forwards(hop.direction)),))),
        *after,
    )
    return ast.Query(found), ast.Query(created)


def _forwards(direction: ast.Direction) -> ast.Direction:
    return "OUTGOING" if direction == "BOTH" else direction


def _carried(before: tuple[ast.Clause, ...], names: dict[str, None]) -> list[ast.Item]:
    """Return what a stage hands on: *names*, and what the last stage before it made beside them."""
    stages = [clause for clause in before if isinstance(clause, ast.With)]
    made = [item.alias for item in stages[-1].items if item.alias] if stages else []
    return [ast.Item(ast.Variable(name)) for name in dict.fromkeys((*names, *made))]
