"""Apache AGE without root: PGlite, PostgreSQL compiled for Node.js, behind a socket."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from runic.testing.backends import BackendMissingError
from tests.servers.age import PostgresProcess
from tests.servers.process import built_once

PGLITE = "age-pglite"
# Pinned together: each extension is compiled for one PGlite. These carry AGE 1.7 on PostgreSQL 18.
_PACKAGES = {
    "@electric-sql/pglite": "0.5.14",
    "@electric-sql/pglite-age": "0.0.15",
    "@electric-sql/pglite-socket": "0.2.17",
}
_NEEDED_NODE = 20
_SCRIPT = Path(__file__).with_suffix(".mjs")


class PGliteServer(PostgresProcess):
    """One PGlite with AGE on a free loopback port; its data is in its memory.

    All connections share one backend: an open transaction makes every other connection wait.
    """

    # Statements prepared by one connection would be known to all of them.
    client_options: Mapping[str, Any] = {"sslmode": "disable", "prepare_threshold": None}

    def __init__(self) -> None:
        super().__init__(PGLITE)

    def options(self, graph: str) -> dict[str, Any]:
        return {**super().options(graph), "max_connections": 1, "acquire_timeout": 2.0}

    def command(self) -> list[str]:
        node, folder = _node(), _packages()
        return [node, str(folder / _SCRIPT.name), str(self.port)]


def _node() -> str:
    node = shutil.which("node")
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout if node else ""
    found = re.match(r"v(\d+)", shown)
    if node is None or found is None or int(found[1]) < _NEEDED_NODE:
        raise BackendMissingError(PGLITE, f"Node.js {_NEEDED_NODE} or newer is not installed; PGlite runs in it")
    return node


def _packages() -> Path:
    key = crc32(json.dumps(_PACKAGES).encode() + _SCRIPT.read_bytes())
    return built_once(f"pglite-{_PACKAGES['@electric-sql/pglite']}-{key:08x}", _install)


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise BackendMissingError(PGLITE, "npm is not installed; PGlite is a package of it")
    (folder / "package.json").write_text(json.dumps({"private": True, "type": "module", "dependencies": _PACKAGES}))
    shutil.copy(_SCRIPT, folder)
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise BackendMissingError(PGLITE, f"PGlite does not install: {(done.stdout + done.stderr)[-1000:]}")
