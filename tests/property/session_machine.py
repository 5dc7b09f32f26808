"""Random operations of a session on a real database, each compared with :mod:`tests.property.session_model`."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
from collections.abc import Callable
from typing import Any

from runic.cypher.dialect import Feature
from runic.ogm import create_async_driver, create_driver
from runic.ogm.exceptions import OrmError
from runic.ogm.session.async_session import AsyncSession
from runic.ogm.session.session import Session
from tests.property.models import RELATIONS, UNDIRECTED, Person, Rel, Ticket
from tests.property.session_model import Model
from tests.property.session_records import EdgeObj, Obj, Plan, as_list

_GRAPHS = itertools.count(1)


class World:
    """One graph of one server, a session on it in one colour, and the model of both."""

    def __init__(self, server: Any, family: str, colour: str) -> None:
        self.server = server
        self.is_async = colour == "async"
        self.graph = f"runic_prop_{os.getpid()}_{next(_GRAPHS)}"
        self.loop = asyncio.new_event_loop() if self.is_async else None
        create = create_async_driver if self.is_async else create_driver
        self.driver: Any = create(family, **server.options(self.graph))
        self.dialect = self.driver.dialect
        self.undoes = Feature.TRANSACTIONS in self.dialect.features
        self.model = Model()
        self.session: Any = self.open()
        self.steps = 0

    def open(self) -> Any:
        return AsyncSession(self.driver) if self.is_async else Session(self.driver)

    def run(self, value: Any) -> Any:
        """Await what has to be awaited."""
        if inspect.isawaitable(value):
            assert self.loop is not None
            return self.loop.run_until_complete(value)
        return value

    def close(self) -> None:
        self.run(self.session.close())
        self.run(self.driver.close())
        if self.loop is not None:
            self.loop.close()
        self.server.wipe(self.graph)

    def attempt(self, call: Callable[[], Any], errors: set[Any]) -> Any:
        """Run *call*, which has to raise one of *errors* if there are any, and otherwise nothing."""
        try:
            result = self.run(call())
        except OrmError as error:
            if isinstance(error, tuple(errors)):
                return error
            raise AssertionError(f"expected {_names(errors)}, got {type(error).__name__}: {error}") from error
        assert not errors, f"expected {_names(errors)}, and nothing was raised"
        return result

    # ---- flushing

    def flush(self, send: Callable[[], Any]) -> bool:
        """Run *send*, which flushes; tell whether everything was written, after putting right what was not."""
        plan = self.model.plan()
        if plan.problems:
            self.attempt(send, plan.problems)
            self.peek()
            self.check_graph()
            return False
        if plan.stale:
            self.attempt(send, plan.stale)
            self.recover()
            return False
        self.attempt(send, set())
        self.settle(plan)
        return True

    def settle(self, plan: Plan) -> None:
        """Do what was flushed to the model, learn the keys that the database gave, and compare."""
        coming = self.model.members("pending")
        self.model.apply(plan)
        for obj in coming:
            if not obj.keyed:
                obj.vals["id"] = obj.snap["id"] = vars(obj.py)["id"]
                self.model.nodes[obj.uid or 0].key = obj.vals["id"]
                assert isinstance(obj.vals["id"], str)
        self.check_graph()

    def peek(self) -> None:
        """Learn which cascaded objects a failed flush left in the session: any of them may be pending."""
        new = {id(py) for py in self.session.new}
        for obj in self.model.members("pending", "transient"):
            if id(obj.py) in new:
                if obj.status == "transient":
                    obj.status, obj.uid, obj.added_as = "pending", self.model.fresh_uid(), obj.vals["id"]
            elif obj.status == "pending":
                obj.status, obj.uid = "transient", None
        for obj in self.model.members("persistent"):
            if obj.py not in self.session:
                obj.status = "detached"

    def recover(self) -> None:
        """Take what is gone from the graph out of the session, as an error asked; the rest must then be written."""
        model = self.model
        gone = [o for o in model.members("persistent", "deleted") if model.vanished(o)]
        for obj in gone:
            self.session.expunge(obj.py)
            obj.status = "detached"
            model.expunged.add(obj.uid or 0)
        for edge in model.edge_objs:
            if edge.status == "persistent" and edge.key not in model.edges:
                self.session.expunge(edge.py)
                edge.status = "gone"
        for obj in model.members("pending", "persistent"):
            for name, held in list(obj.held.items()):
                if any(m in gone for m in held):
                    self.assign(obj, obj.rel(name), [m for m in held if m not in gone])
        plan = model.plan()
        assert not plan.stale
        assert not plan.problems
        self.attempt(self.session.flush, set())
        self.settle(plan)

    def assign(self, obj: Obj, rel: Rel, members: list[Obj]) -> None:
        """Assign a relation, in Python and in the model."""
        if rel.name not in obj.held and obj.status in ("persistent", "deleted"):
            loaded = rel.name in vars(obj.py)
            obj.base[rel.name] = [self.known(p) for p in as_list(vars(obj.py)[rel.name])] if loaded else None
        value = [m.py for m in members] if rel.many else (members[0].py if members else None)
        setattr(obj.py, rel.name, value)
        obj.held[rel.name] = list(members)

    # ---- comparing

    def known(self, py: Any) -> Obj:
        """Return the model's record of an object, made now if a load has just made the object."""
        model = self.model
        found = model.known.get(id(py))
        if found is not None:
            return found
        cls = type(py)
        root = Person if issubclass(cls, Person) else cls
        values = vars(py)
        uid = model.node_by_key(root, values["id"])
        assert uid is not None, f"{py!r} was loaded, and no such node is stored"
        rec = model.nodes[uid]
        assert cls is rec.cls
        twin = model.of_uid(uid)
        assert twin is None, f"{py!r} is a second object for {twin}"
        obj = model.register(py, cls, status="persistent", uid=uid)
        for name, value in (("id", rec.key), *rec.props.items()):
            same(values[name], value, f"{obj}.{name}")
            obj.vals[name] = obj.snap[name] = value
        return obj

    def found(self, py: Any, uid: int) -> Obj:
        """Check that a read returned the session's object for a node."""
        twin = self.model.of_uid(uid)
        assert twin is None or twin.py is py, f"{py!r} came back, and the session has {twin}"
        obj = self.known(py)
        assert obj.uid == uid
        return obj

    def check_session(self) -> None:
        """Compare every object of the session with the model, looking at what it holds only."""
        model = self.model
        for obj in list(model.objs):
            if obj.status in ("persistent", "deleted"):
                self._check_values(obj)
                for rel in RELATIONS[obj.cls]:
                    self._check_relation(obj, rel)
            elif obj.status == "pending":
                for name, value in obj.vals.items():
                    same(vars(obj.py)[name], value, f"{obj}.{name}")
        new, deleted = {id(py) for py in self.session.new}, {id(py) for py in self.session.deleted}
        assert new == {id(o.py) for o in model.members("pending")}
        assert deleted >= {id(o.py) for o in model.members("deleted")}

    def _check_values(self, obj: Obj) -> None:
        held = vars(obj.py)
        rec = self.model.nodes.get(obj.uid or 0)
        if obj.expired and rec is not None and all(f in held for f in obj.fields):
            for name in obj.fields:
                obj.snap[name] = rec.props[name]
                obj.vals.setdefault(name, rec.props[name])
        for name in ("id", *obj.fields):
            assert (name in held) == (name in obj.vals), f"{obj}.{name}: {held.get(name, 'absent')!r}"
            if name in held:
                same(held[name], obj.vals[name], f"{obj}.{name}")

    def _check_relation(self, obj: Obj, rel: Rel) -> None:
        held = vars(obj.py)
        if rel.name in obj.held and rel.name not in held and obj.held[rel.name] == obj.base.get(rel.name):
            # What was assigned is what was loaded: no change, so a relate() may let it be read again.
            del obj.held[rel.name], obj.base[rel.name]
        if rel.name in obj.held:
            shown = as_list(held[rel.name])
            assert [id(p) for p in shown] == [id(m.py) for m in obj.held[rel.name]], f"{obj}.{rel.name} lost changes"
        elif rel.name not in held:
            obj.loose.discard(rel.name)
        elif obj.uid in self.model.nodes and rel.name not in obj.loose:
            self.check_members(obj, rel, as_list(held[rel.name]))

    def check_members(self, obj: Obj, rel: Rel, shown: list[Any]) -> None:
        """Compare a loaded relation with the graph; objects about to be deleted may be there or not."""
        model = self.model
        expected = model.view(obj.uid or 0, rel)
        members = [self.known(py) for py in shown]
        uids = {m.uid for m in members}
        assert len(uids) == len(shown), f"{obj}.{rel.name} repeats: {members}"
        going = {o.uid for o in model.members("deleted")}
        gone = {u for u in uids if u not in model.nodes}
        assert expected - going <= uids <= expected | gone, (
            f"{obj}.{rel.name} shows {members}, stored: {self.name(expected)}"
        )
        for member in members:
            twin = model.of_uid(member.uid or 0)
            fine = twin is member or member.uid in model.expunged or member.uid in gone
            assert fine, f"{obj}.{rel.name} shows {member}, and the session has {twin}"

    def name(self, uids: Any) -> list[str]:
        return [f"{self.model.nodes[u].cls.__name__}({self.model.nodes[u].key!r})" for u in uids]

    def check_graph(self) -> None:
        """Compare the whole database with the model."""
        a, b, n = (self.dialect.element_id.format(variable=name) for name in "abn")
        nodes = self.look(f"MATCH (n) RETURN {n} AS number, labels(n) AS labels, properties(n) AS properties")
        edges = self.look(
            f"MATCH (a)-[r]->(b) RETURN type(r) AS type, {a} AS source, {b} AS target, properties(r) AS properties"
        )
        place: dict[int, Any] = {}
        stored: list[Any] = []
        for number, labels, properties in nodes:
            labels += properties.pop(self.dialect.labels_property, [])
            key = str(number) if labels == ["PtTicket"] else properties.pop("id")
            place[number] = ("PtPerson" if "PtPerson" in labels else labels[0], key)
            stored.append((place[number], sorted(labels), sorted(properties.items())))
        expected: list[Any] = []
        name: dict[int, Any] = {}
        for uid, rec in self.model.nodes.items():
            labels = rec.cls.__runic_meta__.labels
            name[uid] = (labels[0], rec.key)
            present = sorted((k, v) for k, v in rec.props.items() if v is not None)
            expected.append((name[uid], sorted(labels), present))
        assert sorted(stored) == sorted(expected), _difference(stored, expected)
        found = [(kind, *_ends(kind, place[a], place[b]), sorted(p.items())) for kind, a, b, p in edges]
        wanted = [
            (kind, *_ends(kind, name[a], name[b]), sorted(("remark" if k == "note" else k, v) for k, v in p.items()))
            for (kind, a, b), p in self.model.edges.items()
        ]
        assert sorted(found) == sorted(wanted), _difference(found, wanted)

    def refuses(self, name: str, value: Any) -> bool:
        """Tell whether *value* is a mistake on this database too: what texts may hold differs."""
        limits = {"id": self.dialect.unique_text_limits, "name": self.dialect.text_limits}.get(name)
        return limits is None or not isinstance(value, str) or limits(value) is not None

    def look(self, cypher: str) -> list[list[Any]]:
        """Read the graph: within the transaction of the session, where there is one that others do not see."""
        if not self.undoes:
            return self.server.query(self.graph, cypher)
        return [list(row) for row in self.run(self.session.execute(cypher)).rows]

    def edge_found(self, py: Any, key: Any) -> EdgeObj:
        """Check an edge object that a read returned, known or new."""
        model = self.model
        known = next((e for e in model.edge_objs if e.py is py), None)
        if known is None:
            twin = next((e for e in model.edge_objs if e.key == key and e.status == "persistent"), None)
            assert twin is None, f"{py!r} is a second object for the edge {key}"
            props = {"weight": 1, "note": None} | model.edges[key]
            known = EdgeObj(py, key, dict(props), dict(props))
            model.edge_objs.append(known)
        assert known.key == key, f"the object of the edge {known.key} came back for {key}"
        assert known.status == "persistent", f"the object of a deleted edge came back for {key}"
        for name, value in known.vals.items():
            same(getattr(py, name), value, f"{key}.{name}")
        return known


def _ends(kind: str, one: Any, other: Any) -> list[Any]:
    return sorted([one, other]) if kind in UNDIRECTED else [one, other]


def _difference(found: list[Any], wanted: list[Any]) -> str:
    extra = [item for item in found if item not in wanted] or "nothing"
    missing = [item for item in wanted if item not in found] or "nothing"
    return f"the graph has {extra} that it should not, and lacks {missing} (items: {len(found)}, {len(wanted)})"


def _names(errors: set[Any]) -> str:
    return " or ".join(sorted(error.__name__ for error in errors)) or "no error"


def same(found: Any, expected: Any, what: str) -> None:
    """Compare values and their types."""
    assert type(found) is type(expected) or isinstance(expected, list), f"{what}: {found!r}, expected {expected!r}"
    assert found == expected, f"{what}: {found!r}, expected {expected!r}"


__all__ = ["Ticket", "World", "same"]
