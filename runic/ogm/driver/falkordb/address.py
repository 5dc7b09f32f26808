"""Where a FalkorDB server is and how to log in: from keywords, from a URL, or from a client's graph handle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from runic.cypher.arguments import is_a
from runic.exceptions import InvalidArgumentError, InvalidTypeError

__all__ = ["Address", "address_from_handle", "address_from_options", "graph_name_of"]

_CONNECT_TIMEOUT = 10.0
_MAX_CONNECTIONS = 64
_TLS_OPTIONS = frozenset({
    "ssl_keyfile", "ssl_certfile", "ssl_cert_reqs", "ssl_ca_certs", "ssl_ca_path", "ssl_ca_data",
    "ssl_check_hostname", "ssl_password", "ssl_min_version", "ssl_ciphers",
})  # fmt: skip
_OWN_OPTIONS = frozenset({
    "host", "port", "unix_socket_path", "username", "password", "ssl", "credential_provider", "connect_timeout",
    "max_connections", "timeout",
})  # fmt: skip
_SYNONYMS = {"user": "username", "tls": "ssl"}
_SCHEMES = {"falkor": False, "falkors": True, "redis": False, "rediss": True}
_NUMBERS = frozenset({"port", "max_connections", "timeout"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One server: where, as whom, and with what limits; ``timeout`` is the server's, in milliseconds."""

    host: str = "localhost"
    port: int = 6379
    unix_socket_path: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    credential_provider: Any = field(default=None, repr=False)
    ssl: bool = False
    ssl_options: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    connect_timeout: float = _CONNECT_TIMEOUT
    max_connections: int = _MAX_CONNECTIONS
    timeout: int | None = None
    client_name: str | None = None

    def __str__(self) -> str:
        return self.unix_socket_path or f"{self.host}:{self.port}"

    def at(self, host: str, port: int) -> Address:
        """Return the same login at another node."""
        return replace(self, host=host, port=port, unix_socket_path=None)

    def connection_kind(self) -> str:
        """Name the client's class of connection to use."""
        if self.unix_socket_path:
            return "UnixDomainSocketConnection"
        return "SSLConnection" if self.ssl else "Connection"

    def connection_options(self) -> dict[str, Any]:
        """Return the client's keyword arguments.

        The time-out covers connecting and logging in; it is lifted then (:func:`lift_timeout`), so no statement is
        ever given up. Text that the server cut in the middle of a character (error messages do that) must not break the
        connection: surrogateescape keeps such bytes as they are.
        """
        options: dict[str, Any] = {
            "socket_timeout": self.connect_timeout,
            "socket_connect_timeout": self.connect_timeout,
            "encoding_errors": "surrogateescape",
            "decode_responses": True,
            "health_check_interval": 0,
            "protocol": 2,
            "client_name": f"{self.client_name}-{os.getpid()}" if self.client_name else None,
        }
        if self.credential_provider is not None:
            options["credential_provider"] = self.credential_provider
        else:
            options |= {"username": self.username, "password": self.password}
        if self.unix_socket_path:
            return options | {"path": self.unix_socket_path}
        return options | {"host": self.host, "port": self.port, "socket_keepalive": True, **self.ssl_options}


def address_from_options(url: str | None, options: Mapping[str, Any]) -> tuple[Address, str | None]:
    """Return the address, and the graph that *url* names, if it does; *options* override its parts."""
    merged, graph = _parts(url) if url is not None else ({}, None)
    for given, value in options.items():
        name = _SYNONYMS.get(given, given)
        if name not in _OWN_OPTIONS and name not in _TLS_OPTIONS:
            allowed = ", ".join(sorted({"graph", "url", "path", *_SYNONYMS, *_OWN_OPTIONS, *_TLS_OPTIONS}))
            raise InvalidTypeError(f"a FalkorDB driver takes no option {given!r}; it takes {allowed}")
        if name in _NUMBERS and value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise InvalidTypeError(f"{given} is a whole number, not {type(value).__name__} {value!r}")
        if value is not None:
            merged[name] = value
    tls = {name: merged.pop(name) for name in list(merged) if name in _TLS_OPTIONS}
    if tls and not merged.setdefault("ssl", True):
        raise InvalidArgumentError(f"{', '.join(sorted(tls))} need ssl=True")
    _check(merged)
    return Address(**merged, ssl_options=tls), graph


def _check(options: Mapping[str, Any]) -> None:
    if not 0 < options.get("port", 1) < 65536:
        raise InvalidArgumentError(f"port is between 1 and 65535, not {options['port']}")
    if options.get("max_connections", 1) < 1:
        raise InvalidArgumentError(f"max_connections is at least 1, not {options['max_connections']}")
    if options.get("timeout", 0) < 0:
        raise InvalidArgumentError(f"timeout is a number of milliseconds, not {options['timeout']}")


def _parts(url: str) -> tuple[dict[str, Any], str | None]:
    """Split ``falkor[s]://user:password@host:port/graph?option=value`` or ``unix:///path?graph=…``."""
    if not is_a(url, str):
        raise InvalidTypeError(f"url is a text such as 'falkor://localhost:6379/graph', got {url!r}")
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError as error:
        raise InvalidArgumentError(f"{_masked(url)!r} is no URL of a server: {error}") from error
    parts: dict[str, Any] = {name: _typed(name, value) for name, value in parse_qsl(split.query)}
    graph = parts.pop("graph", None)
    if split.scheme == "unix":
        parts["unix_socket_path"] = unquote(split.path)
    elif split.scheme in _SCHEMES:
        parts.setdefault("ssl", _SCHEMES[split.scheme])
        parts["host"] = split.hostname or "localhost"
        graph = unquote(split.path.strip("/")) or graph
        if port is not None:
            parts["port"] = port
    else:
        raise InvalidArgumentError(
            f"{_masked(url)!r}: the scheme of a FalkorDB URL is falkor, falkors, redis, rediss or unix"
        )
    if split.username:
        parts["username"] = unquote(split.username)
    if split.password:
        parts["password"] = unquote(split.password)
    unknown = parts.keys() - _OWN_OPTIONS - _TLS_OPTIONS
    if unknown:
        raise InvalidArgumentError(f"{_masked(url)!r}: no such option: {', '.join(sorted(unknown))}")
    return parts, graph


def _typed(name: str, value: str) -> Any:
    if name in _NUMBERS:
        if not value.isdecimal():
            raise InvalidArgumentError(f"{name} in a URL is a whole number, not {value!r}")
        return int(value)
    if name == "connect_timeout":
        return float(value)
    if value.lower() in {"true", "false"}:
        return value.lower() == "true"
    return value


def _masked(url: str) -> str:
    """Return *url* without the password."""
    before, at, after = url.rpartition("@")
    scheme, slashes, _ = before.partition("://")
    return f"{scheme}{slashes}…{at}{after}" if at else url


def graph_name_of(handle: Any) -> str | None:
    """Return the graph's name if *handle* looks like a graph of one of the known clients."""
    name = getattr(handle, "name", None)
    if not isinstance(name, str) or not hasattr(handle, "client") or not hasattr(handle, "execute_command"):
        return None
    return name


def address_from_handle(handle: Any) -> Address:
    """Return where *handle* is connected to; only the address and the login are taken, never its connections."""
    connection = getattr(handle.client, "connection", None) or handle.client
    pool = getattr(connection, "connection_pool", None)
    if pool is None and hasattr(connection, "nodes_manager"):  # a cluster's client: any node tells the way
        node = connection.get_default_node()
        return _address(dict(connection.nodes_manager.connection_kwargs), ssl=None).at(node.host, node.port)
    if pool is None:
        raise InvalidTypeError(f"{type(handle).__name__} does not tell where it is connected to")
    address = _address(dict(pool.connection_kwargs), "SSL" in pool.connection_class.__name__)
    manager = getattr(pool, "sentinel_manager", None)
    if manager is not None:
        sentinel = manager.sentinels[0].connection_pool.connection_kwargs
        return address.at(sentinel["host"], sentinel["port"])
    return address


def _address(options: dict[str, Any], ssl: bool | None) -> Address:
    tls = {name: options[name] for name in _TLS_OPTIONS if options.get(name) is not None}
    secure = bool(options.get("ssl")) if ssl is None else ssl
    address = Address(
        host=options.get("host") or "localhost",
        port=int(options.get("port") or 6379),
        unix_socket_path=options.get("path"),
        username=options.get("username"),
        password=options.get("password"),
        credential_provider=options.get("credential_provider"),
        ssl=secure,
        ssl_options=tls if secure else {},
    )
    seconds = options.get("socket_connect_timeout")
    return replace(address, connect_timeout=float(seconds)) if seconds else address
