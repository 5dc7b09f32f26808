"""The end of a transaction, as the objects of a session see it."""

from __future__ import annotations

from typing import Any

from runic.ogm.core._state import EntityState, Status
from runic.ogm.mapper.codec import NodeCodec
from runic.ogm.session.unit_of_work import UnitOfWork

__all__ = ["committed", "rolled_back"]


def committed(unit: UnitOfWork) -> None:
    """Forget what a rollback would have put back."""
    unit.ends += unit.transactional
    unit.written.clear()


def rolled_back(unit: UnitOfWork) -> None:
    """Put the objects back to what the graph holds after a rollback, and expire them."""
    unit.ends += 1
    for entity in list(unit.new.values()):
        unit.forget_new(entity)
    for entity in list(unit.deleted.values()):
        unit.undelete(entity, entity._state)
    if unit.transactional:
        _undo_flushes(unit)
    unit.written.clear()
    for entity in (*unit.identity.nodes(), *unit.identity.edges()):
        unit.expire(entity)


def _undo_flushes(unit: UnitOfWork) -> None:
    """Undo what was written; keys are all freed before any is taken, as objects may have exchanged theirs."""
    created, removed, rekeyed = unit.written.created, unit.written.removed, unit.written.rekeyed
    for entity, element_id in created:
        if unit.owns(entity) and entity._state.element_id == element_id:
            _forget(unit, entity)
    for entity, _, _ in rekeyed:
        if unit.owns(entity):
            unit.drop(entity, entity._state)
    for entity, state in removed:
        if entity._state is None or entity._state.owner() is None:
            entity._state = state
            state.owner, state.status = unit.owner, Status.PERSISTENT
    for entity, element_id, snapshot in rekeyed:
        if entity._state is not None and entity._state.element_id == element_id:
            entity._state.snapshot = snapshot
    for entity in (*(entity for entity, _ in removed), *(entity for entity, _, _ in rekeyed)):
        if unit.owns(entity):
            unit.put(entity)


def _forget(unit: UnitOfWork, entity: Any) -> None:
    """Make an object transient that was new in the transaction."""
    state: EntityState = entity._state
    unit.drop(entity, state)
    if isinstance(state.codec, NodeCodec) and state.codec.key.generated:
        entity.__dict__[state.codec.key.name] = None
    entity.__dict__.pop("_state", None)
