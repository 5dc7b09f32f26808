"""What the suite has to be told about a database: its name, and how a server of it is reached."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest

__all__ = ["BackendMissingError", "BackendUnderTest", "Server", "backend_of", "chosen", "ensured", "running"]


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


@dataclass(frozen=True)
class BackendUnderTest:
    """One database to run on: *family* is the name that ``create_driver`` knows, *server* makes what runs it.

    What the database can do is not said here: tests ask the driver's dialect. *needs* names, for ``RUNIC_REQUIRE``,
    the part that has to be installed. *known_failures* are reasons by ``"test_file.py::test_name"``: such a test is
    expected to fail, strictly, so that a repair shows.
    """

    name: str
    family: str
    server: Callable[[], Server]
    needs: str = ""
    known_failures: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)


def chosen(rows: Iterable[BackendUnderTest], wanted: str = "") -> list[BackendUnderTest]:
    """Return the rows whose family or name is in the comma-separated *wanted*; all of them when it is empty."""
    rows = list(rows)
    known = {row.family for row in rows} | {row.name for row in rows}
    names = {name.strip() for name in wanted.split(",") if name.strip()}
    if unknown := names - known:
        raise ValueError(f"no such backend: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    return [row for row in rows if not names or names & {row.family, row.name}]


def running(backend: BackendUnderTest, servers: dict[str, Server]) -> Server:
    """Return the server of *backend*, started now if need be; see :func:`ensured`."""
    return ensured(servers.setdefault(backend.name, backend.server()))


def ensured[S: Server](server: S) -> S:
    """Return *server*, started now if need be; skip the test when its parts are missing.

    ``RUNIC_REQUIRE`` names parts whose absence fails the test instead.
    """
    try:
        server.ensure()
    except BackendMissingError as missing:
        if missing.part in os.environ.get("RUNIC_REQUIRE", "").split(","):
            pytest.fail(f"{missing}, and RUNIC_REQUIRE names it", pytrace=False)
        pytest.skip(str(missing))
    return server


def backend_of(item: pytest.Item, *fixtures: str) -> BackendUnderTest | None:
    """Return the backend that a test was multiplied by: through one of *fixtures*, or through any."""
    params: dict[str, Any] = (
        item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    )
    for name, value in params.items():
        match value:
            case (BackendUnderTest() as found, *_) | (BackendUnderTest() as found) if not fixtures or name in fixtures:
                return found
            case _:
                continue
    return None
