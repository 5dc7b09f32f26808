"""SQL over HTTP: what ArcadeDB does not take over Bolt."""

from __future__ import annotations

import json
import ssl
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from runic.exceptions import (
    AuthenticationError,
    ConnectionLostError,
    ConstraintViolationError,
    DriverError,
    QuerySyntaxError,
)

__all__ = ["Place", "send"]

_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server takes SQL: beside Bolt, and encrypted when Bolt is, as the password goes along."""

    bolt: str
    port: int
    encrypted: bool

    @property
    def url(self) -> str:
        """The address without a path."""
        host = urlsplit(self.bolt).hostname or "localhost"
        return f"{'https' if self.encrypted else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}"

    def context(self) -> ssl.SSLContext | None:
        """Return how certificates are checked: like Bolt's, ``+ssc`` takes one that nobody has signed."""
        if not self.encrypted:
            return None
        context = ssl.create_default_context()
        if "+ssc" in self.bolt:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


def send(place: Place, database: str, auth: tuple[str, str] | None, language: str, text: str) -> list[dict[str, Any]]:
    """Run *text* and return its rows by column.

    Raises a :class:`DriverError`: this is not tried again, whatever happens.
    """
    headers = {"Content-Type": "application/json"}
    if auth is not None:
        headers["Authorization"] = f"Basic {b64encode(':'.join(auth).encode()).decode()}"
    url = f"{place.url}/api/v1/command/{quote(database, safe='')}"
    request = Request(url, json.dumps({"language": language, "command": text}).encode(), headers)
    try:
        with urlopen(request, timeout=_SECONDS, context=place.context()) as answer:
            rows: list[dict[str, Any]] = json.load(answer).get("result") or []
            return rows
    except HTTPError as error:
        raise _error_of(error, text) from error
    except OSError as error:
        where = f"ArcadeDB does not answer over HTTP at {place.url}"
        raise ConnectionLostError(f"{where}; check http_port= ({error})") from error


def _error_of(error: HTTPError, text: str) -> DriverError:
    body = error.read().decode("utf-8", "replace")
    if error.code in (401, 403):
        return AuthenticationError(f"ArcadeDB refused the credentials over HTTP: {body}; check username and password")
    kind = ConstraintViolationError if "Duplicated" in body or "duplicate" in body.lower() else QuerySyntaxError
    return kind(f"{body} [{text}]")
