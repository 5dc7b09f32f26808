"""Merging: the values of one object onto the stored one with its key."""

from __future__ import annotations

from typing import Any

from runic.exceptions import InvalidArgumentError
from runic.ogm.core._state import Untouched, members_of
from runic.ogm.session.flow import Flow
from runic.ogm.session.reading import Reader
from runic.ogm.session.unit_of_work import UnitOfWork

__all__ = ["merge"]


def merge(unit: UnitOfWork, reader: Reader, entity: Any) -> Flow[Any]:
    """Return the session's object for the node of *entity*, with the values that *entity* holds."""
    unit.require_node(entity)
    if unit.owns(entity):
        return entity
    cls = entity.__class__
    codec = unit.mapper.node(cls)
    codec.check_attributes(entity)
    key = entity.__dict__.get(codec.key.name)
    if key is None and not codec.key.generated:
        raise InvalidArgumentError(f"merge() needs the key of {cls.__name__}: its {codec.key.name} is None")
    target: Any = None
    if key is not None:
        target = yield from reader.get(cls, key, None)
    if target is None:
        target = object.__new__(cls)
        if codec.key.generated:
            target.__dict__[codec.key.name] = None
        _copy(entity, target)
        unit.add(target)
    else:
        _copy(entity, target)
    return target


def _copy(source: Any, target: Any) -> None:
    """Set what *source* holds; what it does not hold is left alone."""
    for name, field in source.__class__.__runic_fields__.items():
        if field.generated or name not in source.__dict__:
            continue
        value = source.__dict__[name]
        if type(value) is Untouched and not value:
            continue
        setattr(target, name, members_of(value) if field.is_relation and field.type.many else value)
