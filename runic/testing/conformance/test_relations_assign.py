"""Assigning relations and changing their lists: what is written at flush, and in how many statements."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import select
from runic.ogm.exceptions import DetachedEntityError, FieldValidationError, LazyLoadError
from runic.testing.conformance.harness import Db, only
from runic.testing.conformance.relation_models import (
    Article,
    Company,
    Desk,
    Lamp,
    Note,
    Person,
    Tag,
    Trip,
    User,
    edges,
    ids,
    read,
    store,
)


async def _people(db: Db) -> None:
    """Store p0 and p1, who work for c0, p2, and c1."""
    first = Company(id="c0")
    await store(db, first, Company(id="c1"), Person(id="p0", company=first), Person(id="p1", company=first))
    await store(db, Person(id="p2"))


async def test_pitfall_10_assigning_and_appending_are_written(db: Db) -> None:
    await store(db, User(id="u"), Article(id="a0"), Article(id="a1"), Article(id="a2"))
    async with db.session() as session:
        user = await session.get(User, "u", fetch=["likes"])
        a0, a1, a2 = await session.scalars(select(Article).order_by(Article.id))
        user.likes.append(a0)
        user.likes += [a1]
        user.likes.insert(0, a2)
        await session.commit()
        assert edges(db, "LIKES") == [("u", "a0"), ("u", "a1"), ("u", "a2")]
        user.likes.remove(a1)
        del user.likes[0]
        await session.commit()
        assert edges(db, "LIKES") == [("u", "a0")]
        user.likes[:] = [a1, a2]
        await session.commit()
        assert edges(db, "LIKES") == [("u", "a1"), ("u", "a2")]
        user.likes.clear()
    assert edges(db, "LIKES") == []


async def test_an_assigned_list_replaces_the_loaded_one(db: Db) -> None:
    await store(db, a := Article(id="a0"), b := Article(id="a1"), User(id="u", likes=[a, b]), Article(id="a2"))
    async with db.session() as session:
        user = await session.get(User, "u", fetch=["likes"])
        a0, _, a2 = await session.scalars(select(Article).order_by(Article.id))
        user.likes = [a2, a0]
        with db.recorded() as sent:
            await session.flush()
        assert len(sent) == 2
        assert user.likes == [a2, a0]
    assert edges(db, "LIKES") == [("u", "a0"), ("u", "a2")]


async def test_assigning_replaces_a_relation_that_was_never_loaded(db: Db) -> None:
    """One statement removes what is not in the new value, and none reads it."""
    await store(db, *(articles := [Article(id=f"a{n}") for n in range(4)]), User(id="u", likes=articles))
    await store(db, User(id="other", likes=[]))
    db.raw("MATCH (u:RelUser {id: 'other'}), (a:RelArticle) CREATE (u)-[:LIKES]->(a)")
    async with db.session() as session:
        user = await session.get(User, "u")
        kept = await session.get(Article, "a3")
        user.likes = [kept]
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 2
        assert [end for start, end in edges(db, "LIKES") if start == "u"] == ["a3"]
        user.likes = []
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 1
    assert [start for start, _ in edges(db, "LIKES")] == ["other"] * 4


async def test_emptying_a_relation_that_was_never_loaded(db: Db) -> None:
    await _people(db)
    async with db.session() as session:
        person, company = await session.get(Person, "p0"), await session.get(Company, "c1")
        person.company = None
        company.employees = []
        await session.commit()
        assert edges(db, "WORKS_FOR") == [("p1", "c0")]
        first = await session.get(Company, "c0")
        first.employees = []
    assert edges(db, "WORKS_FOR") == []


@only("sync")
async def test_a_list_that_is_not_loaded_is_loaded_by_append_and_remove(db: Db) -> None:
    await _people(db)
    async with db.session() as session:
        company, p0 = await session.get(Company, "c0"), await session.get(Person, "p0")
        p2 = await session.get(Person, "p2")
        with db.recorded() as sent:
            company.employees.append(p2)
            company.employees.remove(p0)
        assert len(sent) == 1
    assert edges(db, "WORKS_FOR") == [("p1", "c0"), ("p2", "c0")]


@only("async")
async def test_a_list_that_is_not_loaded_refuses_append_in_async_sessions(db: Db) -> None:
    await _people(db)
    async with db.session() as session:
        company = await session.get(Company, "c0")
        with pytest.raises(LazyLoadError, match="employees"):
            company.employees.append(await session.get(Person, "p2"))
    assert len(edges(db, "WORKS_FOR")) == 2


@pytest.mark.spec(91)
async def test_pitfall_14_a_single_relation_is_replaced(db: Db) -> None:
    await _people(db)
    async with db.session() as session:
        person, other = await session.get(Person, "p0"), await session.get(Company, "c1")
        person.company = other
        await session.commit()
        assert edges(db, "WORKS_FOR") == [("p0", "c1"), ("p1", "c0")]
        assert person.company is other
        person.company = None
    assert edges(db, "WORKS_FOR") == [("p1", "c0")]


async def test_pitfall_112_a_new_object_points_at_a_loaded_one(db: Db) -> None:
    await store(db, Company(id="c"))
    async with db.session() as session:
        company = await session.get(Company, "c")
        session.add(Person(id="p", company=company))
    assert edges(db, "WORKS_FOR") == [("p", "c")]


async def test_a_loaded_object_points_at_a_new_one_that_was_added(db: Db) -> None:
    await store(db, Person(id="p"))
    async with db.session() as session:
        person = await session.get(Person, "p")
        person.company = Company(id="c")
        session.add(person.company)
    assert edges(db, "WORKS_FOR") == [("p", "c")]


async def test_what_a_new_object_never_touched_stays_unloaded_and_empty_values_delete_nothing(db: Db) -> None:
    """An empty list or None given to, or read from, a new object is no order to remove edges later."""
    async with db.session() as session:
        user, person, tag = User(id="u", likes=[]), Person(id="p", company=None), Tag(id="t")
        assert user.articles == []
        session.add_all([user, person, tag])
        await session.commit()
        db.raw("MATCH (u:RelUser) CREATE (u)-[:LIKES]->(:RelArticle {id: 'a'})<-[:AUTHORED]-(u)")
        db.raw("MATCH (p:RelPerson) CREATE (p)-[:WORKS_FOR]->(:RelCompany {id: 'c'})")
        user.name = person.name = "changed"
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 2
        assert (len(edges(db, "LIKES")), len(edges(db, "AUTHORED")), len(edges(db, "WORKS_FOR"))) == (1, 1, 1)
        with db.recorded() as sent:
            await session.commit()
        assert sent == []


async def test_nothing_is_sent_twice_and_order_alone_is_no_change(db: Db) -> None:
    await store(db, a := Article(id="a0"), b := Article(id="a1"), User(id="u", likes=[a, b]))
    async with db.session() as session:
        user = await session.get(User, "u", fetch=["likes"])
        user.likes.reverse()
        user.likes = list(user.likes)
        gone = user.likes.pop()
        user.likes.append(gone)
        with db.recorded() as sent:
            await session.flush()
        assert sent == []
        user.likes.append(gone)
        await session.flush()
        assert len(user.likes) == 2
    assert len(edges(db, "LIKES")) == 2


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("company", [], "company holds one object"),
        ("company", "c0", "company takes objects of Company, not str"),
        ("contacts", None, "contacts is a collection"),
        ("contacts", (), "contacts is a collection"),
        ("contacts", [None], "contacts takes objects of Person, not NoneType"),
        ("contacts", [Company(id="x")], "contacts takes objects of Person, not Company"),
    ],
    ids=str,
)
async def test_a_value_that_fits_no_relation_is_refused_before_anything_is_sent(
    db: Db, name: str, value: Any, message: str
) -> None:
    await _people(db)
    async with db.session() as session:
        person = await session.get(Person, "p0")
        person.name = "changed"
        setattr(person, name, value)
        with db.recorded() as sent, pytest.raises(FieldValidationError, match=rf"Person\(id='p0'\)\.{message}"):
            await session.flush()
        assert sent == []
        session.add(new := Person(id="new", **{name: value}))
        session.expunge(person)
        with db.recorded() as sent, pytest.raises(FieldValidationError, match=rf"Person\(id='new'\)\.{message}"):
            await session.flush()
        assert sent == []
        session.expunge(new)


@pytest.mark.spec(179)
async def test_a_new_object_without_cascade_has_to_be_added(db: Db) -> None:
    await _people(db)
    async with db.session() as session:
        person = await session.get(Person, "p0")
        person.company = company = Company(id="new")
        with db.recorded() as sent, pytest.raises(FieldValidationError, match=r"Company.*add\(\).*cascade=True"):
            await session.flush()
        assert sent == []
        session.add(company)
    assert edges(db, "WORKS_FOR") == [("p0", "new"), ("p1", "c0")]


async def test_an_object_of_another_session_or_one_that_is_being_deleted_is_refused(db: Db) -> None:
    await _people(db)
    async with db.session() as other, db.session() as session:
        foreign, person = await other.get(Company, "c1"), await session.get(Person, "p0")
        person.company = foreign
        with pytest.raises(DetachedEntityError, match="another open session"):
            await session.flush()
        person.company = await session.get(Company, "c1")
        session.delete(person.company)
        with pytest.raises(FieldValidationError, match="is being deleted"):
            await session.flush()
        await session.rollback()
    assert len(edges(db, "WORKS_FOR")) == 2


@pytest.mark.spec(178, 224)
async def test_pitfall_9_cascade_brings_new_objects_and_their_edges(db: Db) -> None:
    async with db.session() as session:
        desk = Desk(id="d", lamps=[Lamp(id="l0"), Lamp(id="l1")])
        person = Person(id="p", desk=desk)
        session.add(person)
        assert desk in session
        assert all(lamp in session for lamp in desk.lamps)
    assert edges(db, "SITS_AT") == [("p", "d")]
    assert edges(db, "HAS_LAMP") == [("d", "l0"), ("d", "l1")]


async def test_cascade_finds_what_was_attached_after_add(db: Db) -> None:
    await store(db, Desk(id="d0"))
    async with db.session() as session:
        session.add(person := Person(id="p"))
        person.desk = Desk(id="d1", lamps=[Lamp(id="l1")])
        stored = await session.get(Desk, "d0", fetch=["lamps"])
        stored.lamps.append(Lamp(id="l0"))
        stored.sitter = Person(id="q", desk=stored)
    assert edges(db, "SITS_AT") == [("p", "d1"), ("q", "d0")]
    assert edges(db, "HAS_LAMP") == [("d0", "l0"), ("d1", "l1")]


async def test_a_cascading_circle_ends(db: Db) -> None:
    async with db.session() as session:
        desk = Desk(id="d")
        desk.sitter = Person(id="p", desk=desk)
        session.add(desk)
    assert edges(db, "SITS_AT") == [("p", "d")]


async def test_pitfall_116_new_objects_with_generated_keys_in_one_collection_all_survive(db: Db) -> None:
    async with db.session() as session:
        note = Note(text="question", answers=[Note(text=f"answer {n}") for n in range(3)])
        session.add(note)
        await session.flush()
        assert len({answer.id for answer in note.answers} | {note.id}) == 4
    assert db.raw("MATCH (:RelNote {text: 'question'})-[:ANSWERED_BY]->(a) RETURN count(a)") == [[3]]
    async with db.session() as session:
        again = await session.get(Note, note.id)
        assert [a.text for a in sorted(await read(db, session, again, "answers"), key=lambda a: a.text)] == [
            "answer 0", "answer 1", "answer 2"]  # fmt: skip


async def test_an_edge_class_with_required_fields_refuses_assignment_and_names_relate(db: Db) -> None:
    await store(db, User(id="u"), Trip(id="t"))
    async with db.session() as session:
        user, trip = await session.get(User, "u", fetch=["trips"]), await session.get(Trip, "t")
        user.trips.append(trip)
        with (
            db.recorded() as sent,
            pytest.raises(FieldValidationError, match=r"role, status.*relate\(.*edge=Invitation"),
        ):
            await session.flush()
        assert sent == []
        user.trips.clear()
    async with db.session() as session:
        session.add(User(id="v", trips=[await session.get(Trip, "t")]))
        with pytest.raises(FieldValidationError, match="relate"):
            await session.flush()
        await session.rollback()


async def test_edges_made_by_assignment_carry_the_defaults_of_their_class(db: Db) -> None:
    await store(db, User(id="u"), User(id="v"), Article(id="a0"), Article(id="a1"))
    async with db.session() as session:
        user = await session.get(User, "u", fetch=["articles"])
        user.articles.append(await session.get(Article, "a0"))
        user.articles.append(Article(id="a2"))
        session.add(user.articles[-1])
        await session.relate(await session.get(User, "v"), User.articles, await session.get(Article, "a1"))
    rows = db.raw("MATCH ()-[r:AUTHORED]->(a) RETURN a.id, r.primary ORDER BY a.id")
    assert rows == [["a0", False], ["a1", False], ["a2", False]]


async def test_a_rollback_forgets_changed_relations(db: Db) -> None:
    await _people(db)
    async with db.session() as session:
        person = await session.get(Person, "p0", fetch=["company"])
        company = await session.get(Company, "c0", fetch=["employees"])
        person.company = await session.get(Company, "c1")
        company.employees.clear()
        await session.rollback()
        await session.commit()
        assert len(edges(db, "WORKS_FOR")) == 2
        assert (await read(db, session, person, "company")) is company
        assert ids(await read(db, session, company, "employees")) == ["p0", "p1"]
