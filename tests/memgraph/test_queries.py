"""What the query builder sends to Memgraph, whole, and what differs from version to version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.ogm import Session, alias, avg, collect, count, create_driver, select
from runic.ogm.driver.memgraph import MEMGRAPH, memgraph_dialect
from runic.ogm.driver.memgraph.search import search_text
from runic.ogm.exceptions import QuerySyntaxError, UnsupportedFeatureError
from runic.ogm.query.expressions import search_words
from tests.memgraph.grammar import faults
from tests.memgraph.models import Admin, Log, Post, User, stored

U, F, P = alias(User, "u"), alias(User, "f"), alias(Post, "p")
TEXTS = "CALL text_search.search('runic_fulltext__Post', $__fts_query, {limit: 100000}) YIELD node AS __found, score\n"
FOUND = "MATCH (n)\nWHERE id(n) = id(__found)"


@pytest.fixture
def session() -> Iterator[Session]:
    with create_driver("memgraph", url="bolt://127.0.0.1:1") as driver, Session(driver) as opened:
        yield opened


CASES: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "all": (select(User), "MATCH (n:User)\nRETURN n", {}),
    "a subclass, whose property is a keyword": (
        select(Admin).where(Admin.usage == "x"),
        "MATCH (n:User:Admin)\nWHERE n.`usage` = $p0\nRETURN n",
        {"p0": "x"},
    ),
    "aliases that are keywords": (
        select(alias(User, "hops")).traverse(alias(User, "hops").posts, optional=False).alias("match"),
        "MATCH (`hops`:User)\nMATCH (`hops`)-[:WROTE]->(`match`:Post)\nRETURN `match`",
        {},
    ),
    "values of its own": (
        select(User).where(
            User.born == date(2020, 1, 2),
            User.seen < datetime(2020, 1, 2, 4, tzinfo=UTC),
            User.photo == b"ab",
            User.name.matches("a.*"),
        ),
        "MATCH (n:User)\nWHERE n.born = $p0 AND n.seen < $p1 AND n.photo = $p2 AND n.name =~ $p3\nRETURN n",
        {"p0": date(2020, 1, 2), "p1": datetime(2020, 1, 2, 4, tzinfo=UTC), "p2": "YWI=", "p3": "a.*"},
    ),
    "by element id": (select(Log).where(Log.id == 7), "MATCH (n:Log)\nWHERE id(n) = $p0\nRETURN n", {"p0": 7}),
    "by element ids": (
        select(Log).where(Log.id.in_([7, 8])),
        "MATCH (n:Log)\nWHERE id(n) IN $p0\nRETURN n",
        {"p0": [7, 8]},
    ),
    "an optional hop, then a required one": (
        select(U).traverse(U.friends).alias(F).traverse(F.posts, optional=False).alias("p"),
        "MATCH (u:User)\nOPTIONAL MATCH (u)-[:KNOWS]-(f:User)\nWITH u, f\nMATCH (f)-[:WROTE]->(p:Post)\nRETURN p",
        {},
    ),
    "variable length": (
        select(User).repeat(User.boss, min_hops=0, max_hops=3).alias("b"),
        "MATCH (n:User)\nMATCH (n)-[:REPORTS_TO*0..3]->(b:User)\nRETURN b",
        {},
    ),
    "patterns at a MATCH": (
        select(User).where(User.posts.is_not_null() | User.boss.is_null(), User.friends.has(stored(User, id="f"))),
        "MATCH (n:User)\nWHERE (exists((n)-[:WROTE]->(:Post)) OR NOT (exists((n)-[:REPORTS_TO]->(:User))))"
        " AND exists((n)-[:KNOWS]-(:User {id: $p0}))\nRETURN n",
        {"p0": "f"},
    ),
    "a pattern at an optional MATCH": (
        select(U).traverse(U.posts).alias(P).where(P.by.is_not_null()),
        "MATCH (u:User)\nOPTIONAL MATCH (u)-[:WROTE]->(p:Post)\nWHERE exists((p)<-[:WROTE]-(:User))\nRETURN p",
        {},
    ),
    "a pattern with a node of no key": (
        select(Log).where(Log.after == stored(Log, generated=3)),
        "MATCH (_a1:Log)\nWHERE id(_a1) = $p0\nMATCH (n:Log)\nWHERE exists((n)-[:AFTER]->(_a1))\nRETURN n",
        {"p0": 3},
    ),
    "patterns after a stage": (
        select(U).order_by(U.name).limit(3).with_("u").where(U.posts.is_null() | (U.boss.is_not_null() & ~U.active)),
        "MATCH (u:User)\nWITH u\nORDER BY u.name\nLIMIT 3\n"
        "CALL { WITH u MATCH (u)-[:WROTE]->(:Post) RETURN count(*) > 0 AS __has0 }\n"
        "CALL { WITH u MATCH (u)-[:REPORTS_TO]->(:User) RETURN count(*) > 0 AS __has1 }\n"
        "WITH u, __has0, __has1\nWHERE NOT (__has0) OR __has1 AND NOT (u.active = $p0)\n"
        "RETURN u\nORDER BY coalesce(u.name)",
        {"p0": True},
    ),
    "aggregates": (
        select(User).aggregate(count("*"), avg(User.slept).as_("a"), collect(User.name), group_by=User.active),
        "MATCH (n:User)\nRETURN n.active, count(*), avg(n.slept) AS a, collect(n.name)",
        {},
    ),
    "aggregates in order": (
        select(User).aggregate(count("*"), group_by=User.active).order_by("count(*) DESC").order_by(User.active),
        "MATCH (n:User)\nRETURN n.active AS `n.active`, count(*) AS `count(*)`\nORDER BY `count(*)` DESC, `n.active`",
        {},
    ),
    "distinct pages": (
        select(User).distinct().order_by(User.name, desc=True).skip(2).limit(5),
        "MATCH (n:User)\nRETURN DISTINCT n\nORDER BY n.name DESC\nSKIP 2\nLIMIT 5",
        {},
    ),
    "projection": (select(User).project(User.name, User.id), "MATCH (n:User)\nRETURN n.name, n.id", {}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_statement_is_written_so(name: str) -> None:
    statement, text, params = CASES[name]
    assert statement.build(MEMGRAPH) == (text, params)
    assert not faults(text)


@pytest.mark.parametrize("version", ["3.0", "3.5", "3.8", "3.11", "3.12"])
def test_only_the_seek_by_a_list_of_ids_differs_by_version(version: str) -> None:
    dialect = memgraph_dialect(version)
    for name, (statement, text, params) in CASES.items():
        if name != "by element ids" or version == "3.12":
            assert statement.build(dialect) == (text, params), name
    found = select(Log).where(Log.text == "a", Log.id.in_([7, 8, 7])).build(dialect)
    if version == "3.12":
        assert found == ("MATCH (n:Log)\nWHERE n.text = $p0 AND id(n) IN $p1\nRETURN n", {"p0": "a", "p1": [7, 8, 7]})
    else:
        assert found == (
            "UNWIND $p0 AS __id\nMATCH (n:Log)\nWHERE n.text = $p1 AND id(n) = __id\nRETURN n",
            {"p0": [7, 8], "p1": "a"},
        )


def test_a_condition_after_a_search_that_names_a_list_of_ids_stays() -> None:
    found = select(User).alias("u").traverse(User.posts).alias("p").where(P.id.in_(["a"]))
    text, _ = found.build(memgraph_dialect("3.0"))
    assert text == "MATCH (u:User)\nOPTIONAL MATCH (u)-[:WROTE]->(p:Post)\nWHERE p.id IN $p0\nRETURN p"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (User.active < True, "does not support < between truth values"),
        (User.name.matches("(?i)ann"), r"does not support '\(\?i\)' in a regular expression"),
        (User.name.matches("(?<=a)b"), "look-behind"),
        (User.name.matches("a(?P<x>b)"), "named groups"),
    ],
)
def test_what_is_refused_when_it_is_compiled(condition: Any, said: str) -> None:
    with pytest.raises(UnsupportedFeatureError, match=said):
        select(User).where(condition).build(MEMGRAPH)


def test_groups_and_look_ahead_are_taken() -> None:
    for pattern in ("(?:a|b)c", "a(?=b).*", "a(?!b).*", r"\(?i\)"):
        assert select(User).where(User.name.matches(pattern)).build(MEMGRAPH)[1] == {"p0": pattern}


# ---- searches


def test_a_full_text_search_matches_again_what_it_finds(session: Session) -> None:
    search = session.fulltext_search(Post, query=search_words("Hello?"), fields=[Post.body])
    sent = {"__fts_query": r'data.long\ text:"hello"'}
    assert search.build() == (f"{TEXTS}{FOUND}\nRETURN n", sent)
    related = search.where(Post.id == "p", Post.by.is_not_null()).order_by("score DESC")
    text, params = related.build()
    assert text == (f"{TEXTS}{FOUND} AND n.id = $p0 AND exists((n)<-[:WROTE]-(:User))\nRETURN n\nORDER BY score DESC")
    assert params == {**sent, "p0": "p"}
    assert not faults(text)


def test_a_vector_search_makes_the_common_score_of_the_distance(session: Session) -> None:
    def call(field: str, k: int) -> str:
        arguments = f"'runic_vector__Post__{field}', {k}, $__knn_vec"
        return f"CALL vector_search.search({arguments}) YIELD node AS __found, distance AS score\n{FOUND}"

    near = session.vector_search(Post, field=Post.place, vector=[1, 2], k=3)
    assert near.build() == (
        f"{call('place', 3)}\nWITH n, 1 / (1 + score) AS score\nRETURN n\nORDER BY score DESC",
        {"__knn_vec": [1.0, 2.0]},
    )
    alike = session.vector_search(Post, field=Post.course, vector=[1, 2], k=3).where(Post.id == "p")
    text, _ = alike.build()
    assert text == (
        f"{call('course', 1_000_000)} AND n.id = $p0\nWITH n, 1 - score / 2 AS score\nORDER BY score DESC\nLIMIT 3\n"
        "RETURN n\nORDER BY score DESC"
    )
    assert not faults(text)


def test_full_text_needs_a_server_that_scores() -> None:
    for version, there in (("3.5", False), ("3.6", True)):
        assert (Feature.FULLTEXT in memgraph_dialect(version).features) is there
        assert Feature.VECTOR in memgraph_dialect(version).features
    with (
        create_driver("memgraph", url="bolt://127.0.0.1:1", version="3.5") as driver,
        Session(driver) as opened,
        pytest.raises(UnsupportedFeatureError, match=r"scores from 3\.6 on"),
    ):
        opened.fulltext_search(Post, query="a").build()


@pytest.mark.parametrize(
    ("text", "properties", "words", "sent"),
    [
        ("graph", ("title",), False, "data.title:graph"),
        ("graph tree", ("title",), False, "data.title:graph data.title:tree"),
        ("a", ("title", "long text", "a:b"), False, r"(data.title:a OR data.long\ text:a OR data.a\:b:a)"),
        ('a AND NOT ("b c" OR d)', ("t",), False, 'data.t:a AND NOT ( data.t:"b c" OR data.t:d )'),
        ("+a -b", ("t",), False, "+data.t:a -data.t:b"),
        ('data.title:a AND data.t:"b c"', ("t",), False, 'data.title:a AND data.t:"b c"'),
        ("  ", ("t",), False, "data.t:a AND NOT data.t:a"),
        ("ann@x.org  AND", ("t",), True, 'data.t:"ann x org" AND data.t:"and"'),
        ('say "no" \\ _', ("t",), True, 'data.t:"say" AND data.t:"no"'),
        ("a b", ("t", "b"), True, '(data.t:"a" OR data.b:"a") AND (data.t:"b" OR data.b:"b")'),
        ("a" * 40, ("t",), True, "data.t:a AND NOT data.t:a"),
        ("?", ("t",), True, "data.t:a AND NOT data.t:a"),
        ("", ("t",), True, "data.t:a AND NOT data.t:a"),
    ],
)
def test_the_text_of_a_search(text: str, properties: tuple[str, ...], words: bool, sent: str) -> None:
    assert search_text(text, properties, words=words) == sent


@pytest.mark.parametrize("text", ["graph (", ")graph(", 'the "graph'])
def test_a_query_that_cannot_be_one_is_refused_here(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match=r"search_words\(\)"):
        search_text(text, ("t",), words=False)
