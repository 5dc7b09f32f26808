"""What PostgreSQL, AGE or the client said, as an error of ours; the only place that reads their codes."""

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
    UsageError,
)
from runic.ogm.driver.errors import shortened

__all__ = ["error_of"]

_RETRY = "retry the whole unit of work"
# The first whose two parts the code begins with and the text holds decides.
_BY_CODE: tuple[tuple[str, str, type[OrmError], str], ...] = (
    ("23505", "pg_class", ConflictError, _RETRY),
    ("23505", "pg_type", ConflictError, _RETRY),
    ("23505", "ag_label", ConflictError, _RETRY),
    ("23", "", ConstraintViolationError, ""),
    ("XX000", "perminfoindex", ConstraintViolationError, ""),
    ("XX000", "Entity failed to be updated", ConflictError, _RETRY),
    ("XX000", "tuple concurrently", ConflictError, _RETRY),
    ("42P07", "", ConflictError, _RETRY),
    ("42P06", "", ConflictError, _RETRY),
    ("40", "", ConflictError, _RETRY),
    ("55P03", "", ConflictError, _RETRY),
    ("28", "", AuthenticationError, "check username and password"),
    ("3D000", "", DriverError, "check database="),
    ("3F000", "", DriverError, "check graph="),
    ("58P01", "", DriverError, "install the extension age on the server"),
    ("25006", "", UsageError, "pass write=True to a statement that changes the graph"),
    ("25P02", "", DriverError, "rollback() first"),
    ("57014", "", DriverError, ""),
    ("22003", "bigint", FieldValidationError, "an integer has 64 bits"),
    ("22P05", "", FieldValidationError, ""),
    ("22", "", QuerySyntaxError, ""),
    ("42", "", QuerySyntaxError, ""),
    ("0A", "", QuerySyntaxError, ""),
    ("XX000", "", QuerySyntaxError, ""),
)
_LOST = ("08", "57P", "53300")


def error_of(error: Exception, text: str, *, unknown: bool) -> Exception:
    """Return our error for one of the client's; *unknown* says that a lost answer leaves open what happened."""
    said = " ".join(str(error).split())[:400]
    shown = f"{said} [{shortened(text)}]" if text else said
    names = {kind.__name__ for kind in type(error).__mro__}
    if "FATAL: database" in said and "does not exist" in said:  # said while connecting, which has no code
        return DriverError(f"{shown}; check database=")
    code: Any = getattr(error, "sqlstate", None) or ""
    if "authentication failed" in said or "no password supplied" in said:
        return AuthenticationError(f"{shown}; check username and password")
    if code.startswith(_LOST) or (not code and names & {"OperationalError", "OSError"}):
        if unknown:
            return OutcomeUnknownError(f"the answer was lost, so it may or may not have happened: {shown}")
        return ConnectionLostError(f"no connection to the server, nothing was written: {shown}")
    for part, held, kind, hint in _BY_CODE:
        if code.startswith(part) and held in said:
            return kind(f"{shown}; {hint}" if hint else shown)
    if not code and isinstance(error, OverflowError | ValueError | TypeError):
        return FieldValidationError(f"a parameter cannot be sent: {shown}")
    return DriverError(shown)
