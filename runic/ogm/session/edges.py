"""Relation changes as batches: which edges leave and which come, and whom a single-valued side lets go."""

from __future__ import annotations

from typing import Any

from runic.ogm.core._state import Status
from runic.ogm.mapper.relations import RelationInfo
from runic.ogm.session import writes
from runic.ogm.session.links import Changes, Link
from runic.ogm.session.statements import EdgeShape
from runic.ogm.session.unit_of_work import UnitOfWork
from runic.ogm.session.writes import Write

__all__ = ["edge_values", "edge_writes", "root_of", "shape_of"]


def root_of(entity: Any) -> Any:
    """Return the topmost class with labels of an object's hierarchy."""
    return entity.__class__.__runic_meta__.root


def shape_of(link: Link, edge: Any = None) -> EdgeShape:
    """Return what a link shares with others that go into one statement; *edge* is the object with its values."""
    cls: Any = edge.__class__ if edge is not None else link.info.edge
    ends = root_of(link.start), root_of(link.end)
    return EdgeShape(link.info.type, *ends, link.info.undirected, cls, defaults=edge is None)


def edge_values(unit: UnitOfWork, info: RelationInfo, edge: Any) -> list[Any]:
    """Return the encoded fields of *edge*, or of a default one where the relation has an edge class."""
    if edge is None:
        if info.edge is None:
            return []
        edge = info.edge()
    codec = unit.mapper.edge(type(edge))
    codec.check_attributes(edge)
    return codec.row(edge)


def edge_writes(unit: UnitOfWork, changes: Changes) -> tuple[list[Write], list[Write]]:
    """Return the batches that remove edges, and those that write them."""
    return _removals(unit, changes), _additions(unit, changes)


def _removals(unit: UnitOfWork, changes: Changes) -> list[Write]:
    released: dict[tuple[Any, ...], dict[int, tuple[Any, list[Any]]]] = {}

    def release(node: Any, type: str, direction: Any, target: Any, keep: list[Any]) -> None:
        if node._state.status == Status.PERSISTENT:
            group = released.setdefault((root_of(node), type, direction, target), {})
            group.setdefault(id(node), (node, []))[1].extend(keep)

    for change in changes.relations:
        if change.before is None:
            info = change.info
            release(change.owner, info.type, info.direction, info.target, list(change.members))
    for link in changes.added.values():
        for node, direction, target, kept in link.info.limits(link.start, link.end):
            release(node, link.info.type, direction, target, [kept])
    shapes: dict[EdgeShape, list[Link]] = {}
    for link in changes.removed.values():
        # An end that was expunged is stored nevertheless; what is deleted takes its edges along.
        if not {link.start._state.status, link.end._state.status} & {Status.PENDING, Status.DELETED}:
            shapes.setdefault(shape_of(link), []).append(link)
    found = [
        writes.unrelate(unit, shape, part) for shape, all_ in shapes.items() for part in writes.batches(unit, all_)
    ]
    for (root, type, direction, target), group in released.items():
        owner, member = unit.mapper.node(root), unit.mapper.node(target)
        for part in writes.batches(unit, list(group.values())):
            found.append(writes.unrelate_others(unit, owner, type, direction, member, part))
    return found


def _additions(unit: UnitOfWork, changes: Changes) -> list[Write]:
    groups: dict[tuple[EdgeShape, bool], list[tuple[Link, list[Any]]]] = {}
    for link in changes.added.values():
        # A node that this flush creates has no edges yet, so nothing needs to be looked for.
        new = Status.PENDING in (link.start._state.status, link.end._state.status)
        groups.setdefault((shape_of(link), new), []).append((link, edge_values(unit, link.info, None)))
    return [
        writes.relate(unit, shape, part, new=new)
        for (shape, new), links in groups.items()
        for part in writes.batches(unit, links)
    ]
