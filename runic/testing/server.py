"""A database that runs already, for the suite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runic.migrate import SchemaManager
from runic.ogm.driver import GraphDriver
from runic.ogm.driver.factory import create_driver

__all__ = ["RunningServer"]


class RunningServer:
    """A database that runs already, looked at through the backend's own driver; it is emptied after each test.

    *options* are what ``create_driver(backend, …)`` takes. Subclass it where a test can have a graph of its own
    (:meth:`options`, :meth:`wipe`), or to look at the database through its own client (:meth:`query`).
    """

    def __init__(self, backend: str, **options: Any) -> None:
        self.backend = backend
        self._options = options
        self._driver: GraphDriver | None = None

    @property
    def driver(self) -> GraphDriver:
        """The driver that looks at the database; made when first needed."""
        if self._driver is None:
            self._driver = create_driver(self.backend, **self._options)
        return self._driver

    def ensure(self) -> None:
        """Do nothing: the server is not ours."""

    def options(self, graph: str) -> dict[str, Any]:
        """Return the keyword arguments of ``create_driver``: the same ones for every graph."""
        del graph
        return dict(self._options)

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        """Run *cypher* and return its rows."""
        del graph
        return self.driver.execute(cypher, params, write=True).rows

    def wipe(self, graph: str) -> None:
        """Drop every constraint and index, then delete every node."""
        if self.driver.dialect.schema:
            SchemaManager(self.driver).sync_schema([], drop_extra=True)
        self.query(graph, "MATCH (n) DETACH DELETE n")

    def stop(self) -> None:
        """Close the driver."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None
