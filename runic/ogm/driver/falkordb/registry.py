"""The file beside a database that names its running server; locked while it is read or written."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from runic.exceptions import DriverError
from runic.ogm.driver.falkordb.processes import process_start

__all__ = ["Entry", "Registry", "locked_registry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the registry says of a running server."""

    pid: int
    start: str
    folder: str
    database: str

    @property
    def alive(self) -> bool:
        return process_start(self.pid) == self.start


class Registry:
    """The locked registry file of one database."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path

    def read(self) -> Entry | None:
        """Return the entry; one that cannot be read counts as none."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        try:
            return Entry(**json.loads(os.read(self._descriptor, 65536)))
        except (ValueError, TypeError):
            return None

    def write(self, entry: Entry) -> None:
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(asdict(entry)).encode(), 0)

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)


@contextmanager
def locked_registry(database: Path) -> Generator[Registry]:
    """Hold the lock on the registry of *database*; the file may be removed by the one who holds it."""
    path = database.with_name(f"{database.name}.runic.json")
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DriverError(f"{path} cannot be opened, which tells who serves {database}: {error}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_still(path, descriptor):
                yield Registry(descriptor, path)
                return
        finally:
            os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
