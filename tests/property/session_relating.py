"""Operations of a random session: edges that are written at once, and edges as objects."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from runic.ogm import select
from runic.ogm.exceptions import EntityNotFoundError, FieldValidationError
from tests.property.lives import step
from tests.property.models import RELATIONS, Liked, Person, Rel
from tests.property.session_draws import PICK
from tests.property.session_records import EdgeObj, Obj, as_list
from tests.property.session_relations import Relations

__all__ = ["Relating"]


class Relating(Relations):
    """``relate()``, ``unrelate()``, ``relate_all()``, and edge objects."""

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

    @step(8, pick=PICK, pairs=st.lists(st.tuples(PICK, PICK), min_size=1, max_size=4), weight=st.integers(1, 3))
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
                if known.key == key:
                    self.model.lose(known)
            known = EdgeObj(edge, key, values, dict(values))
            self.model.edge_objs.append(known)
            self.model.undo.given.append(known)

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

    @step(4, weight=st.integers(0, 3), number=PICK, note=st.sampled_from([None, "m"]))
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
