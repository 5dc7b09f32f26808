"""The world that the documents take for granted: a server at ``localhost:6379``, and an empty registry of models.

The blocks stand between ``# block NAME`` and ``# end`` in these modules with the documents' own lines, indented as
their place wants it; where a document lists several expressions, they are the members of a tuple here. Models and
data around them are ours. :mod:`tests.spec.documents.test_blocks` keeps the lines from being changed.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

import runic.ogm.driver.falkordb
from runic.ogm import GraphDriver, Session, create_driver
from runic.ogm.core.metadata import metadata
from tests.servers import FALKORDB_FILES, BackendMissingError, FalkorDBServer

_HERE = {"host": "localhost", "port": 6379}


@pytest.fixture(scope="session")
def server() -> Iterator[FalkorDBServer]:
    """Run one embedded server for all blocks, of whichever package there is."""
    missing: list[BackendMissingError] = []
    for package in reversed(FALKORDB_FILES):
        try:
            with FalkorDBServer(package) as running:
                yield running
                return
        except BackendMissingError as error:
            missing.append(error)
    pytest.skip(str(missing[0]))


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """Give each block a registry of its own: the documents define ``User`` many times."""
    before = metadata.snapshot()
    metadata.restore(type(before)({}, {}))
    yield
    metadata.restore(before)


@pytest.fixture(autouse=True)
def localhost(server: FalkorDBServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the server where the documents look for one, for drivers and for the client's own handles."""
    import falkordb

    address = {"host": server.host, "port": server.port}
    create, client = runic.ogm.driver.falkordb.create_falkordb_driver, falkordb.FalkorDB

    def there(options: dict[str, Any]) -> dict[str, Any]:
        return {**options, **address} if {name: options.get(name) for name in _HERE} == _HERE else options

    def create_falkordb_driver(*args: Any, **options: Any) -> Any:
        given = inspect.signature(create).bind(*args, **options)
        return create(**there({**given.arguments, **given.arguments.pop("options", {})}))

    monkeypatch.setattr(runic.ogm.driver.falkordb, "create_falkordb_driver", create_falkordb_driver)

    class FalkorDB(client):
        def __init__(self, **options: Any) -> None:
            super().__init__(**there(options))

    monkeypatch.setattr(falkordb, "FalkorDB", FalkorDB)
    yield
    for graph in server.client().list_graphs():
        server.wipe(graph)


@pytest.fixture
def driver() -> Iterator[GraphDriver]:
    """Return a driver on the graph that blocks without one of their own use."""
    opened = create_driver("falkordb", host="localhost", port=6379, graph="app")
    yield opened
    opened.close()


@pytest.fixture
def session(driver: GraphDriver) -> Iterator[Session]:
    """Return a session for the blocks that have one at hand."""
    opened = Session(driver)
    yield opened
    opened.close()
