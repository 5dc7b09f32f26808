"""What a Bolt server or its client said, as an error of ours; the only place that reads their codes."""

from __future__ import annotations

from typing import Any

from runic.exceptions import (
    AuthenticationError,
    ConflictError,
    ConnectionLostError,
    ConstraintViolationError,
    DriverError,
    FieldValidationError,
    OrmError,
    OutcomeUnknownError,
    QuerySyntaxError,
    UnsupportedFeatureError,
    UsageError,
)
from runic.ogm.driver.errors import shortened

__all__ = ["MISSING_INDEX", "NAME_WRITE", "ErrorRule", "error_of", "require_read"]

type ErrorRule = tuple[str, str, type[OrmError], str]
"""Parts of the server's code and of its text, the error of ours for both together, and a hint for its end."""

NAME_WRITE = "pass write=True to a statement that changes the graph"
MISSING_INDEX = "create it: IndexManager(driver).ensure_indexes(Model)"
# The first whose two parts the server's code and its text hold decides.
_NO_SEARCH = "ensure_indexes() creates an index that is missing, search_words() makes the text of a search plain"
_BY_CODE: tuple[ErrorRule, ...] = (
    ("Schema.ConstraintValidationFailed", "", ConstraintViolationError, ""),
    ("Schema.ConstraintViolation", "", ConstraintViolationError, ""),
    ("Schema.ConstraintCreationFailed", "requires Neo4j Enterprise Edition", UnsupportedFeatureError, ""),
    ("Schema.ConstraintCreationFailed", "", ConstraintViolationError, ""),
    ("ClientError.Security", "", AuthenticationError, "check username and password"),
    ("TransientError.Transaction", "", ConflictError, "retry the whole unit of work"),
    ("Cluster.NotALeader", "", ConflictError, "retry the whole unit of work"),
    ("General.ForbiddenOnReadOnlyDatabase", "", ConflictError, "retry the whole unit of work"),
    ("Statement.AccessMode", "", UsageError, NAME_WRITE),
    ("Database.DatabaseNotFound", "", DriverError, "check database="),
    ("TransientError", "", ConflictError, "retry the whole unit of work"),
    ("ProcedureCallFailed", "no such fulltext schema index", QuerySyntaxError, MISSING_INDEX),
    ("ProcedureCallFailed", "no such vector schema index", QuerySyntaxError, MISSING_INDEX),
    ("", "Error executing procedure: db.index", QuerySyntaxError, _NO_SEARCH),
    ("", "No vector index found", QuerySyntaxError, MISSING_INDEX),
    ("ProcedureCallFailed", "TooManyClauses", QuerySyntaxError, "search for fewer words"),
    (
        "ProcedureCallFailed",
        "lucene.queryparser",
        QuerySyntaxError,
        "the text of the search is no query; give what a person typed to search_words() first",
    ),
    ("Statement", "", QuerySyntaxError, ""),
    ("ProcedureCallFailed", "", QuerySyntaxError, ""),
    (
        "ForbiddenDueToTransactionType",
        "",
        UsageError,
        "indexes and data cannot change in one transaction; commit() or rollback() it first",
    ),
    ("Transaction", "", DriverError, ""),
)
_LOST = frozenset({"ServiceUnavailable", "SessionExpired", "IncompleteCommit", "ConnectionReadTimeout"})


def error_of(error: Exception, text: str, *, unknown: bool, rules: tuple[ErrorRule, ...] = ()) -> Exception:
    """Return our error for one of the client's; *unknown* says that a lost answer leaves open what happened.

    *rules* are those of the server, which go before the common ones.
    """
    names = {kind.__name__ for kind in type(error).__mro__}
    said = shortened(str(getattr(error, "message", None) or error), 400)
    shown = f"{said} [{shortened(text)}]" if text else said
    if names & _LOST and unknown:
        return OutcomeUnknownError(f"the answer was lost, so it may or may not have happened: {shown}")
    if "ConnectionPoolError" in names:
        return ConnectionLostError(
            f"no connection to the server is free; close sessions, or raise max_connections=: {shown}"
        )
    if names & _LOST or isinstance(error, OSError):
        return ConnectionLostError(f"no connection to the server, nothing was written: {shown}")
    code: Any = getattr(error, "code", None) or ""
    for part, said, kind, hint in (*rules, *_BY_CODE):
        if part in code and said in str(error):
            return kind(f"{shown}; {hint}" if hint else shown)
    if "AuthError" in names or "ConfigurationError" in names:
        return AuthenticationError(f"{shown}; check username and password")
    if "Neo4jError" in names or "DriverError" in names:
        return DriverError(shown)
    if isinstance(error, OverflowError | ValueError | TypeError):
        return FieldValidationError(f"a parameter cannot be sent: {shown}")
    return DriverError(shown)


def require_read(summary: Any, text: str) -> None:
    """Raise :class:`UsageError` for the summary of a statement that changed something."""
    if summary.counters.contains_updates or summary.counters.contains_system_updates:
        raise UsageError(f"the statement writes, and was undone; {NAME_WRITE} [{shortened(text)}]")
