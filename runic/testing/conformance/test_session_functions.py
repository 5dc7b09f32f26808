"""Transaction functions: what they commit, what they try again and for how long."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from runic.ogm import (
    ConflictError,
    ConnectionLostError,
    InvalidArgumentError,
    OutcomeUnknownError,
    UsageError,
    select,
)
from runic.testing.conformance.harness import Db, bare, dress, undoes
from runic.testing.conformance.session_faults import Faults
from runic.testing.conformance.session_models import City, User, stored_keys


class Oops(Exception):
    """Stands for an error of the user's own."""


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


async def test_a_transaction_function_that_reads_refuses_writes(db: Db) -> None:
    async def add(session: Any) -> None:
        session.add(User(id="a", name="Ann"))

    async def sneak(session: Any) -> None:
        await session.execute("CREATE (:User {id: 'x'})")

    for work in (add, sneak):
        with pytest.raises(UsageError):
            await call(db, "read", work)
    assert stored_keys(db) == []
