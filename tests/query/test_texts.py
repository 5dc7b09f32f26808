"""What statements compile to: whole texts with their parameters, in FalkorDB's dialect."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from runic.ogm import alias, avg, col, collect, count, max_, min_, not_, select, sum_
from runic.ogm.query import AsyncQueryBuilder, FulltextQueryBuilder, QueryBuilder, TraversalStep, VectorQueryBuilder
from runic.testing.conformance.query_models import NOON, Article, City, Location, Movie, Rated, Status, User

U, F, M, R = alias(User, "u"), alias(User, "f"), alias(Movie, "m"), alias(Rated, "r")


class Case(NamedTuple):
    statement: Any
    text: str
    params: dict[str, Any] = {}  # noqa: RUF012 - nothing changes it


USERS = "MATCH (n:User)\n"

CASES: dict[str, Case] = {
    "all": Case(select(User), "MATCH (n:User)\nRETURN n"),
    "labels of a subclass": Case(select(City), "MATCH (n:Location:City)\nRETURN n"),
    "documented": Case(
        select(User).where(User.active == True),
        "MATCH (n:User)\nWHERE n.active = $p0\nRETURN n",
        {"p0": True},
    ),
    "parameters in order": Case(
        select(User).where(User.name == "a", User.age > 3).where((User.age < 9) | ~User.active),
        USERS + "WHERE n.full_name = $p0 AND n.age > $p1 AND (n.age < $p2 OR NOT (n.active = $p3))\nRETURN n",
        {"p0": "a", "p1": 3, "p2": 9, "p3": True},
    ),
    "operators": Case(
        select(User).where(
            User.name.contains("a"),
            User.name.startswith("b"),
            User.name.endswith("c"),
            User.id.in_(["d"]),
            User.id.not_in_(["e"]),
            User.age.is_null(),
            User.age.is_not_null(),
            User.age != 5,
            User.tags.has("f"),
        ),
        USERS + "WHERE n.full_name CONTAINS $p0 AND n.full_name STARTS WITH $p1 AND n.full_name ENDS WITH $p2"
        " AND n.id IN $p3 AND NOT (n.id IN $p4) AND n.age IS NULL AND n.age IS NOT NULL AND n.age <> $p5"
        " AND $p6 IN n.tags\nRETURN n",
        {"p0": "a", "p1": "b", "p2": "c", "p3": ["d"], "p4": ["e"], "p5": 5, "p6": "f"},
    ),
    "converters and wrappers": Case(
        select(User).where(
            User.status.in_([Status.DONE]), User.city == "x", User.city.in_(["y", "z"]), User.created < NOON
        ),
        USERS + "WHERE n.status IN $p0 AND n.city = intern($p1) AND n.city IN [intern($p2), intern($p3)]"
        " AND n.created < $p4\n"
        "RETURN n",
        {"p0": ["done"], "p1": "x", "p2": "y", "p3": "z", "p4": "2026-01-01T12:00:00.000000+00:00"},
    ),
    "numbers kept as text": Case(
        select(User).where(User.balance > Decimal("1.5"), User.balance == Decimal(2)).order_by(User.balance),
        USERS + "WHERE toFloat(n.balance) > toFloat($p0) AND n.balance = $p1\nRETURN n\nORDER BY toFloat(n.balance)",
        {"p0": "1.5", "p1": "2"},
    ),
    "None among values": Case(
        select(User).where(User.age.in_([1, None]), User.age.not_in_([2, None])),
        USERS + "WHERE (n.age IN $p0 OR n.age IS NULL) AND NOT (n.age IN $p1 OR n.age IS NULL)\nRETURN n",
        {"p0": [1], "p1": [2]},
    ),
    "field with field": Case(select(User).where(User.score >= User.age), USERS + "WHERE n.score >= n.age\nRETURN n"),
    "generated key": Case(
        select(Movie)
        .where(col(Movie.id) == "7", Movie.id.in_([1, 2]))
        .order_by(Movie.id)
        .project(Movie.id, Movie.title),
        "MATCH (n:Movie)\nWHERE id(n) = toInteger($p0) AND id(n) IN $p1\n"
        "RETURN id(n) AS `n.id`, n.title\nORDER BY id(n)",
        {"p0": 7, "p1": [1, 2]},
    ),
    "pages": Case(
        select(User).limit(5).skip(2).order_by(User.name, desc=True).order_by("n.age").distinct(),
        USERS + "RETURN DISTINCT n\nORDER BY n.full_name DESC, n.age\nSKIP 2\nLIMIT 5",
    ),
    "order before alias": Case(
        select(User).order_by(User.age).where(User.age > 1, on="n").alias("u"),
        "MATCH (u:User)\nWHERE u.age > $p0\nRETURN u\nORDER BY u.age",
        {"p0": 1},
    ),
    "optional and required hops": Case(
        select(User)
        .alias("u")
        .where(User.id == "alice")
        .traverse(User.friends)
        .alias("f")
        .where(User.active == True, on="f")
        .traverse(User.articles, optional=False)
        .alias("post")
        .return_target("post"),
        "MATCH (u:User)\nWHERE u.id = $p0\nOPTIONAL MATCH (u)-[:KNOWS]-(f:User)\nWHERE f.active = $p1\n"
        "WITH u, f\nMATCH (f)-[:WROTE]->(post:Article)\nRETURN post",
        {"p0": "alice", "p1": True},
    ),
    "a node that no column names": Case(
        select(User).traverse(User.friends, optional=False).traverse(User.articles, optional=False).alias("a"),
        "MATCH (n:User)\nMATCH (n)-[:KNOWS]-(_1:User)\nMATCH (_1)-[:WROTE]->(a:Article)\nWITH n, _1, a\nRETURN a",
    ),
    "nodes that columns name": Case(
        select(U).traverse(U.friends, optional=False).alias(F).traverse(F.articles, optional=False).return_nodes(U, F),
        "MATCH (u:User)\nMATCH (u)-[:KNOWS]-(f:User)\nMATCH (f)-[:WROTE]->(_1:Article)\nRETURN u, f",
    ),
    "incoming": Case(
        select(Article).traverse(Article.author).alias("w"),
        "MATCH (n:Article)\nOPTIONAL MATCH (n)<-[:WROTE]-(w:User)\nRETURN w",
    ),
    "edges": Case(
        select(U).traverse(U.rated, edge_alias=R).alias(M).where(R.score >= 9).return_nodes(U, M).return_edge(R),
        "MATCH (u:User)\nOPTIONAL MATCH (u)-[r:RATED]->(m:Movie)\nWHERE r.score >= $p0\nRETURN u, r, m",
        {"p0": 9.0},
    ),
    "a hop without a name": Case(
        select(User).traverse(User.friends).traverse(User.articles),
        "MATCH (n:User)\nOPTIONAL MATCH (n)-[:KNOWS]-(_1:User)\nOPTIONAL MATCH (_1)-[:WROTE]->(_2:Article)\nRETURN _2",
    ),
    "a star": Case(
        select(U).traverse(U.friends).alias(F).traverse(U.articles).alias("a").return_nodes("f", "a"),
        "MATCH (u:User)\nOPTIONAL MATCH (u)-[:KNOWS]-(f:User)\nOPTIONAL MATCH (u)-[:WROTE]->(a:Article)\nRETURN f, a",
    ),
    "repeat": Case(
        select(Location).alias("p").repeat(Location.parent, min_hops=1, max_hops=5).alias("ancestor"),
        "MATCH (p:Location)\nMATCH (p)-[:WITHIN*1..5]->(ancestor:Location)\nRETURN ancestor",
    ),
    "repeat without an end": Case(
        select(Location).repeat(Location.parent, min_hops=2, optional=True),
        "MATCH (n:Location)\nOPTIONAL MATCH (n)-[:WITHIN*2..]->(_1:Location)\nRETURN _1",
    ),
    "a narrower target": Case(
        select(Location).traverse(Location.parent).alias(alias(City, "c")),
        "MATCH (n:Location)\nOPTIONAL MATCH (n)-[:WITHIN]->(c:Location:City)\nRETURN c",
    ),
    "a limit over an optional target": Case(
        select(User).traverse(User.articles).alias("a").limit(3),
        "MATCH (n:User)\nMATCH (n)-[:WROTE]->(a:Article)\nRETURN a\nLIMIT 3",
    ),
    "conjunction over two hops": Case(
        select(U).traverse(U.friends).alias(F).where((U.age > 1) & (F.age > 2) & (F.age > U.age)),
        "MATCH (u:User)\nWHERE u.age > $p0\nOPTIONAL MATCH (u)-[:KNOWS]-(f:User)\n"
        "WHERE f.age > $p1 AND f.age > u.age\nRETURN f",
        {"p0": 1, "p1": 2},
    ),
    "disjunction over two hops": Case(
        select(U).traverse(U.friends).alias(F).where((U.age > 1) | (F.age > 2)),
        "MATCH (u:User)\nOPTIONAL MATCH (u)-[:KNOWS]-(f:User)\nWHERE u.age > $p0 OR f.age > $p1\nRETURN f",
        {"p0": 1, "p1": 2},
    ),
    "with_": Case(
        select(User).alias("u").where(User.active).with_("u").traverse(User.articles).alias("p").return_target("p"),
        "MATCH (u:User)\nWHERE u.active = $p0\nWITH u\nOPTIONAL MATCH (u)-[:WROTE]->(p:Article)\nRETURN p",
        {"p0": True},
    ),
    "a stage that is cut": Case(
        select(U).order_by(U.age, desc=True).limit(3).with_("u").traverse(U.friends).alias(F).return_nodes(U, F),
        "MATCH (u:User)\nWITH u\nORDER BY u.age DESC\nLIMIT 3\nOPTIONAL MATCH (u)-[:KNOWS]-(f:User)\nRETURN u, f\n"
        "ORDER BY coalesce(u.age) DESC",
    ),
    "a stage that is only ordered": Case(
        select(U).order_by(U.age).with_(U).traverse(U.friends).alias(F).return_nodes(U, F),
        "MATCH (u:User)\nWITH u\nOPTIONAL MATCH (u)-[:KNOWS]-(f:User)\nRETURN u, f\nORDER BY u.age",
    ),
    "a condition after a cut": Case(
        select(User).limit(3).with_("n").where(User.age > 3).where(User.manager.is_null()),
        "MATCH (n:User)\nWITH n\nLIMIT 3\n"
        "WITH n, n.age > $p0 AND NOT (size((n)-[:REPORTS_TO]->(:User)) > 0) AS _kept\nWHERE _kept\nRETURN n",
        {"p0": 3},
    ),
    "distinct stages": Case(
        select(U).traverse(U.friends).alias(F).distinct().with_("f").where(F.age > 1),
        "MATCH (u:User)\nOPTIONAL MATCH (u)-[:KNOWS]-(f:User)\nWITH DISTINCT f, f.age > $p0 AS _kept\n"
        "WHERE _kept\nRETURN f",
        {"p0": 1},
    ),
    "related": Case(
        select(User).where(User.manager == User(id="ann", name="Ann"), User.friends.is_not_null()),
        USERS + "WHERE (n)-[:REPORTS_TO]->(:User {id: $p0}) AND (n)-[:KNOWS]-(:User)\nRETURN n",
        {"p0": "ann"},
    ),
    "project": Case(select(User).project(User.name, User.age), USERS + "RETURN n.full_name AS `n.name`, n.age"),
    "project texts": Case(select(User).project("n", "n.age"), USERS + "RETURN n, n.age"),
    "aggregate": Case(
        select(User).aggregate(
            count(),
            count("*").as_("c"),
            count(User.id, distinct=True),
            avg(User.age).as_("a"),
            sum_(User.score),
            collect("n"),
        ),
        USERS + "RETURN count(*), count(*) AS c, count(DISTINCT n.id), avg(n.age) AS a, sum(n.score), collect(n)",
    ),
    "aggregate of numbers kept as text": Case(
        select(User).aggregate(max_(User.balance).as_("m"), min_(User.age)),
        USERS + "RETURN collect(n.balance) AS m, min(n.age)",
    ),
    "group by text": Case(
        select(User).aggregate(count("*").as_("n_users"), group_by="n.age").order_by("n_users DESC", "n.age asc"),
        USERS + "RETURN n.age, count(*) AS n_users\nORDER BY n_users DESC, n.age",
    ),
    "group by node": Case(
        select(User).alias("u").traverse(User.friends).aggregate(count("*").as_("friend_count"), group_by="u"),
        "MATCH (u:User)\nOPTIONAL MATCH (u)-[:KNOWS]-(_1:User)\nRETURN u, count(*) AS friend_count",
    ),
    "group by field": Case(
        select(User).aggregate(count().as_("n"), group_by=[User.status, User.active]),
        USERS + "RETURN n.status, n.active, count(*) AS n",
    ),
    "not_": Case(
        select(User).where(not_(User.age == None)),
        USERS + "WHERE NOT (n.age IS NULL)\nRETURN n",
    ),
    "fulltext": Case(
        FulltextQueryBuilder(None, Article, "graph")
        .where(Article.published == True)
        .order_by(Article.title, desc=True)
        .limit(20),
        "CALL db.idx.fulltext.queryNodes('Article', $__fts_query) YIELD node AS n, score\nWHERE n.published = $p0\n"
        "RETURN n\nORDER BY n.title DESC\nLIMIT 20",
        {"__fts_query": "graph", "p0": True},
    ),
    "fulltext fields": Case(
        FulltextQueryBuilder(None, Article, "graph", fields=["title", Article.body]).order_by("score DESC"),
        "CALL db.idx.fulltext.queryNodes('Article', $__fts_query) YIELD node AS n, score\n"
        "RETURN n\nORDER BY score DESC",
        {"__fts_query": "@title|body:(graph)"},
    ),
    "vector": Case(
        VectorQueryBuilder(None, Article, Article.embedding, [1, 2, 3], 5),
        "CALL db.idx.vector.queryNodes('Article', 'embedding', 5, vecf32($__knn_vec)) YIELD node AS n, score\n"
        "WITH n, 1 / (1 + score * score) AS score\nRETURN n\nORDER BY score DESC",
        {"__knn_vec": [1.0, 2.0, 3.0]},
    ),
    "filtered vector": Case(
        VectorQueryBuilder(None, Article, "embedding", [1, 2, 3], 5).where(Article.published).limit(2),
        "CALL db.idx.vector.queryNodes('Article', 'embedding', 1000000, vecf32($__knn_vec)) YIELD node AS n, score\n"
        "WHERE n.published = $p0\nWITH n, 1 / (1 + score * score) AS score\nORDER BY score DESC\nLIMIT 5\n"
        "RETURN n\nORDER BY score DESC\nLIMIT 2",
        {"__knn_vec": [1.0, 2.0, 3.0], "p0": True},
    ),
    "a hop by hand": Case(
        TraversalStep(select(User).alias("u"), User.rated, "u", optional=False, edge_alias="r").alias("m"),
        "MATCH (u:User)\nMATCH (u)-[r:RATED]->(m:Movie)\nRETURN m",
    ),
    "the other colour": Case(
        AsyncQueryBuilder(None, User).where(User.created > NOON - timedelta(hours=1)).traverse(User.friends).alias("f"),
        USERS + "WHERE n.created > $p0\nOPTIONAL MATCH (n)-[:KNOWS]-(f:User)\nRETURN f",
        {"p0": "2026-01-01T11:00:00.000000+00:00"},
    ),
}


@pytest.mark.spec(285, 296, 298, 299, 300, 301, 302, 303, 305, 312, 316, 317, 318, 321, 336, 338, 341, 346, 367, 372)
@pytest.mark.parametrize("name", CASES)
def test_texts(name: str) -> None:
    case = CASES[name]
    assert case.statement.build() == (case.text, case.params)


@pytest.mark.spec(288)
def test_every_method_returns_another_statement() -> None:
    base: QueryBuilder[User] = select(User).alias("u")
    before = base.build()
    step = base.traverse(User.friends)
    others = [
        base.where(User.active),
        base.order_by(User.name),
        base.limit(1),
        base.skip(1),
        base.distinct(),
        base.with_("u"),
        base.alias("x"),
        base.fetch("friends"),
        step,
        step.alias("f"),
        base.repeat(User.friends),
        base.project(User.name),
        base.aggregate(count()),
        base.return_target("u"),
        base.return_nodes("u"),
    ]
    assert base.build() == before
    assert step.build() != step.alias("f").build()
    assert len({id(statement) for statement in [base, *others]}) == len(others) + 1
    assert type(base.where(User.active)) is QueryBuilder
    assert type(step.where(User.active)) is TraversalStep
