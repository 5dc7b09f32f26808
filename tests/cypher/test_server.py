"""Every form that the compiler writes for FalkorDB, run on both modules, and the facts its dialect states."""

from __future__ import annotations

import math
import random
import struct
from typing import Any

import pytest
from redis.exceptions import ConnectionError, ResponseError

from runic.cypher.ast import (
    And,
    Call,
    Case,
    Compare,
    Constant,
    Create,
    Delete,
    ElementId,
    ElementIdParameter,
    Expression,
    Function,
    HasLabels,
    Hop,
    Index,
    IsNull,
    Item,
    ListOf,
    MapOf,
    Match,
    Merge,
    Named,
    NodePattern,
    Not,
    Or,
    Order,
    Parameter,
    Path,
    PatternPredicate,
    Property,
    Return,
    Set,
    SetProperty,
    Star,
    Unwind,
    Variable,
    With,
)
from runic.cypher.names import escape_identifier, escape_variable
from runic.ogm.driver.falkordb.dialect import FALKORDB
from tests.cypher.conftest import Run
from tests.servers import FalkorDBServer

N, K = Variable("n"), Property("n", "k")


def people(where: tuple[Expression, ...] = (), optional: bool = False) -> Match:
    return Match((Path(NodePattern("n", ("P",))),), where, optional)


def keys(run: Run, *where: Expression) -> list[Any]:
    return [row[0] for row in run(people(where), Return((Item(K),), order=(Order(K),)))]


@pytest.fixture
def family(run: Run) -> Run:
    """Give a chain of three, the first of which has another label and a name with odd characters."""
    run(
        "CREATE (a:P:`Q r` {k: 1, `odd name`: 'Ab\nc', tags: ['x', 'y']})-[:NEXT {w: 1}]->(b:P {k: 2, name: 'it\\'s'})",
        "-[:NEXT {w: 2}]->(c:P {k: 3, name: 'B'})",
    )
    return run


def test_paths(family: Run) -> None:
    def ends(*hops: Hop) -> list[list[Any]]:
        last = Property("m", "k")
        match = Match((Path(NodePattern("n", ("P",), (("k", Parameter(1)),)), hops),))
        return family(match, Return((Item(last),), order=(Order(last),)))

    target = NodePattern("m")
    assert ends(Hop("NEXT", "OUTGOING", target)) == [[2]]
    assert ends(Hop("NEXT", "INCOMING", target)) == []
    assert ends(Hop("NEXT", "BOTH", target, "r")) == [[2]]
    assert ends(Hop("", "OUTGOING", target)) == [[2]]
    assert ends(Hop("NEXT", "OUTGOING", target, "r", properties=(("w", Parameter(1)),))) == [[2]]
    assert ends(Hop("NEXT", "OUTGOING", target, min_hops=1, max_hops=5)) == [[2], [3]]
    assert ends(Hop("NEXT", "OUTGOING", target, min_hops=0, max_hops=1)) == [[1], [2]]
    assert ends(Hop("NEXT", "OUTGOING", target, "r", min_hops=2)) == [[3]]
    assert ends(Hop("NEXT", "OUTGOING", target, max_hops=1)) == [[2]]
    assert ends(Hop("NEXT", "OUTGOING", NodePattern()), Hop("NEXT", "OUTGOING", target)) == [[3]]


def test_conditions(family: Run) -> None:
    def compare(name: str, operator: str, value: Any) -> Compare:
        return Compare(Property("n", name), operator, Parameter(value))

    one, two, three = (compare("k", "=", number) for number in (1, 2, 3))
    assert keys(family, one) == [1]
    assert keys(family, Or((one, two))) == [1, 2]
    assert keys(family, Or((one, two)), Not(one)) == [2]
    assert keys(family, Or((And((one, two)), three))) == [3]
    assert keys(family, Compare(one, "=", Constant(True))) == [1]
    assert keys(family, Compare(Not(one), "=", Not(two))) == [3]
    assert keys(family, IsNull(Property("n", "name"))) == [1]
    assert keys(family, IsNull(Property("n", "name"), negated=True)) == [2, 3]
    assert keys(family, IsNull(compare("name", "=", "B"))) == [1]
    assert keys(family, compare("k", "IN", [2, 3]), compare("k", "<>", 3)) == [2]
    assert keys(family, compare("k", ">=", 2), compare("k", "<=", 2), compare("k", "<", 3), compare("k", ">", 1)) == [2]
    assert keys(family, compare("name", "CONTAINS", "t'")) == [2]
    assert keys(family, compare("name", "STARTS WITH", "it")) == [2]
    assert keys(family, compare("name", "ENDS WITH", "s")) == [2]
    assert keys(family, Compare(Property("n", "name"), "=", Constant("it's"))) == [2]
    assert keys(family, Compare(Parameter("x"), "IN", Property("n", "tags"))) == [1]
    assert keys(family, Compare(Index(Property("n", "tags"), -1), "=", Constant("y"))) == [1]
    assert keys(family, HasLabels("n", ("P", "Q r"))) == [1]
    assert keys(family, Not(HasLabels("n", ("Q r",)))) == [2, 3]
    named = Case(IsNull(Property("n", "name")), Constant(None), Property("n", "name"))
    assert keys(family, Compare(named, "=", Constant("B"))) == [3]
    assert keys(family, And(())) == [1, 2, 3]
    assert keys(family, Or(())) == []
    onward = PatternPredicate(Path(NodePattern("n"), (Hop("NEXT", "OUTGOING", NodePattern("", ("P",))),)))
    assert keys(family, onward) == [1, 2]
    assert keys(family, Not(onward)) == [3]


def test_projections(family: Run) -> None:
    assert family(
        people(),
        With(
            (Item(Function("toLower", (Property("n", "odd name"),)), "odd"), Item(N)),
            order=(Order(K, True),),
            limit=2,
            where=(Compare(K, ">", Parameter(0)),),
        ),
        Return(
            (Item(Variable("odd")), Item(K, "key"), Item(K, "my key")), distinct=True, order=(Order(Variable("key")),)
        ),
    ) == [[None, 2, 2], [None, 3, 3]]
    columns = (
        Item(Function("count", (Star(),))),
        Item(Function("count", (K,), distinct=True)),
        Item(Function("collect", (Property("n", "odd name"),))),
        Item(MapOf((("a b", Constant(1)), ("c", ListOf((Constant(None), Constant(True))))))),
        Item(Function("max", (Function("coalesce", (Property("n", "name"), Constant(""))),))),
    )
    rows = family(people(), Return(columns))
    assert rows == [[3, 3, ["Ab\nc"], {"a b": 1, "c": [None, True]}, "it's"]]
    assert family(people(), Return((Item(K),), order=(Order(K, True),), skip=1, limit=1)) == [[2]]
    assert family(people((), optional=True), Return((Item(Function("labels", (N,))),), limit=1)) == [[["P", "Q r"]]]


def test_element_ids(family: Run) -> None:
    (identity,) = family(people((Compare(K, "=", Parameter(2)),)), Return((Item(ElementId("n")),)))[0]
    assert type(identity) is FALKORDB.element_id_type
    for value in (identity, str(identity)):
        assert keys(family, Compare(ElementId("n"), "=", ElementIdParameter(value))) == [2]
    assert keys(family, Compare(ElementId("n"), "=", ElementIdParameter("none"))) == []
    unwind = Unwind(Named("rows", [[identity, "x"]]), "r")
    match = people((Compare(ElementId("n"), "=", Index(Variable("r"), 0)),))
    assert family(unwind, match, Return((Item(K), Item(Index(Variable("r"), 1))))) == [[2, "x"]]


def test_writes(run: Run) -> None:
    create = Create(
        Path(NodePattern("a", ("A", "B"), (("k", Parameter(1)),)), (Hop("T", "OUTGOING", NodePattern("b")),))
    )
    point = Function("point", (Parameter({"latitude": 1.5, "longitude": 2.0}),))
    values = (
        SetProperty("a", "v", Function("vector", (Parameter([1.0, 2.0]),))),
        SetProperty("a", "an odd", point),
        SetProperty("b", "i", Function("intern", (Parameter("x"),))),
        SetProperty("b", "gone", Parameter(None)),
        SetProperty("b", "up", Function("toUpper", (Parameter("x"),))),
    )
    run(create, Set(values))
    assert run("MATCH (a:A:B)-[:T]->(b) RETURN a.k, a.v, a.`an odd`, properties(b)") == [
        [1, [1.0, 2.0], {"latitude": 1.5, "longitude": 2.0}, {"i": "x", "up": "X"}]
    ]
    merge = Merge(Path(NodePattern("a"), (Hop("F", "BOTH", NodePattern("b"), "r"),)))
    ends = Match((Path(NodePattern("a", ("A",))), Path(NodePattern("b", ("X",)))))
    run("CREATE (:X)")
    ids = [run(ends, merge, Return((Item(ElementId("r")),))) for _ in range(2)]
    assert ids[0] == ids[1]
    delete = Match((Path(NodePattern("n", ("A",))),))
    run(delete, Delete("n", detach=True))
    assert run("MATCH (n) RETURN count(n)") == [[2]]
    run(Match((Path(NodePattern("n")),)), Delete("n"))
    assert run("MATCH (n) RETURN count(n)") == [[0]]


def test_searches(run: Run) -> None:
    run("CREATE FULLTEXT INDEX FOR (n:D) ON (n.t)")
    run("CREATE VECTOR INDEX FOR (n:D) ON (n.e) OPTIONS {dimension: 2, similarityFunction: 'euclidean'}")
    run("CREATE (:D {t: 'red fox', e: vecf32([0, 0])}), (:D {t: 'red hen', e: vecf32([3, 4])})")
    # An index that calls itself operational may still lack a node.
    words = "CALL db.idx.fulltext.queryNodes('D', 'red') YIELD node RETURN count(node)"
    around = "CALL db.idx.vector.queryNodes('D', 'e', 2, vecf32([0, 0])) YIELD node RETURN count(node)"
    while (run(words), run(around)) != ([[2]], [[2]]):
        pass
    text, score = Property("n", "t"), Variable("score")
    yields = (("node", "n"), ("score", "score"))
    query = (Constant("D"), Named("__fts_query", "red"))
    found = run(
        Call(FALKORDB.procedures["fulltext"].name, query, yields, (Compare(text, "CONTAINS", Parameter("fox")),)),
        Return((Item(text), Item(Compare(score, ">=", Constant(0)))), order=(Order(score, True),)),
    )
    assert found == [["red fox", True]]
    vector = Function("vector", (Named("__knn_vec", [0.0, 0.0]),))
    near = run(
        Call(FALKORDB.procedures["vector"].name, (Constant("D"), Constant("e"), Constant(2), vector), yields),
        Return((Item(text), Item(score)), order=(Order(score),)),
    )
    assert near == [["red fox", 0.0], ["red hen", 5.0]]


TEXTS = ["abc", "ABC", "", "a.c", "xabcx", "é", "abc\n", "a\nb", None]


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("abc", ["abc"]),
        ("a.*", ["a.c", "abc"]),
        ("a|xabcx", ["xabcx"]),
        ("(?i)abc", ["ABC", "abc"]),
        (r"a\.c", ["a.c"]),
        ("", [""]),
        ("é", ["é"]),
        (".", ["é"]),
        (r"a\nb", ["a\nb"]),
        ("(?s)a.b", ["a\nb"]),
        ("abc\n", ["abc\n"]),
        (r"\p{L}+", ["ABC", "abc", "xabcx", "é"]),
        (r"it's \"quoted\" \\ `", []),
    ],
)
def test_regular_expressions_match_the_whole_text(run: Run, pattern: str, matching: list[str]) -> None:
    run(Unwind(Parameter(TEXTS), "t"), Create(Path(NodePattern("n", ("P",), (("k", Variable("t")),)))))
    matches = Compare(K, "=~", Parameter(pattern))
    assert keys(run, matches) == matching
    # A missing property neither matches nor fails to match.
    assert keys(run, Not(matches)) == sorted(text for text in TEXTS if text is not None and text not in matching)
    assert keys(run, Not(Not(matches))) == matching
    assert keys(run, Not(And((matches, Constant(True))))) == keys(run, Not(matches))


@pytest.mark.parametrize("pattern", ["(abc", "[", "a{2,1}", "*", "\\", "(?<x>", "(a+)+b"])
def test_a_wrong_regular_expression_is_an_error_of_the_server(run: Run, pattern: str) -> None:
    run("CREATE (:P {k: $k})", k="a" * 40)
    with pytest.raises(ResponseError, match="Invalid regex"):
        keys(run, Compare(K, "=~", Parameter(pattern)))
    assert run("RETURN 1") == [[1]]


RESERVED = ["distinct", "false", "not", "null", "true"]
WORDS = (
    "all and any as asc by call case contains count create delete desc detach else end ends exists fulltext id in "
    "index inf is labels limit match merge nan none on optional or order properties return set shortestPath single "
    "skip start starts then type union unique unwind vector when where with xor yield"
)


ODD = ["odd name", "é", "1a", "a) DETACH DELETE n //", "'", "\\"]


@pytest.mark.parametrize("word", [*RESERVED, *WORDS.split(), *ODD])
def test_every_word_is_a_name_when_quoted_as_the_dialect_says(run: Run, word: str) -> None:
    assert escape_variable(word, FALKORDB) == (f"`{word}`" if word in RESERVED + ODD else word)
    assert escape_identifier(word, FALKORDB) == (f"`{word}`" if word in ODD else word)
    variable, value = Variable(word), Property(word, word)
    path = Path(NodePattern(word, (word,), ((word, Constant(7)),)), (Hop(word, "OUTGOING", NodePattern()),))
    run(Create(path))
    rows = run(
        Match((path,), (Compare(value, "=", Constant(7)), Not(IsNull(value)))),
        With((Item(variable), Item(Function("count", (variable,), distinct=True), "c"))),
        Set((SetProperty(word, "x", Constant(1)),)),
        Return((Item(value, word), Item(Variable("c"))), order=(Order(Variable(word), True),)),
    )
    assert rows == [[7, 1]]
    match = Match((Path(NodePattern("a", (word,)), (Hop("", "OUTGOING", NodePattern(), word),)),))
    assert run(match, Return((Item(Function("type", (variable,))),))) == [[word]]
    items = (Item(ListOf((variable,))), Item(Compare(variable, "IN", ListOf((variable,)))), Item(variable))
    assert run(Unwind(ListOf((Constant(5),)), word), Return(items)) == [[[5], True, 5]]


def test_numbers_read_back_as_the_dialect_rounds_them(run: Run) -> None:
    source = random.Random(20240229)
    doubles = [struct.unpack("d", source.randbytes(8))[0] for _ in range(2000)]
    doubles += [source.uniform(-1e3, 1e3) for _ in range(2000)]
    doubles += [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, 1e15, 1e16, 123456789012345678.0]
    doubles = [double for double in doubles if math.isfinite(double)]
    rows = run("UNWIND $xs AS x CREATE (n:F {x: x}) RETURN n.x", xs=doubles)
    assert [row[0] for row in rows] == [FALKORDB.round_float(double) for double in doubles]
    vector = run("CREATE (n:V {e: vecf32($xs)}) RETURN n.e", xs=doubles)[0][0]
    assert vector == [FALKORDB.round_single(double) for double in doubles]
    degrees = [[source.uniform(-90, 90), source.uniform(-180, 180)] for _ in range(1000)]
    text = "UNWIND $xs AS x CREATE (n:G {p: point({latitude: x[0], longitude: x[1]})}) RETURN n.p"
    points = [row[0] for row in run(text, xs=degrees)]
    assert points == [
        {"latitude": FALKORDB.round_coordinate(latitude), "longitude": FALKORDB.round_coordinate(longitude)}
        for latitude, longitude in degrees
    ]


TAKEN = ["a", "A", "a b", "a\nb", "\u200b", "\x02", "'\"`\\", "*|,{}@", "x" * 4096, "é" * 2048]


def unique(graph: Any) -> None:
    """Put a live unique constraint on ``U.k``."""
    graph.query("CREATE INDEX FOR (n:U) ON (n.k)")
    what = ["UNIQUE", "NODE", "U", "PROPERTIES", "1", "k"]
    graph.client.connection.execute_command("GRAPH.CONSTRAINT", "CREATE", graph.name, *what)
    while graph.query("CALL db.constraints() YIELD status").result_set != [["OPERATIONAL"]]:
        pass


def test_unique_texts_that_the_dialect_allows_do_no_harm(graph: Any) -> None:
    unique(graph)
    for text in TAKEN:
        assert FALKORDB.unique_text_limits(text) is None
        graph.query("CREATE (:U {k: $k})", {"k": text})
        with pytest.raises(ResponseError, match="unique constraint violation"):
            graph.query("CREATE (:U {k: $k})", {"k": text})
    assert graph.query("MATCH (n:U) RETURN count(n)").result_set == [[len(TAKEN)]]


@pytest.mark.parametrize("text", ["", " a", "a\t", "\x01", "a\x01b", "x" * 4097])
def test_unique_texts_that_the_dialect_refuses_end_the_server(falkordb_server: FalkorDBServer, text: str) -> None:
    """When this fails the server has been mended, and the limit of the dialect may go."""
    assert FALKORDB.unique_text_limits(text)
    with FalkorDBServer(falkordb_server.name) as server:
        graph = server.client().select_graph("g")
        unique(graph)
        with pytest.raises(ConnectionError):
            graph.query("CREATE (:U {k: $k})", {"k": text})
