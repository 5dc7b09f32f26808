"""``fetch``: relations loaded with what a session returns, one statement per relation and depth, however many rows."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import MetaData, Node, Relation, select
from runic.ogm.exceptions import InvalidTypeError, OrmError
from runic.testing.conformance.harness import Db
from runic.testing.conformance.relation_models import (
    Article,
    Base,
    Car,
    City,
    Company,
    Country,
    Dog,
    House,
    Location,
    Owner,
    Person,
    Tag,
    Tour,
    User,
    edges,
    ids,
    read,
    store,
)


async def _blog(db: Db, authors: int = 3) -> None:
    """Store authors u0…: each with two articles and two liked ones, each article with three tags."""
    tags = [Tag(id=f"t{n}") for n in range(3)]
    articles = [Article(id=f"a{n}", tags=list(tags)) for n in range(2 * authors)]
    users = [User(id=f"u{n}", articles=articles[2 * n : 2 * n + 2], likes=articles[:2]) for n in range(authors)]
    await store(db, *tags, *articles, *users)


@pytest.mark.spec(183, 184, 185, 187, 217, 238)
async def test_get_with_fetch_loads_and_registers(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u1", fetch=["articles"])
        with db.recorded() as sent:
            assert ids(user.articles) == ["a2", "a3"]
            first = next(a for a in user.articles if a.id == "a2")
            assert await session.get(Article, "a2") is first
        assert sent == []


async def test_pitfall_20_get_with_fetch_of_a_loaded_object_loads_what_is_missing(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u1")
        with db.recorded() as sent:
            assert await session.get(User, "u1", fetch=["articles", "likes"]) is user
        assert len(sent) == 2
        with db.recorded() as sent:
            assert await session.get(User, "u1", fetch=["articles", "likes"]) is user
            assert (len(user.articles), len(user.likes)) == (2, 2)
        assert sent == []


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("artcles", "did you mean 'articles'"),
        ("name", "no relation 'name'"),
        ("articles.tgs", "Article has no relation 'tgs'; did you mean 'tags'"),
        ("", "not ''"),
        (Person.company, "Person.company"),
        (Article.author, "Article.author"),
        (User.name, "no relation User.name"),
        (7, "not 7"),
        (None, "not None"),
        ([], "not"),
    ],
    ids=str,
)
async def test_pitfall_21_what_cannot_be_fetched_is_an_error(db: Db, wanted: Any, hint: str) -> None:
    await _blog(db, 1)
    async with db.session() as session:
        with db.recorded() as sent, pytest.raises(OrmError, match=hint):
            await session.get(User, "u0", fetch=[wanted])
        with pytest.raises(OrmError, match=hint):
            await session.scalars(select(User).fetch(wanted))
        assert sent == []


async def test_fetch_is_a_list_not_a_text(db: Db) -> None:
    async with db.session() as session:
        with pytest.raises(InvalidTypeError, match=r"fetch=\['articles'\]"):
            await session.get(User, "u0", fetch="articles")


async def test_pitfall_22_two_collections_never_multiply_rows(db: Db) -> None:
    await store(db, User(id="u"))
    db.raw("MATCH (u:RelUser) UNWIND range(1, 60) AS n CREATE (u)-[:AUTHORED]->(:RelArticle {id: 'a' + toString(n)})")
    db.raw("MATCH (u:RelUser), (a:RelArticle) CREATE (u)-[:LIKES]->(a)")
    async with db.session() as session:
        with db.recorded() as sent:
            user = await session.get(User, "u", fetch=["articles", "likes"])
        assert (len(user.articles), len(user.likes)) == (60, 60)
        assert len(set(user.articles)) == 60
        assert len(sent) <= 3


@pytest.mark.parametrize(
    "wanted", [["articles.tags"], ["articles", "articles.tags"], ["articles.tags", "likes"]], ids=str
)
async def test_a_path_costs_one_statement_per_relation_and_depth(db: Db, wanted: list[str]) -> None:
    await _blog(db, 5)
    async with db.session() as session:
        with db.recorded() as sent:
            users = await session.scalars(select(User).order_by(User.id).fetch(*wanted))
        assert len(sent) == 1 + len({*wanted, "articles"})
        with db.recorded() as sent:
            assert [ids(user.articles) for user in users[:2]] == [["a0", "a1"], ["a2", "a3"]]
            assert all(ids(article.tags) == ["t0", "t1", "t2"] for user in users for article in user.articles)
        assert sent == []


async def test_fetch_takes_class_attributes_and_adds_up(db: Db) -> None:
    await _blog(db, 2)
    async with db.session() as session:
        users = await session.scalars(select(User).fetch(User.articles).fetch("likes"))
        with db.recorded() as sent:
            assert [(len(user.articles), len(user.likes)) for user in users] == [(2, 2), (2, 2)]
        assert sent == []


async def test_a_path_may_be_a_list_of_class_attributes(db: Db) -> None:
    await _blog(db, 1)
    async with db.session() as session:
        user = await session.get(User, "u0", fetch=[(User.articles, Article.tags)])
        with db.recorded() as sent:
            assert [len(article.tags) for article in user.articles] == [3, 3]
        assert sent == []
        with pytest.raises(OrmError, match=r"Article has no relation User\.likes"):
            await session.get(User, "u0", fetch=[(User.articles, User.likes)])


async def test_a_path_back_to_its_start_meets_the_same_objects(db: Db) -> None:
    await _blog(db, 2)
    async with db.session() as session:
        user = await session.get(User, "u0", fetch=["articles.author.likes.tags.articles"])
        assert all(article.author is user for article in user.articles)
        tag = user.likes[0].tags[0]
        assert user.articles[0] in tag.articles


async def test_fetch_with_order_limit_and_where(db: Db) -> None:
    await _blog(db, 6)
    async with db.session() as session:
        stmt = select(User).where(User.id > "u0").order_by(User.id, desc=True).skip(1).limit(2).fetch("articles")
        users = await session.scalars(stmt)
        with db.recorded() as sent:
            assert [(user.id, ids(user.articles)) for user in users] == [("u4", ["a8", "a9"]), ("u3", ["a6", "a7"])]
        assert sent == []


async def test_fetch_belongs_to_what_a_traversal_returns(db: Db) -> None:
    await _blog(db, 2)
    async with db.session() as session:
        stmt = select(User).where(User.id == "u1").traverse(User.articles, optional=False).alias("a").return_target("a")
        articles = await session.scalars(stmt.fetch("tags"))
        with db.recorded() as sent:
            assert [len(article.tags) for article in articles] == [3, 3]
        assert sent == []


async def test_nothing_found_and_nothing_related_are_no_errors(db: Db) -> None:
    await _blog(db, 1)
    async with db.session() as session:
        assert await session.get(User, "nobody", fetch=["articles.tags"]) is None
        assert await session.scalars(select(User).where(User.id == "nobody").fetch("articles")) == []
        article = await session.get(Tag, "t0", fetch=["articles.author.articles.author"])
        assert article is not None


async def test_fetch_leaves_unsaved_changes_alone(db: Db) -> None:
    await _blog(db, 2)
    async with db.session() as session:
        user = await session.get(User, "u0", fetch=["articles"])
        user.name = "new"
        gone = next(a for a in user.articles if a.id == "a0")
        user.articles.remove(gone)
        await session.get(User, "u0", fetch=["articles"])
        await session.scalars(select(User).fetch("articles"))
        assert (user.name, ids(user.articles)) == ("new", ["a1"])
    assert edges(db, "AUTHORED") == [("u0", "a1"), ("u1", "a2"), ("u1", "a3")]


async def test_fetch_of_a_pending_object_finds_what_it_holds(db: Db) -> None:
    await _blog(db, 1)
    async with db.session() as session:
        article = await session.get(Article, "a0")
        user = User(id="new", likes=[article])
        session.add(user)
        assert await session.get(User, "new", fetch=["likes", "articles"]) is user
        assert (user.likes, user.articles) == ([article], [])


async def test_relations_of_subclasses_are_fetched_from_a_query_for_the_base(db: Db) -> None:
    bern = City(id="bern", title="Bern")
    await store(db, Country(id="ch", iso_code="CH", cities=[bern]), bern, Location(id="x"))
    async with db.session() as session:
        stmt = select(Location).order_by(Location.id)
        city, country, other = await session.scalars(stmt.fetch("cities", City.country))
        with db.recorded() as sent:
            assert country.cities == [city]
            assert city.country is country
            assert not hasattr(type(other), "cities")
        assert sent == []
        tour = Tour(id="t", stops=[city, other])
        session.add(tour)
    async with db.session() as session:
        tour = await session.get(Tour, "t", fetch=["stops.country.cities"])
        assert ids(next(stop for stop in tour.stops if stop.id == "bern").country.cities) == ["bern"]


async def test_pitfall_113_a_chain_of_one_class_fetches_each_side_apart(db: Db) -> None:
    await store(db, *[Person(id=f"p{n}") for n in range(4)])
    for one, other in (("p0", "p1"), ("p1", "p2"), ("p2", "p3")):
        ends = {"one": one, "other": other}
        db.raw("MATCH (a:RelPerson {id: $one}), (b:RelPerson {id: $other}) CREATE (a)-[:MANAGES]->(b)", ends)
    async with db.session() as session:
        people = await session.scalars(select(Person).order_by(Person.id).fetch("manager", "reports"))
        assert [person.manager and person.manager.id for person in people] == [None, "p0", "p1", "p2"]
        assert [ids(person.reports) for person in people] == [["p1"], ["p2"], ["p3"], []]
    async with db.session() as session:
        middle = await session.get(Person, "p1")
        assert ids(await read(db, session, middle, "reports")) == ["p2"]
        assert (await read(db, session, middle, "manager")).id == "p0"


async def test_pitfall_114_three_classes_behind_one_type_are_fetched_apart(db: Db) -> None:
    await store(db, Owner(id="o"), Dog(id="d"), Car(id="c"), House(id="h1"), House(id="h2"))
    db.raw("MATCH (o:RelOwner), (x) WHERE x.id <> 'o' CREATE (o)-[:OWNS]->(x)")
    async with db.session() as session:
        owner = await session.get(Owner, "o", fetch=["dog", "car", "houses"])
        assert (owner.dog.id, owner.car.id, ids(owner.houses)) == ("d", "c", ["h1", "h2"])


class Box(Node, labels=["RelBox"], registry=MetaData()):
    id: str
    lids: list[Lid] = Relation(relationship="HAS", direction="OUTGOING", target="Lid", lazy=False)


class RoundBox(Box, labels=["RelBox", "RelRoundBox"]):
    rims: list[Lid] = Relation(relationship="HAS_RIM", direction="OUTGOING", target="Lid", lazy=False)


class Lid(Node, labels=["RelLid"], registry=Box.__runic_meta__.registry):
    id: str
    box: Box | None = Relation(relationship="HAS", direction="INCOMING", target="Box", lazy=False)


@pytest.mark.spec(83)
async def test_a_relation_with_lazy_false_comes_with_every_load_of_its_class(db: Db) -> None:
    lid = Lid(id="l")
    await store(db, lid, Box(id="b", lids=[lid]), RoundBox(id="r", rims=[lid]))
    async with db.session() as session:
        box = await session.get(Box, "b")
        with db.recorded() as sent:
            assert ids(box.lids) == ["l"]
        assert sent == []
    async with db.session() as session:
        boxes = {box.id: box for box in await session.scalars(select(Box))}
        with db.recorded() as sent:
            assert (ids(boxes["b"].lids), boxes["r"].lids, ids(boxes["r"].rims)) == (["l"], [], ["l"])
        assert sent == []
    async with db.session() as session:
        box = await session.get(Box, "r")
        assert "rims" in vars(box)


async def test_many_parents_cost_as_many_statements_as_one(db: Db) -> None:
    await store(db, Company(id="c"), *[Person(id=f"p{n:03}") for n in range(150)])
    db.raw("MATCH (p:RelPerson), (c:RelCompany) CREATE (p)-[:WORKS_FOR]->(c)")
    async with db.session() as session:
        with db.recorded() as sent:
            people = await session.scalars(select(Person).fetch("company.employees"))
        assert len(sent) == 3
        assert all(len(person.company.employees) == 150 for person in people)
        assert Base not in {type(person) for person in people}
