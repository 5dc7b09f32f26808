"""The flush: everything is checked and encoded first, then sent in phases of batches.

The phases are the order: deletes and updates free keys for new nodes, and edges need both ends. Nodes do not refer
to nodes, so nothing has to be sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

from runic.cypher.arguments import is_a
from runic.exceptions import (
    ConstraintViolationError,
    DuplicateKeyError,
    FieldValidationError,
    UnsupportedFeatureError,
)
from runic.ogm.core._state import Status, state_of
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
    creates = _new_rows(unit)
    if not (creates or updates or unit.deleted or changes.relations):
        return
    _check_unique(creates, updates)
    before, after = edge_writes(unit, changes)
    plan = [*_deletes(unit), *_updates(unit, updates), *_creates(unit, creates), *before, *after]
    refusal = unit.mapper.dialect.torn_flush
    if refusal and len(plan) > 1:
        raise UnsupportedFeatureError(f"this flush takes {len(plan)} statements. {refusal}")
    yield from _check_keys(unit, creates, updates)
    gone = caches.Gone.of(unit)
    try:
        for write in plan:
            yield from writes.send(unit, write)
    except BaseException:
        caches.settle(unit, Changes(), gone)
        raise
    caches.settle(unit, changes, gone)


def _gather(unit: UnitOfWork) -> tuple[list[RelationChange], list[NodeWrite]]:
    """Find what changed in loaded objects, and what cascades and hangs on new ones."""
    known = unit.identity.size()
    lists: dict[int, tuple[Any, str]] = {}
    relations: list[RelationChange] = []
    changed: dict[tuple[Any, tuple[str, ...]], list[Any]] = {}
    for entity in list(unit.identity.nodes()):
        state = entity._state
        if state.status != Status.PERSISTENT:
            continue
        codec: NodeCodec = state.codec
        names = codec.changes(entity, state)
        if names:
            changed.setdefault((codec, tuple(names)), []).append(entity)
        values = entity.__dict__
        if not codec.meta.attributes.issuperset(values):
            codec.check_attributes(entity)
        if codec.holds_relations(values):
            _separate(codec, entity, values, lists)
            relations.extend(find_changes(unit, entity, values))
    # An edge leaves with either of its nodes.
    leaving = {entity._state.element_id for entity in unit.deleted.values() if not isinstance(entity, Edge)}
    for edge in unit.identity.edges():
        state = edge._state
        codec_of_edge = state.codec
        if (
            codec_of_edge is not None
            and state.status == Status.PERSISTENT
            and leaving.isdisjoint((state.source, state.target))
        ):
            codec_of_edge.check_attributes(edge)
            names = codec_of_edge.changes(edge, edge._state)
            if names:
                changed.setdefault((codec_of_edge, tuple(names)), []).append(edge)
    updates = [row for (codec, names), found in changed.items() for row in _changed_rows(codec, names, found)]
    for change in relations:
        _cascade(unit, change)
    relations.extend(_gather_new(unit, lists))
    if unit.identity.size() != known:  # cascades brought detached objects back, which may have changed as well
        return _gather(unit)
    return relations, updates


def _separate(codec: NodeCodec, entity: Any, values: dict[str, Any], lists: dict[int, tuple[Any, str]]) -> None:
    """Give a relation a list of its own where *lists* has one object's: ``a.friends = b.friends`` copies members."""
    for name in codec.relation_names:
        held: Any = values.get(name)
        if is_a(held, list):
            owner, known = lists.setdefault(id(held), (entity, name))
            if owner is not entity or known != name:
                values[name] = list(held)


def _gather_new(unit: UnitOfWork, lists: dict[int, tuple[Any, str]]) -> list[RelationChange]:
    found: list[RelationChange] = []
    seen: set[int] = set()
    while waiting := [entity for entity in unit.new.values() if id(entity) not in seen]:
        for entity in waiting:
            seen.add(id(entity))
            codec, values = entity._state.codec, entity.__dict__
            codec.check_attributes(entity)
            if not codec.holds_relations(values):
                continue
            _separate(codec, entity, values, lists)
            for change in find_changes(unit, entity, values):
                _cascade(unit, change)
                found.append(change)
    return found


def _cascade(unit: UnitOfWork, change: RelationChange) -> None:
    if change.info.cascade:
        for member in change.members:
            if not unit.owns(member):
                unit.add(member)


def _changed_rows(codec: Any, names: tuple[str, ...], entities: Sequence[Any]) -> list[NodeWrite]:
    if isinstance(codec, NodeCodec) and codec.key.name in names:
        key = codec.key.name
        if any(entity.__dict__[key] is None for entity in entities):
            raise FieldValidationError(f"{codec.cls.__name__}.{key} is the primary key and cannot become None")
    rows = _node_writes(codec, names, entities)
    places = [(codec.fields[name], codec.names.index(name)) for name in names]
    for row in rows:
        snapshot = row.entity._state.snapshot
        if snapshot is not None:
            pairs = zip(places, row.values, strict=True)
            row.emptied = tuple([f.name for (f, at), value in pairs if f.looks_equal(value, snapshot[at])])
        row.removed = writes.removed_names(codec, names, row.values)
    return rows


def _new_rows(unit: UnitOfWork) -> list[NodeWrite]:
    found: list[NodeWrite] = []
    for codec, entities in _grouped((entity._state.codec, entity) for entity in unit.new.values()).items():
        rows = _node_writes(codec, codec.names, entities)
        if not codec.key.generated and any(row.values[codec.key_position] is None for row in rows):
            raise FieldValidationError(
                f"{codec.cls.__name__}.{codec.key.name} is the primary key and is None; assign it"
            )
        found += rows
    return found


def _node_writes(codec: Any, names: tuple[str, ...], entities: Sequence[Any]) -> list[NodeWrite]:
    stored, kept = codec.rows(entities, names)
    return [NodeWrite(entity, names, row, held) for entity, row, held in zip(entities, stored, kept, strict=True)]


# -- keys -------------------------------------------------------------------------------------------------------


def _keyed(writes: Iterable[NodeWrite]) -> Iterator[tuple[NodeCodec, int, list[NodeWrite]]]:
    """Yield codec, place of the key among the values, and objects wherever a flush brings keys into the graph."""
    for (codec, names), items in _grouped(((item.entity._state.codec, item.names), item) for item in writes).items():
        if isinstance(codec, NodeCodec) and not codec.key.generated and codec.key.name in names:
            yield codec, names.index(codec.key.name), items


def _check_keys(unit: UnitOfWork, creates: list[NodeWrite], updates: list[NodeWrite]) -> Flow[None]:
    """Refuse keys that two objects of this flush, the session or the graph would share."""
    wanted: dict[NodeCodec, dict[Any, Any]] = {}
    for codec, position, items in _keyed((*creates, *updates)):
        mine = wanted.setdefault(unit.mapper.node(codec.root), {})
        for item in items:
            if mine.setdefault(item.values[position], item.entity) is not item.entity:
                raise _duplicate(item.entity, "another object of this session has that key")
    freed = _freed_keys(unit, updates)
    for codec, entities in wanted.items():
        gone = freed.get(codec.root, set())
        table = unit.identity.hierarchy(codec.root)
        for key, entity in entities.items() if table else ():
            known = table.get(key)
            if known is not None and known is not entity and key not in gone:
                raise _duplicate(entity, "another object of this session has that key")
        asked = [key for key in entities if key not in gone]
        base = unit.statements.keys(codec)
        for part in batched(asked, _KEYS_PER_READ):
            result = yield Request(base.given({"keys": list(part)}))
            if result.rows:
                raise _duplicate(entities[result.rows[0][0]], "the graph has a node with that key; merge() it")


def _freed_keys(unit: UnitOfWork, updates: list[NodeWrite]) -> dict[type, set[Any]]:
    freed: dict[type, set[Any]] = {}
    leaving = [entity for entity in unit.deleted.values() if isinstance(entity, Node)]
    renamed = [u.entity for u in updates if isinstance(u.entity, Node) and _key_changes(u)]
    for entity in (*leaving, *renamed):
        state = state_of(entity)
        freed.setdefault(state.codec.root, set()).add(state.codec.snapshot_key(state))
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
        if not codec.unique_names or isinstance(item.entity, Edge):
            continue
        for name, value in zip(item.names, item.values, strict=True):
            if name in codec.unique_names and value is not None:
                other = seen.setdefault((codec.root, name), {}).setdefault(writes.hashable(value), item.entity)
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
    nodes = _grouped((state_of(e).codec.root, e) for e in unit.deleted.values() if isinstance(e, Node))
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
    groups = _grouped(((item.entity._state.codec, item.names, item.emptied, item.removed), item) for item in updates)
    ordered = sorted(groups.items(), key=lambda group: not isinstance(group[0][0], NodeCodec))
    return [
        writes.update(unit, codec, part) if isinstance(codec, NodeCodec) else writes.update_edges(unit, codec, part)
        for (codec, *_), group in ordered
        for part in writes.batches(unit, group)
    ]


def _creates(unit: UnitOfWork, creates: list[NodeWrite]) -> list[Write]:
    groups = _grouped((item.entity._state.codec, item) for item in creates)
    return [writes.create(unit, codec, part) for codec, group in groups.items() for part in writes.batches(unit, group)]
