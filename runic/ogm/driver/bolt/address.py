"""Where a Bolt server is: from keyword arguments, or a URL whose parts keywords override."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from runic.exceptions import InvalidTypeError
from runic.ogm.driver.address import port_of, positive, split_url

__all__ = ["BoltAddress", "bolt_address"]

_SCHEMES = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})
_DESCRIBED = "Bolt URL such as bolt://host:7687 or neo4j+s://host/database"
_KNOWN = ("acquire_timeout", "database", "encrypted", "graph", "host", "max_connections", "password", "port", "url",
          "username")  # fmt: skip
# Options of the client's own, in its units (seconds).
_PASSED_ON = ("connection_acquisition_timeout", "connection_timeout", "max_connection_lifetime",
              "max_connection_pool_size", "notifications_disabled_classifications", "trusted_certificates",
              "user_agent")  # fmt: skip


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
    url = split_url(options.get("url"), _SCHEMES, _DESCRIBED)
    host = str(options.get("host") or url.hostname or "localhost")
    user, secret = options.get("username"), options.get("password")
    if user is None and secret is None:
        user, secret = (unquote(part) if part else None for part in (url.username, url.password))
    return BoltAddress(
        uri=f"{url.scheme or 'bolt'}://{f'[{host}]' if ':' in host else host}:{port_of(options, url, 7687)}",
        auth=(user or "", secret or "") if user or secret else None,
        database=options.get("database") or options.get("graph") or url.path.strip("/") or None,
        encrypted=bool(options.get("encrypted", encrypted)),
        options={key: options[key] for key in _PASSED_ON if key in options} | _pool(options),
    )


def _pool(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of the pool that have one name on every database, as the client names them."""
    pool: dict[str, Any] = {}
    if "max_connections" in options:
        pool["max_connection_pool_size"] = positive("max_connections", options["max_connections"])
    if "acquire_timeout" in options:
        pool["connection_acquisition_timeout"] = float(options["acquire_timeout"])
    return pool
