"""FalkorDB: drivers over connections of their own, their dialect, and what makes them from an address."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.driver.falkordb.address import Address, address_from_options
from runic.ogm.driver.falkordb.dialect import FALKORDB, FalkorDBDialect
from runic.ogm.driver.falkordb.drivers import AsyncFalkorDBDriver, FalkorDBDriver

if TYPE_CHECKING:
    from runic.ogm.driver.falkordb.embedded import Lease

__all__ = [
    "FALKORDB",
    "AsyncFalkorDBDriver",
    "FalkorDBDialect",
    "FalkorDBDriver",
    "create_async_falkordb_driver",
    "create_falkordb_driver",
]

_EMBEDDED_GRAPH = "runic"


def create_falkordb_driver(
    host: str | None = None,
    port: int | None = None,
    graph: str | None = None,
    *,
    url: str | None = None,
    path: str | PathLike[str] | None = None,
    transactions: str | None = None,
    **options: Any,
) -> FalkorDBDriver:
    """Return a driver for *graph* at an address, or in the database file *path*, whose server it then owns.

    Further options: ``username``, ``password``, ``credential_provider``, ``unix_socket_path``, ``ssl`` and the
    client's ``ssl_…`` ones, ``connect_timeout`` (seconds), ``max_connections``, and ``timeout`` (milliseconds, the
    server's limit for one query). They override the parts of *url*. ``transactions="strict"`` refuses a flush of more
    than one statement (``UnsupportedFeatureError``), as the server would not undo the first when the second fails.
    """
    strict = _is_strict(transactions)
    return FalkorDBDriver.at(*_target(graph, url, path, {"host": host, "port": port, **options}), strict=strict)


def create_async_falkordb_driver(
    host: str | None = None,
    port: int | None = None,
    graph: str | None = None,
    *,
    url: str | None = None,
    path: str | PathLike[str] | None = None,
    transactions: str | None = None,
    **options: Any,
) -> AsyncFalkorDBDriver:
    """Return an async driver, which connects at first use; see :func:`create_falkordb_driver`."""
    strict = _is_strict(transactions)
    return AsyncFalkorDBDriver.at(*_target(graph, url, path, {"host": host, "port": port, **options}), strict=strict)


def _is_strict(transactions: Any) -> bool:
    if transactions not in (None, "strict"):
        raise InvalidArgumentError(f'transactions is "strict" or left out, got {transactions!r}')
    return transactions is not None


def _target(
    graph: str | None, url: str | None, path: str | PathLike[str] | None, options: dict[str, Any]
) -> tuple[str, Address, Lease | None]:
    address, named = address_from_options(url, options)
    graph = graph or named
    if path is None:
        if not graph:
            raise InvalidTypeError("a FalkorDB driver needs graph=, the name of the graph")
        return graph, address, None
    given = {name for name, value in options.items() if value is not None} - {"max_connections", "timeout"}
    if url is not None or given:
        others = ", ".join(sorted({*given, *(["url"] if url is not None else [])}))
        raise InvalidArgumentError(f"path= starts a server of its own: leave out {others}")
    from runic.ogm.driver.falkordb.embedded import Lease  # it needs a system with file locks

    return graph or _EMBEDDED_GRAPH, address, Lease(path)
