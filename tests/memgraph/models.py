"""The classes that the statements of these tests are about; each name or type that Memgraph treats specially once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from runic.ogm import (
    Edge,
    Field,
    GeoLocation,
    Many,
    MetaData,
    Node,
    One,
    Property,
    Vector,
    many,
    one,
    prop,
)

REGISTRY = MetaData()


class Wrote(Edge, type="WROTE", registry=REGISTRY):
    year: int = 0
    at: Property[GeoLocation | None] = Field(default=None)


class User(Node, labels=["User"], registry=REGISTRY):
    id: Property[str] = prop(primary_key=True)
    name: Property[str] = prop(default="")
    active: Property[bool] = prop(default=True)
    born: Property[date | None] = Field(default=None)
    seen: Property[datetime | None] = Field(default=None)
    slept: Property[timedelta | None] = Field(default=None)
    photo: Property[bytes | None] = Field(default=None)
    place: Property[GeoLocation | None] = Field(default=None)
    posts: Many[Post, Wrote] = many("WROTE")
    friends: Many[User] = many("KNOWS", direction="BOTH")
    boss: One[User] = one("REPORTS_TO")


class Admin(User, labels=["Admin"], registry=REGISTRY):
    usage: Property[str] = prop(default="")


class Post(Node, labels=["Post"], registry=REGISTRY):
    id: Property[str] = prop(primary_key=True)
    title: Property[str] = prop(default="", index_type="FULLTEXT")
    body: Property[str] = prop(default="", index_type="FULLTEXT", property="long text")
    place: Property[Vector | None] = Field(default=None, index_type="VECTOR", dimension=2, similarity="euclidean")
    course: Property[Vector | None] = Field(default=None, index_type="VECTOR", dimension=2)
    by: One[User] = one("WROTE", direction="INCOMING")


class Log(Node, labels=["Log"], registry=REGISTRY):
    id: int = Field(generated=True)
    text: str = ""
    after: One[Log] = one("AFTER")


def stored(cls: Any, **values: Any) -> Any:
    """Return an object as a condition names it: with a key, as if it were stored."""
    made = cls(**{name: value for name, value in values.items() if name != "generated"})
    if "generated" in values:
        made.__dict__["id"] = values["generated"]
    return made
