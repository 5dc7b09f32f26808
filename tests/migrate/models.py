"""Models of these tests, in a registry of their own."""

from __future__ import annotations

from runic.ogm.core.descriptors import Field, Relation
from runic.ogm.core.metadata import MetaData
from runic.ogm.core.models import Edge, Node
from runic.ogm.core.types import Vector

registry = MetaData()


class Stamped(Node, registry=registry):
    """Abstract: its fields are indexed on the classes below."""

    created: str | None = Field(default=None, index=True)


class Person(Stamped, labels=["Person"]):
    id: str = Field(primary_key=True)
    email: str | None = Field(default=None, index=True, unique=True)
    name: str | None = Field(default=None, index=True)
    bio: str | None = Field(default=None, index=True, index_type="FULLTEXT")
    motto: str | None = Field(default=None, index_type="FULLTEXT", property="life motto")
    friends: list[Person] = Relation(relationship="KNOWS", direction="OUTGOING", target="Person")


class Knows(Edge, type="KNOWS", registry=registry):
    since: int | None = Field(default=None, index=True)
    code: str | None = Field(default=None, unique=True)
    note: str | None = Field(default=None, index_type="FULLTEXT")


class Document(Node, labels=["Document"], registry=registry):
    id: str = Field(primary_key=True)
    embedding: Vector | None = Field(default=None, index=True, index_type="VECTOR", dimension=3, similarity="euclidean")


class Location(Stamped, labels=["Location", "Place"]):
    id: str = Field(primary_key=True)
    name: str | None = Field(default=None, index=True)


class Region(Location, abstract=True):
    area: int | None = Field(default=None, index=True)


class City(Region, labels=["City"]):
    population: int | None = Field(default=None, index=True)


class Capital(City, labels=["City", "Capital"]):
    name: str | None = Field(default=None, unique=True)


# What sessions send about these classes; each has to find an index.
SEEKING = (
    "MATCH (n:Location:Place:City) WHERE n.id = 'a' RETURN n",
    "MATCH (n:Location:Place) WHERE n.id = 'a' RETURN n",
    "MATCH (n:Location) WHERE n.id IN ['a', 'b'] RETURN n.id",
    "UNWIND [{k: 'a'}] AS row MATCH (n:Location:Place:City:Capital) WHERE n.id = row.k SET n.x = 1",
    "UNWIND [{k: 'a'}] AS row MERGE (n:Location:Place:City {id: row.k})",
    "MATCH (n:Location:Place:City) WHERE n.name = 'a' RETURN n",
    "MATCH (n:Location:Place:City:Capital) WHERE n.name = 'a' RETURN n",
    "MATCH (n:Location:Place:City) WHERE n.population > 3 RETURN n",
    "MATCH (n:Location:Place:City:Capital) WHERE n.population > 3 AND n.id = 'a' RETURN n",
    "MATCH (n:Location:Place:City) WHERE n.area = 3 RETURN n",
)
