"""Neo4j Community: the embedded database of its Maven artifact behind a small launcher, and one that runs already."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from runic.testing.backends import BackendMissingError
from tests.servers.bolt import BoltClient, answers_bolt, client_of
from tests.servers.process import ServerProcess, built_once

# Pinned: for a range, Maven reads the description of every release.
LTS, CURRENT = "5.26.12", "2026.08.1"
_NEEDED_JAVA = {LTS: 17, CURRENT: 21}
_OPENED = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.nio", "sun.nio.ch", "java.io")]
_POM = """<project><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency>
<groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version>
</dependency></dependencies></project>
"""


class Neo4jServer(ServerProcess):
    """One Neo4j on a free loopback port; *auth* turns on the check of user and password."""

    def __init__(self, version: str = LTS, *, auth: bool = False) -> None:
        super().__init__(f"neo4j-{'.'.join(version.split('.')[:2])}")
        self.version = version
        self._auth = auth
        self._client: BoltClient | None = None

    def command(self) -> list[str]:
        java = _java(_NEEDED_JAVA[self.version], self.name)
        path = f"{_launcher(self.name)}:{_jars(self.version, self.name)}/*"
        mode = "auth" if self._auth else "open"
        options = ["-Xmx1g", "-XX:+UseParallelGC", *_OPENED, "-cp", path]
        return [java, *options, "Neo4jServer", str(self.folder / "data"), str(self.port), mode]

    def ready(self) -> bool:
        return answers_bolt(self.host, self.port)

    def drop_client(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    @property
    def url(self) -> str:
        return f"bolt://{self.host}:{self.port}"

    def client(self) -> BoltClient:
        """Return the ``neo4j`` client of this server."""
        if self._client is None:
            self._client = BoltClient(self.url)
        return self._client

    def options(self, graph: str) -> dict[str, Any]:
        return {"url": self.url, "encrypted": False}

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        return self.client().query(cypher, params)

    def wipe(self, graph: str) -> None:
        if self.alive:
            wipe(self.client())


class Neo4jAddress:
    """A Neo4j that runs already (``RUNIC_TEST_NEO4J_URL``); its database is emptied between tests."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = client_of(url)

    def ensure(self) -> None:
        """Do nothing: the server is not ours."""

    def options(self, graph: str) -> dict[str, Any]:
        return {"url": self._url, "encrypted": False}

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        return self._client.query(cypher, params)

    def wipe(self, graph: str) -> None:
        wipe(self._client)

    def stop(self) -> None:
        self._client.close()


def wipe(client: BoltClient) -> None:
    """Drop every constraint and index, then delete every node."""
    for (name,) in client.query("SHOW CONSTRAINTS YIELD name"):
        client.query(f"DROP CONSTRAINT `{name}`")
    for (name,) in client.query("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
        client.query(f"DROP INDEX `{name}`")
    client.query("MATCH (n) DETACH DELETE n")


def _jars(version: str, part: str) -> Path:
    return built_once(f"neo4j-{version}", lambda folder: _download(folder, version, part))


def _download(folder: Path, version: str, part: str) -> None:
    if shutil.which("mvn") is None:
        raise BackendMissingError(part, "Neo4j's jars come by Maven, and mvn is not installed")
    (folder / "pom.xml").write_text(_POM.format(version=version))
    maven = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
    _run(maven, folder, f"Maven could not get Neo4j {version}", part)


def _launcher(part: str) -> Path:
    source = Path(__file__).with_name("Neo4jServer.java")
    # The compiler of Java 17 cannot read the newer jars, and what it makes from the older ones runs on both.
    jars = _jars(LTS, part)

    def compile_into(folder: Path) -> None:
        if shutil.which("javac") is None:
            raise BackendMissingError(part, "Neo4j's launcher has to be compiled, and javac is not installed")
        javac = ["javac", "-proc:none", "--release", "17", "-cp", f"{jars}/*", "-d", str(folder), str(source)]
        _run(javac, folder, "the launcher of Neo4j does not compile", part)

    return built_once(f"neo4j-launcher-{crc32(source.read_bytes()):08x}", compile_into)


def _java(least: int, part: str) -> str:
    for java in ("java", *_packaged_java()):
        if (found := shutil.which(java)) and _major(found) >= least:
            return found
    raise BackendMissingError(part, f"Java {least} or newer is not installed; pip install arcadedb-embedded brings one")


def _packaged_java() -> list[str]:
    spec = importlib.util.find_spec("arcadedb_embedded")
    places = (spec.submodule_search_locations or ()) if spec else ()
    return [str(Path(place, "jre", "bin", "java")) for place in places]


def _major(java: str) -> int:
    printed = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', printed)
    return int(found[1]) if found else 0


def _run(command: list[str], folder: Path, failure: str, part: str) -> None:
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackendMissingError(part, f"{failure}: {(done.stdout + done.stderr)[-1000:]}")
