"""What should be true: the graph as stored, and each object of a session, in plain Python without runic.

Nodes have numbers of the model's own (``uid``), so that a renamed node or an object that was loaded twice is still
the same node. Nothing here looks at runic's bookkeeping; :meth:`Model.plan` predicts a flush from what was assigned.
"""

from __future__ import annotations

from typing import Any

from runic.ogm.exceptions import (
    DetachedEntityError,
    DuplicateKeyError,
    EntityNotFoundError,
    FieldValidationError,
    StaleEntityError,
)
from tests.property.models import RELATIONS, SINGLE, UNDIRECTED, Rel, root_of
from tests.property.session_records import EdgeKey, EdgeObj, Obj, Plan, Rec, Undo, as_list, copied

LIKED: dict[str, Any] = {"weight": 1}


class Model:
    """The graph, and the objects of every session so far."""

    def __init__(self) -> None:
        self.nodes: dict[int, Rec] = {}
        self.edges: dict[EdgeKey, dict[str, Any]] = {}
        self.objs: list[Obj] = []
        self.edge_objs: list[EdgeObj] = []
        self.known: dict[int, Obj] = {}
        self.expunged: set[int] = set()
        self.undo = Undo()
        self._uid = 0

    def fresh_uid(self) -> int:
        self._uid += 1
        return self._uid

    def register(self, py: Any, cls: Any, **values: Any) -> Obj:
        obj = Obj(py, cls, len(self.objs), **values)
        self.objs.append(obj)
        self.known[id(py)] = obj
        return obj

    # ---- looking

    def members(self, *statuses: str) -> list[Obj]:
        return [o for o in self.objs if o.status in statuses]

    def of_uid(self, uid: int) -> Obj | None:
        """Return the object that the open session has for a node."""
        return next((o for o in self.members("persistent", "deleted", "pending") if o.uid == uid), None)

    def vanished(self, obj: Obj) -> bool:
        return obj.status in ("persistent", "deleted", "detached") and obj.uid not in self.nodes

    def view(self, uid: int, rel: Rel) -> set[int]:
        """Return the nodes that a relation of a node leads to."""
        found: set[int] = set()
        for kind, start, end in self.edges:
            if kind != rel.type:
                continue
            if rel.direction != "INCOMING" and start == uid:
                found.add(end)
            if rel.direction != "OUTGOING" and end == uid:
                found.add(start)
        return {n for n in found if issubclass(self.nodes[n].cls, rel.target)}

    def node_by_key(self, root: Any, key: Any) -> int | None:
        return next((uid for uid, rec in self.nodes.items() if root_of(rec.cls) is root and rec.key == key), None)

    # ---- adding

    def add_conflict(self, obj: Obj) -> bool:
        """Tell whether another object of the session has the key of one that is being added."""
        if not obj.keyed:
            twin = None if obj.status == "transient" else self.of_uid(obj.uid or 0)
            return twin is not None and twin is not obj
        key = obj.vals.get("id") if obj.status == "transient" else obj.snap["id"]
        for other in self.members("persistent", "deleted", "pending"):
            if other is obj or root_of(other.cls) is not root_of(obj.cls) or key is None:
                continue
            # One that was given the key after it was added is found at the flush only: looking at each new object
            # at every addition would take quadratic time.
            held = other.snap.get("id")
            if other.status == "pending":
                held = other.vals["id"] if other.vals["id"] == other.added_as else None
            elif other.status == "persistent" and obj.status == "transient" and other.vals["id"] != held:
                continue  # it leaves that key free before the new object comes
            blocks = other.status != "deleted" or obj.status == "detached"
            if blocks and held == key:
                return True
        return False

    def add(self, obj: Obj) -> list[Obj] | None:
        """Add an object and what its cascading relations hold; None, and nothing done, when a key is taken."""
        done: list[tuple[Obj, str, int | None]] = []
        waiting, seen = [obj], set[int]()
        while waiting:
            current = waiting.pop()
            if id(current) in seen:
                continue
            seen.add(id(current))
            if current.status not in ("pending", "persistent"):
                if self.add_conflict(current):
                    for one, status, uid in reversed(done):
                        one.status, one.uid = status, uid
                    return None
                done.append((current, current.status, current.uid))
                self._enter(current)
            for rel in RELATIONS[current.cls]:
                if rel.cascade:
                    held = [self.known.get(id(py)) for py in as_list(vars(current.py).get(rel.name))]
                    waiting += [m for m in reversed(held) if m and m.status in ("transient", "detached")]
        for one, status, _ in done:
            if status == "detached":
                one.loose |= {rel.name for rel in RELATIONS[one.cls] if rel.name in vars(one.py)}
        return [one for one, _, _ in done]

    def _enter(self, obj: Obj) -> None:
        if obj.status == "transient":
            obj.status, obj.uid, obj.added_as = "pending", self.fresh_uid(), obj.vals["id"]
        else:
            obj.status = "persistent"

    # ---- the flush

    def plan(self) -> Plan:
        """Predict a flush; objects that cascade into the session are added at once, as a failed flush leaves them."""
        plan = Plan()
        waiting = self.members("pending", "persistent")
        for obj in waiting:
            for rel, held, _ in list(obj.relations()):
                for member in held if rel.cascade else ():
                    if member.status in ("transient", "detached"):
                        added = self.add(member)
                        if added is None:
                            plan.problems.add(DuplicateKeyError)
                        else:
                            waiting.extend(added)
        current = self.members("pending", "persistent")
        self._plan_keys(plan, current)
        self._plan_edges(plan, current)
        for obj in current:
            if obj.status == "persistent" and obj.changes() and self.vanished(obj):
                plan.stale.add(StaleEntityError)
        for edge in self.edge_objs:
            if edge.status == "persistent" and edge.vals != edge.snap and edge.key not in self.edges:
                plan.stale.add(StaleEntityError)
        return plan

    def _plan_keys(self, plan: Plan, current: list[Obj]) -> None:
        freed = {(root_of(o.cls), o.snap["id"]) for o in self.members("deleted") if o.keyed}
        coming: dict[Any, Obj] = {}
        for obj in current:
            if obj.keyed and obj.vals.get("id") is None:
                plan.problems.add(FieldValidationError)
            if obj.status == "pending" and not obj.vals.keys() >= set(obj.fields):
                plan.problems.add(FieldValidationError)  # it was expired when it was deleted
            if obj.status == "persistent" and "id" in obj.changes() and obj.keyed:
                freed.add((root_of(obj.cls), obj.snap["id"]))
        for obj in current:
            if not obj.keyed or (obj.status == "persistent" and "id" not in obj.changes()):
                continue
            place = (root_of(obj.cls), obj.vals["id"])
            if coming.setdefault(place, obj) is not obj:
                plan.problems.add(DuplicateKeyError)
            if place in freed:
                continue
            held = any(
                o.status == "persistent" and o.keyed and (root_of(o.cls), o.snap["id"]) == place for o in current
            )
            if held or self.node_by_key(*place) is not None:
                plan.problems.add(DuplicateKeyError)

    def _plan_edges(self, plan: Plan, current: list[Obj]) -> None:
        ends: dict[EdgeKey, tuple[Obj, Obj]] = {}
        for obj in current:
            for rel, held, base in obj.relations():
                before = base or []
                for member in held:
                    if member in before:
                        continue
                    if member.status == "deleted" or member.status in ("transient", "detached"):
                        plan.problems |= {FieldValidationError, DetachedEntityError}
                        continue
                    key = rel.edge_key(obj.uid or 0, member.uid or 0)
                    plan.added[key] = rel
                    ends[key] = (obj, member)
                for member in before:
                    if member not in held and member.uid is not None:
                        plan.removed.add(rel.edge_key(obj.uid or 0, member.uid))
                if base is None:
                    plan.replaced.append((obj, rel, held))
        self._contradictions(plan)
        if any(self.vanished(end) for pair in ends.values() for end in pair):
            plan.stale.add(EntityNotFoundError)

    def _contradictions(self, plan: Plan) -> None:
        if plan.removed & plan.added.keys():
            plan.problems.add(FieldValidationError)
        taken: dict[tuple[str, str, int], EdgeKey] = {}
        for key in plan.added:
            for side in self.single_sides(key):
                if taken.setdefault(side, key) != key:
                    plan.problems.add(FieldValidationError)
        for obj, rel, held in plan.replaced:
            kept = {rel.edge_key(obj.uid or 0, m.uid or 0) for m in held}
            for key in plan.added.keys() - kept:
                other = self.other_end(key, obj.uid or 0, rel)
                if other is not None and issubclass(self.class_of(other), rel.target):
                    plan.problems.add(FieldValidationError)

    def class_of(self, uid: int) -> Any:
        if uid in self.nodes:
            return self.nodes[uid].cls
        return next(o.cls for o in self.objs if o.uid == uid)

    @staticmethod
    def other_end(key: EdgeKey, uid: int, rel: Rel) -> int | None:
        """Return the other end of an edge that a relation of a node shows, or None."""
        kind, start, end = key
        if kind == rel.type and rel.direction != "INCOMING" and start == uid:
            return end
        if kind == rel.type and rel.direction != "OUTGOING" and end == uid:
            return start
        return None

    @staticmethod
    def single_sides(key: EdgeKey) -> list[tuple[str, str, int]]:
        kind, start, end = key
        named = {"start": start, "end": end}
        sides = [(kind, "any" if kind in UNDIRECTED else side, named[side]) for side in SINGLE.get(kind, ())]
        return list(dict.fromkeys(sides))

    def apply(self, plan: Plan) -> None:
        """Do to the model what a flush did."""
        for edge in self.edge_objs:
            if edge.status == "persistent" and edge.vals != edge.snap and edge.key in self.edges:
                self.edges[edge.key] = {k: v for k, v in edge.vals.items() if v is not None}
                edge.snap = dict(edge.vals)
        for obj in self.members("deleted"):
            if obj.uid in self.nodes:
                self.delete_node(obj.uid)
            self._leave_stored(obj)
        for obj in self.members("persistent"):
            changes = obj.changes()
            if not changes:
                continue
            rec = self.nodes[obj.uid]
            if "id" in changes and (obj, obj.uid) not in self.undo.made:
                self.undo.renamed.setdefault(id(obj), (obj, obj.uid, dict(obj.snap)))
            rec.key = changes.pop("id", rec.key)
            rec.props.update(changes)
            obj.snap.update(obj.changes())
        for obj in self.members("pending"):
            self.nodes[obj.uid] = Rec(obj.cls, obj.vals.get("id"), {f: obj.vals[f] for f in obj.fields})
        self._apply_edges(plan)
        for obj in self.members("pending", "persistent"):
            if obj.status == "pending":
                obj.status, obj.snap = "persistent", copied(obj.vals)
                self.undo.made.append((obj, obj.uid or 0))
            obj.held.clear()
            obj.base.clear()

    def _apply_edges(self, plan: Plan) -> None:
        for obj, rel, held in plan.replaced:
            if obj.uid in self.nodes:
                for other in self.view(obj.uid, rel) - {m.uid for m in held}:
                    self.drop_edge(rel.edge_key(obj.uid, other))
        for key in plan.removed:
            self.drop_edge(key)
        for key in plan.added:
            self.put_edge(key, None)

    def put_edge(self, key: EdgeKey, props: dict[str, Any] | None) -> bool:
        """Write an edge, which takes the place of others at a single side; tell whether it was there."""
        for side in self.single_sides(key):
            for other in [k for k in self.edges if k != key and side in self.single_sides(k)]:
                self.drop_edge(other)
        existed = key in self.edges
        if props is not None:
            self.edges[key] = props
        elif not existed:
            self.edges[key] = dict(LIKED) if key[0] == "LIKES" else {}
        return existed

    def drop_edge(self, key: EdgeKey) -> None:
        self.edges.pop(key, None)
        for edge in self.edge_objs:
            if edge.key == key:
                self.lose(edge)

    def lose(self, edge: EdgeObj) -> None:
        """Let a flush or a relate() take an edge object out of the session."""
        if edge.status == "persistent":
            if edge not in self.undo.given:
                self.undo.gone.append(edge)
            edge.status = "gone"

    def delete_node(self, uid: int, *, outside: bool = False) -> None:
        del self.nodes[uid]
        for key in [k for k in self.edges if uid in k[1:]]:
            if outside:
                del self.edges[key]
            else:
                self.drop_edge(key)

    def _leave_stored(self, obj: Obj) -> None:
        """Make an object transient that a flush has deleted."""
        if (obj, obj.uid) in self.undo.made:
            self.undo.made.remove((obj, obj.uid or 0))
        else:
            self.undo.left.setdefault(id(obj), (obj, obj.uid or 0))
        self.leave(obj)

    def committed(self) -> None:
        """Let what is stored now be what a rollback goes back to."""
        nodes = {uid: Rec(rec.cls, rec.key, copied(rec.props)) for uid, rec in self.nodes.items()}
        self.undo = Undo(nodes, {key: dict(props) for key, props in self.edges.items()})

    def undone(self) -> None:
        """Go back to what was committed; every object of the session is left persistent, in the state of then."""
        undo = self.undo
        for obj, uid in undo.made:
            if obj.status == "persistent" and obj.uid == uid:
                self.leave(obj)
        self.nodes, self.edges = undo.nodes, undo.edges
        for obj, uid in undo.left.values():
            if obj.status in ("transient", "detached"):
                obj.status, obj.uid = "persistent", uid
                obj.snap = {"id": self.nodes[uid].key if uid in self.nodes else obj.snap.get("id")}
        for obj, uid, snap in undo.renamed.values():
            if obj.uid == uid:
                obj.snap = snap
        for edge in undo.given:
            edge.status = "gone"
        for edge in undo.gone:
            edge.status = "persistent"
        self.committed()

    def leave(self, obj: Obj) -> None:
        """Make a deleted object transient, with what it holds."""
        obj.status, obj.uid, obj.snap = "transient", None, {}
        obj.held = {
            rel.name: [self.known[id(m)] for m in as_list(vars(obj.py)[rel.name])]
            for rel in RELATIONS[obj.cls]
            if rel.name in vars(obj.py)
        }
        obj.base.clear()
        if not obj.keyed:
            obj.vals["id"] = None
