"""Full-text and vector search, with what may follow either."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.ogm import alias, select
from runic.ogm.exceptions import InvalidArgumentError, InvalidTypeError, OrmError
from runic.ogm.query.expressions import search_words
from tests.conformance.harness import Db, requires
from tests.conformance.query_models import Article, Topic, User, ids, library


async def indexed(db: Db) -> None:
    """Store the library and wait until its search indexes answer."""
    await library(db)
    await db.schema_manager().sync_schema([Article])
    for _ in range(100):
        async with db.session() as session:
            words = await session.fulltext_search(Article, query="graph").count()
            near = await session.vector_search(Article, field=Article.embedding, vector=[0.0, 0.0, 0.0], k=3).count()
        if (words, near) == (2, 3):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the search indexes did not fill")


@requires(Feature.FULLTEXT)
@pytest.mark.spec(196, 340, 342, 343, 344)
async def test_full_text(db: Db) -> None:
    if Feature.FULLTEXT in db.dialect.features:
        await indexed(db)
    async with db.session() as session:
        found = await session.fulltext_search(Article, query="graph").order_by(Article.id).all()
        assert ids(found) == ["a1", "b1"]
        assert found[0] is await session.get(Article, "a1")
        titles = session.fulltext_search(Article, query="graph", fields=["title"])
        assert ids(await titles.all()) == ["a1"]
        assert ids(await session.fulltext_search(Article, query="graph", fields=[Article.body]).all()) == ["b1"]
        both = session.fulltext_search(Article, query="graph", fields=["title", "body"])
        assert sorted(ids(await both.all())) == ["a1", "b1"]
        published = session.fulltext_search(Article, query="algebra").where(Article.published == True)  # noqa: E712
        assert await published.all() == []
        assert await published.count() == 0
        ranked = session.fulltext_search(Article, query="graph").order_by("score DESC").project("score", "n.id")
        rows = await ranked.all_rows()
        assert [sorted(row) for row in rows] == [["n.id", "score"]] * 2
        assert rows[0]["score"] >= rows[1]["score"] > 0
        topic = await session.get(Topic, "t1")
        about = session.fulltext_search(Article, query="graph").where(Article.topics.has(topic))
        assert ids(await about.all()) == ["a1"]
        apart = session.fulltext_search(Article, query="graph").where(~Article.topics.has(topic) | ~Article.published)
        assert ids(await apart.all()) == ["b1"]
        authors = session.fulltext_search(Article, query="graph").traverse(Article.author).alias("w")
        assert sorted(ids(await authors.all())) == ["ann", "bob"]
        assert ids(await session.fulltext_search(Article, query="graph").order_by(Article.id).limit(1).all()) == ["a1"]
        with pytest.raises(InvalidArgumentError, match="FULLTEXT"):
            await session.fulltext_search(Article, query="graph", fields=["id"]).all()


@requires(Feature.FULLTEXT)
async def test_a_users_own_words(db: Db) -> None:
    if Feature.FULLTEXT in db.dialect.features:
        await indexed(db)
    async with db.session() as session:
        for text in ("graph (", "@graph:", "-graph", '"graph', "graph~*", "{graph}", "gra'ph", "", "   ", "|graph|"):
            found = await session.fulltext_search(Article, query=search_words(text)).all()
            assert set(ids(found)) <= {"a1", "b1"}, text
        assert len(await session.fulltext_search(Article, query=search_words("(graph)!")).all()) == 2
        with pytest.raises(OrmError):
            await session.fulltext_search(Article, query="graph (").all()
        await session.rollback()


@requires(Feature.VECTOR)
@pytest.mark.spec(197, 345, 347, 348, 349)
async def test_vectors(db: Db) -> None:
    if Feature.VECTOR in db.dialect.features:
        await indexed(db)
    async with db.session() as session:
        here = [0.9, 0.0, 0.0]
        near = session.vector_search(Article, field=Article.embedding, vector=here, k=2)
        assert ids(await near.all()) == ["a2", "a1"]
        assert ids(await session.vector_search(Article, field="embedding", vector=here).all()) == ["a2", "a1", "b1"]
        # The k nearest of those that pass, not those of the k nearest that pass.
        assert ids(await near.where(Article.published).all()) == ["a1", "b1"]
        assert await near.where(Article.published).count() == 2
        assert ids(await near.where(Article.published).order_by(Article.id, desc=True).all()) == ["b1", "a1"]
        assert ids(await near.limit(1).all()) == ["a2"]
        topic = await session.get(Topic, "t1")
        assert ids(await near.where(Article.topics.has(topic)).all()) == ["a1"]
        assert ids(await near.where(Article.author.is_not_null()).where(Article.title.contains("a")).all()) == [
            "a2",
            "a1",
        ]
        scores = [score for score, _ in await near.project("score", Article.id).tuples()]
        assert len(scores) == 2
        assert ids(await near.traverse(Article.author).all()) == ["ann", "ann"]
        with pytest.raises(InvalidArgumentError, match="VECTOR"):
            await session.vector_search(Article, field=Article.title, vector=here).all()
        with pytest.raises(InvalidArgumentError, match="3 numbers"):
            await session.vector_search(Article, field=Article.embedding, vector=[1.0], k=1).all()


async def test_what_a_search_is_given_is_checked_at_once(db: Db) -> None:
    async with db.session() as session:
        broken: Any = 5
        with pytest.raises(InvalidTypeError):
            session.fulltext_search(Article, query=broken)
        for k in (-1, 0, 1.5, True):
            with pytest.raises(InvalidArgumentError):
                session.vector_search(Article, field=Article.embedding, vector=[0.0] * 3, k=k)
        with pytest.raises(InvalidArgumentError, match="score"):
            select(User).order_by("score").build()
        assert alias(User, "u")
