"""A server that dies: in the middle of a flush or a stream, before a commit, or between two uses of a driver."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import ConnectionLostError, OutcomeUnknownError, PendingRollbackError, UsageError, select
from runic.testing.conformance.harness import COLOURS
from runic.testing.conformance.session_models import City, User, stored_keys
from tests.faults.conftest import Victim, undoes
from tests.faults.points import Points


async def read_on(stream: Any, rows: list[Any]) -> None:
    async for row in stream:
        rows.append(row)


@pytest.mark.slow
async def test_in_the_middle_of_a_flush(victim: Victim, colour: str) -> None:
    db = victim.open(colour)
    points = Points(db)
    async with db.session() as session:
        user, city = User(id="a", name="Ann"), City(id="c")
        session.add_all([user, city])
        points.before_write(2, victim.server.kill)
        with pytest.raises(ConnectionLostError) as caught:
            await session.flush()
        assert type(caught.value) is ConnectionLostError
        if undoes(db):
            with pytest.raises(PendingRollbackError, match=r"rollback\(\) first"):
                await session.count(select(User))
        with pytest.raises(ConnectionLostError):
            await db.execute("RETURN 1")
        victim.restart()
        assert stored_keys(db) == ([] if undoes(db) else ["a"])
        await session.rollback()
        session.add_all([user, city])
    assert (stored_keys(db), stored_keys(db, "City")) == (["a"], ["c"])


@pytest.mark.slow
async def test_in_the_middle_of_a_stream(victim: Victim) -> None:
    opened = [victim.open(colour) for colour in COLOURS]
    for db in opened:  # more than what a client reads ahead
        key = f"'{db.is_async}' + toString(i)"
        db.raw(f"UNWIND range(1, 3000) AS i CREATE (:User {{id: {key}, name: 'n', active: true, tags: []}})")
    sessions = [db.open() for db in opened]
    streams = [aiter(session.stream(select(User), batch=5)) for session in sessions]
    for stream in streams:
        await anext(stream)
    victim.server.kill()
    for db, stream in zip(opened, streams, strict=True):
        rows: list[Any] = []
        with pytest.raises(ConnectionLostError) as caught:
            await read_on(stream, rows)
        assert type(caught.value) is ConnectionLostError
        assert len(rows) < 3000
        if undoes(db):
            with pytest.raises((UsageError, StopAsyncIteration)):
                await anext(stream)
    victim.restart()
    for session in sessions:
        assert await session.count(select(User)) >= 3000
        await session.close()


@pytest.mark.slow
async def test_between_a_flush_and_its_commit(victim: Victim) -> None:
    opened = [victim.open(colour) for colour in COLOURS]
    sessions = [db.open() for db in opened]
    for db, session in zip(opened, sessions, strict=True):
        session.add(User(id=f"{db.is_async}", name="Ann"))
        await session.flush()
    victim.server.kill()
    for db, session in zip(opened, sessions, strict=True):
        if not undoes(db):
            await session.commit()  # nothing is left to do
            continue
        with pytest.raises(OutcomeUnknownError):
            await session.commit()
        with pytest.raises(OutcomeUnknownError, match=r"rollback\(\) makes the session usable"):
            await session.count(select(User))
    victim.restart()
    for db, session in zip(opened, sessions, strict=True):
        assert stored_keys(db) == ([] if undoes(db) else [f"{db.is_async}"])
        await session.rollback()
    for db, session in zip(opened, sessions, strict=True):
        await session.merge(User(id=f"{db.is_async}", name="Ann"))
        await session.commit()
        assert f"{db.is_async}" in stored_keys(db)
        await session.close()
    assert {key for db in opened for key in stored_keys(db)} == {"True", "False"}


@pytest.mark.slow
async def test_a_restart_under_a_living_driver_is_not_noticed(victim: Victim) -> None:
    opened = [victim.open(colour) for colour in COLOURS]
    for db in opened:
        async with db.session() as one, db.session() as two:
            await one.count(select(User))
            await two.count(select(User))
    victim.server.kill()
    victim.restart()
    for db in opened:
        async with db.session() as session, db.session() as other:
            assert await other.count(select(User)) == 0
            session.add(User(id=f"{db.is_async}", name="Ann"))
            await session.commit()
            assert (await db.execute("RETURN 1")).rows == [[1]]
            assert stored_keys(db).count(f"{db.is_async}") == 1
            session.delete(await session.get_one(User, f"{db.is_async}"))
