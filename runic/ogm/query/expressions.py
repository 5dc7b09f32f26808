"""The documented address of the expressions, and the functions that make aggregates."""

from __future__ import annotations

import re
from typing import Any, overload

from runic.cypher.arguments import is_a
from runic.exceptions import InvalidTypeError
from runic.ogm.core.descriptors import Property
from runic.ogm.core.expressions import (
    AggExpr,
    CompoundExpr,
    Expr,
    FilterExpr,
    NegatedExpr,
    OrderExpr,
    as_expression,
)
from runic.ogm.query._question import SearchWords

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
    "search_words",
    "sum_",
]

_WORDS = re.compile(r"\w+")


def count(field: Any = "*", *, distinct: bool = False) -> AggExpr[int]:
    """Count rows, or the values of *field* that are there."""
    return AggExpr("count", field, None, distinct)


def avg(field: Any) -> AggExpr[float]:
    """Average the values of *field*."""
    return AggExpr("avg", field)


# In the overloads a text stands before a plainly annotated attribute: checkers cannot tell the two apart.
@overload
def sum_[V](field: Property[V | None]) -> AggExpr[V]: ...
@overload
def sum_[V](field: Property[V]) -> AggExpr[V]: ...
@overload
def sum_(field: str) -> AggExpr[Any]: ...
@overload
def sum_[V](field: V | None) -> AggExpr[V]: ...
def sum_(field: Any) -> AggExpr[Any]:
    """Add up the values of *field*; of no rows, 0."""
    return AggExpr("sum", field)


@overload
def min_[V](field: Property[V | None]) -> AggExpr[V]: ...
@overload
def min_[V](field: Property[V]) -> AggExpr[V]: ...
@overload
def min_(field: str) -> AggExpr[Any]: ...
@overload
def min_[V](field: V | None) -> AggExpr[V]: ...
def min_(field: Any) -> AggExpr[Any]:
    """Take the smallest value of *field*."""
    return AggExpr("min", field)


@overload
def max_[V](field: Property[V | None]) -> AggExpr[V]: ...
@overload
def max_[V](field: Property[V]) -> AggExpr[V]: ...
@overload
def max_(field: str) -> AggExpr[Any]: ...
@overload
def max_[V](field: V | None) -> AggExpr[V]: ...
def max_(field: Any) -> AggExpr[Any]:
    """Take the largest value of *field*."""
    return AggExpr("max", field)


@overload
def collect[V](field: Property[V | None], *, distinct: bool = False) -> AggExpr[list[V]]: ...
@overload
def collect[V](field: Property[V], *, distinct: bool = False) -> AggExpr[list[V]]: ...
@overload
def collect[V](field: type[V], *, distinct: bool = False) -> AggExpr[list[V]]: ...
@overload
def collect(field: str, *, distinct: bool = False) -> AggExpr[list[Any]]: ...
@overload
def collect[V](field: V | None, *, distinct: bool = False) -> AggExpr[list[V]]: ...
def collect(field: Any, *, distinct: bool = False) -> AggExpr[list[Any]]:
    """Collect the values of *field* that are there, or the nodes of an alias, into a list."""
    return AggExpr("collect", field, None, distinct)


@overload
def col[V](field: Property[V]) -> Property[V]: ...
@overload
def col[V](field: V) -> Property[V]: ...
def col(field: Any) -> Any:
    """Return *field* unchanged: it tells a type checker that a plainly annotated attribute is an expression."""
    return field


def not_(condition: Expr | bool | Property[bool]) -> Expr:
    """Negate *condition*, where ``~`` would be taken for that of a bool."""
    return ~as_expression(condition)


def search_words(text: str) -> str:
    """Return *text*, as a person typed it, as words to search for: all must occur, and nothing in it is an operator. ::

        session.fulltext_search(Article, query=search_words(form["q"]))

    Without a word in it, nothing is found. The result is good for every database; joined with other text it is a
    plain query of its words.
    """
    if not is_a(text, str):
        raise InvalidTypeError(f"search_words() takes a text, got {text!r}")
    words = SearchWords(" ".join([word.lower() for word in _WORDS.findall(text)]))
    words.typed = text
    return words
