"""What changed in the relations of loaded and new objects, as edges to write and edges to remove."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import is_
from typing import Any

from runic.exceptions import DetachedEntityError, FieldValidationError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core._state import Status, members_of
from runic.ogm.core.models import Node
from runic.ogm.mapper.relations import RelationInfo
from runic.ogm.session.unit_of_work import UnitOfWork

__all__ = ["Changes", "Link", "RelationChange", "collect", "find_changes", "holds_changes"]

UNLOADED: Any = object()


@dataclass(slots=True, eq=False)
class RelationChange:
    """One relation of one object whose members differ from what was loaded."""

    owner: Any
    info: RelationInfo
    members: list[Any]
    before: tuple[Any, ...] | None

    @property
    def added(self) -> list[Any]:
        """The members that were not there when the relation was loaded."""
        known = {id(member) for member in self.before or ()}
        return [member for member in self.members if id(member) not in known]

    @property
    def removed(self) -> list[Any]:
        """The members that are gone since the relation was loaded."""
        present = {id(member) for member in self.members}
        return [member for member in self.before or () if id(member) not in present]


@dataclass(slots=True, eq=False)
class Link:
    """One stored edge, from start to end, as a relation asks for it."""

    info: RelationInfo
    start: Any
    end: Any

    @property
    def key(self) -> tuple[str, int, int]:
        """What makes two requests the same edge."""
        one, other = id(self.start), id(self.end)
        if self.info.undirected and one > other:
            one, other = other, one
        return (self.info.type, one, other)


@dataclass(slots=True)
class Changes:
    """All relation changes of a flush."""

    relations: list[RelationChange] = field(default_factory=list[RelationChange])
    added: dict[tuple[str, int, int], Link] = field(default_factory=dict[tuple[str, int, int], Link])
    removed: dict[tuple[str, int, int], Link] = field(default_factory=dict[tuple[str, int, int], Link])


def find_changes(unit: UnitOfWork, entity: Any, values: dict[str, Any]) -> Iterator[RelationChange]:
    """Yield the changed relations of one object, looking at what it holds only."""
    state = entity._state
    loaded: dict[str, tuple[Any, ...]] = state.loaded or {}
    fields = state.codec.meta.fields
    is_new = state.status == Status.PENDING
    for name in state.codec.relation_names:
        if name not in values:
            continue
        held = values[name]
        before: Any = loaded.get(name, () if is_new else UNLOADED)
        if before is not UNLOADED and _unchanged(fields[name], held, before):
            continue
        info = unit.mapper.relation(type(entity), name)
        members = _members(state.codec.describe(entity), info, held)
        if is_new and not members:
            continue
        yield RelationChange(entity, info, members, None if before is UNLOADED else before)


def holds_changes(entity: Any, name: str) -> bool:
    """Tell whether a stored object holds members of a relation that are not written yet."""
    if name not in entity.__dict__:
        return False
    loaded: dict[str, tuple[Any, ...]] = entity._state.loaded or {}
    before = loaded.get(name)
    return before is None or not _unchanged(entity._state.codec.meta.fields[name], entity.__dict__[name], before)


def _unchanged(field: FieldDescriptor, held: Any, before: tuple[Any, ...]) -> bool:
    members = members_of(held)
    same = len(members) == len(before) and all(map(is_, members, before))
    return same and isinstance(held, list) == field.type.many


def _members(owner: str, info: RelationInfo, held: Any) -> list[Any]:
    """Return what a relation holds as a list without repetitions, after checking every member."""
    if info.many and not isinstance(held, list):
        raise FieldValidationError(f"{owner}.{info.name} is a collection; assign a list, not {held!r}")
    if not info.many and isinstance(held, list):
        raise FieldValidationError(f"{owner}.{info.name} holds one object; assign it or None, not a list")
    members = list({id(member): member for member in members_of(held)}.values())
    for member in members:
        if not isinstance(member, info.target):
            raise FieldValidationError(
                f"{owner}.{info.name} takes objects of {info.target.__name__}, not {type(member).__name__}: {member!r}"
            )
    return members


def collect(unit: UnitOfWork, found: list[RelationChange]) -> Changes:
    """Turn relation changes into edges to add and to remove.

    Raises :class:`FieldValidationError` for a member that is not in the session, for an edge whose class wants
    properties, and for changes that contradict each other.
    """
    changes = Changes(found)
    for change in found:
        owner, info = change.owner, change.info
        if owner._state.status == Status.DELETED:
            continue
        name = owner._state.codec.describe(owner)
        added = change.added
        if added:
            _check_edge_class(unit, name, info)
        for member in added:
            _check_member(unit, name, info, member)
            link = Link(info, *info.ends(owner, member))
            changes.added.setdefault(link.key, link)
        for member in change.removed:
            if isinstance(member, Node) and _is_stored(member):
                _adopt(unit, name, info, member)
                link = Link(info, *info.ends(owner, member))
                changes.removed.setdefault(link.key, link)
    both = changes.added.keys() & changes.removed.keys()
    for key in both:
        link = changes.added[key]
        raise FieldValidationError(
            f"the edge {link.info.type} between {link.start!r} and {link.end!r} is added on one side and removed on "
            "the other; change one side only"
        )
    _check_replaced(changes)
    _check_cardinality(changes)
    return changes


def _is_stored(entity: Any) -> bool:
    state = entity._state
    return state is not None and state.element_id is not None and state.status != Status.DELETED


def _adopt(unit: UnitOfWork, owner: str, info: RelationInfo, member: Any) -> None:
    """Give a removed member that was unpickled the codec by which its node is addressed."""
    state = member._state
    if state.codec is None:
        codec = unit.mapper.node(type(member))
        snapshot = codec.adopt_snapshot(state)
        if snapshot is None:
            raise FieldValidationError(
                f"{owner}.{info.name}: {member!r} was removed, but comes from elsewhere and cannot be found; load it "
                "here first"
            )
        state.codec, state.snapshot = codec, snapshot


def _check_member(unit: UnitOfWork, owner: str, info: RelationInfo, member: Any) -> None:
    if unit.owns(member):
        if member._state.status == Status.DELETED:
            raise FieldValidationError(f"{owner}.{info.name} holds {member!r}, which is being deleted")
        return
    state = member._state
    if state is not None and state.owner() is not None:
        raise DetachedEntityError(f"{owner}.{info.name} holds {member!r}, which belongs to another open session")
    raise FieldValidationError(
        f"{owner}.{info.name} holds {member!r}, which is not in this session; add() it, or declare the relation with "
        "cascade=True"
    )


def _check_edge_class(unit: UnitOfWork, owner: str, info: RelationInfo) -> None:
    if info.edge is None:
        return
    wanted = [f.name for f in unit.mapper.edge(info.edge).stored if not f.optional and not f.field.has_default]
    if wanted:
        raise FieldValidationError(
            f"{owner}.{info.name}: its edges are {info.edge.__name__} objects, which need {', '.join(wanted)}; write "
            f"them with session.relate(source, {info.owner.__name__}.{info.name}, target, edge={info.edge.__name__}(…))"
        )


def _check_replaced(changes: Changes) -> None:
    """Refuse a new edge at a node whose relation is replaced, unread, by members without the edge's other end."""
    replaced = [c for c in changes.relations if c.before is None and c.owner._state.status != Status.DELETED]
    ends: dict[int, list[tuple[Link, str, Any]]] = {}
    for link in changes.added.values() if replaced else ():
        ends.setdefault(id(link.start), []).append((link, "INCOMING", link.end))
        ends.setdefault(id(link.end), []).append((link, "OUTGOING", link.start))
    for change in replaced:
        kept = {id(member) for member in change.members}
        for link, opposite, other in ends.get(id(change.owner), ()):
            shown = link.info.type == change.info.type and change.info.direction != opposite
            if shown and isinstance(other, change.info.target) and id(other) not in kept:
                raise FieldValidationError(
                    f"{change.owner!r}.{change.info.name} was replaced by what it holds now, and {other!r} was related "
                    "to it from the other side; put it in, or load the relation first"
                )


def _check_cardinality(changes: Changes) -> None:
    """Refuse a new edge beside another one, or beside None, where the relationship type allows one."""
    taken: dict[tuple[int, str, str], list[tuple[Any, Link | None]]] = {}
    for change in changes.relations:
        if not change.info.many and not change.members:
            key = (id(change.owner), change.info.type, change.info.direction)
            taken.setdefault(key, []).append((change.info.target, None))
    for link in changes.added.values():
        for node, direction, target, kept in link.info.limits(link.start, link.end):
            others = taken.setdefault((id(node), link.info.type, direction), [])
            for cls, other in others:
                rival = None if other is None else other.end if node is other.start else other.start
                if other is not link and (isinstance(kept, cls) or isinstance(rival, target)):
                    raise _second_edge(node, link, other)
            others.append((target, link))


def _second_edge(node: Any, link: Link, other: Link | None) -> FieldValidationError:
    before = "None" if other is None else f"{other.start!r} → {other.end!r}"
    return FieldValidationError(
        f"{node!r} can have one {link.info.type} edge and was given two values: {before} and {link.start!r} → "
        f"{link.end!r}; keep one of them"
    )
