"""What a server or its client refuses: credentials, a database that is not there, a pool without a free connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runic.ogm import (
    AuthenticationError,
    ConnectionLostError,
    DriverError,
)
from runic.testing.conformance.harness import Db
from tests.faults.conftest import undoes
from tests.servers.age import AgeServer
from tests.servers.neo4j import LTS, Neo4jServer

# How a driver is told to hold one connection, and not to wait for it.
_ONE = {
    "falkordb": {"max_connections": 1},
    "neo4j": {"max_connections": 1, "acquire_timeout": 0.1},
    "arcadedb": {"max_connections": 1, "acquire_timeout": 0.1},
    "age": {"max_connections": 1, "acquire_timeout": 0.1},
}


@pytest.fixture(scope="module")
def strict_neo4j() -> Iterator[dict[str, Any]]:
    """Options of a Neo4j that asks for credentials, as the one of the other tests does not."""
    with Neo4jServer(LTS, auth=True) as server:
        yield server.options("")


@pytest.fixture(scope="module")
def strict_age() -> Iterator[dict[str, Any]]:
    """Options of an AGE that asks for a password."""
    with AgeServer("1.8", password="right") as server:
        yield server.options("runic_strict")


@pytest.mark.slow
async def test_wrong_credentials(request: pytest.FixtureRequest, db: Db) -> None:
    options = db.server.options(db.graph)
    if db.backend.family in ("neo4j", "age"):
        options = request.getfixturevalue(f"strict_{db.backend.family}")
    driver = db.new_driver(**{**options, "username": options.get("username", "nobody"), "password": "wrong"})
    calls: list[int] = []

    def work(session: Any) -> Any:
        calls.append(1)
        return session.execute("RETURN 1")

    for write in (False, True):
        with pytest.raises(AuthenticationError, match="username and password") as caught:
            await settled(driver.execute("RETURN 1", write=write))
        assert type(caught.value) is AuthenticationError
        assert "wrong" not in str(caught.value)
    with pytest.raises(AuthenticationError):
        await settled(driver.execute_write(work))
    assert len(calls) == 1


@pytest.mark.parametrize("call", ["execute", "execute_write"])
async def test_a_database_that_is_not_there(db: Db, call: str) -> None:
    if db.backend.family == "falkordb":
        driver = db.new_driver(graph=f"{db.graph}_missing")
        assert (await settled(driver.execute("MATCH (n) RETURN n"))).rows == []  # it is made by the first write
        return
    driver = db.new_driver(database="missing")
    work: Any = "RETURN 1" if call == "execute" else lambda session: session.execute("RETURN 1")
    with pytest.raises(DriverError, match="missing") as caught:
        await settled(getattr(driver, call)(work))
    assert type(caught.value) is DriverError


async def test_a_pool_without_a_free_connection(db: Db) -> None:
    db._driver = db.new_driver(**_ONE[db.backend.family])
    async with db.session() as holder:
        await holder.execute("RETURN 1")
        async with db.session() as other:
            if undoes(db):
                with pytest.raises(ConnectionLostError, match="free") as caught:
                    await other.execute("RETURN 1")
                assert type(caught.value) is ConnectionLostError
                await holder.rollback()
            assert (await other.execute("RETURN 1")).rows == [[1]]


async def settled(value: Any) -> Any:
    return await value if hasattr(value, "__await__") else value
