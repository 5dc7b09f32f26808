"""Relations load when they are read, once; and what happens where nothing can be loaded."""

from __future__ import annotations

import gc

import pytest

from runic.ogm import select
from runic.ogm.exceptions import DetachedEntityError, InvalidArgumentError, LazyLoadError
from runic.testing.conformance.harness import Db, only
from runic.testing.conformance.relation_models import Article, Company, Person, User, edges, ids, read, store


async def _blog(db: Db) -> None:
    await store(db, User(id="u1"), User(id="u2"))
    await store(db, *[Person(id=f"p{n}") for n in range(3)], Company(id="c1"))
    db.raw("MATCH (p:RelPerson), (c:RelCompany) WHERE p.id <> 'p2' CREATE (p)-[:WORKS_FOR]->(c)")


@pytest.mark.spec(215, 216, 220)
@only("sync")
async def test_a_relation_is_loaded_by_its_first_access_and_then_kept(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        with db.recorded() as sent:
            people = await session.scalars(select(Person))
        assert len(sent) == 1
        by_id = {person.id: person for person in people}
        with db.recorded() as sent:
            company = by_id["p0"].company
            assert company.id == "c1"
            assert by_id["p0"].company is company
            assert by_id["p2"].company is None
            assert by_id["p2"].company is None
        assert len(sent) == 2
        with db.recorded() as sent:
            assert ids(company.employees) == ["p0", "p1"]
            assert company.employees is company.employees
        assert len(sent) == 1


@pytest.mark.spec(92, 220)
async def test_a_relation_with_nothing_in_the_graph_reads_as_an_empty_list_or_none(db: Db) -> None:
    await store(db, Person(id="p"), Company(id="c"))
    async with db.session() as session:
        person = await session.get(Person, "p", fetch=["company", "contacts"])
        company = await session.get(Company, "c", fetch=["employees"])
        assert person.company is None
        assert person.contacts == []
        assert company.employees == []


@pytest.mark.spec(189)
@only("sync")
async def test_load_relationship_loads_keeps_and_is_no_change(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        person = await session.get(Person, "p0")
        company = session.load_relationship(person, "company")
        assert company.id == "c1"
        with db.recorded() as sent:
            assert person.company is company
            assert not person._dirty
            await session.flush()
        assert sent == []


async def test_load_takes_a_name_or_an_attribute_and_works_in_both_colours(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        person = await session.get(Person, "p0")
        with db.recorded() as sent:
            company = await session.load(person, "company")
            employees = await session.load(company, Company.employees)
        assert ids(employees) == ["p0", "p1"]
        assert person in employees
        assert len(sent) == 2
        with pytest.raises(InvalidArgumentError, match=r"Person has no relation 'compny'; did you mean 'company'"):
            await session.load(person, "compny")


async def test_load_keeps_what_was_changed_and_not_flushed(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        company = await session.get(Company, "c1", fetch=["employees"])
        other = await session.get(Person, "p2")
        company.employees.append(other)
        assert ids(await session.load(company, "employees")) == ["p0", "p1", "p2"]
    assert edges(db, "WORKS_FOR") == [("p0", "c1"), ("p1", "c1"), ("p2", "c1")]


@pytest.mark.spec(131, 235, 244, 245, 246)
@only("async")
async def test_an_async_session_says_which_fetch_or_load_to_use(db: Db) -> None:
    """Nothing is loaded without await."""
    await store(db, User(id="u", articles=[]), Article(id="a"))
    db.raw("MATCH (u:RelUser), (a:RelArticle) CREATE (u)-[:AUTHORED]->(a)")
    async with db.session() as session:
        user = await session.get(User, "u")
        with pytest.raises(LazyLoadError, match=r"User\.articles.*fetch=\['articles'\].*session\.load\(.*'articles'\)"):
            _ = user.articles
        with pytest.raises(LazyLoadError, match="articles"):
            session.load_relationship(user, "articles")
        await session.get(User, "u", fetch=["articles"])
        with db.recorded() as sent:
            assert ids(user.articles) == ["a"]
        assert sent == []


@pytest.mark.spec(130, 172, 173, 247)
async def test_after_close_loaded_relations_stay_and_others_raise(db: Db) -> None:
    await _blog(db)
    session = db.open()
    person = await session.get(Person, "p0", fetch=["company"])
    await session.close()
    assert person.company.id == "c1"
    with pytest.raises(DetachedEntityError, match=r"Person\.contacts.*fetch=\['contacts'\]"):
        _ = person.contacts


@pytest.mark.spec(172)
async def test_an_expunged_object_loads_nothing(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        person = await session.get(Person, "p0")
        session.expunge(person)
        with pytest.raises(DetachedEntityError, match=r"Person\.company"):
            _ = person.company
        with pytest.raises(DetachedEntityError):
            await session.load(person, "company")


async def test_the_objects_of_a_session_that_nobody_holds_are_detached(db: Db) -> None:
    await _blog(db)
    session = db.open()
    person = await session.get(Person, "p0")
    if db.is_async:
        await session.close()
    del session
    gc.collect()
    with pytest.raises(DetachedEntityError):
        _ = person.company


async def test_hasattr_and_getattr_with_a_default_do_not_hide_the_errors(db: Db) -> None:
    """They are no AttributeErrors, so nothing takes them for a missing attribute."""
    await _blog(db)
    session = db.open()
    person = await session.get(Person, "p0")
    await session.close()
    with pytest.raises(DetachedEntityError):
        hasattr(person, "company")
    with pytest.raises(DetachedEntityError):
        getattr(person, "company", None)


@only("sync")
async def test_repr_copy_and_the_dirty_scan_load_nothing(db: Db) -> None:
    import copy

    await _blog(db)
    async with db.session() as session:
        person = await session.get(Person, "p0")
        with db.recorded() as sent:
            assert "company" not in repr(person)
            copied = copy.copy(person)
            _ = person._dirty
            await session.flush()
        assert sent == []
        with pytest.raises(DetachedEntityError):
            _ = copied.company


async def test_expire_forgets_relations_and_refresh_drops_their_changes(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        company = await session.get(Company, "c1", fetch=["employees"])
        db.raw("MATCH (:RelPerson {id: 'p1'})-[r:WORKS_FOR]->() DELETE r")
        assert ids(company.employees) == ["p0", "p1"]
        session.expire(company)
        await session.refresh(company)
        assert ids(await read(db, session, company, "employees")) == ["p0"]
        company.employees.clear()
        await session.refresh(company)
        assert ids(await read(db, session, company, "employees")) == ["p0"]
    assert edges(db, "WORKS_FOR") == [("p0", "c1")]


async def test_stream_yields_objects_whose_relations_raise(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        async for person in session.stream(select(Person)):
            with pytest.raises(DetachedEntityError):
                _ = person.company
