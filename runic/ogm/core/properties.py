"""The typed style: ``Property[T]``, ``Many[M, E]``, ``One[M, E]`` and the functions that declare them."""

from __future__ import annotations

from collections.abc import Callable
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, Unpack, overload

from runic.ogm.core.descriptors import Field, FieldOptions, Link, Property, Relation

__all__ = ["ROLES", "Link", "Many", "One", "Property", "many", "one", "prop"]

T = TypeVar("T")

Direction = Literal["OUTGOING", "INCOMING", "BOTH"]

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    from runic.ogm.core.models import Edge

    M = TypeVar("M")
    E = TypeVarWithDefault("E", default=Edge)

    class Many(Generic[M, E]):
        """Annotate a relation to many *M* over edges *E*."""

        @overload
        def __get__(self, instance: None, owner: Any = None) -> Link[M, E]: ...
        @overload
        def __get__(self, instance: object, owner: Any = None) -> list[M]: ...
        def __get__(self, instance: Any, owner: Any = None) -> Any: ...
        def __set__(self, instance: Any, value: list[M]) -> None: ...

    class One(Generic[M, E]):
        """Annotate a relation to at most one *M* over edges *E*."""

        @overload
        def __get__(self, instance: None, owner: Any = None) -> Link[M, E]: ...
        @overload
        def __get__(self, instance: object, owner: Any = None) -> M | None: ...
        def __get__(self, instance: Any, owner: Any = None) -> Any: ...
        def __set__(self, instance: Any, value: M | None) -> None: ...

else:

    class _Role:
        """A generic annotation whose second argument may be left out, which Python 3.12 has no word for."""

        __slots__ = ()

        def __class_getitem__(cls, item: Any) -> GenericAlias:
            return GenericAlias(cls, item if isinstance(item, tuple) else (item,))

    class Many(_Role):
        """Annotate a relation to many *M* over edges *E*."""

        __slots__ = ()

    class One(_Role):
        """Annotate a relation to at most one *M* over edges *E*."""

        __slots__ = ()


ROLES: dict[Any, bool] = {Property: False, Many: True, One: False, Link: True}
"""Which generic annotations the typed style has, and whether each is a collection."""


# The overloads of Field(), each returning the descriptor: one function for both styles could only return Any.
@overload
def prop(*, generated: Literal[True], init: Literal[False] = False, **options: Unpack[FieldOptions]) -> Any: ...
@overload
def prop[T](
    *, default: T, init: bool = True, converter: Any = None, **options: Unpack[FieldOptions]
) -> Property[T]: ...
@overload
def prop(
    *, default_factory: type[list[Any]], init: bool = True, converter: Any = None, **options: Unpack[FieldOptions]
) -> Property[list[Any]]: ...
@overload
def prop(
    *, default_factory: type[dict[Any, Any]], init: bool = True, converter: Any = None, **options: Unpack[FieldOptions]
) -> Property[dict[Any, Any]]: ...
@overload
def prop[T](
    *, default_factory: Callable[[], T], init: bool = True, converter: Any = None, **options: Unpack[FieldOptions]
) -> Property[T]: ...
@overload
def prop(*, init: bool = True, converter: Any = None, **options: Unpack[FieldOptions]) -> Any: ...
def prop(**options: Any) -> Any:
    """Declare a property in the typed style; the options are those of ``Field()``."""
    return Field(**options)


def many(
    relationship: str,
    *,
    direction: Direction = "OUTGOING",
    target: Any = None,
    edge_model: Any = None,
    cascade: bool = False,
    lazy: bool = True,
) -> Many[Any, Any]:
    """Declare a relation to many in the typed style; target and edge class come from the annotation."""
    declared: Many[Any, Any] = Relation(
        relationship=relationship,
        direction=direction,
        target=target,
        edge_model=edge_model,
        cascade=cascade,
        lazy=lazy,
    )
    return declared


def one(
    relationship: str,
    *,
    direction: Direction = "OUTGOING",
    target: Any = None,
    edge_model: Any = None,
    cascade: bool = False,
    lazy: bool = True,
) -> One[Any, Any]:
    """Declare a relation to at most one in the typed style; target and edge class come from the annotation."""
    declared: One[Any, Any] = Relation(
        relationship=relationship,
        direction=direction,
        target=target,
        edge_model=edge_model,
        cascade=cascade,
        lazy=lazy,
    )
    return declared
