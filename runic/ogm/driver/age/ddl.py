"""Indexes and constraints of a graph: SQL on the tables of its labels, on an expression that Cypher's ``n.name`` is."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Any, Protocol
from zlib import crc32

from runic.cypher.dialect import Dialect, Feature
from runic.cypher.names import escape_identifier, escape_label, escape_string
from runic.cypher.schema import IndexSpec, IndexState, LiveIndex, failure
from runic.exceptions import ConstraintViolationError, MetadataError, UnsupportedFeatureError
from runic.ogm.driver.age.tables import literal, new_table, quoted
from runic.ogm.driver.schema import Command, SchemaFlow

__all__ = ["AGESchema"]

_INDEXES = """
SELECT l.name, l.kind, i.relname, x.indisunique, x.indisvalid,
       array(SELECT pg_get_indexdef(x.indexrelid, k, true) FROM generate_series(1, x.indnkeyatts::int) k),
       coalesce(pg_get_expr(x.indpred, x.indrelid, true), '')
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN ag_label l ON l.relation = x.indrelid
JOIN ag_graph g ON g.graphid = l.graph
WHERE g.name = {graph} AND l.name NOT LIKE '\\_ag\\_label\\_%'
ORDER BY i.relname
"""
_LABELS = "SELECT l.name, l.kind FROM ag_label l JOIN ag_graph g ON g.graphid = l.graph WHERE g.name = {graph}"
_PROPERTY = "agtype_access_operator(VARIADIC ARRAY[properties, {}::agtype])"
# What Cypher's test of a further label is, so that a query for it uses the index.
_LABELLED = "agtype_in_operator({}, {}::agtype)"
_EXPRESSION = re.compile(r"""agtype_access_operator\(VARIADIC ARRAY\[properties, '("(?:.*)")'::agtype]\)""").fullmatch
_CONDITION = re.compile(r"""agtype_in_operator\((.*), '("(?:.*)")'::agtype\)""").fullmatch
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
        escape_label(_table(spec), self._dialect)
        for name in spec.properties:
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
        """List the indexes over properties; those of other expressions, and partial ones of others, are left alone."""
        found = yield from self._found()
        return [live for _, live in found]

    def create(self, specs: Sequence[IndexSpec], live: Collection[IndexSpec]) -> SchemaFlow[None]:
        """Create what is missing, and the tables of its labels."""
        missing = [spec for spec in specs if spec not in live]
        violated: list[str] = []
        for spec in missing:
            nodes = spec.entity == "NODE"
            yield from self.ensure_types([_table(spec)] if nodes else [], [] if nodes else [spec.label])
            try:
                yield self._sql(self._statement(spec))
            except ConstraintViolationError:
                violated.append(failure(spec, removed=True, match=self._match(spec)))
        if violated:
            raise ConstraintViolationError("\n".join(violated))

    def drop(self, spec: IndexSpec) -> SchemaFlow[None]:
        """Drop one index, whatever its name."""
        found = yield from self._found()
        for name, live in found:
            if live.spec == spec:
                yield self._sql(f"DROP INDEX IF EXISTS {quoted(self._graph)}.{quoted(name)}")

    def ensure_types(self, labels: Sequence[str], types: Sequence[str]) -> SchemaFlow[None]:
        """Create the tables of labels and types that are not there.

        Raises :class:`MetadataError` for a name that would be both, :class:`InvalidArgumentError` for one that no
        table can have.
        """
        for name in (*labels, *types):
            escape_label(name, self._dialect)
        rows = yield self._sql(_LABELS.format(graph=literal(self._graph)))
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
                    yield self._sql(new_table(self._graph, function, name))

    def _found(self) -> SchemaFlow[list[tuple[str, LiveIndex]]]:
        rows = yield self._sql(_INDEXES.format(graph=literal(self._graph)))
        found: list[tuple[str, LiveIndex]] = []
        for table, kind, name, unique, valid, expressions, condition in rows:
            # An index that somebody drops meanwhile has no definition any more.
            matches = [_EXPRESSION(expression or "") for expression in expressions]
            properties = [_text(match[1]) for match in matches if match]
            label = self._label(condition) if condition else table
            if label and properties and len(properties) == len(matches):
                first, *also = properties
                index_type: Any = "UNIQUE" if unique else "RANGE"
                entity: Any = _ENTITIES[kind]
                spec = IndexSpec(label, first, index_type, entity, tuple(also), under=table if condition else "")
                found.append((name, LiveIndex(spec, IndexState.READY if valid else IndexState.FAILED, alone=unique)))
        return found

    def _label(self, condition: str) -> str:
        """Return the further label that the condition of an index asks for; empty for another condition."""
        match = _CONDITION(condition)
        return _text(match[2]) if match and match[1] == _property(self._dialect.labels_property) else ""

    def _statement(self, spec: IndexSpec) -> str:
        parts = ", ".join([_property(name) for name in spec.properties])
        kind = "UNIQUE INDEX" if spec.index_type == "UNIQUE" else "INDEX"
        table = f"{quoted(self._graph)}.{quoted(_table(spec))}"
        condition = ""
        if spec.under:
            labels = _property(self._dialect.labels_property)
            condition = f" WHERE {_LABELLED.format(labels, literal(json.dumps(spec.label, ensure_ascii=False)))}"
        return f"CREATE {kind} {quoted(_name(spec))} ON {table} ({parts}){condition}"

    def _match(self, spec: IndexSpec) -> str:
        """Return the Cypher that finds the nodes of a further label; empty for any other spec."""
        if not spec.under:
            return ""
        node = f"(n:{escape_label(spec.under, self._dialect)})"
        return f"MATCH {node} WHERE '{escape_string(spec.label)}' IN n.{self._dialect.labels_property}"

    def _sql(self, text: str) -> Command:
        return Command(("sql", text))


def _table(spec: IndexSpec) -> str:
    return spec.under or spec.label


def _property(name: str) -> str:
    return _PROPERTY.format(literal(json.dumps(name, ensure_ascii=False)))


def _text(literal: str) -> str:
    text: str = json.loads(literal.replace("''", "'"))
    return text


def _name(spec: IndexSpec) -> str:
    """Return a name of at most 63 bytes, which two different specs never share."""
    readable = re.sub(r"\W+", "_", "_".join((spec.label, *spec.properties)), flags=re.ASCII)[:36]
    parts = (spec.index_type, spec.entity, spec.label, spec.properties)
    return f"runic_{spec.index_type.lower()}_{readable}_{crc32(repr(parts).encode()):08x}"
