"""The models that the blocks of the API reference speak about without defining them."""

from __future__ import annotations

from datetime import datetime

from runic.ogm import Edge, Field, MetaData, Node, Relation, Vector

REFERENCE = MetaData()


class Rated(Edge, type="RATED", registry=REFERENCE):
    score: float


class KnowsEdge(Edge, type="KNOWS", registry=REFERENCE):
    since: int = Field(default=0, index=True)


class Movie(Node, labels=["Movie"], registry=REFERENCE):
    id: str
    title: str = ""


class Order(Node, labels=["Order"], registry=REFERENCE):
    id: str
    amount: int = 0


class Post(Node, labels=["Post"], registry=REFERENCE):
    id: str
    title: str = Field(default="", index_type="FULLTEXT")
    published: bool = True
    created_at: datetime | None = None


class Document(Node, labels=["Document"], registry=REFERENCE):
    id: str
    active: bool = True
    embedding: Vector = Field(index_type="VECTOR", dimension=3)


class User(Node, labels=["User"], registry=REFERENCE):
    id: str
    name: str = ""
    age: int = 0
    bio: str = ""
    role: str = ""
    active: bool = True
    banned: bool = False
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    friends: list[User] = Relation(relationship="FRIENDS_WITH", direction="OUTGOING", target="User")
    rated: list[Movie] = Relation(relationship="RATED", direction="OUTGOING", target="Movie", edge_model=Rated)
    posts: list[Post] = Relation(relationship="WROTE", direction="OUTGOING", target="Post")


class Person(Node, labels=["Person"], registry=REFERENCE):
    id: str
    name: str = Field(default="", index=True)
    email: str = Field(default="", unique=True)
    parent: Person | None = Relation(relationship="PARENT", direction="OUTGOING", target="Person")


class Trip(Node, labels=["Trip"], registry=REFERENCE):
    id: str = Field(primary_key=True)
    status: str = Field(default="", index=True)


class Place(Node, labels=["Place"], registry=REFERENCE):
    id: str
    connected_to: list[Place] = Relation(relationship="CONNECTED_TO", direction="OUTGOING", target="Place")
