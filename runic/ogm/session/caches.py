"""Loaded relations after edges changed: both sides of a link keep showing what the graph holds."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from runic.ogm.core._state import EntityState, Status, members_of
from runic.ogm.core.models import Edge
from runic.ogm.mapper.relations import OPPOSITE, touching
from runic.ogm.session.links import Changes, Link, RelationChange
from runic.ogm.session.unit_of_work import UnitOfWork
from runic.ogm.session.writes import forget

__all__ = ["Gone", "invalidate", "put_in", "remember", "settle", "sides"]

type EdgeKey = tuple[str, Any, Any]


def remember(entity: Any, name: str, members: tuple[Any, ...]) -> None:
    """Note *members* as what the graph holds in a relation of *entity*."""
    state: EntityState = entity._state
    if state.loaded is None:
        state.loaded = {}
    state.loaded[name] = members


def sides(link: Link) -> list[tuple[Any, str, Any]]:
    """Return (object, relation name, member) for every relation that shows a link."""
    return _sides(link.start, link.end, link.info.type, link.info.undirected)


def _sides(start: Any, end: Any, type: str, undirected: bool = False) -> list[tuple[Any, str, Any]]:
    versions = (_meta(start).registry.version, _meta(end).registry.version)
    of_start, of_end = _shown(start.__class__, end.__class__, type, undirected, versions)
    shown = [(start, name, end) for name in of_start]
    if start is end:
        return [*shown, *((end, name, start) for name in of_end if name not in of_start)]
    return [*shown, *((end, name, start) for name in of_end)]


@lru_cache(1024)
def _shown(
    start: Any, end: Any, type: str, undirected: bool, _versions: tuple[int, int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the relations of both classes that show an edge between them, per state of the registries."""
    here, there = start.__runic_meta__, end.__runic_meta__
    of_start, of_end = touching(here, type, end, start=True), touching(there, type, start, start=False)
    if undirected:
        of_start += touching(here, type, end, start=False)
        of_end += touching(there, type, start, start=True)
    return tuple(dict.fromkeys([f.name for f in of_start])), tuple(dict.fromkeys([f.name for f in of_end]))


def _meta(entity: Any) -> Any:
    return entity.__class__.__runic_meta__


@dataclass(slots=True)
class Gone:
    """The objects that a flush deletes, with what their state knows before they lose it."""

    nodes: list[tuple[Any, Any]] = field(default_factory=list[tuple[Any, Any]])
    edges: list[tuple[Any, EdgeKey]] = field(default_factory=list[tuple[Any, EdgeKey]])

    @classmethod
    def of(cls, unit: UnitOfWork) -> Gone:
        """Return what *unit* is about to delete."""
        gone = cls()
        for entity in unit.deleted.values():
            if isinstance(entity, Edge):
                gone.edges.append((entity, _edge_key(unit, entity)))
            else:
                gone.nodes.append((entity, entity._state.element_id))
        return gone


def _edge_key(unit: UnitOfWork, edge: Any) -> EdgeKey:
    return (unit.edge_type(edge), edge._state.source, edge._state.target)


def settle(unit: UnitOfWork, changes: Changes, gone: Gone | None = None) -> None:
    """After a flush: note what was written, and mirror it on the other sides and in other collections.

    Of what was to be deleted only what is no longer stored counts, so that a flush that failed may be settled too.
    """
    for change in changes.relations:
        if change.owner._state is not None:
            _remember_change(change)
    for link in changes.removed.values():
        for owner, name, member in sides(link):
            _take_out(owner, name, member)
    released = _released(changes)
    deleted = {id(node): element_id for node, element_id in gone.nodes if node._state is None} if gone else {}
    if released or deleted:
        _purge_nodes(unit, released, deleted.keys())
    _purge_edges(unit, changes, released, set(deleted.values()), gone or Gone())
    for link in changes.added.values():
        for owner, name, member in sides(link):
            put_in(owner, name, member)


type _Released = dict[tuple[int, str, str], list[tuple[Any, set[int]]]]


def _released(changes: Changes) -> _Released:
    """Return, by node, type and direction, the class of nodes that were let go and which of them were kept."""
    found: _Released = {}
    for change in changes.relations:
        if change.before is None:
            key = (id(change.owner), change.info.type, change.info.direction)
            found.setdefault(key, []).append((change.info.target, {id(member) for member in change.members}))
    for link in changes.added.values():
        for node, direction, target, kept in link.info.limits(link.start, link.end):
            found.setdefault((id(node), link.info.type, direction), []).append((target, {id(kept)}))
    return found


def _remember_change(change: RelationChange) -> None:
    held = change.owner.__dict__.get(change.info.name)
    members = members_of(held)
    if members is held and len(members) > len(change.members):
        members[:] = change.members
    remember(change.owner, change.info.name, tuple(change.members))


def _loaded(entity: Any, name: str) -> bool:
    state = entity._state
    return state is not None and state.loaded is not None and name in state.loaded and name in entity.__dict__


def put_in(owner: Any, name: str, member: Any) -> None:
    """Show *member* in a relation of *owner* that is loaded."""
    if not _loaded(owner, name):
        return
    held, known = owner.__dict__[name], owner._state.loaded[name]
    if any(other is member for other in known):
        return
    members = members_of(held)
    if members is held:
        members.append(member)
        owner._state.loaded[name] = (*known, member)
    else:
        owner.__dict__[name] = member
        owner._state.loaded[name] = (member,)


def _take_out(owner: Any, name: str, member: Any) -> None:
    if not _loaded(owner, name):
        return
    held = owner.__dict__[name]
    members = members_of(held)
    if members is held:
        members[:] = [other for other in members if other is not member]
    elif held is member:
        owner.__dict__[name] = None
    owner._state.loaded[name] = tuple(other for other in owner._state.loaded[name] if other is not member)


def _lets_go(released: _Released, node: Any, type: str, direction: str, other: Any) -> bool:
    known = released.get((id(node), type, direction), ())
    return any(isinstance(other, cls) and id(other) not in kept for cls, kept in known)


def _purge_nodes(unit: UnitOfWork, released: _Released, deleted: Set[int]) -> None:
    """Take deleted objects, and those that a node let go, out of every loaded collection."""
    for owner in unit.identity.nodes():
        state = owner._state
        if not state.loaded or state.status not in (Status.PERSISTENT, Status.DELETED):
            continue
        for name, members in list(state.loaded.items()):
            info = unit.mapper.relation(owner.__class__, name)
            for member in members:
                gone = _lets_go(released, owner, info.type, info.direction, member)
                gone = gone or _lets_go(released, member, info.type, OPPOSITE[info.direction], owner)
                if gone or id(member) in deleted:
                    _take_out(owner, name, member)


def _purge_edges(unit: UnitOfWork, changes: Changes, released: _Released, deleted: set[Any], gone: Gone) -> None:
    """Let go of edge objects whose edge is gone, and take the ends of deleted ones out of each other's relations."""
    removed = [key for edge, key in gone.edges if edge._state is None]
    edges = list(unit.identity.edges())
    if not (removed or edges) or not (removed or released or deleted or changes.removed):
        return
    nodes: dict[Any, Any] = {node._state.element_id: node for node in unit.identity.nodes()}
    for type, source, target in removed:
        if source in nodes and target in nodes:
            for owner, name, member in _sides(nodes[source], nodes[target], type):
                _take_out(owner, name, member)
    pairs = {
        (link.info.type, frozenset(ends) if link.info.undirected else ends)
        for link in changes.removed.values()
        for ends in [(link.start._state.element_id, link.end._state.element_id)]
    }
    for edge in edges:
        type, source, target = _edge_key(unit, edge)
        ends = (source, target)
        left = not deleted.isdisjoint(ends) or (type, ends) in pairs or (type, frozenset(ends)) in pairs
        if left or _let_go(released, type, nodes.get(source), nodes.get(target)):
            forget(unit, edge)


def _let_go(released: _Released, type: str, start: Any, end: Any) -> bool:
    sides = (("OUTGOING", start, end), ("INCOMING", end, start), ("BOTH", start, end), ("BOTH", end, start))
    return any(_lets_go(released, node, type, direction, other) for direction, node, other in sides)


def invalidate(owner: Any, name: str) -> None:
    """Forget a loaded relation, so that the next access reads it again."""
    if owner._state is not None and owner._state.loaded is not None:
        owner._state.loaded.pop(name, None)
    owner.__dict__.pop(name, None)
