"""Declarations of fields and relations: ``Field()``, ``Relation()`` and the descriptors they make.

What stands under ``TYPE_CHECKING`` is what checkers see of a class-level attribute: at run time the operators are
those of :mod:`runic.ogm.core._operators`, and instances hold plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar, Unpack, overload

from runic.ogm.core._field import MISSING, FieldDescriptor

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    from runic.ogm.core.expressions import Comparison, Expr
    from runic.ogm.core.models import Edge

    E = TypeVarWithDefault("E", default=Edge)
else:
    E = TypeVar("E")

__all__ = ["MISSING", "Field", "FieldDescriptor", "FieldOptions", "Link", "Property", "Relation"]

T = TypeVar("T")
V = TypeVar("V")
M = TypeVar("M")


class Property(FieldDescriptor, Generic[T]):
    """A property of a node or edge; as an annotation, ``name: Property[str]``, the typed style of one."""

    __slots__ = ()

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any = None) -> Property[T]: ...
        @overload
        def __get__(self, instance: object, owner: Any = None) -> T: ...
        def __get__(self, instance: Any, owner: Any = None) -> Any: ...
        def __set__(self, instance: Any, value: T) -> None: ...

        # An optional field first: with one union as the type of self, mypy lets any value pass.
        # A condition, where that of object is a bool: mypy takes no other answer for an override.
        @overload  # type: ignore[override]
        def __eq__(self: Property[V | None], other: V | Property[V] | Property[V | None] | None) -> Expr: ...
        @overload
        def __eq__(self, other: T | Property[T] | Property[T | None]) -> Expr: ...
        @overload
        def __eq__(self, other: object) -> Comparison: ...
        def __eq__(self, other: object) -> Any: ...

        # A condition, where that of object is a bool: mypy takes no other answer for an override.
        @overload  # type: ignore[override]
        def __ne__(self: Property[V | None], other: V | Property[V] | Property[V | None] | None) -> Expr: ...
        @overload
        def __ne__(self, other: T | Property[T] | Property[T | None]) -> Expr: ...
        @overload
        def __ne__(self, other: object) -> Comparison: ...
        def __ne__(self, other: object) -> Any: ...

        @overload
        def __lt__(self: Property[V | None], other: V | Property[V] | Property[V | None]) -> Expr: ...
        @overload
        def __lt__(self, other: T | Property[T] | Property[T | None]) -> Expr: ...
        def __lt__(self, other: Any) -> Any: ...

        @overload
        def __le__(self: Property[V | None], other: V | Property[V] | Property[V | None]) -> Expr: ...
        @overload
        def __le__(self, other: T | Property[T] | Property[T | None]) -> Expr: ...
        def __le__(self, other: Any) -> Any: ...

        @overload
        def __gt__(self: Property[V | None], other: V | Property[V] | Property[V | None]) -> Expr: ...
        @overload
        def __gt__(self, other: T | Property[T] | Property[T | None]) -> Expr: ...
        def __gt__(self, other: Any) -> Any: ...

        @overload
        def __ge__(self: Property[V | None], other: V | Property[V] | Property[V | None]) -> Expr: ...
        @overload
        def __ge__(self, other: T | Property[T] | Property[T | None]) -> Expr: ...
        def __ge__(self, other: Any) -> Any: ...

        def __and__(self: Property[bool], other: Expr | bool | Property[bool]) -> Expr: ...
        def __rand__(self: Property[bool], other: bool) -> Expr: ...
        def __or__(self: Property[bool], other: Expr | bool | Property[bool]) -> Expr: ...
        def __ror__(self: Property[bool], other: bool) -> Expr: ...
        def __invert__(self: Property[bool]) -> Expr: ...
        def __bool__(self) -> Literal["combine predicates with & | ~ instead of and, or, not"]: ...
        def __hash__(self) -> int: ...

        def contains(self: Property[str] | Property[str | None], value: str) -> Expr: ...
        def startswith(self: Property[str] | Property[str | None], value: str) -> Expr: ...
        def endswith(self: Property[str] | Property[str | None], value: str) -> Expr: ...
        def matches(self: Property[str] | Property[str | None], pattern: str) -> Expr: ...

        @overload
        def in_(self: Property[V | None], values: Iterable[V | None]) -> Expr: ...
        @overload
        def in_(self, values: Iterable[T]) -> Expr: ...
        def in_(self, values: Any) -> Any: ...

        @overload
        def not_in_(self: Property[V | None], values: Iterable[V | None]) -> Expr: ...
        @overload
        def not_in_(self, values: Iterable[T]) -> Expr: ...
        def not_in_(self, values: Any) -> Any: ...

        @overload
        def has(self: Property[list[V]], value: V) -> Expr: ...
        @overload
        def has(self: Property[list[V] | None], value: V) -> Expr: ...
        def has(self, value: Any) -> Any: ...

        def is_null(self) -> Expr: ...
        def is_not_null(self) -> Expr: ...


class Link(FieldDescriptor, Generic[M, E]):
    """A relation of a node to *M* over edges *E*, as the class-level attribute ``User.articles``."""

    __slots__ = ()

    if TYPE_CHECKING:
        # A condition, where that of object is a bool: mypy takes no other answer for an override.
        @overload  # type: ignore[override]
        def __eq__(self, other: M | None) -> Expr: ...
        @overload
        def __eq__(self, other: object) -> Comparison: ...
        def __eq__(self, other: object) -> Any: ...

        # A condition, where that of object is a bool: mypy takes no other answer for an override.
        @overload  # type: ignore[override]
        def __ne__(self, other: M | None) -> Expr: ...
        @overload
        def __ne__(self, other: object) -> Comparison: ...
        def __ne__(self, other: object) -> Any: ...

        def __bool__(self) -> Literal["combine predicates with & | ~ instead of and, or, not"]: ...
        def __hash__(self) -> int: ...
        def in_(self, values: Iterable[M]) -> Expr: ...
        def not_in_(self, values: Iterable[M]) -> Expr: ...
        def has(self, value: M) -> Expr: ...
        def is_null(self) -> Expr: ...
        def is_not_null(self) -> Expr: ...


class FieldOptions(TypedDict, total=False):
    """The options of ``Field()`` and ``prop()`` that do not bear on the constructor or the type.

    ``converter`` is not among them: from here, ty would take it for a converter of the constructor's argument.
    """

    kw_only: bool
    index: bool
    index_type: Literal["FULLTEXT", "VECTOR"] | None
    unique: bool
    required: bool
    primary_key: bool
    interned: bool
    property: str | None
    dimension: int | None
    similarity: Literal["cosine", "euclidean"] | None
    timezone: bool | None


# A generated key leaves the constructor through the default of init, which is how dataclass_transform finds it.
@overload
def Field(*, generated: Literal[True], init: Literal[False] = False, **options: Unpack[FieldOptions]) -> Any: ...
@overload
def Field[T](*, default: T, init: bool = True, converter: Any = None, **options: Unpack[FieldOptions]) -> T: ...
@overload
def Field(
    *, default_factory: type[list[Any]], init: bool = True, converter: Any = None, **options: Unpack[FieldOptions]
) -> list[Any]: ...
@overload
def Field(
    *, default_factory: type[dict[Any, Any]], init: bool = True, converter: Any = None, **options: Unpack[FieldOptions]
) -> dict[Any, Any]: ...
@overload
def Field[T](
    *, default_factory: Callable[[], T], init: bool = True, converter: Any = None, **options: Unpack[FieldOptions]
) -> T: ...
@overload
def Field(*, init: bool = True, converter: Any = None, **options: Unpack[FieldOptions]) -> Any: ...
def Field(
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
    converter: Any = None,
    generated: bool = False,
    interned: bool = False,
    property: str | None = None,
    dimension: int | None = None,
    similarity: Literal["cosine", "euclidean"] | None = None,
    timezone: bool | None = None,
) -> Any:
    """Declare a property of a node or edge."""
    return Property[Any](
        default=default,
        default_factory=default_factory,
        init=init,
        kw_only=kw_only,
        index=index,
        index_type=index_type,
        unique=unique,
        required=required,
        primary_key=primary_key,
        converter=converter,
        generated=generated,
        interned=interned,
        property=property,
        dimension=dimension,
        similarity=similarity,
        timezone=timezone,
    )


def Relation(
    *,
    relationship: str,
    direction: Literal["OUTGOING", "INCOMING", "BOTH"],
    target: Any = None,
    edge_model: Any = None,
    cascade: bool = False,
    lazy: bool = True,
    default: Any = None,
    default_factory: Callable[[], Any] | None = None,
    init: bool = True,
) -> Any:
    """Declare a relation of a node; the target may come from the annotation."""
    return Link[Any, Any](
        relationship=relationship,
        direction=direction,
        target=target,
        edge_model=edge_model,
        cascade=cascade,
        lazy=lazy,
        default=default,
        default_factory=default_factory,
        init=init,
    )
