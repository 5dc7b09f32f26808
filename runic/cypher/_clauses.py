"""The renderers of patterns and clauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from runic.cypher import ast
from runic.cypher.dialect import Feature
from runic.cypher.names import validate_dotted
from runic.cypher.rendering import Renderer, Rendering
from runic.exceptions import InvalidArgumentError

__all__ = ["CLAUSES", "column_of", "cut", "projection"]

_ARROWS: Mapping[ast.Direction, tuple[str, str]] = {
    "OUTGOING": ("-", "->"),
    "INCOMING": ("<-", "-"),
    "BOTH": ("-", "-"),
}


def column_of(text: Rendering, item: ast.Item) -> tuple[str, str, str]:
    """Return a RETURN or WITH item as its expression, as it is written, and as the name that the client sees."""
    expression = text.render(item.expression)
    alias = item.alias
    if alias is None:
        name = item.expression.name if isinstance(item.expression, ast.Variable) else expression
        return expression, expression, name
    spelled = text.variables[alias]
    return expression, (spelled if spelled == expression else f"{expression} AS {spelled}"), alias


def _properties(text: Rendering, items: tuple[tuple[str, ast.Expression], ...]) -> str:
    return f" {{{', '.join([f'{text.names[name]}: {text.render(value)}' for name, value in items])}}}"


def _node(text: Rendering, node: ast.NodePattern) -> str:
    inner = text.variables[node.variable] if node.variable else ""
    for label in node.labels:
        inner += f":{text.labels[label]}"
    if node.properties:
        inner = f"{inner}{_properties(text, node.properties)}".lstrip()
    return f"({inner})"


def _hop(text: Rendering, node: ast.Hop) -> str:
    inner = text.variables[node.variable] if node.variable else ""
    if node.type:
        inner += f":{text.labels[node.type]}"
    inner += _length(node)
    if node.properties:
        inner = f"{inner}{_properties(text, node.properties)}".lstrip()
    edge = f"[{inner}]" if inner else ""
    target = text.render(node.target)
    before, after = _ARROWS[node.direction]
    return f"{before}{edge}{after}{target}"


def _length(node: ast.Hop) -> str:
    low, high = node.min_hops, node.max_hops
    if low is None and high is None:
        return ""
    low = 1 if low is None else int(low)
    if low < 0 or (high is not None and high < low):
        raise InvalidArgumentError(f"a path of {low} to {high} hops cannot be; use 0 <= min_hops <= max_hops")
    return f"*{low}.." if high is None else f"*{low}..{int(high)}"


def _path(text: Rendering, node: ast.Path) -> str:
    return text.render(node.start) + "".join([text.render(hop) for hop in node.hops])


def _pattern_predicate(text: Rendering, node: ast.PatternPredicate) -> str:
    text.dialect.require(Feature.PATTERN_PREDICATE, "a pattern as a condition")
    return text.dialect.pattern_predicate.format(pattern=_path(text, node.path))


def _match(text: Rendering, node: ast.Match) -> str:
    patterns = ", ".join([_path(text, path) for path in node.paths])
    lines = f"OPTIONAL MATCH {patterns}" if node.optional else f"MATCH {patterns}"
    return lines + _where(text, node.where) if node.where else lines


def _where(text: Rendering, predicates: tuple[ast.Expression, ...]) -> str:
    return f"\nWHERE {text.conjunction(predicates)}" if predicates else ""


def _unwind(text: Rendering, node: ast.Unwind) -> str:
    return f"UNWIND {text.render(node.items)} AS {text.variables[node.variable]}"


def _create(text: Rendering, node: ast.Create) -> str:
    width = text.dialect.map_width
    if not width:
        return f"CREATE {_path(text, node.path)}"
    later: list[str] = []

    def narrowed[E: (ast.NodePattern, ast.Hop)](entity: E) -> E:
        if len(entity.properties) <= width:
            return entity
        entity = replace(entity, variable=entity.variable or text.anonymous())
        for start in range(width, len(entity.properties), width):
            part = _properties(text, entity.properties[start : start + width])
            later.append(f"\nSET {text.variables[entity.variable]} +={part}")
        return replace(entity, properties=entity.properties[:width])

    start = narrowed(node.path.start)
    hops = tuple([narrowed(replace(hop, target=narrowed(hop.target))) for hop in node.path.hops])
    return f"CREATE {_path(text, ast.Path(start, hops))}{''.join(later)}"


def _merge(text: Rendering, node: ast.Merge) -> str:
    path = node.path
    if not text.dialect.supports_undirected_merge and any(hop.direction == "BOTH" for hop in path.hops):
        path = ast.Path(path.start, tuple([_outgoing(hop) for hop in path.hops]))
    return f"MERGE {_path(text, path)}"


def _outgoing(hop: ast.Hop) -> ast.Hop:
    if hop.direction != "BOTH":
        return hop
    return ast.Hop(hop.type, "OUTGOING", hop.target, hop.variable, hop.min_hops, hop.max_hops, hop.properties)


def _set_property(text: Rendering, node: ast.SetProperty) -> str:
    if node.name.upper() in text.dialect.keyword_properties:
        return f"{text.variables[node.variable]} += {{{text.names[node.name]}: {text.render(node.value)}}}"
    return f"{text.variables[node.variable]}.{text.names[node.name]} = {text.render(node.value)}"


def _set(text: Rendering, node: ast.Set) -> str:
    return f"SET {', '.join([text.render(item) for item in node.items])}"


def _delete(text: Rendering, node: ast.Delete) -> str:
    return f"{'DETACH DELETE' if node.detach else 'DELETE'} {text.variables[node.variable]}"


def _call(text: Rendering, node: ast.Call) -> str:
    arguments = ", ".join([text.render(argument) for argument in node.arguments])
    call = f"CALL {validate_dotted(node.procedure, 'procedure')}({arguments})"
    if node.yields:
        call += " YIELD " + ", ".join(
            [
                text.variables[result] if result == name else f"{text.variables[result]} AS {text.variables[name]}"
                for result, name in node.yields
            ]
        )
    return call + _where(text, node.where)


def _order(text: Rendering, node: ast.Order) -> str:
    if isinstance(node.expression, ast.Variable) and (
        reason := text.dialect.ordered_column_limits(node.expression.name)
    ):
        name = node.expression.name
        raise InvalidArgumentError(f"{text.dialect.name} cannot order by the column {name!r}: {reason}; rename it")
    return f"{text.render(node.expression)} DESC" if node.descending else text.render(node.expression)


def projection(verb: str, columns: list[str], node: ast.With | ast.Return) -> str:
    """Return WITH or RETURN of *columns*."""
    return f"{verb} DISTINCT {', '.join(columns)}" if node.distinct else f"{verb} {', '.join(columns)}"


def cut(text: Rendering, node: ast.With | ast.Return) -> str:
    """Return the order and the limits of a projection, each on a line of its own."""
    lines = ""
    if node.order:
        lines += f"\nORDER BY {', '.join([_order(text, term) for term in _terms(text, node)])}"
    if node.skip is not None:
        lines += f"\nSKIP {_whole(node.skip, 'SKIP')}"
    if node.limit is not None:
        lines += f"\nLIMIT {_whole(node.limit, 'LIMIT')}"
    return lines


def _terms(text: Rendering, node: ast.With | ast.Return) -> list[ast.Order]:
    """Return what to order by; a column that has a name of its own as what it is, where the dialect wants that."""
    if isinstance(node, ast.With) or text.dialect.orders_by_alias:
        return list(node.order)
    named = {ast.Variable(item.alias): item.expression for item in node.items if item.alias}
    return [replace(term, expression=_meant(term.expression, named)) for term in node.order]


def _meant(expression: ast.Expression, named: Mapping[ast.Variable, ast.Expression]) -> ast.Expression:
    return named.get(expression, expression) if isinstance(expression, ast.Variable) else expression


def _whole(number: int, what: str) -> int:
    if number < 0:
        raise InvalidArgumentError(f"{what} {number} cannot be; use 0 or more")
    return int(number)


def _with(text: Rendering, node: ast.With) -> str:
    lines = projection("WITH", [column_of(text, item)[1] for item in node.items], node) + cut(text, node)
    if node.where and not text.dialect.filters_after_cut and (node.skip is not None or node.limit is not None):
        shown = [ast.Variable(item.alias) if item.alias else item.expression for item in node.items]
        lines += f"\nWITH {', '.join([text.render(expression) for expression in shown])}"
    return lines + _where(text, node.where)


def _return(text: Rendering, node: ast.Return) -> str:
    return projection("RETURN", [column_of(text, item)[1] for item in node.items], node) + cut(text, node)


CLAUSES: Mapping[type[ast.Node], Renderer] = {
    ast.NodePattern: _node,
    ast.Hop: _hop,
    ast.Path: _path,
    ast.PatternPredicate: _pattern_predicate,
    ast.Match: _match,
    ast.Unwind: _unwind,
    ast.Create: _create,
    ast.Merge: _merge,
    ast.SetProperty: _set_property,
    ast.Set: _set,
    ast.Delete: _delete,
    ast.Call: _call,
    ast.Order: _order,
    ast.With: _with,
    ast.Return: _return,
}
