"""What statements refuse: at the method where it can be known, else when the whole statement is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runic.ogm import MetadataError, Node, alias, count, select, sum_
from runic.ogm.exceptions import FieldValidationError, InvalidArgumentError, InvalidTypeError, OrmError, UsageError
from runic.ogm.query import AsyncQueryBuilder
from runic.ogm.query.expressions import AggExpr, FilterExpr
from runic.testing.conformance.query_models import Article, Movie, Rated, Timestamped, User

INJECTED = "n) DETACH DELETE n //"
RATED = select(User).alias("u").traverse(User.rated, edge_alias="r").alias("m")

UNNAMED = select(User).traverse(User.rated)
NAMES = select(User).project(User.name).distinct()


def refused(kind: type[Exception], words: str, make: Callable[[], Any]) -> Any:
    return pytest.param(kind, words, make)


CASES = [
    # numbers
    *[refused(InvalidArgumentError, "limit", lambda n=n: select(User).limit(n)) for n in (-1, 1.5, True, "1", None)],
    *[refused(InvalidArgumentError, "skip", lambda n=n: select(User).skip(n)) for n in (-1, 1.5, True, "1; x", None)],
    refused(InvalidArgumentError, "min_hops", lambda: select(User).repeat(User.friends, min_hops=-1)),
    refused(InvalidArgumentError, "max_hops", lambda: select(User).repeat(User.friends, min_hops=3, max_hops=2)),
    refused(InvalidArgumentError, "max_hops", lambda: select(User).repeat(User.friends, max_hops=1.5)),
    # names that are no identifiers
    refused(InvalidArgumentError, "alias", lambda: select(User).alias(INJECTED)),
    refused(InvalidArgumentError, "alias", lambda: alias(User, INJECTED)),
    refused(InvalidArgumentError, "alias", lambda: select(User).traverse(User.rated, edge_alias=INJECTED)),
    refused(InvalidArgumentError, "alias", lambda: select(User).with_(INJECTED)),
    refused(InvalidArgumentError, "alias", lambda: select(User).where(User.active, on=INJECTED)),
    refused(InvalidArgumentError, "alias", lambda: select(User).return_nodes(INJECTED)),
    refused(InvalidArgumentError, "neither", lambda: select(User).order_by(f"n.name {INJECTED}").build()),
    refused(InvalidArgumentError, "neither", lambda: select(User).order_by("n.name DESC, n.age").build()),
    refused(InvalidArgumentError, "neither", lambda: select(User).order_by("").build()),
    refused(InvalidArgumentError, "neither", lambda: select(User).project(INJECTED).build()),
    refused(InvalidArgumentError, "neither", lambda: select(User).aggregate(count(), group_by=INJECTED).build()),
    refused(InvalidArgumentError, "neither", lambda: select(User).aggregate(count(INJECTED)).build()),
    refused(InvalidArgumentError, "aggregate", lambda: select(User).aggregate(AggExpr(INJECTED, "n")).build()),
    refused(InvalidArgumentError, "backtick", lambda: select(User).aggregate(count().as_("`x")).build()),
    # names that the statement does not have
    refused(InvalidArgumentError, "'u', 'r', 'm'", lambda: RATED.where(User.active, on="x").build()),
    refused(InvalidArgumentError, "no property 'nme'", lambda: select(User).order_by("n.nme").build()),
    refused(InvalidArgumentError, "no property 'friends'", lambda: select(User).project("n.friends").build()),
    refused(InvalidArgumentError, "no alias 'u'", lambda: select(User).order_by("u.name").build()),
    refused(InvalidArgumentError, "no alias 'x'", lambda: select(User).return_target("x").build()),
    refused(InvalidArgumentError, "no alias 'x'", lambda: select(User).with_("x").build()),
    refused(InvalidArgumentError, "no alias 'x'", lambda: select(User).return_nodes("x").build()),
    refused(InvalidArgumentError, "says both", lambda: select(User).order_by("n.age ASC", desc=True).build()),
    refused(InvalidArgumentError, "edge_alias", lambda: UNNAMED.where(Rated.score > 1).build()),
    refused(InvalidArgumentError, "no node or edge of Article", lambda: select(User).where(Article.published).build()),
    refused(InvalidTypeError, "no field of 'm'", lambda: RATED.where(User.active, on="m").build()),
    refused(InvalidArgumentError, "names a node", lambda: RATED.return_target("r").build()),
    refused(InvalidArgumentError, "names nodes", lambda: RATED.return_nodes("r").build()),
    refused(InvalidArgumentError, "needs return_nodes", lambda: RATED.return_edge("r").build()),
    refused(InvalidArgumentError, "edge_alias='m'", lambda: RATED.return_nodes("u", "m").return_edge("m").build()),
    refused(InvalidArgumentError, "leads to 'm'", lambda: RATED.return_nodes("u").return_edge("r").build()),
    refused(InvalidArgumentError, "taken", lambda: select(User).traverse(User.friends, edge_alias="n")),
    refused(InvalidArgumentError, "taken", lambda: RATED.alias("u")),
    refused(InvalidArgumentError, "two columns", lambda: select(User).project(User.name, User.name).build()),
    refused(InvalidArgumentError, "carry", lambda: RATED.with_("u").order_by("m.title").build()),
    refused(InvalidArgumentError, "not among", lambda: NAMES.order_by(User.age).build()),
    refused(InvalidArgumentError, "group_by", lambda: select(User).aggregate(count()).order_by(User.age).build()),
    refused(InvalidArgumentError, "name a field", lambda: select(User).aggregate(sum_("*")).build()),
    # what is no relation, no condition, no field
    refused(InvalidTypeError, "relation", lambda: select(User).traverse(User.name)),
    refused(InvalidTypeError, "relation", lambda: select(User).traverse("friends")),
    refused(InvalidTypeError, "no relation of User", lambda: select(User).traverse(Article.author)),
    refused(InvalidTypeError, "no edge of", lambda: select(User).traverse(User.friends, edge_alias=alias(Rated, "r"))),
    refused(InvalidTypeError, "cannot name", lambda: select(User).alias(alias(Movie, "m"))),
    refused(InvalidArgumentError, "names one edge", lambda: select(User).register_traversal(
        User.friends, "n", "f", optional=True, edge_alias="k", min_hops=1, max_hops=2)),
    refused(InvalidTypeError, "instance compared", lambda: select(User).where(User(id="a", name="b").id == "a")),
    refused(InvalidTypeError, "condition", lambda: select(User).where("n.name = 1")),
    refused(InvalidTypeError, "no field of booleans", lambda: select(User).where(User.name)),
    refused(InvalidTypeError, "condition", lambda: select(User).where()),
    refused(InvalidTypeError, "is_null", lambda: select(User).where(User.score > None).build()),
    refused(InvalidTypeError, "no text", lambda: select(User).where(User.age.contains("1")).build()),
    refused(InvalidTypeError, "has", lambda: select(User).where(User.tags.contains("1")).build()),
    refused(InvalidTypeError, "no list", lambda: select(User).where(User.name.has("1")).build()),
    refused(InvalidTypeError, "list of values", lambda: User.id.in_("abc")),
    refused(FieldValidationError, "User.age", lambda: select(User).where(User.age > "x").build()),
    refused(FieldValidationError, "User.age", lambda: select(User).where(User.age.in_([1, "x"])).build()),
    refused(InvalidTypeError, "relation", lambda: select(User).order_by(User.friends)),
    refused(InvalidTypeError, "relation", lambda: select(User).project(User.friends)),
    refused(InvalidTypeError, "aggregate", lambda: select(User).aggregate(User.age)),
    refused(InvalidTypeError, "Node class", lambda: select(Rated)),
    refused(InvalidTypeError, "Node class", lambda: select("User")),
    refused(MetadataError, "abstract", lambda: select(Timestamped)),
    refused(InvalidTypeError, "Node class", lambda: select(Node)),
    refused(InvalidArgumentError, "operator", lambda: FilterExpr(User, "name", "; DROP")),
]  # fmt: skip


@pytest.mark.spec(309)
@pytest.mark.parametrize(("kind", "words", "make"), CASES)
def test_refusals(kind: type[Exception], words: str, make: Callable[[], Any]) -> None:
    with pytest.raises(kind, match=words) as raised:
        make()
    assert isinstance(raised.value, OrmError)


def test_ambiguous_fields_name_the_variables() -> None:
    stmt = select(Article).traverse(Article.author).alias("w").traverse(User.friends).alias("f").where(User.age > 1)
    with pytest.raises(ValueError, match="'w', 'f'"):
        stmt.build()
    assert "w.age" in select(Article).traverse(Article.author).alias("w").where(User.age > 1).build()[0]


@pytest.mark.spec(286, 287)
async def test_unbound_statements_do_not_run() -> None:
    names = "all one first scalars scalar scalar_one all_rows all_with_edges tuples count"
    for name in names.split():
        with pytest.raises(RuntimeError, match="session"):
            getattr(select(User), name)()
        with pytest.raises(UsageError, match="session"):
            await getattr(AsyncQueryBuilder(None, User), name)()


def test_truth_values_are_refused() -> None:
    condition = User.age > 18
    for misuse in (lambda: bool(condition), lambda: not User.active, lambda: 1 < User.age < 9, lambda: condition and 1):
        with pytest.raises(TypeError, match=r"& \| ~"):
            misuse()
