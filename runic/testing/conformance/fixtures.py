"""The ``db`` fixture: each test that asks for it runs for every backend, synchronously and asynchronously."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Generator
from typing import Any

import pytest

from runic.testing.backends import BackendUnderTest, Server, running
from runic.testing.conformance.harness import COLOURS, Db, refused
from runic.testing.plugin import require_auto_mode, rows

_NUMBERS = itertools.count(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Multiply a test that uses ``db`` by the backends and the colours."""
    if "db" not in metafunc.fixturenames:
        return
    require_auto_mode(metafunc.config)
    only = {word for mark in metafunc.definition.iter_markers("only") for word in mark.args}
    colours = [colour for colour in COLOURS if colour in only] or COLOURS
    families = only - set(COLOURS)
    found = [row for row in rows(metafunc.config) if not families or families & {row.family, row.name}]
    cases = [(row, colour) for row in found for colour in colours]
    metafunc.parametrize("db", cases, indirect=True, ids=[f"{row.name}-{colour}" for row, colour in cases])


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """Expect the dialect's refusal from a test whose ``requires`` the database does not have."""
    db = pyfuncitem.funcargs.get("db")
    refusal = refused(pyfuncitem, db.dialect) if isinstance(db, Db) else None
    if refusal is None:
        return (yield)
    with refusal:
        yield
    return True


@pytest.fixture
def server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    """Return the running server of the backend that ``db`` was given."""
    backend: BackendUnderTest = request.node.callspec.params["db"][0]
    return running(backend, servers)


@pytest.fixture
async def db(request: pytest.FixtureRequest, server: Server) -> AsyncIterator[Db]:
    """Give the test a database with a graph of its own, removed afterwards."""
    backend, colour = request.param
    opened = Db(backend, server, colour, f"runic_test_{os.getpid()}_{next(_NUMBERS)}")
    yield opened
    await opened.close()
