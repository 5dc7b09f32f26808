"""Loading plans: which relations are loaded for a set of objects, one statement per relation and depth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.mapper.relations import RelationInfo

__all__ = ["FetchPlan", "RelationshipLoader"]

type FetchPlan = dict[str, "FetchPlan"]


class RelationshipLoader:
    """Turn what a user asks to fetch into a plan, and a plan into relations of the classes at hand."""

    def __init__(self, mapper: Mapper) -> None:
        self.mapper = mapper

    def plan(self, cls: Any, fetch: Iterable[Any] | str | None) -> FetchPlan:
        """Return the plan for names, dotted paths and class attributes of *cls* or its subclasses.

        Relations declared with ``lazy=False`` are part of every plan. Raises :class:`InvalidArgumentError` for a
        name that no such class has.
        """
        plan: FetchPlan = {}
        for info in self.mapper.relations(cls):
            if not info.lazy:
                plan[info.name] = {}
        if isinstance(fetch, str):
            raise InvalidTypeError(f"fetch is a list of relations, as in fetch=[{fetch!r}], not a text")
        for wanted in fetch or ():
            level, here = plan, [cls]
            for name in self._path(wanted):
                infos = self._find(here, name, wanted)
                level = level.setdefault(name, {})
                here = [info.target for info in infos]
        return plan

    def _path(self, wanted: Any) -> Sequence[str]:
        if isinstance(wanted, FieldDescriptor):
            return (wanted.name,)
        if isinstance(wanted, str):
            return wanted.split(".")
        if isinstance(wanted, tuple) and all(isinstance(part, str) for part in wanted):  # pyright: ignore
            return wanted  # pyright: ignore[reportUnknownVariableType]
        raise InvalidTypeError(f"fetch takes names, dotted paths and class attributes, not {wanted!r}")

    def _find(self, classes: list[Any], name: str, wanted: Any) -> list[RelationInfo]:
        """Return the relations called *name* of some classes or, where those have none, of their subclasses."""
        found: list[RelationInfo] = []
        known: set[str] = set()
        for cls in classes:
            for candidate in self._family(cls):
                known.update(candidate.__runic_meta__.relations)
                if name in candidate.__runic_meta__.relations:
                    found.append(self.mapper.relation(candidate, name))
        if not found:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; it has: {', '.join(sorted(known)) or 'none'}"
            names = " or ".join(cls.__name__ for cls in classes)
            raise InvalidArgumentError(f"cannot fetch {wanted!r}: {names} has no relation {name!r}{hint}")
        return found

    def _family(self, cls: Any) -> list[Any]:
        registry = cls.__runic_meta__.registry
        return [cls, *(other for other in registry.nodes if other is not cls and issubclass(other, cls))]

    def groups(self, entities: Iterable[Any], name: str) -> list[tuple[RelationInfo, list[Any]]]:
        """Group the objects that have a relation called *name* by the relation as their class declares it."""
        grouped: dict[Any, tuple[RelationInfo, list[Any]]] = {}
        for entity in entities:
            cls = entity.__class__
            if name not in cls.__runic_meta__.relations:
                continue
            info = self.mapper.relation(cls, name)
            key = (cls.__runic_meta__.root, info.type, info.direction, info.target)
            grouped.setdefault(key, (info, []))[1].append(entity)
        return list(grouped.values())
