"""Loaded relations after edges changed: both sides of a link keep showing what the graph holds."""

from __future__ import annotations

from typing import Any

from runic.ogm.core._state import EntityState, Status
from runic.ogm.mapper.relations import touching
from runic.ogm.session.edges import released_sides
from runic.ogm.session.links import Changes, Link, RelationChange
from runic.ogm.session.unit_of_work import UnitOfWork

__all__ = ["invalidate", "remember", "settle", "sides"]


def remember(entity: Any, name: str, members: tuple[Any, ...]) -> None:
    """Note *members* as what the graph holds in a relation of *entity*."""
    state: EntityState = entity._state
    if state.loaded is None:
        state.loaded = {}
    state.loaded[name] = members


def sides(link: Link) -> list[tuple[Any, str, Any]]:
    """Return (object, relation name, member) for every relation that shows a link."""
    start, end, type = link.start, link.end, link.info.type
    shown = [(start, field.name, end) for field in touching(_meta(start), type, end.__class__, start=True)]
    shown += [(end, field.name, start) for field in touching(_meta(end), type, start.__class__, start=False)]
    if link.info.undirected:
        shown += [(start, f.name, end) for f in touching(_meta(start), type, end.__class__, start=False)]
        shown += [(end, f.name, start) for f in touching(_meta(end), type, start.__class__, start=True)]
    return list({(id(owner), name): (owner, name, member) for owner, name, member in shown}.values())


def _meta(entity: Any) -> Any:
    return entity.__class__.__runic_meta__


def settle(unit: UnitOfWork, changes: Changes, deleted: set[int]) -> None:
    """After a flush: note what was written, and mirror it on the other sides and in other collections."""
    own: set[tuple[int, str]] = set()
    for change in changes.relations:
        if change.owner._state is not None:
            own.add((id(change.owner), change.info.name))
            _remember_change(change)
    for link in changes.removed.values():
        for owner, name, member in sides(link):
            if (id(owner), name) not in own:
                _take_out(owner, name, member)
    stale: dict[tuple[int, str], set[int]] = {}
    for link in changes.added.values():
        for node, _, _ in released_sides(link.info, link.start, link.end):
            stale.setdefault((id(node), link.info.type), set()).add(id(link.end if node is link.start else link.start))
    if stale or deleted:
        _purge(unit, stale, deleted)
    for link in changes.added.values():
        for owner, name, member in sides(link):
            if (id(owner), name) not in own:
                _put_in(owner, name, member)


def _remember_change(change: RelationChange) -> None:
    held = change.owner.__dict__.get(change.info.name)
    if isinstance(held, list) and len(held) > len(change.members):  # pyright: ignore[reportUnknownArgumentType]
        held[:] = change.members
    remember(change.owner, change.info.name, tuple(change.members))


def _loaded(entity: Any, name: str) -> bool:
    state = entity._state
    return state is not None and state.loaded is not None and name in state.loaded and name in entity.__dict__


def _put_in(owner: Any, name: str, member: Any) -> None:
    if not _loaded(owner, name):
        return
    held, known = owner.__dict__[name], owner._state.loaded[name]
    if any(other is member for other in known):
        return
    if isinstance(held, list):
        held.append(member)  # pyright: ignore[reportUnknownMemberType]
        owner._state.loaded[name] = (*known, member)
    else:
        owner.__dict__[name] = member
        owner._state.loaded[name] = (member,)


def _take_out(owner: Any, name: str, member: Any) -> None:
    if not _loaded(owner, name):
        return
    held = owner.__dict__[name]
    if isinstance(held, list):
        held[:] = [other for other in held if other is not member]  # pyright: ignore[reportUnknownVariableType]
    elif held is member:
        owner.__dict__[name] = None
    owner._state.loaded[name] = tuple(other for other in owner._state.loaded[name] if other is not member)


def _purge(unit: UnitOfWork, stale: dict[tuple[int, str], set[int]], deleted: set[int]) -> None:
    """Take deleted objects, and those that a single-valued side let go, out of every loaded collection."""
    for owner in unit.identity.nodes():
        state = owner._state
        if not state.loaded or state.status != Status.PERSISTENT:
            continue
        for name, members in list(state.loaded.items()):
            type = unit.mapper.relation(owner.__class__, name).type
            for member in members:
                kept = stale.get((id(member), type))
                released = kept is not None and id(owner) not in kept
                kept = stale.get((id(owner), type))
                released = released or (kept is not None and id(member) not in kept)
                if id(member) in deleted or released:
                    _take_out(owner, name, member)


def invalidate(owner: Any, name: str) -> None:
    """Forget a loaded relation, so that the next access reads it again."""
    if owner._state is not None and owner._state.loaded is not None:
        owner._state.loaded.pop(name, None)
    owner.__dict__.pop(name, None)
