"""Loading plans: which relations are loaded for a set of objects, one statement per relation and depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from runic.cypher.arguments import each
from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.mapper.relations import RelationInfo

__all__ = ["FetchPlan", "RelationshipLoader", "fetch_path", "wanted_paths"]

type FetchPlan = dict[str, "FetchPlan"]


def fetch_path(path: Any) -> tuple[str | FieldDescriptor, ...]:
    """Return the steps of what a user asks to fetch: a name, a dotted path, a class attribute, or a list of those."""
    parts: list[Any] = path
    if isinstance(path, FieldDescriptor):
        return (path,)
    if isinstance(path, str) and path:
        return tuple(path.split("."))
    if isinstance(path, list | tuple) and path:
        return tuple([step for part in parts for step in fetch_path(part)])
    raise InvalidTypeError(f"fetch takes names, dotted paths and class attributes, not {path!r}")


def wanted_paths(fetch: Any) -> Iterator[Any]:
    """Return what a user passed as ``fetch=``, one by one; None fetches nothing."""
    return each(() if fetch is None else fetch, "fetch is a list of relations, as in fetch=['articles']")


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
        for candidate in self._family(cls):
            for info in self.mapper.relations(candidate):
                if not info.lazy:
                    plan[info.name] = {}
        for wanted in wanted_paths(fetch):
            level, here = plan, [cls]
            for step in fetch_path(wanted):
                infos = self._find(here, step, wanted)
                level = level.setdefault(infos[0].name, {})
                here = [info.target for info in infos]
        return plan

    def _find(self, classes: list[Any], step: str | FieldDescriptor, wanted: Any) -> list[RelationInfo]:
        """Return the relations that *step* names, of some classes or of their subclasses."""
        name, owner = (step, None) if isinstance(step, str) else (step.name, step.owner)
        found: list[RelationInfo] = []
        known: set[str] = set()
        for cls in classes:
            for candidate in self._family(cls):
                known.update(candidate.__runic_meta__.relations)
                fits = owner is None or issubclass(candidate, owner) or issubclass(owner, candidate)
                if fits and name in candidate.__runic_meta__.relations:
                    found.append(self.mapper.relation(candidate, name))
        if not found:
            near = get_close_matches(name, known, 1) if owner is None else []
            hint = f"; did you mean {near[0]!r}?" if near else f"; it has: {', '.join(sorted(known)) or 'none'}"
            names = " or ".join(cls.__name__ for cls in classes)
            steps: tuple[Any, ...] = wanted
            shown = ".".join(map(str, steps)) if isinstance(wanted, tuple) else wanted
            raise InvalidArgumentError(f"cannot fetch {shown!r}: {names} has no relation {step!r}{hint}")
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
