"""Changing loaded objects: what counts, what is written, and how many statements it takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from runic.ogm import DuplicateKeyError, FieldValidationError, StaleEntityError, select
from runic.testing.conformance.harness import Db
from runic.testing.conformance.session_models import (
    Account,
    City,
    Country,
    Everything,
    Location,
    Rated,
    Reader,
    Ticket,
    User,
)

spec = pytest.mark.spec


async def stored_user(db: Db, **values: Any) -> None:
    async with db.session() as session:
        session.add(User(**{"id": "a", "name": "Ann", **values}))


@spec(96, 157, 160, 161)
async def test_one_changed_field_writes_one_property(db: Db) -> None:
    """Pitfall 36."""
    await stored_user(db, age=30)
    first, second = db.open(), db.open()
    one, other = await first.get(User, "a"), await second.get(User, "a")
    one.name = "Anna"
    other.age = 31
    with db.recorded() as sent:
        await first.commit()
        await second.commit()
    assert len(sent) == 2
    assert "name" in sent[0].text
    assert "age" not in sent[0].text
    assert not one._dirty
    await first.close()
    await second.close()
    assert db.raw("MATCH (u:User) RETURN u.name, u.age") == [["Anna", 31]]


async def test_an_untouched_commit_sends_nothing(db: Db) -> None:
    async with db.session() as session:
        session.add_all(User(id=f"{n}", name="x", tags=["t"]) for n in range(50))
    async with db.session() as session:
        users = await session.scalars(select(User))
        with db.recorded() as sent:
            await session.flush()
            await session.commit()
        assert sent == []
        assert not any(user._dirty for user in users)


async def test_setting_the_same_value_or_back_sends_nothing(db: Db) -> None:
    await stored_user(db, age=30, tags=["x"])
    async with db.session() as session:
        user = await session.get(User, "a")
        user.name, user.age, user.tags = "".join(["A", "nn"]), 30, ["x"]
        user.active = False
        user.active = True
        with db.recorded() as sent:
            await session.commit()
        assert sent == []


async def test_setting_an_optional_field_to_none_removes_the_property(db: Db) -> None:
    """Pitfalls 5 and 6."""
    await stored_user(db, age=30)
    async with db.session() as session:
        (await session.get(User, "a")).age = None
    assert db.raw("MATCH (u:User) RETURN u.age, 'age' IN keys(u)") == [[None, False]]
    async with db.session() as session:
        assert (await session.get(User, "a")).age is None


@spec(55, 132)
@pytest.mark.parametrize("name", ["name", "active", "tags"])
async def test_none_in_a_required_field_is_refused_at_flush(db: Db, name: str) -> None:
    """Pitfalls 7 and 8: new objects and loaded ones."""
    async with db.session() as session:
        user = User(**{"id": "a", "name": "Ann", name: None})
        session.add(user)
        with pytest.raises(FieldValidationError, match=rf"User\(id='a'\): {name} is required and is None"):
            await session.flush()
        setattr(user, name, User(id="x", name="x").__dict__[name])
        await session.flush()
        setattr(user, name, None)
        with db.recorded() as sent, pytest.raises(FieldValidationError, match=rf"User\(id='a'\): {name} is required"):
            await session.commit()
        assert sent == []
        session.expunge(user)
    assert db.raw("MATCH (u:User) RETURN count(u)") == [[1]]


@spec(69)
async def test_none_in_a_field_with_a_default_stays_none(db: Db) -> None:
    """Pitfall 6: the default does not come back."""
    async with db.session() as session:
        session.add(Everything(id="e"))
    db.raw("MATCH (e:Everything) SET e.text = 'x'")
    async with db.session() as session:
        (await session.get(Everything, "e")).text = None
    assert db.raw("MATCH (e:Everything) RETURN e.text") == [[None]]


CHANGES: list[Any] = [
    pytest.param("anything", 1, True, True, id="1 and True"),
    pytest.param("anything", 1, 1.0, True, id="1 and 1.0"),
    pytest.param("amount", Decimal("1.2"), Decimal("1.20"), True, id="a scale"),
    pytest.param(
        "moment",
        datetime(2024, 1, 1, 12, tzinfo=UTC),
        datetime(2024, 1, 1, 14, tzinfo=timezone(timedelta(hours=2))),
        False,
        id="one instant in another zone",
    ),
    pytest.param("real", 0.1 + 0.2, 0.3, False, id="beyond what the backend keeps"),
    pytest.param("settings", {"a": 1}, {"a": 1}, False, id="an equal dict"),
    pytest.param("settings", {"a": 1}, {"a": 1.0}, True, id="a dict with 1.0"),
    pytest.param("texts", ["a"], ("a",), False, id="a tuple for a list"),
]


@pytest.mark.parametrize(("field", "before", "after", "changed"), CHANGES)
async def test_changed_means_that_the_stored_value_would_differ(
    db: Db, field: str, before: Any, after: Any, changed: bool
) -> None:
    async with db.session() as session:
        session.add(Everything(id="e", **{field: before}))
    async with db.session() as session:
        entity = await session.get(Everything, "e")
        setattr(entity, field, after)
        assert entity._dirty is (changed or (field == "real" and db.dialect.round_float(before) == before))
        with db.recorded() as sent:
            await session.commit()
        assert bool(sent) is changed or field == "real"


class Odd(str):
    """A value whose comparison raises or answers with no bool."""

    __slots__ = ()
    answer: Any = None

    def __eq__(self, other: object) -> Any:
        if type(self).answer is None:
            raise RuntimeError("incomparable")
        return type(self).answer

    __hash__ = str.__hash__


@pytest.mark.parametrize("answer", [None, [], [1], "yes"])
async def test_a_comparison_that_is_none_is_settled_by_what_would_be_stored(db: Db, answer: Any) -> None:
    Odd.answer = answer
    await stored_user(db)
    async with db.session() as session:
        user = await session.get(User, "a")
        user.name = Odd("Ann")
        with db.recorded() as sent:
            await session.flush()
        assert sent == []
        user.name = Odd("Bob")
        await session.flush()
    assert db.raw("MATCH (u:User) RETURN u.name") == [["Bob"]]


async def test_values_that_change_in_place_are_tracked(db: Db) -> None:
    """Pitfall 37."""
    async with db.session() as session:
        session.add(Everything(id="e", settings={"a": {"b": 1}}, numbers=[1]))
    async with db.session() as session:
        entity = await session.get(Everything, "e")
        assert not entity._dirty
        entity.settings["a"]["b"] = 2
        entity.numbers.append(2)
        assert entity._dirty
    assert db.raw("MATCH (e:Everything) RETURN e.settings, e.numbers") == [['{"a":{"b":2}}', [1, 2]]]


@spec(57)
async def test_a_loaded_edge_that_was_edited_is_written(db: Db) -> None:
    """Pitfall 40."""
    async with db.session() as session:
        reader, city = Reader(id="r"), City(id="c")
        session.add_all([reader, city])
        await session.relate(reader, Reader.rated, city, edge=Rated(score=1, note="n"))
    rows = select(Reader).alias("r").traverse(Reader.rated, edge_alias="e", optional=False).alias("c")
    rows = rows.return_nodes("r", "c").return_edge("e")
    async with db.session() as session:
        ((_, edge, _),) = await session.all_with_edges(rows)
        assert not edge._dirty
        edge.score, edge.note = 2, None
        assert edge._dirty
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 1
        assert not edge._dirty
        edge.score = None
        with pytest.raises(FieldValidationError, match="score is required"):
            await session.flush()
        await session.refresh(edge)
        assert edge.score == 2
    assert db.raw("MATCH ()-[e:RATED]->() RETURN properties(e)") == [[{"score": 2}]]


# ---- how many statements


async def test_ten_thousand_new_nodes_of_three_classes(db: Db) -> None:
    async with db.session() as session:
        made = [[User(id=f"{n}", name="x"), City(id=f"{n}"), Ticket(title="t")][n % 3] for n in range(10_000)]
        session.add_all(made)
        with db.recorded() as sent:
            await session.flush()
    creates = [statement for statement in sent if statement.write]
    assert len(creates) == sum(-(-part // db.dialect.max_batch) for part in (3334, 3333, 3333))
    assert len(sent) - len(creates) <= 2
    assert db.raw("MATCH (n) RETURN count(n)") == [[10_000]]


async def test_one_field_of_a_thousand_loaded_objects(db: Db) -> None:
    async with db.session() as session:
        session.add_all(User(id=f"{n}", name="x") for n in range(1000))
    async with db.session() as session:
        for number, user in enumerate(await session.scalars(select(User))):
            user.age = number
        with db.recorded() as sent:
            await session.commit()
    assert len(sent) <= 2
    assert db.raw("MATCH (u:User) RETURN count(DISTINCT u.age)") == [[1000]]


@spec(155)
async def test_phases_are_grouped(db: Db) -> None:
    async with db.session() as session:
        session.add_all([User(id=f"{n}", name="x") for n in range(30)] + [City(id=f"{n}") for n in range(30)])
    async with db.session() as session:
        users, cities = await session.scalars(select(User)), await session.scalars(select(Location))
        for user, city in zip(users[:10], cities[:10], strict=True):
            session.delete(user)
            session.delete(city)
        for user in users[10:20]:
            user.name = "y"
        for user in users[20:]:
            user.age, user.name = 1, "z"
        session.add_all([Country(id=f"new {n}") for n in range(10)])
        with db.recorded() as sent:
            await session.flush()
        writes = [statement.text for statement in sent if statement.write]
        kinds = [next(word for word in ("DELETE", "SET", "CREATE") if word in text) for text in writes]
        assert kinds == ["DELETE", "DELETE", "SET", "SET", "CREATE"]


# ---- gone, and renamed


@spec(129)
async def test_a_changed_object_that_is_gone_is_reported(db: Db) -> None:
    """Pitfall 35: what was found is settled, nothing is lost silently."""
    async with db.session() as session:
        session.add_all(User(id=key, name="x") for key in "abc")
    async with db.session() as session:
        users = await session.scalars(select(User))
        db.raw("MATCH (u:User {id: 'b'}) DELETE u")
        for user in users:
            user.name = "y"
        with pytest.raises(StaleEntityError, match=r"User\(id='b'\): changed here, but gone"):
            await session.flush()
        assert [user._dirty for user in sorted(users, key=lambda u: u.id)] == [False, True, False]
        session.expunge(next(user for user in users if user.id == "b"))
        await session.commit()
    assert db.raw("MATCH (u:User) RETURN u.id, u.name ORDER BY u.id") == [["a", "y"], ["c", "y"]]


async def test_changing_the_key_renames_in_place(db: Db) -> None:
    """Pitfall 4."""
    async with db.session() as session:
        session.add(Account(key="a", mail="m"))
    async with db.session() as session:
        account = await session.get(Account, "a")
        account.key, account.balance = "b", 9
        await session.flush()
        assert await session.get(Account, "b") is account
        assert await session.get(Account, "a") is None
        account.balance = 10
        await session.commit()
        assert db.raw("MATCH (a:Account) RETURN a.`account key`, a.Saldo") == [["b", 10]]
        session.delete(account)
    assert db.raw("MATCH (a:Account) RETURN count(a)") == [[0]]


async def test_a_key_may_be_swapped_or_taken_over_in_one_flush(db: Db) -> None:
    async with db.session() as session:
        session.add_all(User(id=key, name=key) for key in "ab")
    async with db.session() as session:
        a, b = await session.get(User, "a"), await session.get(User, "b")
        a.id, b.id = "b", "a"
        await session.commit()
        assert await session.get(User, "a") is b
        b.id = "c"
        session.add(User(id="a", name="new"))
    rows = db.raw("MATCH (u:User) RETURN u.id, u.name ORDER BY u.id")
    assert rows == [["a", "new"], ["b", "a"], ["c", "b"]]


async def test_a_key_cannot_become_none_or_somebody_elses(db: Db) -> None:
    async with db.session() as session:
        session.add_all(User(id=key, name=key) for key in "ab")
    async with db.session() as session:
        user = await session.get(User, "a")
        user.id = None
        with pytest.raises(FieldValidationError, match=r"User\.id is the primary key and cannot become None"):
            await session.flush()
        user.id = "b"
        with pytest.raises(DuplicateKeyError, match="the graph has a node with that key"):
            await session.flush()
        user.id = "a"
