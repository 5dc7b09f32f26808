"""Values, names and nodes at the edge of what a database takes: refused before sending, or stored as they are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from runic.ogm import FieldValidationError, InvalidArgumentError, MetaData, Node, Vector, select
from runic.testing.conformance.harness import Db
from runic.testing.conformance.session_models import Account, City, Everything, Mood, Rated, Reader, User

spec = pytest.mark.spec

REFUSED = [
    pytest.param({"whole": 2**63}, "whole.*64 bits", id="43: integer beyond 64 bits"),
    pytest.param({"numbers": [-(2**63) - 1]}, "numbers.*64 bits", id="43: in a list"),
    pytest.param({"real": math.inf}, "real.*finite", id="44: inf"),
    pytest.param({"real": math.nan}, "real.*finite", id="44: nan"),
    pytest.param({"vector": Vector([math.nan])}, "vector.*finite", id="44: nan in a vector"),
    pytest.param({"numbers": [1, None]}, "numbers.*cannot hold None", id="44: None in a list"),
    pytest.param({"texts": {"a"}}, "texts.*expected a list, got set", id="44: set"),
    pytest.param({"settings": {"a": object()}}, "settings.*JSON", id="44: object in a dict"),
    pytest.param({"text": "a\0b"}, "text.*NUL", id="47: NUL"),
    pytest.param({"text": "\ud800"}, "text.*surrogate", id="47: surrogate"),
    pytest.param({"texts": ["a\0b"]}, "texts.*NUL", id="47: NUL in a list"),
    pytest.param({"day": datetime(2024, 1, 1)}, r"day.*\.date\(\)", id="106: datetime for a date"),
    pytest.param({"mood": "bad mood"}, "mood.*no Mood", id="42: unknown member"),
    pytest.param({"whole": "5"}, "whole.*expected an int", id="text for a number"),
]


def _held(db: Db, values: dict[str, Any]) -> bool:
    """Tell whether this database takes a value that others refuse."""
    ((_, value),) = values.items()
    items = value if isinstance(value, list) else [value]
    limits = {str: db.dialect.text_limits, float: db.dialect.float_limits}
    checks = [limits[type(item)](item) for item in items if type(item) in limits]
    return not isinstance(value, Vector) and value != "bad mood" and "whole" not in values and checks == [None]


@spec(132)
@pytest.mark.parametrize(("values", "reason"), REFUSED)
async def test_a_value_that_cannot_be_stored_is_refused_before_anything_is_sent(
    db: Db, values: dict[str, Any], reason: str
) -> None:
    """Pitfalls 38, 42, 43, 44, 47 and 106: the error names class, key and field, and the session stays usable."""
    if _held(db, values):
        await _reads_back(db, values)
        return
    db.raw("CREATE (:Everything {id: 'old'})")
    async with db.session() as session:
        old = await session.get(Everything, "old")
        old.text = "new"
        bad = Everything(id="bad", **values)
        session.add_all([Everything(id="good"), bad])
        with db.recorded() as sent, pytest.raises(FieldValidationError, match=rf"Everything\(id='bad'\).*{reason}"):
            await session.flush()
        assert sent == []
        session.expunge(bad)
        await session.commit()
    assert db.raw("MATCH (e:Everything) RETURN e.id, e.text ORDER BY e.id") == [["good", None], ["old", "new"]]


@pytest.mark.parametrize(("values", "reason"), REFUSED)
async def test_a_change_that_cannot_be_stored_is_refused_and_can_be_put_right(
    db: Db, values: dict[str, Any], reason: str
) -> None:
    if _held(db, values):
        await _reads_back(db, values)
        return
    async with db.session() as session:
        session.add_all([Everything(id="a"), Everything(id="b")])
    async with db.session() as session:
        a, b = await session.get(Everything, "a"), await session.get(Everything, "b")
        ((name, value),) = values.items()
        a.text = "changed"
        setattr(b, name, value)
        with db.recorded() as sent, pytest.raises(FieldValidationError, match=rf"Everything\(id='b'\).*{reason}"):
            await session.commit()
        assert sent == []
        setattr(b, name, None)
        await session.commit()
    assert db.raw("MATCH (e:Everything {id: 'a'}) RETURN e.text") == [["changed"]]


async def _reads_back(db: Db, values: dict[str, Any]) -> None:
    ((name, value),) = values.items()
    async with db.session() as session:
        session.add(Everything(id="held", **values))
    async with db.session() as session:
        held = await session.get(Everything, "held")
        assert repr(getattr(held, name)) == repr(value)
        held.text = "changed"
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 1


DEADLY = [
    pytest.param("", id="empty"),
    pytest.param(" a", id="padded"),
    pytest.param("a\n", id="padded by a line break"),
    pytest.param("x" * 4097, id="too long"),
    pytest.param("a\x01b", id="U+0001"),
]


@pytest.mark.parametrize("value", DEADLY)
async def test_texts_that_would_end_the_server_are_refused_as_key_and_unique_value(db: Db, value: str) -> None:
    async with db.session() as session:
        if db.dialect.unique_text_limits(value) is None:
            session.add(User(id=value, name="n"))
            await session.commit()
            assert db.raw("MATCH (u:User) RETURN u.id") == [[value]]
            return
        for entity in (User(id=value, name="n"), Account(key="a", mail=value)):
            session.add(entity)
            with pytest.raises(FieldValidationError, match="would end the FalkorDB server"):
                await session.flush()
            session.expunge(entity)
        assert await session.get(User, value) is None
        assert await session.scalars(select(Account).where(Account.mail == value)) == []


@pytest.mark.parametrize("value", ["a b", "x" * 4096, "é" * 2048, "ключ-😀", "'\"\\`$p0"])
async def test_any_other_text_is_a_key(db: Db, value: str) -> None:
    async with db.session() as session:
        session.add(User(id=value, name="n"))
    async with db.session() as session:
        found = await session.get(User, value)
        assert found.id == value
        found.name = "m"
    async with db.session() as session:
        session.delete(await session.get(User, value))
    assert db.raw("MATCH (n) RETURN count(n)") == [[0]]


# ---- names


@spec(71)
async def test_properties_may_have_names_of_their_own(db: Db) -> None:
    """Pitfall 104, on nodes."""
    async with db.session() as session:
        session.add(Account(key="k", mail="a@b"))
    assert db.raw("MATCH (a:Account) RETURN a.`account key`, a.email_address, a.Saldo") == [["k", "a@b", 5]]
    async with db.session() as session:
        account = await session.get(Account, "k")
        assert (account.key, account.mail, account.balance) == ("k", "a@b", 5)
        account.balance = 7
        await session.commit()
        assert await session.scalars(select(Account).where(Account.balance == 7).order_by(Account.mail)) == [account]
    assert db.raw("MATCH (a:Account) RETURN properties(a)") == [
        [{"account key": "k", "email_address": "a@b", "Saldo": 7}]
    ]


async def test_properties_of_edges_may_have_names_of_their_own(db: Db) -> None:
    """Pitfall 104: written, read back, changed and filtered."""
    async with db.session() as session:
        reader, city = Reader(id="r"), City(id="c")
        session.add_all([reader, city])
        await session.relate(reader, Reader.rated, city, edge=Rated(score=3, note="fine"))
    assert db.raw("MATCH ()-[r:RATED]->() RETURN properties(r)") == [[{"score": 3, "remark": "fine"}]]
    hop = select(Reader).alias("r").traverse(Reader.rated, edge_alias="e", optional=False).alias("c")
    rows = hop.return_nodes("r", "c").return_edge("e")
    async with db.session() as session:
        ((_, edge, _),) = await session.all_with_edges(rows.where(Rated.note == "fine", on="e"))
        assert (edge.score, edge.note) == (3, "fine")
        edge.note = "better"
    async with db.session() as session:
        assert await session.all_with_edges(rows.where(Rated.note == "fine", on="e")) == []
    assert db.raw("MATCH ()-[r:RATED]->() RETURN properties(r)") == [[{"score": 3, "remark": "better"}]]


@pytest.mark.parametrize(
    "label", ["two words", "with-dash", "Größe", "日本", "1st", "match", "a.b", "a'b\"c", "{x}", "$p0"]
)
async def test_any_label_and_property_is_quoted(db: Db, label: str) -> None:
    """Pitfalls 51 and 52."""
    body = {"__annotations__": {"id": str, "order": str, "end": int}}
    model: Any = type(Node)("Thing", (Node,), body, labels=[label], registry=MetaData())
    if db.dialect.label_limits(label) is not None:
        await _is_refused(db, model(id="a", order="first", end=1), label)
        return
    async with db.session() as session:
        session.add(model(id="a", order="first", end=1))
    async with db.session() as session:
        thing = await session.get(model, "a")
        thing.end = 2
        await session.flush()
        assert await session.scalars(select(model).where(model.order == "first").order_by(model.end)) == [thing]
    stored = {"id": "a", "order": "first", "end": 2}
    assert db.raw("MATCH (n) RETURN labels(n), properties(n)") == [[[label], stored]]


async def _is_refused(db: Db, thing: Any, label: str) -> None:
    async with db.session() as session:
        with db.recorded() as sent, pytest.raises(InvalidArgumentError, match=re.escape(repr(label))):
            session.add(thing)
        assert sent == []


async def test_a_name_that_the_database_cannot_write_is_refused(db: Db) -> None:
    """Pitfall 51: back-ticks."""
    body = {"__annotations__": {"id": str}}
    model: Any = type(Node)("Thing", (Node,), body, labels=["a`b"], registry=MetaData())
    if db.dialect.quoted_names_may_hold_quotes:
        async with db.session() as session:
            session.add(model(id="a"))
        assert db.raw("MATCH (n) RETURN labels(n)") == [[["a`b"]]]
        return
    async with db.session() as session:
        with pytest.raises(InvalidArgumentError, match=re.escape(repr("a`b"))):
            session.add(model(id="a"))


# ---- what others put into the graph


async def test_unknown_labels_and_properties_are_tolerated_and_left_alone(db: Db) -> None:
    """Pitfall 49."""
    db.raw("CREATE (:User:Admin:Robot {id: 'a', name: 'Ann', extra: [1, 2], shoe_size: 38})")
    async with db.session() as session:
        user = await session.get(User, "a")
        assert type(user) is User
        assert not hasattr(user, "shoe_size")
        user.name = "Anna"
    stored = db.raw("MATCH (u:User) RETURN properties(u), labels(u)")
    assert stored[0][0] == {"id": "a", "name": "Anna", "extra": [1, 2], "shoe_size": 38}
    assert set(stored[0][1]) == {"User", "Admin", "Robot"}


async def test_a_missing_property_reads_as_its_default_or_none(db: Db) -> None:
    """Pitfall 7: reading never raises; a default that the graph does not hold is not a change."""
    db.raw("CREATE (:User {id: 'a'})")
    async with db.session() as session:
        user = await session.get(User, "a")
        assert (user.name, user.age, user.active, user.tags) == (None, None, True, [])
        with db.recorded() as sent:
            await session.commit()
        assert sent == []
        user.tags.append("x")
    assert db.raw("MATCH (u:User) RETURN properties(u)") == [[{"id": "a", "tags": ["x"]}]]


FOREIGN = [
    pytest.param("settings: '{ \"a\" : 1 }'", "settings", {"a": 1}, id="JSON with blanks"),
    pytest.param("uuids: ['6BA7B810-9DAD-11D1-80B4-00C04FD430C8']", "uuids", None, id="UUID in capitals"),
    pytest.param("moments: ['2024-01-01']", "moments", [datetime(2024, 1, 1)], id="datetime without a time"),
    pytest.param("moment: '2024-01-01T02:00:00+02:00'", "moment", None, id="datetime with an offset"),
    pytest.param("texts: 'no list'", "texts", "no list", id="text for a list"),
    pytest.param("numbers: [1, 'two']", "numbers", [1, "two"], id="a mixed list"),
    pytest.param("text: 5", "text", 5, id="number for text"),
    pytest.param("whole: 'five'", "whole", "five", id="text for a number"),
    pytest.param("flag: 1", "flag", 1, id="number for a truth value"),
    pytest.param("vector: [1, 2]", "vector", Vector([1, 2]), id="a list for a vector"),
]


@pytest.mark.parametrize(("properties", "field", "value"), FOREIGN)
async def test_what_another_client_stored_in_its_own_form_is_left_alone(
    db: Db, properties: str, field: str, value: Any
) -> None:
    """Untouched means unwritten, also where the value would not be taken today; a new value replaces it."""
    try:
        db.raw(f"CREATE (:Everything {{id: 'e', {properties}}})")
    except Exception:
        if "[1, 'two']" not in properties:
            raise
        return  # a database that holds no mixed list has none to leave alone
    before = db.raw(f"MATCH (e:Everything) RETURN e.{field}")
    async with db.session() as session:
        entity = await session.get(Everything, "e")
        assert value is None or getattr(entity, field) == value
        with db.recorded() as sent:
            await session.commit()
        assert sent == []
        entity.mood = Mood.GOOD
        await session.commit()
        assert db.raw(f"MATCH (e:Everything) RETURN e.{field}") == before
        setattr(entity, field, FRESH[field])
        await session.commit()
        session.expire(entity)
        await session.refresh(entity)
        assert getattr(entity, field) == FRESH[field]


FRESH: dict[str, Any] = {
    "settings": {"b": 2},
    "uuids": [],
    "moments": [datetime(2025, 1, 1)],
    "moment": datetime(2025, 1, 1),
    "texts": ["list"],
    "numbers": [1, 2],
    "text": "text",
    "whole": 5,
    "flag": True,
    "vector": Vector([1, 2.5]),
}


@pytest.mark.parametrize(("property", "text"), [("mood", "furious"), ("moment", "yesterday"), ("uuid", "x")])
async def test_stored_text_that_no_type_reads_names_the_node(db: Db, property: str, text: str) -> None:
    """Pitfall 42."""
    db.raw(
        f"CREATE (:Everything {{id: 'fine', mood: 'good'}}), (:Everything {{id: 'odd', {property}: $text}})",
        {"text": text},
    )
    async with db.session() as session:
        with pytest.raises(FieldValidationError, match=rf"Everything\.{property}.*'{text}'.*element id"):
            await session.scalars(select(Everything))
        fine = await session.get(Everything, "fine")
        assert fine.mood is Mood.GOOD


@spec(73, 74)
async def test_interned_values_are_texts_like_others(db: Db) -> None:
    async with db.session() as session:
        session.add_all(Everything(id=str(n), interned="de") for n in range(3))
        with db.recorded() as sent:
            await session.flush()
    created = next(statement.text for statement in sent if "CREATE" in statement.text)
    assert ("intern(" in created) is ("intern" in db.dialect.functions)
    async with db.session() as session:
        found = await session.scalars(select(Everything).where(Everything.interned == "de"))
        assert len(found) == 3
        found[0].interned = "at"
    assert sorted(db.raw("MATCH (e:Everything) RETURN e.interned")) == [["at"], ["de"], ["de"]]


async def test_a_list_is_tracked_when_it_changes_in_place(db: Db) -> None:
    """Pitfall 37."""

    def changes(user: User) -> Iterator[list[str]]:
        user.tags.append("b")
        yield ["a", "b"]
        user.tags[0] = "c"
        yield ["c", "b"]
        user.tags.clear()
        yield []
        user.tags += ["d"]
        yield ["d"]

    async with db.session() as session:
        user = User(id="a", name="Ann", tags=["a"])
        session.add(user)
        await session.flush()
        for expected in changes(user):
            with db.recorded() as sent:
                await session.commit()
            assert len(sent) == 1
            assert db.raw("MATCH (u:User) RETURN u.tags") == [[expected]]
