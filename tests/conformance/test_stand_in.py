"""PGlite, the AGE of who is not root: when it runs, and that it answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runic.testing.backends import running
from tests.conformance import backends as table
from tests.servers.pglite import PGLITE, PGliteServer


@pytest.fixture
def pglite() -> Iterator[PGliteServer]:
    server = PGliteServer()
    started = running(table.BackendUnderTest(PGLITE, "age", lambda: server, PGLITE), {})
    assert started is server
    yield server
    server.stop()


def names(wanted: str = "") -> list[str]:
    return [row.name for row in table.backends(wanted)]


def test_it_runs_only_when_it_is_named() -> None:
    assert PGLITE not in names()
    assert names(PGLITE) == [PGLITE]


def test_it_answers_cypher(pglite: PGliteServer) -> None:
    created = pglite.query("stand_in", "CREATE (a:A {n: 1})-[:R]->(b:B) RETURN a.n, labels(b)")
    assert created == [[1, ["B"]]]
    assert pglite.query("stand_in", "MATCH (a)-[r]->() WHERE a.n = $n RETURN count(r)", {"n": 1}) == [[1]]
    pglite.wipe("stand_in")
    assert pglite.query("stand_in", "MATCH (a) RETURN count(a)") == [[0]]
