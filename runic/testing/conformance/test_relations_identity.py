"""One object per node and session, whichever way it is reached, and what ``register_or_get`` makes of it."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from runic.ogm import ConnectionManager, select
from runic.ogm.exceptions import DetachedEntityError, DuplicateKeyError
from runic.testing.conformance.harness import Db, dress, only
from runic.testing.conformance.relation_models import (
    Article,
    Company,
    Note,
    Person,
    Tag,
    User,
    edges,
    ids,
    read,
    store,
)


async def _blog(db: Db) -> None:
    tag = Tag(id="t")
    articles = [Article(id=f"a{n}", tags=[tag]) for n in range(2)]
    await store(db, tag, *articles, User(id="u", articles=articles, likes=articles))


@pytest.mark.spec(186, 187)
async def test_pitfall_17_every_way_to_a_node_gives_one_object(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u", fetch=["articles.tags"])
        first = next(a for a in user.articles if a.id == "a0")
        (tag,) = first.tags
        reached = [
            await session.get(Article, "a0"),
            *await session.scalars(select(Article).where(Article.id == "a0")),
            *[a for a in await read(db, session, user, "likes") if a.id == "a0"],
            *[a for a in await read(db, session, tag, "articles") if a.id == "a0"],
            *[a for _, a in await session.all_with_edges(
                select(User).alias("u").traverse(User.likes, optional=False).alias("a").return_nodes("u", "a"))
              if a.id == "a0"],
            *await session.scalars(
                select(Tag).traverse(Tag.articles, optional=False).alias("a").where(Article.id == "a0", on="a")
                .return_target("a")),
        ]  # fmt: skip
        assert len(reached) == 6
        assert all(article is first for article in reached)
        first.title = "edited once"
    assert db.raw("MATCH (a:RelArticle {id: 'a0'}) RETURN a.title") == [["edited once"]]


async def test_pitfall_18_the_way_back_meets_the_parent(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        article = await session.get(Article, "a1", fetch=["author"])
        user = article.author
        assert article in await read(db, session, user, "articles")
        assert [await read(db, session, a, "author") for a in user.articles] == [user, user]


async def test_lists_of_relations_are_lists_of_their_own(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u", fetch=["articles", "likes"])
        user.likes.clear()
        assert ids(user.articles) == ["a0", "a1"]
        tag = await session.get(Tag, "t", fetch=["articles"])
        tag.articles.sort(key=lambda a: a.id, reverse=True)
    assert len(edges(db, "AUTHORED")) == len(edges(db, "TAGGED")) == 2


@pytest.mark.spec(188, 235)
async def test_register_or_get_returns_the_known_object_or_takes_the_new_one(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        known = await session.get(Article, "a0")
        assert session.register_or_get(Article(id="a0", title="a copy")) is known
        assert known.title == ""
        new = Article(id="new")
        assert session.register_or_get(new) is new
        assert session.register_or_get(Article(id="new")) is new
        assert new in session
    assert db.raw("MATCH (a:RelArticle {id: 'new'}) RETURN count(a)") == [[1]]


async def test_register_or_get_of_a_stored_detached_object_makes_it_persistent(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        session.add(note := Note(text="x"))
        await session.commit()
        article = await session.get(Article, "a0")
    copies: list[Any] = [pickle.loads(pickle.dumps(article)), copy.copy(note)]
    async with db.session() as session:
        for taken in copies:
            assert session.register_or_get(taken) is taken
        assert await session.get(Article, "a0") is copies[0]
        assert session.register_or_get(copy.copy(note)) is copies[1]
        copies[1].text = "y"
        with db.recorded() as sent:
            await session.flush()
        assert len(sent) == 1
        with pytest.raises(DuplicateKeyError):
            session.add(copy.copy(article))
    assert db.raw("MATCH (n:RelNote) RETURN n.text") == [["y"]]


async def test_a_pickled_object_keeps_its_relations_and_reattaches_with_them(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u", fetch=["articles"])
        packed = pickle.dumps(user)
    taken = pickle.loads(packed)
    assert ids(taken.articles) == ["a0", "a1"]
    with pytest.raises(DetachedEntityError):
        _ = taken.likes
    async with db.session() as session:
        session.add(taken)
        with db.recorded() as sent:
            await session.flush()
        assert sent == []
        session.add_all(taken.articles)
        taken.articles.pop()
    assert len(edges(db, "AUTHORED")) == 1


@pytest.mark.parametrize("way", ["expunged", "unpickled"])
async def test_a_member_that_is_not_in_the_session_can_be_removed(db: Db, way: str) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u", fetch=["articles"])
        if way == "expunged":
            for article in user.articles:
                session.expunge(article)
        else:
            packed = pickle.dumps(user)
            session.expunge_all()
            session.add(user := pickle.loads(packed))
        user.articles.pop()
        await session.flush()
        assert len(user.articles) == 1
    assert len(edges(db, "AUTHORED")) == 1


async def test_pitfall_28_29_30_deletes_and_relations(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u", fetch=["articles"]), await session.get(Article, "a0")
        session.delete(article)
        assert await session.get(Article, "a0") is None
        session.add(article)
        await session.flush()
        assert await session.get(Article, "a0") is article
        assert article in user.articles
        other = Article(id="a1x")
        session.add(other)
        user.likes = [other]
        session.delete(other)
        user.likes = []
        session.delete(article)
        article.title = "skipped"
    assert edges(db, "AUTHORED") == [("u", "a1")]
    assert edges(db, "LIKES") == []


async def test_two_sessions_have_an_object_each(db: Db) -> None:
    await _blog(db)
    async with db.session() as one, db.session() as other:
        mine, theirs = await one.get(Article, "a0"), await other.get(Article, "a0")
        assert mine is not theirs
        with pytest.raises(DetachedEntityError, match="another open session"):
            one.add(theirs)


# ---- connection managers


def _manager(db: Db, shape: str) -> Any:
    from runic.ogm import AsyncConnectionManager

    cls = AsyncConnectionManager if db.is_async else ConnectionManager
    if shape == "driver":
        return cls(db.driver)
    client = db.server.client()
    match shape:
        case "graph":
            return cls(client.select_graph(db.graph))
        case _:
            return cls(client, db.graph)


@only("falkordb")
@pytest.mark.spec(399, 400, 401, 402, 403)
@pytest.mark.parametrize("shape", ["graph", "client"])
async def test_a_connection_manager_takes_what_a_client_has(db: Db, shape: str) -> None:
    await _use_manager(db, shape)


@pytest.mark.spec(399, 400, 401, 402, 403)
async def test_a_connection_manager_gives_sessions_over_one_driver(db: Db) -> None:
    await _use_manager(db, "driver")


async def _use_manager(db: Db, shape: str) -> None:
    manager = _manager(db, shape)
    assert manager.acquire() is manager.acquire()
    for number in range(2):
        session = manager.session()
        async with session if db.is_async else dress(session) as session:
            session.add(Company(id=f"c{number}"))
    released = manager.release(manager.acquire())
    assert (await released if db.is_async else released) is None
    session = manager.session(autoflush=True)
    async with session if db.is_async else dress(session) as session:
        session.add(Person(id="p"))
        assert await session.count(select(Person)) == 1
        assert await session.count(select(Company)) == 2
    if shape != "driver":
        closing = manager.acquire().close()
        if db.is_async:
            await closing


@only("sync")
async def test_a_connection_manager_refuses_what_is_no_database(db: Db) -> None:
    with pytest.raises(TypeError, match=r"a driver, or a graph handle.*not str"):
        ConnectionManager("nothing")
    with pytest.raises(TypeError, match="select_graph"):
        ConnectionManager(db.driver, "graph")
