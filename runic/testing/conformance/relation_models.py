"""The models of the tests of relations, in a registry of their own, and how these tests look at the graph."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from runic.ogm import Edge, Field, Many, MetaData, Node, One, Property, Relation, many, one, prop
from runic.testing.conformance.harness import Db


class Base(Node, registry=MetaData()):
    """Abstract: gives its subclasses one registry and a key."""

    id: str = Field(primary_key=True)


class Company(Base, labels=["RelCompany"]):
    name: str = ""
    employees: list[Person] = Relation(relationship="WORKS_FOR", direction="INCOMING", target="Person")


class Person(Base, labels=["RelPerson"]):
    name: str = ""
    company: Company | None = Relation(relationship="WORKS_FOR", direction="OUTGOING", target="Company")
    contacts: list[Person] = Relation(relationship="KNOWS", direction="BOTH", target="Person")
    spouse: Person | None = Relation(relationship="MARRIED_TO", direction="BOTH", target="Person")
    manager: Person | None = Relation(relationship="MANAGES", direction="INCOMING", target="Person")
    reports: list[Person] = Relation(relationship="MANAGES", direction="OUTGOING", target="Person")
    desk: Desk | None = Relation(relationship="SITS_AT", direction="OUTGOING", target="Desk", cascade=True)


class Desk(Base, labels=["RelDesk"]):
    sitter: Person | None = Relation(relationship="SITS_AT", direction="INCOMING", target="Person", cascade=True)
    lamps: list[Lamp] = Relation(relationship="HAS_LAMP", direction="OUTGOING", target="Lamp", cascade=True)


class Lamp(Base, labels=["RelLamp"]):
    watts: int = 5


# ---- the typed style, with edge classes


class Authored(Edge, type="AUTHORED", registry=Base.__runic_meta__.registry):
    at: datetime | None = None
    primary: bool = False
    note: str | None = Field(default=None, property="remark")


class Invitation(Edge, type="INVITED_TO", registry=Base.__runic_meta__.registry):
    role: str = Field(required=True)
    status: str
    invited_at: str = ""
    accepted_at: str | None = Field(default=None)


class User(Base, labels=["RelUser"]):
    name: Property[str] = prop(default="")
    articles: Many[Article, Authored] = many("AUTHORED")
    trips: Many[Trip, Invitation] = many("INVITED_TO")
    likes: Many[Article] = many("LIKES")


class Article(Base, labels=["RelArticle"]):
    title: Property[str] = prop(default="")
    author: One[User, Authored] = one("AUTHORED", direction="INCOMING")
    tags: Many[Tag] = many("TAGGED")


class Tag(Base, labels=["RelTag"]):
    articles: Many[Article] = many("TAGGED", direction="INCOMING")


class Trip(Base, labels=["RelTrip"]):
    guests: Many[User, Invitation] = many("INVITED_TO", direction="INCOMING")


class Note(Node, labels=["RelNote"], registry=Base.__runic_meta__.registry):
    """A node whose key the database assigns."""

    id: str = Field(generated=True)
    text: str = ""
    answers: list[Note] = Relation(relationship="ANSWERED_BY", direction="OUTGOING", target="Note", cascade=True)


# ---- one type and direction, three target classes


class Dog(Base, labels=["RelDog"]):
    owner: Owner | None = Relation(relationship="OWNS", direction="INCOMING", target="Owner")


class Car(Base, labels=["RelCar"]):
    owner: Owner | None = Relation(relationship="OWNS", direction="INCOMING", target="Owner")


class House(Base, labels=["RelHouse"]):
    owners: list[Owner] = Relation(relationship="OWNS", direction="INCOMING", target="Owner")


class Owner(Base, labels=["RelOwner"]):
    dog: Dog | None = Relation(relationship="OWNS", direction="OUTGOING", target="Dog")
    car: Car | None = Relation(relationship="OWNS", direction="OUTGOING", target="Car")
    houses: list[House] = Relation(relationship="OWNS", direction="OUTGOING", target="House")


# ---- a hierarchy


class Location(Base, labels=["RelLocation"], primary_label="RelLocation"):
    title: str = ""
    keeper: Keeper | None = Relation(relationship="KEEPS", direction="INCOMING", target="Keeper")


class Country(Location, labels=["RelLocation", "RelCountry"], primary_label="RelLocation"):
    iso_code: str = Field(unique=True)
    cities: list[City] = Relation(relationship="HAS_CITY", direction="OUTGOING", target="City")


class City(Location, labels=["RelLocation", "RelCity"], primary_label="RelLocation"):
    population: int | None = Field(default=None)
    country: Country | None = Relation(relationship="HAS_CITY", direction="INCOMING", target="Country")


class Tour(Base, labels=["RelTour"]):
    stops: list[Location] = Relation(relationship="STOPS_AT", direction="OUTGOING", target="Location")
    cities: list[City] = Relation(relationship="STOPS_AT", direction="OUTGOING", target="City")


class Keeper(Base, labels=["RelKeeper"]):
    keeps: list[Location] = Relation(relationship="KEEPS", direction="OUTGOING", target="Location")


class HeadKeeper(Keeper, labels=["RelKeeper", "RelHeadKeeper"]):
    pass


# ---- helpers


async def store(db: Db, *entities: Any) -> None:
    """Write *entities*, with the relations they hold, in a session of its own."""
    async with db.session() as session:
        session.add_all(entities)


def edges(db: Db, type: str) -> list[tuple[str, str]]:
    """Return (start, end) of every stored edge of *type*, by key, from outside; repetitions are shown."""
    rows = db.raw(f"MATCH (a)-[r:{type}]->(b) RETURN a.id, b.id ORDER BY a.id, b.id")
    return [(start, end) for start, end in rows]


async def read(db: Db, session: Any, entity: Any, name: str) -> Any:
    """Read a relation that may not be loaded: by access, or in async sessions by ``load``."""
    if db.is_async and name not in vars(entity):
        return await session.load(entity, name)
    return getattr(entity, name)


def ids(entities: Any) -> list[Any]:
    """Return the keys of *entities*, sorted."""
    return sorted(entity.id for entity in entities)
