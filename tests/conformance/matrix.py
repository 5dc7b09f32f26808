"""The capability matrix: ``python -m tests.conformance.matrix`` writes docs/backends.md from the last runs.

A run of the suite notes its outcomes per database in ``build/backends.json``; what a database can do and what is said
where it cannot comes from its dialect.
"""

from __future__ import annotations

import json
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

from runic.cypher.dialect import Dialect, ExtraLabels, Feature
from tests.conformance.backends import TABLE

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "backends.md"
OUTCOMES = ROOT / "build" / "backends.json"
DIALECTS = {
    "falkordb": "runic.ogm.driver.falkordb.dialect:FALKORDB",
    "neo4j": "runic.ogm.driver.neo4j.dialect:NEO4J",
    "arcadedb": "runic.ogm.driver.arcadedb.dialect:ARCADEDB",
    "age": "runic.ogm.driver.age.dialect:AGE",
    "memgraph": "runic.ogm.driver.memgraph.dialect:MEMGRAPH",
}
_FEATURES = {
    Feature.TRANSACTIONS: "A rollback undoes what was flushed",
    Feature.MULTI_LABEL: "Several labels on a node",
    Feature.UNDIRECTED_MERGE: "Undirected MERGE",
    Feature.FULLTEXT: "Full-text search",
    Feature.VECTOR: "Vector search",
    Feature.CURSOR: "A cursor on the server",
    Feature.PATTERN_PREDICATE: "Patterns as conditions",
    Feature.EXISTS_SUBQUERY: "EXISTS { } subqueries",
}


def note(outcomes: dict[str, Counter[str]], reasons: dict[str, set[str]]) -> None:
    """Keep the outcomes of a run, by row of the table of backends; rows that did not run keep what they had."""
    known: dict[str, Any] = json.loads(OUTCOMES.read_text()) if OUTCOMES.exists() else {}
    for name, counted in outcomes.items():
        known[name] = {"outcomes": dict(counted), "reasons": sorted(reasons.get(name, ()))}
    OUTCOMES.parent.mkdir(exist_ok=True)
    OUTCOMES.write_text(json.dumps(known, indent=1, sort_keys=True))


def features() -> str:
    """Return the tables that stand in the dialects."""
    dialects = [_dialect(family) for family in DIALECTS]
    lines = [
        f"| | {' | '.join(dialect.name for dialect in dialects)} |",
        f"|---|{'---|' * len(dialects)}",
        *(_row(text, [_cell(dialect, feature) for dialect in dialects]) for feature, text in _FEATURES.items()),
        _row("Labels and types of any text", [_named(dialect.label_limits("two words")) for dialect in dialects]),
        _row("Element ids", [dialect.element_id_type.__name__ for dialect in dialects]),
        _row("Stored as the database's own types", [_natives(dialect) for dialect in dialects]),
        _row("A float reads back", [_exact(dialect.round_float, 0.1 + 0.2, "15 digits") for dialect in dialects]),
        _row("An item of a vector", [_exact(dialect.round_single, 0.1, "32 bits") for dialect in dialects]),
        _row("A coordinate of a point", [_exact(dialect.round_coordinate, 0.1, "32 bits") for dialect in dialects]),
        _row("NaN and infinity", [_taken(dialect.float_limits(float("nan"))) for dialect in dialects]),
        _row("NUL in a text", [_taken(dialect.text_limits("\0")) for dialect in dialects]),
        _row("Empty text as a key", [_taken(dialect.unique_text_limits("")) for dialect in dialects]),
    ]
    return "\n".join(lines)


def runs() -> str:
    """Return the table of what the last run of each database counted."""
    known: dict[str, Any] = json.loads(OUTCOMES.read_text()) if OUTCOMES.exists() else {}
    lines = ["| Database | Passed | Known failures |", "|---|---|---|"]
    for row in TABLE:
        counted = known.get(row.name, {}).get("outcomes", {})
        failing = counted.get("xfailed", 0)
        reasons = "; ".join(known.get(row.name, {}).get("reasons", ()))
        shown = f"{failing}: {reasons}" if failing else "0"
        lines.append(_row(row.name, [str(counted.get("passed", "not run")), shown]))
    return "\n".join([*lines, _row("memgraph", ["not run here: no server can be installed", ""])])


def page() -> str:
    """Return the whole page."""
    return (
        "# What each database can do\n\n"
        "Written by `make matrix` from the dialects and the last run of the suite; not by hand.\n\n"
        f"{features()}\n\n## What ran\n\nTests of the conformance, schema and property suites that run on a database, "
        f"synchronous and asynchronous.\n\n{runs()}\n"
    )


def _dialect(family: str) -> Dialect:
    module, _, name = DIALECTS[family].partition(":")
    dialect: Dialect = getattr(import_module(module), name)
    return dialect


def _row(first: str, cells: list[str]) -> str:
    return f"| {first} | {' | '.join(cells)} |"


def _cell(dialect: Dialect, feature: Feature) -> str:
    if feature is Feature.MULTI_LABEL and dialect.extra_labels is ExtraLabels.AS_PROPERTY:
        return f"yes, those after the first as the list property `{dialect.labels_property}`"
    return "yes" if feature in dialect.features else f"no. {dialect.refusals.get(feature, '')}".strip()


def _natives(dialect: Dialect) -> str:
    return ", ".join(sorted(kind.__name__ for kind in dialect.native_types))


def _exact(rounding: Any, value: float, otherwise: str) -> str:
    return "exact" if rounding(value) == value else otherwise


def _named(reason: str | None) -> str:
    return "yes" if reason is None else f"no: {reason}"


def _taken(reason: str | None) -> str:
    return "stored" if reason is None else "refused"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
    print(f"wrote {PAGE.relative_to(ROOT)}")
