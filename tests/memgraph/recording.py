"""Every statement that a test run compiles for Memgraph, written to a file that its real grammar can be tried on.

No Memgraph runs here, so what the tests ask of any other database is compiled for this one as well: each statement of
the query builder, each fixed statement of a session, and each index or constraint that is created.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from runic.cypher.compiler import Compiler, Statement, compiler_for
from runic.exceptions import OrmError
from runic.migrate import _reconcile
from runic.ogm.driver import GraphResult
from runic.ogm.driver.memgraph import MEMGRAPH, MemgraphDialect
from runic.ogm.driver.memgraph.ddl import MemgraphSchema
from runic.ogm.mapper.codec import EdgeCodec, NodeCodec
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.query import _chain
from runic.ogm.query.lowering import lower
from runic.ogm.session import reading
from runic.ogm.session.statements import Statements

__all__ = ["RECORDED", "install", "note", "recorded", "write"]

FILE = Path("build", "memgraph-statements.jsonl")
RECORDED: dict[str, dict[str, Any]] = {}
"""Parameters by text, each text once."""

_mapper = Mapper(MEMGRAPH)
_statements = Statements(_mapper)
# The rows of a batch and the keys of a look-up come with each use.
_LATER = {"rows": [], "keys": []}


def note(text: str, params: Mapping[str, Any]) -> None:
    """Remember a statement."""
    if text not in RECORDED:
        RECORDED[text] = {name: _LATER.get(name) if value is None else value for name, value in params.items()}


def install() -> None:
    """Record what is compiled from now on."""
    compile_query = Compiler.compile

    @wraps(compile_query)
    def recorded(self: Compiler, query: Any) -> Statement:
        statement = compile_query(self, query)
        if isinstance(self._spelling.dialect, MemgraphDialect):
            note(statement.text, statement.params)
        return statement

    Compiler.compile = recorded
    for module in (_chain, reading):
        module.lower = _also_lowered(module.lower)
    _reconcile._create_group = _also_created(_reconcile._create_group)
    for name, method in list(vars(Statements).items()):
        if not name.startswith("_"):
            setattr(Statements, name, _also_written(method))


def _also_lowered(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def lowered(question: Any, mapper: Mapper, *mode: Any) -> Any:
        found = original(question, mapper, *mode)
        if mapper.dialect is not MEMGRAPH:
            _shadow(lambda: compiler_for(MEMGRAPH).compile(lower(question, _mapper, *mode).query))
        return found

    return lowered


def _also_written(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def written(self: Statements, *args: Any, **options: Any) -> Statement:
        found: Statement = original(self, *args, **options)
        if self._mapper.dialect is not MEMGRAPH:
            _shadow(lambda: original(_statements, *map(_translated, args), **options))
        return found

    return written


def _also_created(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def created(backend: Any, group: list[Any], known: set[Any]) -> Any:
        _shadow(lambda: _create(group))
        return original(backend, group, known)

    return created


def _create(group: list[Any]) -> None:
    """Note what would create a group of indexes or constraints where there is none."""
    schema = MemgraphSchema(_mapper)
    for spec in group:
        schema.check(spec)
    flow = schema.create(group, ())
    request: Any = next(flow, None)
    while request is not None:
        note(request.cypher, request.params)
        try:
            request = flow.send(GraphResult())
        except StopIteration:
            return


def _translated(argument: Any) -> Any:
    if isinstance(argument, NodeCodec):
        return _mapper.node(argument.cls)
    return _mapper.edge(argument.cls) if isinstance(argument, EdgeCodec) else argument


def _shadow(compile_it: Callable[[], Any]) -> None:
    try:
        compile_it()
    except OrmError:
        return  # what this database refuses is the business of its own tests


def recorded() -> dict[str, Any]:
    """Return the parameters of each statement as JSON has them, by its text."""
    return {text: _plain(params) for text, params in RECORDED.items()}


def write() -> None:
    """Write the file: one JSON object a line."""
    if RECORDED:
        FILE.parent.mkdir(exist_ok=True)
        lines = [json.dumps({"text": text, "params": params}) for text, params in recorded().items()]
        FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)
