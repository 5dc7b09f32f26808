"""The documented classes of conditions, orders and aggregates: made by hand they are what the operators make."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from runic.ogm import InvalidArgumentError, InvalidTypeError, QueryBuilder, col, select
from runic.ogm.query import AsyncQueryBuilder
from runic.ogm.query.expressions import AggExpr, CompoundExpr, Expr, FilterExpr, NegatedExpr, OrderExpr, avg, count
from runic.testing.conformance.query_models import User

spec = pytest.mark.spec
ADULT = FilterExpr(User, "age", ">=", 18)
ANN = FilterExpr(User, "name", "=", "Ann")


def text(*conditions: Any) -> str:
    return str(select(User).where(*conditions).build()[0])


@spec(292, 359)
def test_every_condition_is_an_expression_that_combines() -> None:
    for condition in (col(User.age) > 3, User.age.is_null(), ADULT & ANN, ~ADULT, CompoundExpr("OR", [ADULT])):
        assert isinstance(condition, Expr)
    assert text((ADULT & ANN) | ~ADULT) == (
        "MATCH (n:User)\nWHERE n.age >= $p0 AND n.full_name = $p1 OR NOT (n.age >= $p2)\nRETURN n"
    )


@spec(360, 362)
def test_a_filter_has_the_attributes_it_was_made_with() -> None:
    made = FilterExpr(User, "age", ">", 3, alias="x", negate=True)
    assert (made.cls, made.prop, made.op, made.value, made.alias, made.negate) == (User, "age", ">", 3, "x", True)
    bare = FilterExpr(User, "age", "IS NULL")
    assert (bare.value, bare.alias, bare.negate) == (None, None, False)
    assert text(ADULT) == text(User.age >= 18)
    assert text(FilterExpr(User, "age", "IN", [1], negate=True)) == text(User.age.not_in_([1]))
    with pytest.raises(InvalidArgumentError, match="is no operator"):
        FilterExpr(User, "age", "LIKE", 3)


BY_OPERATOR = {
    "=": ("Ann", User.name == "Ann", "n.full_name = $p0"),
    "<>": ("Ann", User.name != "Ann", "n.full_name <> $p0"),
    ">": ("Ann", User.name > "Ann", "n.full_name > $p0"),
    ">=": ("Ann", User.name >= "Ann", "n.full_name >= $p0"),
    "<": ("Ann", User.name < "Ann", "n.full_name < $p0"),
    "<=": ("Ann", User.name <= "Ann", "n.full_name <= $p0"),
    "CONTAINS": ("Ann", User.name.contains("Ann"), "n.full_name CONTAINS $p0"),
    "STARTS WITH": ("Ann", User.name.startswith("Ann"), "n.full_name STARTS WITH $p0"),
    "ENDS WITH": ("Ann", User.name.endswith("Ann"), "n.full_name ENDS WITH $p0"),
    "=~": ("A.*", User.name.matches("A.*"), None),  # a function, where the database has no such operator
    "IN": (["Ann"], User.name.in_(["Ann"]), "n.full_name IN $p0"),
    "IS NULL": (None, User.name.is_null(), "n.full_name IS NULL"),
    "IS NOT NULL": (None, User.name.is_not_null(), "n.full_name IS NOT NULL"),
}


@spec(361)
@pytest.mark.parametrize("op", BY_OPERATOR)
def test_every_documented_operator_by_hand(op: str) -> None:
    value, by_method, condition = BY_OPERATOR[op]
    by_hand = FilterExpr(User, "name", op, value)
    assert select(User).where(by_hand).build() == select(User).where(by_method).build()
    if condition is not None:
        assert text(by_hand) == f"MATCH (n:User)\nWHERE {condition}\nRETURN n"


@spec(366)
def test_an_aggregate_by_hand() -> None:
    made = AggExpr("avg", User.age, "mean", True)
    assert (made.func, made.field, made.result_alias, made.distinct) == ("avg", User.age, "mean", True)
    bare = AggExpr("count")
    assert (bare.field, bare.result_alias, bare.distinct) == ("*", None, False)
    named = bare.as_("total")
    assert (named.result_alias, bare.result_alias) == ("total", None)
    columns = select(User).aggregate(made, named, AggExpr("max", "n.age")).build()[0].splitlines()[-1]
    assert columns == "RETURN avg(DISTINCT n.age) AS mean, count(*) AS total, max(n.age)"
    by_helper = select(User).aggregate(avg(User.age).as_("mean"), count().as_("total"))
    assert select(User).aggregate(AggExpr("avg", User.age, "mean"), named).build() == by_helper.build()


@spec(363)
@pytest.mark.parametrize("op", ["AND", "OR"])
def test_a_compound_joins_its_operands(op: str) -> None:
    joined = CompoundExpr(op, [ADULT, ANN, ~ADULT])
    assert (joined.op, len(joined.operands)) == (op, 3)
    by_operators = ADULT & ANN & ~ADULT if op == "AND" else ADULT | ANN | ~ADULT
    assert text(joined) == text(by_operators)
    with pytest.raises(InvalidArgumentError, match="AND or OR"):
        CompoundExpr("XOR", [ADULT])
    with pytest.raises(InvalidTypeError):
        CompoundExpr(op, [3])


@spec(364)
def test_a_negation_holds_its_operand() -> None:
    assert NegatedExpr(ADULT).operand is ADULT
    assert text(NegatedExpr(ADULT)) == text(~ADULT)


@spec(365)
def test_an_order_by_hand() -> None:
    order = OrderExpr("n", "age", desc=True)
    assert (order.alias, order.prop, order.raw, order.desc) == ("n", "age", None, True)
    assert select(User).order_by(order).build() == select(User).order_by(User.age, desc=True).build()
    raw = OrderExpr(None, None, "n.age DESC")
    assert select(User).order_by(raw).build() == select(User).order_by("n.age DESC").build()


@spec(289, 290)
def test_alias_names_the_root_first_and_then_the_last_target() -> None:
    root = select(User).alias("u")
    assert root.build()[0] == "MATCH (u:User)\nRETURN u"
    hop = root.traverse(User.friends, optional=False).alias("f")
    renamed = hop.alias("friend").return_target("friend")
    assert "(friend:User)" in renamed.build()[0]
    assert renamed.build()[0].endswith("RETURN friend")


@spec(307)
def test_return_target_without_an_argument_is_the_last_hop() -> None:
    hop = select(User).alias("u").traverse(User.friends).alias("f")
    assert hop.return_target().build() == hop.return_target("f").build()


@spec(287, 339)
def test_the_async_builder_has_the_same_chain_and_awaited_terminals() -> None:
    def public(cls: Any) -> set[str]:
        return {name for name in dir(cls) if not name.startswith("_")}

    assert public(QueryBuilder) == public(AsyncQueryBuilder)
    terminals = {"all", "all_rows", "all_with_edges", "count", "first", "one", "scalar", "scalars", "tuples"}
    for name in terminals & public(QueryBuilder):
        assert inspect.iscoroutinefunction(getattr(AsyncQueryBuilder, name)), name
        assert not inspect.iscoroutinefunction(getattr(QueryBuilder, name)), name
    statement = AsyncQueryBuilder(None, User).where(User.age > 3).order_by(User.age).limit(2)
    assert isinstance(statement, AsyncQueryBuilder)
    assert statement.build() == QueryBuilder(None, User).where(User.age > 3).order_by(User.age).limit(2).build()
