"""Memgraph's indexes and constraints: the spelling as data, and the listing.

Only search indexes have a name; all else is dropped by the words that create it. A unique constraint makes no index,
so each property gets one. None of the statements may stand in a transaction, and what they create works at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from runic.cypher.names import escape_identifier
from runic.cypher.schema import DEFAULT_SIMILARITY, Entity, IndexSpec, LiveIndex, failure
from runic.exceptions import ConstraintViolationError, UnsupportedFeatureError, UsageError
from runic.ogm.driver import GraphResult
from runic.ogm.driver.bolt.names import index_name
from runic.ogm.driver.memgraph.dialect import MemgraphDialect
from runic.ogm.driver.schema import Execute, SchemaFlow

__all__ = ["MemgraphSchema"]

_KINDS = {
    ("RANGE", "NODE"): "INDEX",
    ("RANGE", "RELATIONSHIP"): "EDGE INDEX",
    ("FULLTEXT", "NODE"): "TEXT INDEX",
    ("FULLTEXT", "RELATIONSHIP"): "TEXT EDGE INDEX",
    ("VECTOR", "NODE"): "VECTOR INDEX",
    ("VECTOR", "RELATIONSHIP"): "VECTOR EDGE INDEX",
}
_ASSERTIONS = {"UNIQUE": "{properties} IS UNIQUE", "MANDATORY": "EXISTS ({properties})"}
_METRICS = {"cosine": "cos", "euclidean": "l2sq"}
_SIMILARITIES = {metric: similarity for similarity, metric in _METRICS.items()}
# It has to be given, and grows by itself.
_CAPACITY = 1000
# The oldest versions that have what a spec asks for.
_SINCE = {
    ("FULLTEXT", "NODE"): (3, 6),
    ("FULLTEXT", "RELATIONSHIP"): (3, 6),
    ("VECTOR", "RELATIONSHIP"): (3, 4),
}
_COMPOSITE_SINCE, _VECTORS_LISTED_SINCE = (3, 2), (3, 1)
_MOST_PROPERTIES = 32

_INDEXES, _VECTORS, _CONSTRAINTS = "SHOW INDEX INFO", "SHOW VECTOR INDEX INFO", "SHOW CONSTRAINT INFO"
_TEXT_INDEX = re.compile(r"(label|edge-type)_text \(name: (.*)\)", re.DOTALL).fullmatch
_ENTITIES: dict[str, Entity] = {"label": "NODE", "edge-type": "RELATIONSHIP"}


class _Database(Protocol):
    @property
    def dialect(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class _Found:
    """What the server lists; *name* is that of a search index, which may have a spec for each property."""

    specs: tuple[IndexSpec, ...]
    name: str = ""
    fault: str = ""

    def live(self) -> Iterator[LiveIndex]:
        for spec in self.specs:
            wanted = _name(spec)
            other = f"the name {self.name!r}, and a search looks under {wanted!r}" if self.name != wanted else ""
            yield LiveIndex(spec, fault=self.fault or (other if self.name else ""))


class MemgraphSchema:
    """The schema of one database; see :class:`runic.ogm.driver.schema.SchemaBackend`."""

    def __init__(self, driver: _Database) -> None:
        self._dialect: MemgraphDialect = driver.dialect

    def check(self, spec: IndexSpec) -> None:
        """Refuse names that cannot be written, and what the server's version has not."""
        self._words(spec, spec.properties)
        version, edge = self._dialect.version, spec.entity == "RELATIONSHIP"
        since = max(
            _SINCE.get((spec.index_type, spec.entity), (3, 0)),
            _COMPOSITE_SINCE if spec.also and spec.index_type == "RANGE" else (3, 0),
        )
        reason = ""
        if edge and spec.is_constraint:
            reason = "its constraints are on nodes; the models check required fields at every flush"
        elif spec.also and (edge or spec.index_type not in ("RANGE", "UNIQUE")):
            reason = "give each property its own"
        elif len(spec.properties) > _MOST_PROPERTIES:
            reason = f"a constraint has {_MOST_PROPERTIES} properties at most"
        elif version < since:
            reason = f"that came with version {_dotted(since)}, and the driver was told that this is {_dotted(version)}"
        if reason:
            raise UnsupportedFeatureError(f"{self._dialect.name} cannot have {spec.described}: {reason}")

    def read(self) -> SchemaFlow[list[LiveIndex]]:
        """List constraints and indexes; those on labels alone, points or types of values are no business of models."""
        found = yield from self._found()
        # Where one spec is there twice, the one that a search finds counts: it comes last.
        return sorted((live for known in found for live in known.live()), key=lambda live: not live.fault)

    def create(self, specs: Sequence[IndexSpec], live: Collection[IndexSpec]) -> SchemaFlow[None]:
        """Create what is missing; the text index of a label anew, with the properties that it had."""
        missing = [spec for spec in specs if spec not in live]
        if missing and missing[0].index_type == "FULLTEXT":
            found = yield from self._found()
            yield from self._create_text(missing, found)
        elif missing and missing[0].is_constraint:
            yield from self._create_constraints(missing, live)
        else:
            for spec in missing:
                yield self._statement("CREATE", spec, spec.properties)

    def drop(self, spec: IndexSpec) -> SchemaFlow[None]:
        """Drop one index or constraint, a search index whatever its name, and make a text index anew for the rest."""
        found = yield from self._found()
        for known in found:
            if spec in known.specs[0].supports and known.specs[0] != spec:
                raise UsageError(f"{known.specs[0].described} stands on {spec.described}; drop the constraint first")
        hit = [known for known in found if spec in known.specs]
        for known in hit:
            yield self._drop(known)
        rest = [other for known in hit for other in known.specs if other != spec]
        if rest:
            yield from self._create_text(rest, [known for known in found if known not in hit])

    def ensure_types(self, labels: Sequence[str], types: Sequence[str]) -> SchemaFlow[None]:
        """Do nothing: labels and types need no declaration."""
        del labels, types
        yield from ()

    def _found(self) -> SchemaFlow[list[_Found]]:
        listed = self._dialect.version >= _VECTORS_LISTED_SINCE
        constraints = yield Execute(_CONSTRAINTS)
        indexes = yield Execute(_INDEXES)
        vectors = (yield Execute(_VECTORS)) if listed else GraphResult()
        found = [known for row in indexes.rows for known in _index_of(*row[:3], vectors=not listed)]
        for row in vectors.rows:
            found += _vector_of(dict(zip(vectors.columns, row, strict=True)))
        return [*(known for row in constraints.rows for known in _constraint_of(*row[:3])), *found]

    def _create_text(self, missing: Sequence[IndexSpec], found: Sequence[_Found]) -> SchemaFlow[None]:
        properties = [spec.property for spec in missing]
        for old in found:
            if old.name == _name(missing[0]):
                yield self._drop(old)
                properties = [*(spec.property for spec in old.specs), *properties]
        yield self._statement("CREATE", missing[0], list(dict.fromkeys(properties)))

    def _create_constraints(self, missing: Sequence[IndexSpec], live: Collection[IndexSpec]) -> SchemaFlow[None]:
        violated: list[str] = []
        for spec in missing:
            for support in spec.supports:
                if support not in live:
                    yield self._statement("CREATE", support, support.properties)
            try:
                yield self._statement("CREATE", spec, spec.properties)
            except ConstraintViolationError:
                violated.append(failure(spec, removed=True))
        if violated:
            raise ConstraintViolationError("\n".join(violated))

    def _drop(self, known: _Found) -> Execute:
        first = known.specs[0]
        if known.name:
            return Execute(f"DROP {_dropped(first)} {self._quoted(known.name)}", write=True)
        return self._statement("DROP", first, first.properties)

    def _statement(self, verb: str, spec: IndexSpec, properties: Sequence[str]) -> Execute:
        return Execute(f"{verb} {self._words(spec, properties)}", write=True)

    def _words(self, spec: IndexSpec, properties: Sequence[str]) -> str:
        label, names = self._quoted(spec.label), [self._quoted(name) for name in properties]
        if spec.is_constraint:
            assertion = _ASSERTIONS[spec.index_type].format(properties=", ".join([f"e.{name}" for name in names]))
            return f"CONSTRAINT ON (e:{label}) ASSERT {assertion}"
        kind, name = _KINDS[spec.index_type, spec.entity], _name(spec)
        words = f"{kind} {self._quoted(name)} ON" if name else f"{kind} ON"
        words += f" :{label}({', '.join(names)})"
        if spec.index_type != "VECTOR":
            return words
        metric = _METRICS[spec.similarity or DEFAULT_SIMILARITY]
        return f'{words} WITH CONFIG {{"dimension": {spec.dimension}, "capacity": {_CAPACITY}, "metric": "{metric}"}}'

    def _quoted(self, name: str) -> str:
        return escape_identifier(name, self._dialect)


def _dropped(spec: IndexSpec) -> str:
    """Return the kind of a search index as it is dropped: one on relationships is not told apart by then."""
    return "TEXT INDEX" if spec.index_type == "FULLTEXT" else "VECTOR INDEX"


def _name(spec: IndexSpec) -> str:
    """Return the name of a search index; all others have none."""
    if spec.index_type not in ("FULLTEXT", "VECTOR"):
        return ""
    properties = () if spec.index_type == "FULLTEXT" else spec.properties
    return index_name(spec.index_type, spec.entity, spec.label, properties)


def _index_of(kind: str, label: Any, properties: Any, *, vectors: bool) -> Iterator[_Found]:
    """Read a row of the indexes; *vectors* says that nothing else lists those on vectors."""
    names = [properties] if isinstance(properties, str) else list(properties or ())
    text = _TEXT_INDEX(kind)
    entity = _ENTITIES.get(text[1] if text else kind.partition("+")[0])
    if entity is None or not names:
        return
    label = _plain(label)
    if text is not None:
        yield _Found(tuple([IndexSpec(label, name, "FULLTEXT", entity) for name in names]), text[2])
    elif kind.endswith("+property"):
        yield _Found((IndexSpec(label, names[0], "RANGE", entity, tuple(names[1:])),))
    elif vectors and kind.endswith("+property_vector"):
        yield _Found((IndexSpec(label, names[0], "VECTOR", entity),))


def _vector_of(row: dict[str, Any]) -> Iterator[_Found]:
    label, name, metric = row["label"], row["property"], row["metric"]
    if not isinstance(label, str) or not isinstance(name, str):
        return  # over all labels, which no model declares
    entity: Entity = "RELATIONSHIP" if str(row.get("index_type", "")).startswith("edge") else "NODE"
    similarity = _SIMILARITIES.get(metric)
    spec = IndexSpec(_plain(label), name, "VECTOR", entity, dimension=row["dimension"], similarity=similarity)
    yield _Found((spec,), row["index_name"], "" if similarity else f"the metric {metric!r}")


def _constraint_of(kind: str, label: str, properties: Any) -> Iterator[_Found]:
    names = [properties] if isinstance(properties, str) else list(properties)
    if kind in ("unique", "exists"):
        yield _Found(
            (IndexSpec(_plain(label), names[0], "UNIQUE" if kind == "unique" else "MANDATORY", also=tuple(names[1:])),)
        )


def _plain(label: str) -> str:
    # With a colon from 3.11 on.
    return label.removeprefix(":")


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
