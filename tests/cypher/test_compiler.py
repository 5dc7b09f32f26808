"""Whole statements and their parameters: what each query is, per dialect where they differ."""

from __future__ import annotations

import threading
from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest

from runic.cypher.ast import (
    And,
    Call,
    Clause,
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
    Query,
    Raw,
    Return,
    Set,
    SetProperty,
    Star,
    Unwind,
    Variable,
    With,
)
from runic.cypher.compiler import Compiler, Statement, compiler_for
from runic.cypher.dialect import Dialect
from runic.exceptions import InvalidArgumentError, InvalidTypeError, UnsupportedFeatureError
from runic.ogm.driver.falkordb.dialect import FALKORDB
from tests.cypher.dialects import EVERYTHING, ONE_LABEL

ALL = (FALKORDB, EVERYTHING, ONE_LABEL)


def node(variable: str = "", *labels: str, **properties: Expression) -> NodePattern:
    return NodePattern(variable, labels, tuple(properties.items()))


def path(start: NodePattern, *hops: Hop) -> Path:
    return Path(start, hops)


def match(*paths: Path | NodePattern, where: tuple[Expression, ...] = (), optional: bool = False) -> Match:
    given = [one if isinstance(one, Path) else Path(one) for one in paths]
    return Match(tuple(given), where, optional)


def prop(name: str, variable: str = "n") -> Property:
    return Property(variable, name)


def equals(name: str, value: Any, variable: str = "n") -> Compare:
    return Compare(prop(name, variable), "=", Parameter(value))


def returning(*expressions: Expression | Item, **options: Any) -> Return:
    items = [one if isinstance(one, Item) else Item(one) for one in expressions]
    return Return(tuple(items), **options)


N, M = Variable("n"), Variable("m")
USERS = match(node("n", "User"))
A, B, C = equals("a", 1), equals("b", 2), equals("c", 3)


def compiled(*clauses: Clause, dialect: Dialect = FALKORDB) -> Statement:
    return Compiler(dialect).compile(Query(clauses))


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
        "WITH DISTINCT n, count(m) AS posts\nORDER BY posts DESC\nSKIP 0\nLIMIT 3\nWHERE posts > $p0\n"
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


def predicate(expression: Expression, dialect: Dialect = FALKORDB) -> tuple[str, dict[str, Any]]:
    statement = compiled(match(node("n"), where=(expression,)), dialect=dialect)
    start = "MATCH (n)\nWHERE "
    assert statement.text.startswith(start)
    return statement.text.removeprefix(start), dict(statement.params)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (A, "n.a = $p0"),
        (Or((A, B)), "n.a = $p0 OR n.b = $p1"),
        (And((A, B)), "n.a = $p0 AND n.b = $p1"),
        (And((A, Or((B, C)))), "n.a = $p0 AND (n.b = $p1 OR n.c = $p2)"),
        (Or((And((A, B)), C)), "n.a = $p0 AND n.b = $p1 OR n.c = $p2"),
        (Or((A, Or((B, C)))), "n.a = $p0 OR n.b = $p1 OR n.c = $p2"),
        (And((And((A, B)), C)), "n.a = $p0 AND n.b = $p1 AND n.c = $p2"),
        (Not(A), "NOT (n.a = $p0)"),
        (Not(Or((A, B))), "NOT (n.a = $p0 OR n.b = $p1)"),
        (And((Not(A), B)), "NOT (n.a = $p0) AND n.b = $p1"),
        (Not(Not(A)), "NOT (NOT (n.a = $p0))"),
        (Compare(A, "=", Not(B)), "(n.a = $p0) = (NOT (n.b = $p1))"),
        (IsNull(prop("a")), "n.a IS NULL"),
        (IsNull(prop("a"), negated=True), "n.a IS NOT NULL"),
        (IsNull(A), "(n.a = $p0) IS NULL"),
        (IsNull(Or((A, B)), negated=True), "(n.a = $p0 OR n.b = $p1) IS NOT NULL"),
        (Compare(prop("a"), "IN", Parameter([1])), "n.a IN $p0"),
        (Compare(prop("a"), "STARTS WITH", Parameter("x")), "n.a STARTS WITH $p0"),
        (Compare(prop("a"), "<>", prop("b", "m")), "n.a <> m.b"),
        (Compare(prop("a"), ">", Function("point", (Parameter({}),))), "n.a > point($p0)"),
        (HasLabels("n", ("A", "B c")), "n:A:`B c`"),
        (Not(HasLabels("n", ("A",))), "NOT (n:A)"),
        (Compare(HasLabels("n", ("A",)), "=", Constant(True)), "(n:A) = true"),
        (And(()), "true"),
        (Or(()), "false"),
        (And((A,)), "n.a = $p0"),
        (And((Or((A, B)),)), "(n.a = $p0 OR n.b = $p1)"),
        (And((And((Or((A, B)),)), C)), "(n.a = $p0 OR n.b = $p1) AND n.c = $p2"),
        (Or((And(()), A)), "true OR n.a = $p0"),
        (
            PatternPredicate(path(node("n"), Hop("T", "OUTGOING", node("", "M", id=Parameter(1))))),
            "(n)-[:T]->(:M {id: $p0})",
        ),
        (Not(PatternPredicate(path(node("n"), Hop("T", "BOTH", node())))), "NOT ((n)-[:T]-())"),
        (Compare(Index(Function("collect", (prop("a"),)), -1), "=", Constant("x")), "collect(n.a)[-1] = 'x'"),
        (Compare(prop("a"), "=", Function("my.converter", (Parameter(1),))), "n.a = my.converter($p0)"),
    ],
)
def test_conditions_have_the_parentheses_they_need(expression: Expression, text: str) -> None:
    assert predicate(expression)[0] == text


@pytest.mark.spec(376, 470)
def test_an_element_id_given_by_a_user_is_cast_where_the_dialect_says_so() -> None:
    given = Compare(ElementId("n"), "=", ElementIdParameter("7"))
    plain = Compare(ElementId("n"), "=", Parameter(7))
    assert predicate(given) == ("id(n) = toInteger($p0)", {"p0": "7"})
    assert predicate(plain) == ("id(n) = $p0", {"p0": 7})
    assert predicate(given, EVERYTHING) == ("elementId(n) = $p0", {"p0": "7"})
    assert predicate(given, ONE_LABEL) == ("id(n) = $p0", {"p0": "7"})


@pytest.mark.spec(376)
def test_wrappers_are_spelled_or_dropped() -> None:
    clause = Set(
        (
            SetProperty("n", "e", Function("vector", (Parameter([1.0]),))),
            SetProperty("n", "l", Function("point", (Parameter({}),))),
            SetProperty("n", "c", Function("intern", (Parameter("x"),))),
            SetProperty("n", "u", Function("ns.mine", (Parameter(1),))),
            SetProperty("n", "s", Function("toLower", (Parameter("X"),))),
        )
    )
    params = {"p0": [1.0], "p1": {}, "p2": "x", "p3": 1, "p4": "X"}
    texts = {
        FALKORDB: "SET n.e = vecf32($p0), n.l = point($p1), n.c = intern($p2), n.u = ns.mine($p3), n.s = toLower($p4)",
        EVERYTHING: "SET n.e = $p0, n.l = point($p1), n.c = $p2, n.u = $p3, n.s = toLower($p4)",
        ONE_LABEL: "SET n.`e` = $p0, n.`l` = $p1, n.`c` = $p2, n.`u` = $p3, n.`s` = toLower($p4)",
    }
    for dialect, text in texts.items():
        assert compiled(clause, dialect=dialect) == Statement(text, params, (), True)


@pytest.mark.parametrize("name", ["f(1)", "f) DELETE n //", "", "a b", "f\n", "`f`"])
def test_a_function_is_a_name(name: str) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^function "):
        compiled(returning(Function(name, (N,))))


def test_a_function_of_several_arguments_is_never_dropped() -> None:
    with pytest.raises(InvalidArgumentError, match=r"^Everything has no function 'mine'; use one that it has$"):
        compiled(returning(Function("mine", (N, N))), dialect=EVERYTHING)


def test_regular_expressions() -> None:
    matches = Compare(prop("a"), "=~", Parameter("x.*"))
    named = Compare(prop("a"), "=~", Named("re", "x|y"))
    falkordb = "size(string.matchRegEx(n.a, $p0)) > 0"
    assert predicate(matches) == (falkordb, {"p0": "^(?:x.*)\\z"})
    assert predicate(named) == ("size(string.matchRegEx(n.a, $re)) > 0", {"re": "^(?:x|y)\\z"})
    assert predicate(Not(matches)) == (f"NOT (({falkordb} OR n.a <> n.a))", {"p0": "^(?:x.*)\\z"})
    assert predicate(And((Not(B), matches)))[0] == "NOT (n.b = $p0) AND size(string.matchRegEx(n.a, $p1)) > 0"
    assert predicate(matches, EVERYTHING) == ("n.a =~ $p0", {"p0": "x.*"})
    assert predicate(Not(matches), EVERYTHING) == ("NOT (n.a =~ $p0)", {"p0": "x.*"})
    with pytest.raises(InvalidArgumentError, match="give a string"):
        predicate(Compare(prop("a"), "=~", prop("b")))


@pytest.mark.spec(213, 472)
def test_an_undirected_merge_is_written_outgoing_where_it_must() -> None:
    hops = (Hop("FRIEND", "BOTH", node("b"), "r"), Hop("T", "INCOMING", node("c")))
    merge = Merge(path(node("a"), *hops))
    assert compiled(merge).text == "MERGE (a)-[r:FRIEND]->(b)<-[:T]-(c)"
    assert compiled(merge, dialect=EVERYTHING).text == "MERGE (a)-[r:FRIEND]-(b)<-[:T]-(c)"
    assert compiled(match(path(node("a"), *hops))).text == "MATCH (a)-[r:FRIEND]-(b)<-[:T]-(c)"


ONE_LABEL_TEXTS = {
    "match": (
        match(node("n", "Location", "City", "Capital"), where=(Or((A, B)),)),
        "MATCH (n:`Location`)\n"
        "WHERE 'City' IN n.`_labels` AND 'Capital' IN n.`_labels` AND (n.`a` = $p0 OR n.`b` = $p1)",
    ),
    "match without a name": (
        match(path(node("n", "A"), Hop("T", "OUTGOING", node("", "B", "C"))), node("", "D", "E"), optional=True),
        "OPTIONAL MATCH (n:`A`)-[:`T`]->(_n0:`B`), (_n1:`D`)\nWHERE 'C' IN _n0.`_labels` AND 'E' IN _n1.`_labels`",
    ),
    "match of one label": (match(node("n", "A")), "MATCH (n:`A`)"),
    "create": (
        Create(path(node("n", "A", "it's", id=Parameter(1)), Hop("T", "OUTGOING", node("", "B")))),
        "CREATE (n:`A` {`id`: $p0, `_labels`: ['it\\'s']})-[:`T`]->(:`B`)",
    ),
    "merge": (
        Merge(path(node("n", "A", "B"), Hop("T", "BOTH", node("m", "C", "D", "E")))),
        "MERGE (n:`A` {`_labels`: ['B']})-[:`T`]-(m:`C` {`_labels`: ['D', 'E']})",
    ),
    "test of a label": (
        match(node("n"), where=(HasLabels("n", ("B", "C")),)),
        "MATCH (n)\nWHERE ((label(n) = 'B' OR 'B' IN n.`_labels`) AND (label(n) = 'C' OR 'C' IN n.`_labels`))",
    ),
    "pattern of one label": (
        match(node("n"), where=(PatternPredicate(path(node("n"), Hop("T", "OUTGOING", node("", "B")))),)),
        "MATCH (n)\nWHERE (n)-[:`T`]->(:`B`)",
    ),
}


@pytest.mark.parametrize("name", ONE_LABEL_TEXTS)
def test_extra_labels_as_a_property(name: str) -> None:
    clause, text = ONE_LABEL_TEXTS[name]
    assert compiled(clause, dialect=ONE_LABEL).text == text


def test_a_pattern_condition_cannot_test_extra_labels() -> None:
    pattern = PatternPredicate(path(node("n"), Hop("T", "OUTGOING", node("", "B", "C"))))
    with pytest.raises(UnsupportedFeatureError, match=r"^Apache AGE does not support several labels .* Name one label"):
        predicate(pattern, ONE_LABEL)


def test_a_pattern_condition_needs_its_feature() -> None:
    dialect = Dialect(name="Plain")
    with pytest.raises(UnsupportedFeatureError, match=r"^Plain does not support a pattern as a condition\.$"):
        predicate(PatternPredicate(path(node("n"), Hop("T", "OUTGOING", node()))), dialect)


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
        N.name = "m"  # type: ignore[misc]
