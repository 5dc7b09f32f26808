"""Field and relation declarations: one object per attribute, which is also the expression ``User.name``."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from runic.ogm.core.types import TypeConverter

if TYPE_CHECKING:
    from runic.ogm.core._annotations import FieldType

    # A checker knows the operators of Property and Link, which have types; these have none.
    class Operators: ...

else:
    from runic.ogm.core._operators import Operators

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


class FieldDescriptor(Operators):
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

    default: Any
    default_factory: Callable[[], Any] | None
    init: bool
    kw_only: bool
    index: bool
    index_type: Literal["FULLTEXT", "VECTOR"] | None
    unique: bool
    required: bool
    primary_key: bool
    relationship: str | None
    direction: Direction | None
    target: Any
    edge_model: Any
    cascade: bool
    lazy: bool
    converter: TypeConverter | None
    generated: bool
    interned: bool
    property: str | None
    dimension: int | None
    similarity: Literal["cosine", "euclidean"] | None
    timezone: bool | None

    name: str
    owner: Any
    alias: str | None
    annotation: Any
    _type: FieldType | None

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
        options = locals()
        for option in _OPTIONS:
            setattr(self, option, options[option])
        self.name, self.annotation = "", Any
        self.owner = self.alias = self._type = None

    @builtins.property
    def is_relation(self) -> bool:
        """Tell whether this is a relation, not a property."""
        return self.relationship is not None

    @builtins.property
    def has_default(self) -> bool:
        """Tell whether a value can be had without one being given."""
        return self.default is not MISSING or self.default_factory is not None

    @builtins.property
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


_OPTIONS = tuple(
    slot for slot in FieldDescriptor.__slots__ if slot not in {"_type", "alias", "annotation", "name", "owner"}
)
