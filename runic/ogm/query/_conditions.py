"""Conditions as Cypher expressions: operators, values through their field's codec, related nodes as patterns."""

from __future__ import annotations

import copy
from enum import Enum
from typing import Any
from uuid import UUID

from runic.cypher import ast
from runic.cypher.arguments import each
from runic.exceptions import FieldValidationError, InvalidTypeError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.expressions import CompoundExpr, Expr, FilterExpr, NegatedExpr
from runic.ogm.mapper.values import FieldCodec
from runic.ogm.query._operands import Operand, Operands, as_number, is_decimal
from runic.ogm.query._related import Related
from runic.ogm.query._scope import Variable

__all__ = ["Conditions", "conjuncts"]

_TEXT = frozenset({"CONTAINS", "STARTS WITH", "ENDS WITH", "=~"})
_ORDERED = frozenset({"<", "<=", ">", ">="})
_TEXTUAL: tuple[Any, ...] = (str, UUID, Enum)


def conjuncts(condition: Expr) -> list[Expr]:
    """Return the conditions that all have to hold, so that each can stand at its own clause."""
    if not isinstance(condition, CompoundExpr) or condition.op != "AND":
        return [condition]
    return [part for operand in condition.operands for part in conjuncts(operand)]


class Conditions:
    """Lower the conditions of one statement; ``used`` holds the variables that the last one named.

    ``anchors`` are the clauses that have to stand first: each binds a node that a condition names.
    """

    def __init__(self, operands: Operands) -> None:
        self._operands = operands
        self._related = Related(operands.mapper)
        self.used: list[Variable] = []

    @property
    def anchors(self) -> list[ast.Clause]:
        return self._related.anchors

    @property
    def anchor_names(self) -> tuple[str, ...]:
        return tuple(self._related.names)

    def lower(self, condition: Expr, on: str | None, block: int) -> ast.Expression:
        """Return *condition*, whose fields without a variable of their own are those of *on*.

        Raises :class:`InvalidArgumentError` for variables that the statement does not have at *block* or later,
        :class:`FieldValidationError` for a value that its field cannot hold.
        """
        self.used = []
        return self._any(condition, on, block)

    def _any(self, condition: Expr, on: str | None, block: int) -> ast.Expression:
        if isinstance(condition, FilterExpr):
            return self._filter(condition, on, block)
        if isinstance(condition, NegatedExpr):
            return ast.Not(self._any(condition.operand, on, block))
        if isinstance(condition, CompoundExpr):
            operands = tuple([self._any(operand, on, block) for operand in condition.operands])
            return ast.And(operands) if condition.op == "AND" else ast.Or(operands)
        raise InvalidTypeError(f"where() takes conditions made from fields, got {condition!r}")

    def _filter(self, condition: FilterExpr, on: str | None, block: int) -> ast.Expression:
        cls, name, operands = condition.cls, condition.prop, self._operands
        variable = operands.scope.field(cls, name, condition.alias or on, block)
        self.used.append(variable)
        field = cls.__runic_fields__.get(name)
        if field is not None and field.relationship is not None:
            found = self._related.lower(variable, field, condition)
        else:
            found = self._compared(operands.property(variable, cls, name), condition, on, block)
        return ast.Not(found) if condition.negate else found

    def _compared(self, left: Operand, condition: FilterExpr, on: str | None, block: int) -> ast.Expression:
        op, value, codec = condition.op, condition.value, left.codec
        assert codec is not None
        if op == "=" and value is not None and not isinstance(value, FieldDescriptor):
            return ast.Compare(left.expression, op, _parameter(codec, value))
        if op in ("IS NULL", "IS NOT NULL"):
            return ast.IsNull(left.expression, op == "IS NOT NULL")
        if isinstance(value, FieldDescriptor):
            return self._with_field(left, op, value, on, block)
        if op == "IN":
            return _membership(left.expression, codec, value, condition.negate)
        if op == "HAS":
            return ast.Compare(_has(codec, value), "IN", left.expression)
        if op in _TEXT:
            return ast.Compare(left.expression, op, ast.Parameter(_text(codec, op, value)))
        if value is None:
            if op in ("=", "<>"):
                return ast.IsNull(left.expression, op == "<>")
            raise InvalidTypeError(f"{condition!r} compares with None; use is_null() or is_not_null()")
        if op in _ORDERED and is_decimal(codec):
            return ast.Compare(left.sortable, op, as_number(_parameter(codec, value)))
        return ast.Compare(left.expression, op, _parameter(codec, value))

    def _with_field(self, left: Operand, op: str, field: FieldDescriptor, on: str | None, block: int) -> ast.Expression:
        scope = self._operands.scope
        alias = field.alias
        if alias is None and on is not None and scope.named(on).fits(field.owner):
            alias = on
        right = self._operands.field(field.owner, field.name, alias, block)
        self.used.append(right.variable)
        if op in _TEXT:
            for operand in (left, right):
                _require_text(operand.codec, op)
        if op in ("HAS", "IN"):
            _require_list(left.codec if op == "HAS" else right.codec)
            return ast.Compare(right.expression, "IN", left.expression)
        if op in _ORDERED:
            return ast.Compare(left.sortable, op, right.sortable)
        return ast.Compare(left.expression, op, right.expression)


def _stored(codec: FieldCodec, value: Any) -> Any:
    """Return what would be stored for *value*; a text that no key may be is no error, it only finds nothing."""
    if codec.generated:
        return codec.element_id(value)
    try:
        return codec.encode(value)
    except FieldValidationError:
        if codec.check_text is None:
            raise
        lenient = copy.copy(codec)
        lenient.check_text = None
        return lenient.encode(value)


def _parameter(codec: FieldCodec, value: Any) -> ast.Expression:
    if codec.generated:
        return ast.ElementIdParameter(_stored(codec, value))
    stored = ast.Parameter(_stored(codec, value))
    return stored if codec.wrap is None else codec.wrapped(stored)


def _membership(left: ast.Expression, codec: FieldCodec, values: Any, negated: bool) -> ast.Expression:
    """Return ``left IN values``, element by element; None among them stands for a missing value."""
    items = list(each(values, f"{codec.owner}.{codec.name} IN takes a list of values"))
    present = [item for item in items if item is not None]
    if codec.wrap is None:
        listed: ast.Expression = ast.Parameter([_stored(codec, item) for item in present])
    else:
        listed = ast.ListOf(tuple([_parameter(codec, item) for item in present]))
    found = ast.Compare(left, "IN", listed)
    if len(present) == len(items):
        return found
    # NOT (x IN [..] OR x IS NULL) is true only for a value outside the list, as in Python.
    return ast.Or((found, ast.IsNull(left))) if present or not negated else ast.IsNull(left)


def _require_list(codec: Any) -> None:
    if not codec.many:
        raise InvalidTypeError(
            f"{codec.owner}.{codec.name} is no list; compare it with ==, or use contains() on a text"
        )


def _has(codec: FieldCodec, value: Any) -> ast.Expression:
    _require_list(codec)
    if value is None:
        raise codec.refusal(value, "a list cannot hold None")
    return codec.wrapped(ast.Parameter(codec.encode_item(value)))


def _require_text(codec: Any, op: str) -> None:
    name = f"{codec.owner}.{codec.name}"
    if codec.many:
        raise InvalidTypeError(f"{name} is a list, so {op} does not apply; use has(value)")
    if isinstance(codec.base, type) and not issubclass(codec.base, _TEXTUAL):
        raise InvalidTypeError(f"{name} is no text, so {op} does not apply to it; compare values with == < > in_()")


def _text(codec: FieldCodec, op: str, value: Any) -> str:
    _require_text(codec, op)
    if not isinstance(value, str):
        raise FieldValidationError(f"{codec.owner}.{codec.name} {op} takes a str, got {value!r}")
    return str(value.value) if isinstance(value, Enum) else str(value)
