"""The asynchronous session as its guide shows it."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

import pytest

from runic.cypher.dialect import Feature
from runic.ogm import (
    AsyncQueryBuilder,
    AsyncSession,
    DetachedEntityError,
    Field,
    LazyLoadError,
    Mapper,
    MetaData,
    Node,
    QueryBuilder,
    Relation,
    Session,
    Vector,
    create_async_driver,
    create_driver,
    select,
)
from runic.ogm.driver.falkordb import create_async_falkordb_driver
from runic.ogm.mapper.relationship_loader import RelationshipLoader
from runic.ogm.query import count
from runic.testing.conformance.harness import Db, bare, only, requires

spec = pytest.mark.spec


REGISTRY = MetaData()


class User(Node, labels=["User"], registry=REGISTRY):
    id: str = Field(primary_key=True)
    name: str = Field(index_type="FULLTEXT")
    email: str | None = None
    city: str | None = None
    likes: Vector | None = Field(default=None, index_type="VECTOR", dimension=2, similarity="euclidean")
    articles: list[Article] = Relation(relationship="AUTHORED", direction="OUTGOING", target="Article", cascade=True)


class Article(Node, labels=["Article"], registry=REGISTRY):
    id: str = Field(primary_key=True)
    title: str
    published: bool = True
    published_at: datetime | None = None


async def fill(db: Db) -> None:
    """Store three users of two cities, one of them with two articles."""
    articles = [Article(id=f"a{n}", title=f"T{n}", published_at=datetime(2024, 1, n, tzinfo=UTC)) for n in (1, 2)]
    async with db.session() as session:
        session.add(User(id="alice", name="Alice", city="Berlin", likes=Vector([1, 0]), articles=articles))
        session.add(User(id="bob", name="Bob", city="Berlin", likes=Vector([0, 1])))
        session.add(User(id="cleo", name="Cleo", city="Rome"))


@spec(233, 141, 142)
async def test_a_block_commits_on_success_and_rolls_back_on_an_error(db: Db) -> None:
    async with db.session() as session:
        session.add(User(id="kept", name="Kept"))

    async def fail() -> None:
        async with db.session() as session:
            session.add(User(id="lost", name="Lost"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert db.raw("MATCH (u:User) RETURN u.id") == [["kept"]]


@spec(254)
async def test_create_read_update_delete(db: Db) -> None:
    async with db.session() as session:
        session.add(User(id="alice", name="Alice", email="alice@example.com"))
        await session.commit()
        user = await session.get(User, "alice", fetch=["articles"])
        assert user.articles == []
        user.name = "Alice Smith"
        await session.commit()
        assert db.raw("MATCH (u:User) RETURN u.name") == [["Alice Smith"]]
        session.delete(user)
        await session.commit()
    assert db.raw("MATCH (u:User) RETURN count(u)") == [[0]]


@only("async")
@spec(244, 245, 246, 247)
async def test_nothing_is_loaded_lazily(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        user = await session.get(User, "alice")
        with pytest.raises(LazyLoadError, match="articles"):
            _ = user.articles
        with pytest.raises(LazyLoadError):
            session.load_relationship(user, "articles")
        user = await session.get(User, "alice", fetch=["articles"])
        with db.recorded() as sent:
            assert sorted(article.title for article in user.articles) == ["T1", "T2"]
        assert sent == []
        bob = await session.get(User, "bob")
    assert len(user.articles) == 2
    with pytest.raises(DetachedEntityError):
        _ = bob.articles


@spec(255)
async def test_a_traversal_with_return_target_reads_the_last_hop(db: Db) -> None:
    await fill(db)
    stmt = select(User).where(User.id == "alice").alias("u").traverse(User.articles).alias("a").return_target()
    async with db.session() as session:
        assert sorted(article.id for article in await session.scalars(stmt)) == ["a1", "a2"]


@spec(239)
async def test_the_execution_methods(db: Db) -> None:
    await fill(db)
    stmt = select(Article).where(Article.published == True).order_by(Article.published_at, desc=True).limit(20)
    async with db.session() as session:
        assert [article.id for article in await session.scalars(stmt)] == ["a2", "a1"]
        assert (await session.scalar(stmt)).id == "a2"
        assert await session.count(stmt) == 2


@spec(256)
async def test_rows_of_an_aggregate_are_named_as_they_were_asked_for(db: Db) -> None:
    await fill(db)
    stmt = select(User).aggregate(count("*").as_("total"), group_by="n.city")
    async with db.session() as session:
        rows = await session.all_rows(stmt)
    assert sorted(rows, key=lambda row: row["n.city"]) == [
        {"n.city": "Berlin", "total": 2},
        {"n.city": "Rome", "total": 1},
    ]


@spec(195, 248)
async def test_a_bound_builder_has_the_colour_of_its_session(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        builder = session.query(User).where(User.city == "Berlin")
        assert isinstance(bare(builder), AsyncQueryBuilder if db.is_async else QueryBuilder)
        assert {user.id for user in await builder.all()} == {"alice", "bob"}


@spec(196, 197, 249)
@requires(Feature.FULLTEXT)
async def test_searches_are_builders_of_the_colour_of_their_session(db: Db) -> None:
    await fill(db)
    await db.schema_manager().sync_schema([User])
    async with db.session() as session:
        found = session.fulltext_search(User, query="Alice")
        near = session.vector_search(User, field="likes", vector=[0.1, 0.9], k=1)
        assert [user.id for user in await found.all()] == ["alice"]
        assert [user.id for user in await near.all()] == ["bob"]
        for builder in (found, near):
            assert inspect.iscoroutinefunction(bare(builder).all) is db.is_async


@spec(198, 200, 250)
async def test_one_statement_runs_in_sessions_of_both_colours(db: Db) -> None:
    await fill(db)
    stmt = select(User).where(User.city == "Berlin").order_by(User.id)
    options = db.server.options(db.graph)
    plain, other = create_driver(db.backend.family, **options), create_async_driver(db.backend.family, **options)
    with Session(plain) as session:
        async with AsyncSession(other) as async_session:
            ours, theirs = session.scalars(stmt), await async_session.scalars(stmt)
            assert [user.id for user in ours] == [user.id for user in theirs] == ["alice", "bob"]
            assert ours[0] is not theirs[0]
            assert session.scalars(stmt)[0] is ours[0]
    plain.close()
    await other.close()


@only("falkordb", "async")
@spec(251)
async def test_there_is_an_async_factory(db: Db) -> None:
    driver = create_async_falkordb_driver(**db.server.options(db.graph))
    assert (await driver.execute("RETURN 1")).rows == [[1]]
    await driver.close()


@spec(257)
def test_the_async_session_has_what_only_the_guide_lists() -> None:
    assert all(inspect.iscoroutinefunction(method) for method in (AsyncSession.commit, AsyncSession.close))
    assert callable(AsyncSession.expire)
    assert callable(AsyncSession.add_all)


@spec(27, 145, 146)
async def test_a_session_shows_its_mapper_and_loader(db: Db) -> None:
    async with db.session() as session:
        assert isinstance(session.mapper, Mapper)
        assert isinstance(session.rel_loader, RelationshipLoader)
