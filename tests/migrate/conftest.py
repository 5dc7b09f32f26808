"""The ``place`` fixture: a graph of its own for each test, on every backend, in both colours."""

from __future__ import annotations

import inspect
import itertools
import os
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from typing import Any

import pytest

from runic.migrate.schema import AsyncIndexManager, AsyncSchemaManager, IndexManager, SchemaManager
from runic.ogm import AsyncSession, Session
from runic.ogm.driver.factory import create_async_driver, create_driver
from runic.ogm.schema.index_manager import IndexSpec
from runic.testing.backends import BackendUnderTest, running
from runic.testing.conformance.harness import refused
from tests.conformance.backends import backends
from tests.servers import Server

_NUMBERS = itertools.count(1)
COLOURS = ("sync", "async")


class Place:
    """One graph in one colour, and the managers over it, whose methods are awaited in both."""

    def __init__(self, backend: BackendUnderTest, server: Server, colour: str, graph: str) -> None:
        self.backend, self.server, self.colour, self.graph = backend, server, colour, graph
        self.driver: Any = self.driver_again()

    @property
    def indexes(self) -> Any:
        return self.indexes_with()

    @property
    def schema(self) -> Any:
        return self.schema_over(self.driver)

    def indexes_with(self, **options: Any) -> Any:
        return Awaited((AsyncIndexManager if self.colour == "async" else IndexManager)(self.driver, **options))

    def schema_over(self, target: Any) -> Any:
        return Awaited((AsyncSchemaManager if self.colour == "async" else SchemaManager)(target))

    def under(self, spec: IndexSpec) -> list[IndexSpec]:
        """Return the indexes that are listed beside a unique constraint, which is not an index itself."""
        return [] if self.backend.family == "age" else list(spec.supports)

    async def execute(self, cypher: str, params: Mapping[str, Any] | None = None) -> Any:
        return await settled(self.driver.execute(cypher, params, write=True))

    def driver_again(self) -> Any:
        """Return one more driver of the same colour, which the caller closes."""
        make: Any = create_async_driver if self.colour == "async" else create_driver
        return make(self.backend.family, **self.server.options(self.graph))

    async def store(self, *entities: Any) -> None:
        """Add entities through a session."""
        session = self._session()
        session.add_all(entities)
        await settled(session.commit())
        await settled(session.close())

    async def searched(self, search: Callable[[Any], Any]) -> list[Any]:
        """Return what the statement that *search* makes of a session finds."""
        session = self._session()
        try:
            found: list[Any] = await settled(search(session).all())
        finally:
            await settled(session.close())
        return found

    def _session(self) -> Any:
        return (AsyncSession if self.colour == "async" else Session)(self.driver)

    def raw(self, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        """Look at the graph through the database's own client."""
        return self.server.query(self.graph, cypher, params)

    async def close(self) -> None:
        await settled(self.driver.close())
        self.server.wipe(self.graph)


class Awaited:
    """A manager of either colour whose methods are awaited."""

    def __init__(self, target: Any) -> None:
        self._target = target

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any, **options: Any) -> Any:
            return await settled(getattr(self._target, name)(*args, **options))

        return call


async def settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Multiply a test that uses ``place`` by the backends and the colours."""
    if "place" not in metafunc.fixturenames:
        return
    only = {word for mark in metafunc.definition.iter_markers("only") for word in mark.args}
    colours = [colour for colour in COLOURS if colour in only] or COLOURS
    families = only - set(COLOURS)
    rows = backends(metafunc.config.getoption("--backends"))
    rows = [row for row in rows if not families or families & {row.family, row.name}]
    cases = [(row, colour) for row in rows for colour in colours]
    metafunc.parametrize("place", cases, indirect=True, ids=[f"{row.name}-{colour}" for row, colour in cases])


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """Expect the dialect's refusal from a test whose ``requires`` the database does not have."""
    place = pyfuncitem.funcargs.get("place")
    refusal = refused(pyfuncitem, place.driver.dialect) if isinstance(place, Place) else None
    if refusal is None:
        return (yield)
    with refusal:
        yield
    return True


@pytest.fixture
async def place(request: pytest.FixtureRequest, servers: dict[str, Server]) -> AsyncIterator[Place]:
    """Give the test a graph of its own, which does not exist yet, removed afterwards."""
    backend, colour = request.param
    server = running(backend, servers)
    opened = Place(backend, server, colour, f"runic_schema_{os.getpid()}_{next(_NUMBERS)}")
    yield opened
    await opened.close()
