"""Blocks, transaction functions, read-only sessions and open streams: what a transaction is to its user."""

from __future__ import annotations

import gc
import inspect
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.ogm import (
    ConflictError,
    ConnectionLostError,
    DriverError,
    InvalidArgumentError,
    InvalidTypeError,
    OutcomeUnknownError,
    SessionClosedError,
    UnsupportedFeatureError,
    UsageError,
    select,
)
from tests.conformance.harness import Db, bare, dress, only
from tests.conformance.session_faults import Faults
from tests.conformance.session_models import City, User, stored_keys


class Oops(Exception):
    """Stands for an error of the user's own."""


def undoes(db: Db) -> bool:
    return Feature.TRANSACTIONS in db.dialect.features


async def numbered(db: Db, count: int) -> None:
    async with db.session() as session:
        session.add_all([User(id=f"{i:04}", name="n", age=i) for i in range(count)])


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


# ---- transaction functions


class Naps:
    """Stands for sleeping: notes the pauses, which are over at once."""

    def __init__(self, db: Db) -> None:
        self.taken: list[float] = []
        self.sleep: Callable[[float], Any] = self._later if db.is_async else self.taken.append

    async def _later(self, seconds: float) -> None:
        self.taken.append(seconds)


async def call(db: Db, mode: str, work: Callable[[Any], Any], **options: Any) -> Any:
    """Run *work*, a coroutine function over a session of either colour, as a transaction function."""
    method = getattr(db.driver, f"execute_{mode}")
    if db.is_async:
        return await method(work, **options)

    def finished(session: Any) -> Any:
        running = work(dress(session))
        with pytest.raises(StopIteration) as done:
            running.send(None)
        return done.value.value

    return method(finished, **options)


async def test_a_transaction_function_commits_and_returns(db: Db) -> None:
    async def add(session: Any) -> Any:
        session.add(user := User(id="a", name="Ann"))
        return user

    async def names(session: Any) -> Any:
        return [user.name for user in await session.scalars(select(User))]

    user = await call(db, "write", add)
    assert user.name == "Ann"
    assert stored_keys(db) == ["a"]
    assert await call(db, "read", names) == ["Ann"]
    assert db.events.count("begin") == db.events.count("commit") == db.events.count("close")


@pytest.mark.parametrize("error", [ConflictError("deadlock"), ConnectionLostError("gone")], ids=["conflict", "lost"])
async def test_a_conflict_or_a_lost_connection_is_tried_again_in_a_new_session(db: Db, error: Any) -> None:
    faults, naps, sessions = Faults(db), Naps(db), list[Any]()

    async def add(session: Any) -> int:
        sessions.append(bare(session))
        session.add(User(id="a", name="Ann"))
        if len(sessions) < 3:
            faults.at(1, error)
        await session.flush()
        return len(sessions)

    assert await call(db, "write", add, sleep=naps.sleep) == 3
    assert len(set(map(id, sessions))) == 3
    assert stored_keys(db) == ["a"]
    first, second = naps.taken
    assert 0.025 <= first <= 0.05 <= second <= 0.1


async def test_a_failed_commit_is_tried_again(db: Db) -> None:
    faults, naps, calls = Faults(db), Naps(db), list[int]()

    async def add(session: Any) -> None:
        calls.append(1)
        if len(calls) == 1:
            faults.on["commit"] = ConflictError("conflict")
        await session.merge(User(id="a", name="Ann"))

    if undoes(db):
        await call(db, "write", add, sleep=naps.sleep)
        assert len(calls) == 2
    else:
        with pytest.raises(ConflictError):
            await call(db, "write", add, sleep=naps.sleep)
        assert naps.taken == []
    assert stored_keys(db) == ["a"]


async def test_what_was_caught_inside_is_tried_again_as_well(db: Db) -> None:
    """A transaction that failed stays failed; the session says so at its next use."""
    faults, naps, calls = Faults(db), Naps(db), list[int]()

    async def add(session: Any) -> None:
        calls.append(1)
        await session.merge(User(id="a", name="Ann"))
        await session.flush()
        if len(calls) == 1:
            faults.at(1, ConflictError("conflict"))
        with suppress(ConflictError):
            await session.count(select(User))

    await call(db, "write", add, sleep=naps.sleep)
    assert len(calls) == (2 if undoes(db) else 1)
    assert stored_keys(db) == ["a"]


async def test_a_write_that_may_have_happened_is_not_tried_again(db: Db) -> None:
    faults, naps = Faults(db), Naps(db)

    async def add(session: Any) -> None:
        session.add(User(id="a", name="Ann"))
        faults.at(2, OutcomeUnknownError("lost"))

    with pytest.raises(OutcomeUnknownError):
        await call(db, "write", add, sleep=naps.sleep)
    assert naps.taken == []


async def test_a_read_is_tried_again_whatever_was_lost(db: Db) -> None:
    faults, naps = Faults(db), Naps(db)
    faults.at(1, OutcomeUnknownError("lost"))
    faults.at(2, ConnectionLostError("gone"))

    async def count(session: Any) -> Any:
        return await session.count(select(User))

    assert await call(db, "read", count, sleep=naps.sleep) == 0
    assert len(naps.taken) == 2


async def test_without_transactions_nothing_is_written_twice(db: Db) -> None:
    faults, naps, calls = Faults(db), Naps(db), list[int]()

    async def add(session: Any) -> None:
        calls.append(1)
        session.add_all([User(id="a", name="Ann"), City(id="c")])
        if len(calls) == 1:
            faults.at(4, ConnectionLostError("gone"))

    if undoes(db):
        await call(db, "write", add, sleep=naps.sleep)
    else:
        with pytest.raises(ConnectionLostError):
            await call(db, "write", add, sleep=naps.sleep)
    assert len(naps.taken) == undoes(db)
    assert (stored_keys(db), stored_keys(db, "City")) == (["a"], ["c"] if undoes(db) else [])


@pytest.mark.parametrize(("options", "calls"), [({"attempts": 4}, 4), ({"attempts": 1}, 1), ({"seconds": 0}, 1)])
async def test_trying_has_a_limit(db: Db, options: dict[str, Any], calls: int) -> None:
    naps, made = Naps(db), list[int]()

    async def fail(_session: Any) -> None:
        made.append(1)
        raise ConflictError("always")

    with pytest.raises(ConflictError, match="always") as caught:
        await call(db, "write", fail, sleep=naps.sleep, **options)
    assert (len(made), len(naps.taken)) == (calls, calls - 1)
    assert caught.value.__notes__ == [f"given up after {calls} attempts"]


async def test_any_other_error_passes_at_once_and_undoes(db: Db) -> None:
    naps = Naps(db)

    async def fail(session: Any) -> None:
        session.add(User(id="a", name="Ann"))
        raise Oops

    with pytest.raises(Oops):
        await call(db, "write", fail, sleep=naps.sleep)
    assert (naps.taken, stored_keys(db)) == ([], [])


@pytest.mark.parametrize("options", [{"attempts": 0}, {"attempts": 1.5}, {"seconds": -1}, {"seconds": "x"}])
async def test_limits_that_make_no_sense(db: Db, options: dict[str, Any]) -> None:
    async def work(session: Any) -> None: ...

    with pytest.raises(InvalidArgumentError):
        await call(db, "write", work, **options)


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


async def test_a_transaction_function_that_reads_refuses_writes(db: Db) -> None:
    async def add(session: Any) -> None:
        session.add(User(id="a", name="Ann"))

    async def sneak(session: Any) -> None:
        await session.execute("CREATE (:User {id: 'x'})")

    for work in (add, sneak):
        with pytest.raises(UsageError):
            await call(db, "read", work)
    assert stored_keys(db) == []


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


# ---- streams


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_the_end_of_a_transaction_ends_its_streams(db: Db, end: str) -> None:
    await numbered(db, 10)
    async with db.session() as session:
        stream = aiter(session.stream(select(User), batch=2))
        rows = [await anext(stream)]
        await getattr(session, end)()
        await session.count(select(User))
        if end == "commit" and not undoes(db):
            rows += [row async for row in stream]
            assert len(rows) == 10
            return
        rows.append(await anext(stream))  # it came with the first
        with pytest.raises(UsageError, match="ended with the transaction"):
            await anext(stream)


async def test_a_failed_statement_ends_the_streams_of_its_transaction(db: Db) -> None:
    await numbered(db, 10)
    async with db.session() as session:
        stream = aiter(session.stream(select(User), batch=2))
        rows = [await anext(stream)]
        with pytest.raises(DriverError):
            await session.execute("MATCH (n RETURN n")
        if undoes(db):
            with pytest.raises(UsageError, match="ended with the transaction"):
                rows += [row async for row in stream]
        else:
            assert len(rows + [row async for row in stream]) == 10


async def test_a_stream_reads_one_statement_where_the_database_has_cursors(db: Db) -> None:
    await numbered(db, 10)
    async with db.session() as session:
        with db.recorded() as sent:
            ages = [user.age async for user in session.stream(select(User).order_by(User.age), batch=3)]
        assert ages == list(range(10))
        assert len(sent) == 1
        with db.recorded() as sent:
            assert sorted([user.age async for user in session.stream(select(User), batch=3)]) == list(range(10))
        assert len(sent) == (1 if Feature.CURSOR in db.dialect.features else 4)


async def test_two_streams_of_one_session_at_once(db: Db) -> None:
    await numbered(db, 9)
    async with db.session() as session:
        up = aiter(session.stream(select(User).order_by(User.age), batch=2))
        down = aiter(session.stream(select(User).order_by(User.age, desc=True), batch=3))
        pairs = [((await anext(up)).age, (await anext(down)).age) for _ in range(9)]
        assert pairs == [(i, 8 - i) for i in range(9)]


async def test_what_is_written_during_a_stream_is_neither_lost_nor_seen_twice(db: Db) -> None:
    await numbered(db, 12)
    seen: list[str] = []
    async with db.session() as session:
        async for user in session.stream(select(User).where(User.age >= 0), batch=2):
            seen.append(user.id)
            mine = await session.get_one(User, user.id)
            mine.age += 100
            await session.flush()
    assert sorted(seen) == [f"{i:04}" for i in range(12)]
    assert db.raw("MATCH (u:User) WHERE u.age >= 100 RETURN count(u)") == [[12]]


# ---- sessions that nobody closes


async def test_a_session_that_is_collected_gives_its_connection_back(db: Db) -> None:
    options = {"max_connection_pool_size": 1, "connection_acquisition_timeout": 5.0} if undoes(db) else {}
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
