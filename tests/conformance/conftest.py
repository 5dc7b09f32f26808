"""The ``db`` fixture: each test that asks for it runs for every backend, synchronously and asynchronously."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import AsyncIterator, Generator
from typing import Any

import pytest

from tests.conformance.backends import Backend, backends, running
from tests.conformance.harness import COLOURS, Db
from tests.servers import Server

_NUMBERS = itertools.count(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Multiply a test that uses ``db`` by the backends and the colours."""
    if "db" not in metafunc.fixturenames:
        return
    only = {word for mark in metafunc.definition.iter_markers("only") for word in mark.args}
    colours = [colour for colour in COLOURS if colour in only] or COLOURS
    families = only - set(COLOURS)
    rows = [row for row in backends(metafunc.config.getoption("--backends")) if not families or row.family in families]
    cases = [(row, colour) for row in rows for colour in colours]
    metafunc.parametrize("db", cases, indirect=True, ids=[f"{row.name}-{colour}" for row, colour in cases])


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """Expect the dialect's refusal from a test whose ``requires`` the database does not have."""
    db = pyfuncitem.funcargs.get("db")
    wanted = [feature for mark in pyfuncitem.iter_markers("requires") for feature in mark.args]
    missing = [feature for feature in wanted if isinstance(db, Db) and feature not in db.dialect.features]
    if not isinstance(db, Db) or not missing:
        return (yield)
    from runic.ogm.exceptions import UnsupportedFeatureError

    sentence = db.dialect.refusals.get(missing[0], "")
    with pytest.raises(UnsupportedFeatureError, match=re.escape(sentence)):
        yield
    return True


@pytest.fixture
def server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    """Return the running server of the backend that ``db`` was given."""
    backend: Backend = request.node.callspec.params["db"][0]
    return running(backend, servers)


@pytest.fixture
async def db(request: pytest.FixtureRequest, server: Server) -> AsyncIterator[Db]:
    """Give the test a database with a graph of its own, removed afterwards."""
    backend, colour = request.param
    opened = Db(backend, server, colour, f"runic_test_{os.getpid()}_{next(_NUMBERS)}")
    yield opened
    await opened.close()
