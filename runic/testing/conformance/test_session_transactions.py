"""Blocks, sessions that only read, bookmarks and strict flushes: what a transaction is to its user."""

from __future__ import annotations

import gc
import inspect
import warnings

import pytest

from runic.ogm import (
    ConflictError,
    DriverError,
    InvalidArgumentError,
    InvalidTypeError,
    SessionClosedError,
    UnsupportedFeatureError,
    UsageError,
    select,
)
from runic.testing.conformance.harness import Db, bare, only, undoes
from runic.testing.conformance.session_faults import Faults
from runic.testing.conformance.session_models import City, User, numbered, stored_keys


class Oops(Exception):
    """Stands for an error of the user's own."""


# ---- blocks


async def test_a_block_commits_and_the_session_stays_open(db: Db) -> None:
    async with db.session() as session:
        async with session.begin() as inner:
            assert bare(inner) is bare(session)
            session.add(User(id="a", name="Ann"))
        assert stored_keys(db) == ["a"]
        async with session.begin():
            (await session.get_one(User, "a")).name = "Ada"
            session.add(User(id="b", name="Bob"))
        assert stored_keys(db) == ["a", "b"]


async def test_a_block_that_raises_rolls_back_and_the_session_stays_open(db: Db) -> None:
    async with db.session() as session:
        bob, oops = User(id="b", name="Bob"), Oops()

        async def fail() -> None:
            async with session.begin():
                session.add(User(id="a", name="Ann"))
                await session.flush()
                session.add(bob)
                raise oops

        with pytest.raises(Oops) as caught:
            await fail()
        assert caught.value is oops
        assert bob not in session
        async with session.begin():
            session.add(bob)
    assert stored_keys(db) == (["b"] if undoes(db) else ["a", "b"])


async def test_a_block_within_a_block_is_refused_and_costs_nothing(db: Db) -> None:
    async with db.session() as session, session.begin():
        session.add(User(id="a", name="Ann"))
        with pytest.raises(UsageError, match=r"in a block of begin\(\) already"):
            async with session.begin():
                pass
    assert stored_keys(db) == ["a"]


async def test_a_block_is_refused_after_a_flush_that_is_not_committed(db: Db) -> None:
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        await session.flush()
        assert session.has_written
        with pytest.raises(UsageError, match=r"commit\(\) or rollback\(\) before begin\(\)"):
            async with session.begin():
                pass
        await session.commit()
        assert not session.has_written
        async with session.begin():
            session.add(User(id="b", name="Bob"))
    assert stored_keys(db) == ["a", "b"]


async def test_a_block_may_end_its_session_and_none_begins_in_a_closed_one(db: Db) -> None:
    async with db.session() as session:
        async with session.begin():
            session.add(User(id="a", name="Ann"))
            await session.commit()
            await session.close()
        with pytest.raises(SessionClosedError):
            async with session.begin():
                pass
    assert stored_keys(db) == ["a"]


# ---- errors of closing


@pytest.mark.parametrize("method", ["close", "rollback"])
async def test_an_error_while_closing_never_replaces_that_of_the_block(db: Db, method: str) -> None:
    faults = Faults(db)

    async def fail() -> None:
        async with db.session() as session:
            await session.count(select(User))
            faults.on[method] = RuntimeError("closing")
            raise Oops

    with pytest.raises(Oops):
        await fail()
    faults.on.clear()
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        await session.flush()
        faults.on["commit"] = ConflictError("conflict")
        faults.on["close"] = RuntimeError("closing")
        with pytest.raises(ConflictError):
            await session.commit()
        await session.rollback()


async def test_an_error_while_closing_does_not_make_a_commit_look_undone(db: Db) -> None:
    faults = Faults(db)
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        faults.on["close"] = RuntimeError("closing")
    assert stored_keys(db) == ["a"]


# ---- reading only


async def test_a_session_that_only_reads_refuses_writes_before_they_are_sent(db: Db) -> None:
    await numbered(db, 1)
    async with db.session(access_mode="read") as session:
        user = await session.get_one(User, "0000")
        user.name = "changed"
        with pytest.raises(UsageError, match="only reads"):
            await session.flush()
        with db.recorded() as sent, pytest.raises(UsageError, match="only reads"):
            await session.execute("CREATE (:User {id: 'x'})", write=True)
        assert sent == []
        await session.refresh(user)
        assert user.name == "n"
    assert db.raw("MATCH (u:User) RETURN u.name") == [["n"]]


async def test_options_that_make_no_sense(db: Db) -> None:
    with pytest.raises(InvalidArgumentError, match="'read' or 'write'"):
        db.open(access_mode="rw")
    with pytest.raises(InvalidTypeError, match=r"other\.bookmarks"):
        db.open(bookmarks="FB:abc")


# ---- bookmarks


async def test_a_session_takes_the_bookmarks_of_another(db: Db) -> None:
    async with db.session() as first:
        first.add(User(id="a", name="Ann"))
        await first.commit()
        marks = first.bookmarks
        async with db.session(bookmarks=marks, access_mode="read") as second:
            assert second.bookmarks == marks
            assert await second.count(select(User)) == 1
        async with db.session(bookmarks=marks) as third:
            third.add(User(id="b", name="Bob"))
        assert isinstance(third.bookmarks, frozenset)


@only("neo4j")
async def test_bookmarks_reach_the_server(db: Db) -> None:
    async with db.session() as first:
        first.add(User(id="a", name="Ann"))
    assert all(mark.startswith("FB:") for mark in first.bookmarks)
    assert first.bookmarks
    async with db.session(bookmarks=first.bookmarks) as second:
        assert await second.count(select(User)) == 1
    async with db.session(bookmarks=["FB:not one"]) as third:
        with pytest.raises(DriverError, match="bookmark"):
            await third.count(select(User))


# ---- sessions that nobody closes


async def test_a_session_that_is_collected_gives_its_connection_back(db: Db) -> None:
    options = {"max_connections": 1, "acquire_timeout": 5.0} if undoes(db) else {}
    driver = db.new_driver(**options)
    with warnings.catch_warnings(action="error"):
        db._driver = driver
        for index in range(3):
            forgotten = bare(db.open())
            forgotten.add(User(id=f"{index}", name="Ann"))
            flushed = forgotten.flush()
            if inspect.isawaitable(flushed):
                await flushed
            del forgotten, flushed
            gc.collect()
        async with db.session() as session:
            assert await session.count(select(User)) == (0 if undoes(db) else 3)


# ---- strict flushes


@only("falkordb")
async def test_a_strict_driver_refuses_a_flush_of_several_statements_before_anything_is_sent(db: Db) -> None:
    db._driver = db.new_driver(transactions="strict")
    async with db.session() as session:
        session.add_all([User(id="a", name="Ann"), User(id="b", name="Bob")])
        await session.commit()
        user = await session.get_one(User, "a")
        user.name = "Ada"
        session.add(city := City(id="c"))
        with db.recorded() as sent, pytest.raises(UnsupportedFeatureError, match=r"2 statements.*session\.execute"):
            await session.commit()
        assert sent == []
        session.expunge(city)
        await session.commit()
    assert sorted(db.raw("MATCH (u:User) RETURN u.name")) == [["Ada"], ["Bob"]]


@only("falkordb", "sync")
def test_a_driver_knows_one_kind_of_strictness(db: Db) -> None:
    with pytest.raises(InvalidArgumentError, match='"strict" or left out'):
        db.new_driver(transactions="loose")
