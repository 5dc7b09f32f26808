"""Whole statements and their parameters: what each query is, per dialect where they differ."""

from __future__ import annotations

import threading
from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest

from runic.cypher.ast import (
    Call,
    Clause,
    Compare,
    Constant,
    Create,
    Delete,
    ElementId,
    Function,
    HasLabels,
    Hop,
    Index,
    Item,
    ListOf,
    MapOf,
    Merge,
    Named,
    NodePattern,
    Or,
    Order,
    Parameter,
    Property,
    Query,
    Raw,
    Set,
    SetProperty,
    Star,
    Unwind,
    Variable,
    With,
)
from runic.cypher.compiler import Compiler, Statement, compiler_for
from runic.cypher.dialect import Dialect
from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.driver.falkordb.dialect import FALKORDB
from tests.cypher.dialects import EVERYTHING, ONE_LABEL
from tests.cypher.queries import USERS, A, C, M, N, compiled, equals, match, node, path, predicate, prop, returning


@dataclass
class Case:
    clauses: tuple[Clause, ...]
    text: str
    params: dict[str, Any]
    columns: tuple[str, ...] = ()
    write: bool = False


CASES = {
    "documented": Case(
        (match(node("n", "User"), where=(equals("active", True),)), returning(N)),
        "MATCH (n:User)\nWHERE n.active = $p0\nRETURN n",
        {"p0": True},
        ("n",),
    ),
    "two paths, two predicates": Case(
        (match(node("n", "A"), path(node("n"), Hop("T", "OUTGOING", node("m", "B"))), where=(A, C)), returning(N, M)),
        "MATCH (n:A), (n)-[:T]->(m:B)\nWHERE n.a = $p0 AND n.c = $p1\nRETURN n, m",
        {"p0": 1, "p1": 3},
        ("n", "m"),
    ),
    "hops": Case(
        (
            match(
                path(
                    node("u"),
                    Hop("RATED", "OUTGOING", node("m", "Movie"), "r"),
                    Hop("T", "INCOMING", node("b")),
                    Hop("T", "BOTH", node()),
                    Hop("", "OUTGOING", node("x")),
                    Hop("", "INCOMING", node("y"), "any"),
                )
            ),
            match(path(node("u"), Hop("PARENT", "OUTGOING", node("v"), min_hops=1, max_hops=5)), optional=True),
            match(path(node("u"), Hop("PARENT", "BOTH", node("w"), "p", min_hops=2))),
            match(path(node("u"), Hop("P", "INCOMING", node(), min_hops=0, max_hops=3))),
            match(path(node("u"), Hop("P", "INCOMING", node(), max_hops=3))),
        ),
        "MATCH (u)-[r:RATED]->(m:Movie)<-[:T]-(b)-[:T]-()-->(x)<-[any]-(y)\n"
        "OPTIONAL MATCH (u)-[:PARENT*1..5]->(v)\n"
        "MATCH (u)-[p:PARENT*2..]-(w)\n"
        "MATCH (u)<-[:P*0..3]-()\n"
        "MATCH (u)<-[:P*1..3]-()",
        {},
    ),
    "properties in patterns": Case(
        (
            match(
                path(
                    NodePattern("", (), (("id", Parameter(1)),)),
                    Hop("T", "OUTGOING", node("m", "M", id=Named("key", 2)), properties=(("w", Parameter(3)),)),
                )
            ),
        ),
        "MATCH ({id: $p0})-[:T {w: $p1}]->(m:M {id: $key})",
        {"p0": 1, "p1": 3, "key": 2},
    ),
    "pipeline": Case(
        (
            match(path(node("n", "User"), Hop("WROTE", "OUTGOING", node("m", "Post")))),
            With(
                (Item(N), Item(Function("count", (M,)), "posts")),
                distinct=True,
                order=(Order(Variable("posts"), True),),
                skip=0,
                limit=3,
                where=(Compare(Variable("posts"), ">", Parameter(2)),),
            ),
            returning(
                Item(prop("name"), "name"),
                Variable("posts"),
                Item(N, "n"),
                distinct=True,
                order=(Order(prop("name")), Order(Variable("posts"), True)),
                skip=10,
                limit=20,
            ),
        ),
        "MATCH (n:User)-[:WROTE]->(m:Post)\n"
        "WITH DISTINCT n, count(m) AS posts\nORDER BY posts DESC\nSKIP 0\nLIMIT 3\n"
        "WITH n, posts, posts > $p0 AS _kept\nWHERE _kept\n"
        "RETURN DISTINCT n.name AS name, posts, n\nORDER BY n.name, posts DESC\nSKIP 10\nLIMIT 20",
        {"p0": 2},
        ("name", "posts", "n"),
    ),
    "columns": Case(
        (
            USERS,
            returning(
                prop("name"),
                prop("first name"),
                Function("count", (prop("name"),), distinct=True),
                Function("count", (Star(),)),
                Item(prop("x"), "my column"),
                Item(prop("y"), "not"),
            ),
        ),
        "MATCH (n:User)\n"
        "RETURN n.name, n.`first name`, count(DISTINCT n.name), count(*), n.x AS `my column`, n.y AS `not`",
        {},
        ("n.name", "n.`first name`", "count(DISTINCT n.name)", "count(*)", "my column", "not"),
    ),
    "named parameters": Case(
        (
            Call(
                "db.idx.fulltext.queryNodes",
                (Constant("Post"), Named("__fts_query", "word")),
                (("node", "n"), ("score", "score")),
                where=(equals("published", True),),
            ),
            match(node("n"), where=(Compare(prop("title"), "<>", Named("__fts_query", "word")),)),
            returning(N, order=(Order(prop("created"), True),), limit=20),
        ),
        "CALL db.idx.fulltext.queryNodes('Post', $__fts_query) YIELD node AS n, score\nWHERE n.published = $p0\n"
        "MATCH (n)\nWHERE n.title <> $__fts_query\nRETURN n\nORDER BY n.created DESC\nLIMIT 20",
        {"__fts_query": "word", "p0": True},
        ("n",),
    ),
    "parameters in order of the text": Case(
        (
            match(node("n", "A", x=Parameter("first")), where=(equals("y", "second"), Or((equals("z", "third"), A)))),
            Set((SetProperty("n", "p", Function("intern", (Parameter("fifth"),))),)),
            returning(ListOf((Parameter(6), Constant(7), MapOf((("a b", Parameter(8)), ("c", Constant(None))))))),
        ),
        "MATCH (n:A {x: $p0})\nWHERE n.y = $p1 AND (n.z = $p2 OR n.a = $p3)\nSET n.p = intern($p4)\n"
        "RETURN [$p5, 7, {`a b`: $p6, c: null}]",
        {"p0": "first", "p1": "second", "p2": "third", "p3": 1, "p4": "fifth", "p5": 6, "p6": 8},
        ("[$p5, 7, {`a b`: $p6, c: null}]",),
        True,
    ),
    "batch": Case(
        (
            Unwind(Named("rows", [[1, 2]]), "r"),
            match(node("a", "A"), where=(Compare(ElementId("a"), "=", Index(Variable("r"), 0)),)),
            Merge(path(node("a"), Hop("T", "OUTGOING", node("b", "B", id=Index(Variable("r"), 1)), "e"))),
            Set((SetProperty("e", "w", Index(Variable("r"), 1)), SetProperty("e", "x y", Constant(True)))),
            returning(ElementId("e")),
        ),
        "UNWIND $rows AS r\nMATCH (a:A)\nWHERE id(a) = r[0]\nMERGE (a)-[e:T]->(b:B {id: r[1]})\n"
        "SET e.w = r[1], e.`x y` = true\nRETURN id(e)",
        {"rows": [[1, 2]]},
        ("id(e)",),
        True,
    ),
    "create": Case(
        (Create(path(node("n", "Location", "City", name=Parameter("x")), Hop("IN", "OUTGOING", node("m")))),),
        "CREATE (n:Location:City {name: $p0})-[:IN]->(m)",
        {"p0": "x"},
        write=True,
    ),
    "delete": Case((USERS, Delete("n")), "MATCH (n:User)\nDELETE n", {}, write=True),
    "detach delete": Case((USERS, Delete("n", detach=True)), "MATCH (n:User)\nDETACH DELETE n", {}, write=True),
    "call that reads": Case((Call("db.labels", (), ()),), "CALL db.labels()", {}),
    "call that writes": Case((Call("db.clear", (), (), writes=True),), "CALL db.clear()", {}, write=True),
    "literals": Case(
        (
            returning(
                *[Item(Constant(value), f"c{i}") for i, value in enumerate([1, -5, True, False, None, "it's \\ \n"])],
                Item(Raw("1 + 1"), "raw"),
            ),
        ),
        "RETURN 1 AS c0, -5 AS c1, true AS c2, false AS c3, null AS c4, 'it\\'s \\\\ \\n' AS c5, 1 + 1 AS raw",
        {},
        ("c0", "c1", "c2", "c3", "c4", "c5", "raw"),
    ),
    "no clause": Case((), "", {}),
}


@pytest.mark.parametrize("name", CASES)
def test_statements(name: str) -> None:
    case = CASES[name]
    assert compiled(*case.clauses) == Statement(case.text, case.params, case.columns, case.write)


ALL = (FALKORDB, EVERYTHING, ONE_LABEL)
HOSTILE = "x) DETACH DELETE n //"


@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.name)
def test_hostile_names_stay_names(dialect: Dialect) -> None:
    statement = compiled(
        match(path(node(HOSTILE, HOSTILE), Hop(HOSTILE, "OUTGOING", node())), where=(equals(HOSTILE, 1, HOSTILE),)),
        returning(Item(Variable(HOSTILE), HOSTILE + "'")),
        dialect=dialect,
    )
    quoted = f"`{HOSTILE}`"
    assert statement.text == (
        f"MATCH ({quoted}:{quoted})-[:{quoted}]->()\nWHERE {quoted}.{quoted} = $p0\nRETURN {quoted} AS `{HOSTILE}'`"
    )
    assert statement.columns == (HOSTILE + "'",)


@pytest.mark.parametrize(
    "clause",
    [
        match(node("a`b")),
        match(node("n", "a`b")),
        match(path(node(), Hop("a`b", "OUTGOING", node()))),
        match(node("n"), where=(equals("a`b", 1),)),
        returning(Item(N, "a`b")),
        Unwind(Parameter([]), "a`b"),
        Set((SetProperty("n", "a`b", Constant(1)),)),
        Delete("a\nb"),
        returning(Property("n", "")),
        returning(Item(N, "")),
        returning(MapOf((("a\x00", N),))),
        returning(HasLabels("n", ("\n",))),
        Call("db.x() //", (), ()),
        returning(Named("a b", 1)),
        returning(Named("", 1)),
        returning(Named("p0", 1)),
        returning(Constant("\x00")),
        returning(N, limit=-1),
        returning(N, skip=-1),
        returning(Compare(N, "=~~", M)),
        returning(Compare(N, "= 1 OR 1 =", M)),
        match(path(node(), Hop("T", "OUTGOING", node(), min_hops=3, max_hops=2))),
        match(path(node(), Hop("T", "OUTGOING", node(), min_hops=-1))),
    ],
)
def test_what_cannot_be_written_is_refused(clause: Clause) -> None:
    with pytest.raises(InvalidArgumentError):
        compiled(clause)


def test_a_named_parameter_has_one_value() -> None:
    rows: list[int] = [1]
    assert compiled(returning(ListOf((Named("a", rows), Named("a", rows), Named("a", [1]))))).params == {"a": [1]}
    with pytest.raises(InvalidArgumentError, match=r"^the parameter \$a has two values"):
        compiled(returning(ListOf((Named("a", 1), Named("a", 2)))))


def test_an_unknown_node_is_named() -> None:
    class Mine(Clause):
        pass

    with pytest.raises(InvalidTypeError, match=r"^the compiler has no renderer for Mine"):
        compiled(Mine())


def test_a_dialect_may_bring_renderers() -> None:
    dialect = Dialect(
        name="Mine", renderers={Property: lambda text, node: f"{text.variables[node.variable]}['{node.name}']"}
    )
    assert predicate(equals("order", 1), dialect)[0] == "n['order'] = $p0"


def test_one_compiler_serves_all_threads() -> None:
    compiler = compiler_for(FALKORDB)
    assert compiler_for(FALKORDB) is compiler
    query = Query(CASES["pipeline"].clauses)
    expected = compiler.compile(query)
    results: list[bool] = []

    def work() -> None:
        results.extend([compiler.compile(query) == expected for _ in range(200)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 800


def test_names_are_remembered_within_bounds() -> None:
    compiler = Compiler(FALKORDB)
    for number in range(20000):
        compiler.compile(Query((returning(Item(Constant(1), f"a{number}")),)))
    assert len(compiler._spelling.variables) <= 8192


def test_nodes_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        N.name = "m"
