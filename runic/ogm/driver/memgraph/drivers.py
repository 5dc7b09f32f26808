"""Drivers of Memgraph: statements that stand alone, values that must not be sent, and its errors told apart by text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import time
from typing import Any, cast

from runic.cypher.compiler import Statement
from runic.exceptions import (
    AuthenticationError,
    ConflictError,
    ConstraintViolationError,
    DriverError,
    FieldValidationError,
    QuerySyntaxError,
    UsageError,
)
from runic.ogm.driver import VALUES, GraphResult
from runic.ogm.driver.bolt import AsyncBoltDriver, BoltDriver
from runic.ogm.driver.bolt.errors import MISSING_INDEX, NAME_WRITE, ErrorRule, error_of

__all__ = ["AsyncMemgraphDriver", "MemgraphDriver"]

_RETRY = "retry the whole unit of work"
_ALONE = "commit() or rollback() first, and run it with driver.execute(), which gives it a transaction of its own"
_READS_ONLY = "the transaction reads only; use execute_write(), or access_mode='write'"
# One code stands for all that a client can do wrong, and one for all that may pass.
_RULES: tuple[ErrorRule, ...] = (
    ("Memgraph", "unknown database", DriverError, "check database="),
    ("Memgraph", "Unauthenticated", AuthenticationError, "check username and password"),
    ("Memgraph.TransientError", "", ConflictError, _RETRY),
    ("Memgraph.ClientError", "serialization error", ConflictError, _RETRY),
    ("Memgraph.ClientError", "constraint violation on", ConstraintViolationError, ""),
    ("Memgraph.ClientError", " violation on ", ConstraintViolationError, ""),
    ("Memgraph.ClientError", "because an existing node violates it", ConstraintViolationError, ""),
    ("Memgraph.ClientError", "multicommand transactions", UsageError, _ALONE),
    ("Memgraph.ClientError", "are misaligned", UsageError, _READS_ONLY),
    ("Memgraph.ClientError", "invoke a rollback", DriverError, ""),
    ("Memgraph.ClientError", "Text index", QuerySyntaxError, MISSING_INDEX),
    ("Memgraph.ClientError", "Vector index", QuerySyntaxError, MISSING_INDEX),
    ("Memgraph.ClientError.MemgraphError", "", QuerySyntaxError, ""),
    ("Memgraph.DatabaseError", "", DriverError, ""),
)

_COMMENT = re.compile(r"\s*(?:(?://[^\n]*(?:\n|$)|/\*.*?\*/)\s*)*", re.DOTALL)
_THING = r"(?:GLOBAL\s+)?(?:EDGE\s+|TEXT\s+|VECTOR\s+|POINT\s+|RANGE\s+|EDGE\s+)*(?:INDEX|CONSTRAINT)\b"
_NEVER_IN_A_TRANSACTION = re.compile(
    rf"(?:CREATE|DROP)\s+(?:{_THING}|ALL\b|ENUM\b|TRIGGER\b|USER\b|ROLE\b|DATABASE\b|SNAPSHOT\b|GRAPH\b|\w*\s*STREAM\b)"
    r"|ALTER\s|SHOW\s|PROFILE\s|ANALYZE\s|STORAGE\s+MODE\b|FREE\s+MEMORY\b|USE\s+DATABASE\b"
    r"|SET\s+(?:SESSION|NEXT|GLOBAL|DATABASE|PASSWORD|ROLE|USER)\s|USING\s+PERIODIC\s+COMMIT\b|DROP\s+GRAPH\b",
    re.IGNORECASE,
).match
_IN_BATCHES = re.compile(r"\}\s*IN\s+TRANSACTIONS\b", re.IGNORECASE).search
_READS = re.compile(r"SHOW\s|PROFILE\s", re.IGNORECASE).match
# Points of any other system close the connection, as bytes and times with a zone do.
_POINTS = frozenset({4326, 4979, 7203, 9157})


def stands_alone(cypher: str) -> bool:
    """Tell whether the server refuses the statement inside a transaction, or would commit parts of it on its own."""
    start = _COMMENT.match(cypher)
    return bool(_NEVER_IN_A_TRANSACTION(cypher, start.end() if start else 0) or _IN_BATCHES(cypher))


def _alone(cypher: str, params: Mapping[str, Any] | None, write: bool) -> Statement:
    start = _COMMENT.match(cypher)
    if not write and not _READS(cypher, start.end() if start else 0):
        raise UsageError(f"the statement cannot be undone, so it was not sent; {NAME_WRITE} [{cypher[:120]}]")
    return Statement(cypher, params or {}, write=write, raw=True)


def _sendable(params: Mapping[str, Any]) -> Mapping[str, Any]:
    for name, value in params.items():
        if reason := _refusal(value):
            raise FieldValidationError(f"the parameter {name!r} cannot be sent: {reason}")
    return params


def _refusal(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return "Memgraph closes the connection on bytes; send their base64 text"
    if isinstance(value, time) and value.tzinfo is not None:
        return "Memgraph closes the connection on a time with a zone; send its isoformat()"
    system = getattr(value, "srid", None)
    if system is not None:
        return "" if system in _POINTS else f"Memgraph closes the connection on points of the system {system}"
    items: Iterable[Any] = ()
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).values()
    elif isinstance(value, list | tuple):
        items = cast("list[Any]", value)
    return next((reason for item in items if (reason := _refusal(item))), "")


class MemgraphDriver(BoltDriver):
    """A Memgraph server; what it takes outside transactions only is run so by :meth:`execute`."""

    error_rules = _RULES

    def params(self, statement: Statement) -> Mapping[str, Any]:
        """Return the parameters; raise :class:`FieldValidationError` for a value that ends the connection."""
        params = super().params(statement)
        return _sendable(params) if statement.raw else params

    def execute(self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False) -> GraphResult:
        """Run raw Cypher in the open transaction, in one of its own, or in none where the server wants none.

        Raises :class:`UsageError` where the latter would write without *write*, as it could not be undone.
        """
        if self._private is not None or not stands_alone(cypher):
            return super().execute(cypher, params, write)
        statement = _alone(cypher, params, write)
        session = self.client_session()
        try:
            result = session.run(cypher, self.params(statement))
            return self.decoder(VALUES).result(list(result.keys()), list(result))
        except self.client_errors as error:
            raise error_of(error, cypher, unknown=write, rules=self.error_rules) from error
        finally:
            with suppress(*self.client_errors):
                session.close()


class AsyncMemgraphDriver(AsyncBoltDriver):
    """The async twin of :class:`MemgraphDriver`."""

    error_rules = _RULES

    def params(self, statement: Statement) -> Mapping[str, Any]:
        """See :meth:`MemgraphDriver.params`."""
        params = super().params(statement)
        return _sendable(params) if statement.raw else params

    async def execute(self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False) -> GraphResult:
        """See :meth:`MemgraphDriver.execute`."""
        if not stands_alone(cypher):
            return await super().execute(cypher, params, write)
        statement = _alone(cypher, params, write)
        session = self.client_session()
        try:
            result = await session.run(cypher, self.params(statement))
            return self.decoder(VALUES).result(list(result.keys()), [record async for record in result])
        except self.client_errors as error:
            raise error_of(error, cypher, unknown=write, rules=self.error_rules) from error
        finally:
            with suppress(*self.client_errors):
                await session.close()
