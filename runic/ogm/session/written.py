"""What the flushes of one transaction did to objects, for a rollback that the database undoes too."""

from __future__ import annotations

from typing import Any

from runic.ogm.core._state import EntityState

__all__ = ["Written"]

type _Stored = tuple[int, Any]
"""The ``id()`` of an object and its element id: an object may be stored several times in one transaction."""


class Written:
    """The objects that became persistent, ceased to be, or were given another key.

    Without *wanted* nothing is noted: the database does not undo what was flushed.
    """

    __slots__ = ("_created", "_rekeyed", "_removed", "_wanted")

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._created: dict[_Stored, Any] = {}
        self._removed: dict[int, tuple[Any, EntityState]] = {}
        self._rekeyed: dict[_Stored, tuple[Any, tuple[Any, ...]]] = {}

    @property
    def created(self) -> list[tuple[Any, Any]]:
        """The objects that are stored since this transaction, each with its element id."""
        return [(entity, element_id) for (_, element_id), entity in self._created.items()]

    @property
    def removed(self) -> list[tuple[Any, EntityState]]:
        """The objects that were stored before it and are not known any more, with the state they had."""
        return list(self._removed.values())

    @property
    def rekeyed(self) -> list[tuple[Any, Any, tuple[Any, ...]]]:
        """The objects that had another key before it, with their element id and their snapshot of then."""
        return [(entity, element_id, snapshot) for (_, element_id), (entity, snapshot) in self._rekeyed.items()]

    def create(self, entity: Any) -> None:
        """Note that *entity* is persistent from now on."""
        if self._wanted:
            self._created[id(entity), entity._state.element_id] = entity

    def remove(self, entity: Any, state: EntityState) -> None:
        """Note that *entity* loses *state*."""
        if self._wanted and self._created.pop((id(entity), state.element_id), None) is None:
            self._removed.setdefault(id(entity), (entity, state))

    def rekey(self, entity: Any, snapshot: tuple[Any, ...]) -> None:
        """Note that *entity* is given another key than the one in *snapshot*."""
        stored = (id(entity), entity._state.element_id)
        if self._wanted and stored not in self._created:
            self._rekeyed.setdefault(stored, (entity, snapshot))

    def clear(self) -> None:
        """Forget everything."""
        self._created, self._removed, self._rekeyed = {}, {}, {}
