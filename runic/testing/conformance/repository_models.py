"""The models of the tests of repositories."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from runic.ogm import (
    Edge,
    Field,
    MetaData,
    Node,
    Relation,
)
from runic.testing.conformance.harness import Db

REGISTRY = MetaData()


class Named(Node, registry=REGISTRY):
    """Abstract: it has no nodes."""

    name: str = ""


class Tag(Named, labels=["RepoTag"]):
    """A node that nothing inherits from."""

    id: str


class Tagged(Edge, type="REPO_TAGGED", registry=REGISTRY):
    """An edge with a property."""

    by: str = ""


class Article(Named, labels=["RepoArticle"]):
    """A node with a relation and a subclass."""

    id: str
    views: int = 0
    at: datetime | None = None
    tags: list[Tag] = Relation(relationship="REPO_TAGGED", direction="OUTGOING", target="Tag", edge_model=Tagged)


class Review(Article, labels=["RepoArticle", "RepoReview"]):
    """A subclass with a label of its own."""

    stars: int = 0


class Note(Node, labels=["RepoNote"], registry=REGISTRY):
    """A node with a generated key."""

    id: str = Field(generated=True)


async def fill(db: Db, count: int = 5) -> None:
    """Store *count* articles with the same two tags."""
    async with db.session() as session:
        tags = [Tag(id="t1", name="One"), Tag(id="t2", name="Two")]
        session.add_all([*tags, *[Article(id=f"a{n}", name=f"Name {n}", views=n, tags=tags) for n in range(count)]])


def ids(entities: Any) -> list[Any]:
    """Return the keys in order."""
    return sorted(entity.id for entity in entities)
