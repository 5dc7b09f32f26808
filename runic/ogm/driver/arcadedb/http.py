"""SQL over HTTP: what ArcadeDB does not take over Bolt."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from runic.exceptions import (
    AuthenticationError,
    ConnectionLostError,
    ConstraintViolationError,
    DriverError,
    QuerySyntaxError,
)

__all__ = ["send"]

_SECONDS = 600


def send(
    host: str, port: int, database: str, auth: tuple[str, str] | None, language: str, text: str
) -> list[dict[str, Any]]:
    """Run *text* and return its rows by column.

    Raises a :class:`DriverError`: this is not tried again, whatever happens.
    """
    headers = {"Content-Type": "application/json"}
    if auth is not None:
        headers["Authorization"] = f"Basic {b64encode(':'.join(auth).encode()).decode()}"
    url = f"http://{host}:{port}/api/v1/command/{quote(database, safe='')}"
    request = Request(url, json.dumps({"language": language, "command": text}).encode(), headers)
    try:
        with urlopen(request, timeout=_SECONDS) as answer:
            rows: list[dict[str, Any]] = json.load(answer).get("result") or []
            return rows
    except HTTPError as error:
        raise _error_of(error, text) from error
    except OSError as error:
        where = f"ArcadeDB does not answer over HTTP at {host}:{port}"
        raise ConnectionLostError(f"{where}; check http_port= ({error})") from error


def _error_of(error: HTTPError, text: str) -> DriverError:
    body = error.read().decode("utf-8", "replace")
    if error.code in (401, 403):
        return AuthenticationError(f"ArcadeDB refused the credentials over HTTP: {body}; check username and password")
    kind = ConstraintViolationError if "Duplicated" in body or "duplicate" in body.lower() else QuerySyntaxError
    return kind(f"{body} [{text}]")
