"""The flush: everything is checked and encoded first, then sent in phases of batches.

The phases are the order: deletes and updates free keys for new nodes, and edges need both ends. Nodes do not refer
to nodes, so nothing has to be sorted.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import batched
from typing import Any

from runic.cypher.compiler import Statement
from runic.exceptions import ConstraintViolationError, DuplicateKeyError, FieldValidationError
from runic.ogm.core._state import Status
from runic.ogm.core.models import Edge, Node
from runic.ogm.mapper.codec import NodeCodec
from runic.ogm.session import caches, writes
from runic.ogm.session.edges import edge_writes
from runic.ogm.session.flow import Flow, Request
from runic.ogm.session.links import Changes, RelationChange, collect, find_changes
from runic.ogm.session.unit_of_work import UnitOfWork
from runic.ogm.session.writes import NodeWrite, Write

__all__ = ["flush"]

_KEYS_PER_READ = 10_000


def flush(unit: UnitOfWork) -> Flow[None]:
    """Write every pending change; after an error what was answered stays settled and the rest stays pending."""
    relations, updates = _gather(unit)
    changes = collect(unit, relations)
    creates = [_new_row(entity) for entity in unit.new.values()]
    if not (creates or updates or unit.deleted or changes.relations):
        return
    _check_unique(creates, updates)
    yield from _check_keys(unit, creates, updates)
    before, after = edge_writes(unit, changes)
    gone = caches.Gone.of(unit)
    plan = [*_deletes(unit), *_updates(unit, updates), *_creates(unit, creates), *before, *after]
    try:
        for write in plan:
            yield from writes.send(unit, write)
    except BaseException:
        caches.settle(unit, Changes(), gone)
        raise
    caches.settle(unit, changes, gone)


def _gather(unit: UnitOfWork) -> tuple[list[RelationChange], list[NodeWrite]]:
    """Find what changed in loaded objects, and what cascades and hangs on new ones."""
    relations: list[RelationChange] = []
    updates: list[NodeWrite] = []
    for entity in list(unit.identity.nodes()):
        state = entity._state
        if state.status != Status.PERSISTENT:
            continue
        codec: NodeCodec = state.codec
        names = codec.changes(entity, state)
        if names:
            updates.append(_changed_row(codec, entity, names))
        values = entity.__dict__
        if not codec.meta.attributes.issuperset(values):
            codec.check_attributes(entity)
        if codec.relation_names:
            relations.extend(find_changes(unit, entity, values))
    for edge in unit.identity.edges():
        codec_of_edge = edge._state.codec
        if codec_of_edge is not None and edge._state.status == Status.PERSISTENT:
            codec_of_edge.check_attributes(edge)
            names = codec_of_edge.changes(edge, edge._state)
            if names:
                updates.append(_changed_row(codec_of_edge, edge, names))
    for change in relations:
        _cascade(unit, change)
    relations.extend(_gather_new(unit))
    return relations, updates


def _gather_new(unit: UnitOfWork) -> list[RelationChange]:
    found: list[RelationChange] = []
    seen: set[int] = set()
    while waiting := [entity for entity in unit.new.values() if id(entity) not in seen]:
        for entity in waiting:
            seen.add(id(entity))
            entity._state.codec.check_attributes(entity)
            for change in find_changes(unit, entity, entity.__dict__):
                _cascade(unit, change)
                found.append(change)
    return found


def _cascade(unit: UnitOfWork, change: RelationChange) -> None:
    if change.info.cascade:
        for member in change.members:
            if not unit.owns(member):
                unit.add(member)


def _changed_row(codec: Any, entity: Any, names: Iterable[str]) -> NodeWrite:
    ordered = tuple(names)
    if isinstance(codec, NodeCodec) and codec.key.name in ordered and entity.__dict__[codec.key.name] is None:
        raise FieldValidationError(f"{codec.cls.__name__}.{codec.key.name} is the primary key and cannot become None")
    values = codec.row(entity, ordered)
    return NodeWrite(
        entity, ordered, values, _kept(codec, entity, ordered, values), _emptied(codec, entity, ordered, values)
    )


def _emptied(codec: Any, entity: Any, names: tuple[str, ...], values: list[Any]) -> tuple[str, ...]:
    snapshot = entity._state.snapshot
    if snapshot is None:
        return ()
    before = dict(zip(codec.names, snapshot, strict=True))
    pairs = zip(names, values, strict=True)
    return tuple(name for name, value in pairs if codec.fields[name].looks_equal(value, before[name]))


def _new_row(entity: Any) -> NodeWrite:
    codec: NodeCodec = entity._state.codec
    values = codec.row(entity)
    if not codec.key.generated and values[codec.key_position] is None:
        raise FieldValidationError(f"{codec.cls.__name__}.{codec.key.name} is the primary key and is None; assign it")
    return NodeWrite(entity, codec.names, values, _kept(codec, entity, codec.names, values))


def _kept(codec: Any, entity: Any, names: tuple[str, ...], values: list[Any]) -> list[Any]:
    held = entity.__dict__
    return [held.get(name) if codec.fields[name].by_value else value for name, value in zip(names, values, strict=True)]


# -- keys -------------------------------------------------------------------------------------------------------


def _new_keys(creates: list[NodeWrite], updates: list[NodeWrite]) -> Iterable[tuple[NodeCodec, Any, Any]]:
    """Yield codec, stored key and object wherever a flush brings a key into the graph."""
    for item in (*creates, *updates):
        codec = item.entity._state.codec
        if isinstance(codec, NodeCodec) and not codec.key.generated and codec.key.name in item.names:
            yield codec, item.values[item.names.index(codec.key.name)], item.entity


def _check_keys(unit: UnitOfWork, creates: list[NodeWrite], updates: list[NodeWrite]) -> Flow[None]:
    """Refuse keys that two objects of this flush, the session or the graph would share."""
    wanted: dict[NodeCodec, dict[Any, Any]] = {}
    by_root: dict[type, dict[Any, Any]] = {}
    for codec, key, entity in _new_keys(creates, updates):
        others = by_root.setdefault(codec.root, {})
        if others.setdefault(key, entity) is not entity:
            raise _duplicate(entity, "another object of this session has that key")
        wanted.setdefault(unit.mapper.node(codec.root), {})[key] = entity
    freed = _freed_keys(unit, updates)
    for codec, entities in wanted.items():
        gone = freed.get(codec.root, set())
        for key, entity in entities.items():
            known = unit.identity.get_node(codec.root, key)
            if known is not None and known is not entity and key not in gone:
                raise _duplicate(entity, "another object of this session has that key")
        asked = [key for key in entities if key not in gone]
        base = unit.statements.keys(codec)
        for part in batched(asked, _KEYS_PER_READ):
            result = yield Request(Statement(base.text, {"keys": list(part)}, base.columns))
            if result.rows:
                raise _duplicate(entities[result.rows[0][0]], "the graph has a node with that key; merge() it")


def _freed_keys(unit: UnitOfWork, updates: list[NodeWrite]) -> dict[type, set[Any]]:
    freed: dict[type, set[Any]] = {}
    leaving = [entity for entity in unit.deleted.values() if isinstance(entity, Node)]
    renamed = [u.entity for u in updates if isinstance(u.entity, Node) and _key_changes(u)]
    for entity in (*leaving, *renamed):
        codec: NodeCodec = entity._state.codec  # type: ignore[union-attr]
        freed.setdefault(codec.root, set()).add(codec.snapshot_key(entity._state))  # type: ignore[arg-type]
    return freed


def _key_changes(item: NodeWrite) -> bool:
    name: str = item.entity._state.codec.key.name
    return name in item.names


def _duplicate(entity: Any, why: str) -> DuplicateKeyError:
    return DuplicateKeyError(f"{entity._state.codec.describe(entity)}: {why}")


def _check_unique(creates: list[NodeWrite], updates: list[NodeWrite]) -> None:
    """Refuse two objects of one flush with the same value in a unique field."""
    seen: dict[tuple[Any, str], dict[Any, Any]] = {}
    for item in (*creates, *updates):
        codec = item.entity._state.codec
        if isinstance(item.entity, Edge) or not any(f.unique and not f.key for f in codec.stored):
            continue
        for name, value in zip(item.names, item.values, strict=True):
            field = codec.fields[name]
            if field.unique and not field.key and value is not None:
                other = seen.setdefault((codec.root, name), {}).setdefault(value, item.entity)
                if other is not item.entity:
                    raise ConstraintViolationError(
                        f"{codec.describe(item.entity)}: {name}={value!r} is unique, and "
                        f"{codec.describe(other)} has the same value"
                    )


# -- phases -----------------------------------------------------------------------------------------------------


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return groups


def _deletes(unit: UnitOfWork) -> list[Write]:
    nodes = _grouped((e._state.codec.root, e) for e in unit.deleted.values() if isinstance(e, Node))  # type: ignore[union-attr]
    edges = _grouped((unit.edge_type(e), e) for e in unit.deleted.values() if isinstance(e, Edge))
    found = [
        writes.delete_edges(unit, type, part) for type, group in edges.items() for part in writes.batches(unit, group)
    ]
    return found + [
        writes.delete(unit, unit.mapper.node(root), part)
        for root, group in nodes.items()
        for part in writes.batches(unit, group)
    ]


def _updates(unit: UnitOfWork, updates: list[NodeWrite]) -> list[Write]:
    groups = _grouped(((item.entity._state.codec, item.names, item.emptied), item) for item in updates)
    ordered = sorted(groups.items(), key=lambda group: not isinstance(group[0][0], NodeCodec))
    return [
        writes.update(unit, codec, part) if isinstance(codec, NodeCodec) else writes.update_edges(unit, codec, part)
        for (codec, *_), group in ordered
        for part in writes.batches(unit, group)
    ]


def _creates(unit: UnitOfWork, creates: list[NodeWrite]) -> list[Write]:
    groups = _grouped((item.entity._state.codec, item) for item in creates)
    return [writes.create(unit, codec, part) for codec, group in groups.items() for part in writes.batches(unit, group)]
