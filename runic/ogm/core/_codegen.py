"""Compile one generated function so that tracebacks and debuggers can show its source."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

_numbers = count(1)


def compile_function(
    name: str, signature: str, body: Sequence[str], namespace: dict[str, Any], owner: str
) -> Callable[..., Any]:
    """Return the function ``def name(signature): body``; values reach it through *namespace*, never as text."""
    source = "\n".join([f"def {name}({signature}):", *(f"    {line}" for line in body or ["pass"])]) + "\n"
    filename = f"<runic {name} {owner} #{next(_numbers)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    return function
