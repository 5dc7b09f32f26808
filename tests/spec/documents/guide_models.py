"""The models that the blocks of the guide speak about without defining them."""

from __future__ import annotations

from datetime import datetime

from runic.ogm import Edge, Field, MetaData, Node, Relation, Vector

GUIDE = MetaData()


class Authored(Edge, type="AUTHORED", registry=GUIDE):
    at: datetime
    primary: bool = Field(default=False)


class Rated(Edge, type="RATED", registry=GUIDE):
    score: float


class Article(Node, labels=["Article"], registry=GUIDE):
    id: str = Field(primary_key=True)
    title: str = Field(default="", index_type="FULLTEXT")
    author: str = ""
    status: str = "draft"
    published: bool = True
    embedding: Vector | None = Field(default=None, index_type="VECTOR", dimension=4)


class Movie(Node, labels=["Movie"], registry=GUIDE):
    id: str
    title: str


class Order(Node, labels=["Order"], registry=GUIDE):
    id: str
    status: str = "done"
    amount: int


class Product(Node, labels=["Product"], registry=GUIDE):
    id: str
    name: str
    price: int
    sku: str | None = None
    category: str = "books"
    active: bool = True
    a: int = 0
    b: int = 0


class User(Node, labels=["User"], registry=GUIDE):
    id: str = Field(primary_key=True)
    name: str = ""
    email: str = ""
    active: bool = True
    city: str = ""
    articles: list[Article] = Relation(
        relationship="AUTHORED", direction="OUTGOING", target="Article", edge_model="Authored"
    )
    authored: list[Article] = Relation(relationship="WROTE", direction="OUTGOING", target="Article")
    friends: list[User] = Relation(relationship="KNOWS", direction="OUTGOING", target="User")
    orders: list[Order] = Relation(relationship="PLACED", direction="OUTGOING", target="Order")
    rated_movies: list[Movie] = Relation(relationship="RATED", direction="OUTGOING", target="Movie", edge_model="Rated")
