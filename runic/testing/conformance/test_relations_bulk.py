"""How many statements thousands of nodes and relationships cost."""

from __future__ import annotations

from typing import Any

import pytest

from runic.testing.conformance.harness import Db
from runic.testing.conformance.relation_models import Article, Authored, Tag, User, store

USERS, ARTICLES, TAGS = 2_000, 5_000, 3_000
MOST = 60


def _nodes() -> tuple[list[User], list[Article], list[Tag]]:
    users = [User(id=f"u{n}", name=f"user {n}") for n in range(USERS)]
    articles = [Article(id=f"a{n}", title=f"article {n}") for n in range(ARTICLES)]
    return users, articles, [Tag(id=f"t{n}") for n in range(TAGS)]


def _pairs(users: list[User], articles: list[Article], tags: list[Tag]) -> tuple[list[Any], list[Any]]:
    """Return 5,000 pairs of author and article, and 15,000 of article and tag."""
    written = [(users[number % USERS], article) for number, article in enumerate(articles)]
    tagged = [(a, tags[(3 * number + step) % TAGS]) for number, a in enumerate(articles) for step in range(3)]
    return written, tagged


def _counts(db: Db) -> list[int]:
    queries = (
        "MATCH (n) RETURN count(n)",
        "MATCH (:RelUser)-[r:AUTHORED]->(:RelArticle) RETURN count(r)",
        "MATCH (:RelArticle)-[r:TAGGED]->(:RelTag) RETURN count(r)",
    )
    return [db.raw(query)[0][0] for query in queries]


@pytest.mark.slow
@pytest.mark.spec(156)
async def test_assigned_and_appended_relations_of_thousands_are_a_few_statements(db: Db) -> None:
    nodes = _nodes()
    written, tagged = _pairs(*nodes)
    async with db.session() as session:
        for number, (user, article) in enumerate(written):
            if number % 2:
                article.author = user
            else:
                user.articles.append(article)
        for article, tag in tagged:
            article.tags.append(tag)
        for group in nodes:
            session.add_all(group)
        with db.recorded() as sent:
            await session.flush()
        assert len(sent) <= MOST
        with db.recorded() as sent:
            await session.commit()
        assert sent == []
    assert _counts(db) == [10_000, 5_000, 15_000]


@pytest.mark.slow
async def test_relate_all_of_thousands_is_a_few_statements(db: Db) -> None:
    nodes = _nodes()
    written, tagged = _pairs(*nodes)
    rows = [(user, article, Authored(note=f"n{number}")) for number, (user, article) in enumerate(written)]
    async with db.session() as session:
        for group in nodes:
            session.add_all(group)
        with db.recorded() as sent:
            assert tuple(await session.relate_all(User.articles, rows)) == (5_000, 0)
            assert tuple(await session.relate_all(Article.tags, tagged)) == (15_000, 0)
        assert len(sent) <= MOST
    assert _counts(db) == [10_000, 5_000, 15_000]
    assert db.raw("MATCH ()-[r:AUTHORED]->(a:RelArticle {id: 'a4711'}) RETURN r.remark") == [["n4711"]]


async def test_changed_relations_of_many_stored_objects_are_a_few_statements(db: Db) -> None:
    """Replacing, removing and emptying cost a statement per kind, whether a relation was loaded or not."""
    users = [User(id=f"u{n:03}") for n in range(200)]
    articles = [Article(id=f"a{n:03}") for n in range(200)]
    await store(db, *users, *articles)
    db.raw("MATCH (u:RelUser), (a:RelArticle) WHERE right(u.id, 3) = right(a.id, 3) CREATE (u)-[:AUTHORED]->(a)")
    async with db.session() as session:
        users = [await session.get(User, user.id) for user in users]
        articles = [await session.get(Article, article.id) for article in articles]
        for number, article in enumerate(articles):
            article.author = users[(number + 1) % 200] if number % 4 else None
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) <= 3
        for article in articles:
            article.author = None
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 1
    assert db.raw("MATCH ()-[r:AUTHORED]->() RETURN count(r)") == [[0]]
