"""Hierarchies of node classes: concrete classes come back, one object per node, relations that lead to subclasses."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import MetaData, Node, select
from runic.ogm.exceptions import DuplicateKeyError, MetadataError
from runic.testing.conformance.harness import Db
from runic.testing.conformance.relation_models import (
    City,
    Country,
    HeadKeeper,
    Keeper,
    Location,
    Tour,
    edges,
    ids,
    read,
    store,
)


async def _map(db: Db) -> None:
    """Store a country with its capital, and a place that is neither."""
    capital = City(id="bern", title="Bern", population=134_000)
    place = Location(id="spot", title="Spot")
    await store(db, capital, place, Country(id="ch", title="Switzerland", iso_code="CH", cities=[capital]))
    await store(db, Keeper(id="k"))


def _kinds(entities: Any) -> dict[str, str]:
    return {entity.id: type(entity).__name__ for entity in entities}


@pytest.mark.spec(226, 227, 228, 229)
async def test_a_query_for_the_base_returns_the_most_specific_classes(db: Db) -> None:
    await _map(db)
    assert sorted(db.raw("MATCH (n {id: 'bern'}) RETURN labels(n)")[0][0]) == ["RelCity", "RelLocation"]
    async with db.session() as session:
        assert _kinds(await session.scalars(select(Location))) == {"bern": "City", "spot": "Location", "ch": "Country"}
        assert _kinds(await session.scalars(select(City))) == {"bern": "City"}
        assert _kinds(await db.repository(session, Location).find_all()) == {
            "bern": "City", "spot": "Location", "ch": "Country"}  # fmt: skip
        city = await session.get(Location, "bern")
        assert (type(city), city.population) == (City, 134_000)


async def test_unknown_labels_are_tolerated(db: Db) -> None:
    db.raw("CREATE (:RelLocation:RelCity:Capital {id: 'x', title: 'X', founded: 1191})")
    db.raw("CREATE (:RelLocation:Island {id: 'y'})")
    async with db.session() as session:
        found = await session.scalars(select(Location))
        assert _kinds(found) == {"x": "City", "y": "Location"}
        next(place for place in found if place.id == "x").title = "renamed"
    rows = db.raw("MATCH (n {id: 'x'}) RETURN n.title, n.founded, 'Capital' IN labels(n)")
    assert rows == [["renamed", 1191, True]]


async def test_pitfall_23_the_base_and_the_subclass_give_one_object(db: Db) -> None:
    await _map(db)
    async with db.session() as session:
        by_base = await session.get(Location, "bern")
        assert await session.get(City, "bern") is by_base
        assert await session.get(Country, "bern") is None
        assert (await session.scalars(select(City)))[0] is by_base
    async with db.session() as session:
        by_class = await session.get(City, "bern")
        assert await session.get(Location, "bern") is by_class
        assert await session.get(Country, "spot") is None


async def test_pitfall_24_keys_are_unique_in_a_hierarchy(db: Db) -> None:
    await _map(db)
    async with db.session() as session:
        session.add(Country(id="bern", iso_code="BE"))
        with pytest.raises(DuplicateKeyError, match="bern"):
            await session.flush()
        await session.rollback()
        first = City(id="new")
        session.add(first)
        with pytest.raises(DuplicateKeyError, match="new"):
            session.add(Country(id="new", iso_code="NE"))
        session.expunge(first)
    db.raw("CREATE (:RelLocation:RelCountry {id: 'bern', iso_code: 'XX'})")
    async with db.session() as session:
        with pytest.raises(DuplicateKeyError, match="bern"):
            await session.scalars(select(Location))
    async with db.session() as session:
        country = await session.get(Country, "bern")
        country.title = "only this one"
        session.delete(await session.get(Country, "ch"))
    rows = db.raw("MATCH (n:RelLocation {id: 'bern'}) RETURN 'RelCity' IN labels(n), n.title ORDER BY n.title")
    assert rows == [[True, "Bern"], [False, "only this one"]]


async def test_pitfall_25_a_relation_to_a_subclass_returns_that_only(db: Db) -> None:
    await _map(db)
    async with db.session() as session:
        places = {place.id: place for place in await session.scalars(select(Location))}
        session.add(Tour(id="t", stops=list(places.values())))
    async with db.session() as session:
        tour = await session.get(Tour, "t", fetch=["stops", "cities"])
        assert _kinds(tour.stops) == {"bern": "City", "spot": "Location", "ch": "Country"}
        assert _kinds(tour.cities) == {"bern": "City"}
        assert tour.cities[0] in tour.stops


@pytest.mark.spec(221)
async def test_a_relation_to_the_base_returns_concrete_classes_lazily_too(db: Db) -> None:
    await _map(db)
    async with db.session() as session:
        country = await session.get(Country, "ch")
        (city,) = await read(db, session, country, "cities")
        assert (type(city), await read(db, session, city, "country")) == (City, country)


async def test_relations_to_the_base_and_to_a_subclass_over_one_type_agree(db: Db) -> None:
    await _map(db)
    async with db.session() as session:
        places = {place.id: place for place in await session.scalars(select(Location))}
        tour = Tour(id="t", stops=[places["spot"]], cities=[])
        session.add(tour)
        await session.flush()
        tour.stops.append(places["bern"])
        await session.flush()
        assert ids(tour.cities) == ["bern"]
        tour.cities.remove(places["bern"])
        await session.flush()
        assert ids(tour.stops) == ["spot"]
        await session.relate(tour, Tour.stops, places["bern"])
        await session.relate(tour, Tour.stops, places["ch"])
        await session.get(Tour, "t", fetch=["stops", "cities"])
        tour.cities = []
        await session.flush()
        assert ids(tour.stops) == ["ch", "spot"]
    assert edges(db, "STOPS_AT") == [("t", "ch"), ("t", "spot")]


async def test_an_unloaded_relation_to_a_subclass_is_replaced_within_that_class(db: Db) -> None:
    await _map(db)
    async with db.session() as session:
        session.add(Tour(id="t", stops=await session.scalars(select(Location))))
    async with db.session() as session:
        tour = await session.get(Tour, "t")
        tour.cities = []
    assert edges(db, "STOPS_AT") == [("t", "ch"), ("t", "spot")]


async def test_inherited_relations_work_on_subclasses(db: Db) -> None:
    await _map(db)
    async with db.session() as session:
        city, keeper = await session.get(City, "bern"), await session.get(Keeper, "k")
        await session.relate(city, City.keeper, keeper)
        await session.relate(city, Location.keeper, keeper)
        await session.commit()
        assert edges(db, "KEEPS") == [("k", "bern")]
        assert await read(db, session, keeper, "keeps") == [city]
        session.add(head := HeadKeeper(id="h", keeps=[city]))
        await session.flush()
        assert await read(db, session, city, "keeper") is head
        assert keeper.keeps == []
    async with db.session() as session:
        found = await session.scalars(select(Keeper).order_by(Keeper.id).fetch("keeps"))
        assert [(type(keeper).__name__, ids(keeper.keeps)) for keeper in found] == [
            ("HeadKeeper", ["bern"]), ("Keeper", [])]  # fmt: skip
    assert edges(db, "KEEPS") == [("h", "bern")]


async def test_a_node_of_a_sibling_class_is_not_shown_by_a_relation_to_a_subclass(db: Db) -> None:
    """A collection of a subclass takes no plain object of the base, and is not given one by the other side."""
    await _map(db)
    async with db.session() as session:
        tour = Tour(id="t", stops=[], cities=[])
        session.add(tour)
        await session.flush()
        tour.stops.append(await session.get(Location, "spot"))
        await session.flush()
        assert (ids(tour.stops), tour.cities) == (["spot"], [])


def test_pitfall_26_a_subclass_without_labels_says_what_to_write() -> None:
    with pytest.raises(MetadataError, match=r"labels=\['RelLocation', 'Village'\].*abstract=True"):

        class Village(Location):
            pass

    class Settlement(Location, abstract=True):
        size: int = 0

    class Hamlet(Settlement, labels=["RelHamlet"]):
        pass

    assert Hamlet.__runic_meta__.labels == ["RelLocation", "RelHamlet"]
    Location.__runic_meta__.registry.nodes.pop(Hamlet)


def test_two_parents_of_different_roots_are_refused() -> None:
    class Other(Node, labels=["RelOtherRoot"], registry=MetaData()):
        id: str

    with pytest.raises(MetadataError, match=r"Location and Other|Other and Location"):

        class Both(City, Other, labels=["RelBothRoots"]):
            pass


async def test_select_of_an_abstract_class_is_refused(db: Db) -> None:
    class Draft(Node, registry=MetaData()):
        id: str

    async with db.session() as session:
        with pytest.raises(MetadataError, match="Draft is abstract"):
            await session.get(Draft, "x")
        with pytest.raises(MetadataError, match="Draft"):
            await session.scalars(select(Draft))
