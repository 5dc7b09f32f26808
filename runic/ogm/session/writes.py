"""Batches to send: what a flush writes, one statement's worth at a time, and what each answer settles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from runic.cypher.compiler import Statement
from runic.cypher.dialect import Dialect
from runic.exceptions import (
    ConstraintViolationError,
    DuplicateKeyError,
    EntityNotFoundError,
    FieldValidationError,
    StaleEntityError,
)
from runic.ogm.core._state import EntityState, Status, state_of
from runic.ogm.mapper.codec import EdgeCodec, EntityCodec, NodeCodec
from runic.ogm.session.flow import Flow, Request
from runic.ogm.session.identity import node_key
from runic.ogm.session.links import Link
from runic.ogm.session.statements import EdgeShape
from runic.ogm.session.unit_of_work import UnitOfWork

__all__ = ["NodeWrite", "Write", "batches", "create", "delete", "relate", "send", "update", "update_edges"]

# What finds the object of a row: element ids and keys.
_ADDRESS_BYTES = 256


@dataclass(slots=True)
class NodeWrite:
    """An object with its encoded values; ``kept`` is what a snapshot keeps of each.

    ``emptied`` names the fields to be emptied first, as the server would take the new value for the old one, and
    ``removed`` those to be removed one at a time.
    """

    entity: Any
    names: tuple[str, ...]
    values: Sequence[Any]
    kept: Sequence[Any]
    emptied: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def removed_names(codec: EntityCodec, names: Sequence[str], values: Sequence[Any]) -> tuple[str, ...]:
    """Return which of *names* are to be removed one at a time, as the database cannot remove them together."""
    removed = tuple([name for name, value in zip(names, values, strict=True) if value is None])
    return removed if len(removed) > 1 and not codec.dialect.removes_together else ()


@dataclass(slots=True)
class Write:
    """One statement: its rows are made when it is sent, as earlier statements bring the element ids."""

    statement: Statement
    rows: Callable[[], list[list[Any]]]
    settle: Callable[[list[list[Any]]], None]
    codec: NodeCodec | None = None
    nodes: Sequence[NodeWrite] = ()


def batches[T](unit: UnitOfWork, items: Sequence[T]) -> list[tuple[T, ...]]:
    """Cut *items*, writes of objects or links with their values, into parts of the size that one statement takes."""
    dialect = unit.mapper.dialect
    parts = list(batched(items, dialect.max_batch))
    return [small for part in parts for small in _by_size(part, dialect)] if dialect.max_message else parts


def _by_size[T](items: tuple[T, ...], dialect: Dialect) -> Iterator[tuple[T, ...]]:
    start = total = 0
    for position, item in enumerate(items):
        size = _ADDRESS_BYTES + dialect.message_size(item.values if isinstance(item, NodeWrite) else item)
        if size > dialect.max_message:
            raise _too_large(item, size, dialect)
        if total + size > dialect.max_message:
            yield items[start:position]
            start, total = position, 0
        total += size
    yield items[start:]


def _too_large(item: Any, size: int, dialect: Dialect) -> FieldValidationError:
    if isinstance(item, NodeWrite):
        what = state_of(item.entity).codec.describe(item.entity)
    else:
        link: Link = item[0]
        what = f"{link.info.owner.__name__}.{link.info.name} from {link.start!r} to {link.end!r}"
    return FieldValidationError(
        f"{what}: its values take {size} bytes, and {dialect.name} takes {dialect.max_message} in one statement; "
        "keep such values elsewhere"
    )


def send(unit: UnitOfWork, write: Write) -> Flow[None]:
    """Send one write and settle its answer; a refused value is traced to its object."""
    statement = write.statement
    bound = statement.given({"rows": write.rows()})
    try:
        result = yield Request(bound)
    except ConstraintViolationError as error:
        better = yield from _culprit(unit, write, error)
        raise better from error
    write.settle(result.rows)


def _culprit(unit: UnitOfWork, write: Write, error: ConstraintViolationError) -> Flow[ConstraintViolationError]:
    """Find which object a constraint refused, by asking which of its unique values the graph has already."""
    codec = write.codec
    if codec is None:
        return error
    for field in codec.stored:
        if not field.unique:
            continue
        written = [
            (item.values[item.names.index(field.name)], item) for item in write.nodes if field.name in item.names
        ]
        held = {hashable(value): (value, item.entity) for value, item in written if value is not None}
        if not held:
            continue
        base = unit.statements.values(codec, field.property)
        keys = [value for value, _ in held.values()]
        found = yield Request(base.given({"keys": keys}))
        for known in filter(None, (held.get(hashable(value)) for (value,) in found.rows)):
            value, entity = known
            kind = DuplicateKeyError if field.key else ConstraintViolationError
            return kind(f"{codec.describe(entity)}: another node has {field.name}={value!r} already ({error})")
    return type(error)(f"a batch of {len(write.nodes)} {codec.cls.__name__} objects was refused: {error}")


def hashable(value: Any) -> Any:
    """Return an encoded value in a form that a dict can find."""
    return repr(value) if value.__class__ in (list, dict) else value


# -- nodes ------------------------------------------------------------------------------------------------------


def create(unit: UnitOfWork, codec: NodeCodec, items: Sequence[NodeWrite]) -> Write:
    """Create nodes of one class."""

    def settle(rows: list[list[Any]]) -> None:
        table = unit.identity.hierarchy(codec.root)
        for row in rows:
            number: int = row[0]
            item, element_id = items[number], row[1]
            generated = codec.key.generated
            key = codec.identity_key(element_id) if generated else item.values[codec.key_position]
            table[key] = item.entity
            _register(unit, codec, item, element_id)

    def make_rows() -> list[Any]:
        return [(*item.values, number) for number, item in enumerate(items)]

    return Write(unit.statements.create(codec), make_rows, settle, codec, items)


def _register(unit: UnitOfWork, codec: NodeCodec, item: NodeWrite, element_id: Any) -> None:
    """Make a new object persistent."""
    entity = item.entity
    state: EntityState = entity._state
    state.element_id = element_id
    state.snapshot = tuple(item.kept)
    state.status = Status.PERSISTENT
    values = entity.__dict__
    if codec.holds_relations(values):
        # Until its edges are written, the graph holds none of what the object's relations hold.
        state.loaded = {name: () for name in codec.relation_names if name in values}
    if codec.key.generated:
        values[codec.key.name] = codec.key.decode(element_id)
    unit.new.pop(id(entity), None)
    unit.written.create(entity)


def update(unit: UnitOfWork, codec: NodeCodec, items: Sequence[NodeWrite]) -> Write:
    """Write the same fields of several nodes of one class."""
    first = items[0]

    def make_rows() -> list[list[Any]]:
        return [
            [i._state.element_id, codec.snapshot_key(i._state), *item.values] for item in items for i in [item.entity]
        ]

    def settle(rows: list[list[Any]]) -> None:
        found = {row[0] for row in rows}
        missing: list[Any] = []
        for item in items:
            if item.entity._state.element_id in found:
                _settle_values(unit, codec, item)
            else:
                missing.append(item.entity)
        if missing:
            raise _stale(codec, missing)

    return Write(
        unit.statements.update(codec, first.names, first.emptied, first.removed), make_rows, settle, codec, items
    )


def _settle_values(unit: UnitOfWork, codec: Any, item: NodeWrite) -> None:
    state = item.entity._state
    before = node_key(codec.snapshot_key(state), state.element_id) if isinstance(codec, NodeCodec) else None
    if isinstance(codec, NodeCodec) and codec.key.name in item.names:
        unit.written.rekey(item.entity, state.snapshot)
    snapshot = list(state.snapshot)
    for name, kept in zip(item.names, item.kept, strict=True):
        snapshot[codec.names.index(name)] = kept
    state.snapshot = tuple(snapshot)
    if isinstance(codec, NodeCodec) and codec.key.name in item.names:
        table = unit.identity.hierarchy(codec.root)
        if table.get(before) is item.entity:
            del table[before]
        table[node_key(codec.snapshot_key(state), state.element_id)] = item.entity


def _stale(codec: Any, missing: list[Any]) -> StaleEntityError:
    names = ", ".join(codec.describe(entity) for entity in missing[:5])
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    return StaleEntityError(
        f"{names}{more}: changed here, but gone from the graph (deleted or re-keyed elsewhere); "
        "expunge the object, or rollback() and load it again"
    )


def delete(unit: UnitOfWork, codec: NodeCodec, entities: Sequence[Any]) -> Write:
    """Delete nodes of one hierarchy with their relationships; one that is gone already is no error."""

    def make_rows() -> list[list[Any]]:
        return [[entity._state.element_id, codec.snapshot_key(entity._state)] for entity in entities]

    def settle(_rows: list[list[Any]]) -> None:
        for entity in entities:
            forget(unit, entity)

    return Write(unit.statements.delete(codec), make_rows, settle)


def forget(unit: UnitOfWork, entity: Any) -> None:
    """Make a deleted object transient."""
    state = entity._state
    unit.drop(entity, state)
    unit.deleted.pop(id(entity), None)
    unit.written.remove(entity, state)
    codec = state.codec
    if isinstance(codec, NodeCodec) and codec.key.generated:
        entity.__dict__[codec.key.name] = None
    entity.__dict__.pop("_state", None)


# -- edges ------------------------------------------------------------------------------------------------------


def update_edges(unit: UnitOfWork, codec: EdgeCodec, items: Sequence[NodeWrite]) -> Write:
    """Write the same fields of several edges of one class."""
    first = items[0]

    def make_rows() -> list[list[Any]]:
        states = [item.entity._state for item in items]
        return [[s.source, s.target, s.element_id, *i.values] for s, i in zip(states, items, strict=True)]

    def settle(rows: list[list[Any]]) -> None:
        found = {row[0] for row in rows}
        missing = [item.entity for item in items if item.entity._state.element_id not in found]
        for item in items:
            if item.entity._state.element_id in found:
                _settle_values(unit, codec, item)
        if missing:
            raise _stale(codec, missing)

    return Write(unit.statements.update_edges(codec, first.names, first.emptied, first.removed), make_rows, settle)


def delete_edges(unit: UnitOfWork, type: str, edges: Sequence[Any]) -> Write:
    """Delete edges of one type."""

    def make_rows() -> list[list[Any]]:
        return [[edge._state.source, edge._state.target, edge._state.element_id] for edge in edges]

    def settle(_rows: list[list[Any]]) -> None:
        for edge in edges:
            forget(unit, edge)

    return Write(unit.statements.delete_edges(type), make_rows, settle)


def ends(link: Link) -> list[Any]:
    """Return the row by which a statement finds both ends of a link."""
    start, end = link.start._state, link.end._state
    return [start.element_id, end.element_id, start.codec.snapshot_key(start), end.codec.snapshot_key(end)]


def relate(
    unit: UnitOfWork,
    shape: EdgeShape,
    links: Sequence[tuple[Link, list[Any]]],
    *,
    new: bool,
    answered: Callable[[dict[int, tuple[Any, bool]]], None] | None = None,
) -> Write:
    """Write edges of one shape; *answered* is told element id and existence of each by its number."""

    def make_rows() -> list[list[Any]]:
        return [[*ends(link), number, *values] for number, (link, values) in enumerate(links)]

    def settle(rows: list[list[Any]]) -> None:
        found = {number: (element_id, existed) for number, element_id, existed in rows}
        for number, (link, _) in enumerate(links):
            if number not in found:
                raise EntityNotFoundError(
                    f"{link.info.owner.__name__}.{link.info.name}: no edge was written between {link.start!r} and "
                    f"{link.end!r}, as one of them is gone from the graph"
                )
        if answered is not None:
            answered(found)

    return Write(unit.statements.relate(shape, new=new, counted=answered is not None), make_rows, settle)


def unrelate(unit: UnitOfWork, shape: EdgeShape, links: Sequence[Link]) -> Write:
    """Delete the edges of one shape between given ends."""
    return Write(unit.statements.unrelate(shape), lambda: [ends(link) for link in links], lambda _rows: None)


def unrelate_others(
    unit: UnitOfWork,
    owner: NodeCodec,
    type: str,
    direction: Any,
    target: NodeCodec,
    items: Sequence[tuple[Any, list[Any]]],
) -> Write:
    """Delete the edges of nodes to any other node of the target class than those to be kept."""

    def make_rows() -> list[list[Any]]:
        return [
            [entity._state.element_id, owner.snapshot_key(entity._state), [kept._state.element_id for kept in keep]]
            for entity, keep in items
        ]

    return Write(unit.statements.unrelate_others(owner, type, direction, target), make_rows, lambda _rows: None)
