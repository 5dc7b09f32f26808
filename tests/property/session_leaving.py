"""Operations of a random session: objects that leave it and come back, and the ends of transactions."""

from __future__ import annotations

from runic.ogm.exceptions import DetachedEntityError, StaleEntityError
from tests.property.lives import step
from tests.property.session_draws import FLAG, PICK
from tests.property.session_machine import same
from tests.property.session_records import Obj
from tests.property.session_relating import Relating

__all__ = ["Leaving"]


class Leaving(Relating):
    """Deletion, expiry, flush, commit, rollback, and the next session."""

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
        if self._commit():
            assert not self.session.new
            assert not self.session.deleted

    def _commit(self) -> bool:
        done = self.world.flush(self.session.commit)
        if done:
            self.model.committed()
        return done

    @step()
    def rollback(self) -> None:
        self.world.attempt(self.session.rollback, set())
        for obj in self.model.objs:
            if obj.status == "pending":
                obj.status, obj.uid = "transient", None
            elif obj.status == "deleted":
                obj.status = "persistent"
        if self.world.undoes:
            self.model.undone()
        for obj in self.model.members("persistent"):
            self._expired(obj)
        self._read_edges_again()
        self.world.check_graph()

    def _read_edges_again(self) -> None:
        for edge in self.model.edge_objs:
            assert (edge.py in self.session) == (edge.status == "persistent"), f"{edge.key}: {edge.status}"
            if edge.status != "persistent":
                continue
            if edge.key not in self.model.edges:
                self.world.attempt(lambda e=edge: self.session.refresh(e.py), {StaleEntityError})
                self.session.expunge(edge.py)
                edge.status = "gone"
                continue
            self.world.attempt(lambda e=edge: self.session.refresh(e.py), set())
            edge.vals = {"weight": 1, "note": None} | self.model.edges[edge.key]
            edge.snap = dict(edge.vals)
            for name, value in edge.vals.items():
                same(getattr(edge.py, name), value, f"{edge.key}.{name}")

    @step(commit=FLAG)
    def new_session(self, commit: bool) -> None:
        if commit and not self._commit():
            return
        if self.world.undoes:  # as closing does, and what the flushes were to objects is in the rollback's hands
            self.rollback()
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
