"""Indexes and constraints of a graph: SQL on the tables of its labels, on an expression that Cypher's ``n.name`` is."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Any, Protocol
from zlib import crc32

from runic.cypher.dialect import Dialect, Feature
from runic.cypher.names import escape_identifier
from runic.cypher.schema import IndexSpec, IndexState, LiveIndex, failure
from runic.exceptions import ConstraintViolationError, MetadataError, UnsupportedFeatureError
from runic.ogm.driver.schema import Command, SchemaFlow

__all__ = ["AGESchema"]

_INDEXES = """
SELECT l.name, l.kind, i.relname, x.indisunique, x.indisvalid,
       array(SELECT pg_get_indexdef(x.indexrelid, k, true) FROM generate_series(1, x.indnkeyatts::int) k)
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN ag_label l ON l.relation = x.indrelid
JOIN ag_graph g ON g.graphid = l.graph
WHERE g.name = {graph} AND l.name NOT LIKE '\\_ag\\_label\\_%' AND x.indpred IS NULL
ORDER BY i.relname
"""
_LABELS = "SELECT l.name, l.kind FROM ag_label l JOIN ag_graph g ON g.graphid = l.graph WHERE g.name = {graph}"
_EXPRESSION = re.compile(r"""agtype_access_operator\(VARIADIC ARRAY\[properties, '("(?:.*)")'::agtype]\)""").fullmatch
_SEARCHES = {"FULLTEXT": Feature.FULLTEXT, "VECTOR": Feature.VECTOR}
_ENTITIES = {"v": "NODE", "e": "RELATIONSHIP"}


class _Database(Protocol):
    graph_name: str

    @property
    def dialect(self) -> Dialect: ...


class AGESchema:
    """The schema of one graph; see :class:`runic.ogm.driver.schema.SchemaBackend`."""

    def __init__(self, driver: _Database) -> None:
        self._dialect = driver.dialect
        self._graph = driver.graph_name

    def check(self, spec: IndexSpec) -> None:
        """Refuse names that cannot be written, and what PostgreSQL cannot have on a graph of AGE."""
        for name in (spec.label, *spec.properties):
            escape_identifier(name, self._dialect)
        if spec.index_type == "MANDATORY":
            raise UnsupportedFeatureError(
                f"Apache AGE cannot have {spec.described}: what a CHECK refuses is an internal error to it; the models "
                "check required fields at every flush"
            )
        if spec.index_type in _SEARCHES:
            raise UnsupportedFeatureError(
                f"Apache AGE cannot have {spec.described}: {self._dialect.refusals[_SEARCHES[spec.index_type]]}"
            )

    def read(self) -> SchemaFlow[list[LiveIndex]]:
        """List the indexes over properties; those of other expressions, and partial ones, are left alone."""
        found = yield from self._found()
        return [live for _, live in found]

    def create(self, specs: Sequence[IndexSpec], live: Collection[IndexSpec]) -> SchemaFlow[None]:
        """Create what is missing, and the tables of its labels."""
        missing = [spec for spec in specs if spec not in live]
        violated: list[str] = []
        for spec in missing:
            nodes = spec.entity == "NODE"
            yield from self.ensure_types([spec.label] if nodes else [], [] if nodes else [spec.label])
            try:
                yield self._sql(self._statement(spec))
            except ConstraintViolationError:
                violated.append(failure(spec, removed=True))
        if violated:
            raise ConstraintViolationError("\n".join(violated))

    def drop(self, spec: IndexSpec) -> SchemaFlow[None]:
        """Drop one index, whatever its name."""
        found = yield from self._found()
        for name, live in found:
            if live.spec == spec:
                yield self._sql(f"DROP INDEX IF EXISTS {_quoted(self._graph)}.{_quoted(name)}")

    def ensure_types(self, labels: Sequence[str], types: Sequence[str]) -> SchemaFlow[None]:
        """Create the tables of labels and types that are not there.

        Raises :class:`MetadataError` for a name that would be both.
        """
        rows = yield self._sql(_LABELS.format(graph=_literal(self._graph)))
        have: dict[str, str] = dict(rows)
        for kind, function, names in (("v", "create_vlabel", labels), ("e", "create_elabel", types)):
            for name in dict.fromkeys(names):
                if have.setdefault(name, "") not in ("", kind) or (name in labels and name in types):
                    raise MetadataError(
                        f"Apache AGE has one list of names for labels and relationship types, and {name!r} would be "
                        "both; rename one of them"
                    )
                if not have[name]:
                    have[name] = kind
                    yield self._sql(f"SELECT {function}({_literal(self._graph)}, {_literal(name)})")

    def _found(self) -> SchemaFlow[list[tuple[str, LiveIndex]]]:
        rows = yield self._sql(_INDEXES.format(graph=_literal(self._graph)))
        found: list[tuple[str, LiveIndex]] = []
        for label, kind, name, unique, valid, expressions in rows:
            matches = [_EXPRESSION(expression) for expression in expressions]
            properties = [json.loads(match[1].replace("''", "'")) for match in matches if match]
            if properties and len(properties) == len(matches):
                first, *also = properties
                index_type: Any = "UNIQUE" if unique else "RANGE"
                entity: Any = _ENTITIES[kind]
                spec = IndexSpec(label, first, index_type, entity, tuple(also))
                found.append((name, LiveIndex(spec, IndexState.READY if valid else IndexState.FAILED, alone=unique)))
        return found

    def _statement(self, spec: IndexSpec) -> str:
        parts = ", ".join([self._expression(name) for name in spec.properties])
        kind = "UNIQUE INDEX" if spec.index_type == "UNIQUE" else "INDEX"
        table = f"{_quoted(self._graph)}.{_quoted(spec.label)}"
        return f"CREATE {kind} {_quoted(_name(spec))} ON {table} ({parts})"

    def _expression(self, name: str) -> str:
        key = _literal(json.dumps(name, ensure_ascii=False))
        return f"agtype_access_operator(VARIADIC ARRAY[properties, {key}::agtype])"

    def _sql(self, text: str) -> Command:
        return Command(("sql", text))


def _name(spec: IndexSpec) -> str:
    """Return a name of at most 63 bytes, which two different specs never share."""
    readable = re.sub(r"\W+", "_", "_".join((spec.label, *spec.properties)), flags=re.ASCII)[:36]
    parts = (spec.index_type, spec.entity, spec.label, spec.properties)
    return f"runic_{spec.index_type.lower()}_{readable}_{crc32(repr(parts).encode()):08x}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
