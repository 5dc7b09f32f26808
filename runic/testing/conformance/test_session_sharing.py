"""Several sessions on one driver, and several callers of one session."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from runic.ogm import FieldValidationError, Session, SessionBusyError, select
from runic.testing.conformance.harness import Db, only
from runic.testing.conformance.session_faults import Faults
from runic.testing.conformance.session_models import User, stored_keys


async def test_two_sessions_on_one_driver_are_independent(db: Db) -> None:
    """Pitfalls 53 and 127: a failing one loses its own work only."""
    good, bad = db.open(), db.open()
    await good.execute("RETURN 1")
    await bad.execute("RETURN 1")
    good.add(User(id="good", name="x"))
    bad.add(User(id="bad", name=None))
    with pytest.raises(FieldValidationError):
        await bad.commit()
    await bad.rollback()
    await bad.close()
    await good.commit()
    await good.close()
    assert stored_keys(db) == ["good"]


@only("sync")
async def test_many_threads_on_one_driver(db: Db) -> None:
    """Pitfall 53."""

    def work(number: int) -> bool:
        with Session(db.driver) as session:
            session.add_all(User(id=f"{number}-{n}", name="x") for n in range(20))
            session.commit()
            if number % 4 == 3:
                session.add(User(id=f"{number}-bad", name=None))
                with pytest.raises(FieldValidationError):
                    session.flush()
                session.rollback()
            return session.get(User, f"{number}-0") is not None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(16)))
    assert len(stored_keys(db)) == 320


@only("async")
async def test_many_tasks_on_one_driver(db: Db) -> None:
    """Pitfalls 53 and 127."""

    async def work(number: int) -> None:
        async with db.session() as session:
            session.add(User(id=f"{number}", name="x" if number % 3 else None))
            await session.flush()
            assert await session.get(User, f"{number}") is not None

    results = await asyncio.gather(*(work(number) for number in range(30)), return_exceptions=True)
    assert sum(isinstance(result, FieldValidationError) for result in results) == 10
    assert sum(result is None for result in results) == 20
    assert len(stored_keys(db)) == 20


@only("async")
async def test_concurrent_calls_on_one_session_wait_for_each_other(db: Db) -> None:
    faults = Faults(db)
    inside = 0

    async def entered() -> None:
        nonlocal inside
        inside += 1
        assert inside == 1
        await asyncio.sleep(0)  # lets another task in
        inside -= 1

    faults.before = entered
    async with db.session() as session:
        session.add_all(User(id=f"{n}", name="x") for n in range(5))
        found: list[Any] = await asyncio.gather(
            session.flush(),
            session.flush(),
            *(session.get(User, f"{n}") for n in range(5)),
            session.count(select(User)),
        )
    assert [user.id for user in found[2:7]] == ["0", "1", "2", "3", "4"]
    assert len(stored_keys(db)) == 5


@only("sync")
async def test_a_session_in_two_threads_or_in_itself_is_busy(db: Db) -> None:
    faults = Faults(db)
    with Session(db.driver) as session, ThreadPoolExecutor(1) as pool:

        def intrude() -> None:
            for call in (
                session.flush,
                session.commit,
                session.rollback,
                session.close,
                lambda: session.get(User, "a"),
            ):
                with pytest.raises(SessionBusyError, match="another thread"):
                    pool.submit(call).result()
            with pytest.raises(SessionBusyError, match="itself"):
                session.execute("RETURN 2")

        faults.before = intrude
        assert session.execute("RETURN 1").rows == [[1]]
        faults.before = None
        assert pool.submit(session.execute, "RETURN 3").result().rows == [[3]]
