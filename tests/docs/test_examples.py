"""The example programs: each runs as its user would run it, prints what it promises, and leaves nothing behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT
from tests.docs.test_snippets import run

EXAMPLES = ROOT / "examples"

# The lines that show what the example is about; others may be added or reworded freely.
EXPECTED = {
    "mapping.py": [
        "Missing now: 0",
        "The database's key for the reader is a str",
        "Middlemarch, 880 pages, 12.90 francs, shelved; long: True",
        "Changed: on loan ['novel', 'victorian', 'classic'] None",
    ],
    "relations.py": [
        "Stored: 2 artists and 2 songs",
        "Lazily: ['Feeling Good', 'Sinnerman']",
        "One object per node: True",
        "Labels: None and Blue Note",
        "Nina wrote 60% of Feeling Good in 1965",
        "Writers after unrelate(): []",
    ],
    "query_builder.py": [
        "Over 30: ['Ada', 'Cleo']",
        "Without a city: ['Dan']",
        "Page 2: ['Ben', 'Dan']",
        "Per city: {'n.city': 'Bern', 'people': 2, 'age': 35.0}",
        "Cleo gives Amélie 9.5",
        "All bosses of Dan: ['Ada', 'Ben', 'Cleo']",
        "New films about space: ['Arrival']",
        "MATCH (n:Person)",
    ],
    "polymorphism.py": [
        "Vehicle: car car-1 with 5 doors",
        "Lorry: 2",
        "In the depot: ['Car', 'Lorry', 'Tanker', 'Vehicle']",
        "Labels: tanker-1 ['Lorry', 'Tanker', 'Vehicle']",
    ],
    "native_types.py": [
        "Climate: Vector [0.1, 0.3, 0.2]",
        "Similar to mild weather: ['zermatt', 'lugano']",
        "Within 150 km: zermatt (28 km)",
        "In the first subnet: ['10.0.0.1', '10.0.0.2']",
    ],
    "async_session.py": [
        "Fetched: [0, 1, 2]",
        "Scorers: [(5, 2), (4, 1)]",
        "Goals: [4, 3]",
        "Counted: {'n.name': 'Team 0', 'players': 3}",
    ],
    "orm/01_simple_crud.py": [
        "Staged: 3 and in the graph: 0",
        "Flushed: 0 and in the graph: 3",
        "The same object: True",
        "Rolled back: Buy milk and None",
        "After: Call Bob",
        "Left: ['t1', 't3', 't4']",
    ],
    "orm/02_polymorphic_locations.py": [
        "Country: Japan",
        "Large cities: [('Kyoto', 1450000)]",
        "One object: True",
        "Above the restaurant: ['City Kyoto', 'Country Japan']",
    ],
    "orm/03_relationships_and_edges.py": [
        "Edges: 3",
        "Ann: Acme, knows ['Bob']",
        "Acme's staff now: ['Bob']",
        "Ann is owner of rome: accepted",
        "Accepted: ['Ann', 'Bob']",
    ],
    "orm/04_pagination_and_custom_queries.py": [
        "Page 2: [8, 9]",
        "After 5: [6, 7, 8, 9]",
        "Published: 5 and drafts left: 5",
        "Left: 7",
    ],
}


@pytest.mark.spec(438, 439, 440, 441, 442, 443, 444, 445, 446, 447)
@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_runs_and_shows_what_it_is_about(name: str, tmp_path: Path) -> None:
    printed = run(EXAMPLES / name, tmp_path).splitlines()
    assert [line for line in EXPECTED[name] if line not in printed] == []
    assert list(tmp_path.iterdir()) == []


def test_every_example_is_run() -> None:
    """A folder with a ``pyproject.toml`` is a package, whose own suite ``tests/conformance`` runs."""
    packages = [path.parent for path in EXAMPLES.glob("*/pyproject.toml")]
    programs = {path for path in EXAMPLES.rglob("*.py") if not any(map(path.is_relative_to, packages))}
    assert {path.relative_to(EXAMPLES).as_posix() for path in programs} == {*EXPECTED, "quickstart.py"}
    assert [package.name for package in packages] == ["third_party_backend"]


@pytest.mark.spec(448)
def test_no_example_needs_a_checker_to_look_away() -> None:
    """Together with ``make types``, which runs mypy and pyright in their strict modes over the examples."""
    for path in EXAMPLES.rglob("*.py"):
        assert not re.search(r"#\s*(type:\s*ignore|pyright:|noqa|mypy:)", path.read_text()), path
