"""What is said to FalkorDB about one graph, as flows without I/O: one implementation for both colours.

A flow yields an :class:`Exchange`, gets back one reply per command (an error of the server's is an exception
object among them), and returns its result. Statements carry the version of the names that decode their answer,
so a graph that somebody deleted and made anew is never read with the names of the old one.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from runic.cypher.compiler import Statement
from runic.exceptions import ConnectionLostError, DriverError, InvalidTypeError, OutcomeUnknownError, QuerySyntaxError
from runic.ogm.driver import VALUES, GraphResult, RowFactory
from runic.ogm.driver.errors import shortened
from runic.ogm.driver.falkordb.errors import is_list, is_missing_graph, server_error, version_refused
from runic.ogm.driver.falkordb.names import NAMES_QUERY, Names, UnknownNameError
from runic.ogm.driver.falkordb.parameters import encode_params
from runic.ogm.driver.falkordb.wire import decode_reply

__all__ = ["Exchange", "Flow", "GraphProtocol", "with_gc_paused"]

type Command = tuple[str | bytes | int, ...]

# Each attempt means that somebody else added names to the graph in between.
_ATTEMPTS = 50
_READING_COMMANDS = frozenset({
    "GRAPH.EXPLAIN", "GRAPH.INFO", "GRAPH.LIST", "GRAPH.MEMORY", "GRAPH.RO_QUERY", "GRAPH.SLOWLOG", "INFO", "PING",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exchange:
    """Commands that go out together on one connection, once."""

    commands: tuple[Command, ...]
    write: bool
    text: str


type Flow[T] = Generator[Exchange, list[Any], T]


def with_gc_paused[T](function: Callable[[], T]) -> T:
    """Call *function*, which makes very many objects, with the cyclic collector off if it was on.

    Reading 50,000 nodes makes some 900,000 containers that all stay alive; the collector walks them again and
    again and finds nothing. Nothing of ours waits in here, so other threads lose no collection for long.
    """
    if not gc.isenabled():
        return function()
    gc.disable()
    try:
        return function()
    finally:
        gc.enable()


class GraphProtocol:
    """The flows of one graph, and the names it is known to use; safe to share between threads and tasks.

    The snapshot of names is replaced, never changed: two flows that refresh it at once do the work twice and
    both are right.
    """

    def __init__(self, graph: str, timeout: int | None = None) -> None:
        self.graph = graph
        self._options: Command = () if timeout is None else ("timeout", timeout)
        self._names = Names()
        self._most_rows: int | None = None  # what the server cuts an answer to; negative for nothing

    def query(self, statement: Statement, factory: RowFactory = VALUES) -> Flow[GraphResult]:
        """Run one statement."""
        text = _statement_text(statement.text, statement.params)
        verb = "GRAPH.QUERY" if statement.write else "GRAPH.RO_QUERY"
        most_rows = self._most_rows
        if most_rows is None:
            most_rows = yield from self._ask_most_rows()
        for _ in range(_ATTEMPTS):
            names = self._names
            command = (verb, self.graph, text, "--compact", "version", names.version, *self._options)
            [reply] = yield Exchange((command,), statement.write, statement.text)
            if not statement.write and is_missing_graph(reply):
                reply = yield from self._on_empty_graph((verb, text, "--compact", *self._options), statement.text)
            elif (version := version_refused(reply)) is not None:
                yield from self._refresh(version)
                continue
            _check(reply, statement.text)
            if len(reply) > 2 and len(reply[1]) == most_rows:
                raise _cut(most_rows, statement)
            return (yield from self._decode(reply, names, statement, factory))
        raise DriverError(f"the names in graph {self.graph!r} change too fast to read it: {shortened(statement.text)}")

    def explain(self, cypher: str, params: Any = None) -> Flow[str]:
        """Return the plan of a statement, which is not run."""
        text = _statement_text(cypher, params)
        [reply] = yield Exchange((("GRAPH.EXPLAIN", self.graph, text),), False, cypher)
        if is_missing_graph(reply):
            reply = yield from self._on_empty_graph(("GRAPH.EXPLAIN", text), cypher)
        _check(reply, cypher)
        return "\n".join(reply)

    def delete_graph(self) -> Flow[None]:
        """Delete the graph and what is known of its names; one that does not exist is no error."""
        [reply] = yield Exchange((("GRAPH.DELETE", self.graph),), True, f"GRAPH.DELETE {self.graph}")
        self._names = Names()
        if not is_missing_graph(reply):
            _check(reply, f"GRAPH.DELETE {self.graph}")

    def command(self, *arguments: str | int) -> Flow[Any]:
        """Send a command of the server as it stands and return its raw reply."""
        shown = " ".join([str(argument) for argument in arguments])
        reading = bool(arguments) and str(arguments[0]).upper() in _READING_COMMANDS
        [reply] = yield Exchange((arguments,), not reading, shown)
        _check(reply, shown)
        return reply

    def _decode(self, reply: list[Any], names: Names, statement: Statement, factory: RowFactory) -> Flow[GraphResult]:
        try:
            return with_gc_paused(lambda: decode_reply(reply, names, factory))
        except UnknownNameError:
            fresh = yield from self._refresh(names.version)
        if fresh.extends(names):
            try:
                return with_gc_paused(lambda: decode_reply(reply, fresh, factory))
            except UnknownNameError:
                pass
        failure = OutcomeUnknownError if statement.write else ConnectionLostError
        raise failure(f"graph {self.graph!r} was deleted while its answer was read: {shortened(statement.text)}")

    def _ask_most_rows(self) -> Flow[int]:
        [reply] = yield Exchange((("GRAPH.CONFIG", "GET", "RESULTSET_SIZE"),), False, "GRAPH.CONFIG GET RESULTSET_SIZE")
        self._most_rows = int(reply[1]) if is_list(reply) else -1  # the user may lack the right to ask
        return self._most_rows

    def _refresh(self, version: int) -> Flow[Names]:
        """Ask for the names as of the version that the graph has now, and keep them."""
        for _ in range(_ATTEMPTS):
            command = ("GRAPH.RO_QUERY", self.graph, NAMES_QUERY, "--compact", "version", version)
            [reply] = yield Exchange((command,), False, NAMES_QUERY)
            if is_missing_graph(reply):
                self._names = Names()
                return self._names
            if (newer := version_refused(reply)) is not None:
                version = newer
                continue
            _check(reply, NAMES_QUERY)
            rows = decode_reply(reply, self._names, VALUES).rows
            self._names = Names.from_rows(version, [(kind, found) for kind, found in rows])
            return self._names
        raise DriverError(f"the names in graph {self.graph!r} change too fast to read it")

    def _on_empty_graph(self, command: Command, text: str) -> Flow[Any]:
        """Answer a read of a graph that does not exist as an empty graph would, without making it.

        The read runs on an empty graph that lives for one MULTI block, so the server itself still refuses a
        write, and nothing is left behind whatever happens to this process. The braces keep both in one slot of
        a cluster.
        """
        verb, *rest = command
        scratch = f"{{{self.graph}}}:empty:{uuid4().hex}"
        commands: tuple[Command, ...] = (
            ("MULTI",),
            ("GRAPH.QUERY", scratch, "RETURN 1"),
            (verb, scratch, *rest),
            ("GRAPH.DELETE", scratch),
            ("EXEC",),
        )
        replies = yield Exchange(commands, False, text)
        for reply in replies:
            _check(reply, text)
        return replies[-1][1]


def _statement_text(cypher: Any, params: Any) -> bytes:
    """Return parameters and statement as bytes; the server would stop reading at a NUL."""
    if not isinstance(cypher, str):
        raise InvalidTypeError(f"a statement is a string, not {type(cypher).__name__}")
    if "\0" in cypher:
        raise QuerySyntaxError(f"FalkorDB takes no NUL character in a statement: {shortened(cypher)!r}")
    try:
        return f"{encode_params(params)}{cypher}".encode()
    except UnicodeEncodeError as error:
        raise QuerySyntaxError(f"the statement has half of a surrogate pair: {shortened(cypher)!r}") from error


def _cut(rows: int, statement: Statement) -> DriverError:
    """Return the error of an answer that is as long as the server lets any be: it does not say what it left out."""
    done = "the write was done, but its answer" if statement.write else "the answer"
    return DriverError(
        f"{done} has {rows} rows, to which this server cuts every answer (RESULTSET_SIZE): it may not be whole;"
        f" ask for fewer rows with LIMIT, or raise the setting: {shortened(statement.text)}"
    )


def _check(reply: Any, text: str) -> None:
    """Raise the error that *reply* is or holds: a failure while rows were being made comes last."""
    parts: list[Any] = reply if is_list(reply) else [reply]
    for error in (*parts[:1], *parts[-1:]):
        if isinstance(error, Exception):
            raise server_error(error, text) from error
