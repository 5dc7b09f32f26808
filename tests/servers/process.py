"""What every server of a test run shares: a folder of its own, a free loopback port, start, kill and stop by handle."""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Self

READY_SECONDS = 120.0
STOP_SECONDS = 30.0


class ServerProcess:
    """A server that this run starts and stops; a context manager for tests that need one of their own."""

    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, name: str) -> None:
        self.name = name
        self.host, self.port = "127.0.0.1", 0
        self.restarts = 0
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """Return what starts the server in :attr:`folder` on :attr:`port`."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Whether the server answers."""
        raise NotImplementedError

    def drop_client(self) -> None:
        """Close what is connected to the server."""

    def __enter__(self) -> Self:
        self.ensure()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def folder(self) -> Path:
        assert self._folder is not None, "the server was never started"
        return self._folder

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server was never started"
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ensure(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                return
            self.restarts += 1
            warnings.warn(f"{self.name} died ({self._process.returncode}); starting it again", stacklevel=2)
            self.drop_client()
        self.start()

    def kill(self) -> None:
        """End the server at once, as a crash does; :meth:`ensure` starts it again."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(STOP_SECONDS)

    def stop(self) -> None:
        self.drop_client()
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(self.stop_signal)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def log(self) -> str:
        """Return the end of what the server has printed."""
        return (self.folder / "printed.log").read_text(errors="replace")[-4000:] if self._folder is not None else ""

    def start(self) -> None:
        """Start the process and wait until it answers."""
        if self._folder is None:
            # Not pytest's tmp_path: a unix socket's path may have about 100 characters.
            self._folder = Path(tempfile.mkdtemp(prefix="rn-"))
            atexit.register(self.stop)
        if not self.port:
            self.port = free_port()
        command = self.command()
        with (self._folder / "printed.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
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
                raise RuntimeError(f"{self.name} ended while it started:\n{self.log()}")
            if self.ready():
                return
            time.sleep(0.05)  # between looks: servers do not say that they are ready
        log = self.log()
        self.stop()
        raise RuntimeError(f"{self.name} did not answer within {READY_SECONDS:.0f} s:\n{log}")


def free_port() -> int:
    """Return a loopback TCP port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def built_once(name: str, build: Callable[[Path], None]) -> Path:
    """Return the folder *name* of the user's cache, made by *build* the first time, whoever else builds it too.

    ``RUNIC_TEST_CACHE`` names another place for the cache than ``~/.cache/runic-tests``.
    """
    cache = Path(os.environ.get("RUNIC_TEST_CACHE") or _user_cache() / "runic-tests")
    place = cache / name
    if place.exists():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / f"{name}.lock"):
        if not place.exists():
            unfinished = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=cache))
            try:
                build(unfinished)
                unfinished.rename(place)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    return place


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _end_with_parent() -> None:
    """Let the kernel stop this process when the test run is killed and can no longer do so itself."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
