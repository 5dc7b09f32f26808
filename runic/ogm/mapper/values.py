"""What one field stores: validating, encoding, decoding and comparing its values for one dialect."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from runic.cypher import ast
from runic.cypher.dialect import Dialect
from runic.exceptions import FieldValidationError, MetadataError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.types import (
    DatetimeConverter,
    GeoLocationConverter,
    TypeConverter,
    Vector,
    VectorConverter,
    converter_for,
)

__all__ = ["FieldCodec"]

_STORED_AS_THEY_ARE = frozenset({str, int, float, bool, bytes})
_COMPARED_BY_VALUE = frozenset({str, int, float, bool, bytes, UUID, date, timedelta, Decimal, datetime, time})


class FieldCodec:
    """One property field for one dialect.

    ``by_value`` says that a snapshot keeps the Python value; otherwise it keeps the stored form, as the value can
    change in place or its class is the user's own. ``plain`` is the type, if there is one, whose own objects are
    stored as they are and differ when they are unequal.
    """

    __slots__ = (
        "_round", "base", "by_value", "check_text", "converter", "default", "default_factory", "dialect", "field",
        "generated", "key", "many", "name", "numbered", "optional", "owner", "plain", "property", "unique", "wrap",
    )  # fmt: skip

    def __init__(self, field: FieldDescriptor, dialect: Dialect) -> None:
        kind = field.type
        self.field = field
        self.owner = field.owner.__name__
        self.name = field.name
        self.property = field.property or field.name
        self.dialect = dialect
        self.base = kind.base
        self.many = kind.many
        self.generated = field.generated
        self.numbered = field.generated and kind.base is int and dialect.element_id_type is str
        self.key = field.primary_key
        self.unique = field.unique or field.primary_key
        self.optional = (kind.optional or field.default is None) and not field.required
        self.converter = _converter(field, dialect)
        self.wrap = _wrapper(field, self.converter)
        self.by_value = not self.many and (field.converter is None) and _immutable(self.base)
        plain = self.converter is None and not self.many and self.base in (str, int, bool)
        self.plain: type | None = self.base if plain else None
        self._round = {"vector": dialect.round_single, "point": dialect.round_coordinate}.get(
            self.wrap or "", dialect.round_float
        )
        self.check_text = dialect.unique_text_limits if self.unique else None
        applies = not self.optional and not field.primary_key
        self.default = field.default if applies and field.default is not None else None
        self.default_factory = field.default_factory if applies else None
        if not field.has_default or not applies:
            self.default = None

    # -- to the graph -------------------------------------------------------------------------------------------

    def encode(self, value: Any) -> Any:
        """Return what is stored for *value*.

        Raises :class:`FieldValidationError` naming class and field when it cannot be stored.
        """
        if value is None:
            return None
        if not self.many or self.base is Vector:
            return self.encode_item(value)
        if not _is_list(value):
            raise self.refusal(value, f"expected a list, got {_type_name(value)}")
        self._require_no_gaps(value)
        return [self.encode_item(item) for item in value]

    def _require_no_gaps(self, value: Iterable[Any]) -> None:
        if any(item is None for item in value):
            raise self.refusal(value, "a list cannot hold None")

    def encode_item(self, value: Any) -> Any:
        """Return what is stored for one value, or one element of a list."""
        converter = self.converter
        if converter is not None:
            try:
                value = converter.to_graph(value)
            except FieldValidationError:
                raise
            except Exception as error:
                raise self.refusal(value, str(error)) from error
            return self._storable(value, deep=True)
        base = self.base
        if base is Any:
            return self._storable(value, deep=not self.many)
        if not isinstance(value, base) and not (base in _NUMBERS and isinstance(value, int | float)):
            raise self.refusal(value, f"expected {_article(base)}, got {_type_name(value)}")
        if base is int and isinstance(value, float) and math.isfinite(value) and not value.is_integer():
            raise self.refusal(value, "expected an int, got a float with a fraction")
        return self._storable(value, deep=False)

    def _storable(self, value: Any, deep: bool) -> Any:
        """Check that the database can hold *value*; subclasses of plain types become plain."""
        if isinstance(value, str):
            self._within(value, self.dialect.text_limits)
            if self.check_text is not None:
                self._within(value, self.check_text)
            return value if type(value) is str else str.__str__(value)
        if isinstance(value, bool):
            return value
        if isinstance(value, int):
            return int(self._within(value, self.dialect.integer_limits))
        if isinstance(value, float):
            number = float(self._within(value, self.dialect.float_limits))
            # Nodes are found by their key as it reads back.
            return self._round(number) if self.key else number
        if deep and _is_list(value):
            self._require_no_gaps(value)
            return [self._storable(item, deep=False) for item in value]
        native = type(value) in self.dialect.native_types and not _is_list(value)
        if native or (deep and self.wrap is not None and _is_map(value)):
            return value
        raise self.refusal(
            value, f"a value of type {_type_name(value)} cannot be stored; annotate the field or give it a converter"
        )

    def _within[V](self, value: V, limits: Callable[[V], str | None]) -> V:
        reason = limits(value)
        if reason is not None:
            raise self.refusal(value, reason)
        return value

    def refusal(self, value: Any, reason: str) -> FieldValidationError:
        """Return the error for a *value* that this field does not take."""
        shown = repr(value)
        shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
        return FieldValidationError(f"{self.owner}.{self.name} cannot hold {shown}: {reason}")

    def parameter(self, value: Any) -> ast.Expression:
        """Return *value*, encoded, as a query parameter wrapped the way it is stored."""
        return self.wrapped(ast.Parameter(self.encode(value)))

    def wrapped(self, expression: ast.Expression) -> ast.Expression:
        """Return *expression* inside the function that this field is written through, if it has one."""
        return expression if self.wrap is None else ast.Function(self.wrap, (expression,))

    # -- from the graph -----------------------------------------------------------------------------------------

    def decode(self, value: Any) -> Any:
        """Return the Python value for a stored one.

        Raises :class:`FieldValidationError` naming class, field and the stored value when it does not fit.
        """
        if value is None:
            return None
        if self.generated:
            return self.element_key(value)
        converter = self.converter
        try:
            if self.many and self.base is not Vector:
                if not _is_list(value):
                    return value
                return list(value) if converter is None else [converter.from_graph(item) for item in value]
            if converter is not None:
                return converter.from_graph(value)
            return list(value) if _is_list(value) else value
        except Exception as error:
            raise FieldValidationError(
                f"{self.owner}.{self.name}: the graph holds {value!r}, which cannot be read as "
                f"{getattr(self.base, '__name__', self.base)}: {error}"
            ) from error

    def element_key(self, element_id: Any) -> Any:
        """Return the generated key of the node with that element id, as the field's annotation wants it."""
        if self.numbered and isinstance(element_id, str):
            return self.dialect.integer_of(element_id)
        return self.base(element_id) if self.base in (int, str) else element_id

    def element_id(self, value: Any) -> int | str:
        """Return a generated key that a user gave as it is compared with :class:`~runic.cypher.ast.ElementId`.

        Raises :class:`FieldValidationError` for a value that no element id can be.
        """
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self.refusal(value, "element ids are texts or integers")
        try:
            return int(value) if self.numbered else self.dialect.element_id_type(value)
        except ValueError as error:
            raise self.refusal(value, "it is no element id of this database") from error

    def missing(self) -> Any:
        """Return the value of a node that does not have the property."""
        return self.default_factory() if self.default_factory is not None else self.default

    # -- comparing ----------------------------------------------------------------------------------------------

    def kept(self, value: Any) -> Any:
        """Return what a snapshot keeps of *value*: itself, or its stored form."""
        if self.by_value or value is None:
            return value
        return self.encode(value)

    def differs(self, value: Any, kept: Any) -> bool:
        """Tell whether storing *value* would change what a snapshot *kept*."""
        if type(value) is type(kept) is self.plain:
            return bool(value != kept)
        try:
            now = self.encode(value)
            if not self.by_value:
                # What another client stored may have more than one form, as the blanks of JSON.
                return not self._same(now, kept) and not self._same(now, self.encode(self.decode(kept)))
            return not self._same(now, self.encode(kept))
        except FieldValidationError:
            return not self._is_as_read(value, kept)

    def _is_as_read(self, value: Any, kept: Any) -> bool:
        """Tell whether a *value* that cannot be stored is the one that was read: then nobody changed it."""
        try:
            return value is not None and self._same(value, kept if self.by_value else self.decode(kept))
        except Exception:
            return False

    def looks_equal(self, value: Any, kept: Any) -> bool:
        """Tell whether a server may take an encoded *value* for the one that a snapshot *kept*, though it differs."""
        if kept is None or value is None or not self.dialect.set_compares:
            return False
        try:
            return self.wrap == "vector" or bool(value == (self.encode(kept) if self.by_value else kept))
        except FieldValidationError:
            return False

    def _same(self, one: Any, other: Any) -> bool:
        if type(one) is not type(other):
            return False
        if isinstance(one, float):
            # As text, so that 0.0 and -0.0 differ and NaN is the same as NaN.
            return repr(self._round(one)) == repr(self._round(other))
        if _is_list(one):
            return len(one) == len(other) and all(map(self._same, one, other))
        if _is_map(one):
            return one.keys() == other.keys() and all(self._same(one[k], other[k]) for k in one)
        return bool(one == other)


_NUMBERS = frozenset({int, float})


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _type_name(value: Any) -> str:
    return type(value).__name__


def _article(kind: Any) -> str:
    name = getattr(kind, "__name__", str(kind))
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def _immutable(kind: Any) -> bool:
    return kind in _COMPARED_BY_VALUE or (isinstance(kind, type) and issubclass(kind, Enum))


def _converter(field: FieldDescriptor, dialect: Dialect) -> TypeConverter | None:
    if field.converter is not None:
        return field.converter
    base: Any = field.type.base
    if field.timezone is not None:
        return DatetimeConverter(timezone=field.timezone)
    own = dialect.converters.get(base) if isinstance(base, type) else None
    if own is not None or base in dialect.native_types or field.generated:
        return own
    converter = converter_for(base)
    known = base is Any or base in _STORED_AS_THEY_ARE
    if converter is None and not known:
        raise MetadataError(
            f"{field.owner.__name__}.{field.name} is annotated {base!r}, which no automatic converter stores; "
            "give the field converter=, or annotate a relation with Relation(...)"
        )
    return converter


def _wrapper(field: FieldDescriptor, converter: TypeConverter | None) -> str | None:
    if field.interned:
        return "intern"
    if isinstance(converter, VectorConverter):
        return "vector"
    if isinstance(converter, GeoLocationConverter):
        return "point"
    return getattr(converter, "cypher_fn", None)
