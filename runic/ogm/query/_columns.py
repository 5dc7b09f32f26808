"""The columns of a result: what RETURN says, and how each cell is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from runic.cypher import ast
from runic.cypher.arguments import is_a
from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.core.expressions import AggExpr
from runic.ogm.query._operands import Operand, Operands, is_decimal
from runic.ogm.query._question import Question
from runic.ogm.query._scope import Variable

__all__ = ["Column", "columns_of"]

Read = Callable[[Any], Any]

_AGGREGATES = frozenset({"count", "avg", "sum", "min", "max", "collect"})


@dataclass(slots=True, eq=False)
class Column:
    """One column: its name, its RETURN item, and what turns a cell into a value (None: it passes as it came).

    *operand* is the field or variable that it shows, where it is one; *sortable* is False where its order in the
    database is not that of the values.
    """

    name: str
    item: ast.Item
    read: Read | None = None
    operand: Operand | None = None
    sortable: bool = True

    @property
    def reference(self) -> ast.Expression:
        """The expression that names this column in ORDER BY."""
        return self.item.expression if self.item.alias is None else ast.Variable(self.item.alias)


def columns_of(question: Question, operands: Operands) -> list[Column]:
    """Return the columns that *question* asks for, in order.

    Raises :class:`InvalidArgumentError` for names that it does not have, or has twice.
    """
    end = operands.scope.end
    if question.returns_scalars:
        keys = (*question.group_by, *question.projection)
        columns = [_shown(operands.term(key, end)) for key in keys]
        columns += [_aggregate(aggregate, operands) for aggregate in question.aggregates]
    elif question.nodes or question.edges:
        columns = [_shown(operands.whole(variable)) for variable in _with_edges(question, operands)]
    else:
        columns = [_shown(operands.whole(operands.scope.named(question.result_alias, end)))]
        if columns[0].operand is not None and columns[0].operand.variable.kind != "node":
            raise InvalidArgumentError(f"return_target() names a node, and {question.result_alias!r} is none")
    names = [column.name for column in columns]
    if len(set(names)) < len(names):
        raise InvalidArgumentError(f"two columns have one name: {', '.join(names)}; name aggregates with as_()")
    return columns


def _shown(operand: Operand) -> Column:
    return Column(operand.column, operand.item, operand.read, operand)


def _with_edges(question: Question, operands: Operands) -> list[Variable]:
    """Return the nodes as asked for, each edge just before the node that its hop leads to."""
    scope = operands.scope
    if not question.nodes:
        raise InvalidArgumentError("return_edge() needs return_nodes(): name the nodes that stand beside the edge")
    leads: dict[str, list[str]] = {}
    for name in question.edges:
        hop = next((hop for hop in question.hops if hop.edge_alias == name), None)
        if hop is None:
            raise InvalidArgumentError(f"no traversal has edge_alias={name!r}; return_edge() names one that has")
        if hop.alias not in question.nodes:
            raise InvalidArgumentError(f"the edge {name!r} leads to {hop.alias!r}; add that to return_nodes()")
        leads.setdefault(hop.alias, []).append(name)
    found: list[Variable] = []
    for name in question.nodes:
        node = scope.named(name, scope.end)
        if node.kind != "node":
            raise InvalidArgumentError(f"return_nodes() names nodes, and {name!r} is none")
        found += [scope.named(edge, scope.end) for edge in leads.get(name, ())]
        found.append(node)
    return found


def _aggregate(aggregate: AggExpr[Any], operands: Operands) -> Column:
    function, field = aggregate.func, aggregate.field
    if not is_a(function, str) or function not in _AGGREGATES:
        raise InvalidArgumentError(f"{function!r} is no aggregate; use {', '.join(sorted(_AGGREGATES))}")
    distinct = "DISTINCT " if aggregate.distinct else ""
    if isinstance(field, str) and field == "*":
        if function != "count" or aggregate.distinct:
            raise InvalidArgumentError(f"{function}({distinct}*) cannot be; name a field")
        name = aggregate.result_alias or "count(*)"
        return Column(name, ast.Item(ast.Function("count", (ast.Star(),)), aggregate.result_alias))
    operand = operands.term(field, operands.scope.end)
    if operand.attribute is None and operand.variable.kind != "value" and function not in ("count", "collect"):
        raise InvalidTypeError(f"{function}() takes a property, and {operand.column!r} is a whole node or edge")
    name = aggregate.result_alias or f"{function}({distinct}{operand.column})"
    alias = aggregate.result_alias
    if is_decimal(operand.codec) and function not in ("count", "collect"):
        # Kept as text, which no database adds up: the values come back and are added up here, exactly.
        collected = ast.Function("collect", (operand.expression,), aggregate.distinct)
        return Column(name, ast.Item(collected, alias or name), _decimals(function, operand), sortable=False)
    expression = ast.Function(function, (operand.expression,), aggregate.distinct)
    return Column(name, ast.Item(expression, alias), _read_aggregate(function, operand))


def _read_aggregate(function: str, operand: Operand) -> Read | None:
    codec = operand.codec
    if function == "count" or codec is None:
        return None
    if function == "collect":
        decode = operand.read
        return None if decode is None else lambda cell: [decode(item) for item in cell]
    if function in ("min", "max"):
        return operand.read
    if codec.base in (str, bool) or codec.many:
        raise InvalidTypeError(f"{function}() adds up numbers, and {codec.owner}.{codec.name} holds none")
    if codec.converter is not None:
        return codec.decode
    if function == "sum" and codec.base is int:
        # One database sums integers as a float, another answers null for no rows.
        return lambda cell: int(cell or 0)
    return (lambda cell: float(cell or 0)) if function == "sum" and codec.base is float else None


def _decimals(function: str, operand: Operand) -> Read:
    codec = operand.codec
    assert codec is not None

    def read(cell: list[Any]) -> Any:
        values: list[Decimal] = [codec.decode(item) for item in cell]
        if function == "sum":
            return sum(values, Decimal(0))
        if not values:
            return None
        if function == "avg":
            return float(sum(values, Decimal(0)) / len(values))
        return min(values) if function == "min" else max(values)

    return read
