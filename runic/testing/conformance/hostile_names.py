"""What is done with hostile texts within a statement: aliases, columns, parameters."""

from __future__ import annotations

from typing import Any

from runic.ogm import (
    FilterExpr,
    OrderExpr,
    alias,
    collect,
    count,
    select,
)
from runic.ogm.query.expressions import sum_
from runic.testing.conformance.harness import Db
from runic.testing.conformance.hostile import CASES, case
from runic.testing.conformance.query_models import Rated, User

__all__ = ["CASES"]


@case("QueryBuilder.alias.name", "alias.name", "TraversalStep.alias.name")
async def an_alias(_db: Db, session: Any, text: str) -> None:
    first = select(User).alias(text).traverse(User.friends, optional=False).alias(f"{text}2")
    await session.scalars(first.where(User.age > 1, on=text).return_target(text))
    await session.all_rows(first.return_nodes(text, f"{text}2"))
    named = alias(User, text)
    await session.tuples(select(named).where(named.age > 1).project(named.name).order_by(named.age))


@case("QueryBuilder.traverse.edge_alias", "QueryBuilder.return_edge.alias")
async def an_edge_alias(_db: Db, session: Any, text: str) -> None:
    hop = select(User).alias("u").traverse(User.rated, edge_alias=text, optional=False).alias("m")
    hop = hop.where(Rated.score > 1, on=text)
    await session.all_with_edges(hop.return_nodes("u", "m").return_edge(text))


@case("QueryBuilder.where.on", "FilterExpr.alias", "FilterExpr.prop", "FilterExpr.op", "CompoundExpr.op")
async def a_name_in_a_condition(_db: Db, session: Any, text: str) -> None:
    for statement in (
        lambda: select(User).where(User.age > 1, on=text),
        lambda: select(User).where(FilterExpr(User, "age", ">", 1, alias=text)),
        lambda: select(User).where(FilterExpr(User, text, ">", 1)),
        lambda: select(User).where(FilterExpr(User, "age", text, 1)),
    ):
        await session.scalars(statement())


@case(
    "QueryBuilder.order_by.fields", "OrderExpr.alias", "OrderExpr.prop", "OrderExpr.raw",
    "QueryBuilder.with_.aliases", "QueryBuilder.return_target.alias", "QueryBuilder.return_nodes.aliases",
    "QueryBuilder.project.fields", "QueryBuilder.aggregate.group_by",
)  # fmt: skip
async def a_text_that_names_something(_db: Db, session: Any, text: str) -> None:
    for statement in (
        lambda: select(User).order_by(text),
        lambda: select(User).order_by(OrderExpr(text, "age")),
        lambda: select(User).order_by(OrderExpr("n", text)),
        lambda: select(User).order_by(OrderExpr(None, None, text)),
        lambda: select(User).with_(text),
        lambda: select(User).return_target(text),
        lambda: select(User).return_nodes(text),
        lambda: select(User).project(text),
        lambda: select(User).aggregate(count("*").as_("c"), group_by=text),
    ):
        await session.all_rows(statement())


@case(
    "AggExpr.as_.name", "AggExpr.result_alias", "AggExpr.field", "AggExpr.func", "count.field", "collect.field",
    "sum_.field", "QueryBuilder.aggregate.agg_exprs",
)  # fmt: skip
async def a_column(_db: Db, session: Any, text: str) -> None:
    for statement in (
        lambda: select(User).aggregate(count("*").as_(text), group_by=User.city).order_by(text),
        lambda: select(User).aggregate(count(text)),
        lambda: select(User).aggregate(collect(text)),
        lambda: select(User).aggregate(sum_(text)),
    ):
        await session.all_rows(statement())


@case(
    "QueryBuilder.fetch.paths", "Session.get.fetch", "Session.get_one.fetch", "Repository.find_all.fetch",
    "Repository.find_all_by_ids.fetch",
)  # fmt: skip
async def a_path_to_fetch(db: Db, session: Any, text: str) -> None:
    for call in (
        lambda: session.scalars(select(User).fetch(text)),
        lambda: session.get(User, "ann", fetch=[text]),
        lambda: session.get(User, "ann", fetch=[f"articles.{text}"]),
        lambda: session.get_one(User, "ann", fetch=[text]),
        lambda: db.repository(session, User).find_all(fetch=[text]),
        lambda: db.repository(session, User).find_all_by_ids(["ann"], fetch=[text]),
    ):
        await call()


@case(
    "Session.relate.field_name", "Session.unrelate.field_name", "Session.load.relation",
    "Session.relate_all.relation", "QueryBuilder.traverse.relation_field", "QueryBuilder.repeat.relation_field",
    "Session.load_relationship.field_name", "Session.relate.name",
)  # fmt: skip
async def the_name_of_a_relation(_db: Db, session: Any, text: str) -> None:
    ann = await session.get(User, "ann")
    for call in (
        lambda: session.relate(ann, text, ann),
        lambda: session.unrelate(ann, text, ann),
        lambda: session.relate_all(text, [(ann, ann)]),
        lambda: session.load(ann, text),
        lambda: session.load_relationship(ann, text),
        lambda: session.scalars(select(User).traverse(text)),
        lambda: session.scalars(select(User).repeat(text)),
    ):
        await call()
