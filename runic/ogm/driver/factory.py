"""Make a driver from a backend's name, a URL, or a client's own graph handle.

Backends are named by strings, so nothing is imported before it is asked for; the entry points of the groups
``runic.backends`` and ``runic.async_backends`` add further ones.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from runic.cypher.dialect import Dialect
from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.driver import AsyncGraphDriver, GraphDriver

__all__ = ["async_driver_for", "create_async_driver", "create_driver", "default_dialect", "driver_for"]

_FALKORDB = "runic.ogm.driver.falkordb"
_MEMGRAPH = "runic.ogm.driver.memgraph"
_NEO4J = "runic.ogm.driver.neo4j"
_ARCADEDB = "runic.ogm.driver.arcadedb"
_AGE = "runic.ogm.driver.age"
_BACKENDS: dict[str, str] = {
    "falkordb": f"{_FALKORDB}:create_falkordb_driver",
    "memgraph": f"{_MEMGRAPH}:create_memgraph_driver",
    "neo4j": f"{_NEO4J}:create_neo4j_driver",
    "arcadedb": f"{_ARCADEDB}:create_arcadedb_driver",
    "age": f"{_AGE}:create_age_driver",
}
_ASYNC_BACKENDS: dict[str, str] = {
    "falkordb": f"{_FALKORDB}:create_async_falkordb_driver",
    "memgraph": f"{_MEMGRAPH}:create_async_memgraph_driver",
    "neo4j": f"{_NEO4J}:create_async_neo4j_driver",
    "arcadedb": f"{_ARCADEDB}:create_async_arcadedb_driver",
    "age": f"{_AGE}:create_async_age_driver",
}
_SCHEMES: dict[str, str] = {
    **dict.fromkeys(("falkor", "falkors"), "falkordb"),
    **dict.fromkeys(("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"), "neo4j"),
    **dict.fromkeys(("postgresql", "postgres"), "age"),
}


def create_driver(backend: str, **options: Any) -> GraphDriver:
    """Return a driver for *backend*, which is a name beside keyword arguments or a URL whose scheme names it.

    Raises :class:`InvalidArgumentError` for an unknown backend or scheme, :class:`InvalidTypeError` for an option
    the backend does not take, :class:`MissingDependencyError` when its client is not installed. ::

        create_driver("falkordb", host="localhost", port=6379, graph="social")
        create_driver("falkor://localhost:6379/social")
        create_driver("falkordb", path="social.db")
    """
    driver: GraphDriver = _call(_BACKENDS, "runic.backends", backend, options)
    return driver


def create_async_driver(backend: str, **options: Any) -> AsyncGraphDriver:
    """Return an async driver, which connects at first use; see :func:`create_driver`."""
    driver: AsyncGraphDriver = _call(_ASYNC_BACKENDS, "runic.async_backends", backend, options)
    return driver


def driver_for(handle: Any) -> GraphDriver:
    """Return *handle* if it is a driver, else the driver kept for that graph handle of a client."""
    if _is_driver(handle):
        driver: GraphDriver = handle
        return driver
    found: GraphDriver = import_module(f"{_FALKORDB}.handles").kept_driver(handle)
    return found


def async_driver_for(handle: Any) -> AsyncGraphDriver:
    """Return the async driver for *handle*; see :func:`driver_for`. A synchronous handle serves as an address."""
    if _is_driver(handle):
        driver: AsyncGraphDriver = handle
        return driver
    found: AsyncGraphDriver = import_module(f"{_FALKORDB}.handles").kept_async_driver(handle)
    return found


def default_dialect() -> Dialect:
    """Return the dialect of statements that belong to no session: FalkorDB's."""
    dialect: Dialect = import_module(f"{_FALKORDB}.dialect").FALKORDB
    return dialect


def _is_driver(handle: Any) -> bool:
    return hasattr(handle, "dialect") and hasattr(handle, "connect")


def _call(table: dict[str, str], group: str, backend: Any, options: dict[str, Any]) -> Any:
    if not isinstance(backend, str):
        raise InvalidTypeError(f"a backend is named by a string, not by {type(backend).__name__}")
    if "://" in backend:
        if "url" in options:
            raise InvalidArgumentError("give one URL: as the first argument, or url= beside the backend's name")
        scheme = urlsplit(backend).scheme
        if scheme not in _SCHEMES:
            raise InvalidArgumentError(f"no backend has the scheme {scheme!r}; known are {_listed(_SCHEMES)}")
        backend, options = _SCHEMES[scheme], {"url": backend, **options}
    return _maker(table, group, backend)(**options)


def _maker(table: dict[str, str], group: str, backend: str) -> Callable[..., Any]:
    if backend in table:
        module, _, name = table[backend].partition(":")
        maker: Callable[..., Any] = getattr(import_module(module), name)
        return maker
    entry_points = import_module("importlib.metadata").entry_points  # slow to import, and hardly ever asked for
    added = {point.name: point for point in entry_points(group=group)}
    if backend not in added:
        raise InvalidArgumentError(f"no backend is named {backend!r}; known are {_listed({*table, *added})}")
    loaded: Callable[..., Any] = added[backend].load()
    return loaded


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))
