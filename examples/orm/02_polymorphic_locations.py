"""Places of several kinds under one label, read through repositories.

    python examples/orm/02_polymorphic_locations.py

Written in the plain style.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from runic.ogm import Field, GeoLocation, Node, Relation, Repository, Session, col, create_driver


class Location(Node, labels=["Location"], primary_label="Location"):
    """What all places have, and where they lie."""

    id: str = Field(primary_key=True)
    title: str
    within: Location | None = Relation(relationship="LIES_IN", direction="OUTGOING", target="Location", cascade=True)
    contains: list[Location] = Relation(relationship="LIES_IN", direction="INCOMING", target="Location")


class Country(Location, labels=["Location", "Country"], primary_label="Location"):
    """A country, by its ISO code."""

    iso_code: str = Field(unique=True)


class City(Location, labels=["Location", "City"], primary_label="Location"):
    """A city; its population may be unknown."""

    population: int | None = None


class Restaurant(Location, labels=["Location", "Restaurant"], primary_label="Location"):
    """A restaurant with its address on the map."""

    stars: int = 0
    place: GeoLocation | None = None


class Cities(Repository[City]):
    """Queries about cities, in one place."""

    def larger_than(self, population: int) -> list[City]:
        """Return the cities above *population*, the largest first."""
        return self.query().where(col(City.population) > population).order_by(City.population, desc=True).all()


def main(folder: Path) -> None:
    """Store a small map and read it at several levels."""
    with closing(create_driver("falkordb", path=folder / "map.db", graph="map")) as driver:
        with Session(driver) as session:
            session.add_all(places())
        with Session(driver) as session:
            all_locations(session)
            one_kind(session)
            down_the_tree(session)
            up_the_tree(session)


def places() -> list[Location]:
    """Build the map: with cascade=True a place brings along what it lies in."""
    japan = Country(id="jp", title="Japan", iso_code="JP")
    kyoto = City(id="kyoto", title="Kyoto", population=1_450_000, within=japan)
    nara = City(id="nara", title="Nara", within=japan)
    tempura = Restaurant(id="r1", title="Tempura Mizuki", stars=1, place=GeoLocation(35.0, 135.75), within=kyoto)
    return [nara, tempura]


def all_locations(session: Session) -> None:
    """Reading the base class gives every kind, each decoded to its own class."""
    locations = Repository(session, Location)
    for location in sorted(locations.find_all(), key=lambda location: location.title):
        print(f"{type(location).__name__}: {location.title}")
    print("Locations:", locations.count(), "and among them r1:", locations.exists("r1"))
    print("By ids:", sorted(location.title for location in locations.find_all_by_ids(["jp", "nara", "atlantis"])))


def one_kind(session: Session) -> None:
    """Reading a subclass gives that kind only; its objects are those that the base class gave."""
    cities = Cities(session, City)
    print("Cities:", sorted(city.title for city in cities.find_all()))
    print("Large cities:", [(city.title, city.population) for city in cities.larger_than(1_000_000)])
    print("A restaurant is no city:", cities.exists("r1"))
    print("One object:", session.get(City, "kyoto") is session.get(Location, "kyoto"))


def down_the_tree(session: Session) -> None:
    """Relations between base classes lead to objects of any kind."""
    japan = session.get_one(Country, "jp", fetch=["contains.contains"])
    for location in sorted(japan.contains, key=lambda location: location.title):
        print(f"{japan.title} contains {location.title}, which contains {[inner.title for inner in location.contains]}")


def up_the_tree(session: Session) -> None:
    """Follow a relation as far as it goes, from one restaurant."""
    restaurant = session.query(Restaurant).where(Restaurant.id == "r1")
    above = restaurant.repeat(Restaurant.within).alias("above").all()
    print("Above the restaurant:", sorted(f"{type(location).__name__} {location.title}" for location in above))


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(Path(temporary))
