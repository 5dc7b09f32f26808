"""Facts of a relation that need both of its ends: direction of the stored edge, cardinality, opposite sides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from runic.cypher.ast import Direction
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.metadata import NodeMeta, relation_edge, relation_target

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OPPOSITE", "Limit", "RelationInfo", "relation_info", "touching"]


@dataclass(frozen=True, slots=True, eq=False)
class RelationInfo:
    """One relation as a class declares it.

    ``one_end`` is the class of which a start node of the stored edge reaches at most one, ``one_start`` the class of
    which an end node is reached by at most one; None where any number goes. Cardinality belongs to the relationship
    type, so either declared side decides.
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
    one_end: Any
    one_start: Any

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

    @property
    def limited(self) -> bool:
        """Tell whether an edge excludes others."""
        return self.one_end is not None or self.one_start is not None

    def limits(self, start: Any, end: Any) -> list[Limit]:
        """Return what an edge between *start* and *end* excludes at either end."""
        out: Direction = "BOTH" if self.undirected else "OUTGOING"
        back: Direction = "BOTH" if self.undirected else "INCOMING"
        found: list[Limit] = []
        if self.one_end is not None:
            found.append(Limit(start, out, self.one_end, end))
        if self.one_start is not None:
            found.append(Limit(end, back, self.one_start, start))
        return found


class Limit(NamedTuple):
    """A node that keeps, of all its edges of a type in a direction to nodes of a class, the one to *kept*."""

    node: Any
    direction: Direction
    target: Any
    kept: Any


OPPOSITE: dict[str, Direction] = {"OUTGOING": "INCOMING", "INCOMING": "OUTGOING", "BOTH": "BOTH"}


def relation_info(field: FieldDescriptor) -> RelationInfo:
    """Work out a relation's facts from its declaration and from the opposite sides in its registry."""
    owner = field.owner
    target = relation_target(field)
    opposite = [other for other in _opposites(field, target) if other is not field]
    single = [relation_target(other) for other in opposite if not other.type.many]
    one_member: Any = None if field.type.many else target
    one_owner: Any = reduce(_wider, single, owner) if single else None
    if field.direction == "BOTH" and (single or one_member is not None):
        one_member, one_owner = target, one_owner or owner
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
        one_end=one_member if outgoing else one_owner,
        one_start=one_owner if outgoing else one_member,
    )


def _opposites(field: FieldDescriptor, target: Any) -> Iterator[FieldDescriptor]:
    """Yield the relations that read the same stored edges from the other end."""
    registry = field.owner.__runic_meta__.registry
    for meta in registry.nodes.values():
        if not overlap(meta.cls, target):
            continue
        for other in meta.relations.values():
            same = other.relationship == field.relationship and other.direction == OPPOSITE[field.direction or "BOTH"]
            if same and overlap(relation_target(other), field.owner):
                yield other


def _wider(one: Any, other: Any) -> Any:
    return other if issubclass(one, other) else one


def overlap(one: Any, other: Any) -> bool:
    """Tell whether a node can be of both classes by inheritance."""
    return issubclass(one, other) or issubclass(other, one)


def touching(meta: NodeMeta, relationship: str, other: Any, *, start: bool) -> list[FieldDescriptor]:
    """Return the relations of a class that show an edge of type *relationship* to an object of the class *other*.

    *start* says that the class is the start of the stored edge.
    """
    wanted = ("OUTGOING", "BOTH") if start else ("INCOMING", "BOTH")
    return [
        field
        for field in meta.relations.values()
        if field.relationship == relationship
        and field.direction in wanted
        and issubclass(other, relation_target(field))
    ]
