"""Sessions from construction to close: who may use one, what ends it, and what stays readable."""

from __future__ import annotations

import gc
import inspect
from typing import Any

import pytest

from runic.ogm import (
    AsyncConnectionManager,
    AsyncSession,
    ConnectionManager,
    DetachedEntityError,
    FieldValidationError,
    InvalidArgumentError,
    InvalidTypeError,
    Mapper,
    OrmError,
    Session,
    SessionClosedError,
    select,
)
from runic.ogm.mapper.relationship_loader import RelationshipLoader
from runic.testing.conformance.harness import Db, bare, only
from runic.testing.conformance.session_models import Company, User, settled

spec = pytest.mark.spec


def names(db: Db) -> list[str]:
    return [name for (name,) in db.raw("MATCH (u:User) RETURN u.name ORDER BY u.name")]


# ---- construction


@spec(138, 145, 146, 27)
async def test_a_session_has_a_mapper_and_a_loader(db: Db) -> None:
    session = db.open()
    assert isinstance(session.mapper, Mapper)
    assert isinstance(session.rel_loader, RelationshipLoader)
    own = Mapper(db.dialect)
    other = db.open(mapper=own, log_cypher=True, autoflush=True)
    assert other.mapper is own
    await session.close()
    await other.close()


@only("sync")
@spec(138)
async def test_the_documented_signature(db: Db) -> None:
    for kind in (Session, AsyncSession):
        parameters = list(inspect.signature(kind).parameters.values())
        assert [p.name for p in parameters] == [
            *("driver", "mapper", "log_cypher", "autoflush", "access_mode", "bookmarks"),
        ]
        assert [p.kind.name for p in parameters[2:]] == ["KEYWORD_ONLY"] * 4
        assert [p.default for p in parameters[1:]] == [None, False, False, "write", ()]
    with Session(db.driver, Mapper(db.dialect)) as session:
        assert session.execute("RETURN 1").rows == [[1]]


@pytest.mark.parametrize("wrong", [None, "localhost", 5, object()])
async def test_what_is_no_driver_is_refused(db: Db, wrong: Any) -> None:
    with pytest.raises(InvalidTypeError, match="expected a driver"):
        (AsyncSession if db.is_async else Session)(wrong)


async def test_wrong_options_are_refused(db: Db) -> None:
    with pytest.raises(InvalidArgumentError, match="log_cypher"):
        db.open(log_cypher="all")
    with pytest.raises(InvalidTypeError, match="mapper"):
        db.open(mapper=object())


async def test_a_driver_of_the_other_colour_is_refused(db: Db) -> None:
    other = Session if db.is_async else AsyncSession
    with pytest.raises(InvalidTypeError, match=r"synchronous; use (Async)?Session, or create"):
        other(db.driver)


async def test_a_rollback_forgets_a_mistyped_attribute(db: Db) -> None:
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        await session.commit()
        user = await session.get(User, "a")
        user.nmae = "Ada"
        with pytest.raises(FieldValidationError, match="nmae"):
            await session.commit()
        await session.rollback()
        assert not hasattr(type(user), "nmae")
        assert "nmae" not in user.__dict__
        user.name = "Ada"
    assert names(db) == ["Ada"]


@only("sync", "falkordb")
@spec(140)
async def test_a_session_takes_the_graph_handle_of_a_client(db: Db) -> None:
    from falkordb import FalkorDB

    options = db.server.options(db.graph)
    graph = FalkorDB(**{k: v for k, v in options.items() if k != "graph"}).select_graph(options["graph"])
    with Session(graph) as session:
        session.add(User(id="a", name="Ann"))
    async with AsyncSession(graph) as session:
        assert (await session.get(User, "a")).name == "Ann"
    with ConnectionManager(graph).session() as session:
        assert session.get(User, "a") is not None
    async with AsyncConnectionManager(graph).session() as session:
        assert await session.get(User, "a") is not None


# ---- the context manager


@spec(141, 149, 158)
async def test_leaving_the_block_commits(db: Db) -> None:
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
    assert names(db) == ["Ann"]
    assert db.events[-2:] == ["commit", "close"]


@spec(142)
async def test_leaving_the_block_by_an_exception_rolls_back(db: Db) -> None:
    session = db.open()

    async def fails_inside() -> None:
        async with session:
            await session.execute("RETURN 1")
            session.add(User(id="a", name="Ann"))
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await fails_inside()
    assert names(db) == []
    assert db.events[-2:] == ["rollback", "close"]
    with pytest.raises(SessionClosedError):
        session.add(User(id="b", name="Bob"))


async def test_a_commit_that_fails_at_the_end_of_the_block_closes_too(db: Db) -> None:
    with pytest.raises(OrmError):
        async with db.session() as session:
            session.add(User(id="a", name=None))
    with pytest.raises(SessionClosedError):
        session.add(User(id="b", name="Bob"))


async def test_a_block_may_commit_or_close_inside(db: Db) -> None:
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        await session.commit()
        await session.close()
    assert names(db) == ["Ann"]


@spec(143, 144, 147)
async def test_close_without_commit_rolls_back_and_gives_the_connection_back(db: Db) -> None:
    session = db.open()
    try:
        await session.execute("RETURN 1")
        session.add(User(id="a", name="Ann"))
        await session.rollback()
    finally:
        assert await session.close() is None
    assert names(db) == []
    assert [event for event in db.events if event in ("begin", "rollback", "commit", "close")] == [
        "begin",
        "rollback",
        "close",
    ]


@spec(167)
async def test_the_first_statement_begins_and_commit_or_rollback_ends(db: Db) -> None:
    async with db.session() as session:
        assert db.events == []
        await session.execute("RETURN 1")
        await session.execute("RETURN 2")
        await session.commit()
        await session.execute("RETURN 3")
        await session.rollback()
    steps = [event for event in db.events if not event.startswith("RETURN")]
    assert steps == ["begin", "commit", "close", "begin", "rollback", "close"]


@spec(148, 149, 182)
async def test_one_driver_serves_many_sessions_and_one_session_many_commits(db: Db) -> None:
    for number in range(5):
        async with db.session() as session:
            session.add(User(id=f"{number}", name=f"first {number}"))
            await session.commit()
            session.add(User(id=f"{number}b", name=f"second {number}"))
            await session.commit()
    assert len(names(db)) == 10


# ---- after close

METHODS: list[tuple[str, tuple[Any, ...]]] = [
    ("add", (User(id="x", name="X"),)),
    ("add_all", ([User(id="x", name="X")],)),
    ("delete", (User(id="x", name="X"),)),
    ("expire", (User(id="x", name="X"),)),
    ("expunge", (User(id="x", name="X"),)),
    ("expunge_all", ()),
    ("register_or_get", (User(id="x", name="X"),)),
    ("flush", ()),
    ("commit", ()),
    ("rollback", ()),
    ("get", (User, "x")),
    ("refresh", (User(id="x", name="X"),)),
    ("merge", (User(id="x", name="X"),)),
    ("relate", (User(id="x", name="X"), User.company, Company(name="c"))),
    ("unrelate", (User(id="x", name="X"), User.company, Company(name="c"))),
    ("execute", ("RETURN 1",)),
    ("scalars", (select(User),)),
    ("scalar", (select(User),)),
    ("count", (select(User),)),
    ("all_rows", (select(User),)),
]


@pytest.mark.parametrize(("method", "arguments"), METHODS, ids=[name for name, _ in METHODS])
async def test_use_after_close(db: Db, method: str, arguments: tuple[Any, ...]) -> None:
    """Pitfall 54."""
    session = db.open()
    await session.close()
    await session.close()
    with pytest.raises(SessionClosedError, match="closed"):
        await settled(getattr(session, method)(*arguments))
    assert db.sent == 0


async def test_the_members_of_a_closed_session_cannot_be_entered_or_streamed(db: Db) -> None:
    session = db.open()
    await session.close()
    with pytest.raises(SessionClosedError):
        async with session:
            pass
    with pytest.raises(SessionClosedError):
        async for _ in session.stream(select(User)):
            pass
    with pytest.raises(SessionClosedError):
        await settled(session.query(User).all())


@spec(172, 173, 247)
async def test_loaded_values_stay_readable_after_close_and_others_say_why_not(db: Db) -> None:
    async with db.session() as session:
        company = Company(name="Acme")
        session.add_all([User(id="a", name="Ann", company=company), company])
    async with db.session() as session:
        eager = await session.get(User, "a", fetch=["company"])
    assert (eager.name, eager.company.name) == ("Ann", "Acme")
    async with db.session() as session:
        lazy = await session.get(User, "a")
    assert lazy.name == "Ann"
    with pytest.raises(DetachedEntityError, match=r"User\.company.*closed or it was expunged.*fetch=\['company'\]"):
        _ = lazy.company
    async with db.session() as session:
        expired = await session.get(User, "a")
        session.expire(expired)
    with pytest.raises(DetachedEntityError, match=r"User\.name"):
        _ = expired.name


async def test_a_session_that_nobody_holds_counts_as_closed(db: Db) -> None:
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
    forgotten = db.open()
    user = await forgotten.get(User, "a")
    await forgotten.rollback()
    await forgotten.get(User, "a")
    target = bare(forgotten)
    del forgotten
    del target, session
    gc.collect()
    with pytest.raises(DetachedEntityError):
        _ = user.company
    async with db.session() as session:
        session.add(user)
        await session.refresh(user)
        assert user.name == "Ann"


@spec(150)
async def test_closing_the_driver_ends_it(db: Db) -> None:
    driver = db.new_driver()
    session = (AsyncSession if db.is_async else Session)(driver)
    assert (await settled(session.execute("RETURN 1"))).rows == [[1]]
    await settled(driver.close())
    with pytest.raises(OrmError):
        await settled((AsyncSession if db.is_async else Session)(driver).execute("RETURN 1"))
