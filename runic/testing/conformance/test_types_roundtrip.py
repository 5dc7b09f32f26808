"""Every type, there and back: stored by a flush, changed by another, filtered, and as the graph holds it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from runic.ogm import Field, GeoLocation, MetaData, Node, TypeConverter, Vector, col, select
from runic.testing.conformance.harness import Db, only
from runic.testing.conformance.session_models import City, Colour, Everything, Level, Mood, Rated, Reader, Version

spec = pytest.mark.spec

EAST = timezone(timedelta(hours=5, minutes=30))
NASTY = "'\"\\ \n\r\t $p0 {x} `b` /* */ // é 😀 \u2028 \x02 \\u0041 \\n"

# (field, value, another value of it)
VALUES: list[Any] = [
    pytest.param("text", "plain", NASTY, id="str"),
    pytest.param("text", "", " padded ", id="str, empty"),
    pytest.param("whole", 2**63 - 1, -(2**63), id="int"),
    pytest.param("whole", 0, 10**18, id="int, 19 digits"),
    pytest.param("real", 0.1, -1.5e300, id="float"),
    pytest.param("real", 0.0, 1e-300, id="float, zero"),
    pytest.param("flag", False, True, id="bool"),
    pytest.param("moment", datetime(2024, 2, 29, 23, 59, 59, 999_999, EAST), datetime(1, 1, 1), id="datetime"),
    pytest.param("day", date(1, 1, 1), date(9999, 12, 31), id="date"),
    pytest.param("clock", time(0), time(23, 59, 59, 999_999), id="time"),
    pytest.param("span", timedelta(0), timedelta(days=-1, microseconds=1), id="timedelta"),
    pytest.param("colour", Colour.RED, Colour.NUMBER, id="Enum"),
    pytest.param("mood", Mood.GOOD, Mood.BAD, id="StrEnum"),
    pytest.param("level", Level.LOW, Level.HIGH, id="IntEnum"),
    pytest.param("uuid", UUID(int=1), UUID(int=2**128 - 1), id="UUID"),
    pytest.param("amount", Decimal("0.10"), Decimal("-12345678901234567890.123"), id="Decimal"),
    pytest.param("data", b"", bytes(range(256)), id="bytes"),
    pytest.param("settings", {}, {"a": [1, {"b": None}], NASTY: NASTY}, id="dict"),
    pytest.param("vector", Vector([1, 2.5]), Vector([0.25, -4]), id="Vector"),
    pytest.param("place", GeoLocation(52.5, 13.25), GeoLocation(-90, 180), id="GeoLocation"),
    pytest.param("interned", "de", NASTY, id="interned"),
    pytest.param("texts", [], ["", NASTY], id="list of str"),
    pytest.param("numbers", [1], [2**63 - 1, -(2**63)], id="list of int"),
    pytest.param("reals", [0.5], [1.0, 2.0], id="list of float"),
    pytest.param("flags", [True], [False, True], id="list of bool"),
    pytest.param("moods", [], [Mood.BAD, Mood.GOOD], id="list of enum"),
    pytest.param("moments", [datetime(2024, 1, 1)], [datetime(2024, 1, 1, tzinfo=EAST)], id="list of datetime"),
    pytest.param("uuids", [UUID(int=3)], [], id="list of UUID"),
    pytest.param("anything", "text", 5, id="Any"),
    pytest.param("anything", [1, 2], True, id="Any, list"),
]


async def stored(db: Db, key: str, field: str) -> Any:
    async with db.session() as session:
        found = await session.get(Everything, key)
        assert not found._dirty
        return getattr(found, field)


@spec(76, 78, 115, 116, 117, 118, 119, 122, 123, 124, 127)
@pytest.mark.parametrize(("field", "first", "second"), VALUES)
async def test_a_value_is_stored_changed_and_removed(db: Db, field: str, first: Any, second: Any) -> None:
    """Pitfalls 5, 44, 47, 105 and 107."""
    async with db.session() as session:
        session.add(Everything(id="e", **{field: first}))
    again = await stored(db, "e", field)
    assert (again, type(again)) == (first, type(first))
    async with db.session() as session:
        entity = await session.get(Everything, "e")
        setattr(entity, field, second)
        await session.commit()
        assert not entity._dirty
    again = await stored(db, "e", field)
    assert (again, type(again)) == (second, type(second))
    async with db.session() as session:
        setattr(await session.get(Everything, "e"), field, None)
    assert await stored(db, "e", field) is None
    assert db.raw(f"MATCH (e:Everything) RETURN keys(e), e.{field}") == [[["id"], None]]


@spec(112)
@pytest.mark.parametrize(("field", "first", "second"), VALUES)
async def test_a_value_is_found_again_by_filter(db: Db, field: str, first: Any, second: Any) -> None:
    if field in ("vector", "place", "anything") or isinstance(first, list):
        return
    attribute = getattr(Everything, field)
    async with db.session() as session:
        session.add_all([Everything(id="1", **{field: first}), Everything(id="2", **{field: second})])
    async with db.session() as session:
        for number, value in (("1", first), ("2", second)):
            found = await session.scalars(select(Everything).where(attribute == value))
            assert [entity.id for entity in found] == [number]
            found = await session.scalars(select(Everything).where(attribute.in_([value])))
            assert [entity.id for entity in found] == [number]


@spec(127)
async def test_a_class_of_a_users_own_has_a_converter(db: Db) -> None:
    async with db.session() as session:
        session.add(Everything(id="e", version=Version(3, 12)))
    assert db.raw("MATCH (e:Everything) RETURN e.version") == [["3.12"]]
    async with db.session() as session:
        entity = await session.get(Everything, "e")
        assert (entity.version.major, entity.version.minor) == (3, 12)
        entity.version = Version(3, 12)
        with db.recorded() as sent:
            await session.flush()
        assert sent == []
        entity.version.minor = 13
    assert db.raw("MATCH (e:Everything) RETURN e.version") == [["3.13"]]


class Upper(TypeConverter):
    """Has the database write in capitals what Python holds in small letters."""

    cypher_fn = "toUpper"

    def to_graph(self, value: str) -> str:
        return value

    def from_graph(self, value: str) -> str:
        return value.lower()


class Country(Node, labels=["Country"], registry=MetaData()):
    id: str = Field(primary_key=True)
    code: str | None = Field(default=None, converter=Upper())


@spec(113, 114)
async def test_the_function_of_a_converter_writes_and_filters(db: Db) -> None:
    async with db.session() as session:
        session.add_all([Country(id="1", code="de"), Country(id="2", code="fr"), Country(id="3")])
        await session.commit()
        (await session.get(Country, "3")).code = "it"
    assert db.raw("MATCH (c:Country) RETURN c.code ORDER BY c.code") == [["DE"], ["FR"], ["IT"]]
    async with db.session() as session:
        cases: list[tuple[Any, list[str]]] = [
            (col(Country.code) == "de", ["1"]),
            (col(Country.code) != "de", ["2", "3"]),
            (col(Country.code) >= "fr", ["2", "3"]),
            (col(Country.code).in_(["it", "de"]), ["1", "3"]),
            # A part of a text is no value of the field: it is compared with what is stored.
            (col(Country.code).startswith("F"), ["2"]),
        ]
        for condition, keys in cases:
            found = await session.scalars(select(Country).where(condition).order_by(Country.id))
            assert [country.id for country in found] == keys, condition
        assert await session.scalars(select(Country).order_by(Country.id).project(Country.code)) == ["de", "fr", "it"]
        found = await session.get(Country, "1")
        with db.recorded() as sent:
            found.code = "de"
            await session.flush()
        assert sent == []


@only("falkordb")
async def test_how_values_look_in_the_graph(db: Db) -> None:
    async with db.session() as session:
        session.add(
            Everything(
                id="e",
                moment=datetime(2024, 1, 1, 2, tzinfo=EAST),
                day=date(2024, 1, 2),
                span=timedelta(seconds=1.5),
                mood=Mood.BAD,
                level=Level.HIGH,
                amount=Decimal("1.20"),
                settings={"a": True},
                moods=[Mood.GOOD],
            )
        )
    stored = db.raw(
        "MATCH (e:Everything) RETURN e.moment, e.day, e.span, e.mood, e.level, e.amount, e.settings, e.moods"
    )
    assert stored == [
        ["2023-12-31T20:30:00.000000+00:00", "2024-01-02", 1_500_000, "bad", 2, "1.20", '{"a":true}', ["good"]]
    ]


@spec(116)
async def test_aware_datetimes_compare_and_order_as_instants(db: Db) -> None:
    """Pitfall 45."""
    noon = datetime(2024, 1, 1, 12, tzinfo=UTC)
    later = noon + timedelta(microseconds=1)
    async with db.session() as session:
        session.add(Everything(id="noon", moment=noon.astimezone(EAST)))
        session.add(Everything(id="later", moment=later))
        session.add(
            Everything(id="early", moment=(noon - timedelta(hours=1)).astimezone(timezone(timedelta(hours=-9))))
        )
    async with db.session() as session:
        ordered = await session.scalars(select(Everything).order_by(Everything.moment))
        assert [entity.id for entity in ordered] == ["early", "noon", "later"]
        found = await session.scalars(select(Everything).where(Everything.moment == noon))
        assert [entity.id for entity in found] == ["noon"]
        before = await session.scalars(select(Everything).where(Everything.moment < later.astimezone(EAST)))
        assert {entity.id for entity in before} == {"early", "noon"}
        assert found[0].moment == noon
        assert found[0].moment.utcoffset() == timedelta(0)


async def test_dates_compare(db: Db) -> None:
    """Pitfall 106."""
    async with db.session() as session:
        session.add_all([Everything(id=str(n), day=date(2024, 1, n)) for n in (1, 2, 3)])
    async with db.session() as session:
        found = await session.scalars(select(Everything).where(Everything.day >= date(2024, 1, 2)))
        assert {entity.day for entity in found} == {date(2024, 1, 2), date(2024, 1, 3)}


@spec(121)
async def test_32_bit_vectors_and_points_are_not_changed_by_reading(db: Db) -> None:
    """Pitfall 46: what the backend rounded never counts as changed."""
    vector, place = Vector([0.1, -2.7, 1e-7, 123456.789]), GeoLocation(13.4, 52.520008)
    async with db.session() as session:
        entity = Everything(id="e", vector=vector, place=place, real=0.1 + 0.2, reals=[0.1 + 0.2])
        session.add(entity)
        await session.flush()
        assert not entity._dirty
    async with db.session() as session:
        entity = await session.get(Everything, "e")
        assert entity.vector == pytest.approx(vector, rel=1e-6)
        assert entity.place.latitude == pytest.approx(13.4, rel=1e-6)
        entity.vector, entity.place, entity.real, entity.reals = vector, place, 0.1 + 0.2, [0.1 + 0.2]
        with db.recorded() as sent:
            await session.commit()
        assert sent == []
        entity.vector = Vector([0.1, -2.7, 1e-7, 123456.7])
        entity.place = GeoLocation(13.401, 52.520008)
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 1


NEAR = [
    pytest.param("vector", Vector([0.25, 0.5]), Vector([0.75, 0.5]), id="vectors less than 1 apart"),
    pytest.param("vector", Vector([5.0, 0.5]), Vector([5.0, 0.25]), id="vectors with one start"),
    pytest.param("anything", 1, 1.0, id="1 and 1.0"),
    pytest.param("anything", 1.0, 1, id="1.0 and 1"),
    pytest.param("anything", [1, 2], [1.0, 2.0], id="lists of 1 and 1.0"),
    pytest.param("anything", 1, True, id="1 and True"),
    pytest.param("real", 0.0, -0.0, id="zeros"),
    pytest.param("place", GeoLocation(1.25, 2.0), GeoLocation(1.5, 2.0), id="places"),
]


@pytest.mark.parametrize(("field", "first", "second"), NEAR)
async def test_a_value_that_a_server_takes_for_equal_is_written(db: Db, field: str, first: Any, second: Any) -> None:
    """FalkorDB's SET keeps 1 for 1.0; 4.16 also a vector whose first changed item differs by less than 1."""
    async with db.session() as session:
        session.add_all([Everything(id="e", **{field: first}), Everything(id="other", **{field: first})])
    async with db.session() as session:
        setattr(await session.get(Everything, "e"), field, second)
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 1
    assert repr(await stored(db, "e", field)) == repr(second)
    assert repr(await stored(db, "other", field)) == repr(first)


async def test_a_near_vector_of_an_edge_is_written(db: Db) -> None:
    """By relate, by relate_all, and by editing the loaded edge."""
    async with db.session() as session:
        reader, city = Reader(id="r"), City(id="c")
        session.add_all([reader, city])
        for number, taste in enumerate([0.25, 0.5, 0.75, None, 0.25]):
            edge = Rated(score=number, taste=taste and Vector([taste, 1]))
            await session.relate(reader, Reader.rated, city, edge=edge)
            await session.commit()
            assert db.raw("MATCH ()-[r:RATED]->() RETURN r.score, r.taste") == [[number, taste and [taste, 1]]]
        result = await session.relate_all(Reader.rated, [(reader, city, Rated(score=9, taste=Vector([0.5, 1])))])
        assert result == (0, 1)
        await session.commit()
        assert db.raw("MATCH ()-[r:RATED]->() RETURN r.taste") == [[[0.5, 1]]]
        hop = select(Reader).alias("r").traverse(Reader.rated, edge_alias="e", optional=False).alias("c")
        ((_, edge, _),) = await session.all_with_edges(hop.return_nodes("r", "c").return_edge("e"))
        edge.taste = Vector([0.75, 1])
    assert db.raw("MATCH ()-[r:RATED]->() RETURN r.score, r.taste") == [[9, [0.75, 1]]]


async def test_some_vectors_of_a_batch_are_missing(db: Db) -> None:
    """Pitfall 125."""
    async with db.session() as session:
        session.add_all(
            Everything(
                id=f"{n:02}", vector=Vector([n, 1]) if n % 3 else None, place=GeoLocation(n, 0) if n % 2 else None
            )
            for n in range(20)
        )
    async with db.session() as session:
        found = await session.scalars(select(Everything).order_by(Everything.id))
        for n, entity in enumerate(found):
            assert entity.vector == ([n, 1] if n % 3 else None)
            assert entity.place == (GeoLocation(n, 0) if n % 2 else None)
            entity.vector = None if n % 3 else Vector([n, 2])
    async with db.session() as session:
        found = await session.scalars(select(Everything).order_by(Everything.id))
        assert [entity.vector for entity in found] == [None if n % 3 else [n, 2] for n in range(20)]


async def test_a_batch_of_maps_and_texts_survives_create_and_update(db: Db) -> None:
    """Pitfall 107."""
    async with db.session() as session:
        session.add_all(Everything(id=f"{n}", text=NASTY * n, settings={NASTY: [NASTY, n]}) for n in range(5))
    async with db.session() as session:
        for entity in await session.scalars(select(Everything)):
            assert entity.text == NASTY * int(entity.id)
            entity.text, entity.settings = NASTY, {"x\n\\": NASTY}
    async with db.session() as session:
        found = await session.scalars(select(Everything))
        assert {(entity.text, entity.settings["x\n\\"]) for entity in found} == {(NASTY, NASTY)}
