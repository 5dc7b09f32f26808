"""Declarations of fields and relations: ``Field()``, ``Relation()`` and the descriptors they make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar

from runic.ogm.core._field import MISSING, FieldDescriptor

__all__ = ["MISSING", "Field", "FieldDescriptor", "Link", "Property", "Relation"]

T = TypeVar("T")
M = TypeVar("M")
E = TypeVar("E")


class Property(FieldDescriptor, Generic[T]):
    """A property of a node or edge; as an annotation, ``name: Property[str]``, the typed style of one."""

    __slots__ = ()


class Link(FieldDescriptor, Generic[M, E]):
    """A relation of a node to *M* over edges *E*, as the class-level attribute ``User.articles``."""

    __slots__ = ()


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
