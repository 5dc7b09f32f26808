"""Benchmarks without statements to time: constructing objects, memory of loaded ones, time of the import."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.harness import Case, Side
from benchmarks.models import Person, PersonRecord, people
from benchmarks.server import Server

__all__ = ["ALONE", "CASES"]


def construct(_server: object, scale: float) -> Case:
    """Make objects with keyword arguments."""
    rows = people(int(100_000 * scale))

    def making(cls: Callable[..., Any]) -> Callable[[], Callable[[], int]]:
        return lambda: lambda: len([cls(**row) for row in rows])

    sides = [Side("runic, Node", making(Person)), Side("dataclass", making(PersonRecord))]
    return Case("construct", f"make {len(rows):,} objects of 6 fields", sides)


def _probe(*arguments: str) -> Any:
    command = [sys.executable, "-m", "benchmarks.probe", *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def memory(server: Server, scale: float) -> Case:
    """What is held after a load, without what the load needed in between; each figure from a process of its own."""
    count = int(200_000 * scale)
    server.fill(count)

    def measure(side: Side) -> tuple[float, Any]:
        shape: str = side.prepare()()
        found = _probe("memory", shape, server.family, json.dumps(server.place(runic=shape == "runic")))
        return found["bytes"] / 2**20, found["count"]

    sides = [
        Side(shown, _constant(shape))
        for shown, shape in (("runic", "runic"), ("by hand, nodes", "nodes"), ("by hand, columns", "columns"))
    ]
    return Case("memory", f"hold {count:,} loaded nodes of 6 fields (tracemalloc)", sides, "MiB", measure)


def import_time(_server: object, _scale: float) -> Case:
    """What an import adds to an interpreter that starts and stops: an empty one is measured just before each."""

    def start(code: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return (time.perf_counter() - started) * 1000

    def measure(side: Side) -> tuple[float, Any]:
        empty = start("pass")
        return start(side.prepare()()) - empty, None

    sides = [Side(name, _constant(name)) for name in ("import runic.ogm", "import falkordb")]
    foreign = ", ".join(_probe("imports")) or "none"
    return Case(
        "import-time", f"over an empty interpreter; third-party packages imported: {foreign}", sides, "ms", measure
    )


CASES = (memory,)
ALONE = (construct, import_time)
"""These need no database."""


def _constant(value: str) -> Callable[[], Callable[[], str]]:
    return lambda: lambda: value
