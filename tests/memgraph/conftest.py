"""Both colours of the driver, and servers that answer by a script."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runic.migrate.schema import AsyncIndexManager, IndexManager
from runic.ogm import AsyncSession, Session, create_async_driver, create_driver
from tests.servers.bolt_script import ScriptedBolt


class Colour:
    """One colour: drivers, sessions, and calls that are awaited where they have to be."""

    def __init__(self, name: str) -> None:
        self.is_async = name == "async"
        self._opened: list[Any] = []

    def driver(self, server: ScriptedBolt, **options: Any) -> Any:
        make: Any = create_async_driver if self.is_async else create_driver
        self._opened.append(make("memgraph", url=server.url, **options))
        return self._opened[-1]

    def session(self, driver: Any) -> Any:
        return AsyncSession(driver) if self.is_async else Session(driver)

    def indexes(self, driver: Any) -> Any:
        return AsyncIndexManager(driver) if self.is_async else IndexManager(driver)

    async def close(self) -> None:
        for driver in self._opened:
            await done(driver.close())


async def done(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


@pytest.fixture(params=["sync", "async"])
async def colour(request: pytest.FixtureRequest) -> Any:
    made = Colour(request.param)
    yield made
    await made.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Any], ScriptedBolt]]:
    opened: list[ScriptedBolt] = []

    def start(script: Any) -> ScriptedBolt:
        opened.append(ScriptedBolt(script))
        return opened[-1]

    yield start
    for server in opened:
        server.__exit__()
