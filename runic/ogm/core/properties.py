"""The typed style: ``Property[T]``, ``Many[M, E]``, ``One[M, E]`` and the functions that declare them."""

from __future__ import annotations

from typing import Any

from runic.ogm.core.descriptors import Field, Link, Property, Relation

__all__ = ["ROLES", "Link", "Many", "One", "Property", "many", "one", "prop"]


class _Role:
    """A generic annotation that fills in ``Edge`` where no edge class is named."""

    __slots__ = ()

    def __class_getitem__(cls, item: Any) -> Any:
        import types

        return types.GenericAlias(cls, item if isinstance(item, tuple) else (item,))


class Many(_Role):
    """Annotate a relation to many *M* over edges *E*."""

    __slots__ = ()


class One(_Role):
    """Annotate a relation to at most one *M* over edges *E*."""

    __slots__ = ()


ROLES: dict[Any, bool] = {Property: False, Many: True, One: False, Link: True}
"""Which generic annotations the typed style has, and whether each is a collection."""


def prop(**options: Any) -> Any:
    """Declare a property in the typed style."""
    return Field(**options)


def many(relationship: str, *, direction: Any = "OUTGOING", **options: Any) -> Any:
    """Declare a relation to many in the typed style."""
    return Relation(relationship=relationship, direction=direction, **options)


def one(relationship: str, *, direction: Any = "OUTGOING", **options: Any) -> Any:
    """Declare a relation to at most one in the typed style."""
    return Relation(relationship=relationship, direction=direction, **options)
