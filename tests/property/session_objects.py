"""Operations of a random session: new objects, and their values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from runic.ogm.exceptions import DetachedEntityError, DuplicateKeyError, LazyLoadError, StaleEntityError
from tests.property.lives import step
from tests.property.models import RELATIONS, Rel, Ticket, root_of
from tests.property.session_draws import AGE, CLASS, FLAG, KEY, NAME, PICK
from tests.property.session_machine import World, same
from tests.property.session_records import Obj

__all__ = ["Objects"]


class Objects:
    """Each operation does what it does to the session, and to the model."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.model = world.model
        self.done = False

    def close(self) -> None:
        self.world.close()

    @property
    def session(self) -> Any:
        return self.world.session

    def one(self, number: int, *statuses: str) -> Obj | None:
        """Pick an object, the newest first, and most times one that is in the session."""
        near = self.model.members(*{"pending", "persistent"} & set(statuses)) if number % 5 else []
        found = (near or self.model.members(*statuses))[-12:]
        return found[-1 - number % len(found)] if found else None

    def relation(self, number: int, pick: int, *statuses: str) -> tuple[Obj, Rel] | None:
        obj = self.one(number, *statuses)
        return (obj, RELATIONS[obj.cls][pick % len(RELATIONS[obj.cls])]) if obj else None

    def fits(self, rel: Rel, numbers: list[int]) -> list[Obj]:
        """Pick members for a relation, most of them in the session."""
        known = [o for o in self.model.objs if issubclass(o.cls, rel.target)]
        near = [o for o in known if o.status in ("pending", "persistent")][-8:] * 4
        found = near + [o for o in known if o.status in ("transient", "deleted")][-4:]
        found += [o for o in known if o.status == "detached" and not o.held][-1:]
        return list(dict.fromkeys(found[n % len(found)] for n in numbers)) if found else []

    @step(26, cls=CLASS, key=KEY, name=NAME, age=AGE, add=FLAG)
    def new(self, cls: Any, key: str, name: str, age: Any, add: bool) -> None:
        values: dict[str, Any] = {"name": name, "age": age, "tags": []}
        given = values if cls is Ticket else {"id": key, **values}
        obj = self.model.register(cls(**given), cls)
        obj.vals = {"id": None, **given, "tags": []}
        for field in obj.fields:
            obj.vals.setdefault(field, getattr(obj.py, field))
        if add:
            self._add(obj)

    @step(8, number=PICK)
    def add(self, number: int) -> None:
        obj = self.one(number, "transient", "deleted", "detached", "persistent", "pending")
        if obj is not None:
            self._add(obj)

    def _add(self, obj: Obj) -> None:
        if obj.status == "detached" and (obj.held or (not obj.keyed and self.model.vanished(obj))):
            return
        before = obj.status
        if obj.status == "deleted":
            key = obj.snap["id"]
            taken = [o for o in self.model.members("pending") if root_of(o.cls) is root_of(obj.cls)]
            if obj.keyed and any(o.vals["id"] == o.added_as == key for o in taken):
                self.world.attempt(lambda: self.session.add(obj.py), {DuplicateKeyError})
                return
            obj.status = "persistent"
            self.world.attempt(lambda: self.session.add(obj.py), set())
            return
        added = self.model.add(obj)
        self.world.attempt(lambda: self.session.add(obj.py), set() if added is not None else {DuplicateKeyError})
        assert (obj.py in self.session) == (obj.status in ("pending", "persistent")), f"{obj} was {before}"

    @step(6, number=PICK, name=NAME)
    def set_name(self, number: int, name: str) -> None:
        self._set(number, "name", name)

    @step(6, number=PICK, age=AGE)
    def set_age(self, number: int, age: Any) -> None:
        self._set(number, "age", age)

    def _set(self, number: int, field: str, value: Any) -> None:
        obj = self.one(number, "pending", "persistent", "detached", "transient")
        if obj is not None:
            setattr(obj.py, field, value)
            obj.vals[field] = value

    @step(5, number=PICK, key=KEY)
    def rename(self, number: int, key: str) -> None:
        obj = self.one(number, "pending", "persistent", "transient")
        if obj is not None and obj.keyed:
            self._set_key(obj, key)

    def _set_key(self, obj: Obj, key: str | None) -> None:
        obj.py.id = key
        obj.vals["id"] = key

    @step(3, number=PICK, text=st.sampled_from(["x", "", "'"]))
    def append_tag(self, number: int, text: str) -> None:
        obj = self.one(number, "pending", "persistent", "detached")
        if obj is not None and "tags" in obj.vals:
            obj.py.tags.append(text)
            obj.vals["tags"] = [*obj.vals["tags"], text]

    @step(4, number=PICK, name=st.sampled_from(["name", "age", "tags"]))
    def read_value(self, number: int, name: str) -> None:
        obj = self.one(number, "persistent", "deleted", "detached")
        if obj is None:
            return
        if name in obj.vals:
            same(getattr(obj.py, name), obj.vals[name], f"{obj}.{name}")
        elif obj.status == "detached":
            self.world.attempt(lambda: getattr(obj.py, name), {DetachedEntityError})
        elif self.world.is_async:
            self.world.attempt(lambda: getattr(obj.py, name), {LazyLoadError})
        elif self.model.vanished(obj):
            self.world.attempt(lambda: getattr(obj.py, name), {StaleEntityError})
        else:
            same(getattr(obj.py, name), self.model.nodes[obj.uid or 0].props[name], f"{obj}.{name}")
