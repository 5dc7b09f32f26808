"""What the server or the client library said, as an error of ours; the only place that reads their texts.

Classes of the client are known by name, so this module imports none; the original is chained by the caller.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from runic.exceptions import (
    AuthenticationError,
    ConnectionLostError,
    ConstraintViolationError,
    DriverError,
    OrmError,
    OutcomeUnknownError,
    QuerySyntaxError,
    UsageError,
)
from runic.ogm.driver.errors import shortened

__all__ = [
    "connect_error",
    "is_list",
    "is_missing_graph",
    "lost_answer",
    "server_error",
    "shortened",
    "version_refused",
]

# What a vector search answers when its index is missing; other statements get it too.
_NO_INDEX = ("Attempted to access undefined attribute", "Invalid arguments for procedure")
_MISSING_GRAPH = "Invalid graph operation on empty key"
_VERSION_MISMATCH = "version mismatch"

# A part of the server's text, the class of ours, and what to add to the text.
_BY_TEXT: tuple[tuple[str, type[OrmError], str], ...] = (
    ("unique constraint violation", ConstraintViolationError, ""),
    ("mandatory constraint violation", ConstraintViolationError, ""),
    ("Query timed out", DriverError, "raise timeout= or ask for less"),
    ("is to be executed only on read-only queries", UsageError, "pass write=True to execute a statement that writes"),
    ("unknown command 'GRAPH.", DriverError, "this is a Redis server without the FalkorDB module"),
    ("mem consumption exceeded", DriverError, "the server's QUERY_MEM_CAPACITY allows no more"),
    ("Max pending queries exceeded", DriverError, "the server is overloaded"),
    ("RediSearch: Syntax error", QuerySyntaxError, "give what a person typed to search_words() first"),
    ("OOM command not allowed", DriverError, ""),
    ("wrong kind of value", DriverError, "a key that is no graph has the name of the graph"),
    ("read only replica", DriverError, "connect to the master"),
    ("MISCONF", DriverError, ""),
    (_MISSING_GRAPH, DriverError, "the graph does not exist"),
)

# A class of the client, or one of its bases, the class of ours, and what to add.
_BY_CLASS: tuple[tuple[str, type[DriverError], str], ...] = (
    ("AuthenticationError", AuthenticationError, "check username and password"),
    ("AuthenticationWrongNumberOfArgsError", AuthenticationError, "check username and password"),
    ("NoPermissionError", AuthenticationError, "the user lacks the right to do this"),
    ("BusyLoadingError", ConnectionLostError, "the server is loading its data; nothing was run"),
    ("MaxConnectionsError", ConnectionLostError, "the server takes no more clients; nothing was run"),
    ("MasterDownError", ConnectionLostError, "nothing was run"),
    ("ClusterDownError", ConnectionLostError, "nothing was run"),
    ("TryAgainError", ConnectionLostError, "nothing was run"),
)


def is_missing_graph(reply: object) -> bool:
    """Tell whether the server found no graph under the name."""
    return isinstance(reply, Exception) and _MISSING_GRAPH in str(reply)


def is_list(reply: object) -> TypeGuard[list[Any]]:
    """Tell whether *reply* has parts."""
    return isinstance(reply, list)


def version_refused(reply: object) -> int | None:
    """Return the graph's version if the server refused a statement, unrun, because of the one it carried."""
    if is_list(reply) and len(reply) == 2 and isinstance(reply[0], Exception) and str(reply[0]) == _VERSION_MISMATCH:
        return int(reply[1])
    return None


def _known_by_class(error: BaseException) -> tuple[type[DriverError], str] | None:
    bases = {base.__name__ for base in type(error).__mro__}
    for name, ours, hint in _BY_CLASS:
        if name in bases:
            return ours, hint
    return None


def server_error(error: Exception, text: str) -> OrmError:
    """Translate what the server answered to the statement or command *text*."""
    said = str(error)
    known = _known_by_class(error)
    if known is not None:
        ours, hint = known
        return ours(f"{said}; {hint}")
    if said.startswith("BUSY "):
        return ConnectionLostError(f"{said}; nothing was run")
    for part, ours_by_text, hint in _BY_TEXT:
        if part in said:
            return ours_by_text(f"{said}{'; ' if hint else ''}{hint}: {shortened(text)}")
    if said.startswith(_NO_INDEX) and "CALL db.idx.vector." in text:
        said = f"{said}; create the index: IndexManager(driver).ensure_indexes(Model)"
    return QuerySyntaxError(f"{said}: {shortened(text)}")


def connect_error(error: Exception, where: str) -> DriverError:
    """Translate a failure before anything was sent."""
    # The asynchronous client wraps what a server on a unix socket said into an error of the connection.
    if isinstance(error.__cause__, Exception) and _known_by_class(error.__cause__):
        error = error.__cause__
    known = _known_by_class(error)
    if known is not None:
        ours, hint = known
        return ours(f"FalkorDB at {where}: {error}; {hint}")
    return ConnectionLostError(
        f"no connection to FalkorDB at {where}: {error}; check that the server runs there, and host, port and TLS"
    )


def lost_answer(error: Exception, where: str, write: bool, text: str) -> DriverError:
    """Translate a failure after the statement or command *text* may have reached the server."""
    known = _known_by_class(error)
    if known is not None:
        ours, hint = known
        return ours(f"FalkorDB at {where}: {error}; {hint}")
    if write:
        return OutcomeUnknownError(
            f"the connection to FalkorDB at {where} broke before the answer to a write came, which may or may not"
            f" have happened ({error}): {shortened(text)}"
        )
    return ConnectionLostError(
        f"the connection to FalkorDB at {where} broke before the answer came ({error}): {shortened(text)}"
    )
