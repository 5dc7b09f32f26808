"""Neo4j's indexes and constraints: the spelling as data, the listing, and which of them stand in each other's way.

A uniqueness constraint owns its range index and is refused while there is a plain one. A class has one full-text
index for all its properties, which cannot be changed, only made anew. A statement about the schema waits until the
transactions that wrote to its label have ended, and cannot be in one with data.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from runic.cypher.dialect import Dialect
from runic.cypher.names import escape_identifier
from runic.cypher.schema import DEFAULT_SIMILARITY, IndexSpec, IndexState, LiveIndex, failure
from runic.exceptions import ConstraintViolationError, MetadataError, UnsupportedFeatureError, UsageError
from runic.ogm.driver.bolt.names import index_name
from runic.ogm.driver.schema import Command, Execute, SchemaFlow

__all__ = ["Found", "Neo4jSchema"]

_PATTERNS = {"NODE": "(e:{label})", "RELATIONSHIP": "()-[e:{label}]-()"}
_CREATE = {
    "RANGE": "CREATE RANGE INDEX {name} IF NOT EXISTS FOR {pattern} ON ({properties})",
    "FULLTEXT": "CREATE FULLTEXT INDEX {name} IF NOT EXISTS FOR {pattern} ON EACH [{properties}]"
    " OPTIONS {{indexConfig: $config}}",
    "VECTOR": "CREATE VECTOR INDEX {name} IF NOT EXISTS FOR {pattern} ON ({properties})"
    " OPTIONS {{indexConfig: $config}}",
    "UNIQUE": "CREATE CONSTRAINT {name} IF NOT EXISTS FOR {pattern} REQUIRE ({properties}) IS UNIQUE",
    "MANDATORY": "CREATE CONSTRAINT {name} IF NOT EXISTS FOR {pattern} REQUIRE ({properties}) IS NOT NULL",
}
_INDEXES = (
    "SHOW INDEXES YIELD name, state, type, entityType, labelsOrTypes, properties, owningConstraint, options"
    " WHERE type IN ['RANGE', 'FULLTEXT', 'VECTOR']"
    " RETURN name, state, type, entityType, labelsOrTypes, properties, owningConstraint, options.indexConfig"
)
_CONSTRAINTS = "SHOW CONSTRAINTS YIELD name, type, entityType, labelsOrTypes, properties"
_STATES = {"ONLINE": IndexState.READY, "FAILED": IndexState.FAILED}
# The ends of the names that the types of constraints have in any version; a key is more than unique.
_KINDS = {"UNIQUENESS": "UNIQUE", "KEY": "UNIQUE", "EXISTENCE": "MANDATORY"}
_MOST_DIMENSIONS = 4096


class _Database(Protocol):
    @property
    def dialect(self) -> Dialect: ...


@dataclass(frozen=True, slots=True)
class Found:
    """An index or constraint as the database lists it; a search index has a spec for each label and property."""

    name: str
    specs: tuple[IndexSpec, ...]
    state: IndexState
    owner: str | None = None
    config: dict[str, Any] = field(default_factory=dict[str, Any])

    def live(self, searched_as: Callable[[Found, IndexSpec], str]) -> Iterable[LiveIndex]:
        for spec in self.specs:
            name = searched_as(self, spec)
            searched = spec.index_type in ("FULLTEXT", "VECTOR")
            fault = (
                f"the name {self.name!r}, and a search looks under {name!r}" if searched and name != self.name else ""
            )
            yield LiveIndex(spec, self.state, fault, alone=bool(spec.also))


class Neo4jSchema:
    """The schema of one database; see :class:`runic.ogm.driver.schema.SchemaBackend`."""

    def __init__(self, driver: _Database) -> None:
        self._dialect = driver.dialect

    def check(self, spec: IndexSpec) -> None:
        """Refuse names that cannot be written, and what no edition has."""
        self._statement(spec, spec.properties)
        if spec.also and spec.index_type not in ("RANGE", "UNIQUE"):
            raise UnsupportedFeatureError(
                f"{self._dialect.name} cannot have {spec.described} as one; give each property its own"
            )
        if (spec.dimension or 0) > _MOST_DIMENSIONS:
            raise UnsupportedFeatureError(
                f"{self._dialect.name} cannot have {spec.described}: its vectors have at most {_MOST_DIMENSIONS} "
                f"dimensions, not {spec.dimension}"
            )

    def read(self) -> SchemaFlow[list[LiveIndex]]:
        """List constraints and indexes; the index of a constraint counts too if it is on one property.

        Text, point and token look-up indexes are none that a model declares and are left alone.
        """
        found = yield from self._found()
        # Where one spec is there twice, the one that a search finds counts: it comes last.
        alive = [
            live for known in found for live in known.live(self._searched_as) if not (known.owner and live.spec.also)
        ]
        return sorted(alive, key=lambda live: not live.fault)

    def create(self, specs: Sequence[IndexSpec], live: Collection[IndexSpec]) -> SchemaFlow[None]:
        """Create what is missing; the full-text index of a label anew, with the properties that it had."""
        missing = [spec for spec in specs if spec not in live]
        if not missing:
            return
        found = yield from self._found()
        self._refuse_taken_names(missing, found)
        yield from self._create(missing, found, {})

    def drop(self, spec: IndexSpec) -> SchemaFlow[None]:
        """Drop one index or constraint, whatever its name; a full-text index is made anew for its other properties."""
        found = yield from self._found()
        hit = [known for known in found if spec in known.specs]
        for known in hit:
            for other in found if known.owner else ():
                if other.name == known.owner and other is not known:
                    raise UsageError(
                        f"{other.specs[0].described} stands on {spec.described}; drop the constraint first"
                    )
            yield self._drop(known)
        rest = dict.fromkeys(other for known in hit for other in known.specs if other != spec)
        kept = [known for known in found if known not in hit]
        for label in dict.fromkeys(other.label for other in rest):
            yield from self._create([other for other in rest if other.label == label], kept, hit[0].config)

    def ensure_types(self, labels: Sequence[str], types: Sequence[str]) -> SchemaFlow[None]:
        """Do nothing: labels and types need no declaration."""
        del labels, types
        yield from ()

    def _found(self) -> SchemaFlow[list[Found]]:
        constraints = yield Execute(_CONSTRAINTS)
        indexes = yield Execute(_INDEXES)
        found = [_index_of(*row) for row in indexes.rows]
        states = {known.owner: known.state for known in found if known.owner}
        for name, kind, entity, labels, properties in constraints.rows:
            index_type: Any = _KINDS.get(kind.rpartition("_")[2])
            if index_type:
                spec = IndexSpec(labels[0], properties[0], index_type, entity, tuple(properties[1:]))
                found.append(Found(name, (spec,), states.get(name, IndexState.READY)))
        return found

    def _refuse_taken_names(self, specs: Sequence[IndexSpec], found: Sequence[Found]) -> None:
        # IF NOT EXISTS takes another index of the name for the one that is asked for.
        for spec in specs:
            for known in found:
                kin = (spec.index_type, spec.entity, spec.label)
                if (
                    known.name == self._name(spec)
                    and not known.owner
                    and any((other.index_type, other.entity, other.label) != kin for other in known.specs)
                ):
                    raise MetadataError(
                        f"{spec.described} cannot be created: its name {known.name!r} is that of "
                        f"{known.specs[0].described}; drop or rename that one"
                    )

    def _create(
        self, missing: Sequence[IndexSpec], found: Sequence[Found], config: Mapping[str, Any]
    ) -> SchemaFlow[None]:
        if missing[0].is_constraint:
            yield from self._create_constraints(missing, found)
        elif missing[0].index_type == "FULLTEXT":
            yield from self._create_fulltext(missing, found, config)
        else:
            for spec in missing:
                yield self._statement(spec, spec.properties)

    def _create_fulltext(
        self, missing: Sequence[IndexSpec], found: Sequence[Found], config: Mapping[str, Any]
    ) -> SchemaFlow[None]:
        properties = [spec.property for spec in missing]
        for old in found:
            if self._holds(old, missing[0]):
                yield self._drop(old)
                properties, config = [*(spec.property for spec in old.specs), *properties], old.config
        yield self._statement(missing[0], list(dict.fromkeys(properties)), config)

    def _create_constraints(self, missing: Sequence[IndexSpec], found: Sequence[Found]) -> SchemaFlow[None]:
        violated: list[str] = []
        for spec in missing:
            plain = IndexSpec(spec.label, spec.property, "RANGE", spec.entity, spec.also)
            in_the_way = [known for known in found if known.specs == (plain,) and not known.owner]
            for known in in_the_way if spec.index_type == "UNIQUE" else ():
                yield self._drop(known)
            try:
                yield self._statement(spec, spec.properties)
            except UnsupportedFeatureError as error:
                raise UnsupportedFeatureError(
                    f"{self._dialect.name} cannot have {spec.described} in its Community Edition; the models check "
                    "required fields at every flush"
                ) from error
            except ConstraintViolationError:
                violated.append(failure(spec, removed=True))
                for _ in in_the_way:
                    yield self._statement(plain, plain.properties)
        if violated:
            raise ConstraintViolationError("\n".join(violated))

    def _drop(self, known: Found) -> Execute:
        what = "CONSTRAINT" if known.specs[0].is_constraint else "INDEX"
        return Execute(f"DROP {what} {self._quoted(known.name)} IF EXISTS", write=True)

    def _statement(
        self, spec: IndexSpec, properties: Sequence[str], config: Mapping[str, Any] = MappingProxyType({})
    ) -> Execute | Command:
        if spec.index_type == "VECTOR":
            config = _vector_config(spec)
        cypher = _CREATE[spec.index_type].format(
            name=self._quoted(self._name(spec)),
            pattern=_PATTERNS[spec.entity].format(label=self._quoted(spec.label)),
            properties=", ".join([f"e.{self._quoted(name)}" for name in properties]),
        )
        return Execute(cypher, {"config": dict(config)} if "$config" in _CREATE[spec.index_type] else {}, write=True)

    def _holds(self, known: Found, spec: IndexSpec) -> bool:
        """Tell whether *known* is the full-text index that *spec* becomes a part of."""
        return known.name == self._name(spec)

    def _searched_as(self, known: Found, spec: IndexSpec) -> str:
        """Return the name under which a search looks for what *spec* is of *known*."""
        del known
        return self._name(spec)

    def _name(self, spec: IndexSpec) -> str:
        properties = () if spec.index_type == "FULLTEXT" else spec.properties
        return index_name(spec.index_type, spec.entity, spec.label, properties)

    def _quoted(self, name: str) -> str:
        return escape_identifier(name, self._dialect)


def _index_of(
    name: str,
    state: str,
    kind: Any,
    entity: Any,
    labels: list[str],
    properties: list[str],
    owner: str | None,
    config: Any,
) -> Found:
    if kind == "RANGE":
        specs = [IndexSpec(labels[0], properties[0], kind, entity, tuple(properties[1:]))]
        if name == index_name("UNIQUE", entity, labels[0], properties):
            owner = name  # while the database makes the constraint, its index names none
    elif kind == "FULLTEXT":
        specs = [IndexSpec(label, each, kind, entity) for label in labels for each in properties]
    else:
        dimension, similarity = config.get("vector.dimensions"), config.get("vector.similarity_function")
        similarity = similarity.lower() if similarity else None
        specs = [
            IndexSpec(label, properties[0], kind, entity, dimension=dimension, similarity=similarity)
            for label in labels
        ]
    return Found(name, tuple(specs), _STATES.get(state, IndexState.BUILDING), owner, dict(config))


def _vector_config(spec: IndexSpec) -> dict[str, Any]:
    """Return the options of a vector index; quantized, 5.26 answers with scores that are far off in small indexes."""
    return {
        "vector.dimensions": spec.dimension,
        "vector.similarity_function": spec.similarity or DEFAULT_SIMILARITY,
        "vector.quantization.enabled": False,
    }
