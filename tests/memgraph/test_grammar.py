"""The checker of shapes knows what it has to refuse, and lets pass what is known to be taken."""

from __future__ import annotations

import pytest

from tests.memgraph.grammar import faults

REFUSED = {
    "MATCH (n) OPTIONAL MATCH (n)-[:T]->(m) MATCH (m)-[:T]->(o) RETURN o": "MATCH stands after OPTIONAL MATCH",
    "CREATE (n:A) MATCH (m) RETURN m": "MATCH stands after an update",
    "MATCH (n) SET n.a = 1 UNWIND [1] AS x RETURN x": "UNWIND stands after an update",
    "MATCH (n) DELETE n OPTIONAL MATCH (m) RETURN m": "MATCH stands after an update",
    "MATCH (n:A $p) RETURN n": "a whole map is a pattern in MATCH",
    "MERGE (n:A $p)": "a whole map is a pattern in MERGE",
    "UNWIND $rows AS r CREATE (n:A r.p)": "a row's map is a pattern in CREATE",
    "MATCH (n) WITH n WHERE exists((n)-[:T]->()) RETURN n": "EXISTS stands in the WHERE of a WITH",
    "MATCH (n) RETURN exists((n)-[:T]->()) AS e": "EXISTS stands in RETURN",
    "MATCH (n) WITH n, EXISTS { MATCH (n)-->() } AS e RETURN e": "EXISTS stands in WITH",
    "MATCH (n) RETURN n ORDER BY exists((n)-[:T]->())": "EXISTS stands in ORDER BY",
    "MATCH (n) SET n.a = exists((n)-[:T]->())": "EXISTS stands in SET",
    "MATCH (n) WHERE CASE WHEN exists((n)-[:T]->()) THEN true ELSE false END RETURN n": "EXISTS stands inside CASE",
    "MATCH (n) WHERE EXISTS { RETURN 1 UNION RETURN 2 } RETURN n": "EXISTS {} takes a query",
    "MATCH (n) WITH n WHERE (n)-[:T]->() RETURN n": "a pattern stands in the WHERE of a WITH",
    "MATCH (n) WITH n WHERE n.a = 1 AND NOT (n)<-[:T]-(:B) RETURN n": "a pattern stands in the WHERE of a WITH",
    "MATCH (n) RETURN n ORDER BY size([(n)-[:T]->(m) | m])": "a pattern stands in ORDER BY",
    "MATCH (n) WITH n.a RETURN 1": "an expression of WITH has no AS",
    "MATCH (n) CALL { WITH n MATCH (n)-[:T]->(m) RETURN count(m) } RETURN n": "an expression of RETURN has no AS",
    "MATCH (n) CALL { WITH n OPTIONAL MATCH (n)-[:T]->(m) MATCH (o) RETURN o } RETURN n": "after OPTIONAL MATCH",
    "MATCH (n) RETURN n.a AS a, count(*) AS c ORDER BY count(*)": "ORDER BY aggregates",
    "MATCH (n) RETURN n.a AS a, count(*) AS c ORDER BY n.a": "ORDER BY names n, which the aggregate hides",
    "MATCH (n) WHERE count(n) > 1 RETURN n": "WHERE aggregates",
    "MATCH (n) RETURN CASE WHEN count(n) > 1 THEN 1 ELSE 2 END": "CASE aggregates",
    "MATCH (n) RETURN n LIMIT n.a": "LIMIT takes numbers and parameters",
    "CALL text_search.search('i', $q)": "called without YIELD",
    "CALL text_search.search('i', $q) YIELD node WHERE node.a = 1 RETURN node": "WHERE stands after YIELD",
    "MATCH (a), (b) CREATE (a)-[:T]-(b)": "without a direction",
    "MATCH (n) DETACH DELETE n RETURN n": "RETURN names what was deleted",
    "MATCH (n) WHERE exists(n.a) RETURN n": "exists() takes a pattern",
    "MATCH (n) RETURN stDev(n.a) AS s": "there is no function stDev()",
    "MATCH (n) RETURN time() AS t": "there is no function time()",
    "MATCH (n:Usage) RETURN n": "Usage is a keyword",
    "MATCH (n) RETURN n.hops AS h": "hops is a keyword",
    "MATCH (n) WHERE n.a + n.b IN $l RETURN n": "without parentheses",
    "MATCH (n) WHERE n.x = 1 AND n.a * 2 IS NULL RETURN n": "without parentheses",
}

TAKEN = [
    "UNWIND $rows AS r CREATE (n:`User` {`id`: r.`id`, `name`: r.`name`}) RETURN id(n) AS `eid`",
    "CREATE (n:User:Person $p) RETURN id(n) AS eid",
    "UNWIND $rows AS r MERGE (n:User {id: r.id}) ON CREATE SET n += r.c ON MATCH SET n += r.u RETURN n.id AS id",
    "UNWIND $ids AS i MATCH (n:User {id: i}) WITH n, n.id AS id DETACH DELETE n RETURN id",
    "UNWIND $rows AS r MATCH (a:User {id: r.a}) MATCH (b:Post {id: r.b}) CREATE (a)-[e:WROTE]->(b) SET e = r.p",
    "UNWIND $rows AS r MATCH (a:User {id: r.a}) MATCH (b:User {id: r.b}) MERGE (a)-[:KNOWS]-(b)",
    "MATCH (n:User) WHERE n.age >= $age WITH n ORDER BY n.id SKIP $s LIMIT $l OPTIONAL MATCH (n)-[r1:WROTE]->(p:Post) "
    "WITH n, collect(CASE WHEN p IS NOT NULL THEN [r1, p] ELSE null END) AS posts "
    "OPTIONAL MATCH (n)-[r2:LIKES]->(q:Post) RETURN n, posts, collect(q) AS likes",
    "MATCH (n:User) WITH n ORDER BY n.id LIMIT $l CALL { WITH n MATCH (n)-[r:WROTE]->(p:Post) "
    "WITH r, p ORDER BY p.id DESC LIMIT $per RETURN collect([r, p]) AS posts } RETURN n, posts ORDER BY n.id",
    "MATCH (n:User) WHERE exists((n)-[:WROTE]->(:Post)) AND NOT exists((n)-[:BLOCKED]->()) RETURN n",
    "MATCH (n:User) WHERE NOT (n)-[:BLOCKED]->(:User) RETURN n",
    "MATCH (u:User)-[:WROTE]->(p:Post) WITH u.country AS country, count(DISTINCT u) AS users WHERE users >= $min "
    "RETURN country, users ORDER BY users DESC, country LIMIT $l",
    "MATCH (n:User) WHERE n.name STARTS WITH $p AND n.tag ENDS WITH 'MATCH (x) DELETE x' RETURN n, labels(n) AS ls",
    "MATCH (n) WHERE (n.a + n.b) IN $l RETURN n",
    "MATCH (`match`:User)-[`with`:T]->(o) RETURN `match`, `with`.`usage`",
    "CREATE TEXT INDEX post_text ON :Post(title, body)",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_shape_that_is_refused(text: str) -> None:
    assert REFUSED[text] in "; ".join(faults(text))


@pytest.mark.parametrize("text", TAKEN)
def test_a_statement_that_is_taken(text: str) -> None:
    assert faults(text) == []
