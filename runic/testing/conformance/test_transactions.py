"""What a rollback undoes: all that was flushed where the database has transactions, nothing where it has none."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from runic.ogm import (
    DriverError,
    GeoLocation,
    GraphDriver,
    PendingRollbackError,
    TransactionalGraphDriver,
    Vector,
    select,
)
from runic.testing.conformance.harness import Db, only, undoes
from runic.testing.conformance.session_models import City, Everything, Rated, Reader, User

spec = pytest.mark.spec


def names(db: Db) -> list[Any]:
    return [name for (name,) in db.raw("MATCH (u:User) RETURN u.name ORDER BY u.name")]


async def store(db: Db, *entities: Any) -> None:
    async with db.session() as session:
        session.add_all(entities)


@spec(166, 467)
async def test_a_rollback_undoes_what_was_flushed_or_leaves_it(db: Db) -> None:
    await store(db, User(id="kept", name="kept"), User(id="gone", name="gone"))
    async with db.session() as session:
        kept, gone = await session.get(User, "kept"), await session.get(User, "gone")
        kept.name = "changed"
        session.delete(gone)
        session.add(new := User(id="new", name="new"))
        await session.flush()
        assert await session.count(select(User)) == 2
        await session.rollback()
        assert (new in session, gone in session) == ((False, True) if undoes(db) else (True, False))
        await session.refresh(kept)
        assert kept.name == ("kept" if undoes(db) else "changed")
    assert names(db) == (["gone", "kept"] if undoes(db) else ["changed", "new"])


@spec(467)
async def test_nobody_else_sees_what_is_not_committed(db: Db) -> None:
    async with db.session() as session, db.session() as other:
        session.add(User(id="a", name="Ann"))
        await session.flush()
        assert await other.count(select(User)) == (0 if undoes(db) else 1)
        await other.rollback()
        await session.commit()
        assert await other.count(select(User)) == 1


@spec(467)
async def test_closing_without_a_commit_undoes_what_was_flushed(db: Db) -> None:
    session = db.open()
    session.add(User(id="a", name="Ann"))
    await session.flush()
    await session.close()
    assert names(db) == ([] if undoes(db) else ["Ann"])


async def test_an_object_whose_creation_was_undone_can_be_added_again(db: Db) -> None:
    async with db.session() as session:
        session.add(user := User(id="a", name="Ann", tags=["x"]))
        await session.flush()
        await session.rollback()
        if undoes(db):
            assert user._state is None
            assert (user.id, user.name, user.tags) == ("a", "Ann", ["x"])
            session.add(user)
        user.name = "Ada"
    assert names(db) == ["Ada"]


async def test_edges_that_were_written_and_undone(db: Db) -> None:
    await store(db, Reader(id="r"), City(id="c"))
    async with db.session() as session:
        reader, city = await session.get(Reader, "r"), await session.get(City, "c")
        await session.relate(reader, Reader.rated, city, edge=Rated(score=3))
        await session.rollback()
        found = await session.load(reader, "rated")
        assert [node.id for node in found] == ([] if undoes(db) else ["c"])
    assert len(db.raw("MATCH ()-[r:RATED]->() RETURN r.score")) == (0 if undoes(db) else 1)


async def test_a_statement_that_fails_after_a_write_ends_the_transaction(db: Db) -> None:
    async with db.session() as session:
        session.add(user := User(id="a", name="Ann"))
        await session.flush()
        with pytest.raises(DriverError):
            await session.execute("MATCH (n RETURN n")
        if undoes(db):
            with pytest.raises(PendingRollbackError, match=r"rollback\(\) first"):
                await session.count(select(User))
            with pytest.raises(PendingRollbackError):
                await session.commit()
            await session.rollback()
            assert user not in session
            session.add(user)
        await session.commit()
        assert await session.count(select(User)) == 1
    assert names(db) == ["Ann"]


async def test_a_statement_that_fails_before_any_write_costs_nothing(db: Db) -> None:
    await store(db, User(id="a", name="Ann"))
    async with db.session() as session:
        user = await session.get(User, "a")
        user.name = "Ada"
        with pytest.raises(DriverError):
            await session.execute("MATCH (n RETURN n")
        assert user.name == "Ada"
        await session.commit()
    assert names(db) == ["Ada"]


@only("sync")
@spec(137, 378, 379, 397)
async def test_the_transaction_of_a_driver(db: Db) -> None:
    driver: Any = db.driver
    assert isinstance(driver, GraphDriver)
    assert isinstance(driver, TransactionalGraphDriver) == undoes(db)
    driver.execute("CREATE (:User {id: 'auto', name: 'auto'})", write=True)
    assert names(db) == ["auto"]
    if not undoes(db):
        return
    driver.begin()
    driver.execute("CREATE (:User {id: 'a', name: 'a'})", write=True)
    assert driver.execute("MATCH (u:User) RETURN count(u)").rows == [[2]]
    assert names(db) == ["auto"]
    with pytest.raises(RuntimeError, match="open"):
        driver.begin()
    driver.rollback()
    assert names(db) == ["auto"]
    driver.begin()
    driver.execute("CREATE (:User {id: 'b', name: 'b'})", write=True)
    driver.commit()
    assert names(db) == ["auto", "b"]


@spec(466)
async def test_a_statement_that_fails_has_written_nothing(db: Db) -> None:
    with pytest.raises(DriverError):
        await db.execute("UNWIND [4, 2, 0] AS x CREATE (:User {id: toString(x), name: toString(8 / x)})", write=True)
    assert names(db) == []


@spec(473)
async def test_every_database_has_a_driver_of_both_colours(db: Db) -> None:
    assert inspect.iscoroutinefunction(type(db.driver).execute) == db.is_async
    assert (await db.execute("RETURN 1 AS one")).rows == [[1]]


@spec(30, 126, 469, 471, 474)
async def test_models_and_statements_are_the_same_everywhere(db: Db) -> None:
    """Vectors, locations and interned texts are stored through a function only where the database needs one."""
    await store(db, Everything(id="e", vector=Vector([1.0, 0.5]), place=GeoLocation(2.0, 1.0)))
    async with db.session() as session:
        found = await session.get(Everything, "e")
        assert (found.vector, found.place) == ([1.0, 0.5], GeoLocation(2.0, 1.0))
        with db.recorded() as sent:
            found.vector = Vector([2.0, 0.5])
            await session.commit()
        assert ("vecf32" in sent[0].text) == ("vector" in db.dialect.functions)
