"""Facts of a relation that need both of its ends: direction of the stored edge, cardinality, opposite sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runic.cypher.ast import Direction
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.metadata import NodeMeta, relation_edge, relation_target

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RelationInfo", "relation_info", "touching"]


@dataclass(frozen=True, slots=True, eq=False)
class RelationInfo:
    """One relation as a class declares it.

    ``single_source`` says that a start node of the stored edge has at most one such edge, ``single_target`` that an
    end node has: cardinality belongs to the relationship type, so either declared side decides.
    """

    name: str
    field: FieldDescriptor
    owner: Any
    target: Any
    edge: Any
    type: str
    direction: Direction
    many: bool
    cascade: bool
    lazy: bool
    single_source: bool
    single_target: bool

    @property
    def forward(self) -> bool:
        """Tell whether the owner is the start of the stored edge; an undirected one is stored forward."""
        return self.direction != "INCOMING"

    @property
    def undirected(self) -> bool:
        """Tell whether the edge means the same from either end."""
        return self.direction == "BOTH"

    def ends(self, owner: Any, member: Any) -> tuple[Any, Any]:
        """Return start and end of the stored edge between *owner* and *member*."""
        return (owner, member) if self.forward else (member, owner)


_OPPOSITE: dict[str, str] = {"OUTGOING": "INCOMING", "INCOMING": "OUTGOING", "BOTH": "BOTH"}


def relation_info(field: FieldDescriptor) -> RelationInfo:
    """Work out a relation's facts from its declaration and from the opposite sides in its registry."""
    owner = field.owner
    target = relation_target(field)
    opposite = [other for other in _opposites(field, target) if other is not field]
    single_here = not field.type.many
    single_there = any(not other.type.many for other in opposite)
    if field.direction == "BOTH":
        single_here = single_there = single_here or single_there
    direction: Direction = field.direction or "OUTGOING"
    outgoing = direction != "INCOMING"
    return RelationInfo(
        name=field.name,
        field=field,
        owner=owner,
        target=target,
        edge=relation_edge(field),
        type=field.relationship or "",
        direction=direction,
        many=field.type.many,
        cascade=field.cascade,
        lazy=field.lazy,
        single_source=single_here if outgoing else single_there,
        single_target=single_there if outgoing else single_here,
    )


def _opposites(field: FieldDescriptor, target: Any) -> Iterator[FieldDescriptor]:
    """Yield the relations that read the same stored edges from the other end."""
    registry = field.owner.__runic_meta__.registry
    for meta in registry.nodes.values():
        if not overlap(meta.cls, target):
            continue
        for other in meta.relations.values():
            same = other.relationship == field.relationship and other.direction == _OPPOSITE[field.direction or ""]
            if same and overlap(relation_target(other), field.owner):
                yield other


def overlap(one: Any, other: Any) -> bool:
    """Tell whether a node can be of both classes by inheritance."""
    return issubclass(one, other) or issubclass(other, one)


def touching(meta: NodeMeta, relationship: str, other: Any, *, start: bool) -> list[FieldDescriptor]:
    """Return the relations of a class that may hold an edge of type *relationship* to *other*.

    *start* says that the class is the start of the stored edge.
    """
    wanted = ("OUTGOING", "BOTH") if start else ("INCOMING", "BOTH")
    return [
        field
        for field in meta.relations.values()
        if field.relationship == relationship and field.direction in wanted and overlap(relation_target(field), other)
    ]
