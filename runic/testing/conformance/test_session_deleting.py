"""Deleting, rolling back, expunging: where an object stands afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import DetachedEntityError, DuplicateKeyError, StaleEntityError, select
from runic.testing.conformance.harness import Db, undoes
from runic.testing.conformance.session_models import Company, Ticket, User

spec = pytest.mark.spec


async def three_users(db: Db) -> None:
    async with db.session() as session:
        session.add_all(User(id=key, name=f"name {key}", age=1) for key in "abc")


def stored(db: Db) -> list[str]:
    return [key for (key,) in db.raw("MATCH (u:User) RETURN u.id ORDER BY u.id")]


# ---- deleting


@spec(153)
async def test_a_deleted_node_goes_with_its_relationships(db: Db) -> None:
    db.raw("CREATE (:User {id: 'a', name: 'Ann'})-[:WORKS_AT]->(:Company {name: 'Acme'})")
    async with db.session() as session:
        user = await session.get(User, "a")
        assert session.delete(user) is None
        assert stored(db) == ["a"]
        assert session.deleted == [user]
        with db.recorded() as sent:
            await session.flush()
        assert len(sent) == 1
        assert "DETACH DELETE" in sent[0].text
        assert user not in session
        assert user._new
    assert db.raw("MATCH (n) OPTIONAL MATCH (n)-[r]-() RETURN labels(n), r") == [[["Company"], None]]


@spec(154)
@pytest.mark.parametrize("make", [lambda: User(id="a", name="Ann"), lambda: Company(name="Acme")])
async def test_deleting_an_object_that_the_session_does_not_know(db: Db, make: Any) -> None:
    async with db.session() as session:
        with pytest.raises(DetachedEntityError, match=r"is not in this session; load it here with get\(\), or add\(\)"):
            session.delete(make())


async def test_an_object_pending_delete_is_gone_for_get_and_its_edits_are_not_written(db: Db) -> None:
    """Pitfall 30."""
    await three_users(db)
    async with db.session() as session:
        user = await session.get(User, "a")
        session.delete(user)
        session.delete(user)
        user.name = "edited"
        assert await session.get(User, "a") is None
        assert user not in session
        with db.recorded() as sent:
            await session.flush()
        assert [statement.write for statement in sent] == [True]
        assert await session.get(User, "a") is None
    assert stored(db) == ["b", "c"]


async def test_delete_then_add_the_same_object_keeps_it(db: Db) -> None:
    """Pitfall 28."""
    await three_users(db)
    async with db.session() as session:
        user = await session.get(User, "a")
        session.delete(user)
        user.name = "kept"
        session.add(user)
        assert user in session
        assert await session.get(User, "a") is user
        await session.commit()
        session.delete(user)
        await session.flush()
        session.add(user)
    assert db.raw("MATCH (u:User {id: 'a'}) RETURN u.name") == [["kept"]]


async def test_add_then_delete_before_the_flush_sends_nothing(db: Db) -> None:
    """Pitfall 29: and a stored node with that key stays."""
    await three_users(db)
    async with db.session() as session:
        for entity in (User(id="a", name="new"), Company(name="new")):
            session.add(entity)
            session.delete(entity)
            assert entity not in session
        with db.recorded() as sent:
            await session.commit()
        assert sent == []
        with pytest.raises(DetachedEntityError):
            session.delete(entity)
    assert stored(db) == ["a", "b", "c"]


async def test_deleting_one_that_is_gone_already_is_no_error(db: Db) -> None:
    await three_users(db)
    async with db.session() as session:
        user = await session.get(User, "a")
        db.raw("MATCH (u:User {id: 'a'}) DELETE u")
        session.delete(user)
    assert stored(db) == ["b", "c"]


async def test_an_element_id_that_was_given_to_another_node_matches_nothing(db: Db) -> None:
    await three_users(db)
    async with db.session() as session:
        users = {user.id: user for user in await session.scalars(select(User))}
        db.raw("MATCH (u:User) DELETE u")
        db.raw("CREATE (:User {id: 'x'}), (:User {id: 'y'}), (:User {id: 'z'})")
        for user in users.values():
            session.delete(user)
    assert stored(db) == ["x", "y", "z"]


async def test_every_read_agrees_after_deleting_what_was_found(db: Db) -> None:
    """Pitfall 130."""
    await three_users(db)
    async with db.session() as session:
        for user in await session.scalars(select(User)):
            session.delete(user)
        await session.commit()
        assert await session.count(select(User)) == 0
        assert await session.scalars(select(User)) == []
        assert await session.get(User, "a") is None
        assert (await session.execute("MATCH (u:User) RETURN count(u)")).rows == [[0]]


async def test_deleting_a_generated_object_unsets_its_key_and_it_can_be_added_again(db: Db) -> None:
    async with db.session() as session:
        ticket = Ticket(title="t")
        session.add(ticket)
        await session.flush()
        session.delete(ticket)
        await session.flush()
        assert ticket.number is None
        session.add(ticket)
        await session.flush()
        assert ticket.number is not None
    assert db.raw("MATCH (t:Ticket) RETURN t.title") == [["t"]]


# ---- rolling back


@spec(162, 163, 180)
async def test_rollback_forgets_what_is_pending(db: Db) -> None:
    await three_users(db)
    async with db.session() as session:
        a, b = await session.get(User, "a"), await session.get(User, "b")
        new, ticket = User(id="new", name="New"), Ticket(title="t")
        session.add_all([new, ticket])
        session.delete(a)
        b.name = "edited"
        with db.recorded() as sent:
            assert await session.rollback() is None
            await session.commit()
        assert sent == []
        assert (new in session, a in session, session.new, session.deleted) == (False, True, [], [])
        assert (new.name, new._new, ticket.title, ticket.number) == ("New", True, "t", None)
        if db.is_async:
            await session.refresh(b)
        assert b.name == "name b"
        session.add_all([new, ticket])
    assert stored(db) == ["a", "b", "c", "new"]
    assert db.raw("MATCH (t:Ticket) RETURN count(t)") == [[1]]


@spec(162, 168)
async def test_rollback_expires_what_is_loaded(db: Db) -> None:
    await three_users(db)
    async with db.session() as session:
        user = await session.get(User, "a")
        db.raw("MATCH (u:User {id: 'a'}) SET u.name = 'elsewhere'")
        assert user.name == "name a"
        await session.rollback()
        assert await session.get(User, "a") is user
        assert user.name == "elsewhere"


@spec(164, 165)
async def test_what_was_flushed_before_a_rollback(db: Db) -> None:
    """Undone where the database has transactions; where it has none, it stays, and the objects say so."""
    await three_users(db)
    async with db.session() as session:
        a, b = await session.get(User, "a"), await session.get(User, "b")
        new = User(id="new", name="New")
        session.add(new)
        session.delete(a)
        b.name = "flushed"
        await session.flush()
        await session.rollback()
        undone = undoes(db)
        assert (new in session) is not undone
        assert (a in session) is undone
        assert b in session
        assert (await session.get(User, "b")).name == ("name b" if undone else "flushed")
        assert await session.get(User, "new") is (None if undone else new)
        if not undone:
            assert new.name == "New"
            new.name = "changed"
    assert stored(db) == (["a", "b", "c"] if undone else ["b", "c", "new"])
    if not undone:
        assert db.raw("MATCH (u:User {id: 'new'}) RETURN u.name") == [["changed"]]


async def test_a_committed_object_survives_a_later_rollback(db: Db) -> None:
    async with db.session() as session:
        user = User(id="a", name="Ann")
        session.add(user)
        await session.commit()
        user.name = "edited"
        await session.rollback()
        assert user in session
        assert await session.get(User, "a") is user
        assert user.name == "Ann"


# ---- expunging


@spec(170, 171, 172, 180)
async def test_an_expunged_object_is_detached_and_nothing_is_sent(db: Db) -> None:
    await three_users(db)
    async with db.session() as session:
        a, b = await session.get(User, "a"), await session.get(User, "b")
        new = User(id="new", name="New")
        session.add(new)
        a.name = b.name = "edited"
        assert session.expunge(a) is None
        session.expunge(new)
        assert (a in session, new in session) == (False, False)
        assert session.expunge_all() is None
        with db.recorded() as sent:
            await session.commit()
        assert sent == []
        assert a.name == "edited"
        for gone in (a, b):
            with pytest.raises(DetachedEntityError, match=r"User\.company"):
                _ = gone.company
            with pytest.raises(DetachedEntityError):
                session.expunge(gone)
        assert await session.get(User, "a") is not a
    assert stored(db) == ["a", "b", "c"]


@spec(151)
async def test_a_detached_object_is_persistent_again_with_its_changes(db: Db) -> None:
    await three_users(db)
    async with db.session() as session:
        user = await session.get(User, "a")
    user.name = "edited outside"
    assert user._dirty
    async with db.session() as session:
        session.add(user)
        assert await session.get(User, "a") is user
        with db.recorded() as sent:
            await session.flush()
        assert len(sent) == 1
        session.expunge(user)
        session.add(user)
        session.delete(user)
    assert stored(db) == ["b", "c"]


async def test_a_detached_object_cannot_join_beside_its_twin(db: Db) -> None:
    await three_users(db)
    async with db.session() as session:
        user = await session.get(User, "a")
    async with db.session() as session:
        await session.get(User, "a")
        with pytest.raises(DuplicateKeyError, match="in this session already, as another object"):
            session.add(user)


async def test_a_detached_object_whose_node_is_gone(db: Db) -> None:
    await three_users(db)
    async with db.session() as session:
        user = await session.get(User, "a")
    db.raw("MATCH (u:User {id: 'a'}) DELETE u")
    user.name = "edited"
    async with db.session() as session:
        session.add(user)
        with pytest.raises(StaleEntityError, match=r"User\(id='a'\)"):
            await session.flush()
        session.expunge_all()
