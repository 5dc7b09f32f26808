"""What the model of random sessions keeps of stored nodes, of objects, of a flush to come and of a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.property.models import RELATIONS, Rel, Ticket, fields_of

__all__ = ["EdgeKey", "EdgeObj", "Obj", "Plan", "Rec", "Undo", "as_list", "copied"]

EdgeKey = tuple[str, int, int]


@dataclass(eq=False)
class Rec:
    """A stored node."""

    cls: Any
    key: Any
    props: dict[str, Any]


@dataclass(eq=False)
class Obj:
    """A Python object: ``vals`` is what it holds, ``snap`` what is stored as far as its session knows.

    ``held`` has the relations with unsaved changes, ``base`` what they held when loaded (None: never loaded).
    """

    py: Any
    cls: Any
    number: int
    status: str = "transient"
    uid: int | None = None
    vals: dict[str, Any] = field(default_factory=dict[str, Any])
    snap: dict[str, Any] = field(default_factory=dict[str, Any])
    held: dict[str, list[Obj]] = field(default_factory=dict[str, "list[Obj]"])
    base: dict[str, list[Obj] | None] = field(default_factory=dict[str, "list[Obj] | None"])
    loose: set[str] = field(default_factory=set[str])
    added_as: Any = None

    def __repr__(self) -> str:
        return f"#{self.number}:{self.cls.__name__}({self.vals.get('id')!r}, {self.status})"

    @property
    def keyed(self) -> bool:
        return self.cls is not Ticket

    @property
    def expired(self) -> bool:
        return self.status in ("persistent", "deleted", "detached") and any(f not in self.vals for f in self.fields)

    @property
    def fields(self) -> tuple[str, ...]:
        return fields_of(self.cls)

    def rel(self, name: str) -> Rel:
        return next(rel for rel in RELATIONS[self.cls] if rel.name == name)

    def changes(self) -> dict[str, Any]:
        """Return the fields whose stored value would change."""
        names = [*(["id"] if self.keyed else []), *self.fields]
        return {
            name: self.vals[name]
            for name in names
            if name in self.vals and (name not in self.snap or self.snap[name] != self.vals[name])
        }

    def relations(self) -> Iterator[tuple[Rel, list[Obj], list[Obj] | None]]:
        """Yield relation, members and members before, for each relation that changed."""
        for name, held in self.held.items():
            base = [] if self.status == "pending" else self.base.get(name)
            if base is not None and [id(m) for m in held] == [id(m) for m in base]:
                continue
            if self.status != "pending" or held:
                yield self.rel(name), held, base


@dataclass(eq=False)
class EdgeObj:
    """An edge object that a session knows."""

    py: Any
    key: EdgeKey
    vals: dict[str, Any]
    snap: dict[str, Any]
    status: str = "persistent"


@dataclass
class Plan:
    """What a flush will do: errors before anything is sent, errors after, and the edges that come and go."""

    problems: set[Any] = field(default_factory=set[Any])
    stale: set[Any] = field(default_factory=set[Any])
    replaced: list[tuple[Obj, Rel, list[Obj]]] = field(default_factory=list[Any])
    removed: set[EdgeKey] = field(default_factory=set[EdgeKey])
    added: dict[EdgeKey, Rel] = field(default_factory=dict[EdgeKey, Rel])


@dataclass
class Undo:
    """What a rollback puts back: the graph as committed, and what flushes have done to objects since.

    ``made`` are the objects that became stored, ``left`` those that were deleted, each with its node; ``renamed`` have
    what was stored of them before; edge objects are ``given`` by a relate() or ``gone`` since.
    """

    nodes: dict[int, Rec] = field(default_factory=dict[int, Rec])
    edges: dict[EdgeKey, dict[str, Any]] = field(default_factory=dict[EdgeKey, "dict[str, Any]"])
    made: list[tuple[Obj, int]] = field(default_factory=list["tuple[Obj, int]"])
    left: dict[int, tuple[Obj, int]] = field(default_factory=dict[int, "tuple[Obj, int]"])
    renamed: dict[int, tuple[Obj, int, dict[str, Any]]] = field(default_factory=dict[int, Any])
    given: list[EdgeObj] = field(default_factory=list[EdgeObj])
    gone: list[EdgeObj] = field(default_factory=list[EdgeObj])


def as_list(held: Any) -> list[Any]:
    """Return what a relation holds as a list."""
    if isinstance(held, list):
        return list(held)
    return [] if held is None else [held]


def copied(values: dict[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, list) else v for k, v in values.items()}
