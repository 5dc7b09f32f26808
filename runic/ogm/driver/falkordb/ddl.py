"""FalkorDB's indexes and constraints: the spelling as data, the listing, and what the server must be kept from.

Constraints are a command of the server, built in the background; everything here was observed on the modules 4.16
and 4.22, and ``tests/migrate`` would notice its end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol, cast

from runic.cypher.names import escape_identifier
from runic.cypher.schema import DEFAULT_SIMILARITY, Entity, IndexSpec, IndexState, IndexType, LiveIndex
from runic.exceptions import ConstraintViolationError, UnsupportedFeatureError, UsageError
from runic.ogm.driver.errors import shortened
from runic.ogm.driver.falkordb.dialect import FalkorDBDialect
from runic.ogm.driver.schema import Command, Execute, SchemaFlow

__all__ = ["FalkorDBSchema"]

_PATTERNS = {"NODE": "(e:{label})", "RELATIONSHIP": "()-[e:{label}]-()"}
_KINDS = {"RANGE": "INDEX", "FULLTEXT": "FULLTEXT INDEX", "VECTOR": "VECTOR INDEX"}
_CREATE = "CREATE {kind} FOR {pattern} ON ({properties}){options}"
_DROP = "DROP {kind} FOR {pattern} ON ({properties})"
_VECTOR_OPTIONS = " OPTIONS {{dimension: {dimension}, similarityFunction: '{similarity}'}}"
_INDEXES = "CALL db.indexes() YIELD label, types, options, entitytype, status"
_CONSTRAINTS = "CALL db.constraints() YIELD type, label, properties, entitytype, status"
_STATES = {"OPERATIONAL": IndexState.READY, "FAILED": IndexState.FAILED}

# The constraint command knows no quoting: anything else is "Label name … is invalid".
_CONSTRAINABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*").fullmatch

# Texts over which a unique constraint ends the server, when they are written and when the constraint is created.
# A text counts characters, the limit counts bytes; `unique_text_limits` of the dialect decides on what is found.
# A text that another program writes between this look and the constraint is not seen.
_DEADLY = (
    "MATCH {pattern} WITH CASE WHEN typeOf(e.{property}) = 'String' THEN e.{property} END AS text"
    " WHERE text = '' OR left(text, 1) IN $spaces OR right(text, 1) IN $spaces OR size(text) > 1024"
    " RETURN DISTINCT text"
)
_MATCHES = {"NODE": "(e:{label})", "RELATIONSHIP": "()-[e:{label}]->()"}
_SPACES = list(" \t\n\v\f\r")


class _Graph(Protocol):
    @property
    def graph_name(self) -> str: ...

    @property
    def dialect(self) -> FalkorDBDialect: ...


class FalkorDBSchema:
    """The schema of one graph; see :class:`runic.ogm.driver.schema.SchemaBackend`."""

    def __init__(self, driver: _Graph) -> None:
        self._graph = driver.graph_name
        self._dialect = driver.dialect

    def check(self, spec: IndexSpec) -> None:
        """Refuse names that cannot be written, and those that the constraint command does not take."""
        self._pattern(_PATTERNS, spec)
        for name in spec.properties:
            self._name(name)
        if spec.also and not spec.is_constraint:
            raise UnsupportedFeatureError(
                f"{self._dialect.name} keeps one index per property, so it has no {spec.described}; "
                "give each property an index of its own"
            )
        for name in (spec.label, *spec.properties):
            if spec.is_constraint and not _CONSTRAINABLE(name):
                raise UnsupportedFeatureError(
                    f"{self._dialect.name} cannot have {spec.described}: its constraint command takes no name like "
                    f"{name!r}; use ASCII letters, digits and underscores, or an index without the constraint"
                )

    def read(self) -> SchemaFlow[list[LiveIndex]]:
        """List the constraints and the indexes; a graph that does not exist has none."""
        constraints = yield from self._constraints()
        indexes = yield Execute(_INDEXES)
        return [*constraints, *_indexes_of(indexes.rows)]

    def create(self, specs: Sequence[IndexSpec], live: Collection[IndexSpec]) -> SchemaFlow[None]:
        """Create what is missing; the full-text indexes of a label in one statement."""
        missing = [spec for spec in specs if spec not in live]
        if missing and missing[0].index_type == "FULLTEXT":
            yield self._statement(_CREATE, missing[0], [spec.property for spec in missing])
            return
        for spec in missing:
            if spec.is_constraint:
                yield from self._create_constraint(spec, live)
            else:
                yield self._statement(_CREATE, spec, spec.properties)

    def drop(self, spec: IndexSpec) -> SchemaFlow[None]:
        """Drop one index or constraint.

        An index under a live unique constraint is refused: the server would say no as well, but its index is broken
        afterwards, and the next node of the label ends the server.
        """
        if spec.is_constraint:
            yield self._command("DROP", spec)
            return
        constraints = yield from self._constraints()
        for constraint in constraints:
            if spec in constraint.spec.supports:
                raise UsageError(f"{constraint.spec.described} stands on {spec.described}; drop the constraint first")
        yield self._statement(_DROP, spec, spec.properties)

    def ensure_types(self, labels: Sequence[str], types: Sequence[str]) -> SchemaFlow[None]:
        """Do nothing: labels and types need no declaration."""
        del labels, types
        yield from ()

    def _constraints(self) -> SchemaFlow[list[LiveIndex]]:
        result = yield Execute(_CONSTRAINTS)
        return [
            LiveIndex(
                IndexSpec(label, properties[0], cast(IndexType, kind), cast(Entity, entity), tuple(properties[1:])),
                _STATES.get(status, IndexState.BUILDING),
            )
            for kind, label, properties, entity, status in result.rows
        ]

    def _create_constraint(self, spec: IndexSpec, live: Collection[IndexSpec]) -> SchemaFlow[None]:
        if spec.index_type == "UNIQUE":
            yield from self._refuse_deadly_texts(spec)
        for support in spec.supports:
            if support not in live:
                yield self._statement(_CREATE, support, support.properties)
        yield self._command("CREATE", spec)

    def _refuse_deadly_texts(self, spec: IndexSpec) -> SchemaFlow[None]:
        for name in spec.properties:
            query = _DEADLY.format(pattern=self._pattern(_MATCHES, spec), property=self._name(name))
            result = yield Execute(query, {"spaces": _SPACES})
            for (text,) in result.rows:
                reason = self._dialect.unique_text_limits(text)
                if reason is not None:
                    raise ConstraintViolationError(
                        f"{spec.described} was not created: {name} has the value {shortened(repr(text), 80)} in the "
                        f"graph, but {reason}. Change such values first; they are found by: {query}, "
                        f"with $spaces = {_SPACES!r}"
                    )

    def _command(self, verb: str, spec: IndexSpec) -> Command:
        names = spec.properties
        what: tuple[str | int, ...] = (spec.index_type, spec.entity, spec.label, "PROPERTIES", len(names), *names)
        return Command(("GRAPH.CONSTRAINT", verb, self._graph, *what))

    def _statement(self, template: str, spec: IndexSpec, properties: Sequence[str]) -> Execute:
        options = ""
        if spec.index_type == "VECTOR":
            similarity = spec.similarity or DEFAULT_SIMILARITY
            options = _VECTOR_OPTIONS.format(dimension=spec.dimension, similarity=similarity)
        cypher = template.format(
            kind=_KINDS[spec.index_type],
            pattern=self._pattern(_PATTERNS, spec),
            properties=", ".join(f"e.{self._name(name)}" for name in properties),
            options=options,
        )
        return Execute(cypher, write=True)

    def _pattern(self, patterns: dict[str, str], spec: IndexSpec) -> str:
        return patterns[spec.entity].format(label=self._name(spec.label))

    def _name(self, name: str) -> str:
        return escape_identifier(name, self._dialect)


def _indexes_of(rows: Sequence[list[Any]]) -> Iterator[LiveIndex]:
    """Read ``db.indexes()``: a row for all indexes of one label, which are built together.

    A label whose indexes are built anew, also because one was dropped, has two rows: the former one answers queries
    until the other is done, but what was dropped is in it still.
    """
    rebuilt = {(label, entity) for label, _, _, entity, status in rows if status not in _STATES}
    for label, types, options, entity, status in rows:
        if status in _STATES and (label, entity) in rebuilt:
            continue
        state = _STATES.get(status, IndexState.BUILDING)
        for name, kinds in types.items():
            for kind in kinds:
                vector: dict[str, Any] = options.get(name, {}) if kind == "VECTOR" else {}
                spec = IndexSpec(
                    label,
                    name,
                    kind,
                    entity,
                    dimension=vector.get("dimension"),
                    similarity=vector.get("similarityFunction"),
                )
                yield LiveIndex(spec, state)
