"""Both sides of an edge: one edge whoever writes it, cardinality of either side, and collections that agree."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm.exceptions import FieldValidationError
from runic.testing.conformance.harness import Db
from runic.testing.conformance.relation_models import (
    Article,
    Company,
    HeadKeeper,
    Keeper,
    Location,
    Person,
    Tag,
    User,
    edges,
    ids,
    read,
    store,
)

EVERYTHING = {
    Person: ["company", "contacts", "spouse", "manager", "reports"],
    Company: ["employees"],
}


async def _people(db: Db, session: Any, count: int = 3) -> list[Any]:
    """Return *count* stored people, all their relations loaded and empty."""
    await store(db, *[Person(id=f"p{n}") for n in range(count)])
    return [await session.get(Person, f"p{n}", fetch=EVERYTHING[Person]) for n in range(count)]


async def _companies(db: Db, session: Any, count: int = 2) -> list[Any]:
    await store(db, *[Company(id=f"c{n}") for n in range(count)])
    return [await session.get(Company, f"c{n}", fetch=["employees"]) for n in range(count)]


async def test_a_change_made_on_both_sides_is_one_edge(db: Db) -> None:
    async with db.session() as session:
        (person, *_), (company, _) = await _people(db, session), await _companies(db, session)
        person.company = company
        company.employees.append(person)
        await session.commit()
        assert edges(db, "WORKS_FOR") == [("p0", "c0")]
        person.company = None
        company.employees.remove(person)
    assert edges(db, "WORKS_FOR") == []


async def test_the_other_side_shows_what_was_written(db: Db) -> None:
    async with db.session() as session:
        (one, two, _), (company, other) = await _people(db, session), await _companies(db, session)
        one.company = company
        company.employees.append(two)
        await session.flush()
        assert two.company is company
        assert ids(company.employees) == ["p0", "p1"]
        other.employees = [one, two]
        await session.flush()
        assert (one.company, two.company) == (other, other)
        assert company.employees == []
        other.employees.remove(one)
        two.company = None
        await session.flush()
        assert (one.company, two.company, other.employees) == (None, None, [])
        with db.recorded() as sent:
            await session.flush()
        assert sent == []
    assert edges(db, "WORKS_FOR") == []


async def test_sides_that_were_both_changed_hold_each_others_changes(db: Db) -> None:
    """A collection that was changed shows too what the same flush wrote from the other side."""
    async with db.session() as session:
        one, two, three, four = await _people(db, session, 4)
        one.contacts.append(two)
        three.contacts.append(one)
        await session.flush()
        assert [ids(p.contacts) for p in (one, two, three)] == [["p1", "p2"], ["p0"], ["p0"]]
        one.contacts.append(four)
        two.contacts.remove(one)
        await session.flush()
        assert [ids(p.contacts) for p in (one, two, three, four)] == [["p2", "p3"], [], ["p0"], ["p0"]]
        with db.recorded() as sent:
            await session.flush()
        assert sent == []


async def test_pitfall_14_cardinality_counts_from_the_side_that_is_a_collection(db: Db) -> None:
    async with db.session() as session:
        (person, *_), (first, second) = await _people(db, session), await _companies(db, session)
        first.employees.append(person)
        await session.commit()
        second.employees.append(person)
        await session.commit()
        assert edges(db, "WORKS_FOR") == [("p0", "c1")]
        assert (person.company, first.employees, second.employees) == (second, [], [person])


async def test_replacing_an_unloaded_collection_lets_the_other_sides_go(db: Db) -> None:
    company = Company(id="c")
    await store(db, company, Person(id="p0", company=company), Person(id="p1", company=company), Company(id="d"))
    async with db.session() as session:
        one = await session.get(Person, "p0", fetch=["company"])
        two = await session.get(Person, "p1", fetch=["company"])
        company, other = one.company, await session.get(Company, "d")
        company.employees = [two]
        await session.flush()
        assert (one.company, two.company) == (None, company)
        other.employees = [two]
        await session.flush()
        assert two.company is other
        assert await read(db, session, company, "employees") == []
    assert edges(db, "WORKS_FOR") == [("p1", "d")]


async def test_two_swap_their_single_targets(db: Db) -> None:
    async with db.session() as session:
        (one, two, _), (first, second) = await _people(db, session), await _companies(db, session)
        one.company, two.company = first, second
        await session.commit()
        one.company, two.company = two.company, one.company
        await session.commit()
        assert (first.employees, second.employees) == ([two], [one])
    assert edges(db, "WORKS_FOR") == [("p0", "c1"), ("p1", "c0")]


def _added_and_removed(people: Any, companies: Any) -> None:
    people[0].company = companies[1]
    companies[1].employees = [people[0]]
    companies[0].employees.append(people[0])


def _two_companies(people: Any, companies: Any) -> None:
    companies[0].employees.append(people[0])
    companies[1].employees.append(people[0])


def _none_here_and_one_there(people: Any, companies: Any) -> None:
    people[2].company = None
    companies[1].employees.append(people[2])


def _kept_here_and_removed_there(people: Any, companies: Any) -> None:
    people[2].company = companies[1]
    companies[1].employees = [people[1]]
    people[1].company = companies[0]


def _two_spouses(people: Any, _: Any) -> None:
    people[0].spouse = people[2]
    people[1].spouse = people[0]


def _no_spouse_here_and_one_there(people: Any, _: Any) -> None:
    people[0].spouse = people[1]
    people[1].spouse = None


@pytest.mark.parametrize(
    "change",
    [
        _added_and_removed,
        _two_companies,
        _none_here_and_one_there,
        _kept_here_and_removed_there,
        _two_spouses,
        _no_spouse_here_and_one_there,
    ],
    ids=lambda change: change.__name__.strip("_"),
)
async def test_contradicting_changes_raise_before_anything_is_sent(db: Db, change: Any) -> None:
    async with db.session() as session:
        people, companies = await _people(db, session), await _companies(db, session)
        people[2].company = companies[0]
        people[1].spouse = people[2]
        await session.commit()
        change(people, companies)
        people[0].name = "changed"
        with db.recorded() as sent, pytest.raises(FieldValidationError, match=r"WORKS_FOR|MARRIED_TO"):
            await session.flush()
        assert sent == []
        await session.rollback()
    assert edges(db, "WORKS_FOR") == [("p2", "c0")]


@pytest.mark.spec(211, 212, 214)
async def test_pitfall_16_both_is_one_edge_whichever_side_writes(db: Db) -> None:
    async with db.session() as session:
        one, two, three = await _people(db, session)
        one.contacts.append(two)
        two.contacts.append(one)
        await session.commit()
        await session.relate(two, Person.contacts, one)
        await session.relate(one, "contacts", two)
        await session.relate_all(Person.contacts, [(one, two), (two, one), (three, one)])
        await session.commit()
        assert len(edges(db, "KNOWS")) == 2
    async with db.session() as session:
        one, two, three = [await session.get(Person, f"p{n}", fetch=["contacts"]) for n in range(3)]
        assert [ids(p.contacts) for p in (one, two, three)] == [["p1", "p2"], ["p0"], ["p0"]]
        two.contacts.append(three)
        one.contacts = [three]
        await session.commit()
        assert [ids(p.contacts) for p in (one, two, three)] == [["p2"], ["p2"], ["p0", "p1"]]
        await session.unrelate(one, Person.contacts, three)
    assert len(edges(db, "KNOWS")) == 1


async def test_a_single_both_relation_pairs_two_and_lets_the_former_ones_go(db: Db) -> None:
    async with db.session() as session:
        one, two, three = await _people(db, session)
        one.spouse = two
        await session.commit()
        assert two.spouse is one
        three.spouse = one
        await session.commit()
        assert (one.spouse, two.spouse, three.spouse) == (three, None, one)
        two.spouse, one.spouse = one, two
        await session.commit()
        assert (one.spouse, two.spouse, three.spouse) == (two, one, None)
        assert len(edges(db, "MARRIED_TO")) == 1
        two.spouse = None
    assert edges(db, "MARRIED_TO") == []


async def test_pitfall_113_a_chain_of_one_class_keeps_both_neighbours_apart(db: Db) -> None:
    async with db.session() as session:
        top, middle, low = await _people(db, session)
        middle.manager, middle.reports = top, [low]
        await session.commit()
        assert edges(db, "MANAGES") == [("p0", "p1"), ("p1", "p2")]
        assert (top.reports, middle.manager, middle.reports, low.manager) == ([middle], top, [low], middle)
        assert (top.manager, low.reports) == (None, [])
        low.manager = top
        await session.commit()
        assert (ids(top.reports), middle.manager, middle.reports) == (["p1", "p2"], top, [])
        middle.manager = low
        await session.commit()
        assert (top.reports, low.reports, low.manager, middle.manager) == ([low], [middle], top, low)
    assert edges(db, "MANAGES") == [("p0", "p2"), ("p2", "p1")]


async def test_pitfall_115_a_parent_becomes_a_child_in_one_save(db: Db) -> None:
    async with db.session() as session:
        one, two, _ = await _people(db, session)
        two.manager = one
        await session.commit()
        two.manager = None
        two.reports.append(one)
        await session.commit()
        assert (one.manager, one.reports, two.manager, two.reports) == (two, [], None, [one])
        one.reports, one.manager = [two], None
        await session.commit()
        assert (one.manager, one.reports, two.manager, two.reports) == (None, [two], one, [])
    assert edges(db, "MANAGES") == [("p0", "p1")]


async def test_an_object_may_be_related_to_itself(db: Db) -> None:
    async with db.session() as session:
        one, two, _ = await _people(db, session)
        one.reports.append(one)
        one.contacts.append(one)
        two.spouse = two
        await session.commit()
        assert one.manager is one
        assert (one.contacts, two.spouse) == ([one], two)
        one.manager = None
        one.contacts = []
        two.spouse = None
        await session.commit()
        assert (one.reports, one.contacts, two.spouse) == ([], [], None)
    assert edges(db, "MANAGES") == edges(db, "KNOWS") == edges(db, "MARRIED_TO") == []


async def test_a_subclass_on_the_many_side_replaces_a_single_one_of_its_base(db: Db) -> None:
    await store(db, place := Location(id="x"), Keeper(id="k", keeps=[place]), HeadKeeper(id="h"))
    async with db.session() as session:
        head = await session.get(HeadKeeper, "h", fetch=["keeps"])
        first = await session.get(Keeper, "k", fetch=["keeps"])
        head.keeps.append(first.keeps[0])
        await session.commit()
        assert edges(db, "KEEPS") == [("h", "x")]
        assert (first.keeps, ids(head.keeps)) == ([], ["x"])
        place = head.keeps[0]
        await session.relate(first, Keeper.keeps, place)
        await session.commit()
        assert edges(db, "KEEPS") == [("k", "x")]
        await session.relate(head, HeadKeeper.keeps, place)
    assert edges(db, "KEEPS") == [("h", "x")]


@pytest.mark.spec(208, 209, 210)
async def test_both_declarations_write_the_same_physical_edge(db: Db) -> None:
    await store(db, Person(id="p"), Company(id="c"))
    for side in ("person", "company"):
        async with db.session() as session:
            person, company = await session.get(Person, "p"), await session.get(Company, "c")
            if side == "person":
                await session.relate(person, Person.company, company)
            else:
                await session.relate(company, Company.employees, person)
        assert edges(db, "WORKS_FOR") == [("p", "c")]
        async with db.session() as session:
            company = await session.get(Company, "c")
            assert ids(await read(db, session, company, "employees")) == ["p"]


async def test_pitfall_111_no_loaded_collection_shows_a_deleted_object(db: Db) -> None:
    tag = Tag(id="t")
    article = Article(id="a", tags=[tag])
    await store(db, tag, article, User(id="u", articles=[article], likes=[article]))
    async with db.session() as session:
        user = await session.get(User, "u", fetch=["articles", "likes"])
        tag = await session.get(Tag, "t", fetch=["articles"])
        article = await session.get(Article, "a", fetch=["author"])
        assert article.author is user
        session.delete(article)
        await session.commit()
        assert (user.articles, user.likes, tag.articles) == ([], [], [])
        assert await session.get(Article, "a") is None
        session.delete(user)
        await session.commit()
    assert db.raw("MATCH (n) RETURN n.id") == [["t"]]
