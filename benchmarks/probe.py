"""What needs a process of its own: ``python -m benchmarks.probe memory SHAPE FAMILY`` or ``… probe imports``."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tracemalloc
from typing import Any

__all__: list[str] = []


def memory(shape: str, family: str, options: str) -> dict[str, int]:
    """Load every person in *shape*, and return how many bytes that holds once the load is over.

    *options* are the keyword arguments of ``create_driver``, as JSON.
    """
    from benchmarks.by_hand import texts_for
    from benchmarks.clients import client_for
    from benchmarks.models import Person
    from runic.ogm import Session, create_driver, select

    place = json.loads(options)
    driver: Any = create_driver(family, **place)
    if shape == "runic":
        session = Session(driver)
        statement = select(Person)

        def read() -> list[Any]:
            return session.scalars(statement)

        session.scalars(statement.limit(1))
        session.expunge_all()
    else:
        client = client_for(family, place, place.get("graph", ""), driver)
        text = texts_for(family).nodes if shape == "nodes" else texts_for(family).columns

        def read() -> list[Any]:
            return client.read(text)

        client.read(f"{text} LIMIT 1")
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
