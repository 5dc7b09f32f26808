"""The embedded server of a database file: one per file and machine, shared, saved and stopped by the last one out.

A registry beside the file (``<file>.runic.json``, locked while it is read or written) names the server's socket,
process and start. An opening attaches to a server that runs, whoever started it, and starts one otherwise. Each
process keeps one named connection open, so the server's own list of clients tells who is left: a killed process
is not, and a server that it left behind is adopted by the next opening with everything in it.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeGuard
from uuid import uuid4

from runic.exceptions import (
    ConnectionLostError,
    DriverError,
    InvalidArgumentError,
    InvalidTypeError,
    OrmError,
    OutcomeUnknownError,
)
from runic.ogm.driver.falkordb.address import Address
from runic.ogm.driver.falkordb.pool import Pool, drive
from runic.ogm.driver.falkordb.processes import exited, kill, process_start, reap, spawn
from runic.ogm.driver.falkordb.protocol import GraphProtocol
from runic.ogm.driver.falkordb.registry import Entry, Registry, locked_registry

__all__ = ["Lease"]

_SOCKET_SECONDS = 30.0
_EXIT_SECONDS = 30.0
_DYING_SECONDS = 5.0  # a killed process closes its socket a little before it is gone
_SOCKET_PATH_BYTES = 100  # the system's limit is 104 or 108


class Lease:
    """The use that one driver makes of a database file's server, from its first statement to its close."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = _checked(path)
        self._server: Server | None = None
        self._turn = threading.Lock()
        self._process = os.getpid()

    def address(self, like: Address) -> Address:
        """Return where the server is, started if need be, with the limits of *like*."""
        with self._turn:
            if self._server is None:
                self._server = _SERVERS.enter(self._path)
            return self._server.address(like.max_connections, like.timeout)

    def release(self) -> None:
        """End the use; the last one saves and stops the server. In a forked child this does nothing."""
        if self._process != os.getpid():
            return
        with self._turn:
            server, self._server = self._server, None
        if server is not None:
            _SERVERS.leave(server)


class Servers:
    """The servers that this process uses, one per file."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._busy = False
        self._open: dict[Path, Server] = {}
        self._leaving: list[Server] = []

    def enter(self, path: Path) -> Server:
        """Return the server for *path*, with one more use."""
        if self._process != os.getpid():
            self._start()  # a forked child is a user of its own
        with self._turn():
            server = self._open.get(path)
            if server is None or not server.answers():  # the users of one that died have their errors already
                server = self._open[path] = Server(path)
            server.users += 1
        self._settle()
        return server

    def leave(self, server: Server) -> None:
        """Give up one use; the last one of all saves and stops the server."""
        self._leaving.append(server)
        self._settle()

    def _settle(self) -> None:
        """Do what is to be done for the uses that ended.

        The collector may end one in the middle of a turn of this very thread; it waits for the turn's end.
        """
        with self._lock:
            while self._leaving and not self._busy:
                with self._turn():
                    self._leave(self._leaving.pop())

    def _leave(self, server: Server) -> None:
        server.users -= 1
        if not server.users:
            if self._open.get(server.path) is server:
                del self._open[server.path]
            server.end()

    @contextmanager
    def _turn(self) -> Generator[None]:
        with self._lock:
            self._busy = True
            try:
                yield
            finally:
                self._busy = False


_SERVERS = Servers()


class Server:
    """A running server, as one process uses it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.users = 0
        self._name = f"runic-{uuid4().hex}"
        with locked_registry(path) as registry:
            found = registry.read()
            if found is not None and found.database == str(path):  # another one comes with a copied database
                if self._attach(found):
                    return
                _remove_folder(Path(found.folder))
            self._start(registry)

    @property
    def _socket(self) -> Path:
        return Path(self._entry.folder) / "socket"

    def address(self, max_connections: int, timeout: int | None) -> Address:
        return Address(
            unix_socket_path=str(self._socket),
            max_connections=max_connections,
            timeout=timeout,
            client_name=self._name,
        )

    def end(self) -> None:
        """End the use by this process: without anybody else's, save and stop."""
        with locked_registry(self.path) as registry:
            self._end(registry)

    def _end(self, registry: Registry) -> None:
        try:
            self._say("SAVE")
            others = self._others()
        except OrmError as error:
            lost = isinstance(error, ConnectionLostError | OutcomeUnknownError)
            if exited(self._entry.pid, self._entry.start, _DYING_SECONDS if lost else 0):
                self._clean(registry)
                raise DriverError(
                    f"the embedded FalkorDB server of {self.path} is gone (process {self._entry.pid}): what was"
                    " written since its last save is lost; opening the file again starts a new one"
                ) from error
            self._guard.close()
            raise DriverError(
                f"the embedded FalkorDB server could not save {self.path}: {error}; it still runs with all data in"
                " it, and opening the file again finds it"
            ) from error
        if others:
            self._guard.close()
        else:
            self._stop(registry)

    def _stop(self, registry: Registry) -> None:
        """Stop a server whose data is saved."""
        with suppress(ConnectionLostError, OutcomeUnknownError):  # it answers by going
            self._say("SHUTDOWN", "NOSAVE")
        if not exited(self._entry.pid, self._entry.start, _EXIT_SECONDS):
            kill(self._entry.pid, self._entry.start)
        self._clean(registry)

    def _clean(self, registry: Registry) -> None:
        """Remove what a server that is gone has left."""
        self._guard.close()
        reap(self._entry.pid)
        _remove_folder(Path(self._entry.folder))
        if registry.read() == self._entry:
            registry.remove()

    def _others(self) -> bool:
        """Tell whether anybody else is connected: another process of ours or any other client."""
        mine = f"{self._name}-{os.getpid()}"
        clients = [dict(_pairs(line)) for line in str(self._say("CLIENT", "LIST")).splitlines()]
        return any(client.get("name") != mine for client in clients)

    def _say(self, *command: str) -> Any:
        return drive(GraphProtocol("").command(*command), self._guard.exchange)

    def _start(self, registry: Registry) -> None:
        folder = _short_folder()
        try:
            pid = spawn(folder, self.path)
        except BaseException:
            _remove_folder(folder)
            raise
        entry = Entry(pid, process_start(pid) or "", str(folder), str(self.path))
        registry.write(entry)
        if not self._attach(entry):
            failure = self._failed_to_start(folder)
            self._clean(registry)
            raise failure

    def _attach(self, entry: Entry) -> bool:
        self._entry = entry
        self._guard = Pool(self.address(1, None))
        return self.answers()

    def answers(self) -> bool:
        """Wait until the server answers, which it does not while it loads its file; False when it is gone."""
        entry = self._entry
        problem: object = "it has made no socket"
        deadline = time.monotonic() + _SOCKET_SECONDS
        while entry.alive:
            if self._socket.exists():
                try:
                    self._say("PING")
                    return True
                except ConnectionLostError as error:
                    problem = error
            if time.monotonic() > deadline and "loading" not in str(problem):
                raise DriverError(f"process {entry.pid} serves {self.path} but does not answer: {problem}")
            # Nothing tells when a server that another process started is ready.
            time.sleep(0.005)
        return False

    def _failed_to_start(self, folder: Path) -> DriverError:
        try:
            tail = "\n".join((folder / "log").read_text(errors="replace").splitlines()[-15:])
        except OSError:
            tail = "(no log)"
        return DriverError(
            f"the embedded FalkorDB server did not start with {self.path}: the file may be damaged or of a newer"
            f" version; the end of its log:\n{tail}"
        )


def _is_path(path: object) -> TypeGuard[str | os.PathLike[str]]:
    return isinstance(path, str | os.PathLike)


def _checked(path: object) -> Path:
    if not _is_path(path):
        raise InvalidTypeError(f"path= is a string or a path, not {type(path).__name__}")
    try:
        database = Path(os.path.realpath(Path(path).expanduser()))
    except (ValueError, RuntimeError) as error:  # half a character, a NUL, a home of nobody
        raise InvalidArgumentError(f"path={path!r} names no file: {error}") from error
    if not database.parent.is_dir():
        raise InvalidArgumentError(f"there is no directory {database.parent} for the database file {database.name}")
    if database.is_dir():
        raise InvalidArgumentError(f"{database} is a directory; path= names the database file")
    return database


def _short_folder() -> Path:
    """Make a private folder whose path leaves room for a socket's."""
    folder = Path(tempfile.mkdtemp(prefix="runic-"))
    if len(os.fsencode(folder / "socket")) > _SOCKET_PATH_BYTES:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="runic-", dir="/tmp"))
    return folder


def _remove_folder(folder: Path) -> None:
    """Remove a server's folder: the files it is known to have, and nothing else whatever the registry says."""
    with suppress(OSError):
        for name in ("socket", "log", "server.conf"):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    for part in line.split(" "):
        name, _, value = part.partition("=")
        yield name, value
