"""A query on a base class returns the most specific class of each node."""

from __future__ import annotations

import pytest

from runic.ogm import Field, MetaData, Node, Relation, select
from runic.testing.conformance.harness import Db

spec = pytest.mark.spec


class Location(Node, labels=["Location"], primary_label="Location", registry=MetaData()):
    id: str = Field(primary_key=True)
    title: str
    parent: Location | None = Relation(relationship="WITHIN", direction="OUTGOING", target="Location")
    parts: list[Location] = Relation(relationship="WITHIN", direction="INCOMING", target="Location")


class Country(Location, labels=["Location", "Country"], primary_label="Location"):
    iso_code: str = Field(unique=True)


class City(Location, labels=["Location", "City"], primary_label="Location"):
    population: int | None = None


class Capital(City, labels=["Location", "City", "Capital"], primary_label="Location"):
    since: int


async def fill(db: Db) -> None:
    """Store a country, two cities and a place of no more specific class."""
    async with db.session() as session:
        country = Country(id="ch", title="Switzerland", iso_code="CH")
        places = [
            City(id="zh", title="Zurich", population=436_000, parent=country),
            Capital(id="be", title="Bern", since=1848, parent=country),
            Location(id="alps", title="Alps", parent=country),
        ]
        session.add_all([country, *places])


def kinds(places: list[Location]) -> dict[str, type[Node]]:
    return {place.id: type(place) for place in places}


@spec(226, 227)
async def test_a_query_on_the_base_returns_each_node_as_its_own_class(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        everything = await session.scalars(select(Location))
        assert kinds(everything) == {"ch": Country, "zh": City, "be": Capital, "alps": Location}
        assert {place.id: place.iso_code for place in everything if isinstance(place, Country)} == {"ch": "CH"}


@spec(226)
async def test_a_query_on_a_subclass_returns_it_and_its_subclasses_only(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        assert kinds(await session.scalars(select(City))) == {"zh": City, "be": Capital}
        assert kinds(await session.scalars(select(City).where(City.title == "Zurich"))) == {"zh": City}


@spec(227)
async def test_a_class_that_runic_does_not_know_is_read_as_the_nearest_one(db: Db) -> None:
    db.raw("CREATE (:Location:City:Harbour {id: 'ge', title: 'Genoa', depth: 14})")
    async with db.session() as session:
        place = await session.get(Location, "ge")
        assert type(place) is City
        place.title = "Genova"
    assert db.raw("MATCH (n) RETURN n.title, n.depth, 'Harbour' IN labels(n)") == [["Genova", 14, True]]


@spec(229)
async def test_nodes_carry_all_labels_of_their_class(db: Db) -> None:
    await fill(db)
    rows = db.raw("MATCH (n:Location) RETURN n.id, labels(n)")
    assert {key: set(labels) for key, labels in rows} == {
        "ch": {"Location", "Country"},
        "zh": {"Location", "City"},
        "be": {"Location", "City", "Capital"},
        "alps": {"Location"},
    }


async def test_base_and_subclass_lead_to_one_object(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        by_base = await session.get(Location, "be")
        assert await session.get(City, "be") is by_base
        assert await session.get(Capital, "be") is by_base
        assert await session.get(Country, "be") is None


@spec(221)
async def test_a_relation_to_the_base_holds_each_node_as_its_own_class(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        country = await session.get(Country, "ch", fetch=["parts"])
        assert kinds(country.parts) == {"zh": City, "be": Capital, "alps": Location}
        parents = select(Capital).traverse(Location.parent)
        assert kinds(await session.scalars(parents)) == {"ch": Country}


@spec(228)
async def test_a_repository_of_the_base_mixes_classes(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        places = await db.repository(session, Location).find_all()
        assert kinds(places) == {"ch": Country, "zh": City, "be": Capital, "alps": Location}
