"""Servers of both FalkorDB modules, past any driver: what the compiler writes is run as it stands."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runic.cypher import ast
from runic.cypher.compiler import Compiler, Statement
from runic.ogm.driver.falkordb.dialect import FALKORDB
from runic.testing.backends import ensured
from tests.servers import FALKORDB_FILES, FalkorDBServer

_NUMBERS = itertools.count(1)

Run = Callable[..., list[list[Any]]]


@pytest.fixture(scope="session", params=FALKORDB_FILES)
def falkordb_server(request: pytest.FixtureRequest) -> Iterator[FalkorDBServer]:
    """Start one server per package."""
    server = ensured(FalkorDBServer(request.param))
    yield server
    server.stop()


@pytest.fixture
def graph(falkordb_server: FalkorDBServer) -> Iterator[Any]:
    """Give the test a graph of its own, as the client's handle."""
    falkordb_server.ensure()
    name = f"cypher_{next(_NUMBERS)}"
    yield falkordb_server.client().select_graph(name)
    falkordb_server.wipe(name)


@pytest.fixture
def run(graph: Any) -> Run:
    """Run clauses, or a finished text; the columns of the answer are compared with the statement's."""

    def run_it(*clauses: ast.Clause | str, **params: Any) -> list[list[Any]]:
        if isinstance(clauses[0], str):
            statement = Statement("\n".join([str(line) for line in clauses]), params)
        else:
            statement = Compiler(FALKORDB).compile(ast.Query(clauses))
        result = graph.query(statement.text, dict(statement.params))
        if statement.columns:
            assert [name for _, name in result.header] == list(statement.columns)
        rows: list[list[Any]] = result.result_set
        return rows

    return run_it
