"""The door to the client packages: imported when a connection is made, never before."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from runic.exceptions import MissingDependencyError

__all__ = ["client_module"]


def client_module(name: str) -> Any:
    """Import a module of the redis client."""
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingDependencyError(
            'FalkorDB needs the packages "falkordb" and "redis": pip install "runic-ogm[falkordb]"'
        ) from error
