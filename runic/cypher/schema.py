"""The vocabulary of schemas: one index or constraint as a value, and what differs between two lists of them.

Models declare these values, drivers spell and list them, ``runic.migrate`` compares both sides.
"""

from __future__ import annotations

from builtins import property as computed  # a field of IndexSpec has the documented name "property"
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Literal, get_args

from runic.cypher.arguments import is_a
from runic.cypher.names import escape_identifier
from runic.exceptions import InvalidArgumentError, InvalidTypeError

__all__ = ["Difference", "Entity", "IndexSpec", "IndexState", "IndexType", "LiveIndex", "compare", "failure"]

IndexType = Literal["RANGE", "FULLTEXT", "VECTOR", "UNIQUE", "MANDATORY"]
Entity = Literal["NODE", "RELATIONSHIP"]

_CONSTRAINTS = ("UNIQUE", "MANDATORY")
_SIMILARITIES = ("cosine", "euclidean")
DEFAULT_SIMILARITY = "cosine"


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """One index or constraint on a property, named as the database names it; equal if it is the same index.

    *index_type* is ``RANGE``, ``FULLTEXT``, ``VECTOR``, ``UNIQUE``, or ``MANDATORY``, which no field declares.
    *label* is a relationship type where *entity* is ``RELATIONSHIP``; *also* has the further properties of a
    composite constraint, in any order. *dimension* and *similarity* are the options of a vector index; *origin* is
    the field that declares the spec, for messages; *under* is the first label of the nodes where *label* is a further
    one of theirs, for databases that keep them under it.
    """

    label: str
    property: str
    index_type: IndexType
    entity: Entity = "NODE"
    also: tuple[str, ...] = ()
    dimension: int | None = field(default=None, compare=False)
    similarity: str | None = field(default=None, compare=False)
    origin: str = field(default="", compare=False, repr=False)
    under: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if is_a(self.also, str) or not is_a(self.also, Sequence):
            raise InvalidTypeError(f"also is a tuple of further properties, got {self.also!r}")
        for what, name in (("label", self.label), ("property", self.property), *(("property", p) for p in self.also)):
            _check_text(what, name)
        if not is_a(self.under, str):
            raise InvalidTypeError(f"under is the first label of the nodes, a text, not {self.under!r}")
        if self.index_type not in get_args(IndexType):
            raise InvalidArgumentError(
                f"index_type is one of {', '.join(get_args(IndexType))}, not {self.index_type!r}"
            )
        if self.entity not in get_args(Entity):
            raise InvalidArgumentError(f"entity is 'NODE' or 'RELATIONSHIP', not {self.entity!r}")
        if self.similarity is not None and self.similarity not in _SIMILARITIES:
            raise InvalidArgumentError(f"similarity is 'cosine' or 'euclidean', not {self.similarity!r}")
        _check_dimension(self.dimension)
        if self.is_constraint and self.also:
            first, *others = sorted(self.properties)
            object.__setattr__(self, "property", first)
            object.__setattr__(self, "also", tuple(others))

    @computed
    def properties(self) -> tuple[str, ...]:
        """All properties, of which most specs have one."""
        return (self.property, *self.also)

    @computed
    def is_constraint(self) -> bool:
        """Whether this is a constraint, which stands on indexes and is dropped before them."""
        return self.index_type in _CONSTRAINTS

    @computed
    def supports(self) -> tuple[IndexSpec, ...]:
        """The range indexes that a unique constraint stands on."""
        if self.index_type != "UNIQUE":
            return ()
        return tuple(
            IndexSpec(self.label, name, "RANGE", self.entity, under=self.under, origin=self.origin)
            for name in self.properties
        )

    @computed
    def described(self) -> str:
        """The spec as messages name it."""
        names = ", ".join(self.properties)
        shape = f":{self.label}({names})" if self.entity == "NODE" else f"-[:{self.label}({names})]-"
        origin = f", declared by {self.origin}" if self.origin else ""
        return f"{self.index_type} on {shape}{origin}"

    def conflict_with(self, other: IndexSpec) -> str | None:
        """Tell in which option *other*, the same index, differs from what this one asks for, or None."""
        if self.index_type != "VECTOR":
            return None
        if self.dimension is not None and other.dimension is not None and self.dimension != other.dimension:
            return f"dimension {other.dimension} instead of {self.dimension}"
        wanted = self.similarity or DEFAULT_SIMILARITY
        if other.similarity is not None and wanted != other.similarity:
            return f"similarity {other.similarity!r} instead of {wanted!r}"
        return None


class IndexState(Enum):
    """How far a database has come with an index."""

    READY = auto()
    BUILDING = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class LiveIndex:
    """An index or constraint that a database has; *fault* says what else than declared it has ("the name 'x'").

    *alone* is for a constraint that stands on none of the indexes that can be listed.
    """

    spec: IndexSpec
    state: IndexState = IndexState.READY
    fault: str = ""
    alone: bool = False

    @computed
    def supports(self) -> tuple[IndexSpec, ...]:
        """The range indexes that it stands on."""
        return () if self.alone else self.spec.supports


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands between the declared and the live side; a failed index is both missing and failed.

    *changed* has with each spec in what the live one differs.
    """

    missing: tuple[IndexSpec, ...]
    extra: tuple[IndexSpec, ...]
    changed: tuple[tuple[IndexSpec, str], ...]
    failed: tuple[IndexSpec, ...]
    building: tuple[IndexSpec, ...]


def compare(declared: Sequence[IndexSpec], live: Iterable[LiveIndex]) -> Difference:
    """Compare both sides; the range index under a declared unique constraint is never extra."""
    have = {known.spec: known for known in live}
    wanted = dict.fromkeys(declared)
    supports = {support for spec in wanted for support in have.get(spec, spec).supports}

    def in_state(state: IndexState) -> tuple[IndexSpec, ...]:
        return tuple(spec for spec in wanted if spec in have and have[spec].state is state)

    failed = in_state(IndexState.FAILED)
    present = [(spec, spec.conflict_with(have[spec].spec) or have[spec].fault) for spec in wanted if spec in have]
    return Difference(
        missing=tuple(spec for spec in wanted if spec not in have or spec in failed),
        extra=tuple(sorted((spec for spec in have if spec not in wanted and spec not in supports), key=drop_order)),
        changed=tuple((spec, conflict) for spec, conflict in present if conflict),
        failed=failed,
        building=in_state(IndexState.BUILDING),
    )


def drop_order(spec: IndexSpec) -> tuple[Any, ...]:
    """Sort constraints before the indexes that they stand on."""
    return (not spec.is_constraint, spec.entity, spec.label, spec.properties, spec.index_type)


def failure(spec: IndexSpec, *, removed: bool, match: str = "") -> str:
    """Say why *spec* is not in force, and which statement finds the data to change.

    *match* finds the entities of its label as ``n``, where ``MATCH (n:Label)`` does not.
    """
    after = "; the constraint was removed again" if removed else ", so the constraint is not in force"
    pattern = "MATCH (n:{})" if spec.entity == "NODE" else "MATCH ()-[n:{}]->()"
    match = match or pattern.format(escape_identifier(spec.label))
    names = [f"n.{escape_identifier(name)}" for name in spec.properties]
    if spec.index_type == "UNIQUE":
        present = " AND ".join(f"{name} IS NOT NULL" for name in names)
        values = ", ".join(f"{name} AS value{i or ''}" for i, name in enumerate(names))
        columns = ", ".join(f"value{i or ''}" for i in range(len(names)))
        return (
            f"{spec.described} does not hold: the graph has duplicates{after}. "
            f"Find them: {match} WITH n WHERE {present} "
            f"WITH {values}, count(*) AS copies WHERE copies > 1 RETURN {columns}, copies"
        )
    if spec.index_type == "MANDATORY":
        absent = " OR ".join(f"{name} IS NULL" for name in names)
        return (
            f"{spec.described} does not hold: the graph has entities without the property{after}. "
            f"Find them: {match} WITH n WHERE {absent} RETURN n"
        )
    return f"{spec.described} could not be built by the database{'; it was removed again' if removed else ''}"


def _check_text(what: str, name: Any) -> None:
    if not isinstance(name, str):
        raise InvalidTypeError(f"the {what} of an index is a text, not {name!r}")
    if not name:
        raise InvalidArgumentError(f"the {what} of an index is not empty")


def _check_dimension(dimension: Any) -> None:
    if dimension is not None and (isinstance(dimension, bool) or not isinstance(dimension, int) or dimension < 1):
        raise InvalidArgumentError(f"dimension is a positive integer, not {dimension!r}")
