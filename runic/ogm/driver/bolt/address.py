"""Where a Bolt server is: from keyword arguments, or a URL whose parts keywords override."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from runic.exceptions import InvalidArgumentError, InvalidTypeError

__all__ = ["BoltAddress", "bolt_address"]

_SCHEMES = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})
_KNOWN = ("database", "encrypted", "graph", "host", "password", "port", "url", "username")
# Options of the client's own, in its units (seconds).
_PASSED_ON = ("connection_acquisition_timeout", "connection_timeout", "max_connection_lifetime",
              "max_connection_pool_size", "trusted_certificates", "user_agent")  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoltAddress:
    """What the client needs to connect."""

    uri: str
    auth: tuple[str, str] | None
    database: str | None
    encrypted: bool
    options: dict[str, Any] = field(default_factory=dict[str, Any])


def bolt_address(backend: str, options: Mapping[str, Any], *, encrypted: bool) -> BoltAddress:
    """Read the arguments of a ``create_…_driver`` function.

    Raises :class:`InvalidTypeError` for an unknown one, :class:`InvalidArgumentError` for a wrong URL or port.
    """
    unknown = sorted(set(options) - set(_KNOWN) - set(_PASSED_ON))
    if unknown:
        raise InvalidTypeError(f"{backend} takes no {', '.join(unknown)}; it takes {', '.join((*_KNOWN, *_PASSED_ON))}")
    url = _split(options.get("url"))
    host = str(options.get("host") or url.hostname or "localhost")
    user, secret = options.get("username"), options.get("password")
    if user is None and secret is None:
        user, secret = (unquote(part) if part else None for part in (url.username, url.password))
    return BoltAddress(
        uri=f"{url.scheme or 'bolt'}://{f'[{host}]' if ':' in host else host}:{_port(options, url)}",
        auth=(user or "", secret or "") if user or secret else None,
        database=options.get("database") or options.get("graph") or url.path.strip("/") or None,
        encrypted=bool(options.get("encrypted", encrypted)),
        options={key: options[key] for key in _PASSED_ON if key in options},
    )


def _split(url: Any) -> SplitResult:
    if url is None:
        return urlsplit("")
    if not isinstance(url, str):
        raise InvalidTypeError(f"url is a string, got {url!r}")
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        shown = f"{parts.scheme}://{parts.hostname or ''}"  # without what may be a password
        raise InvalidArgumentError(f"{shown} is no Bolt URL such as bolt://host:7687 or neo4j+s://host/database")
    return parts


def _port(options: Mapping[str, Any], url: SplitResult) -> int:
    try:
        port = options.get("port") or url.port or 7687
    except ValueError as error:
        raise InvalidArgumentError(f"the port of the URL is no port: {error}") from error
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:
        raise InvalidArgumentError(f"port is a number from 1 to 65535, got {port!r}")
    return port
