"""Streams: how they end with their transaction, and what is written meanwhile."""

from __future__ import annotations

import pytest

from runic.cypher.dialect import Feature
from runic.ogm import (
    DriverError,
    UsageError,
    select,
)
from runic.testing.conformance.harness import Db, undoes
from runic.testing.conformance.session_models import User, numbered


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
