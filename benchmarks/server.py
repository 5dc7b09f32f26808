"""The server of one run: embedded, in a temporary folder, behind a unix socket that both clients use."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine, Generator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import by_hand
from benchmarks.models import INDEXES, people
from runic.ogm import AsyncFalkorDBDriver, FalkorDBDriver, create_driver

__all__ = ["HAND", "RUNIC", "Server", "graph_at", "running_server"]

RUNIC, HAND = "runic", "by_hand"


class Server:
    """A graph for runic and one for the client, on one server."""

    def __init__(self, driver: Any) -> None:
        self.driver: FalkorDBDriver = driver
        self.socket: str = driver.command("CONFIG", "GET", "unixsocket")[1]
        self.graph: Any = graph_at(self.socket, HAND)
        self.client: Any = self.graph.client
        self._runner: asyncio.Runner | None = None
        self._async: tuple[AsyncFalkorDBDriver, Any] | None = None

    def empty(self) -> None:
        """Make both graphs anew, with the same indexes."""
        for name in (RUNIC, HAND):
            graph = self.client.select_graph(name)
            graph.query("RETURN 1")
            graph.delete()
            for statement in INDEXES:
                graph.query(statement)

    def fill(self, count: int) -> list[dict[str, Any]]:
        """Make both graphs anew with the same people in them, and return those as rows."""
        self.empty()
        rows = people(count)
        for name in (RUNIC, HAND):
            by_hand.send(self.client.select_graph(name), by_hand.CREATE, rows)
        return rows

    # -- the other colour

    def wait_for[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the run's one event loop."""
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(work)

    @property
    def async_sides(self) -> tuple[AsyncFalkorDBDriver, Any]:
        """The async driver of runic's graph and the async client's handle of the other."""
        if self._async is None:
            module: Any = import_module("falkordb.asyncio")
            client = module.FalkorDB(unix_socket_path=self.socket)
            self._async = AsyncFalkorDBDriver(graph_at(self.socket, RUNIC)), client.select_graph(HAND)
        return self._async

    def close(self) -> None:
        """Close what was opened beside the driver, and drop the data: saving it at the end would take time."""
        if self._async is not None:
            driver, graph = self._async
            self.wait_for(driver.close())
            self.wait_for(graph.client.connection.aclose())
        if self._runner is not None:
            self._runner.close()
        self.driver.command("FLUSHALL")
        self.client.connection.close()


def graph_at(socket: str, name: str) -> Any:
    """Return the client's handle of a graph."""
    client: Any = import_module("falkordb")
    return client.FalkorDB(unix_socket_path=socket).select_graph(name)


@contextmanager
def running_server() -> Generator[Server]:
    """Start a server from whichever embedded package is installed, and stop it at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="runic-bench-") as folder,
        closing(create_driver("falkordb", path=Path(folder) / "bench.db", graph=RUNIC)) as driver,
        closing(Server(driver)) as server,
    ):
        yield server
