"""Repositories: typed reads over a session, and raw Cypher mapped to classes and values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from runic.ogm import (
    AsyncQueryBuilder,
    AsyncRepository,
    Edge,
    Field,
    GraphResult,
    InvalidArgumentError,
    InvalidTypeError,
    MetaData,
    MetadataError,
    Node,
    QueryBuilder,
    Relation,
    Repository,
    UsageError,
)
from runic.ogm.repository import async_repository, repository
from tests.conformance.harness import Db, bare, only

REGISTRY = MetaData()


class Named(Node, registry=REGISTRY):
    """Abstract: it has no nodes."""

    name: str = ""


class Tag(Named, labels=["RepoTag"]):
    id: str


class Tagged(Edge, type="REPO_TAGGED", registry=REGISTRY):
    by: str = ""


class Article(Named, labels=["RepoArticle"]):
    id: str
    views: int = 0
    at: datetime | None = None
    tags: list[Tag] = Relation(relationship="REPO_TAGGED", direction="OUTGOING", target="Tag", edge_model=Tagged)


class Review(Article, labels=["RepoArticle", "RepoReview"]):
    stars: int = 0


class Note(Node, labels=["RepoNote"], registry=REGISTRY):
    id: str = Field(generated=True)


async def fill(db: Db, count: int = 5) -> None:
    async with db.session() as session:
        tags = [Tag(id="t1", name="One"), Tag(id="t2", name="Two")]
        session.add_all([*tags, *[Article(id=f"a{n}", name=f"Name {n}", views=n, tags=tags) for n in range(count)]])


def ids(entities: Any) -> list[Any]:
    return sorted(entity.id for entity in entities)


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


# ---- raw Cypher


@pytest.mark.spec(266, 267, 282)
@pytest.mark.parametrize(
    ("cypher", "returns", "expected"),
    [
        ("a.views", int, [0, 1]),
        ("a.name", str, ["Name 0", "Name 1"]),
        ("a.views > 0", bool, [False, True]),
        ("a.views", float, [0.0, 1.0]),
        ("toFloat(a.views)", int, [0, 1]),
        ("a.missing", int, [None, None]),
        ("[a.views]", list, [[0], [1]]),
    ],
)
async def test_a_type_maps_the_first_column(db: Db, cypher: str, returns: type, expected: list[Any]) -> None:
    await fill(db, 2)
    async with db.session() as session:
        articles = db.repository(session, Article)
        query = f"MATCH (a:RepoArticle) RETURN {cypher} AS x, 'more' ORDER BY a.id"
        found = await articles.cypher(query, returns=returns)
        assert found == expected
        assert [type(value) for value in found] == [type(value) for value in expected]
        assert await articles.cypher_one(query, returns=returns) == expected[0]


async def test_a_value_type_is_converted_as_in_a_field(db: Db) -> None:
    async with db.session() as session:
        session.add(Article(id="a1", at=datetime(2026, 1, 2)))
    async with db.session() as session:
        found = await db.repository(session, Article).cypher("MATCH (a:RepoArticle) RETURN a.at", returns=datetime)
        assert found == [datetime(2026, 1, 2)]


@pytest.mark.spec(268)
async def test_dict_maps_whole_rows(db: Db) -> None:
    await fill(db, 1)
    async with db.session() as session:
        articles = db.repository(session, Article)
        query = "MATCH (a:RepoArticle) WHERE a.id = $id RETURN a.id AS id, a.views, a"
        (row,) = await articles.cypher(query, {"id": "a0"}, returns=dict)
        assert row == {"id": "a0", "a.views": 0, "a": await session.get(Article, "a0")}
        assert await articles.cypher_one(query, {"id": "nobody"}, returns=dict) is None


@pytest.mark.spec(264, 269)
async def test_a_model_maps_to_the_objects_of_the_session(db: Db) -> None:
    await fill(db, 2)
    async with db.session() as session:
        articles = db.repository(session, Article)
        known = await session.get(Article, "a0")
        found = await articles.cypher("MATCH (a:RepoArticle) RETURN a ORDER BY a.id", returns=Article)
        assert found[0] is known
        assert found[1] is await session.get(Article, "a1")
        tags = await articles.cypher("MATCH (t:RepoTag) RETURN t", returns=Tag)
        assert ids(tags) == ["t1", "t2"]
        edges = await articles.cypher("MATCH (:RepoArticle)-[r:REPO_TAGGED]->() RETURN r", returns=Tagged)
        assert [type(edge) for edge in edges] == [Tagged] * 4
        rows = await articles.cypher("MATCH (t:RepoTag) OPTIONAL MATCH (t)-->(x) RETURN x", returns=Article)
        assert rows == []


async def test_a_row_without_a_value_is_none_or_left_out_but_no_fault(db: Db) -> None:
    await fill(db, 1)
    nothing = "MATCH (a:RepoArticle) OPTIONAL MATCH (a)-[r:NO_SUCH]->(x) RETURN "
    async with db.session() as session:
        articles = db.repository(session, Article)
        for column, returns in (("x", Article), ("r", Tagged), ("x.name", str), ("x.views", int)):
            found = await articles.cypher(nothing + column, returns=returns)
            assert found == ([] if returns in (Article, Tagged) else [None]), returns
            assert await articles.cypher_one(nothing + column, returns=returns) is None
        assert await articles.cypher(nothing + "x, r", returns=dict) == [{"x": None, "r": None}]
        assert (await articles.cypher_raw(nothing + "x, r")).rows == [[None, None]]


async def test_a_list_is_returned_as_a_list(db: Db) -> None:
    await fill(db, 2)
    async with db.session() as session:
        articles = db.repository(session, Article)
        query = "MATCH (a:RepoArticle) WITH a ORDER BY a.id RETURN collect(a.id)"
        assert await articles.cypher(query, returns=list) == [["a0", "a1"]]
        assert await articles.cypher_one(query, returns=list) == ["a0", "a1"]
        with pytest.raises(InvalidTypeError, match="returns=list"):
            await articles.cypher("MATCH (a:RepoArticle) RETURN a.id", returns=list)


@pytest.mark.spec(270, 271)
async def test_without_returns_there_is_no_result(db: Db) -> None:
    await fill(db, 2)
    async with db.session() as session:
        articles = db.repository(session, Article)
        assert await articles.cypher("MATCH (a:RepoArticle) RETURN a") == []
        assert await articles.cypher_one("MATCH (a:RepoArticle) RETURN a") is None
        assert await articles.cypher("MATCH (a:RepoArticle) SET a.views = $n", {"n": 7}, write=True) == []
        kept = "MATCH (a:RepoArticle) SET a.views = a.views + 1 RETURN a.views"
        assert await articles.cypher(kept, returns=int, write=True) == [8, 8]
    assert db.raw("MATCH (a:RepoArticle) RETURN DISTINCT a.views") == [[8]]


async def test_a_write_has_to_be_called_one(db: Db) -> None:
    await fill(db, 1)
    async with db.session() as session:
        articles = db.repository(session, Article)
        for method in (articles.cypher, articles.cypher_one, articles.cypher_raw):
            with pytest.raises(UsageError, match="write=True"):
                await method("MATCH (a:RepoArticle) SET a.views = 9")
    assert db.raw("MATCH (a:RepoArticle) RETURN a.views") == [[0]]


@pytest.mark.spec(272)
async def test_cypher_one_is_the_first_row_or_none(db: Db) -> None:
    await fill(db)
    async with db.session() as session:
        articles = db.repository(session, Article)
        assert await articles.cypher_one("MATCH (a:RepoArticle) RETURN count(a)", returns=int) == 5
        first = await articles.cypher_one("MATCH (a:RepoArticle) RETURN a ORDER BY a.id", returns=Article)
        assert first is await session.get(Article, "a0")
        assert await articles.cypher_one("MATCH (a:RepoArticle {id: 'x'}) RETURN a", returns=Article) is None


@pytest.mark.spec(273)
async def test_cypher_raw_is_columns_and_rows(db: Db) -> None:
    await fill(db, 2)
    async with db.session() as session:
        query = "MATCH (a:RepoArticle) WHERE a.views >= $n RETURN a.id AS id, a.views AS views ORDER BY id"
        result = await db.repository(session, Article).cypher_raw(query, {"n": 0})
        assert isinstance(result, GraphResult)
        assert result.columns == ["id", "views"]
        assert result.rows == [["a0", 0], ["a1", 1]]


@pytest.mark.parametrize(
    ("cypher", "returns", "named"),
    [
        ("a.name", int, "returns=int"),
        ("a.views", bool, "returns=bool"),
        ("a.views > 0", int, "returns=int"),
        ("a.views + 0.5", int, "returns=int"),
        ("a.views", Article, "returns=Article"),
        ("a", int, "returns=int"),
        ("a", Tag, "returns=Tag"),
        ("a", "Article", "'Article'"),
    ],
)
async def test_a_value_of_another_type_is_refused(db: Db, cypher: str, returns: Any, named: str) -> None:
    await fill(db, 1)
    async with db.session() as session:
        with pytest.raises(InvalidTypeError, match=named):
            await db.repository(session, Article).cypher(f"MATCH (a:RepoArticle) RETURN {cypher}", returns=returns)


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
