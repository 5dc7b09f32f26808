"""Hops, edges, stages and results of statements over several nodes."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import Edge, alias, select
from runic.ogm.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.query import AsyncTraversalStep, TraversalStep
from runic.testing.conformance.harness import Db, bare
from runic.testing.conformance.query_models import (
    NOON,
    Article,
    City,
    Location,
    Movie,
    Rated,
    Topic,
    User,
    ids,
    library,
    people,
)


@pytest.mark.spec(306, 320, 331, 332)
async def test_hops_lead_to_the_last_target(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        ann = select(User).where(User.id == "ann")
        assert ids(await session.scalars(ann.traverse(User.friends))) == ["bob"]
        assert ids(await session.scalars(ann.traverse(User.articles).alias("a").order_by(Article.id))) == ["a1", "a2"]
        # A friend of a friend may be the one that the walk started at: each hop is a match of its own.
        walk = ann.alias("u").traverse(User.friends).alias("f").traverse(User.friends).alias("g")
        assert sorted(ids(await session.scalars(walk))) == ["ann", "cid"]
        posts = (
            select(User)
            .alias("u")
            .where(User.id == "ann")
            .traverse(User.friends)
            .alias("f")
            .where(User.active == True, on="f")
            .traverse(User.articles)
            .alias("post")
            .return_target("post")
        )
        assert ids(await session.scalars(posts)) == ["b1"]
        assert ids(await session.scalars(posts.return_target("u"))) == ["ann"]
        assert ids(await session.scalars(posts.return_target())) == ["b1"]
        assert ids(await session.scalars(select(Article).where(Article.id == "b1").traverse(Article.author))) == ["bob"]
        assert sorted(ids(await session.scalars(ann.traverse(User.reports)))) == ["bob", "cid"]


@pytest.mark.spec(331, 333)
async def test_optional_hops_keep_rows_and_required_ones_drop_them(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        left = (
            select(User).alias("u").traverse(User.articles).alias("a").return_nodes("u", "a").order_by("u.id", "a.id")
        )
        rows = await session.tuples(left)
        assert [(u.id, a and a.id) for u, a in rows] == [
            ("ann", "a1"),
            ("ann", "a2"),
            ("bob", "b1"),
            ("cid", None),
            ("dan", None),
        ]
        assert ids(await session.scalars(select(User).traverse(User.articles).order_by(Article.id))) == [
            "a1",
            "a2",
            "b1",
        ]
        inner = select(User).alias("u").traverse(User.articles, optional=False).return_target("u").distinct()
        assert ids(await session.scalars(inner.order_by(User.id))) == ["ann", "bob"]
        # Rows without a target do not use up a limit.
        assert (await session.scalar(select(User).order_by(User.id, desc=True).traverse(User.articles))).id == "b1"
        paged = select(User).traverse(User.articles).order_by(Article.id, desc=True)
        assert ids(await session.scalars(paged.limit(2))) == ["b1", "a2"]
        assert ids(await session.scalars(paged.skip(2))) == ["a1"]

        rated = select(User).alias("u").traverse(User.rated, edge_alias="r").alias("m")
        rated = rated.where(Rated.score > 9, on="r")
        kept = await session.all_with_edges(rated.return_nodes("u", "m").return_edge("r").order_by("u.id"))
        assert [(u.id, r and r.score, m and m.title) for u, r, m in kept] == [
            ("ann", 9.5, "Alien"),
            ("bob", None, None),
            ("cid", None, None),
            ("dan", None, None),
        ]
        required = select(User).alias("u").traverse(User.rated, edge_alias="r", optional=False).alias("m")
        dropped = required.where(Rated.score > 9, on="r").return_nodes("u", "m").return_edge("r")
        assert [u.id for u, _, _ in await session.all_with_edges(dropped)] == ["ann"]


@pytest.mark.spec(194, 299, 308, 309, 324, 325, 335)
async def test_edges_stand_before_the_node_they_lead_to(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        me, m, r = alias(User, "me"), alias(Movie, "m"), alias(Rated, "r")
        stmt = select(me).where(me.id == "ann").traverse(me.rated, edge_alias=r, optional=False).alias(m)
        rows = await session.all_with_edges(stmt.where(r.score >= 9.0).return_nodes(me, m).return_edge(r))
        [(user, edge, movie)] = rows
        assert (user.id, edge.score, edge.at, movie.title) == ("ann", 9.5, NOON, "Alien")
        assert type(edge) is Rated
        assert await session.tuples(stmt.where(m.title == "Alien").return_nodes(me, m)) == [(user, movie)]

        three = (
            select(User)
            .alias("u")
            .traverse(User.friends, optional=False)
            .alias("f")
            .traverse(User.rated, edge_alias="r", optional=False)
            .alias("m")
            .where(User.id == "cid")
            .return_nodes("u", "f", "m")
            .return_edge("r")
        )
        [(first, friend, edge, movie)] = await session.all_with_edges(three)
        assert (first.id, friend.id, edge.score, movie.title) == ("cid", "bob", 7.0, "Alien")
        assert await session.all_rows(three) == [{"u": first, "f": friend, "r": edge, "m": movie}]

        plain = select(User).alias("u").traverse(User.friends, edge_alias="k", optional=False).alias("f")
        [(_, knows, _), *_] = await session.all_with_edges(plain.return_nodes("u", "f").return_edge("k"))
        assert isinstance(knows, Edge)
        assert knows.type == "KNOWS"

        nodes_only = await session.all_with_edges(plain.where(User.id == "ann").return_nodes("u", "f"))
        assert [tuple(ids(row)) for row in nodes_only] == [("ann", "bob")]
        for broken in (plain, plain.return_edge("k"), plain.return_nodes("u").return_edge("k")):
            with pytest.raises(InvalidArgumentError, match="return_"):
                await session.all_with_edges(broken)
        with pytest.raises(InvalidArgumentError, match="edge_alias"):
            await session.all_with_edges(plain.return_nodes("u", "f").return_edge("nope"))


@pytest.mark.spec(300, 331)
async def test_repeated_hops(db: Db) -> None:
    async with db.session() as session:
        world = Location(id="world", title="World")
        europe = Location(id="europe", title="Europe", parent=world)
        italy = Location(id="italy", title="Italy", parent=europe)
        rome = City(id="rome", title="Rome", parent=italy)
        session.add_all([world, europe, italy, rome])
        await session.commit()
        up = select(City).where(City.id == "rome")
        every = up.repeat(City.parent).alias("anc")
        assert sorted(ids(await session.scalars(every))) == ["europe", "italy", "world"]
        assert sorted(ids(await session.scalars(up.repeat(City.parent, max_hops=2)))) == ["europe", "italy"]
        assert ids(await session.scalars(up.repeat(City.parent, min_hops=3))) == ["world"]
        assert ids(await session.scalars(up.repeat(City.parent, max_hops=1))) == ["italy"]
        assert sorted(ids(await session.scalars(up.repeat(City.parent, min_hops=0, max_hops=1)))) == ["italy", "rome"]
        assert ids(await session.scalars(up.repeat(City.parent, min_hops=9, optional=True))) == []
        assert await session.count(up.repeat(City.parent, min_hops=9)) == 0
        assert await session.count(up.repeat(City.parent, min_hops=9, optional=True)) == 1


@pytest.mark.spec(302)
async def test_stages_are_where_they_are_called(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        top = select(User).alias("u").where(User.age.is_not_null()).order_by(User.age, desc=True).limit(2)
        both = top.with_("u").traverse(User.friends).alias("f")
        assert await session.tuples(both.project("u.id", "f.id")) == [("cid", "bob"), ("ann", "bob")]
        assert ids(await session.scalars(both.return_target("u"))) == ["cid", "ann"]
        assert ids(await session.scalars(top.with_("u").where(User.age < 40))) == ["ann"]
        twice = both.with_("u", "f").traverse(User.manager).alias("m").with_("m").return_target("m")
        assert ids(await session.scalars(twice)) == ["ann", "ann"]
        distinct = select(User).alias("u").traverse(User.friends, optional=False).alias("f").distinct().with_("f")
        assert sorted(ids(await session.scalars(distinct))) == ["ann", "bob", "cid"]
        with pytest.raises(InvalidArgumentError, match="carry"):
            await session.scalars(both.with_("u").where(User.active, on="f"))


async def test_an_order_holds_through_stages_and_pages(db: Db) -> None:
    async with db.session() as session:
        session.add_all([User(id=f"u{number:02}", name="x", score=number) for number in range(20)])
        await session.commit()
        stage = select(User).alias("u").order_by(User.score, desc=True).with_("u")
        hop = stage.traverse(User.friends).alias("f").return_target("u")
        assert [user.score for user in await session.scalars(hop)] == list(range(19, -1, -1))
        assert [user.score for user in await session.scalars(hop.skip(10).limit(3))] == [9, 8, 7]
        assert [user.score for user in await session.scalars(stage.skip(10).limit(10))] == list(range(9, -1, -1))
        skipped = select(User).alias("u").order_by(User.score).skip(2).with_("u")
        assert [user.score for user in await session.scalars(skipped.skip(10).limit(3))] == [12, 13, 14]
        staged = skipped.limit(10).with_("u").skip(1).with_("u").traverse(User.friends).return_target("u").limit(2)
        assert [user.score for user in await session.scalars(staged)] == [3, 4]
        assert await session.count(skipped) == 18
        # A page without an order holds any rows, but as many as there are.
        hop = select(User).alias("u").traverse(User.friends).alias("f")
        assert len(await session.tuples(hop.return_nodes("u", "f").skip(15).limit(10))) == 5
        cut = hop.skip(15).limit(10).with_("u").traverse(User.friends).alias("g")
        assert len(await session.tuples(cut)) == 5
        assert len(await session.tuples(skipped.project(User.name).distinct().skip(0).limit(5))) == 1
        assert len(await session.tuples(skipped.project(User.score).distinct().skip(1).limit(5))) == 5


@pytest.mark.spec(294, 295, 319, 291)
async def test_conditions_stay_at_the_hop_they_name(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        base = select(User).alias("u").traverse(User.friends).alias("f")
        middle = base.where(User.id == "nobody", on="f").traverse(User.articles).alias("a")
        assert ids(await session.scalars(middle)) == []
        later = select(User).where(User.id == "ann").where(Article.published, on="a").traverse(User.articles).alias("a")
        assert ids(await session.scalars(later)) == ["a1"]
        derived = select(User).where(User.id == "ann").traverse(User.articles).where(~Article.published)
        assert ids(await session.scalars(derived)) == ["a2"]
        compound = base.where((User.age < 30) & (User.city == "Bern"), on="f").where(User.id == "ann")
        assert ids(await session.scalars(compound)) == ["bob"]
        negated = base.where(~(User.age < 30), on="f").where(User.id == "ann")
        assert ids(await session.scalars(negated)) == []
        u, f = alias(User, "u"), alias(User, "f")
        older = select(u).traverse(u.friends, optional=False).alias(f).where(f.age > u.age)
        assert sorted(ids(await session.scalars(older))) == ["ann", "cid"]
        either = select(u).traverse(u.friends, optional=False).alias(f).where((u.id == "cid") | (f.id == "cid"))
        assert sorted(ids(await session.scalars(either))) == ["bob", "cid"]
        # Both parts of a conjunction go to their own hop, so the first still filters the root.
        both = select(u).traverse(u.articles).where((u.id == "bob") & Article.published).return_target(u)
        assert ids(await session.scalars(both)) == ["bob"]


async def test_related_nodes_are_conditions(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        ann = await session.get(User, "ann")
        bob = await session.get(User, "bob")
        topic = await session.get(Topic, "t1")
        alien = await session.scalar_one(select(Movie).where(Movie.title == "Alien"))
        brazil = await session.scalar_one(select(Movie).where(Movie.title == "Brazil"))
        cases: list[tuple[Any, list[str]]] = [
            (User.manager == ann, ["bob", "cid"]),
            (User.manager != ann, ["ann", "dan"]),
            (User.manager.is_null(), ["ann", "dan"]),
            (User.manager.is_not_null(), ["bob", "cid"]),
            (User.manager == None, ["ann", "dan"]),
            (User.friends.has(bob), ["ann", "cid"]),
            (User.reports.has(bob), ["ann"]),
            (User.manager.in_([ann, bob]), ["bob", "cid"]),
            (User.manager.not_in_([ann]), ["ann", "dan"]),
            (User.manager.in_([]), []),
            ((User.manager == ann) & User.active, ["bob"]),
            ((User.manager == ann) | (User.id == "dan"), ["bob", "cid", "dan"]),
            (User.rated.has(alien), ["ann", "bob"]),
            (User.rated.has(alien) & User.rated.has(brazil), ["ann"]),
            (~User.rated.has(alien), ["cid", "dan"]),
            (User.articles.is_not_null(), ["ann", "bob"]),
        ]
        for condition, expected in cases:
            assert ids(await session.scalars(select(User).where(condition).order_by(User.id))) == expected, condition
        about = select(User).traverse(User.articles, optional=False).where(Article.topics.has(topic))
        assert ids(await session.scalars(about)) == ["a1"]
        staged = select(User).alias("u").order_by(User.id).limit(3).with_("u").where(User.rated.has(brazil))
        assert ids(await session.scalars(staged)) == ["ann"]
        with pytest.raises(InvalidTypeError, match="leads to User"):
            await session.scalars(select(User).where(User.manager == topic))


@pytest.mark.spec(297, 315, 337)
async def test_the_documented_ways_to_add_a_hop(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        query = session.query(User).alias("u").where(User.id == "ann", on="u")
        registered = query.register_traversal(
            User.friends, "u", "f", optional=False, edge_alias="k", min_hops=1, max_hops=1
        )
        assert ids(await registered.all()) == ["bob"]
        step = query.traverse(User.friends)
        kind = AsyncTraversalStep if db.is_async else TraversalStep
        assert type(bare(step)) is kind
        assert ids(await step.alias("f").all()) == ["bob"]


@pytest.mark.spec(90)
async def test_one_class_attribute_goes_everywhere(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        ann, dan = await session.get(User, "ann"), await session.get(User, "dan")
        await session.relate(ann, User.manager, dan)
        bob = select(User).where(User.id == "bob")
        assert ids(await session.scalars(bob.traverse(User.manager))) == ["ann"]
        assert sorted(ids(await session.scalars(bob.repeat(User.manager)))) == ["ann", "dan"]
        await session.unrelate(ann, User.manager, dan)
        assert ids(await session.scalars(bob.repeat(User.manager))) == ["ann"]


async def test_fetch_on_a_statement(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        with db.recorded() as sent:
            users = await session.scalars(select(User).order_by(User.id).fetch("articles.topics", User.manager))
            assert [sorted(ids(user.articles)) for user in users] == [["a1", "a2"], ["b1"], [], []]
            assert users[1].manager is users[0]
        assert len(sent) == 4
