"""Value types of the graph's own, and the converters between Python values and stored ones.

A converter works on one value; lists are converted element by element by whoever calls it.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any, ClassVar
from uuid import UUID

__all__ = [
    "BytesConverter",
    "DateConverter",
    "DatetimeConverter",
    "DecimalConverter",
    "EnumConverter",
    "GeoLocation",
    "GeoLocationConverter",
    "JsonConverter",
    "TimeConverter",
    "TimedeltaConverter",
    "TypeConverter",
    "UUIDConverter",
    "Vector",
    "VectorConverter",
    "converter_for",
]


class Vector(list[float]):
    """An embedding: a list of floats that the database stores as a vector where it has such a type."""

    __slots__ = ()


class GeoLocation:
    """A point on the earth in degrees (WGS 84)."""

    __slots__ = ("latitude", "longitude")

    def __init__(self, latitude: float, longitude: float) -> None:
        self.latitude = latitude
        self.longitude = longitude

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GeoLocation):
            return NotImplemented
        return (self.latitude, self.longitude) == (other.latitude, other.longitude)

    def __hash__(self) -> int:
        return hash((self.latitude, self.longitude))

    def __repr__(self) -> str:
        return f"GeoLocation(latitude={self.latitude!r}, longitude={self.longitude!r})"


class TypeConverter(ABC):
    """Convert one Python type to what the graph stores and back.

    Set ``cypher_fn`` to wrap the parameter in a Cypher function when writing and filtering, as ``vecf32($field)``
    does for vectors.
    """

    cypher_fn: str | None = None

    @abstractmethod
    def to_graph(self, value: Any) -> Any:
        """Return what is stored for *value*, which is never None."""

    @abstractmethod
    def from_graph(self, value: Any) -> Any:
        """Return the Python value for a stored *value*, which is never None."""


class DatetimeConverter(TypeConverter):
    """Store a datetime as ISO 8601 text: aware ones in UTC at full width, so that text order is time order.

    *timezone* True accepts aware values only, False naive ones only, None both.
    """

    def __init__(self, timezone: bool | None = None) -> None:
        self.timezone = timezone

    def to_graph(self, value: Any) -> str:
        if not isinstance(value, datetime):
            raise TypeError(f"expected a datetime, got {type(value).__name__}")
        aware = value.utcoffset() is not None
        if self.timezone is not None and aware is not self.timezone:
            wanted, got = ("an aware", "naive") if self.timezone else ("a naive", "aware")
            raise ValueError(f"expected {wanted} datetime (the field says timezone={self.timezone}), got a {got} one")
        if aware:
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        return value.isoformat(timespec="microseconds")

    def from_graph(self, value: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        return datetime.fromisoformat(value)


class DateConverter(TypeConverter):
    """Store a date as ISO 8601 text; a datetime is refused, as its time of day would be lost."""

    def to_graph(self, value: Any) -> str:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TypeError(f"expected a date, got {type(value).__name__}; use .date() to drop the time of day")
        return value.isoformat()

    def from_graph(self, value: Any) -> date:
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else date.fromisoformat(value)


class TimeConverter(TypeConverter):
    """Store a time of day as ISO 8601 text at full width; an offset is kept."""

    def to_graph(self, value: Any) -> str:
        if not isinstance(value, time):
            raise TypeError(f"expected a time, got {type(value).__name__}")
        return value.isoformat(timespec="microseconds")

    def from_graph(self, value: Any) -> time:
        return value if isinstance(value, time) else time.fromisoformat(value)


class TimedeltaConverter(TypeConverter):
    """Store a duration as its whole number of microseconds, so that it compares and sums."""

    _UNIT: ClassVar[timedelta] = timedelta(microseconds=1)

    def to_graph(self, value: Any) -> int:
        if not isinstance(value, timedelta):
            raise TypeError(f"expected a timedelta, got {type(value).__name__}")
        return value // self._UNIT

    def from_graph(self, value: Any) -> timedelta:
        return value if isinstance(value, timedelta) else timedelta(microseconds=value)


class EnumConverter(TypeConverter):
    """Store the ``value`` of an enum member."""

    def __init__(self, enum_class: type[Enum]) -> None:
        self.enum_class = enum_class

    def to_graph(self, value: Any) -> Any:
        if not isinstance(value, self.enum_class):
            try:
                value = self.enum_class(value)
            except ValueError:
                names = ", ".join(str(member.value) for member in self.enum_class)
                raise ValueError(f"{value!r} is no {self.enum_class.__name__}; it has {names}") from None
        return value.value

    def from_graph(self, value: Any) -> Any:
        return self.enum_class(value)


class UUIDConverter(TypeConverter):
    """Store a UUID as its canonical text."""

    def to_graph(self, value: Any) -> str:
        if not isinstance(value, UUID):
            raise TypeError(f"expected a UUID, got {type(value).__name__}")
        return str(value)

    def from_graph(self, value: Any) -> UUID:
        return value if isinstance(value, UUID) else UUID(value)


class DecimalConverter(TypeConverter):
    """Store a decimal as text, exactly; texts do not order as numbers do."""

    def to_graph(self, value: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if not isinstance(value, Decimal):
            raise TypeError(f"expected a Decimal, got {type(value).__name__}")
        return str(value)

    def from_graph(self, value: Any) -> Decimal:
        return value if isinstance(value, Decimal) else Decimal(value)


class BytesConverter(TypeConverter):
    """Store bytes as base 64 text."""

    def __init__(self, kind: type[bytes] | type[bytearray] = bytes) -> None:
        self.kind = kind

    def to_graph(self, value: Any) -> str:
        if not isinstance(value, bytes | bytearray):
            raise TypeError(f"expected bytes, got {type(value).__name__}")
        return b64encode(value).decode("ascii")

    def from_graph(self, value: Any) -> bytes | bytearray:
        return self.kind(value if isinstance(value, bytes | bytearray) else b64decode(value, validate=True))


class JsonConverter(TypeConverter):
    """Store a dict as JSON text."""

    def to_graph(self, value: Any) -> str:
        if not isinstance(value, dict):
            raise TypeError(f"expected a dict, got {type(value).__name__}")
        _require_string_keys(value)
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    def from_graph(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value


def _require_string_keys(value: Any) -> None:
    # JSON would turn 1 and "1" into one key, and what comes back would differ from what was given.
    if isinstance(value, tuple):
        raise TypeError("a tuple inside a dict would come back as a list; use a list")
    held: dict[Any, Any] = value
    inner: list[Any] = value
    if isinstance(value, dict):
        for key in held:
            if not isinstance(key, str):
                raise TypeError(f"keys of a dict must be text, got {key!r}")
        inner = list(held.values())
    elif not isinstance(value, list):
        return
    for item in inner:
        _require_string_keys(item)


class VectorConverter(TypeConverter):
    """Store a :class:`Vector`; on FalkorDB as 32-bit floats through its vector function."""

    cypher_fn = "vecf32"

    def to_graph(self, value: Any) -> list[float]:
        if isinstance(value, str | bytes):
            raise TypeError(f"expected a list of numbers, got {type(value).__name__}")
        numbers = [float(item) for item in value]
        if not all(map(isfinite, numbers)):
            raise ValueError("every number of a vector is finite")
        return numbers

    def from_graph(self, value: Any) -> Vector:
        return Vector(value)


class GeoLocationConverter(TypeConverter):
    """Store a :class:`GeoLocation` as a point; on FalkorDB with 32-bit coordinates."""

    cypher_fn = "point"

    def to_graph(self, value: Any) -> dict[str, float]:
        if not isinstance(value, GeoLocation):
            raise TypeError(f"expected a GeoLocation, got {type(value).__name__}")
        latitude, longitude = float(value.latitude), float(value.longitude)
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise ValueError("latitude must be within ±90 degrees and longitude within ±180 degrees")
        return {"latitude": latitude, "longitude": longitude}

    def from_graph(self, value: Any) -> GeoLocation:
        if isinstance(value, GeoLocation):
            return value
        return GeoLocation(latitude=value["latitude"], longitude=value["longitude"])


_CONVERTERS: dict[type, TypeConverter] = {
    datetime: DatetimeConverter(),
    date: DateConverter(),
    time: TimeConverter(),
    timedelta: TimedeltaConverter(),
    UUID: UUIDConverter(),
    Decimal: DecimalConverter(),
    bytes: BytesConverter(),
    bytearray: BytesConverter(bytearray),
    dict: JsonConverter(),
    Vector: VectorConverter(),
    GeoLocation: GeoLocationConverter(),
}


def converter_for(kind: Any) -> TypeConverter | None:
    """Return the automatic converter of a field's type, or None for a type that is stored as it is."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return EnumConverter(kind)
    return _CONVERTERS.get(kind) if isinstance(kind, type) else None
