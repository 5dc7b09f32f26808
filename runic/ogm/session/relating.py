"""Writing single edges at once: ``relate``, ``unrelate`` and, for many, ``relate_all``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple, cast

from runic.cypher.arguments import each
from runic.exceptions import EntityNotFoundError, FieldValidationError, InvalidTypeError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core._state import EdgeState, Status
from runic.ogm.core.models import Edge, Node
from runic.ogm.mapper.relations import RelationInfo
from runic.ogm.session import caches, writes
from runic.ogm.session.edges import edge_values, root_of, shape_of
from runic.ogm.session.flow import Flow
from runic.ogm.session.links import Changes, Link, find_changes
from runic.ogm.session.statements import EdgeShape
from runic.ogm.session.unit_of_work import UnitOfWork
from runic.ogm.session.writing import flush

__all__ = ["RelateResult", "relate", "relate_all", "unrelate"]


type _Row = tuple[Link, Any, list[Any]]
"""An edge, the object that holds its values, and those encoded."""


class RelateResult(NamedTuple):
    """How many edges a bulk write created, and how many it found and updated."""

    created: int
    updated: int


def relate(unit: UnitOfWork, source: Any, relation: Any, target: Any, edge: Any) -> Flow[None]:
    """Create or update the edge of *relation* between two objects."""
    yield from relate_all(unit, relation, [(source, target, edge)], named=source)


def relate_all(unit: UnitOfWork, relation: Any, rows: Iterable[Any], named: Any = None) -> Flow[RelateResult]:
    """Create or update many edges of one relation; every row is checked before the first is written."""
    pairs = _checked(unit, relation, rows, named)
    links = [link for link, _ in pairs]
    prepared = [(link, edge, edge_values(unit, link.info, edge)) for link, edge in pairs]
    limited = [link for link in links if link.info.limited]
    _refuse_rivals(limited)
    ends = list({id(end): end for link in links for end in (link.start, link.end)}.values())
    yield from _flush_what_they_need(unit, ends)
    created = updated = 0
    for shape, group in _by_shape(unit, prepared).items():
        for part in writes.batches(unit, group):
            existed = yield from _write(unit, shape, part)
            updated += existed
            created += len(part) - existed
    yield from _release(unit, limited)
    if limited:
        caches.settle(unit, Changes(added={link.key: link for link in limited}))
    _invalidate(links, ends)
    return RelateResult(created, updated)


def _by_shape(unit: UnitOfWork, prepared: list[_Row]) -> dict[EdgeShape, list[_Row]]:
    known: dict[tuple[Any, ...], list[_Row]] = {}
    groups: dict[EdgeShape, list[_Row]] = {}
    for row in prepared:
        link, edge, values = row
        removed: tuple[str, ...] = ()
        if edge is not None:
            codec = unit.mapper.edge(edge.__class__)
            removed = writes.removed_names(codec, codec.names, values)
        key = (link.info, link.start.__class__, link.end.__class__, edge.__class__, removed)
        group = known.get(key)
        if group is None:
            group = known[key] = groups.setdefault(replace(shape_of(link, edge), removed=removed), [])
        group.append(row)
    return groups


def _write(unit: UnitOfWork, shape: EdgeShape, part: Any) -> Flow[int]:
    existed = 0

    def answered(found: dict[int, tuple[Any, bool]]) -> None:
        nonlocal existed
        existed = sum(1 for _, there in found.values() if there)
        for number, (link, edge, values) in enumerate(part):
            if edge is not None:
                _register_edge(unit, link, edge, found[number][0], values)

    links = [(link, values) for link, _, values in part]
    yield from writes.send(unit, writes.relate(unit, shape, links, new=False, answered=answered))
    return existed


def _register_edge(unit: UnitOfWork, link: Link, edge: Any, element_id: Any, values: list[Any]) -> None:
    """Make an edge object persistent; another object that stood for the edge is expunged."""
    codec = unit.mapper.edge(type(edge))
    known = unit.identity.get_edge(codec.type, element_id)
    if known is not None and known is not edge:
        unit.expunge(known)
        unit.written.remove(known, known._state)
    if edge._state is not None and unit.owns(edge):
        unit.drop(edge, edge._state)
        unit.written.remove(edge, edge._state)
    state = EdgeState(unit.owner, codec, Status.PERSISTENT)
    state.element_id = element_id
    state.source, state.target = link.start._state.element_id, link.end._state.element_id
    held = edge.__dict__
    state.snapshot = tuple(
        held.get(f.name) if f.by_value else value for f, value in zip(codec.stored, values, strict=True)
    )
    edge._state = state
    unit.identity.put_edge(codec.type, element_id, edge)
    unit.written.create(edge)


def unrelate(unit: UnitOfWork, source: Any, relation: Any, target: Any) -> Flow[None]:
    """Delete the edge of *relation* between two objects; none is no error."""
    link = _link(unit, _relation(unit, relation, source, target, "unrelate()"), source, target, "unrelate()")
    ends = [link.start, link.end]
    yield from _flush_what_they_need(unit, ends)
    yield from writes.send(unit, writes.unrelate(unit, shape_of(link), [link]))
    caches.settle(unit, Changes(removed={link.key: link}))
    _invalidate([link], ends)


# -- checking ---------------------------------------------------------------------------------------------------


def _checked(unit: UnitOfWork, relation: Any, rows: Iterable[Any], named: Any) -> list[tuple[Link, Any]]:
    """Return the edges of *rows* with the objects that hold their values; of one that comes twice the last counts."""
    found: dict[tuple[str, int, int], tuple[Link, Any]] = {}
    relations: dict[tuple[Any, Any], RelationInfo] = {}
    for number, row in enumerate(each(rows, "relate_all() takes rows of (source, target)")):
        where = "relate()" if named is not None else f"row {number}"
        if not isinstance(row, tuple | list) or len(cast("list[Any]", row)) not in (2, 3):
            raise InvalidTypeError(f"{where}: expected (source, target) or (source, target, edge), got {row!r}")
        given: list[Any] = [*row]
        source, target, edge = given if len(given) == 3 else (*given, None)
        classes = (source.__class__, target.__class__)
        info = relations.get(classes)
        if info is None:
            info = relations[classes] = _relation(unit, relation, source, target, where)
        link = _link(unit, info, source, target, where)
        if edge is not None or info.edge is not None:
            _check_edge(unit, info, edge, where)
        found[link.key] = (link, edge)
    return list(found.values())


def _relation(unit: UnitOfWork, relation: Any, source: Any, target: Any, where: str) -> RelationInfo:
    """Return the facts of a relation that leads from the one object to the other."""
    for end in (source, target):
        unit.require_node(end)
    if not isinstance(relation, str | FieldDescriptor):
        raise InvalidTypeError(f"{where}: {relation!r} is no relation; pass the class attribute or its name")
    info = unit.mapper.relation(type(source), relation)
    if not isinstance(target, info.target):
        raise InvalidTypeError(
            f"{where}: {info.owner.__name__}.{info.name} leads to {info.target.__name__}, "
            f"not to {type(target).__name__}: {target!r}"
        )
    return info


def _link(unit: UnitOfWork, info: RelationInfo, source: Any, target: Any, where: str) -> Link:
    """Return the edge of a relation between two objects, after checking that they are in the session."""
    owner = unit.owner
    for end in (source, target):
        state = end._state
        if state is None or state.owner is not owner or state.status == Status.DELETED:
            raise EntityNotFoundError(
                f"{where}: {end!r} is not in this session or is being deleted; add() it or load it with get() first"
            )
    return Link(info, *info.ends(source, target))


def _check_edge(unit: UnitOfWork, info: RelationInfo, edge: Any, where: str) -> None:
    name = f"{info.owner.__name__}.{info.name}"
    if edge is None:
        if info.edge is not None:
            wanted = [f.name for f in unit.mapper.edge(info.edge).stored if not f.optional and not f.field.has_default]
            if wanted:
                raise FieldValidationError(
                    f"{where}: edges of {name} need {', '.join(wanted)}; pass edge={info.edge.__name__}(…)"
                )
        return
    if not isinstance(edge, Edge):
        raise InvalidTypeError(f"{where}: edge is an object of an Edge class, got {edge!r}")
    fits = isinstance(edge, info.edge) if info.edge is not None else unit.mapper.edge(type(edge)).type == info.type
    if not fits:
        expected = info.edge.__name__ if info.edge is not None else f"an Edge class of type {info.type!r}"
        raise InvalidTypeError(f"{where}: edges of {name} are {expected}, not {type(edge).__name__}")


def _refuse_rivals(links: list[Link]) -> None:
    taken: dict[tuple[int, str], Link] = {}
    for link in links:
        for node, direction, _, _ in link.info.limits(link.start, link.end):
            other = taken.setdefault((id(node), direction), link)
            if other is not link:
                raise FieldValidationError(
                    f"{node!r} can have one {link.info.type} edge and was given two in one call; keep one of them"
                )


# -- around the write -------------------------------------------------------------------------------------------


def _flush_what_they_need(unit: UnitOfWork, ends: list[Any]) -> Flow[None]:
    """Flush when an end is not stored yet, or has relation changes that reading it again would lose."""
    for end in ends:
        state = end._state
        if state.status == Status.PENDING or (
            state.codec.holds_relations(end.__dict__) and any(True for _ in find_changes(unit, end, end.__dict__))
        ):
            yield from flush(unit)
            return


def _release(unit: UnitOfWork, links: list[Link]) -> Flow[None]:
    """Delete the other edges of ends that may have one only; after the new one stands, so none is lost."""
    groups: dict[tuple[Any, ...], list[tuple[Node, list[Any]]]] = {}
    for link in links:
        for node, direction, target, kept in link.info.limits(link.start, link.end):
            groups.setdefault((root_of(node), link.info.type, direction, target), []).append((node, [kept]))
    for (root, type, direction, target), items in groups.items():
        owner, member = unit.mapper.node(root), unit.mapper.node(target)
        for part in writes.batches(unit, items):
            yield from writes.send(unit, writes.unrelate_others(unit, owner, type, direction, member, part))


def _invalidate(links: list[Link], ends: list[Any]) -> None:
    """Forget what *ends* of *links* hold in the relations that show those."""
    holding = {id(end) for end in ends if end._state.loaded or end._state.codec.holds_relations(end.__dict__)}
    for link in links if holding else ():
        if id(link.start) in holding or id(link.end) in holding:
            for owner, name, _ in caches.sides(link):
                caches.invalidate(owner, name)
