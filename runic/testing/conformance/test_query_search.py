"""Full-text and vector search, with what may follow either."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.ogm import Field, MetaData, Node, Property, Vector, alias, prop, select
from runic.ogm.exceptions import InvalidArgumentError, InvalidTypeError, QuerySyntaxError
from runic.ogm.query.expressions import search_words
from runic.testing.conformance.harness import Db, requires
from runic.testing.conformance.query_models import Article, Topic, User, ids, library


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
        await asyncio.sleep(0.05)  # indexes fill in the background, which nothing announces
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
        published = session.fulltext_search(Article, query="algebra").where(Article.published == True)
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
        punctuated = ("graph (", "@graph:", "-graph", '"graph', "graph~*", "{graph}", "gra'ph", "", "   ", "|graph|")
        operators = ("AND", "graph AND (", "a:b:c", "/graph/", "title:", "graph\\", "[graph TO", "the", "graph^x")
        for text in (*punctuated, *operators, "graph " * 50, "x" * 5000):
            found = await session.fulltext_search(Article, query=search_words(text)).all()
            assert set(ids(found)) <= {"a1", "b1"}, text
        assert len(await session.fulltext_search(Article, query=search_words("(graph)!")).all()) == 2
        with pytest.raises(QuerySyntaxError, match=r"search_words\(\)"):
            await session.fulltext_search(Article, query="graph (").all()
        await session.rollback()


class Note(Node, labels=["Note"], registry=MetaData()):
    id: Property[str] = prop(primary_key=True)
    text: Property[str] = prop(default="", index_type="FULLTEXT")
    motto: Property[str] = prop(default="", index_type="FULLTEXT", property="life motto")
    direction: Property[Vector | None] = Field(default=None, index_type="VECTOR", dimension=2)
    ranked: Property[int] = prop(default=0)


async def notes(db: Db, *stored: Note) -> None:
    """Store notes and wait until the indexes have them."""
    await db.schema_manager().sync_schema([Note])
    async with db.session() as session:
        session.add_all([*stored, Note(id="last", text="sentinel", direction=Vector([1, 0]), ranked=-1)])
    for _ in range(200):
        async with db.session() as session:
            words = await session.fulltext_search(Note, query="sentinel").count()
            near = await session.vector_search(Note, field=Note.direction, vector=[1, 0], k=50).count()
        if words and near == 1 + sum(note.direction is not None for note in stored):
            return
        await asyncio.sleep(0.02)  # as above
    raise AssertionError("the search indexes did not fill")


@pytest.mark.spec(350, 351)
@requires(Feature.FULLTEXT)
async def test_all_words_that_a_user_typed_must_occur(db: Db) -> None:
    if Feature.FULLTEXT in db.dialect.features:
        await notes(
            db,
            Note(id="n1", text="write to ann@example.org or look into C:/notes/v1.2.txt", motto="Never say never"),
            Note(id="n2", text="o'neil reads", motto="never mind"),
        )
    async with db.session() as session:
        for text, found in (
            ("ann@example.org", ["n1"]),
            ("C:/notes/v1.2.txt", ["n1"]),
            ("O'Neil", ["n2"]),
            ("NEVER", ["n1", "n2"]),
            ("never write", ["n1"]),
            ("(never) -- write!", ["n1"]),
            ("never absent", []),
            ("?!", []),
        ):
            search = session.fulltext_search(Note, query=search_words(text))
            assert sorted(ids(await search.all())) == found, text
        for fields, found in ((["motto"], ["n1"]), (["text"], []), (["text", Note.motto], ["n1"])):
            search = session.fulltext_search(Note, query=search_words("never say"), fields=fields)
            assert ids(await search.all()) == found, fields
        assert await session.fulltext_search(Note, query=" ", fields=["motto"]).all() == []


@requires(Feature.VECTOR)
async def test_a_vector_search_without_its_index_names_what_creates_it(db: Db) -> None:
    async with db.session() as session:
        session.add(Note(id="n1", direction=Vector([1, 0])))
        await session.commit()
        with pytest.raises(QuerySyntaxError, match="ensure_indexes"):
            await session.vector_search(Note, field=Note.direction, vector=[1, 0]).all()
        await session.rollback()


@requires(Feature.VECTOR)
async def test_the_score_of_a_vector_is_its_similarity(db: Db) -> None:
    around = {"same": [2.0, 0.0], "across": [0.0, 1.0], "between": [1.0, 1.0], "opposite": [-3.0, 0.0]}
    wanted = {"same": 1.0, "between": (1 + 0.5**0.5) / 2, "across": 0.5, "opposite": 0.0}
    if Feature.VECTOR in db.dialect.features:
        await notes(db, *[Note(id=key, direction=Vector(value), ranked=1) for key, value in around.items()])
        await indexed(db)
    async with db.session() as session:
        near = session.vector_search(Note, field=Note.direction, vector=[5, 0], k=4).where(Note.ranked == 1)
        for search in (near, near.order_by("score DESC")):
            rows = await search.project(Note.id, "score").tuples()
            assert [key for key, _ in rows] == list(wanted)
            assert dict(rows) == pytest.approx(wanted, abs=1e-6)
        every = await session.vector_search(Note, field=Note.direction, vector=[5, 0]).project("score").scalars()
        assert sorted(every) == pytest.approx(sorted([*wanted.values(), 1.0]), abs=1e-6)
        far = session.vector_search(Article, field=Article.embedding, vector=[0.0, 0.0, 0.0])
        for search in (far, far.where(Article.title != "")):
            scores = await search.project("score").scalars()
            assert scores == pytest.approx([1, 1 / 2, 1 / 26], abs=1e-6)
        with pytest.raises(InvalidArgumentError, match=r"Note\.direction is compared by cosine"):
            await session.vector_search(Note, field=Note.direction, vector=[0, 0]).all()


@requires(Feature.VECTOR)
@pytest.mark.spec(348)
async def test_a_vector_search_finds_ten_unless_told_otherwise(db: Db) -> None:
    if Feature.VECTOR in db.dialect.features:
        await notes(db, *[Note(id=f"n{number}", direction=Vector([1, number])) for number in range(12)])
    async with db.session() as session:
        found = await session.vector_search(Note, field=Note.direction, vector=[0.0, 1.0]).all()
        assert ids(found) == [f"n{number}" for number in range(11, 1, -1)]
        assert len(await session.vector_search(Note, field=Note.direction, vector=[0.0, 1.0], k=12).all()) == 12


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
