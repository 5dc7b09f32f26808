"""Aggregates and groups, with the values of Python on either side."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runic.ogm import alias, avg, collect, count, max_, min_, select, sum_
from runic.ogm.exceptions import InvalidArgumentError, InvalidTypeError
from runic.testing.conformance.harness import Db
from runic.testing.conformance.query_models import NOON, Article, Rank, Rated, Status, User, ids, library, people


@pytest.mark.spec(193, 311, 326, 329, 367, 368, 369, 370, 371, 372)
async def test_aggregates_over_one_class(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        row = select(User).aggregate(
            count("*").as_("total"),
            count(User.city),
            count(User.city, distinct=True),
            sum_(User.score).as_("sum"),
            avg(User.age).as_("avg"),
            min_(User.age).as_("min"),
            max_(User.rank).as_("rank"),
        )
        assert await session.all_rows(row) == [
            {
                "total": 4,
                "count(n.city)": 3,
                "count(DISTINCT n.city)": 2,
                "sum": 90,
                "avg": 30.0,
                "min": 20,
                "rank": Rank.HIGH,
            }
        ]
        assert type((await session.all_rows(row))[0]["sum"]) is int
        assert await session.query(User).aggregate(avg(User.age).as_("average_age")).scalar() == 30.0
        [names] = await session.scalars(select(User).aggregate(collect(User.name)))
        assert sorted(names) == ["Ann", "Bob", "Cid", "Dan"]
        [states] = await session.scalars(select(User).aggregate(collect(User.status, distinct=True)))
        assert sorted(states) == [Status.DONE, Status.DRAFT]
        assert await session.scalars(select(User).aggregate(max_(User.created))) == [NOON]
        [nodes] = await session.scalars(select(User).alias("u").aggregate(collect("u")))
        assert sorted(ids(nodes)) == ["ann", "bob", "cid", "dan"]
        assert nodes[0] is await session.get(User, nodes[0].id)


async def test_aggregates_of_decimals_are_exact(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        row = select(User).aggregate(
            sum_(User.balance).as_("sum"),
            min_(User.balance).as_("min"),
            max_(User.balance).as_("max"),
            avg(User.balance).as_("avg"),
        )
        assert await session.tuples(row) == [(Decimal("19.60"), Decimal(0), Decimal("10.10"), 4.9)]
        with pytest.raises(InvalidArgumentError, match="sort in Python"):
            await session.tuples(row.order_by("sum"))
        with pytest.raises(InvalidTypeError, match="adds up numbers"):
            await session.tuples(select(User).aggregate(sum_(User.name)))


async def test_aggregates_of_nothing(db: Db) -> None:
    async with db.session() as session:
        row = select(User).aggregate(
            count(), sum_(User.score), avg(User.score), max_(User.age), collect(User.id), sum_(User.balance)
        )
        assert await session.tuples(row) == [(0, 0, None, None, [], Decimal(0))]
        assert await session.count(row) == 1
        assert await session.tuples(select(User).aggregate(count(), group_by=User.city)) == []


@pytest.mark.spec(312, 313, 314, 334)
async def test_groups(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        cities = select(User).aggregate(count("*").as_("n_users"), group_by="n.city").order_by("n_users DESC", "n.city")
        assert await session.all_rows(cities) == [
            {"n.city": "Bern", "n_users": 2},
            {"n.city": "Rome", "n_users": 1},
            {"n.city": None, "n_users": 1},
        ]
        assert await session.count(cities) == 3
        shadowed = select(User).aggregate(count().as_("n"), group_by=User.status).order_by(User.status)
        assert await session.tuples(shadowed) == [(Status.DONE, 1), (Status.DRAFT, 3)]


@pytest.mark.spec(312, 313, 314, 334)
async def test_groups_behind_hops(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        ann, bob = await session.get(User, "ann"), await session.get(User, "bob")
        written = (
            select(User)
            .alias("u")
            .traverse(User.articles, optional=False)
            .aggregate(count("*").as_("n"), group_by="u")
            .order_by("n DESC")
        )
        assert await session.all_rows(written) == [{"u": ann, "n": 2}, {"u": bob, "n": 1}]
        assert await session.scalars(written) == [ann, bob]
        u, a = alias(User, "u"), alias(Article, "a")
        typed = select(u).traverse(u.articles).alias(a).aggregate(count(a).as_("n"), group_by=u).order_by(u.id)
        assert [(user.id, n) for user, n in await session.tuples(typed)] == [
            ("ann", 2),
            ("bob", 1),
            ("cid", 0),
            ("dan", 0),
        ]
        several = select(User).aggregate(count(), group_by=[User.city, User.active]).order_by(User.city)
        assert await session.tuples(several) == [("Bern", True, 2), ("Rome", False, 1), (None, True, 1)]
        edges = (
            select(User)
            .alias("u")
            .traverse(User.rated, edge_alias="r", optional=False)
            .aggregate(avg(Rated.score).as_("mean"), max_("r.at").as_("last"), group_by="u.id")
            .order_by("u.id")
        )
        assert await session.tuples(edges) == [("ann", 6.75, NOON), ("bob", 7.0, None)]
        inherited = select(User).aggregate(min_(User.created).as_("first"), group_by=User.active).order_by(User.active)
        assert await session.tuples(inherited) == [(False, None), (True, NOON)]
