"""The fixed statements of a session as Memgraph gets them, whole; each keeps the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from textwrap import dedent

import pytest

from runic.cypher.compiler import Statement
from runic.ogm import GeoLocation
from runic.ogm.driver.memgraph import MEMGRAPH, memgraph_dialect
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.session.statements import EdgeShape, Statements
from tests.memgraph.grammar import faults
from tests.memgraph.models import Admin, Log, Post, User, Wrote

LIKES = EdgeShape("LIKES", User, Post)
KNOWS = EdgeShape("KNOWS", User, User, undirected=True)
WROTE = EdgeShape("WROTE", User, Post, edge=Wrote)
DEFAULTS = EdgeShape("WROTE", User, Post, edge=Wrote, defaults=True)

Make = Callable[[Statements, Mapper], Statement]
ROW = """
    UNWIND $rows AS row
    WITH row, row[0] AS i
    """
BOTH = """
    UNWIND $rows AS row
    WITH row, row[0] AS i, row[1] AS j
    """
ENDS = (
    BOTH
    + """MATCH (a)
    WHERE id(a) = i AND a.id = row[2] AND a:User
    MATCH (b)
    WHERE id(b) = j AND b.id = row[3] AND b:{end}
    """
)
ANSWER = "RETURN row[4] AS number, id(r) AS id, {existed} AS existed"
POINT = "CASE WHEN row[{at}] IS NULL THEN null ELSE point(row[{at}]) END"
TO_POST, TO_USER, NEW = ENDS.format(end="Post"), ENDS.format(end="User"), ANSWER.format(existed="false")

CASES: dict[str, tuple[Make, str]] = {
    "get": (lambda s, m: s.get(m.node(User)), "MATCH (n:User)\nWHERE n.id = $key\nRETURN n"),
    "get by a generated key": (lambda s, m: s.get(m.node(Log)), "MATCH (n:Log)\nWHERE id(n) = $key\nRETURN n"),
    "reload": (
        lambda s, m: s.reload(m.node(Admin)),
        "WITH $id AS i\nMATCH (n)\nWHERE id(n) = i AND n.id = $key AND n:User\nRETURN n",
    ),
    "reload an edge": (
        lambda s, _: s.reload_edge("WROTE"),
        "WITH $start AS i, $end AS j\nMATCH (a)-[r:WROTE]->(b)\n"
        "WHERE id(a) = i AND id(b) = j AND id(r) = $id\nRETURN r",
    ),
    "keys": (lambda s, m: s.keys(m.node(Admin)), "MATCH (n:User)\nWHERE n.id IN $keys\nRETURN n.id AS k"),
    "members": (
        lambda s, m: s.members(m.node(User), m.relation(User, "posts")),
        ROW
        + """MATCH (n)
    WHERE id(n) = i AND n.id = row[1] AND n:User
    MATCH (n)-[:WROTE]->(m:Post)
    RETURN i, collect(m) AS m""",
    ),
    "create, with a property that is a keyword": (
        lambda s, m: s.create(m.node(Admin)),
        "UNWIND $rows AS row\nCREATE (n:User:Admin {id: row[0], name: row[1], active: row[2], born: row[3], "
        f"seen: row[4], slept: row[5], photo: row[6], place: {POINT.format(at=7)}, `usage`: row[8]}})\n"
        "RETURN row[9] AS number, id(n) AS id",
    ),
    "create with generated keys": (
        lambda s, m: s.create(m.node(Log)),
        "UNWIND $rows AS row\nCREATE (n:Log {text: row[0]})\nRETURN row[1] AS number, id(n) AS id",
    ),
    "update": (
        lambda s, m: s.update(m.node(Admin), ("name", "place")),
        ROW
        + f"""MATCH (n)
    WHERE id(n) = i AND n.id = row[1] AND n:User
    SET n.name = row[2], n.place = {POINT.format(at=3)}
    RETURN i""",
    ),
    "update by a generated key": (
        lambda s, m: s.update(m.node(Log), ("text",)),
        ROW + "MATCH (n)\nWHERE id(n) = i AND n:Log\nSET n.text = row[2]\nRETURN i",
    ),
    "delete": (
        lambda s, m: s.delete(m.node(User)),
        ROW + "MATCH (n)\nWHERE id(n) = i AND n.id = row[1] AND n:User\nDETACH DELETE n",
    ),
    "relate what is new": (
        lambda s, _: s.relate(WROTE, new=True),
        f"{TO_POST}CREATE (a)-[r:WROTE {{year: row[5], at: {POINT.format(at=6)}}}]->(b)\n{NEW}",
    ),
    "merge": (lambda s, _: s.relate(LIKES, new=False), f"{TO_POST}MERGE (a)-[r:LIKES]->(b)\n{NEW}"),
    "merge with values": (
        lambda s, _: s.relate(WROTE, new=False),
        f"{TO_POST}MERGE (a)-[r:WROTE]->(b)\nSET r.year = row[5], r.at = {POINT.format(at=6)}\n{NEW}",
    ),
    "merge with defaults": (
        lambda s, _: s.relate(DEFAULTS, new=False),
        f"{TO_POST}MERGE (a)-[r:WROTE]->(b)\nSET r.year = coalesce(r.year, row[5]), "
        f"r.at = coalesce(r.at, {POINT.format(at=6)})\n{NEW}",
    ),
    "merge undirected, and tell what there was": (
        lambda s, _: s.relate(KNOWS, new=False, counted=True),
        f"{TO_USER}OPTIONAL MATCH (a)-[y:KNOWS]-(b)\nWITH row, a, b, y IS NOT NULL AS existed\n"
        "MERGE (a)-[r:KNOWS]-(b)\nRETURN row[4] AS number, id(r) AS id, existed",
    ),
    "unrelate": (lambda s, _: s.unrelate(LIKES), f"{TO_POST}MATCH (a)-[r:LIKES]->(b)\nDELETE r"),
    "unrelate undirected": (lambda s, _: s.unrelate(KNOWS), f"{TO_USER}MATCH (a)-[r:KNOWS]-(b)\nDELETE r"),
    "unrelate others": (
        lambda s, m: s.unrelate_others(m.node(User), "WROTE", "OUTGOING", m.node(Post)),
        ROW
        + """MATCH (a)
    WHERE id(a) = i AND a.id = row[1] AND a:User
    WITH row, a
    MATCH (a)-[r:WROTE]->(b:Post)
    WHERE NOT (id(b) IN row[2])
    DELETE r""",
    ),
    "update edges": (
        lambda s, m: s.update_edges(m.edge(Wrote), ("year",)),
        BOTH
        + """MATCH (a)-[r:WROTE]->(b)
    WHERE id(a) = i AND id(b) = j AND id(r) = row[2]
    SET r.year = row[3]
    RETURN id(r) AS id""",
    ),
    "delete edges": (
        lambda s, _: s.delete_edges("WROTE"),
        BOTH + "MATCH (a)-[r:WROTE]->(b)\nWHERE id(a) = i AND id(b) = j AND id(r) = row[2]\nDELETE r",
    ),
}


@pytest.mark.parametrize("version", ["3.0", "3.6", "3.12"])
@pytest.mark.parametrize("name", CASES)
def test_a_fixed_statement_is_written_so(name: str, version: str) -> None:
    mapper = Mapper(memgraph_dialect(version))
    make, text = CASES[name]
    statement = make(Statements(mapper), mapper)
    assert statement.text.splitlines() == [line.strip() for line in dedent(text).strip().splitlines()]
    assert not faults(statement.text)


def test_values_travel_as_the_database_keeps_them() -> None:
    codec = Mapper(MEMGRAPH).node(User)
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=1)))
    sent = {
        "born": (date(2020, 1, 2), date(2020, 1, 2)),
        "seen": (noon, datetime(2026, 1, 1, 11, tzinfo=UTC)),
        "slept": (timedelta(hours=1), 3_600_000_000),
        "photo": (b"ab", "YWI="),
        "place": (GeoLocation(1.5, 2.5), {"latitude": 1.5, "longitude": 2.5}),
    }
    for name, (value, as_sent) in sent.items():
        field = codec.fields[name]
        assert field.encode(value) == as_sent, name
        assert field.decode(as_sent) == value, name


def test_from_38_on_vectors_are_of_32_bits() -> None:
    assert memgraph_dialect("3.7").round_single(0.1) == 0.1
    assert memgraph_dialect("3.8").round_single(0.1) == MEMGRAPH.round_single(0.1) != 0.1
