"""ArcadeDB: the server inside the package ``arcadedb-embedded``, over Bolt and HTTP, and one that runs already."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from runic.testing.backends import BackendMissingError
from tests.servers.bolt import BoltClient, answers_bolt
from tests.servers.process import ServerProcess, free_port

USER, PASSWORD, DATABASE = "root", "playwithdata", "runic"


def arcadedb_package() -> Path:
    """Return the folder with the jars and the Java runtime."""
    spec = importlib.util.find_spec("arcadedb_embedded")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        return Path(place)
    raise BackendMissingError("arcadedb", "arcadedb-embedded is not installed")


class _Arcade:
    """A database reached over Bolt for Cypher and over HTTP for SQL."""

    def __init__(self, host: str, port: int, http_port: int, user: str, password: str, database: str) -> None:
        self.host, self.http_port, self.user, self.password, self.database = host, http_port, user, password, database
        self.port = port
        self.bolt = BoltClient(f"bolt://{host}:{port}", (user, password), database)

    def options(self) -> dict[str, Any]:
        return {
            "host": self.host,
            "port": self.port,
            "http_port": self.http_port,
            "database": self.database,
            "username": self.user,
            "password": self.password,
        }

    def sql(self, command: str) -> list[dict[str, Any]]:
        """Run SQL over HTTP."""
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = urllib.request.Request(
            f"http://{self.host}:{self.http_port}/api/v1/command/{self.database}",
            json.dumps({"language": "sql", "command": command}).encode(),
            {"Authorization": f"Basic {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            rows: list[dict[str, Any]] = json.load(answer)["result"]
            return rows

    def wipe(self) -> None:
        """Drop every type that is not the database's own."""
        names = [row["name"] for row in self.sql("select name from schema:types") if row["name"] not in ("V", "E")]
        while names:
            left = [name for name in names if not self._dropped(name)]
            if len(left) == len(names):
                raise RuntimeError(f"types of ArcadeDB cannot be dropped: {left}")
            names = left

    def _dropped(self, name: str) -> bool:
        try:
            quoted = name.replace("\\", "\\\\").replace("`", "\\`")
            self.sql(f"drop type `{quoted}` if exists unsafe")
        except OSError:  # a type that others extend goes after them
            return False
        return True


class ArcadeDBServer(ServerProcess):
    """One ArcadeDB on free loopback ports."""

    def __init__(self) -> None:
        super().__init__("arcadedb")
        self.http_port = 0
        self._database: _Arcade | None = None

    def command(self) -> list[str]:
        package = arcadedb_package()
        self.http_port = self.http_port or free_port()
        settings = {
            "server.rootPassword": PASSWORD,
            "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "server.defaultDatabases": f"{DATABASE}[{USER}]",
            "server.rootPath": str(self.folder),
            "server.databaseDirectory": str(self.folder / "databases"),
            "bolt.host": self.host,
            "bolt.port": str(self.port),
            "server.httpIncomingHost": self.host,
            "server.httpIncomingPort": str(self.http_port),
        }
        options = [f"-Darcadedb.{name}={value}" for name, value in settings.items()]
        java = os.fspath(package / "jre" / "bin" / "java")
        return [java, "-Xmx1g", "-cp", f"{package}/jars/*", *options, "com.arcadedb.server.ArcadeDBServer"]

    def ready(self) -> bool:
        if not answers_bolt(self.host, self.port):
            return False
        try:  # Bolt is up before the database is made
            self.database.sql("select name from schema:types")
        except OSError:
            return False
        return True

    def drop_client(self) -> None:
        if self._database is not None:
            self._database.bolt.close()
            self._database = None

    @property
    def database(self) -> _Arcade:
        if self._database is None:
            self._database = _Arcade(self.host, self.port, self.http_port, USER, PASSWORD, DATABASE)
        return self._database

    def options(self, graph: str) -> dict[str, Any]:
        return self.database.options()

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        return self.database.bolt.query(cypher, params)

    def wipe(self, graph: str) -> None:
        if self.alive:
            self.database.wipe()


class ArcadeDBAddress:
    """An ArcadeDB that runs already (``RUNIC_TEST_ARCADEDB_URL=bolt://user:password@host:port/database?http_port=``)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        http_port = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair).get("http_port", "2480")
        user, password = unquote(parts.username or USER), unquote(parts.password or "")
        name = parts.path.strip("/") or DATABASE
        host, port = parts.hostname or "localhost", parts.port or 7687
        self._database = _Arcade(host, port, int(http_port), user, password, name)

    def ensure(self) -> None:
        """Do nothing: the server is not ours."""

    def options(self, graph: str) -> dict[str, Any]:
        return self._database.options()

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        return self._database.bolt.query(cypher, params)

    def wipe(self, graph: str) -> None:
        self._database.wipe()

    def stop(self) -> None:
        self._database.bolt.close()
