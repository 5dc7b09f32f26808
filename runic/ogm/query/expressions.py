"""The documented address of the expressions, and the functions that make aggregates."""

from __future__ import annotations

from typing import Any

from runic.ogm.core.expressions import (
    AggExpr,
    CompoundExpr,
    Expr,
    FilterExpr,
    NegatedExpr,
    OrderExpr,
    as_expression,
)

__all__ = [
    "AggExpr",
    "CompoundExpr",
    "Expr",
    "FilterExpr",
    "NegatedExpr",
    "OrderExpr",
    "avg",
    "col",
    "collect",
    "count",
    "max_",
    "min_",
    "not_",
    "sum_",
]


def count(field: Any = "*", *, distinct: bool = False) -> AggExpr[int]:
    """Count rows, or the values of *field* that are there."""
    return AggExpr("count", field, None, distinct)


def avg(field: Any) -> AggExpr[float]:
    """Average the values of *field*."""
    return AggExpr("avg", field)


def sum_(field: Any) -> AggExpr[Any]:
    """Add up the values of *field*; of no rows, 0."""
    return AggExpr("sum", field)


def min_(field: Any) -> AggExpr[Any]:
    """Take the smallest value of *field*."""
    return AggExpr("min", field)


def max_(field: Any) -> AggExpr[Any]:
    """Take the largest value of *field*."""
    return AggExpr("max", field)


def collect(field: Any, *, distinct: bool = False) -> AggExpr[Any]:
    """Collect the values of *field* that are there into a list."""
    return AggExpr("collect", field, None, distinct)


def col(field: Any) -> Any:
    """Return *field* unchanged: it tells a type checker that a plainly annotated attribute is an expression."""
    return field


def not_(condition: Any) -> Expr:
    """Negate *condition*, where ``~`` would be taken for that of a bool."""
    return ~as_expression(condition)
