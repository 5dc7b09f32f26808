"""What is particular to Neo4j: plans that stay when the data has outgrown them."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from runic.ogm import select
from runic.testing.conformance import query_models
from runic.testing.conformance.harness import Db
from runic.testing.conformance.query_models import Movie
from runic.testing.conformance.relation_models import Article, Authored, Company, Person, Tag, User
from tests.servers.bolt import client_of

pytestmark = pytest.mark.only("neo4j")


def operators(plan: dict[str, Any]) -> list[str]:
    return [plan["operatorType"], *(name for child in plan.get("children", ()) for name in operators(child))]


@pytest.mark.only("sync")
async def test_what_a_session_sends_is_planned_as_seeks_while_the_indexes_seem_empty(db: Db) -> None:
    """To scan one costs nothing then, and the plan is kept: every row of a batch would read what was written since."""
    await db.schema_manager().sync_schema([Article, Company, Person, Tag, User])
    with db.recorded() as sent:
        async with db.session() as session:
            ann, bob, acme = Person(id="a", name="Ann"), Person(id="b", name="Bob"), Company(id="c", name="Acme")
            user, article, tag = User(id="u"), Article(id="x"), Tag(id="t")
            session.add_all([ann, bob, acme, user, article, tag])
            await session.relate(ann, Person.contacts, bob)
            await session.relate(user, User.articles, article, edge := Authored(note="first"))
            await session.relate(article, Article.tags, tag)
            bob.company = acme
            await session.flush()
            edge.note, ann.name, bob.company = "second", "Anna", None
            await session.flush()
            await session.refresh(ann)
            await session.refresh(edge)
            await session.load(ann, "contacts")
            await session.get(User, "u", fetch=["articles.tags"])
            await session.scalars(select(Person).where(Person.id == "a").fetch(Person.contacts, Person.manager))
            await session.unrelate(ann, Person.contacts, bob)
            session.delete(edge)
            await session.flush()
            session.delete(ann)
    db.server.wipe(db.graph)
    await db.schema_manager().sync_schema([Article, Company, Person, Tag, User])
    for label in ("RelArticle", "RelCompany", "RelPerson", "RelTag", "RelUser"):
        db.raw(f"UNWIND range(1, 1000) AS i CREATE (:{label} {{id: toString(i)}})")
    texts = {(s.packed.text if s.packed else s.text): s.params for s in sent}
    assert len(texts) > 15
    with closing(client_of(db.server.options(db.graph)["url"])) as client, client.session() as plans:
        for text, params in texts.items():
            found = operators(plans.run(f"EXPLAIN {text}", **params).consume().plan)
            assert not [name for name in found if "Scan" in name], f"{text}\n{found}"


async def test_nothing_is_logged_that_a_user_cannot_change(db: Db, caplog: pytest.LogCaptureFixture) -> None:
    """The client logs what a server notes of statements, and Python prints warnings that nobody handles."""
    article = query_models.Article
    await query_models.library(db)
    await db.schema_manager().sync_schema([article])
    async with db.session() as session:
        session.add(movie := Movie(title="new"))
        await session.flush()
        await session.scalars(select(Movie).where(Movie.id == movie.id).order_by(Movie.id))
        await session.fulltext_search(article, query="graph").all()
        await session.vector_search(article, field=article.embedding, vector=[0.0, 0.0, 0.0], k=3).all()
    assert [record.message for record in caplog.records if record.name.startswith("neo4j")] == []
