"""What a session knows about one entity, kept beside its values under one name of the instance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from runic.exceptions import DetachedEntityError

__all__ = [
    "EdgeState",
    "EntityState",
    "Owner",
    "Status",
    "Untouched",
    "absent_value",
    "members_of",
    "nobody",
    "state_of",
]


class Status:
    """Where an entity stands in its session."""

    PENDING = 0
    PERSISTENT = 1
    DELETED = 2
    DETACHED = 3


class Owner(Protocol):
    """The session of an entity, as far as its state needs it."""

    def load_absent(self, entity: Any, field: Any) -> Any:
        """Return the value of a field or relation that the instance does not hold."""
        ...


def nobody() -> Owner | None:
    """Stand for a session that there is not."""
    return None


class EntityState:
    """The stored side of one entity.

    ``snapshot`` holds the values as last stored or loaded, in the order of the codec's fields; ``loaded`` maps each
    relation that is loaded to its members then. ``owner`` is a weak reference, so that a session which nobody holds
    counts as closed.
    """

    __slots__ = ("codec", "element_id", "expired", "loaded", "owner", "snapshot", "status")

    def __init__(self, owner: Callable[[], Owner | None], codec: Any, status: int) -> None:
        self.owner = owner
        self.codec: Any = codec
        self.status = status
        self.element_id: Any = None
        self.snapshot: tuple[Any, ...] | None = None
        self.loaded: dict[str, tuple[Any, ...]] | None = None
        self.expired = False

    def detached(self) -> EntityState:
        """Return a copy that belongs to no session and keeps what a session needs to take the entity back."""
        copy = object.__new__(type(self))
        for slot in self._slots():
            setattr(copy, slot, getattr(self, slot))
        copy.owner = nobody
        copy.loaded = dict(self.loaded) if self.loaded else None
        copy.status = Status.DETACHED
        if self.element_id is None:
            copy.snapshot = None
        return copy

    @classmethod
    def _slots(cls) -> tuple[str, ...]:
        return EntityState.__slots__

    def __getstate__(self) -> dict[str, Any]:
        state = {slot: getattr(self, slot) for slot in self._slots() if slot not in ("owner", "codec")}
        if self.snapshot is not None and self.codec is not None:
            state["snapshot"] = self.codec.portable_snapshot(self.snapshot)
        state["status"] = Status.DETACHED
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.owner = nobody
        self.codec = None
        for slot, value in state.items():
            setattr(self, slot, value)


class EdgeState(EntityState):
    """The stored side of an edge: its two ends as well."""

    __slots__ = ("source", "target")

    def __init__(self, owner: Callable[[], Owner | None], codec: Any, status: int) -> None:
        super().__init__(owner, codec, status)
        self.source: Any = None
        self.target: Any = None

    @classmethod
    def _slots(cls) -> tuple[str, ...]:
        return (*EntityState.__slots__, *EdgeState.__slots__)


class Untouched(list[Any]):
    """The empty relation list that reading gave to a new object: nobody assigned it."""

    __slots__ = ()


def state_of(entity: Any) -> Any:
    """Return the state of an entity, or None while it was never in a session."""
    return entity._state


def members_of(held: Any) -> list[Any]:
    """Return what a relation holds as a list: itself, the one object, or nothing."""
    members: list[Any] = held
    if isinstance(held, list):
        return members
    return [] if held is None else [held]


def absent_value(entity: Any, field: Any) -> Any:
    """Return what reading *field* of *entity* gives while the instance does not hold it.

    A relation of an object that was never stored is empty; anything else is loaded by the session.
    """
    state: EntityState | None = entity._state
    if state is None or (state.element_id is None and state.status != Status.PERSISTENT):
        if field.is_relation:
            if not field.type.many:
                return None
            value = entity.__dict__[field.name] = Untouched()
            return value
        raise AttributeError(f"{type(entity).__name__}.{field.name} has no value yet")
    owner = state.owner()
    if owner is None:
        what = "relation" if field.is_relation else "field"
        raise DetachedEntityError(
            f"{type(entity).__name__}.{field.name} is a {what} that is not loaded, and the session of this object is "
            f"closed or it was expunged; load it before, with fetch=[{field.name!r}] or by reading it"
        )
    return owner.load_absent(entity, field)
