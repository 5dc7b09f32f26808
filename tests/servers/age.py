"""Apache AGE: PostgreSQL from Debian's own packages in a chroot, and one that runs already."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from signal import SIGINT, SIGKILL
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.servers.debian import debian, run
from tests.servers.process import ServerProcess

# AGE's version: the release of Debian that has it, and the PostgreSQL it is built for.
RELEASES = {"1.8": ("forky", "18"), "1.5": ("trixie", "17")}
# Where runic keeps the labels that AGE has no place for, and whoever reads a graph past it has to look.
_LABELS = "_labels"
_SEVERAL = re.compile(r"\((\w*:\w+)((?::\w+)+) \{")
_LABELS_OF = re.compile(r"\blabels\((\w+)\)")
_SUFFIX = re.compile(r'("(?:[^"\\]|\\.)*")|::(?:vertex|edge|path|numeric)')


class AgeClient:
    """A database with AGE, asked past runic."""

    def __init__(self, **address: Any) -> None:
        self._address = address
        self._connection: Any = None

    def sql(self, text: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run SQL and return its rows."""
        if self._connection is None:
            import psycopg

            self._connection = psycopg.connect(**self._address, autocommit=True)
            self._connection.execute("LOAD 'age'")
            self._connection.execute('SET search_path = ag_catalog, "$user", public')
        cursor = self._connection.execute(text, params or None)
        return cursor.fetchall() if cursor.description else []

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        """Run Cypher and return its rows; the columns are counted by trying.

        A node may be created with several labels, ``labels()`` finds them all, and their property is not shown.
        """
        self._require(graph)
        cypher = _LABELS_OF.sub(rf"([label(\1)] + coalesce(\1.{_LABELS}, []))", _SEVERAL.sub(_one_label, cypher))
        refused: Exception | None = None
        for width in range(1, 12):
            columns = ", ".join(f"c{number} agtype" for number in range(width))
            text = f"SELECT * FROM cypher('{graph}', $age${cypher}$age$, %s) AS ({columns})"
            try:
                rows = self.sql(text.replace("%", "%%").replace("%%s)", "%s)"), [json.dumps(dict(params or {}))])
            except Exception as error:
                if "return row and column definition list do not match" not in str(error):
                    raise
                refused = error
                continue
            return [[_plain(value) for value in row] for row in rows]
        raise RuntimeError(f"more columns than expected: {cypher}") from refused

    def wipe(self, graph: str) -> None:
        """Remove *graph* with its tables."""
        if self.sql("SELECT 1 FROM ag_graph WHERE name = %s", [graph]):
            self.sql("SET client_min_messages = error")
            # A transaction that a test left open holds the tables.
            self.sql("SET lock_timeout = '20s'")
            self.sql("SELECT drop_graph(%s, true)", [graph])

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _require(self, graph: str) -> None:
        if not self.sql("SELECT 1 FROM ag_graph WHERE name = %s", [graph]):
            self.sql("SELECT create_graph(%s)", [graph])


class PostgresProcess(ServerProcess):
    """A process that speaks PostgreSQL's protocol and has AGE; ``prepared_by`` is what makes it ready."""

    prepared_by = "SELECT 1"
    client_options: Mapping[str, Any] = {"sslmode": "disable"}

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._client: AgeClient | None = None

    def ready(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(**self._address(), autocommit=True) as connection:
                connection.execute(self.prepared_by)
        except psycopg.OperationalError:
            return False
        return True

    def drop_client(self) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.close()
            self._client = None

    def client(self) -> AgeClient:
        """Return the ``psycopg`` client of this server."""
        if self._client is None:
            self._client = AgeClient(**self._address())
        return self._client

    def options(self, graph: str) -> dict[str, Any]:
        named = {"host": self.host, "port": self.port, "database": "postgres", "username": "postgres"}
        return {**named, "sslmode": "disable", "graph": graph}

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        return self.client().query(graph, cypher, params)

    def wipe(self, graph: str) -> None:
        if self.alive:
            self.client().wipe(graph)

    def _address(self) -> dict[str, Any]:
        return {"host": self.host, "port": self.port, "dbname": "postgres", "user": "postgres", **self.client_options}


class AgeServer(PostgresProcess):
    """One PostgreSQL with AGE on a free loopback port, its data in the chroot's ``/srv``."""

    stop_signal = SIGINT
    prepared_by = "CREATE EXTENSION IF NOT EXISTS age"

    def __init__(self, version: str, password: str = "") -> None:
        super().__init__(f"age-{version}")
        self.release, self.postgres = RELEASES[version]
        self._password = password
        self._data: Path | None = None

    def command(self) -> list[str]:
        root = self._root()
        data = root / "srv" / str(self.port)
        if self._data is None:
            self._data = data
            data.mkdir(mode=0o700)
            os.chown(data, *_owner(root))
            options = [*self._authentication(root), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
            initdb = [*self._inside(root, "initdb"), "-D", f"/srv/{self.port}", *options]
            run(initdb, f"initdb of {self.name} failed", self.name)
            self._password_file(root).unlink(missing_ok=True)
        settings = {
            "listen_addresses": self.host,
            "unix_socket_directories": "/tmp",
            "fsync": "off",
            "jit": "off",
            "shared_preload_libraries": "age",
            "dynamic_shared_memory_type": "mmap",
        }
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [*self._inside(root, "postgres"), "-D", f"/srv/{self.port}", "-p", str(self.port), *given]

    def kill(self) -> None:
        """End all processes of the server: one that survives the first would keep the next from starting."""
        if not self.alive:
            return
        sessions = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        super().kill()
        for process in map(int, sessions):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, SIGKILL)

    def stop(self) -> None:
        super().stop()
        if self._data is not None:
            shutil.rmtree(self._data, ignore_errors=True)
            self._data = None

    def _authentication(self, root: Path) -> list[str]:
        if not self._password:
            return ["-A", "trust"]
        given = self._password_file(root)
        given.write_text(self._password)
        return ["-A", "scram-sha-256", "--pwfile", f"/srv/{given.name}"]

    def _password_file(self, root: Path) -> Path:
        return root / "srv" / f"{self.port}.password"

    def options(self, graph: str) -> dict[str, Any]:
        return {**super().options(graph), **({"password": self._password} if self._password else {})}

    def _address(self) -> dict[str, Any]:
        return {**super()._address(), **({"password": self._password} if self._password else {})}

    def _root(self) -> Path:
        return debian(self.release, [f"postgresql-{self.postgres}-age"], self.name)

    def _inside(self, root: Path, program: str) -> list[str]:
        user, group = _owner(root)
        # Both replace themselves, so that the process started is the postmaster.
        become = ["chroot", f"--userspec={user}:{group}", str(root), "env", "LC_ALL=C.UTF-8", "TZ=UTC"]
        return [*become, f"/usr/lib/postgresql/{self.postgres}/bin/{program}"]


class AgeAddress:
    """A PostgreSQL with AGE that runs already (``RUNIC_TEST_AGE_URL=postgresql://user:password@host:port/database``)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._options = {
            "host": parts.hostname or "localhost",
            "port": parts.port or 5432,
            "database": parts.path.strip("/") or "postgres",
            "username": unquote(parts.username or "postgres"),
            "password": unquote(parts.password or ""),
        }
        names = {"database": "dbname", "username": "user"}
        self._client = AgeClient(**{names.get(name, name): value for name, value in self._options.items()})

    def ensure(self) -> None:
        """Do nothing: the server is not ours."""

    def options(self, graph: str) -> dict[str, Any]:
        return {**self._options, "graph": graph}

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        return self._client.query(graph, cypher, params)

    def wipe(self, graph: str) -> None:
        self._client.wipe(graph)

    def stop(self) -> None:
        self._client.close()


def _plain(value: Any) -> Any:
    """Return agtype as JSON says it: a node or relationship as the dict of its parts."""
    if value is None:
        return None
    return json.loads(_SUFFIX.sub(lambda found: found[1] or "", value), object_hook=_shown)


def _shown(value: dict[str, Any]) -> dict[str, Any]:
    return {name: item for name, item in value.items() if name != _LABELS}


def _one_label(found: re.Match[str]) -> str:
    return f"({found[1]} {{{_LABELS}: {found[2].split(':')[1:]}, "


def _owner(root: Path) -> tuple[int, int]:
    for line in (root / "etc" / "passwd").read_text().splitlines():
        name, _, user, group, *_ = line.split(":")
        if name == "postgres":
            return int(user), int(group)
    raise RuntimeError(f"{root} has no user postgres")
