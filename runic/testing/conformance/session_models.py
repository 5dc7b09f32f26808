"""The models and helpers that the tests of sessions and types share."""

from __future__ import annotations

import inspect
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any
from uuid import UUID

from runic.ogm import Edge, Field, GeoLocation, MetaData, Node, Relation, TypeConverter, Vector
from runic.testing.conformance.harness import Db


class Base(Node, registry=MetaData()):
    """Starts the registry of these tests."""


class User(Base, labels=["User"]):
    id: str = Field(primary_key=True)
    name: str
    age: int | None = None
    active: bool = True
    tags: list[str] = Field(default_factory=list)
    company: Company | None = Relation(relationship="WORKS_AT", direction="OUTGOING", target="Company")


class Company(Base, labels=["Company"]):
    """A key that the database gives, as text."""

    id: str = Field(primary_key=True, generated=True)
    name: str
    staff: list[User] = Relation(relationship="WORKS_AT", direction="INCOMING", target="User")


class Ticket(Base, labels=["Ticket"]):
    """A key that the database gives, as a number."""

    number: int = Field(primary_key=True, generated=True)
    title: str = ""


class Location(Base, labels=["Location"], primary_label="Location"):
    id: str
    title: str = ""


class City(Location, labels=["Location", "City"], primary_label="Location"):
    population: int | None = None


class Country(Location, labels=["Location", "Country"], primary_label="Location"):
    iso_code: str = ""


class Account(Base, labels=["Account"]):
    """Names in the graph that differ from those of the attributes."""

    key: str = Field(primary_key=True, property="account key")
    mail: str = Field(property="email_address", unique=True)
    balance: int = Field(default=5, property="Saldo")


class Rated(Edge, type="RATED", registry=Base.__runic_meta__.registry):
    score: int
    note: str | None = Field(default=None, property="remark")
    taste: Vector | None = None


class Reader(Base, labels=["Reader"]):
    id: str
    rated: list[Location] = Relation(relationship="RATED", direction="OUTGOING", target="Location", edge_model="Rated")


class Colour(Enum):
    RED = "red"
    NUMBER = 7


class Mood(StrEnum):
    GOOD = "good"
    BAD = "bad"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Version:
    """A class of a user's own, without equality."""

    def __init__(self, major: int, minor: int) -> None:
        self.major, self.minor = major, minor


class VersionConverter(TypeConverter):
    def to_graph(self, value: Version) -> str:
        return f"{value.major}.{value.minor}"

    def from_graph(self, value: str) -> Version:
        return Version(*map(int, value.split(".")))


class Everything(Base, labels=["Everything"]):
    """One optional field of each type."""

    id: str
    text: str | None = None
    whole: int | None = None
    real: float | None = None
    flag: bool | None = None
    moment: datetime | None = None
    day: date | None = None
    clock: time | None = None
    span: timedelta | None = None
    colour: Colour | None = None
    mood: Mood | None = None
    level: Level | None = None
    uuid: UUID | None = None
    amount: Decimal | None = None
    data: bytes | None = None
    settings: dict[str, Any] | None = None
    vector: Vector | None = None
    place: GeoLocation | None = None
    interned: str | None = Field(default=None, interned=True)
    version: Version | None = Field(default=None, converter=VersionConverter())
    texts: list[str] | None = None
    numbers: list[int] | None = None
    reals: list[float] | None = None
    flags: list[bool] | None = None
    moods: list[Mood] | None = None
    moments: list[datetime] | None = None
    uuids: list[UUID] | None = None
    anything: Any = None


async def settled(value: Any) -> Any:
    """Return what a call of either colour answers."""
    return await value if inspect.isawaitable(value) else value


def stored_keys(db: Db, label: str = "User") -> list[str]:
    """Return the keys of the stored nodes with *label*, read past runic."""
    return [key for (key,) in db.raw(f"MATCH (n) WHERE '{label}' IN labels(n) RETURN n.id ORDER BY n.id")]


async def numbered(db: Db, count: int) -> None:
    """Store *count* users with the keys 0000, 0001 and so on."""
    async with db.session() as session:
        session.add_all([User(id=f"{i:04}", name="n", age=i) for i in range(count)])
