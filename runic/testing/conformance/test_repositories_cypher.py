"""Raw Cypher of a repository, with every kind of returns=."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from runic.ogm import (
    GraphResult,
    InvalidTypeError,
    UsageError,
)
from runic.testing.conformance.harness import Db
from runic.testing.conformance.repository_models import Article, Tag, Tagged, fill, ids


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
        query = "MATCH (a:RepoArticle) WHERE a.views >= $n RETURN a.id AS id, a.views AS views ORDER BY a.id"
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
