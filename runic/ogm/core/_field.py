"""Field and relation declarations: one object per attribute, which is also the expression ``User.name``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from runic.exceptions import InvalidTypeError, MetadataError
from runic.ogm.core.expressions import Expr, FilterExpr, NegatedExpr
from runic.ogm.core.types import TypeConverter

if TYPE_CHECKING:
    from runic.ogm.core._annotations import FieldType

__all__ = ["MISSING", "FieldDescriptor", "Missing"]

Direction = Literal["OUTGOING", "INCOMING", "BOTH"]


class Missing:
    """The type of :data:`MISSING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Any = Missing()
"""Stands where no default was given, as None is a value."""


class FieldDescriptor:
    """A property or relation of a model: its options, and at class level the operand of conditions.

    The descriptor that a class answers with is its own copy, so that ``City.title`` knows it was asked of ``City``.
    """

    __slots__ = (
        "_type",
        "alias",
        "annotation",
        "cascade",
        "converter",
        "default",
        "default_factory",
        "dimension",
        "direction",
        "edge_model",
        "generated",
        "index",
        "index_type",
        "init",
        "interned",
        "kw_only",
        "lazy",
        "name",
        "owner",
        "primary_key",
        "property",
        "relationship",
        "required",
        "similarity",
        "target",
        "timezone",
        "unique",
    )

    def __init__(
        self,
        *,
        default: Any = MISSING,
        default_factory: Callable[[], Any] | None = None,
        init: bool = True,
        kw_only: bool = True,
        index: bool = False,
        index_type: Literal["FULLTEXT", "VECTOR"] | None = None,
        unique: bool = False,
        required: bool = False,
        primary_key: bool = False,
        relationship: str | None = None,
        direction: Direction | None = None,
        target: Any = None,
        edge_model: Any = None,
        cascade: bool = False,
        lazy: bool = True,
        converter: Any = None,
        generated: bool = False,
        interned: bool = False,
        property: str | None = None,
        dimension: int | None = None,
        similarity: Literal["cosine", "euclidean"] | None = None,
        timezone: bool | None = None,
    ) -> None:
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.kw_only = kw_only
        self.index = index
        self.index_type = index_type
        self.unique = unique
        self.required = required
        self.primary_key = primary_key
        self.relationship = relationship
        self.direction = direction
        self.target = target
        self.edge_model = edge_model
        self.cascade = cascade
        self.lazy = lazy
        self.converter: TypeConverter | None = converter
        self.generated = generated
        self.interned = interned
        self.property = property
        self.dimension = dimension
        self.similarity = similarity
        self.timezone = timezone
        self.name = ""
        self.owner: Any = None
        self.alias: str | None = None
        self.annotation: Any = Any
        self._type: FieldType | None = None

    @property
    def is_relation(self) -> bool:
        """Tell whether this is a relation, not a property."""
        return self.relationship is not None

    @property
    def has_default(self) -> bool:
        """Tell whether a value can be had without one being given."""
        return self.default is not MISSING or self.default_factory is not None

    @property
    def type(self) -> FieldType:
        """The value type, resolved from the annotation at first use."""
        found = self._type
        if found is None:
            found = self._type = self.owner.__runic_meta__.resolve_type(self)
        return found

    def bound(self, owner: Any, alias: str | None = None) -> FieldDescriptor:
        """Return a copy that belongs to *owner* and names the query variable *alias*."""
        copy = object.__new__(type(self))
        for slot in FieldDescriptor.__slots__:
            object.__setattr__(copy, slot, getattr(self, slot))
        copy.owner = owner
        copy.alias = alias
        return copy

    def make_default(self) -> Any:
        """Return the default value for a new instance."""
        return self.default_factory() if self.default_factory is not None else self.default

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        # Reached only where an ancestor outside the models binds the name, and then only when the value is absent.
        if instance is None:
            return self
        return instance.__getattr__(self.name)

    def __repr__(self) -> str:
        owner = getattr(self.owner, "__name__", "?")
        return f"{self.alias or owner}.{self.name or '?'}"

    # -- what a class-level attribute builds --------------------------------------------------------------------

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

    if not TYPE_CHECKING:

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


def _values(field: FieldDescriptor, method: str, values: Any) -> list[Any]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InvalidTypeError(f"{field!r}.{method}() takes a list of values, got {values!r}")
    return list(values)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
