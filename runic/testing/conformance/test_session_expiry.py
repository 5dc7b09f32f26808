"""Expiring, refreshing, merging, copying and pickling of stored objects, and one object per node."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from runic.ogm import (
    DetachedEntityError,
    FieldValidationError,
    InvalidArgumentError,
    InvalidTypeError,
    LazyLoadError,
    StaleEntityError,
    select,
)
from runic.testing.conformance.harness import Db
from runic.testing.conformance.session_models import City, Company, Country, Everything, Location, Ticket, User

spec = pytest.mark.spec


async def stored_user(db: Db, **values: Any) -> None:
    async with db.session() as session:
        session.add(User(**{"id": "a", "name": "Ann", **values}))


def change(db: Db, name: str) -> None:
    db.raw("MATCH (u:User {id: 'a'}) SET u.name = $name", {"name": name})


# ---- expiring


@spec(168, 180)
async def test_an_expired_object_loads_at_the_next_access(db: Db) -> None:
    """Pitfall 32; asynchronously the access says what to await, and what is loaded stays."""
    await stored_user(db)
    async with db.session() as session:
        user = await session.get(User, "a")
        change(db, "Anna")
        assert user.name == "Ann"
        assert session.expire(user) is None
        assert user.id == "a"
        assert repr(user) == "<User id='a'>"
        if db.is_async:
            with pytest.raises(LazyLoadError, match=r"User\.name is expired.*await session\.refresh\(entity\)"):
                _ = user.name
            await session.refresh(user)
        with db.recorded() as sent:
            assert (user.name, user.age, user.active) == ("Anna", None, True)
        assert len(sent) == (0 if db.is_async else 1)


async def test_a_query_that_returns_an_expired_object_refreshes_it(db: Db) -> None:
    """Pitfalls 33 and 109."""
    await stored_user(db)
    async with db.session() as session:
        user = await session.get(User, "a")
        await session.execute("MATCH (u:User) SET u.name = 'Anna'", write=True)
        assert await session.scalars(select(User)) == [user]
        assert user.name == "Ann"
        session.expire(user)
        assert await session.scalars(select(User)) == [user]
        with db.recorded() as sent:
            assert user.name == "Anna"
        assert sent == []
        assert not user._dirty


async def test_what_was_assigned_to_an_expired_object_survives_its_reload(db: Db) -> None:
    await stored_user(db, age=1)
    async with db.session() as session:
        user = await session.get(User, "a")
        session.expire(user)
        user.age = 2
        change(db, "Anna")
        await session.scalars(select(User))
        assert (user.age, user.name) == (2, "Anna")
        session.expire(user)
        user.age = 3
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 1
    assert db.raw("MATCH (u:User) RETURN u.name, u.age") == [["Anna", 3]]


async def test_expiring_drops_what_was_not_written(db: Db) -> None:
    await stored_user(db)
    async with db.session() as session:
        user = await session.get(User, "a")
        user.name = "dropped"
        session.expire(user)
        with db.recorded() as sent:
            await session.commit()
        assert sent == []
        assert await session.get(User, "a") is user
        assert user.name == "Ann"


async def test_only_a_stored_object_of_the_session_expires(db: Db) -> None:
    await stored_user(db)
    async with db.session() as session:
        new = User(id="b", name="Bob")
        session.add(new)
        for wrong in (new, User(id="c", name="c")):
            with pytest.raises(DetachedEntityError, match="nothing can be reloaded"):
                session.expire(wrong)


async def test_an_expired_object_whose_node_is_gone(db: Db) -> None:
    await stored_user(db)
    async with db.session() as session:
        user = await session.get(User, "a")
        db.raw("MATCH (u:User) DELETE u")
        session.expire(user)
        with pytest.raises(StaleEntityError, match=r"gone from the graph"):
            await session.refresh(user)
        if not db.is_async:
            with pytest.raises(StaleEntityError):
                _ = user.name
        assert await session.get(User, "a") is None


async def test_values_stay_after_commit(db: Db) -> None:
    """Pitfall 126: a commit does not expire."""
    async with db.session() as session:
        user, ticket = User(id="a", name="Ann"), Ticket(title="t")
        session.add_all([user, ticket])
        await session.commit()
        with db.recorded() as sent:
            assert (user.name, user.age, ticket.title) == ("Ann", None, "t")
        assert sent == []


# ---- refreshing


@spec(169)
async def test_refresh_reads_at_once_and_drops_changes(db: Db) -> None:
    await stored_user(db, age=1)
    async with db.session() as session:
        user = await session.get(User, "a")
        user.name, user.age = "mine", 5
        change(db, "theirs")
        with db.recorded() as sent:
            assert await session.refresh(user) is None
        assert len(sent) == 1
        assert (user.name, user.age) == ("theirs", 1)
        assert not user._dirty


async def test_refresh_unsets_what_vanished(db: Db) -> None:
    """Pitfall 34."""
    await stored_user(db, age=1, tags=["x"])
    async with db.session() as session:
        user = await session.get(User, "a")
        db.raw("MATCH (u:User) SET u.age = NULL, u.name = NULL, u.tags = NULL, u.active = NULL")
        await session.refresh(user)
        assert (user.age, user.name, user.tags, user.active) == (None, None, [], True)


@pytest.mark.parametrize("make", [lambda: User(id="a", name="x"), lambda: Company(name="x")])
async def test_only_a_stored_object_of_the_session_is_refreshed(db: Db, make: Any) -> None:
    async with db.session() as session:
        with pytest.raises(DetachedEntityError, match="is not a stored object of this session"):
            await session.refresh(make())
        pending = make()
        session.add(pending)
        with pytest.raises(DetachedEntityError):
            await session.refresh(pending)
        with pytest.raises(InvalidTypeError):
            await session.refresh(object())
        session.expunge_all()


# ---- one object per node


@spec(183, 186, 264)
async def test_every_way_to_a_node_leads_to_one_object(db: Db) -> None:
    """Pitfall 23."""
    async with db.session() as session:
        session.add(City(id="c", title="Rome"))
    async with db.session() as session:
        base = await session.get(Location, "c")
        assert type(base) is City
        with db.recorded() as sent:
            assert await session.get(City, "c") is base
            assert await session.get(Location, "c") is base
        assert sent == []
        assert await session.scalars(select(Location)) == [base]
        assert await session.scalar(select(City).where(City.title == "Rome")) is base


@spec(186)
async def test_a_key_of_another_class_of_the_hierarchy_is_not_found(db: Db) -> None:

    db.raw("CREATE (:Location:City {id: 'c'})")
    async with db.session() as session:
        assert await session.get(Country, "c") is None
        city = await session.get(City, "c")
        assert await session.get(Country, "c") is None
        assert city in session


@spec(188)
async def test_register_or_get(db: Db) -> None:
    await stored_user(db)
    async with db.session() as session:
        user = await session.get(User, "a")
        assert session.register_or_get(User(id="a", name="twin")) is user
        other = User(id="b", name="Bob")
        assert session.register_or_get(other) is other
        assert other in session
        assert session.register_or_get(user) is user
        session.expunge_all()


async def test_get_finds_a_pending_object_and_refuses_none(db: Db) -> None:
    """Pitfall 31."""
    async with db.session() as session:
        user = User(id="a", name="Ann")
        session.add(user)
        with db.recorded() as sent:
            assert await session.get(User, "a") is user
        assert sent == []
        assert await session.scalars(select(User)) == []
        with pytest.raises(InvalidArgumentError, match="key None"):
            await session.get(User, None)
        with pytest.raises(FieldValidationError, match=r"User\.id cannot hold 5"):
            await session.get(User, 5)
        with pytest.raises(InvalidTypeError, match="expected a Node class"):
            await session.get(object, "a")


async def test_autoflush_writes_what_is_pending_before_a_query(db: Db) -> None:
    """Pitfall 31."""
    async with db.session(autoflush=True) as session:
        user = User(id="a", name="Ann")
        session.add(user)
        assert await session.count(select(User)) == 1
        user.name = "Anna"
        assert await session.scalars(select(User).where(User.name == "Anna")) == [user]
        session.delete(user)
        assert await session.scalars(select(User)) == []
        with db.recorded() as sent:
            await session.count(select(User))
        assert len(sent) == 1


# ---- merging


async def test_merge_writes_onto_the_stored_object_or_makes_a_new_one(db: Db) -> None:
    await stored_user(db, age=1)
    async with db.session() as session:
        given = User(id="a", name="merged")
        del given.__dict__["age"], given.__dict__["tags"]
        merged = await session.merge(given)
        assert merged is not given
        assert (merged.name, merged.age) == ("merged", 1)
        assert await session.get(User, "a") is merged
        assert given not in session
        new = await session.merge(User(id="b", name="Bob"))
        assert new in session
        assert new.tags == []
        assert await session.merge(new) is new
        ticket = await session.merge(Ticket(title="t"))
        await session.commit()
        assert ticket.number is not None
    assert db.raw("MATCH (u:User) RETURN u.id, u.name, u.age ORDER BY u.id") == [["a", "merged", 1], ["b", "Bob", None]]


async def test_merge_of_a_detached_and_of_an_unpickled_object(db: Db) -> None:
    await stored_user(db)
    async with db.session() as session:
        user = await session.get(User, "a")
    user.name = "edited"
    for given in (user, pickle.loads(pickle.dumps(user))):
        async with db.session() as session:
            merged = await session.merge(given)
            assert merged is not given
            assert merged.name == "edited"
    assert db.raw("MATCH (u:User) RETURN u.name") == [["edited"]]


async def test_merge_needs_a_key(db: Db) -> None:
    async with db.session() as session:
        with pytest.raises(InvalidArgumentError, match=r"merge\(\) needs the key of User"):
            await session.merge(User(id=None, name="x"))
        with pytest.raises(InvalidTypeError):
            await session.merge(object())


# ---- copies


COPIES = [copy.copy, copy.deepcopy, lambda entity: pickle.loads(pickle.dumps(entity))]


@pytest.mark.parametrize("again", COPIES, ids=["copy", "deepcopy", "pickle"])
async def test_a_copy_of_a_stored_object_is_detached(db: Db, again: Any) -> None:
    """Pitfall 50."""
    async with db.session() as session:
        company = Company(name="Acme")
        session.add_all([company, User(id="a", name="Ann", tags=["x"], company=company)])
    async with db.session() as session:
        user = await session.get(User, "a")
        twin = again(user)
        assert twin not in session
        assert (twin.id, twin.name, twin.tags, twin._new) == ("a", "Ann", ["x"], False)
        with pytest.raises(DetachedEntityError, match=r"User\.company"):
            _ = twin.company
        assert not user._dirty
        session.expunge(user)
        twin.name = "twin"
        session.add(twin)
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 1
        assert await session.get(User, "a") is twin
    assert db.raw("MATCH (u:User) RETURN u.name") == [["twin"]]


@pytest.mark.parametrize("again", COPIES, ids=["copy", "deepcopy", "pickle"])
async def test_a_copy_with_loaded_relations_and_every_type(db: Db, again: Any) -> None:
    async with db.session() as session:
        company = Company(name="Acme")
        everything = Everything(id="e", settings={"a": 1}, numbers=[1])
        session.add_all([company, everything, User(id="a", name="Ann", company=company)])
    async with db.session() as session:
        user = await session.get(User, "a", fetch=["company"])
        twin = again(user)
        assert twin.company.name == "Acme"
        everything = again(await session.get(Everything, "e"))
    async with db.session() as session:
        session.add(everything)
        with db.recorded() as sent:
            await session.commit()
        assert sent == []
        everything.settings["a"] = 2
    assert db.raw("MATCH (e:Everything) RETURN e.settings") == [['{"a":2}']]
