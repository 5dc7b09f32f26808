"""Conditions, functions and labels: whole statements, per dialect where they differ."""

from __future__ import annotations

import pytest

from runic.cypher.ast import (
    And,
    Case,
    Compare,
    Constant,
    Create,
    ElementId,
    ElementIdParameter,
    Expression,
    Function,
    HasLabels,
    Hop,
    Index,
    IsNull,
    Merge,
    Named,
    Not,
    Or,
    Parameter,
    PatternPredicate,
    Set,
    SetProperty,
)
from runic.cypher.compiler import Statement
from runic.cypher.dialect import Dialect
from runic.exceptions import InvalidArgumentError, UnsupportedFeatureError
from runic.ogm.driver.falkordb.dialect import FALKORDB
from tests.cypher.dialects import EVERYTHING, ONE_LABEL
from tests.cypher.queries import A, B, C, M, N, compiled, match, node, path, predicate, prop, returning


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
        (
            Compare(Case(Or((A, B)), N, Constant(None)), "=", M),
            "CASE WHEN n.a = $p0 OR n.b = $p1 THEN n ELSE null END = m",
        ),
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


@pytest.mark.spec(376, 469)
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
