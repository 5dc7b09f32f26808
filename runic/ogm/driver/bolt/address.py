"""Where a Bolt server is: from keyword arguments, or a URL whose parts keywords override."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from runic.exceptions import InvalidArgumentError, InvalidTypeError

__all__ = ["BoltAddress", "bolt_address"]

_SCHEMES = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})
_KNOWN = ("database", "encrypted", "graph", "host", "password", "port", "url", "username")
_PASSED_ON = ("connection_timeout", "max_connection_pool_size", "connection_acquisition_timeout", "trusted_certificates")


@dataclass(frozen=True, slots=True)
class BoltAddress:
    """What the client needs to connect."""

    uri: str
    auth: tuple[str, str] | None
    database: str | None
    encrypted: bool
    options: dict[str, Any] = field(default_factory=dict[str, Any])


def bolt_address(backend: str, options: dict[str, Any], *, encrypted: bool, port: int = 7687) -> BoltAddress:
    """Read the arguments of a ``create_…_driver`` function.

    Raises :class:`InvalidTypeError` for an unknown one, :class:`InvalidArgumentError` for a wrong URL.
    """
    unknown = sorted(set(options) - set(_KNOWN) - set(_PASSED_ON))
    if unknown:
        allowed = ", ".join((*_KNOWN, *_PASSED_ON))
        raise InvalidTypeError(f"{backend} takes no {', '.join(unknown)}; it takes {allowed}")
    scheme, host, name, user, secret = "bolt", "localhost", None, None, None
    url = options.get("url")
    if url is not None:
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise InvalidArgumentError(f"{url!r} is no Bolt URL such as bolt://host:7687 or neo4j+s://host/database")
        scheme, host, port = parts.scheme, parts.hostname, parts.port or port
        name = parts.path.strip("/") or None
        user, secret = (unquote(part) if part else None for part in (parts.username, parts.password))
    host, port = options.get("host", host), options.get("port", port)
    user, secret = options.get("username", user), options.get("password", secret)
    shown = f"[{host}]" if ":" in host else host
    return BoltAddress(
        uri=f"{scheme}://{shown}:{port}",
        auth=(user or "", secret or "") if user or secret else None,
        database=options.get("database") or options.get("graph") or name,
        encrypted=options.get("encrypted", encrypted),
        options={key: options[key] for key in _PASSED_ON if key in options},
    )
