"""The models of the query tests, in a registry of their own, and the graph that they ask."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from runic.ogm import Edge, GeoLocation, Many, MetaData, Node, One, Property, Vector, many, one, prop
from runic.testing.conformance.harness import Db

QUERIES = MetaData()


class Status(StrEnum):
    DRAFT = "draft"
    DONE = "done"


class Rank(IntEnum):
    LOW = 1
    HIGH = 2


class Rated(Edge, type="RATED", registry=QUERIES):
    score: Property[float]
    at: Property[datetime | None] = prop(default=None)


class Timestamped(Node, registry=QUERIES):
    created: Property[datetime | None] = prop(default=None)


class User(Timestamped, labels=["User"]):
    id: Property[str] = prop(primary_key=True)
    name: Property[str] = prop(property="full_name")
    age: Property[int | None] = prop(default=None)
    score: Property[int] = prop(default=0)
    active: Property[bool] = prop(default=True)
    city: Property[str | None] = prop(default=None, interned=True)
    tags: Property[list[str]] = prop(default_factory=list)
    status: Property[Status] = prop(default=Status.DRAFT)
    rank: Property[Rank | None] = prop(default=None)
    balance: Property[Decimal] = prop(default=Decimal(0))
    token: Property[UUID | None] = prop(default=None)
    place: Property[GeoLocation | None] = prop(default=None)
    manager: One[User] = one("REPORTS_TO")
    reports: Many[User] = many("REPORTS_TO", direction="INCOMING")
    friends: Many[User] = many("KNOWS", direction="BOTH")
    articles: Many[Article] = many("WROTE")
    rated: Many[Movie, Rated] = many("RATED")


class Article(Node, labels=["Article"], registry=QUERIES):
    id: Property[str] = prop(primary_key=True)
    title: Property[str] = prop(index_type="FULLTEXT")
    body: Property[str] = prop(default="", index_type="FULLTEXT")
    published: Property[bool] = prop(default=True)
    embedding: Property[Vector | None] = prop(default=None, index_type="VECTOR", dimension=3, similarity="euclidean")
    author: One[User] = one("WROTE", direction="INCOMING")
    topics: Many[Topic] = many("ABOUT")


class Topic(Node, labels=["Topic"], registry=QUERIES):
    id: Property[str] = prop(primary_key=True)
    name: Property[str]


class Movie(Node, labels=["Movie"], registry=QUERIES):
    id: Property[int] = prop(primary_key=True, generated=True)
    title: Property[str]


class Location(Node, labels=["Location"], registry=QUERIES):
    id: Property[str] = prop(primary_key=True)
    title: Property[str]
    parent: One[Location] = one("WITHIN")


class City(Location, labels=["Location", "City"], primary_label="Location"):
    population: Property[int | None] = prop(default=None)


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def ids(entities: Any) -> list[str]:
    """Return the keys of entities, in their order."""
    return [entity.id for entity in entities]


async def people(db: Db) -> None:
    """Store four users: ann manages bob and cid; ann knows bob, bob knows cid; dan is alone."""
    async with db.session() as session:
        ann = User(
            id="ann",
            name="Ann",
            age=30,
            score=30,
            city="Bern",
            tags=["x", "y"],
            status=Status.DONE,
            rank=Rank.HIGH,
            balance=Decimal("10.10"),
            token=UUID(int=1),
            created=NOON,
            place=GeoLocation(46.5, 7.5),
        )
        bob = User(id="bob", name="Bob", age=20, score=50, city="Bern", tags=["y"], balance=Decimal("9.5"), manager=ann)
        cid = User(id="cid", name="Cid", age=40, score=10, city="Rome", active=False, rank=Rank.LOW, manager=ann)
        dan = User(id="dan", name="Dan")
        ann.friends = [bob]
        cid.friends = [bob]
        session.add_all([ann, bob, cid, dan])
        await session.commit()


async def library(db: Db) -> None:
    """Store articles and films beside the people: ann wrote a1 (about t1) and a2, bob b1; ann and bob rated."""
    await people(db)
    async with db.session() as session:
        ann, bob = await session.get(User, "ann"), await session.get(User, "bob")
        topic = Topic(id="t1", name="graphs")
        first = Article(id="a1", title="Graph databases", body="nodes and edges", embedding=Vector([0.0, 0.0, 0.0]))
        second = Article(id="a2", title="Relational algebra", published=False, embedding=Vector([1.0, 0.0, 0.0]))
        third = Article(id="b1", title="Cooking", body="a graph of tastes", embedding=Vector([5.0, 0.0, 0.0]))
        alien, brazil = Movie(title="Alien"), Movie(title="Brazil")
        session.add_all([topic, first, second, third, alien, brazil])
        await session.flush()
        await session.relate(ann, User.articles, first)
        await session.relate(ann, User.articles, second)
        await session.relate(bob, User.articles, third)
        await session.relate(first, Article.topics, topic)
        await session.relate(ann, User.rated, alien, edge=Rated(score=9.5, at=NOON))
        await session.relate(ann, User.rated, brazil, edge=Rated(score=4.0))
        await session.relate(bob, User.rated, alien, edge=Rated(score=7.0))
        await session.commit()
