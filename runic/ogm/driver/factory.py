"""Make a driver from a backend's name, a URL, or a client's own graph handle.

Backends are named by strings, so nothing is imported before it is asked for. Installed packages add further ones
(:mod:`runic.ogm.driver.installed`); a name or scheme of runic's own always means runic's own.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal
from urllib.parse import urlsplit

from runic.cypher.dialect import Dialect
from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.driver import AsyncGraphDriver, GraphDriver, installed
from runic.ogm.driver.backend import Backend

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

    A name or scheme that is not runic's own is that of a :class:`Backend` which an installed package brings.

    Raises :class:`InvalidArgumentError` for an unknown backend or scheme, :class:`InvalidTypeError` for an option
    the backend does not take, :class:`MissingDependencyError` when its client is not installed. ::

        create_driver("falkordb", host="localhost", port=6379, graph="social")
        create_driver("falkor://localhost:6379/social")
        create_driver("falkordb", path="social.db")
    """
    driver: GraphDriver = _call("create_driver", backend, options)
    return driver


def create_async_driver(backend: str, **options: Any) -> AsyncGraphDriver:
    """Return an async driver, which connects at first use; see :func:`create_driver`."""
    driver: AsyncGraphDriver = _call("create_async_driver", backend, options)
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


def _call(function: Literal["create_driver", "create_async_driver"], backend: Any, options: dict[str, Any]) -> Any:
    if not isinstance(backend, str):
        raise InvalidTypeError(f"a backend is named by a string, not by {type(backend).__name__}")
    brought: Backend | None = None
    if "://" in backend:
        if "url" in options:
            raise InvalidArgumentError("give one URL: as the first argument, or url= beside the backend's name")
        scheme, options = urlsplit(backend).scheme, {"url": backend, **options}
        backend = _SCHEMES.get(scheme, "")
        if not backend and (brought := installed.backend_of_scheme(scheme)) is None:
            known = _listed({*_SCHEMES, *installed.known_schemes()})
            raise InvalidArgumentError(f"no backend has the scheme {scheme!r}; known are {known}")
    elif backend not in _BACKENDS and (brought := installed.backend_named(backend)) is None:
        known = _listed({*_BACKENDS, *installed.known_names()})
        raise InvalidArgumentError(f"no backend is named {backend!r}; known are {known}")
    return _made_by(brought, function, options) if brought else _built_in(backend, function)(**options)


def _built_in(backend: str, function: str) -> Any:
    table = _BACKENDS if function == "create_driver" else _ASYNC_BACKENDS
    module, _, name = table[backend].partition(":")
    return getattr(import_module(module), name)


def _made_by(brought: Backend, function: str, options: dict[str, Any]) -> Any:
    driver = getattr(brought, function)(**options)
    if not _is_driver(driver):
        where = f"{type(brought).__name__}.{function}()"
        raise InvalidTypeError(f"{where} returned {driver!r}; it has to return a driver, with dialect and connect()")
    return driver


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
