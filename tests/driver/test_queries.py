"""What one statement does, on both servers, over both transports and in both colours."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from runic.cypher.compiler import Statement
from runic.exceptions import (
    ConstraintViolationError,
    DriverError,
    FieldValidationError,
    InvalidArgumentError,
    InvalidTypeError,
    OrmError,
    QuerySyntaxError,
    UsageError,
)
from runic.ogm.driver import GraphEdge, GraphNode, GraphPath, GraphResult
from tests.driver.conftest import Door
from tests.servers import FalkorDBServer


def test_a_missing_graph_reads_as_an_empty_one_and_is_not_made(door: Door, graph: str, server: FalkorDBServer) -> None:
    assert door.execute("RETURN 1 AS one") == GraphResult(["one"], [[1]])
    assert door.execute("RETURN $p AS p", {"p": ["a"]}) == GraphResult(["p"], [[["a"]]])
    assert door.execute("MATCH (n) RETURN n") == GraphResult(["n"], [])
    assert door.rows("MATCH (n) RETURN count(n)") == [[0]]
    assert "Project" in door.explain("MATCH (n) RETURN n")
    with pytest.raises(UsageError, match="write=True"):
        door.execute("CREATE (:A)")
    with pytest.raises(QuerySyntaxError):
        door.execute("RETURN (")
    assert graph not in server.client().list_graphs()
    assert not [name for name in server.client().list_graphs() if graph in name]


def test_a_write_sent_as_a_read_is_refused(door: Door) -> None:
    door.execute("CREATE (:A)", write=True)
    with pytest.raises(UsageError, match="write=True") as caught:
        door.execute("CREATE (:A)")
    assert caught.value.__cause__ is not None
    assert door.rows("MATCH (n) RETURN count(n)") == [[1]]


def test_entities(door: Door) -> None:
    [[a, r, b]] = door.rows("CREATE (a:A:B {x: 1})-[r:R {w: 2.5}]->(b {s: 'é'}) RETURN a, r, b", write=True)
    assert (a, r, b) == (
        GraphNode(0, ("A", "B"), {"x": 1}),
        GraphEdge(0, "R", 0, 1, {"w": 2.5}),
        GraphNode(1, (), {"s": "é"}),
    )
    assert door.rows("MATCH p=(:A)-[*]->() RETURN p, {n: nodes(p)}") == [[GraphPath([a, b], [r]), {"n": [a, b]}]]
    assert door.rows("MATCH (a:A) OPTIONAL MATCH (a)-[q:Q]->(c) RETURN a, q, c") == [[a, None, None]]


def test_native_values(door: Door) -> None:
    door.execute("CREATE (:A)", write=True)
    query = """MATCH (a:A) SET a.p = point({latitude: 1.5, longitude: 2.5}), a.v = vecf32([1.5, 2]),
        a.t = localdatetime('2020-02-03T04:05:06'), a.d = date('2020-02-03'), a.l = localtime('04:05:06'),
        a.u = duration('PT90S'), a.b = true RETURN a"""
    assert door.rows(query, write=True)[0][0].properties == {
        "p": {"latitude": 1.5, "longitude": 2.5},
        "v": [1.5, 2.0],
        "t": datetime.datetime(2020, 2, 3, 4, 5, 6),
        "d": datetime.date(2020, 2, 3),
        "l": datetime.time(4, 5, 6),
        "u": datetime.timedelta(seconds=90),
        "b": True,
    }


def test_names_of_a_graph_that_another_client_made_anew(door: Door, graph: str, server: FalkorDBServer) -> None:
    other = server.client().select_graph(graph)
    door.execute("CREATE (:A {x: 1})-[:R {w: 2}]->(:B {y: 3})", write=True)
    assert door.rows("MATCH (a:A) RETURN a") == [[GraphNode(0, ("A",), {"x": 1})]]
    other.delete()
    other.query("CREATE (:Z {u: 1})-[:Q {v: 2}]->(:A {t: 3})")
    assert door.rows("MATCH (n)-[r]->(m) RETURN n, r, m") == [
        [GraphNode(0, ("Z",), {"u": 1}), GraphEdge(0, "Q", 0, 1, {"v": 2}), GraphNode(1, ("A",), {"t": 3})]
    ]
    other.delete()
    other.query("CREATE (:W {k: 1})")
    assert door.rows("MATCH (n) SET n.new = 5 RETURN n", write=True) == [[GraphNode(0, ("W",), {"k": 1, "new": 5})]]
    other.delete()
    assert door.rows("MATCH (n) RETURN n") == []
    assert door.rows("CREATE (n:W {new: 1}) RETURN n", write=True) == [[GraphNode(0, ("W",), {"new": 1})]]


def test_a_write_is_run_once_when_names_have_changed(door: Door, graph: str, server: FalkorDBServer) -> None:
    door.execute("CREATE (:A {n: 0})", write=True)
    for index in range(5):
        server.client().select_graph(graph).query(f"CREATE (:L{index} {{p{index}: 1}})")
        [[node]] = door.rows("MATCH (a:A) SET a.n = a.n + 1 RETURN a", write=True)
        assert node.properties == {"n": index + 1}


def test_deleting_the_graph(door: Door, graph: str, server: FalkorDBServer) -> None:
    door.execute("CREATE (:A {x: 1})", write=True)
    door.delete_graph()
    assert graph not in server.client().list_graphs()
    door.delete_graph()
    assert door.rows("CREATE (n:B {y: 1}) RETURN n", write=True) == [[GraphNode(0, ("B",), {"y": 1})]]


def test_commands_and_constraints(door: Door, graph: str) -> None:
    door.execute("CREATE INDEX FOR (n:P) ON (n.id)", write=True)
    answer = door.command("GRAPH.CONSTRAINT", "CREATE", graph, "UNIQUE", "NODE", "P", "PROPERTIES", "1", "id")
    assert answer == "PENDING"
    door.command("GRAPH.CONSTRAINT", "CREATE", graph, "MANDATORY", "NODE", "M", "PROPERTIES", "1", "id")
    while "UNDER CONSTRUCTION" in {row[0] for row in door.rows("CALL db.constraints() YIELD status")}:
        pass
    door.execute("CREATE (:P {id: 1})", write=True)
    with pytest.raises(ConstraintViolationError, match="unique constraint violation"):
        door.execute("CREATE (:P {id: 1})", write=True)
    with pytest.raises(ConstraintViolationError, match="mandatory constraint violation"):
        door.execute("CREATE (:M)", write=True)
    with pytest.raises(QuerySyntaxError, match="unknown command"):
        door.command("NO.SUCH", "thing")


@pytest.mark.parametrize(
    ("cypher", "params", "kind"),
    [
        ("MATCH (n RETURN n", {}, QuerySyntaxError),
        ("RETURN $missing", {}, QuerySyntaxError),
        ("RETURN nosuch(1)", {}, QuerySyntaxError),
        ("RETURN 1 \0, 2", {}, QuerySyntaxError),
        ("RETURN '\ud800'", {}, QuerySyntaxError),
        ("RETURN ü'" + "é" * 300 + "(", {}, QuerySyntaxError),
        ("RETURN $p", {"p": float("nan")}, FieldValidationError),
        (b"RETURN 1", {}, InvalidTypeError),
    ],
)
def test_errors_are_ours(door: Door, cypher: Any, params: dict[str, Any], kind: type[OrmError]) -> None:
    door.execute("CREATE (:A)", write=True)
    for write in (False, True):
        with pytest.raises(kind):
            door.execute(cypher, params, write)
    assert door.rows("RETURN 1") == [[1]]


def test_an_error_while_rows_are_made(door: Door) -> None:
    with pytest.raises(QuerySyntaxError):
        door.execute("UNWIND [1, 2, 'x'] AS x CREATE (:A {v: x}) RETURN x + [1] - 5", write=True)
    with pytest.raises(QuerySyntaxError):
        door.execute("UNWIND range(1, 3) AS x RETURN toUpper(x)")
    assert door.rows("MATCH (n) RETURN count(n)") == [[0]]


def test_a_time_limit(colour: str, address: dict[str, Any], graph: str) -> None:
    door = Door(colour, {**address, "graph": graph, "timeout": 5})
    door.execute("CREATE (:A)", write=True)
    with pytest.raises(DriverError, match="timed out"):
        door.execute("UNWIND range(1, 3000000) AS x WITH x WHERE x % 7 = 0 RETURN count(x)")
    assert door.rows("RETURN 1") == [[1]]
    door.end()


def test_explain_runs_nothing(door: Door) -> None:
    door.execute("CREATE (:A)", write=True)
    assert "Create" in door.explain("CREATE (:A {x: $x})", {"x": 1})
    assert door.rows("MATCH (n) RETURN count(n)") == [[1]]


def test_streams(door: Door) -> None:
    statement = Statement("UNWIND range(1, 5) AS x RETURN x")

    async def collect() -> list[GraphResult]:
        return [part async for part in door.driver.connect().stream(statement, batch=2)]

    parts = door.wait(collect()) if door.colour == "async" else list(door.driver.connect().stream(statement, batch=2))
    assert [part.rows for part in parts] == [[[1], [2]], [[3], [4]], [[5]]]
    assert {tuple(part.columns) for part in parts} == {("x",)}


def test_connections(door: Door) -> None:
    connection = door.driver.connect()
    assert door.wait(connection.run(Statement("RETURN 1"))).rows == [[1]]
    for name in ("begin", "commit", "rollback"):
        door.wait(getattr(connection, name)())
        assert not hasattr(door.driver, name)
    door.wait(connection.close())
    with pytest.raises(UsageError, match="closed"):
        door.wait(connection.run(Statement("RETURN 1")))


def test_a_stream_takes_a_batch_of_at_least_one(address: dict[str, Any], graph: str) -> None:
    door = Door("sync", {**address, "graph": graph})
    with pytest.raises(InvalidArgumentError):
        list(door.driver.connect().stream(Statement("RETURN 1"), batch=0))
    door.end()


def test_a_closed_driver(door: Door) -> None:
    door.execute("RETURN 1")
    door.close()
    door.close()
    with pytest.raises(UsageError, match="closed"):
        door.execute("RETURN 1")


def test_many_rows_and_columns(door: Door) -> None:
    rows = [[i, f"n{i}", i / 4, i % 2 == 0, [i, None]] for i in range(3000)]
    query = "UNWIND $rows AS r RETURN r[0], r[1], r[2], r[3], r[4]"
    assert door.rows(query, {"rows": rows}) == rows


def test_answers_that_the_server_cuts_are_refused(own_server: FalkorDBServer, colour: str) -> None:
    own_server.client().config_set("RESULTSET_SIZE", 10)
    door = Door(colour, own_server.options("cut"))
    assert len(door.rows("UNWIND range(1, 9) AS x RETURN x")) == 9
    door.execute("UNWIND range(1, 30) AS x CREATE (:A {x: x})", write=True)
    with pytest.raises(DriverError, match="RESULTSET_SIZE"):
        door.execute("MATCH (n) RETURN n")
    with pytest.raises(DriverError, match="the write was done"):
        door.execute("MATCH (n) SET n.x = 0 RETURN n", write=True)
    door.end()


def test_text_cut_inside_a_character_breaks_nothing(door: Door) -> None:
    """The server cuts the statement in its syntax errors at a byte, not at a character."""
    for length in range(40, 60):
        with pytest.raises(QuerySyntaxError, match="errMsg"):
            door.execute("RETURN 'x' ü" + "é" * length + "(")
    assert door.rows("RETURN 'é'") == [["é"]]
