"""What needs a process of its own: ``python -m benchmarks.probe memory SHAPE SOCKET`` or ``… probe imports``."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tracemalloc
from typing import Any

__all__: list[str] = []


def memory(shape: str, socket: str) -> dict[str, int]:
    """Load every person in *shape*, and return how many bytes that holds once the load is over."""
    from benchmarks import by_hand
    from benchmarks.models import Person
    from benchmarks.server import HAND, RUNIC, graph_at
    from runic.ogm import FalkorDBDriver, Session, select

    if shape == "runic":
        session = Session(FalkorDBDriver(graph_at(socket, RUNIC)))
        statement = select(Person)

        def read() -> list[Any]:
            return session.scalars(statement)

        session.scalars(statement.limit(1))
        session.expunge_all()
    else:
        graph = graph_at(socket, HAND)
        text = by_hand.READ_NODES if shape == "nodes" else by_hand.READ_COLUMNS

        def read() -> list[Any]:
            found: list[Any] = graph.ro_query(text).result_set
            return found

        graph.ro_query(f"{text} LIMIT 1")
    gc.collect()
    tracemalloc.start()
    held = read()
    gc.collect()
    return {"count": len(held), "bytes": tracemalloc.get_traced_memory()[0]}


def imports() -> list[str]:
    """Return the packages outside the standard library that ``import runic.ogm`` imports."""
    code = "import sys; before = set(sys.modules); import runic.ogm; print(*(set(sys.modules) - before))"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    packages = {name.partition(".")[0] for name in found}
    return sorted(packages - sys.stdlib_module_names - {"runic"})


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    print(json.dumps(memory(*arguments) if kind == "memory" else imports()))
