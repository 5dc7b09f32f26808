"""Statements over one class: every operator, order and paging, projections, and the terminals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from runic.ogm import Expr, GeoLocation, Property, alias, col, collect, not_, select
from runic.ogm.exceptions import (
    FieldValidationError,
    InvalidArgumentError,
    InvalidTypeError,
    MultipleResultsFound,
    NoResultFound,
)
from runic.testing.conformance.harness import Db
from runic.testing.conformance.query_models import NOON, City, Location, Movie, Rank, Status, User, ids, people

OPERATORS: list[tuple[Expr | Property[bool], list[str]]] = [
    (User.id == "ann", ["ann"]),
    (User.id != "ann", ["bob", "cid", "dan"]),
    (User.age < 30, ["bob"]),
    (User.age <= 30, ["ann", "bob"]),
    (User.age > 30, ["cid"]),
    (User.age >= 30, ["ann", "cid"]),
    (User.age != 30, ["bob", "cid"]),
    (User.name.contains("n"), ["ann", "dan"]),
    (User.name.startswith("A"), ["ann"]),
    (User.name.endswith("b"), ["bob"]),
    (User.name.matches("[AB].*"), ["ann", "bob"]),
    (User.name.matches("A"), []),
    (User.age.is_null(), ["dan"]),
    (User.age.is_not_null(), ["ann", "bob", "cid"]),
    (User.age == None, ["dan"]),
    (User.age != None, ["ann", "bob", "cid"]),
    (User.id.in_(["ann", "cid", "nobody"]), ["ann", "cid"]),
    (User.id.in_([]), []),
    (User.id.not_in_([]), ["ann", "bob", "cid", "dan"]),
    (User.id.not_in_(["ann", "cid"]), ["bob", "dan"]),
    (User.id.in_(key for key in ("ann",)), ["ann"]),
    (User.id.in_({"dan"}), ["dan"]),
    (User.age.in_([20, None]), ["bob", "dan"]),
    (User.age.not_in_([20, None]), ["ann", "cid"]),
    (User.age.not_in_([None]), ["ann", "bob", "cid"]),
    (User.city == "Bern", ["ann", "bob"]),
    (User.city.in_(["Rome", "Oslo"]), ["cid"]),
    (User.city.not_in_(["Rome"]), ["ann", "bob"]),
    (User.status == Status.DONE, ["ann"]),
    (User.status.in_([Status.DONE, Status.DRAFT]), ["ann", "bob", "cid", "dan"]),
    (User.rank == Rank.HIGH, ["ann"]),
    (User.rank < Rank.HIGH, ["cid"]),
    (User.rank.in_({Rank.LOW}), ["cid"]),
    (User.token == UUID(int=1), ["ann"]),
    (User.created > NOON - timedelta(seconds=1), ["ann"]),
    (User.created > NOON, []),
    (User.place == GeoLocation(46.5, 7.5), ["ann"]),
    (User.tags.has("y"), ["ann", "bob"]),
    (User.tags == ["y"], ["bob"]),
    (User.balance == Decimal("9.5"), ["bob"]),
    (User.balance > Decimal(9), ["ann", "bob"]),
    (User.balance < Decimal("10.1"), ["bob", "cid", "dan"]),
    (User.active, ["ann", "bob", "dan"]),
    (~User.active, ["cid"]),
    (User.active == False, ["cid"]),
    (not_(User.id == "ann"), ["bob", "cid", "dan"]),
    ((User.age > 20) & User.active, ["ann"]),
    ((User.age > 30) | (User.id == "bob"), ["bob", "cid"]),
    (((User.id == "ann") | (User.id == "bob")) & (User.age < 30), ["bob"]),
    ((User.id == "ann") | ((User.id == "bob") & (User.age > 30)), ["ann"]),
    (~((User.id == "ann") | (User.id == "bob")), ["cid", "dan"]),
    (User.score == User.age, ["ann"]),
    (User.score > User.age, ["bob"]),
    (User.score.in_([50]), ["bob"]),
]


@pytest.mark.spec(353, 354, 355, 356, 357, 358, 373, 123)
async def test_operators(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        for condition, expected in OPERATORS:
            found = await session.scalars(select(User).where(condition).order_by(User.id))
            assert ids(found) == expected, condition


@pytest.mark.spec(190, 293, 303, 304, 305, 321)
async def test_order_pages_and_conditions_add_up(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        base = select(User).where(User.active == True).where(User.age.is_not_null())
        assert ids(await session.scalars(base.order_by(User.age))) == ["bob", "ann"]
        assert ids(await session.scalars(base.order_by(User.age, desc=True))) == ["ann", "bob"]
        assert ids(await session.scalars(select(User).limit(2).skip(1).order_by(User.id))) == ["bob", "cid"]
        assert ids(await session.scalars(select(User).order_by(User.id).skip(3))) == ["dan"]
        assert ids(await session.scalars(select(User).limit(0))) == []
        assert ids(await session.scalars(select(User).order_by("n.city DESC", "n.name").limit(3))) == [
            "dan",
            "cid",
            "ann",
        ]
        assert ids(await session.scalars(select(User).order_by(User.balance, desc=True).limit(2))) == ["ann", "bob"]
        assert await session.scalars(select(User).project(User.city).distinct().order_by(User.city)) == [
            "Bern",
            "Rome",
            None,
        ]


@pytest.mark.spec(186, 191, 192, 201, 322, 323, 327)
async def test_terminals_of_the_session_and_of_bound_statements(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        stmt = select(User).order_by(User.id)
        ann = await session.scalar(stmt)
        assert ann is await session.get(User, "ann")
        assert await session.first(stmt) is ann
        assert await session.scalar(select(User).where(User.id == "nobody")) is None
        assert await session.scalar_one(select(User).where(User.id == "ann")) is ann
        with pytest.raises(NoResultFound):
            await session.scalar_one(select(User).where(User.id == "nobody"))
        with pytest.raises(MultipleResultsFound):
            await session.scalar_one(stmt)
        assert len(await session.scalars(stmt)) == 4
        assert await session.count(stmt.skip(2).limit(1)) == 4
        assert await session.count(select(User).where(User.age > 100)) == 0

        bound = session.query(User).order_by(User.id)
        assert await bound.one() is ann
        assert len(await bound.all()) == 4
        assert await bound.first() is ann
        assert await bound.scalar() is ann
        assert ids(await bound.scalars()) == ["ann", "bob", "cid", "dan"]
        assert await bound.count() == 4
        assert await session.query(User).where(User.id == "ann").scalar_one() is ann
        assert await bound.limit(1).all_rows() == [{"n": ann}]
        assert await bound.limit(1).tuples() == [(ann,)]


@pytest.mark.spec(192)
async def test_count_of_distinct_rows(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        cities = select(User).where(User.city.is_not_null()).project(User.city)
        assert await session.count(cities) == 3
        assert await session.count(cities.distinct()) == 2
        assert await session.count(select(User).distinct().order_by(User.id).limit(1)) == 4
        friends = select(User).traverse(User.friends, optional=False)
        assert await session.count(friends) == 4
        assert await session.count(friends.distinct()) == 3


@pytest.mark.spec(310, 328, 330)
async def test_projections_are_converted_and_keyed_by_attribute(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        stmt = select(User).where(User.id == "ann")
        fields = stmt.project(User.name, User.age, User.status, User.created, User.balance, User.tags, User.token)
        assert await session.all_rows(fields) == [
            {
                "n.name": "Ann",
                "n.age": 30,
                "n.status": Status.DONE,
                "n.created": NOON,
                "n.balance": Decimal("10.10"),
                "n.tags": ["x", "y"],
                "n.token": UUID(int=1),
            }
        ]
        assert await session.tuples(stmt.project(User.rank, User.place)) == [(Rank.HIGH, GeoLocation(46.5, 7.5))]
        assert await session.scalars(select(User).order_by(User.id).project(User.age)) == [30, 20, 40, None]
        assert await session.scalar(stmt.project("n.name")) == "Ann"
        assert await session.all_rows(stmt.project("n", "n.city")) == [
            {"n": await session.get(User, "ann"), "n.city": "Bern"}
        ]
        assert await session.query(User).order_by(User.id).project(User.name).scalars() == ["Ann", "Bob", "Cid", "Dan"]


@pytest.mark.spec(198, 199, 200)
async def test_one_statement_runs_in_several_sessions_and_branches(db: Db) -> None:
    await people(db)
    base = select(User).order_by(User.id)
    young, old = base.where(User.age < 30), base.where(User.age >= 30)
    for _ in range(2):
        async with db.session() as session:
            assert ids(await session.scalars(young)) == ["bob"]
            assert ids(await session.scalars(old)) == ["ann", "cid"]
            assert len(await session.scalars(base)) == 4


async def test_generated_keys_are_element_ids(db: Db) -> None:
    async with db.session() as session:
        movies = [Movie(title=title) for title in ("A", "B", "C")]
        session.add_all(movies)
        await session.commit()
        movies.sort(key=lambda movie: movie.id)  # a database may give the numbers of deleted nodes again
        first, second, third = (movie.id for movie in movies)
        assert await session.scalar(select(Movie).where(Movie.id == first)) is movies[0]
        assert await session.scalar(select(Movie).where(col(Movie.id) == str(second))) is movies[1]
        found = await session.scalars(select(Movie).where(Movie.id.in_([first, third])).order_by(Movie.id, desc=True))
        assert found == [movies[2], movies[0]]
        assert await session.scalars(select(Movie).where(Movie.id != first).order_by(Movie.id).project(Movie.id)) == [
            second,
            third,
        ]
        assert await session.scalars(select(Movie).where(Movie.id > first).order_by(Movie.id)) == movies[1:]
        rows = await session.all_rows(select(Movie).order_by("n.id").project("n.id", "n.title").limit(1))
        assert rows == [{"n.id": first, "n.title": movies[0].title}]


async def test_values_that_no_field_holds(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        for condition in (User.age == "old", User.status == "no such status", User.token == "x", User.score == 2**70):
            with pytest.raises(FieldValidationError, match="User"):
                await session.scalars(select(User).where(condition))
        with pytest.raises(FieldValidationError, match="element id"):
            await session.scalars(select(Movie).where(col(Movie.id) == "x"))
        # What no key can be is no error in a condition: it finds nothing, as get() does.
        assert await session.scalars(select(User).where(User.id == "")) == []
        assert await session.scalars(select(User).where(User.id == " ann ")) == []
        with pytest.raises(InvalidTypeError, match="no text"):
            await session.scalars(select(User).where(col(User.age).contains("3")))


async def test_queries_on_a_base_class_return_what_the_labels_say(db: Db) -> None:
    async with db.session() as session:
        session.add_all([Location(id="x", title="X"), City(id="y", title="Y", population=5)])
        await session.commit()
    async with db.session() as session:
        found = await session.scalars(select(Location).order_by(Location.id))
        assert [type(place) for place in found] == [Location, City]
        assert ids(await session.scalars(select(City).where(City.title == "Y"))) == ["y"]
        assert ids(await session.scalars(select(Location).where(City.population > 1))) == ["y"]
        place = alias(Location, "place")
        assert ids(await session.scalars(select(place).where(place.title == "X"))) == ["x"]


# What a server may take for something else where a variable stands.
WORDS = (
    "all", "and", "any", "as", "asc", "by", "call", "case", "collect", "contains", "count", "create", "delete", "desc",
    "detach", "distinct", "end", "ends", "exists", "false", "foreach", "id", "in", "inf", "infinity", "is", "labels",
    "limit", "match", "merge", "nan", "none", "not", "null", "on", "optional", "or", "order", "properties", "reduce",
    "remove", "return", "row", "rows", "set", "single", "skip", "start_id", "starts", "then", "true", "type", "union",
    "unwind", "when", "where", "with", "xor", "yield",
)  # fmt: skip


@pytest.mark.only("sync")
async def test_an_alias_may_be_a_word_of_the_language(db: Db) -> None:
    await people(db)
    async with db.session() as session:
        for word in WORDS:
            user = alias(User, word)
            assert ids(await session.scalars(select(user).where(user.age >= 30).order_by(user.id))) == ["ann", "cid"]
            ((found,),) = await session.tuples(select(user).where(user.age >= 30).aggregate(collect(word)))
            assert sorted(ids(found)) == ["ann", "cid"]


async def test_awkward_values_are_parameters(db: Db) -> None:
    names = ["' OR 1=1 //", "`) DETACH DELETE n //", "a\nb", "\\", "$p0", "ünï", "{x: 1}"]
    async with db.session() as session:
        session.add_all([User(id=f"u{number}", name=name) for number, name in enumerate(names)])
        await session.commit()
        for number, name in enumerate(names):
            assert ids(await session.scalars(select(User).where(User.name == name))) == [f"u{number}"]
            assert f"u{number}" in ids(await session.scalars(select(User).where(User.name.contains(name))))
        injected: Any = "n.name DETACH DELETE n"
        with pytest.raises(InvalidArgumentError):
            await session.scalars(select(User).order_by(injected))
        assert await session.count(select(User)) == len(names)
