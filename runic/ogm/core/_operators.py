"""The operators of a class-level attribute: what ``User.age > 18`` builds.

Mixed into :class:`~runic.ogm.core._field.FieldDescriptor`; the types that checkers see stand on its subclasses in
:mod:`runic.ogm.core.descriptors`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from runic.exceptions import InvalidTypeError, MetadataError
from runic.ogm.core.expressions import Expr, FilterExpr, NegatedExpr

if TYPE_CHECKING:
    from runic.ogm.core._annotations import FieldType

__all__ = ["Operators"]


class Operators:
    """Build conditions from a field and a value; the field decides later what the value is stored as."""

    __slots__ = ()

    if TYPE_CHECKING:
        owner: Any
        name: str
        alias: str | None

        @property
        def is_relation(self) -> bool: ...

        @property
        def type(self) -> FieldType: ...

    def _filter(self, op: str, value: Any = None, negate: bool = False) -> FilterExpr:
        if self.owner is None:
            raise MetadataError("this field belongs to no model class yet; use the attribute of the class")
        return FilterExpr(self.owner, self.name, op, value, self.alias, negate)

    def _as_condition(self) -> Expr:
        if self.is_relation:
            raise InvalidTypeError(f"{self!r} is a relation and no condition; use {self!r}.is_not_null()")
        if self.type.base not in (bool, Any) or self.type.many:
            raise InvalidTypeError(f"{self!r} is no field of booleans; compare it with a value, as in {self!r} == …")
        return self._filter("=", True)

    def __eq__(self, other: object) -> Any:
        return self._filter("IS NULL") if other is None else self._filter("=", other)

    def __ne__(self, other: object) -> Any:
        return self._filter("IS NOT NULL") if other is None else self._filter("<>", other)

    __hash__ = object.__hash__

    def __lt__(self, other: Any) -> Any:
        return self._filter("<", other)

    def __le__(self, other: Any) -> Any:
        return self._filter("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self._filter(">", other)

    def __ge__(self, other: Any) -> Any:
        return self._filter(">=", other)

    def __and__(self, other: Any) -> Any:
        return self._as_condition() & other

    def __rand__(self, other: Any) -> Any:
        return other & self._as_condition()

    def __or__(self, other: Any) -> Any:
        return self._as_condition() | other

    def __ror__(self, other: Any) -> Any:
        return other | self._as_condition()

    def __invert__(self) -> Any:
        return NegatedExpr(self._as_condition())

    def __bool__(self) -> NoReturn:
        raise InvalidTypeError(f"{self!r} is an expression and has no truth value; combine conditions with & | ~")

    def contains(self, value: Any) -> Any:
        """Build the condition that the text contains *value*."""
        return self._filter("CONTAINS", value)

    def startswith(self, value: Any) -> Any:
        """Build the condition that the text starts with *value*."""
        return self._filter("STARTS WITH", value)

    def endswith(self, value: Any) -> Any:
        """Build the condition that the text ends with *value*."""
        return self._filter("ENDS WITH", value)

    def matches(self, pattern: Any) -> Any:
        """Build the condition that the whole text matches the regular expression *pattern*."""
        return self._filter("=~", pattern)

    def in_(self, values: Iterable[Any]) -> Any:
        """Build the condition that the value is one of *values*."""
        return self._filter("IN", _values(self, "in_", values))

    def not_in_(self, values: Iterable[Any]) -> Any:
        """Build the condition that the value is none of *values*."""
        return self._filter("IN", _values(self, "not_in_", values), negate=True)

    def is_null(self) -> Any:
        """Build the condition that there is no value."""
        return self._filter("IS NULL")

    def is_not_null(self) -> Any:
        """Build the condition that there is a value."""
        return self._filter("IS NOT NULL")

    def has(self, value: Any) -> Any:
        """Build the condition that the list contains *value*, or that the relation leads to it."""
        return self._filter("HAS", value)


def _values(field: Operators, method: str, values: Any) -> list[Any]:
    items: Any = values
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InvalidTypeError(f"{field!r}.{method}() takes a list of values, got {values!r}")
    return list(items)
