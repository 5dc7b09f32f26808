"""What a session is after something went wrong: a refused write, a lost answer, a cancelled call, a broken value."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.ogm import (
    ConnectionLostError,
    ConstraintViolationError,
    DuplicateKeyError,
    FieldValidationError,
    OutcomeUnknownError,
    QuerySyntaxError,
    SessionBusyError,
    select,
)
from tests.conformance.harness import Db, only
from tests.conformance.session_faults import Faults
from tests.conformance.session_models import Account, City, Everything, User

spec = pytest.mark.spec


def stored(db: Db, label: str = "User") -> list[str]:
    return [key for (key,) in db.raw(f"MATCH (n:{label}) RETURN n.id ORDER BY n.id")]


class Unstorable:
    """A value whose class misbehaves in every way."""

    def __repr__(self) -> str:
        return "<unstorable>"

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no comparison")

    __hash__ = None  # type: ignore[assignment]


# ---- validation comes first


async def test_one_bad_object_among_many_sends_nothing_and_poisons_nothing(db: Db) -> None:
    """Pitfall 38."""
    db.raw("CREATE (:User {id: 'old', name: 'Old'}), (:User {id: 'gone', name: 'Gone'})")
    async with db.session() as session:
        old, gone = await session.get(User, "old"), await session.get(User, "gone")
        old.name = "edited"
        session.delete(gone)
        bad = Everything(id="bad", text=Unstorable())
        session.add_all([User(id="new", name="New"), bad, City(id="c")])
        for _ in range(2):
            with db.recorded() as sent, pytest.raises(FieldValidationError, match=r"Everything\(id='bad'\).*text"):
                await session.commit()
            assert sent == []
        bad.text = "fine"
        await session.commit()
    assert stored(db) == ["new", "old"]
    assert stored(db, "Everything") == ["bad"]


async def test_a_converter_that_raises_is_a_field_validation_error(db: Db) -> None:
    async with db.session() as session:
        bad = Everything(id="e", version="not a version")
        session.add(bad)
        with pytest.raises(
            FieldValidationError, match=r"Everything\(id='e'\).*version.*no attribute 'major'"
        ) as caught:
            await session.flush()
        assert caught.value.__cause__ is not None
        session.expunge(bad)


async def test_a_key_that_cannot_be_hashed_or_stored(db: Db) -> None:
    async with db.session() as session:
        for key in ([], Unstorable(), 5, None):
            bad = User(id=key, name="x")
            session.add(bad)
            with pytest.raises(FieldValidationError, match=r"User"):
                await session.flush()
            session.expunge(bad)
    assert stored(db) == []


# ---- refused by the server


async def test_a_refused_flush_leaves_the_session_usable(db: Db) -> None:
    """What was answered stays settled, what was not stays pending."""
    await db.schema_manager().sync_schema([Account])
    db.raw("CREATE (:Account {`account key`: 'x', email_address: 'taken'})")
    async with db.session() as session:
        city, account = City(id="c"), Account(key="a", mail="taken")
        session.add_all([city, account])
        with pytest.raises(ConstraintViolationError, match=r"Account\(key='a'\)") as caught:
            await session.flush()
        assert not isinstance(caught.value, DuplicateKeyError)
        assert account in session
        assert account._new
        account.mail = "free"
        await session.commit()
        assert not account._new
    assert stored(db, "City") == ["c"]
    assert db.raw("MATCH (a:Account) RETURN count(a)") == [[2]]


async def test_a_wrong_statement_leaves_the_session_usable(db: Db) -> None:
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        for write in (False, True):
            with pytest.raises(QuerySyntaxError):
                await session.execute("MATCH (n RETURN n", write=write)
        await session.flush()
    assert stored(db) == ["a"]


# ---- answers that never came


@spec(164)
async def test_a_write_whose_answer_is_lost(db: Db) -> None:
    """Only rollback and close are left; then the session is usable again."""
    faults = Faults(db)
    async with db.session() as session:
        ann = User(id="a", name="Ann")
        session.add(ann)
        faults.at(2, OutcomeUnknownError("lost"), sent=True)
        with pytest.raises(OutcomeUnknownError, match="lost"):
            await session.flush()
        for call in (session.flush, session.commit, lambda: session.get(User, "a")):
            with pytest.raises(OutcomeUnknownError, match=r"rollback\(\) makes the session usable"):
                await call()
        with pytest.raises(OutcomeUnknownError):
            session.add(User(id="b", name="Bob"))
        with db.recorded() as sent:
            await session.rollback()
        assert sent == []
        assert ann not in session
        assert (ann.name, ann._new) == ("Ann", True)
        undone = Feature.TRANSACTIONS in db.dialect.features
        found = await session.get(User, "a")
        assert (found is None) is undone
        session.add(User(id="b", name="Bob"))
    assert "b" in stored(db)


async def test_a_session_with_a_lost_write_closes(db: Db) -> None:
    faults = Faults(db)
    session = db.open()
    session.add(User(id="a", name="Ann"))
    faults.at(2, OutcomeUnknownError("lost"))
    with pytest.raises(OutcomeUnknownError):
        await session.commit()
    await session.close()


async def test_a_read_whose_answer_is_lost_leaves_the_session_usable(db: Db) -> None:
    faults = Faults(db)
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        faults.at(1, ConnectionLostError("gone"))
        with pytest.raises(ConnectionLostError):
            await session.scalars(select(User))
        faults.at(1, ConnectionLostError("gone"))
        with pytest.raises(ConnectionLostError):
            await session.flush()
        await session.commit()
    assert stored(db) == ["a"]


@spec(162)
async def test_a_lost_batch_leaves_what_was_answered_persistent(db: Db) -> None:
    faults = Faults(db)
    async with db.session() as session:
        ann, city = User(id="a", name="Ann"), City(id="c")
        session.add_all([ann, city])
        # Two reads for keys, the users, then the cities.
        faults.at(4, OutcomeUnknownError("lost"))
        with pytest.raises(OutcomeUnknownError):
            await session.flush()
        await session.rollback()
        undone = Feature.TRANSACTIONS in db.dialect.features
        assert (ann in session) is not undone
        assert city not in session
        session.add_all([ann, city])
    assert (stored(db), stored(db, "City")) == (["a"], ["c"])


class Stop(BaseException):
    """Stands for KeyboardInterrupt, which a test runner would take for its own."""


@pytest.mark.parametrize("error", [Stop(), asyncio.CancelledError()], ids=["interrupt", "cancel"])
async def test_an_interrupted_write_passes_the_exception_on(db: Db, error: BaseException) -> None:
    if isinstance(error, asyncio.CancelledError) and not db.is_async:
        return
    faults = Faults(db)
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        faults.at(2, error, sent=True)
        with pytest.raises(type(error)) as caught:
            await session.flush()
        assert caught.value is error
        with pytest.raises(OutcomeUnknownError):
            await session.flush()
        await session.rollback()
        faults.at(1, error)
        with pytest.raises(type(error)):
            await session.scalars(select(User))
        session.add(User(id="b", name="Bob"))
    assert "b" in stored(db)


# ---- several users of one driver or session


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
    assert stored(db) == ["good"]


@only("sync")
async def test_many_threads_on_one_driver(db: Db) -> None:
    """Pitfall 53."""
    from concurrent.futures import ThreadPoolExecutor

    from runic.ogm import Session

    def work(number: int) -> bool:
        with Session(db.driver) as session:
            session.add_all(User(id=f"{number}-{n}", name="x") for n in range(20))
            session.flush()
            if number % 4 == 3:
                session.add(User(id=f"{number}-bad", name=None))
                with pytest.raises(FieldValidationError):
                    session.flush()
                session.rollback()
            return session.get(User, f"{number}-0") is not None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(16)))
    assert len(stored(db)) == 320


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
    assert len(stored(db)) == 20


@only("async")
async def test_concurrent_calls_on_one_session_wait_for_each_other(db: Db) -> None:
    faults = Faults(db)
    inside = 0

    async def entered() -> None:
        nonlocal inside
        inside += 1
        assert inside == 1
        await asyncio.sleep(0)
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
    assert len(stored(db)) == 5


@only("sync")
async def test_a_session_in_two_threads_or_in_itself_is_busy(db: Db) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from runic.ogm import Session

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
