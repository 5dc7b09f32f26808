"""One database of a run: started by it, with a graph for runic and one for the client where it has several."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import Any

from benchmarks.by_hand import Texts, texts_for
from benchmarks.clients import Client, client_for
from benchmarks.models import MODELS, people
from runic.migrate import SchemaManager
from runic.ogm import create_async_driver, create_driver
from runic.testing.backends import BackendUnderTest

__all__ = ["HAND", "RUNIC", "Server", "running_server"]

RUNIC, HAND = "runic_bench", "by_hand_bench"
# These have one graph: both sides use it in turns.
_SHARED = frozenset({"neo4j", "memgraph", "arcadedb"})


class Server:
    """A graph for runic and one for the client, on one server, with the same indexes."""

    def __init__(self, backend: BackendUnderTest) -> None:
        self.name = backend.name
        self.family = backend.family
        self.texts: Texts = texts_for(backend.family)
        self._running = backend.server()
        self._running.ensure()
        self._graphs = (RUNIC,) if self.family in _SHARED else (RUNIC, HAND)
        self._drivers: dict[str, Any] = {name: self._connected(name) for name in self._graphs}
        self.driver: Any = self._drivers[RUNIC]
        self._clients: dict[str, Client] = {}
        self._runner: asyncio.Runner | None = None
        self._async_driver: Any = None

    def _connected(self, graph: str) -> Any:
        return create_driver(self.family, **self.options(graph))

    def options(self, graph: str) -> dict[str, Any]:
        """Return the keyword arguments of ``create_driver`` for *graph*."""
        return self._running.options(graph)

    def place(self, *, runic: bool) -> dict[str, Any]:
        """Return the keyword arguments of ``create_driver`` for the graph of one side."""
        return self.options(self._graphs[0] if runic else self._graphs[-1])

    def client(self, graph: str) -> Client:
        """Return the client's handle of *graph*."""
        if graph not in self._clients:
            self._clients[graph] = client_for(self.family, self.options(graph), graph, self._drivers[graph])
        return self._clients[graph]

    @property
    def hand(self) -> Client:
        """The client, at its own graph."""
        return self.client(self._graphs[-1])

    def empty(self) -> None:
        """Make the graphs anew, with the same indexes."""
        for name, driver in self._drivers.items():
            self._running.wipe(name)
            # What a driver knows of a graph ends with it.
            driver.close()
            self._drivers[name] = self._connected(name)
            schema = SchemaManager(self._drivers[name])
            schema.ensure_entity_types(MODELS)
            schema.sync_schema(MODELS)
        self.driver = self._drivers[RUNIC]
        for client in self._clients.values():
            client.forget()
        if self._async_driver is not None:
            self.wait_for(self._async_driver.close())
            self._async_driver = None

    def fill(self, count: int) -> list[dict[str, Any]]:
        """Make the graphs anew with the same people in them, and return those as rows."""
        rows = people(count)
        self.write(self.texts.create, rows)
        return rows

    def write(self, statement: str, rows: list[dict[str, Any]]) -> None:
        """Make the graphs anew, and write the same *rows* into each."""
        self.empty()
        for name in self._graphs:
            self.client(name).write(statement, rows)

    # -- the other colour

    def wait_for[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the run's one event loop."""
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(work)

    @property
    def async_driver(self) -> Any:
        """The async driver of runic's graph."""
        if self._async_driver is None:
            self._async_driver = create_async_driver(self.family, **self.options(RUNIC))
        return self._async_driver

    def close(self) -> None:
        """Close what was opened, and stop the server."""
        if self._runner is not None:
            if self._async_driver is not None:
                self.wait_for(self._async_driver.close())
            for client in self._clients.values():
                self.wait_for(client.close_async())
            self._runner.close()
        for client in self._clients.values():
            client.close()
        for driver in self._drivers.values():
            driver.close()
        self._running.stop()


@contextmanager
def running_server(backend: BackendUnderTest) -> Generator[Server]:
    """Start a server, and stop it at the end."""
    server = Server(backend)
    try:
        yield server
    finally:
        server.close()
