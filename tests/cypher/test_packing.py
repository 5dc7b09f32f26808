"""Statements whose answer comes in lists of rows: the same rows, one record for a thousand of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runic.cypher.ast import (
    Clause,
    Create,
    Function,
    Hop,
    Item,
    Named,
    Order,
    Query,
    Star,
    Unwind,
    Variable,
    With,
)
from runic.cypher.compiler import Compiler
from runic.cypher.packing import Packed
from tests.cypher.dialects import EVERYTHING
from tests.cypher.queries import A, M, N, match, node, path, prop, returning

R = Variable("r")
PACKING = replace(EVERYTHING, packs_rows=True)

NODE = "[elementId({0}), labels({0}), properties({0})]"
EDGE = "[elementId({0}), type({0}), elementId(startNode({0})), elementId(endNode({0})), properties({0})]"
LISTS = "UNWIND range(0, size(rows) - 1, 1000) AS i\nRETURN rows[i..i + 1000] AS rows"

_HOP = path(node("n", "A"), Hop("T", "OUTGOING", node("m"), "r"))
_FAR = path(node("n", "A"), Hop("T", "OUTGOING", node("m"), "r", 1, 3))


def _packed(*clauses: Clause) -> Packed:
    packed = Compiler(PACKING).compile(Query(clauses)).packed
    assert packed is not None
    return packed


@pytest.mark.parametrize(
    ("clauses", "before", "cells", "kinds"),
    [
        pytest.param(
            (match(_HOP), returning(N, R, M)),
            "MATCH (n:A)-[r:T]->(m)\nWITH n, r, m",
            [NODE.format("n"), EDGE.format("r"), NODE.format("m")],
            ("node", "edge", "node"),
            id="whole nodes and relationships",
        ),
        pytest.param(
            (match(node("n", "A")), returning(prop("a"), Item(Function("count", (Star(),)), "how many"))),
            "MATCH (n:A)\nWITH n.a AS _n0, count(*) AS _n1",
            ["_n0", "_n1"],
            ("value", "value"),
            id="values under names that need no backticks",
        ),
        pytest.param(
            (match(node("n", "A")), replace(returning(N), distinct=True, order=(Order(N, True),), skip=2, limit=5)),
            "MATCH (n:A)\nWITH DISTINCT n\nORDER BY n DESC\nSKIP 2\nLIMIT 5",
            [NODE.format("n")],
            ("node",),
            id="order and limits before the lists are made",
        ),
        pytest.param(
            (match(node("n", "A")), replace(returning(Item(prop("a"), "b")), order=(Order(Variable("b")),))),
            "MATCH (n:A)\nWITH n.a AS b\nORDER BY b",
            ["b"],
            ("value",),
            id="a name that the order may use",
        ),
        pytest.param(
            (match(_HOP), With((Item(M, "n"), Item(prop("a"), "m"))), returning(N, M)),
            "MATCH (n:A)-[r:T]->(m)\nWITH m AS n, n.a AS m\nWITH n, m",
            [NODE.format("n"), "m"],
            ("node", "value"),
            id="names that a stage gives to something else",
        ),
        pytest.param(
            (match(_HOP), returning(N, Item(Function("collect", (M,)), "all"), Item(Function("collect", (R,)), "of"))),
            "MATCH (n:A)-[r:T]->(m)\nWITH n, collect(m) AS all, collect(r) AS of",
            [NODE.format("n"), f"[_all IN all | {NODE.format('_all')}]", "of"],
            ("node", "nodes", "value"),
            id="collected nodes",
        ),
        pytest.param(
            (match(_FAR), returning(M, R)),
            "MATCH (n:A)-[r:T*1..3]->(m)\nWITH m, r",
            [NODE.format("m"), "r"],
            ("node", "value"),
            id="the relationships of a path are a list",
        ),
        pytest.param(
            (Unwind(Named("rows", None), "row"), Create(path(node("n", "A"))), returning(Variable("row"), N)),
            "UNWIND $rows AS row\nCREATE (n:A)\nWITH row, n",
            ["row", NODE.format("n")],
            ("value", "node"),
            id="what a write returns",
        ),
        pytest.param(
            (match(node("n")), Unwind(Named("rows", None), "n"), returning(N)),
            "MATCH (n)\nUNWIND $rows AS n\nWITH n",
            ["n"],
            ("value",),
            id="a name that is bound again",
        ),
    ],
)
def test_a_packed_statement_returns_lists_of_what_it_would_return(
    clauses: tuple[Clause, ...], before: str, cells: list[str], kinds: tuple[str, ...]
) -> None:
    packed = _packed(*clauses)
    assert packed.text == f"{before}\nWITH collect([{', '.join(cells)}]) AS rows\n{LISTS}"
    assert packed.kinds == kinds


def test_the_parameters_are_those_of_the_plain_statement() -> None:
    statement = Compiler(PACKING).compile(Query((match(node("n", "A"), where=(A,)), returning(N))))
    assert statement.packed is not None
    assert statement.params == {"p0": 1}
    assert statement.text == "MATCH (n:A)\nWHERE n.a = $p0\nRETURN n"
    assert statement.packed.text.startswith("MATCH (n:A)\nWHERE n.a = $p0\nWITH n\n")


def test_other_parameters_leave_a_statement_packed() -> None:
    statement = Compiler(PACKING).compile(Query((match(node("n", "A")), returning(N))))
    again = statement.given({"rows": [1]})
    assert again.params == {"rows": [1]}
    assert (again.text, again.packed, again.columns) == (statement.text, statement.packed, statement.columns)


def test_nothing_is_packed_for_a_database_that_does_not_gain_by_it() -> None:
    assert Compiler(EVERYTHING).compile(Query((match(node("n", "A")), returning(N)))).packed is None


def test_an_order_that_may_use_a_name_in_backticks_leaves_a_statement_as_it_is() -> None:
    returned = replace(returning(Item(prop("a"), "b c")), order=(Order(Variable("b c")),))
    assert Compiler(PACKING).compile(Query((match(node("n", "A")), returned))).packed is None


def test_a_statement_that_returns_nothing_is_not_packed() -> None:
    assert Compiler(PACKING).compile(Query((Create(path(node("n", "A"))),))).packed is None
