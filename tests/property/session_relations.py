"""Operations of a random session: relations as attributes."""

from __future__ import annotations

from hypothesis import strategies as st

from runic.ogm.exceptions import DetachedEntityError, LazyLoadError
from tests.property.lives import step
from tests.property.models import Rel
from tests.property.session_draws import FLAG, PICK
from tests.property.session_objects import Objects
from tests.property.session_records import Obj, as_list

__all__ = ["Relations"]


class Relations(Objects):
    """Relations that are read, assigned and changed in place."""

    @step(20, number=PICK, pick=PICK, members=st.lists(PICK, max_size=3), load=FLAG)
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
