"""Operations of a random session: what reads and merges."""

from __future__ import annotations

from typing import Any

from runic.ogm import select
from runic.ogm.exceptions import DuplicateKeyError
from tests.property.lives import step
from tests.property.models import RELATIONS, Ticket, root_of
from tests.property.session_draws import AGE, CLASS, FLAG, KEY, NAME, PICK
from tests.property.session_leaving import Leaving
from tests.property.session_records import Obj

__all__ = ["Reading"]


class Reading(Leaving):
    """``get()``, queries, ``merge()``."""

    @step(8, cls=CLASS, key=KEY, fetch=FLAG, number=PICK)
    def get(self, cls: Any, key: str, fetch: bool, number: int) -> None:
        model, root = self.model, root_of(cls)
        if cls is Ticket:
            stored = [r.key for r in model.nodes.values() if r.cls is Ticket]
            key = stored[number % len(stored)] if stored else "999"
        names = [rel.name for rel in RELATIONS[cls]] if fetch else None
        found = self.world.attempt(lambda: self.session.get(cls, key, fetch=names), set())
        pending = [o for o in model.members("pending") if o.keyed and root_of(o.cls) is root and o.vals["id"] == key]
        uid = model.node_by_key(root, key)
        held = [
            o for o in model.members("persistent", "deleted") if root_of(o.cls) is root and o.snap["id"] == key
        ]  # fmt: skip
        if pending:
            fine = [o for o in (*pending, *(h for h in held if h.status == "persistent")) if issubclass(o.cls, cls)]
            assert (found is None and len(fine) < len(pending) + 1) or any(found is o.py for o in fine)
            assert found is not None or not all(issubclass(o.cls, cls) for o in pending)
        elif held:
            gone = held[0].status == "deleted" or not issubclass(held[0].cls, cls)
            gone = gone or (held[0].expired and model.vanished(held[0]))
            assert found is (None if gone else held[0].py)
        elif uid is None or not issubclass(model.nodes[uid].cls, cls):
            assert found is None
        else:
            assert found is not None
            self.world.found(found, uid)
        if found is not None and fetch:
            self._fetched([self.world.known(found)])

    def _fetched(self, objs: list[Obj]) -> None:
        for obj in objs:
            if obj.status == "persistent":
                for rel in RELATIONS[obj.cls]:
                    assert rel.name in vars(obj.py), f"{obj}.{rel.name} was not fetched"

    @step(6, cls=CLASS, fetch=FLAG)
    def query(self, cls: Any, fetch: bool) -> None:
        statement = select(cls)
        if fetch:
            statement = statement.fetch(*[rel.name for rel in RELATIONS[cls]])
        rows = self.world.attempt(lambda: self.session.scalars(statement), set())
        expected = {uid for uid, rec in self.model.nodes.items() if issubclass(rec.cls, cls)}
        found = [self.world.known(py) for py in rows]
        assert sorted(o.uid or 0 for o in found) == sorted(expected)
        for obj in found:
            self.world.found(obj.py, obj.uid or 0)
            assert all(name in vars(obj.py) for name in obj.fields), f"{obj} came back expired"
        if fetch:
            self._fetched(found)

    @step(4, cls=CLASS, key=KEY, name=NAME, age=AGE)
    def merge(self, cls: Any, key: str, name: str, age: Any) -> None:
        if cls is Ticket:
            return
        model, root = self.model, root_of(cls)
        given = cls(id=key, name=name, age=age)
        pending = [o for o in model.members("pending") if o.keyed and root_of(o.cls) is root and o.vals["id"] == key]
        held = [o for o in model.members("persistent") if root_of(o.cls) is root and o.snap["id"] == key]
        if pending and (len(pending) > 1 or held):
            return
        uid = model.node_by_key(root, key)
        target = pending[0] if pending else held[0] if held else None
        if target is not None and not issubclass(target.cls, cls):
            self.world.attempt(lambda: self.session.merge(given), {DuplicateKeyError})
            return
        if target is not None and target.expired and model.vanished(target):
            return
        merged = self.world.attempt(lambda: self.session.merge(given), set())
        values = {field: getattr(given, field) for field in ("id", *(["level"] if hasattr(given, "level") else []))}
        values |= {"name": name, "age": age, "tags": []}
        deleted = any(o.uid == uid for o in model.members("deleted"))
        if target is None and uid is not None and not deleted and issubclass(model.nodes[uid].cls, cls):
            rec = model.nodes[uid]
            target = model.register(merged, rec.cls, status="persistent", uid=uid)
            target.vals = {"id": rec.key, **rec.props}
            target.snap = dict(target.vals)
        elif target is None:
            target = model.register(merged, cls, status="pending", uid=model.fresh_uid(), added_as=key)
        elif target.expired:
            rec = model.nodes[target.uid or 0]
            target.snap = {"id": rec.key, **rec.props}
            target.vals = {**target.snap, **target.vals}
        assert merged is target.py
        target.vals |= values
