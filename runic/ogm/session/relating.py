"""Writing single edges at once: ``relate``, ``unrelate`` and, for many, ``relate_all``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

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


class RelateResult(NamedTuple):
    """How many edges a bulk write created, and how many it found and updated."""

    created: int
    updated: int


def relate(unit: UnitOfWork, source: Any, relation: Any, target: Any, edge: Any) -> Flow[None]:
    """Create or update the edge of *relation* between two objects."""
    yield from relate_all(unit, relation, [(source, target, edge)], named=source)


def relate_all(unit: UnitOfWork, relation: Any, rows: Iterable[Any], named: Any = None) -> Flow[RelateResult]:
    """Create or update many edges of one relation; every row is checked before the first is written."""
    links: dict[tuple[str, int, int], tuple[Link, Any]] = {}
    for number, row in enumerate(each(rows, "relate_all() takes rows of (source, target)")):
        link, edge = _row(unit, relation, row, None if named is not None else number)
        links[link.key] = (link, edge)
    pairs = list(links.values())
    prepared = [(link, edge, edge_values(unit, link.info, edge)) for link, edge in pairs]
    _refuse_rivals(pairs)
    yield from _flush_what_it_needs(unit, [link for link, _ in pairs])
    groups: dict[EdgeShape, list[tuple[Link, Any, list[Any]]]] = {}
    for link, edge, values in prepared:
        shape = shape_of(link, edge)
        if edge is not None:
            codec = unit.mapper.edge(shape.edge)
            shape = replace(shape, removed=writes.removed_names(codec, codec.names, values))
        groups.setdefault(shape, []).append((link, edge, values))
    created = updated = 0
    for shape, group in groups.items():
        for part in writes.batches(unit, group):
            existed = yield from _write(unit, shape, part)
            updated += existed
            created += len(part) - existed
    yield from _release(unit, [link for link, _ in pairs])
    caches.settle(unit, Changes(added={link.key: link for link, _ in pairs}))
    _invalidate([link for link, _ in pairs])
    return RelateResult(created, updated)


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
    link = _link(unit, relation, source, target, "unrelate()")
    yield from _flush_what_it_needs(unit, [link])
    yield from writes.send(unit, writes.unrelate(unit, shape_of(link), [link]))
    caches.settle(unit, Changes(removed={link.key: link}))
    _invalidate([link])


# -- checking ---------------------------------------------------------------------------------------------------


def _row(unit: UnitOfWork, relation: Any, given: Any, number: int | None) -> tuple[Link, Any]:
    where = "relate()" if number is None else f"row {number}"
    row: list[Any] = given
    if not isinstance(given, (tuple, list)) or len(row) not in (2, 3):
        raise InvalidTypeError(f"{where}: expected (source, target) or (source, target, edge), got {given!r}")
    source, target, edge = row if len(row) == 3 else (*row, None)
    link = _link(unit, relation, source, target, where)
    _check_edge(unit, link.info, edge, where)
    return link, edge


def _link(unit: UnitOfWork, relation: Any, source: Any, target: Any, where: str) -> Link:
    """Return the edge of *relation* between two objects of the session, after checking that it can be one."""
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
    for end in (source, target):
        if not unit.owns(end) or end._state.status == Status.DELETED:
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


def _refuse_rivals(pairs: list[tuple[Link, Any]]) -> None:
    taken: dict[tuple[int, str], Link] = {}
    for link, _ in pairs:
        for node, direction, _, _ in link.info.limits(link.start, link.end):
            other = taken.setdefault((id(node), direction), link)
            if other is not link:
                raise FieldValidationError(
                    f"{node!r} can have one {link.info.type} edge and was given two in one call; keep one of them"
                )


# -- around the write -------------------------------------------------------------------------------------------


def _flush_what_it_needs(unit: UnitOfWork, links: list[Link]) -> Flow[None]:
    """Flush when an end is not stored yet, or has relation changes that reading it again would lose."""
    for link in links:
        for end in (link.start, link.end):
            if end._state.status == Status.PENDING or any(True for _ in find_changes(unit, end, end.__dict__)):
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


def _invalidate(links: list[Link]) -> None:
    for link in links:
        for owner, name, _ in caches.sides(link):
            caches.invalidate(owner, name)
