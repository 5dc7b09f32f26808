"""The harness itself: servers that start, graphs that are private, dead servers that come back."""

from __future__ import annotations

import pytest

from runic.cypher.dialect import Feature
from runic.ogm import LazyLoadError, Many, MetaData, Node, Property, many, prop, select
from runic.testing.conformance.harness import Db, only, requires

REGISTRY = MetaData()


class Person(Node, labels=["HarnessPerson"], registry=REGISTRY):
    id: Property[str] = prop(primary_key=True)
    name: Property[str]


# region example
async def test_a_change_is_one_statement(db: Db) -> None:
    async with db.session() as session:
        session.add(Person(id="p1", name="Alice"))

    async with db.session() as session:
        person = await session.get(Person, "p1")
        person.name = "Alice B."
        with db.recorded() as sent:
            await session.commit()

    assert len(sent) == 1
    assert db.raw("MATCH (p:HarnessPerson) RETURN p.name") == [["Alice B."]]


# endregion example


class Team(Node, labels=["HarnessTeam"], registry=REGISTRY):
    id: Property[str] = prop(primary_key=True)
    people: Many[Person] = many("HAS", cascade=True)


async def fill(db: Db) -> None:
    async with db.session() as session:
        session.add(Team(id="t1", people=[Person(id=f"p{n}", name=f"Name {n}") for n in range(5)]))


async def test_a_bound_builder_is_awaited_in_both_colours(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        named = session.query(Person).where(Person.name.endswith("3"))
        assert [person.id for person in await named.all()] == ["p3"]
        assert await named.count() == 1
        assert [team.id for team in await session.scalars(session.query(Team))] == ["t1"]
        found = session.query(Team).traverse(Team.people).order_by(Person.id, desc=True)
        assert (await found.first()).id == "p4"


async def test_a_stream_is_iterated_in_both_colours(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        assert sorted([person.id async for person in session.stream(select(Person), batch=2)]) == [
            f"p{n}" for n in range(5)
        ]


async def test_lazy_loading_is_where_the_colours_differ(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        team = await session.get(Team, "t1")
        if db.is_async:
            with pytest.raises(LazyLoadError):
                _ = team.people
        else:
            assert len(team.people) == 5
        fetched = await session.get(Team, "t1", fetch=["people"])
        assert len(fetched.people) == 5


async def test_a_repository_and_a_schema_manager_in_both_colours(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        people = db.repository(session, Person)
        assert await people.count() == 5
        assert len(await people.find_all(limit=2)) == 2
    await db.schema_manager().sync_schema([Person, Team])


async def test_leaving_a_session_by_an_error_passes_it_on(db: Db) -> None:
    async def fail() -> None:
        async with db.session() as session:
            session.add(Person(id="p9", name="Nobody"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert db.raw("MATCH (n) RETURN count(n)") == [[0]]
    assert db.sent == 0


@requires(Feature.TRANSACTIONS)
async def test_a_missing_feature_is_refused_by_name(db: Db) -> None:
    db.dialect.require(Feature.TRANSACTIONS, "transactions")


@only("sync")
async def test_each_test_has_an_empty_graph_of_its_own(db: Db) -> None:
    db.raw("CREATE (:Thing {n: $n})", {"n": 1})
    assert db.raw("MATCH (t:Thing) RETURN count(t)") == [[1]]


@only("sync")
async def test_what_an_earlier_test_left_is_gone(db: Db) -> None:
    assert db.raw("MATCH (n) RETURN count(n)") == [[0]]
