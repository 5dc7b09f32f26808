"""A random life of a session, in both colours, against a plain model of the graph and of the session.

``RUNIC_PROPERTY_STEPS=10000`` runs that many steps instead of a few hundred, and ``RUNIC_PROPERTY_SEED`` starts
elsewhere; a failing sequence is shrunk and printed.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from runic.ogm import select
from runic.ogm.exceptions import (
    DetachedEntityError,
    DuplicateKeyError,
    EntityNotFoundError,
    FieldValidationError,
    LazyLoadError,
    StaleEntityError,
)
from tests.property.lives import many, number, one_of, run, step
from tests.property.models import CLASSES, RELATIONS, Liked, Person, Rel, Ticket, root_of
from tests.property.session_machine import World, same
from tests.property.session_model import EdgeObj, Obj, as_list

PICK = number(0, 59)
KEY = one_of("k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7")
CLASS = one_of(*CLASSES)
NAME = one_of("", "a", "it's `x`\\\n$p0", "é\U0001f600")
AGE = one_of(None, 0, 1, -(2**63))
FLAG = one_of(False, True)
MISTAKES: tuple[tuple[str, Any], ...] = (
    ("nmae", "x"), ("name", None), ("name", 3), ("age", 2**63), ("age", "1"), ("name", "a\x00b"), ("tags", ["a", None]),
    ("name", "\ud800"), ("tags", None), ("age", 1.5), ("id", None), ("id", " x"), ("id", ""),
)  # fmt: skip


class Life:
    """The operations; each does what it does to the session, and to the model."""

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

    # ---- objects and values

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

    @step(3, number=PICK, text=one_of("x", "", "'"))
    def append_tag(self, number: int, text: str) -> None:
        obj = self.one(number, "pending", "persistent", "detached")
        if obj is not None and "tags" in obj.vals:
            obj.py.tags.append(text)
            obj.vals["tags"] = [*obj.vals["tags"], text]

    # ---- relations

    @step(20, number=PICK, pick=PICK, members=many(PICK, 3), load=FLAG)
    def assign(self, number: int, pick: int, members: list[int], load: bool) -> None:
        found = self.relation(number, pick, "pending", "persistent", "transient")
        if found is None:
            return
        obj, rel = found
        if load:
            self._read(obj, rel)
        self.world.assign(obj, rel, self.fits(rel, members if rel.many else members[:1]))

    @step(18, number=PICK, pick=PICK, member=PICK)
    def append(self, number: int, pick: int, member: int) -> None:
        found = self.relation(number, pick, "pending", "persistent", "transient")
        if found is None or not found[1].many:
            return
        obj, rel = found
        members = self.fits(rel, [member])
        if members and self._read(obj, rel):
            before = self._base(obj, rel)
            getattr(obj.py, rel.name).append(members[0].py)
            obj.held[rel.name] = [*before, members[0]]

    @step(10, number=PICK, pick=PICK, position=PICK)
    def remove(self, number: int, pick: int, position: int) -> None:
        found = self.relation(number, pick, "pending", "persistent", "transient")
        if found is None or not found[1].many or not self._read(*found):
            return
        obj, rel = found
        before = self._base(obj, rel)
        if before:
            gone = before[position % len(before)]
            getattr(obj.py, rel.name).remove(gone.py)
            before.remove(gone)
        obj.held[rel.name] = list(before)

    def _base(self, obj: Obj, rel: Rel) -> list[Obj]:
        held = [self.world.known(py) for py in as_list(vars(obj.py).get(rel.name))]
        if rel.name not in obj.held and obj.status != "pending":
            obj.base[rel.name] = list(held)
        return held

    @step(14, number=PICK, pick=PICK)
    def read_relation(self, number: int, pick: int) -> None:
        found = self.relation(number, pick, "pending", "persistent", "transient", "deleted", "detached")
        if found is not None:
            self._read(*found)

    def _read(self, obj: Obj, rel: Rel) -> bool:
        """Read a relation, loading it if need be; tell whether that is possible."""
        loaded = rel.name in vars(obj.py)
        if obj.status == "detached":
            self.world.attempt(lambda: getattr(obj.py, rel.name), set() if loaded else {DetachedEntityError})
            return loaded
        if self.world.is_async and not loaded and obj.status in ("persistent", "deleted"):
            self.world.attempt(lambda: getattr(obj.py, rel.name), {LazyLoadError})
            value = self.world.attempt(lambda: self.session.load(obj.py, rel.name), set())
        else:
            value = self.world.attempt(lambda: getattr(obj.py, rel.name), set())
        shown = as_list(value)
        if obj.status in ("persistent", "deleted") and not loaded:
            obj.loose.discard(rel.name)
            if obj.uid in self.model.nodes:
                self.world.check_members(obj, rel, shown)
        elif rel.name not in obj.held and obj.status in ("pending", "transient"):
            assert shown == []
        return True

    @step(4, number=PICK, name=one_of("name", "age", "tags"))
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

    @step(16, number=PICK, pick=PICK, member=PICK, weight=one_of(None, 0, 1, 2), undo=FLAG)
    def relate(self, number: int, pick: int, member: int, weight: int | None, undo: bool) -> None:
        found = self.relation(number, pick, "pending", "persistent", "transient", "deleted")
        members = self.fits(found[1], [member]) if found else []
        if found is None or not members:
            return
        obj, rel, other = *found, members[0]
        edge = Liked(weight=weight, note=None if weight else "n") if rel.edge and weight is not None else None
        target = getattr(obj.cls, rel.name) if weight else rel.name
        if undo:
            self._relating(obj, other, lambda: self.session.unrelate(obj.py, target, other.py))
        else:
            self._relating(obj, other, lambda: self.session.relate(obj.py, target, other.py, edge=edge), writes=True)
        if not self.done:
            return
        key = rel.edge_key(obj.uid or 0, other.uid or 0)
        if undo:
            self.model.drop_edge(key)
        else:
            self._related(key, edge)
        self._moved([(obj, rel, other)])

    @step(8, pick=PICK, pairs=many(lambda r: (PICK(r), PICK(r)), 4, 1), weight=number(1, 3))
    def relate_all(self, pick: int, pairs: list[tuple[int, int]], weight: int) -> None:
        rel = RELATIONS[Person][pick % len(RELATIONS[Person])]
        stored = [o for o in self.model.members("persistent") if issubclass(o.cls, Person) and not self._busy(o)]
        members = [m for m in self.fits(rel, list(range(30))) if m.status == "persistent" and not self._busy(m)]
        if not stored or not members:
            return
        rows = {}
        for one, other in pairs:
            owner, member = stored[one % len(stored)], members[other % len(members)]
            rows[rel.edge_key(owner.uid or 0, member.uid or 0)] = (owner, member, Liked(weight=weight))
        given = [(o.py, m.py, e) if rel.edge else (o.py, m.py) for o, m, e in rows.values()]
        sides = [side for key in rows for side in self.model.single_sides(key)]
        if len(sides) > len(set(sides)):
            self.world.attempt(
                lambda: self.session.relate_all(getattr(Person, rel.name), given), {FieldValidationError}
            )
            return
        result = self.world.attempt(lambda: self.session.relate_all(getattr(Person, rel.name), given), set())
        existed = sum(key in self.model.edges for key in rows)
        assert result == (len(rows) - existed, existed)
        for key, (_, _, edge) in rows.items():
            self._related(key, edge if rel.edge else None)
        self._moved([(o, rel, m) for o, m, _ in rows.values()])

    def _busy(self, obj: Obj) -> bool:
        return bool(obj.held) or self.model.vanished(obj)

    def _relating(self, obj: Obj, other: Obj, call: Any, *, writes: bool = False) -> None:
        """Run relate or unrelate: set ``done`` where it is to have an effect."""
        self.done = False
        if any(o.status not in ("pending", "persistent") for o in (obj, other)):
            self.world.attempt(call, {EntityNotFoundError})
            return
        if any(o.status == "pending" or next(o.relations(), None) for o in (obj, other)):
            plan = self.model.plan()
            if plan.problems or plan.stale:
                self.world.flush(call)
                return
            coming = self.model.members("pending")
            self.model.apply(plan)
        else:
            coming = []
        gone = writes and any(self.model.vanished(o) for o in (obj, other))
        self.world.attempt(call, {EntityNotFoundError} if gone else set())
        for new in coming:
            if not new.keyed:
                new.vals["id"] = new.snap["id"] = vars(new.py)["id"]
                self.model.nodes[new.uid or 0].key = new.vals["id"]
        self.done = not gone

    def _related(self, key: Any, edge: Any) -> None:
        values = {"weight": edge.weight, "note": edge.note} if edge is not None else None
        self.model.put_edge(key, values and {k: v for k, v in values.items() if v is not None})
        if edge is not None and values is not None:
            for known in self.model.edge_objs:
                if known.key == key and known.status == "persistent":
                    known.status = "gone"
            self.model.edge_objs.append(EdgeObj(edge, key, values, dict(values)))

    def _moved(self, rows: list[tuple[Obj, Rel, Obj]]) -> None:
        """Let unsaved changes of others follow edges that left them, and compare the graph."""
        for obj in self.model.members("persistent", "deleted"):
            for name, base in list(obj.base.items()):
                rel = obj.rel(name)
                if base is None or obj.uid not in self.model.nodes:
                    continue
                if obj.held[name] == base and name not in vars(obj.py):
                    del obj.held[name], obj.base[name]  # no change, so it is read again
                    continue
                stored = self.model.view(obj.uid, rel)
                left = [m for m in base if m.uid not in stored and m.uid in self.model.nodes]
                touched = {m for row in rows for m in (row[0], row[2])}
                left = [m for m in left if m in touched or obj in touched]
                obj.base[name] = [m for m in base if m not in left]
                obj.held[name] = [self.world.known(p) for p in as_list(vars(obj.py).get(name))]
        self.world.check_graph()

    # ---- edges as objects

    @step(4, weight=number(0, 3), number=PICK, note=one_of(None, "m"))
    def change_edge(self, weight: int, number: int, note: Any) -> None:
        found = [e for e in self.model.edge_objs if e.status == "persistent"]
        if found:
            edge = found[number % len(found)]
            edge.py.weight, edge.py.note = weight, note
            edge.vals = {"weight": weight, "note": note}

    @step(5)
    def query_edges(self) -> None:
        statement = (
            select(Person).alias("a").traverse(Person.likes, optional=False, edge_alias="r").alias("b")
            .return_nodes("a", "b").return_edge("r")
        )  # fmt: skip
        rows = self.world.attempt(lambda: self.session.all_with_edges(statement), set())
        found = [("LIKES", self.world.known(a).uid, self.world.known(b).uid) for a, _, b in rows]
        assert sorted(found) == sorted(key for key in self.model.edges if key[0] == "LIKES")
        for (_, edge, _), key in zip(rows, found, strict=True):
            self.world.edge_found(edge, key)

    # ---- leaving and coming back

    @step(6, number=PICK)
    def delete(self, number: int) -> None:
        obj = self.one(number, "persistent", "pending", "transient", "detached", "deleted")
        if obj is None:
            return
        if obj.status in ("transient", "detached"):
            self.world.attempt(lambda: self.session.delete(obj.py), {DetachedEntityError})
            return
        self.session.delete(obj.py)
        if obj.status == "pending":
            obj.status, obj.uid = "transient", None
        else:
            obj.status = "deleted"

    @step(2, number=PICK)
    def expunge(self, number: int) -> None:
        obj = self.one(number, "persistent", "pending", "deleted")
        if obj is not None:
            self.session.expunge(obj.py)
            if obj.status == "pending":
                obj.status, obj.uid = "transient", None
            else:
                obj.status = "detached"
                self.model.expunged.add(obj.uid or 0)

    @step(4, number=PICK)
    def expire(self, number: int) -> None:
        obj = self.one(number, "persistent", "deleted")
        if obj is not None:
            self.session.expire(obj.py)
            self._expired(obj)

    def _expired(self, obj: Obj) -> None:
        obj.snap = {"id": obj.snap["id"]}
        obj.vals = dict(obj.snap)
        obj.held.clear()
        obj.base.clear()

    @step(4, number=PICK)
    def refresh(self, number: int) -> None:
        obj = self.one(number, "persistent", "deleted")
        if obj is None:
            return
        if self.model.vanished(obj):
            self.world.attempt(lambda: self.session.refresh(obj.py), {StaleEntityError})
            return
        self.world.attempt(lambda: self.session.refresh(obj.py), set())
        rec = self.model.nodes[obj.uid or 0]
        obj.vals = {"id": rec.key, **rec.props}
        obj.snap = dict(obj.vals)
        obj.held.clear()
        obj.base.clear()

    @step(9)
    def flush(self) -> None:
        self.world.flush(self.session.flush)

    @step(6)
    def commit(self) -> None:
        if self.world.flush(self.session.commit):
            assert not self.session.new
            assert not self.session.deleted

    @step()
    def rollback(self) -> None:
        self.world.attempt(self.session.rollback, set())
        for obj in self.model.objs:
            if obj.status == "pending":
                obj.status, obj.uid = "transient", None
            elif obj.status in ("persistent", "deleted"):
                obj.status = "persistent"
                self._expired(obj)
        for edge in self.model.edge_objs:
            if edge.status == "persistent":
                edge.status = "gone"
                self.session.expunge(edge.py)

    @step(commit=FLAG)
    def new_session(self, commit: bool) -> None:
        if commit and not self.world.flush(self.session.commit):
            return
        self.world.attempt(self.session.close, set())
        for obj in self.model.objs:
            if obj.status == "pending":
                obj.status, obj.uid = "transient", None
            elif obj.status in ("persistent", "deleted"):
                obj.status = "detached"
        for edge in self.model.edge_objs:
            edge.status = "gone"
        self.model.expunged.clear()
        self.world.session = self.world.open()

    # ---- reading

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

    # ---- from outside, and mistakes

    @step(2, key=KEY, age=AGE)
    def change_outside(self, key: str, age: Any) -> None:
        uid = self.model.node_by_key(Person, key)
        if uid is not None:
            self.world.server.query(
                self.world.graph, "MATCH (n:PtPerson {id: $k}) SET n.age = $a", {"k": key, "a": age}
            )
            self.model.nodes[uid].props["age"] = age

    @step(key=KEY)
    def delete_outside(self, key: str) -> None:
        uid = self.model.node_by_key(Person, key)
        if uid is not None:
            self.world.server.query(self.world.graph, "MATCH (n:PtPerson {id: $k}) DELETE n", {"k": key})
            self.model.delete_node(uid, outside=True)

    @step(3, number=PICK, mistake=one_of(*MISTAKES))
    def poison(self, number: int, mistake: tuple[str, Any]) -> None:
        """Spoil one object, see the flush refuse it before anything is sent, and put it right again."""
        obj = self.one(number, "pending", "persistent")
        name, value = mistake
        if obj is None or (name == "id" and not obj.keyed) or (name not in obj.vals and name != "nmae"):
            return
        setattr(obj.py, name, value)
        plan = self.model.plan()
        self.world.attempt(self.session.flush, plan.problems | {FieldValidationError})
        if name == "nmae":
            del obj.py.nmae
        else:
            kept = obj.vals[name]
            setattr(obj.py, name, list(kept) if isinstance(kept, list) else kept)
        self.world.peek()
        self.world.check_graph()

    def holds(self) -> None:
        self.world.check_session()


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_a_session_does_what_the_model_says(running: Any, colour: str) -> None:
    backend, server = running
    steps = int(os.environ.get("RUNIC_PROPERTY_STEPS") or 600)
    seed = int(os.environ.get("RUNIC_PROPERTY_SEED") or 1)
    run(Life, lambda: Life(World(server, backend.family, colour)), seed, steps)
