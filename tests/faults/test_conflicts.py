"""Two transactions that need what the other one holds: one error of ours, and both done in the end."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from runic.ogm import ConflictError, Session
from runic.testing.conformance.harness import Db, only
from tests.faults.conftest import undoes

_ADD = "MATCH (n:Counter {name: $name}) SET n.value = n.value + 1"


def both_ways(db: Db) -> list[tuple[str, str]]:
    db.raw("CREATE (:Counter {name: 'x', value: 0}), (:Counter {name: 'y', value: 0})")
    return [("x", "y"), ("y", "x")]


def values(db: Db) -> list[list[Any]]:
    return db.raw("MATCH (n:Counter) RETURN n.name, n.value ORDER BY n.name")


@pytest.mark.slow
async def test_a_deadlock_is_a_conflict_and_both_are_done_once(db: Db) -> None:
    """Each holds one node and wants the other; the loser tries again."""
    orders, pauses, barrier = both_ways(db), list[float](), Barrier(2, timeout=60)
    met = dict.fromkeys(orders, False)

    def transfer(order: tuple[str, str]) -> None:
        def work(session: Any) -> None:
            session.execute(_ADD, {"name": order[0]}, write=True)
            if not met[order]:
                met[order] = True
                barrier.wait()
            session.execute(_ADD, {"name": order[1]}, write=True)

        db.driver.execute_write(work, attempts=100, sleep=pauses.append)

    async def transfer_async(order: tuple[str, str], events: list[asyncio.Event]) -> None:
        async def work(session: Any) -> None:
            await session.execute(_ADD, {"name": order[0]}, write=True)
            if not met[order]:
                met[order] = True
                events[order == orders[0]].set()
                await events[order != orders[0]].wait()
            await session.execute(_ADD, {"name": order[1]}, write=True)

        async def pause(seconds: float) -> None:
            pauses.append(seconds)

        await db.driver.execute_write(work, attempts=100, sleep=pause)

    if db.is_async:
        events = [asyncio.Event(), asyncio.Event()]
        await asyncio.gather(*[transfer_async(order, events) for order in orders])
    else:
        with ThreadPoolExecutor(2) as threads:
            await asyncio.gather(*[asyncio.wrap_future(threads.submit(transfer, order)) for order in orders])
    assert values(db) == [["x", 2], ["y", 2]]
    assert bool(pauses) is undoes(db)


@only("sync")
@pytest.mark.slow
async def test_the_loser_of_a_deadlock_gets_one_error_and_can_go_on(db: Db) -> None:
    if not undoes(db):
        return
    orders, barrier = both_ways(db), Barrier(2, timeout=60)

    def run(order: tuple[str, str]) -> Exception | None:
        with Session(db.driver) as session:
            try:
                session.execute(_ADD, {"name": order[0]}, write=True)
                barrier.wait()
                session.execute(_ADD, {"name": order[1]}, write=True)
                session.commit()
            except ConflictError as error:
                session.rollback()
                assert session.execute("RETURN 1").rows == [[1]]
                return error
        return None

    with ThreadPoolExecutor(2) as threads:
        failed = [error for error in threads.map(run, orders) if error is not None]
    assert [type(error) for error in failed] == [ConflictError]
    assert values(db) == [["x", 1], ["y", 1]]
