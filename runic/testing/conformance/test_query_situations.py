"""Situations in which other mappers gave wrong rows: pages by an edge, counts of nothing, statements used again."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import alias, collect, count, select, sum_
from runic.testing.conformance.harness import Db
from runic.testing.conformance.query_models import Article, Movie, Rated, User, ids, library

RATINGS = select(User).alias("u").traverse(User.rated, edge_alias="r", optional=False).alias("m")
WHO = RATINGS.return_nodes("u", "m").return_edge("r")


@pytest.mark.parametrize("by_text", [True, False])
async def test_a_page_may_be_ordered_by_a_property_of_the_edge(db: Db, by_text: bool) -> None:
    await library(db)
    ordered = WHO.order_by("r.score DESC") if by_text else WHO.order_by(Rated.score, desc=True)
    async with db.session() as session:
        pages = [await session.all_with_edges(ordered.skip(skip).limit(2)) for skip in (0, 1, 2, 3)]
        shown = [[(user.id, edge.score, movie.title) for user, edge, movie in page] for page in pages]
        first, second, third = ("ann", 9.5, "Alien"), ("bob", 7.0, "Alien"), ("ann", 4.0, "Brazil")
        assert shown == [[first, second], [second, third], [third], []]
        assert await session.count(ordered.skip(1).limit(1)) == 3
        assert ids(await session.scalars(RATINGS.return_target("u").order_by("r.score").limit(2))) == ["ann", "bob"]
        assert await session.scalars(RATINGS.project("r.score").order_by("r.score").skip(1)) == [7.0, 9.5]
        late = RATINGS.order_by(Rated.at).order_by("r.score DESC").project("r.at", "r.score")
        assert [score for _, score in await session.tuples(late)] == [9.5, 7.0, 4.0]


async def test_running_a_statement_leaves_it_as_it_was(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        base: Any = session.query(User).where(User.age.is_not_null())
        before = base.build()
        assert (await base.limit(1).count(), len(await base.all()), (await base.one()) is not None) == (3, 3, True)
        assert ids(await base.order_by(User.age).all()) == ["bob", "ann", "cid"]
        assert ids(await base.order_by(User.age, desc=True).all()) == ["cid", "ann", "bob"]
        assert ids(await base.order_by(User.id).skip(1).all()) == ["bob", "cid"]
        assert await base.count() == 3
        assert base.build() == before


async def test_nodes_without_a_related_one_are_counted_as_none(db: Db) -> None:
    await library(db)
    u, a = alias(User, "u"), alias(Article, "a")
    written = select(u).traverse(u.articles).alias(a)
    async with db.session() as session:
        rows = await session.tuples(
            written.aggregate(count(a.id), collect(a.id), collect(a), group_by=u).order_by(u.id)
        )
        assert [(user.id, n, sorted(keys), sorted(ids(nodes))) for user, n, keys, nodes in rows] == [
            ("ann", 2, ["a1", "a2"], ["a1", "a2"]),
            ("bob", 1, ["b1"], ["b1"]),
            ("cid", 0, [], []),
            ("dan", 0, [], []),
        ]
        texts = (
            select(User)
            .alias("u")
            .traverse(User.articles)
            .alias("a")
            .aggregate(count("a.id").as_("n"), collect("a").as_("all"), group_by="u.id")
        )
        assert [(row["u.id"], row["n"]) for row in await session.all_rows(texts.order_by("u.id"))] == [
            ("ann", 2),
            ("bob", 1),
            ("cid", 0),
            ("dan", 0),
        ]
        scores = select(User).alias("u").traverse(User.rated, edge_alias="r").alias("m")
        total = scores.aggregate(sum_(Rated.score).as_("sum"), count("m").as_("n"), group_by="u.id").order_by("u.id")
        assert await session.tuples(total) == [("ann", 13.5, 2), ("bob", 7.0, 1), ("cid", 0.0, 0), ("dan", 0.0, 0)]


async def test_targets_that_are_missing_are_left_out_and_repeated_ones_kept(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        films = select(User).traverse(User.rated).alias("m")
        assert sorted(film.title for film in await session.scalars(films)) == ["Alien", "Alien", "Brazil"]
        assert sorted(film.title for film in await session.scalars(films.distinct())) == ["Alien", "Brazil"]
        assert len({id(film) for film in await session.scalars(films)}) == 2
        # Rows of several columns show the missing target.
        assert len(await session.tuples(films.return_nodes("n", "m"))) == 5
        best = await session.scalar(films.order_by(Movie.title))
        assert best.title == "Alien"
