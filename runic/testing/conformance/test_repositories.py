"""Repositories: typed reads over a session, and raw Cypher mapped to classes and values."""

from __future__ import annotations

import pytest

from runic.ogm import (
    AsyncQueryBuilder,
    AsyncRepository,
    InvalidArgumentError,
    InvalidTypeError,
    MetadataError,
    QueryBuilder,
    Repository,
)
from runic.ogm.repository import async_repository, repository
from runic.testing.conformance.harness import Db, bare, only
from runic.testing.conformance.repository_models import Article, Named, Note, Review, Tagged, fill, ids

# ---- reading objects


@pytest.mark.spec(258, 259, 264, 278, 279)
async def test_find_all_returns_the_objects_of_the_session(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        known = await session.get(Article, "a3")
        found = await db.repository(session, Article).find_all()
        assert ids(found) == ["a0", "a1", "a2", "a3", "a4"]
        assert known in found
        assert await session.get(Article, "a0") in found


async def test_find_all_returns_subclasses_as_themselves(db: Db) -> None:
    async with db.session() as session:
        session.add_all([Article(id="a1"), Review(id="a2", stars=3)])
    async with db.session() as session:
        found = await db.repository(session, Article).find_all()
        assert {article.id: type(article) for article in found} == {"a1": Article, "a2": Review}
        assert ids(await db.repository(session, Review).find_all()) == ["a2"]


@pytest.mark.spec(259, 274, 284)
async def test_pages_are_an_offset_and_a_limit(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        articles = db.repository(session, Article)
        pages = [await articles.find_all(skip=skip, limit=2) for skip in (0, 2, 4, 6)]
        assert [len(page) for page in pages] == [2, 2, 1, 0]
        assert all(type(page) is list for page in pages)
        assert ids(article for page in pages for article in page) == ["a0", "a1", "a2", "a3", "a4"]
        assert len(await articles.find_all(skip=3)) == 2
        assert await articles.find_all(limit=0) == []
        with pytest.raises(InvalidArgumentError, match="skip"):
            await articles.find_all(skip=-1)
        with pytest.raises(InvalidArgumentError, match="limit"):
            await articles.find_all(limit=-1)


@pytest.mark.spec(218, 219, 260)
async def test_relations_come_along_also_with_a_page(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        articles = db.repository(session, Article)
        with db.recorded() as sent:
            found = await articles.find_all(fetch=["tags"])
        assert [ids(article.tags) for article in found] == [["t1", "t2"]] * 5
        assert len(sent) == 2
    async with db.session() as session:
        page = await db.repository(session, Article).find_all(fetch=[Article.tags], skip=1, limit=2)
        assert [ids(article.tags) for article in page] == [["t1", "t2"]] * 2
    async with db.session() as session:
        found = await db.repository(session, Article).find_all_by_ids(["a1"], fetch=["tags"])
        assert [ids(article.tags) for article in found] == [["t1", "t2"]]
        with pytest.raises(InvalidArgumentError, match="tagz"):
            await db.repository(session, Article).find_all(fetch=["tagz"])


@pytest.mark.spec(261)
async def test_find_all_by_ids_leaves_out_what_there_is_not(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        articles = db.repository(session, Article)
        assert ids(await articles.find_all_by_ids(["a1", "a3", "nobody", "a1"])) == ["a1", "a3"]
        assert ids(await articles.find_all_by_ids(f"a{n}" for n in range(2))) == ["a0", "a1"]
        assert await articles.find_all_by_ids([]) == []


async def test_find_all_by_ids_takes_generated_keys(db: Db) -> None:
    async with db.session() as session:
        notes = [Note(), Note(), Note()]
        session.add_all(notes)
        await session.commit()
        keys = [note.id for note in notes[:2]]
    async with db.session() as session:
        found = await db.repository(session, Note).find_all_by_ids(keys)
        assert ids(found) == sorted(keys)


@pytest.mark.spec(262, 263, 280)
async def test_count_and_exists(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        articles = db.repository(session, Article)
        assert await articles.count() == 5
        assert await articles.exists("a1") is True
        assert await articles.exists("nobody") is False
        assert await db.repository(session, Review).count() == 0
        assert await db.repository(session, Review).exists("a1") is False


@pytest.mark.spec(265, 281)
async def test_query_is_a_bound_statement(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        statement = db.repository(session, Article).query()
        assert isinstance(bare(statement), AsyncQueryBuilder if db.is_async else QueryBuilder)
        assert ids(await statement.where(Article.views > 2).all()) == ["a3", "a4"]


@pytest.mark.spec(20, 28, 275)
def test_a_repository_reads_only_and_has_a_protocol() -> None:
    assert repository.Repository is Repository
    assert async_repository.AsyncRepository is AsyncRepository
    assert issubclass(Repository, repository.RepositoryProtocol)
    assert issubclass(AsyncRepository, async_repository.AsyncRepositoryProtocol)
    for cls in (Repository, AsyncRepository):
        assert not {"add", "add_all", "delete", "get", "save"} & set(dir(cls))
        assert cls[Article] is not None


async def test_what_is_no_node_class_with_labels_is_refused(db: Db) -> None:
    async with db.session() as session:
        for wrong in (Tagged, int, "Article", None):
            with pytest.raises(InvalidTypeError, match="Node class"):
                db.repository(session, wrong)
        with pytest.raises(MetadataError, match="abstract"):
            await db.repository(session, Named).find_all()


# ---- repositories of one's own


@only("sync")
@pytest.mark.spec(258, 276)
async def test_a_subclass_adds_methods(db: Db) -> None:
    class Articles(Repository[Article]):
        def popular(self, views: int) -> list[Article]:
            return self.query().where(Article.views >= views).order_by(Article.views).all()

        def total(self) -> int:
            return self.cypher_one("MATCH (a:RepoArticle) RETURN sum(a.views)", returns=int)

    await fill(db)
    async with db.session() as session:
        articles = Articles(bare(session), Article)
        assert articles.session is bare(session)
        assert [article.id for article in articles.popular(3)] == ["a3", "a4"]
        assert articles.total() == 10


@only("async")
@pytest.mark.spec(278, 283)
async def test_an_async_subclass_adds_methods(db: Db) -> None:
    class Articles(AsyncRepository[Article]):
        async def popular(self, views: int) -> list[Article]:
            return await self.query().where(Article.views >= views).order_by(Article.views).all()

    await fill(db)
    async with db.session() as session:
        articles = Articles(session, Article)
        assert articles.session is session
        assert [article.id for article in await articles.popular(3)] == ["a3", "a4"]
