"""The door to the client packages: imported when a connection is made, never before."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from runic.exceptions import MissingDependencyError

__all__ = ["client_module", "lift_timeout"]


def client_module(name: str) -> Any:
    """Import a module of the redis client."""
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingDependencyError(
            'FalkorDB needs the packages "falkordb" and "redis": pip install "runic-ogm[falkordb]"'
        ) from error


def lift_timeout(wire: Any) -> None:
    """Let a connection that is up wait for its answers as long as they take.

    The client takes one time-out for the log-in (a TLS one waits for ever without) and for all answers, and
    keeps copies of it in its parser and in the parser's buffer (redis 5 to 8).
    """
    wire.socket_timeout = None
    sock = getattr(wire, "_sock", None)
    if sock is not None:
        sock.settimeout(None)
    parser = getattr(wire, "_parser", None)
    for holder, name in ((parser, "_socket_timeout"), (getattr(parser, "_buffer", None), "socket_timeout")):
        if hasattr(holder, name):
            setattr(holder, name, None)
