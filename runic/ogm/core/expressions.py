"""What class-level attributes build: filters, orders and aggregates, free of any text or dialect.

They live in ``core`` because the operators of a field must produce them; :mod:`runic.ogm.query.expressions` is the
documented door.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, NoReturn, TypeVar

from runic.cypher.arguments import each, is_a
from runic.exceptions import InvalidArgumentError, InvalidTypeError

if TYPE_CHECKING:
    from runic.ogm.core.descriptors import FieldDescriptor, Property

__all__ = [
    "OPERATORS",
    "AggExpr",
    "Comparison",
    "CompoundExpr",
    "Expr",
    "FilterExpr",
    "NegatedExpr",
    "OrderExpr",
    "as_expression",
]

V = TypeVar("V")

OPERATORS = frozenset(
    {"=", "<>", ">", ">=", "<", "<=", "CONTAINS", "STARTS WITH", "ENDS WITH", "=~", "IN", "IS NULL", "IS NOT NULL"}
    | {"HAS"}
)
"""Cypher's operators by their Cypher names, and ``HAS``: the list contains the value."""


class Comparison:
    """What ``==`` makes of a field for a checker: an :class:`Expr` where the types fit, else only this."""

    __slots__ = ()


class Expr(Comparison):
    """A condition; combine conditions with ``&``, ``|`` and ``~``."""

    __slots__ = ()

    def __and__(self, other: Expr | bool | Property[bool]) -> Expr:
        return CompoundExpr("AND", (self, as_expression(other)))

    def __or__(self, other: Expr | bool | Property[bool]) -> Expr:
        return CompoundExpr("OR", (self, as_expression(other)))

    def __rand__(self, other: Expr | bool | Property[bool]) -> Expr:
        return CompoundExpr("AND", (as_expression(other), self))

    def __ror__(self, other: Expr | bool | Property[bool]) -> Expr:
        return CompoundExpr("OR", (as_expression(other), self))

    def __invert__(self) -> Expr:
        return NegatedExpr(self)

    if TYPE_CHECKING:

        def __bool__(self) -> Literal["combine predicates with & | ~ instead of and, or, not"]: ...

    else:

        def __bool__(self) -> NoReturn:
            raise InvalidTypeError(
                "a condition has no truth value of its own: combine conditions with & | ~ and parentheses, "
                "not with and, or, not or a chained comparison"
            )


def as_expression(value: Any) -> Expr:
    """Return *value* as a condition; a field of booleans stands for ``field = true``.

    Raises :class:`InvalidTypeError` for anything else.
    """
    if isinstance(value, Expr):
        return value
    condition = getattr(value, "_as_condition", None)
    if condition is not None:
        expression: Expr = condition()
        return expression
    hint = "; was an instance compared instead of the class?" if isinstance(value, bool) else ""
    raise InvalidTypeError(f"expected a condition such as User.name == 'x', got {value!r}{hint}")


class FilterExpr(Expr):
    """One comparison of a property: ``alias.prop OP value``.

    ``prop`` is the attribute name on ``cls``; ``alias`` names the variable, or is None to derive it from ``cls``.
    """

    __slots__ = ("alias", "cls", "negate", "op", "prop", "value")

    def __init__(
        self, cls: Any, prop: str, op: str, value: Any = None, alias: str | None = None, negate: bool = False
    ) -> None:
        if not (isinstance(cls, type) and is_a(prop, str)):
            raise InvalidTypeError(f"FilterExpr() takes a model class and the name of a field, got {cls!r}, {prop!r}")
        if alias is not None and not is_a(alias, str):
            raise InvalidTypeError(f"alias is the name of a variable, got {alias!r}")
        if not is_a(op, str) or op not in OPERATORS:
            raise InvalidArgumentError(f"{op!r} is no operator; use one of {', '.join(sorted(OPERATORS))}")
        self.cls: Any = cls
        self.prop = prop
        self.op = op
        self.value = value
        self.alias = alias
        self.negate = negate

    def __repr__(self) -> str:
        owner = getattr(self.cls, "__name__", self.cls)
        text = f"{self.alias or owner}.{self.prop} {self.op}"
        if not self.op.endswith("NULL"):
            text += f" {self.value!r}"
        return f"NOT ({text})" if self.negate else text


class CompoundExpr(Expr):
    """Several conditions joined by ``AND`` or ``OR``."""

    __slots__ = ("op", "operands")

    def __init__(self, op: str, operands: Sequence[Any] = ()) -> None:
        if op not in ("AND", "OR"):
            raise InvalidArgumentError(f"conditions are joined by AND or OR, not by {op!r}")
        self.op = op
        self.operands: list[Expr] = [as_expression(operand) for operand in each(operands, "operands are conditions")]

    def __repr__(self) -> str:
        return "(" + f" {self.op} ".join(map(repr, self.operands)) + ")"


class NegatedExpr(Expr):
    """The opposite of a condition."""

    __slots__ = ("operand",)

    def __init__(self, operand: Any) -> None:
        self.operand: Expr = as_expression(operand)

    def __repr__(self) -> str:
        return f"NOT ({self.operand!r})"


class OrderExpr:
    """One term of an order: a property of a variable, or a result column as ``raw``."""

    __slots__ = ("alias", "desc", "prop", "raw")

    def __init__(self, alias: str | None, prop: str | None, raw: str | None = None, desc: bool = False) -> None:
        self.alias = alias
        self.prop = prop
        self.raw = raw
        self.desc = desc


class AggExpr(Generic[V]):
    """An aggregate for ``aggregate()``: a function over a field, over a variable, or over ``*``."""

    __slots__ = ("distinct", "field", "func", "result_alias")

    def __init__(
        self,
        func: str,
        field: FieldDescriptor | str | Any = "*",
        result_alias: str | None = None,
        distinct: bool = False,
    ) -> None:
        if result_alias is not None and not is_a(result_alias, str):
            raise InvalidTypeError(f"a result column is named by a text, got {result_alias!r}")
        self.func = func
        self.field = field
        self.result_alias = result_alias
        self.distinct = distinct

    def as_(self, name: str) -> AggExpr[V]:
        """Return the same aggregate with *name* as its result column."""
        return AggExpr(self.func, self.field, name, self.distinct)

    def __repr__(self) -> str:
        inner = f"DISTINCT {self.field}" if self.distinct else f"{self.field}"
        return f"{self.func}({inner})" + (f" AS {self.result_alias}" if self.result_alias else "")
