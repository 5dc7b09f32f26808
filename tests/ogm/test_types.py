"""Converters, and what a field accepts, stores and calls changed; no database."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any
from uuid import UUID

import pytest

from runic.ogm import (
    DatetimeConverter,
    EnumConverter,
    FieldValidationError,
    GeoLocation,
    GeoLocationConverter,
    MetadataError,
    TypeConverter,
    Vector,
    VectorConverter,
)
from runic.ogm.core.types import converter_for
from tests.ogm.models import FALKORDB, PLAIN, codec

spec = pytest.mark.spec

BERLIN = timezone(timedelta(hours=2))


class Colour(Enum):
    RED = "red"
    NUMBER = 7


class Mood(StrEnum):
    GOOD = "good"


class Level(IntEnum):
    LOW = 1


class Reversed(TypeConverter):
    """A converter of a user's own."""

    def to_graph(self, value: str) -> str:
        return value[::-1]

    def from_graph(self, value: str) -> str:
        return value[::-1]


# ---- converters


@spec(111)
def test_a_converter_needs_both_ways() -> None:
    class OneWay(TypeConverter):
        def to_graph(self, value: Any) -> Any:
            return value

    with pytest.raises(TypeError, match="from_graph"):
        OneWay()


@spec(113, 120, 123)
def test_converters_name_the_function_that_writes_their_values() -> None:
    assert VectorConverter().cypher_fn == VectorConverter.cypher_fn == "vecf32"
    assert GeoLocationConverter.cypher_fn == "point"
    assert DatetimeConverter.cypher_fn is EnumConverter.cypher_fn is TypeConverter.cypher_fn is None


STORED = [
    pytest.param(datetime, datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05.000000", id="naive datetime"),
    pytest.param(
        datetime, datetime(2024, 1, 2, 3, tzinfo=UTC), "2024-01-02T03:00:00.000000+00:00", id="aware datetime"
    ),
    pytest.param(date, date(2024, 1, 2), "2024-01-02", id="date"),
    pytest.param(time, time(3, 4, 5, 6), "03:04:05.000006", id="time"),
    pytest.param(timedelta, timedelta(days=-1, microseconds=3), -86_399_999_997, id="timedelta"),
    pytest.param(Colour, Colour.RED, "red", id="enum"),
    pytest.param(Colour, Colour.NUMBER, 7, id="enum with an int"),
    pytest.param(Mood, Mood.GOOD, "good", id="StrEnum"),
    pytest.param(Level, Level.LOW, 1, id="IntEnum"),
    pytest.param(UUID, UUID(int=5), "00000000-0000-0000-0000-000000000005", id="UUID"),
    pytest.param(Decimal, Decimal("1.20"), "1.20", id="Decimal"),
    pytest.param(bytes, b"\x00\xff", "AP8=", id="bytes"),
    pytest.param(dict, {"a": [1, None, {"é": True}]}, '{"a":[1,null,{"é":true}]}', id="dict"),
    pytest.param(Vector, Vector([1, 2.5]), [1.0, 2.5], id="Vector"),
    pytest.param(GeoLocation, GeoLocation(1, -2), {"latitude": 1.0, "longitude": -2.0}, id="GeoLocation"),
    pytest.param(str, "text", "text", id="str"),
    pytest.param(bool, True, True, id="bool"),
    pytest.param(list[int], [1, 2], [1, 2], id="list of int"),
    pytest.param(list[Mood], [Mood.GOOD], ["good"], id="list of enum"),
    pytest.param(list[date], [date(2024, 1, 2)], ["2024-01-02"], id="list of date"),
    pytest.param(list[str], [], [], id="empty list"),
    pytest.param(list[bytes], [b"a"], ["YQ=="], id="list of bytes"),
]


@spec(115, 116, 117, 118, 119, 122, 124)
@pytest.mark.parametrize("optional", [False, True], ids=["required", "optional"])
@pytest.mark.parametrize(("annotation", "value", "stored"), STORED)
def test_what_is_stored_and_read_back(annotation: Any, value: Any, stored: Any, optional: bool) -> None:
    field = codec(annotation | None if optional else annotation)
    encoded = field.encode(value)
    assert encoded == stored
    assert type(encoded) is type(stored)
    back = field.decode(encoded)
    assert back == value
    assert type(back) is type(value)
    assert not field.differs(value, field.kept(value))


@spec(71)
def test_an_explicit_converter_wins_over_the_automatic_one() -> None:
    class Year(TypeConverter):
        def to_graph(self, value: datetime) -> int:
            return value.year

        def from_graph(self, value: int) -> datetime:
            return datetime(value, 1, 1)

    field = codec(datetime, converter=Year())
    assert field.encode(datetime(2024, 5, 6)) == 2024
    assert field.decode(2024) == datetime(2024, 1, 1)


@spec(127)
def test_a_converter_of_a_type_that_nothing_else_stores() -> None:
    class Money:
        def __init__(self, cents: int) -> None:
            self.cents = cents

    class MoneyConverter(TypeConverter):
        def to_graph(self, value: Money) -> int:
            return value.cents

        def from_graph(self, value: int) -> Money:
            return Money(value)

    field = codec(Money, converter=MoneyConverter())
    assert field.encode(Money(5)) == 5
    assert field.decode(5).cents == 5
    # Money has no __eq__: what is stored decides.
    assert not field.differs(Money(5), field.kept(Money(5)))
    assert field.differs(Money(6), field.kept(Money(5)))


def test_a_converter_works_on_each_element_of_a_list() -> None:
    field = codec(list[str], converter=Reversed())
    assert field.encode(["ab", "cd"]) == ["ba", "dc"]
    assert field.decode(["ba"]) == ["ab"]


@pytest.mark.parametrize("wrong", [Reversed, "text", 5])
def test_a_converter_is_an_instance(wrong: Any) -> None:
    with pytest.raises(MetadataError, match="converter is an instance"):
        codec(str, converter=wrong)


def test_a_type_that_nothing_stores_is_refused_with_the_way_out() -> None:
    with pytest.raises(MetadataError, match=r"Holder\.value.*complex.*converter="):
        codec(complex)


def test_every_documented_type_has_its_converter() -> None:
    assert converter_for(str) is None
    assert isinstance(converter_for(Mood), EnumConverter)
    assert isinstance(converter_for(datetime), DatetimeConverter)


# ---- datetimes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (datetime(2024, 1, 1, 12, tzinfo=UTC), datetime(2024, 1, 1, 14, tzinfo=BERLIN)),
        (datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, 2, 0, 0, 0, tzinfo=BERLIN)),
    ],
)
def test_one_instant_in_two_zones_is_one_stored_text(one: datetime, other: datetime) -> None:
    """Pitfall 45."""
    field = codec(datetime)
    assert field.encode(one) == field.encode(other)
    assert not field.differs(other, field.kept(one))
    assert field.decode(field.encode(other)).tzinfo == UTC


def test_the_order_of_stored_texts_is_the_order_of_instants() -> None:
    """Pitfall 45: also around the change of width of microseconds and of the offset."""
    field = codec(datetime)
    start = datetime(2024, 1, 1, 0, 0, 0, tzinfo=UTC)
    instants = [start + timedelta(microseconds=step) for step in (-1, 0, 1, 10, 999_999, 1_000_000)]
    zones = (UTC, BERLIN, timezone(timedelta(hours=-11, minutes=-30)))
    texts = [field.encode(instant.astimezone(zones[n % 3])) for n, instant in enumerate(instants)]
    assert texts == sorted(texts)


@pytest.mark.parametrize(
    ("timezone_option", "wrong"), [(True, datetime(2024, 1, 1)), (False, datetime(2024, 1, 1, tzinfo=UTC))]
)
def test_a_field_may_insist_on_one_kind_of_datetime(timezone_option: bool, wrong: datetime) -> None:
    with pytest.raises(FieldValidationError, match=f"Holder.value.*timezone={timezone_option}"):
        codec(datetime, timezone=timezone_option).encode(wrong)


# ---- refusals

REFUSED = [
    pytest.param(int, 2**63, "64 bits", id="43: too large"),
    pytest.param(int, -(2**63) - 1, "64 bits", id="43: too small"),
    pytest.param(list[int], [1, 2**63], "64 bits", id="43: in a list"),
    pytest.param(timedelta, timedelta.max, "64 bits", id="43: after conversion"),
    pytest.param(float, math.inf, "finite", id="44: inf"),
    pytest.param(float, -math.inf, "finite", id="44: -inf"),
    pytest.param(float, math.nan, "finite", id="44: nan"),
    pytest.param(float | None, math.nan, "finite", id="44: nan, optional"),
    pytest.param(Vector, Vector([math.nan]), "finite", id="44: nan in a vector"),
    pytest.param(list[float], [math.inf], "finite", id="44: inf in a list"),
    pytest.param(list[int], [1, None], "cannot hold None", id="44: None in a list"),
    pytest.param(list[str], {"a"}, "expected a list, got set", id="44: set"),
    pytest.param(list[str], "abc", "expected a list, got str", id="text for a list"),
    pytest.param(list[str], ["a", 1], "expected a str, got int", id="wrong element"),
    pytest.param(str, "a\0b", "NUL", id="47: NUL byte"),
    pytest.param(str, "\ud800", "surrogate", id="47: surrogate"),
    pytest.param(str, 5, "expected a str, got int", id="int for text"),
    pytest.param(int, "5", "expected an int, got str", id="text for int"),
    pytest.param(int, 1.5, "fraction", id="fraction for int"),
    pytest.param(bool, 1, "expected a bool, got int", id="int for bool"),
    pytest.param(date, datetime(2024, 1, 2), r"\.date\(\)", id="106: datetime for date"),
    pytest.param(datetime, date(2024, 1, 2), "expected a datetime", id="date for datetime"),
    pytest.param(datetime, "2024-01-02", "expected a datetime", id="text for datetime"),
    pytest.param(Mood, "bad", "no Mood; it has good", id="42: unknown member"),
    pytest.param(UUID, "x", "expected a UUID", id="text for UUID"),
    pytest.param(Decimal, 1.5, "expected a Decimal", id="float for Decimal"),
    pytest.param(bytes, "x", "expected bytes", id="text for bytes"),
    pytest.param(dict, {1: "a"}, "keys of a dict must be text", id="44: key that is no text"),
    pytest.param(dict, {"a": object()}, "not JSON serializable", id="44: object in a dict"),
    pytest.param(dict, {"a": (1,)}, "tuple", id="tuple in a dict"),
    pytest.param(Vector, "12", "expected a list of numbers", id="text for a vector"),
    pytest.param(GeoLocation, (1, 2), "expected a GeoLocation", id="tuple for a location"),
    pytest.param(GeoLocation, GeoLocation(91, 0), "within ±90", id="latitude"),
    pytest.param(GeoLocation, GeoLocation(0, math.nan), "within ±90", id="nan coordinate"),
    pytest.param(Any, object(), "object cannot be stored", id="object for Any"),
]


@pytest.mark.parametrize(("annotation", "value", "reason"), REFUSED)
def test_what_cannot_be_stored_names_class_and_field(annotation: Any, value: Any, reason: str) -> None:
    """Pitfalls 42, 43, 44, 47 and 106."""
    with pytest.raises(FieldValidationError, match=rf"Holder\.value cannot hold .*{reason}"):
        codec(annotation).encode(value)


@pytest.mark.parametrize("value", ["", " a", "a ", "\ta", "a\x01b", "x" * 4097, "é" * 2049])
def test_texts_that_end_the_server_are_refused_where_they_are_unique(value: str) -> None:
    field = codec(str, unique=True)
    with pytest.raises(FieldValidationError, match="FalkorDB server"):
        field.encode(value)
    assert codec(str).encode(value) == value
    assert codec(str, PLAIN, unique=True).encode(value) == value


@pytest.mark.parametrize("value", ["a b", "x" * 4096, "é" * 2048, "\x02", "$p0", "'\"\\\n`"])
def test_texts_that_a_unique_field_takes(value: str) -> None:
    assert codec(str, unique=True).encode(value) == value


def test_what_the_graph_holds_and_no_type_reads_names_class_field_and_value() -> None:
    """Pitfall 42."""
    with pytest.raises(FieldValidationError, match=r"Holder\.value: the graph holds 'bad'.*Mood"):
        codec(Mood).decode("bad")


# ---- values of their own


@spec(119, 122)
def test_vector_and_location_are_values() -> None:
    assert Vector((1, 2)) == [1, 2]
    assert Vector() == []
    assert isinstance(Vector([1.0]), list)
    place = GeoLocation(latitude=1.5, longitude=2.5)
    assert (place.latitude, place.longitude) == (1.5, 2.5)
    assert place == GeoLocation(1.5, 2.5) != GeoLocation(1.5, 2.6)
    assert len({place, GeoLocation(1.5, 2.5)}) == 1
    assert repr(place) == "GeoLocation(latitude=1.5, longitude=2.5)"
    with pytest.raises(TypeError):
        Vector([1], [2])


@spec(73, 74, 125)
def test_wrappers_are_kept_by_their_meaning_and_dropped_where_a_database_has_none() -> None:
    assert codec(Vector).wrap == "vector"
    assert codec(GeoLocation | None).wrap == "point"
    assert codec(str, interned=True).wrap == "intern"
    assert codec(str).wrap is None
    assert {name: FALKORDB.functions[name] for name in ("vector", "point", "intern")} == {
        "vector": "vecf32",
        "point": "point",
        "intern": "intern",
    }
    assert not PLAIN.functions
