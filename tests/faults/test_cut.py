"""A connection that is cut: what was asked may have happened or not, and each time one error says which."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import ConnectionLostError, OutcomeUnknownError, PendingRollbackError, select
from runic.testing.conformance.harness import Db
from runic.testing.conformance.session_models import User
from tests.faults.conftest import undoes
from tests.servers.proxy import Proxy

# The message that ends a transaction. Where there are none, a statement that writes is the end of itself.
_COMMIT = {"falkordb": b"CREATE", "age": b"COMMIT"}
_BOLT_COMMIT = b"\x00\x02\xb0\x12"


def commit_of(db: Db) -> bytes:
    return _COMMIT.get(db.backend.family, _BOLT_COMMIT)


def keys(db: Db) -> list[Any]:
    return [key for (key,) in db.raw("MATCH (n:User) RETURN n.id ORDER BY n.id")]


@pytest.mark.parametrize("happens", [True, False], ids=["after", "before"])
async def test_a_commit_whose_answer_never_comes(db: Db, proxy: Proxy, happens: bool) -> None:
    async with db.session() as session:
        session.add(user := User(id="a", name="Ann"))
        if undoes(db):
            await session.flush()
        (proxy.cut_after if happens else proxy.cut_before)(commit_of(db))
        with pytest.raises(OutcomeUnknownError) as caught:
            await session.commit()
        assert caught.value.__cause__ is not None
        with pytest.raises(OutcomeUnknownError, match=r"rollback\(\) makes the session usable"):
            await session.count(select(User))
        assert proxy.cuts == 1
        assert keys(db) == (["a"] if happens else [])
        await session.rollback()
        assert user not in session
        await session.merge(user)
    assert keys(db) == ["a"]


async def test_a_write_in_a_transaction_whose_answer_never_comes(db: Db, proxy: Proxy) -> None:
    """Where there are transactions it is undone for sure, so the outcome is known."""
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        await session.flush()
        await session.count(select(User))  # a driver may have to ask for new names first
        proxy.cut_after(b"cut here")
        expected = ConnectionLostError if undoes(db) else OutcomeUnknownError
        with pytest.raises(expected) as caught:
            await session.execute("CREATE (:User {id: 'b', name: 'cut here'})", write=True)
        assert type(caught.value) is expected
        with pytest.raises(PendingRollbackError if undoes(db) else OutcomeUnknownError):
            await session.count(select(User))
        await session.rollback()
        assert keys(db) == ([] if undoes(db) else ["a", "b"])
        session.add(User(id="c", name="Cleo"))
    assert keys(db) == (["c"] if undoes(db) else ["a", "b", "c"])


@pytest.mark.parametrize("sent", [True, False])
async def test_a_read_whose_answer_never_comes(db: Db, proxy: Proxy, sent: bool) -> None:
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        (proxy.cut_after if sent else proxy.cut_before)(b"cut here")
        with pytest.raises(ConnectionLostError) as caught:
            await session.execute("RETURN 'cut here'")
        assert type(caught.value) is ConnectionLostError
        assert (await session.execute("RETURN 'cut here'")).rows == [["cut here"]]
    assert keys(db) == ["a"]


async def test_a_transaction_function_goes_on_after_a_cut_and_writes_once(db: Db, proxy: Proxy) -> None:
    proxy.cut_before(b"cut here")
    pauses: list[float] = []

    def add(session: Any) -> None:
        session.add(User(id="a", name="Ann"))
        session.execute("RETURN 'cut here'")

    async def add_later(session: Any) -> None:
        session.add(User(id="a", name="Ann"))
        await session.execute("RETURN 'cut here'")

    async def wait(seconds: float) -> None:
        pauses.append(seconds)

    if db.is_async:
        await db.driver.execute_write(add_later, sleep=wait)
    else:
        db.driver.execute_write(add, sleep=pauses.append)
    assert (len(pauses), proxy.cuts) == (1, 1)
    assert keys(db) == ["a"]
