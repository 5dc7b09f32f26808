"""ArcadeDB's indexes and constraints: Neo4j's spelling where it has it, SQL over HTTP for types and search indexes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from runic.cypher.schema import DEFAULT_SIMILARITY, IndexSpec, IndexState
from runic.exceptions import MetadataError, UnsupportedFeatureError
from runic.ogm.driver.neo4j.ddl import Found, Neo4jSchema
from runic.ogm.driver.schema import Command, Execute, SchemaFlow

__all__ = ["ArcadeDBSchema", "search_index_name"]

_INDEXES = (
    "SHOW INDEXES YIELD name, type, entityType, labelsOrTypes, properties, owningConstraint"
    " RETURN name, type, entityType, labelsOrTypes, properties, owningConstraint"
)
_CONSTRAINTS = "SHOW CONSTRAINTS YIELD name, type, entityType, labelsOrTypes, properties"
_TYPES = "select name, indexes from schema:types"
_KINDS = ("RANGE", "FULLTEXT", "VECTOR")


def search_index_name(label: str, properties: Sequence[str]) -> str:
    """Return the name that ArcadeDB gives a search index over *properties*, which stand in it by name."""
    return f"{label}[{','.join([re.sub(r'\s', '', name) for name in sorted(properties)])}]"


class ArcadeDBSchema(Neo4jSchema):
    """The schema of one database; see :class:`runic.ogm.driver.schema.SchemaBackend`."""

    def check(self, spec: IndexSpec) -> None:
        """Refuse what ArcadeDB cannot have."""
        if spec.index_type == "MANDATORY":
            raise UnsupportedFeatureError(
                f"ArcadeDB cannot have {spec.described}: it would make every value of the property a text; the models "
                "check required fields at every flush"
            )
        super().check(spec)

    def create(self, specs: Sequence[IndexSpec], live: Collection[IndexSpec]) -> SchemaFlow[None]:
        """Create what is missing; a property has one index at most."""
        for spec in specs:
            for other in live:
                same = (spec.entity, spec.label, spec.properties) == (other.entity, other.label, other.properties)
                if same and spec != other and not (spec.is_constraint or other.is_constraint):
                    raise UnsupportedFeatureError(
                        f"ArcadeDB cannot have {spec.described} beside {other.described}: a property has one index; "
                        "declare the one that your queries need"
                    )
        for spec in specs:
            if spec not in live and spec.index_type in ("RANGE", "UNIQUE"):
                yield from self._widen_integers(spec)
        yield from super().create(specs, live)

    def _widen_integers(self, spec: IndexSpec) -> SchemaFlow[None]:
        """Declare properties that hold integers as 64 bits: the index would declare 32 and refuse what is larger."""
        label = self._quoted(spec.label)
        pattern = f"(e:{label})" if spec.entity == "NODE" else f"()-[e:{label}]->()"
        for name in spec.properties:
            value = f"e.{self._quoted(name)}"
            held = yield Execute(f"MATCH {pattern} WHERE {value} IS NOT NULL RETURN {value} LIMIT 1")
            if held.rows and type(held.rows[0][0]) is int:
                where = f"{self._quoted_sql(spec.label)}.{self._quoted_sql(name)}"
                yield Command(("sql", f"CREATE PROPERTY {where} IF NOT EXISTS LONG"))

    def ensure_types(self, labels: Sequence[str], types: Sequence[str]) -> SchemaFlow[None]:
        """Create vertex and edge types that are not there; raise :class:`MetadataError` for a name that is both."""
        if both := sorted(set(labels) & set(types)):
            raise MetadataError(
                f"ArcadeDB has one list of names for labels and relationship types, and {', '.join(both)} would be "
                "both; rename one of them"
            )
        for kind, names in (("VERTEX", labels), ("EDGE", types)):
            for name in names:
                yield Command(("sql", f"CREATE {kind} TYPE {self._quoted_sql(name)} IF NOT EXISTS"))

    def _found(self) -> SchemaFlow[list[Found]]:
        constraints = yield Execute(_CONSTRAINTS)
        indexes = yield Execute(_INDEXES)
        types = yield Command(("sql", _TYPES))
        options = {index["name"]: index for kind in types for index in kind.get("indexes") or ()}
        found = [
            _index_of(name, kind, entity, labels[0], properties, owner, options.get(name) or {})
            for name, kind, entity, labels, properties, owner in indexes.rows
            if kind in _KINDS
        ]
        for name, kind, entity, labels, properties in constraints.rows:
            if kind.endswith("UNIQUENESS"):
                spec = IndexSpec(labels[0], properties[0], "UNIQUE", entity, tuple(properties[1:]))
                found.append(Found(name, (spec,), IndexState.READY))
        return found

    def _holds(self, known: Found, spec: IndexSpec) -> bool:
        first = known.specs[0]
        return (first.index_type, first.entity, first.label) == (spec.index_type, spec.entity, spec.label)

    def _searched_as(self, known: Found, spec: IndexSpec) -> str:
        if spec.index_type != "FULLTEXT":
            return self._name(spec)
        return search_index_name(spec.label, [part.property for part in known.specs])

    def _name(self, spec: IndexSpec) -> str:
        return search_index_name(spec.label, spec.properties) if spec.index_type == "VECTOR" else super()._name(spec)

    def _statement(
        self, spec: IndexSpec, properties: Sequence[str], config: Mapping[str, Any] = MappingProxyType({})
    ) -> Execute | Command:
        if spec.index_type not in ("FULLTEXT", "VECTOR"):
            return super()._statement(spec, properties, config)
        label, vector = self._quoted_sql(spec.label), spec.index_type == "VECTOR"
        names = [self._quoted_sql(name) for name in sorted(properties)]
        kind = "EDGE" if spec.entity == "RELATIONSHIP" else "VERTEX"
        similarity = (spec.similarity or DEFAULT_SIMILARITY).upper()
        index = (
            f'LSM_VECTOR METADATA {{"dimensions": {spec.dimension}, "similarity": "{similarity}"}}'
            if vector
            else "FULL_TEXT"
        )
        lines = [
            f"CREATE {kind} TYPE {label} IF NOT EXISTS",
            *(f"CREATE PROPERTY {label}.{n} IF NOT EXISTS {'ARRAY_OF_FLOATS' if vector else 'STRING'}" for n in names),
            f"CREATE INDEX IF NOT EXISTS ON {label} ({', '.join(names)}) {index}",
        ]
        return Command(("sqlscript", ";\n".join(lines)))

    def _quoted_sql(self, name: str) -> str:
        self._quoted(name)
        return f"`{name}`"


def _index_of(
    name: str, kind: Any, entity: Any, label: str, properties: list[str], owner: str | None, options: dict[str, Any]
) -> Found:
    if kind == "RANGE":
        specs = [IndexSpec(label, properties[0], kind, entity, tuple(properties[1:]))]
    elif kind == "FULLTEXT":
        specs = [IndexSpec(label, each, kind, entity) for each in properties]
    else:
        similarity = str(options.get("scoring", "")).rpartition(":")[2].lower() or None
        size = options.get("dimensions")
        specs = [IndexSpec(label, properties[0], kind, entity, dimension=size, similarity=similarity)]
    return Found(name, tuple(specs), IndexState.READY, owner)
