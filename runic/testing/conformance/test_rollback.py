"""A rollback puts objects back to what they were before the transaction: keys, edges, deleted and new ones.

What a database keeps at a rollback, ``undoes(db)`` false, has nothing to be put back, and a test ends there.
"""

from __future__ import annotations

import pytest

from runic.ogm import DetachedEntityError, select
from runic.testing.conformance.harness import Db, undoes
from runic.testing.conformance.session_models import City, Company, Location, Rated, Reader, User, stored_keys


async def test_objects_that_exchanged_their_keys_have_their_own_again(db: Db) -> None:
    if not undoes(db):
        return
    async with db.session() as session:
        ann, bob = User(id="a", name="Ann"), User(id="b", name="Bob")
        session.add_all([ann, bob])
        await session.commit()
        ann.id, bob.id = "x", "a"
        await session.flush()
        ann.id = "b"
        await session.flush()
        assert await session.get(User, "a") is bob
        await session.rollback()
        assert (ann.id, bob.id) == ("a", "b")
        assert await session.get(User, "a") is ann
        assert await session.get(User, "b") is bob
        await session.refresh(ann)
        ann.age = 7
        await session.commit()
        assert [(u.name, u.age) for u in await session.scalars(select(User).order_by(User.id))] == [
            ("Ann", 7), ("Bob", None),
        ]  # fmt: skip


async def test_a_new_object_under_a_key_that_another_left(db: Db) -> None:
    if not undoes(db):
        return
    async with db.session() as session:
        ann = User(id="a", name="Ann")
        session.add(ann)
        await session.commit()
        ann.id = "moved"
        new = User(id="a", name="New")
        session.add(new)
        await session.flush()
        await session.rollback()
        assert new not in session
        assert await session.get(User, "a") is ann
        assert await session.get(User, "moved") is None
    assert stored_keys(db) == ["a"]


async def test_an_object_deleted_under_another_key(db: Db) -> None:
    if not undoes(db):
        return
    async with db.session() as session:
        ann, bob = User(id="a", name="Ann"), User(id="b", name="Bob")
        session.add_all([ann, bob])
        await session.commit()
        ann.id = "c"
        await session.flush()
        session.delete(ann)
        bob.id = "c"
        await session.flush()
        ann.id = "d"
        session.add(ann)
        await session.flush()
        await session.rollback()
        assert (ann in session, bob in session) == (True, True)
        assert await session.get(User, "a") is ann
        assert await session.get(User, "b") is bob
        session.delete(ann)
    assert stored_keys(db) == ["b"]


async def test_a_new_object_that_was_deleted_again_is_new_again(db: Db) -> None:
    async with db.session() as session:
        ann = Company(name="Acme")
        session.add(ann)
        await session.flush()
        session.delete(ann)
        await session.flush()
        await session.rollback()
        assert ann not in session
        assert ann.id is None
        session.add(ann)
    async with db.session() as session:
        assert [c.name for c in await session.scalars(select(Company))] == ["Acme"]


async def test_an_edge_object_is_new_again_and_the_one_it_replaced_is_back(db: Db) -> None:
    if not undoes(db):
        return
    async with db.session() as session:
        ann, rome, oslo = Reader(id="ann"), City(id="rome"), Location(id="oslo")
        first = Rated(score=1)
        session.add_all([ann, rome, oslo])
        await session.relate(ann, Reader.rated, rome, edge=first)
        await session.commit()
        second, third = Rated(score=2), Rated(score=3)
        await session.relate(ann, Reader.rated, rome, edge=second)
        await session.relate(ann, Reader.rated, oslo, edge=third)
        assert first not in session
        await session.rollback()
        assert (first in session, second in session, third in session) == (True, False, False)
        with pytest.raises(DetachedEntityError):
            session.delete(third)
        await session.refresh(first)
        assert first.score == 1
        await session.relate(ann, Reader.rated, oslo, edge=third)
        first.score = 5
        await session.commit()
    assert sorted(db.raw("MATCH (:Reader)-[r:RATED]->(n) RETURN n.id, r.score")) == [["oslo", 3], ["rome", 5]]


async def test_an_edge_object_of_a_deleted_node_is_back(db: Db) -> None:
    if not undoes(db):
        return
    async with db.session() as session:
        ann, rome, edge = Reader(id="ann"), City(id="rome"), Rated(score=1)
        session.add_all([ann, rome])
        await session.relate(ann, Reader.rated, rome, edge=edge)
        await session.commit()
        session.delete(ann)
        await session.flush()
        assert edge not in session
        await session.rollback()
        assert edge in session
        await session.refresh(edge)
        edge.score = 4
        await session.commit()
    assert db.raw("MATCH (:Reader)-[r:RATED]->(n) RETURN n.id, r.score") == [["rome", 4]]
