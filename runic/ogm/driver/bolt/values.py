"""Values of the Bolt protocol: what a record holds as Python values, and what a parameter has to become.

Classes of the client are told by their attributes, so this module imports none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, cast

from runic.cypher.compiler import Statement
from runic.cypher.packing import Kind
from runic.ogm.driver import GraphResult, RowFactory

__all__ = ["Decoder", "NativeDate", "NativeDatetime", "NativeDuration", "packed_size", "plain_params"]


class NativeDatetime:
    """Store a datetime as the database's own, an aware one in UTC.

    Equality in Cypher looks at the offset too, and the same instant has to be found whatever its zone.
    """

    cypher_fn: str | None = None

    def to_graph(self, value: Any) -> Any:
        """Return *value*, in UTC if it has a zone."""
        if not isinstance(value, datetime):
            raise TypeError(f"expected a datetime, got {type(value).__name__}")
        return value if value.utcoffset() is None else value.astimezone(UTC)

    def from_graph(self, value: Any) -> datetime:
        """Return *value*, which the driver has made a datetime."""
        return value if isinstance(value, datetime) else datetime.fromisoformat(value)


class NativeDate:
    """Store a date as the database's own; a datetime is refused, as its time of day would be lost."""

    cypher_fn: str | None = None

    def to_graph(self, value: Any) -> Any:
        """Return *value* as it is."""
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TypeError(f"expected a date, got {type(value).__name__}; use .date() to drop the time of day")
        return value

    def from_graph(self, value: Any) -> date:
        """Return *value*, which the driver has made a date."""
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else date.fromisoformat(value)


class NativeDuration:
    """Store a timedelta as the database's own duration."""

    cypher_fn: str | None = None

    def to_graph(self, value: Any) -> Any:
        """Return *value* as it is."""
        if not isinstance(value, timedelta):
            raise TypeError(f"expected a timedelta, got {type(value).__name__}")
        return value

    def from_graph(self, value: Any) -> timedelta:
        """Return *value*, which the driver has made a timedelta."""
        return value if isinstance(value, timedelta) else timedelta(microseconds=value)


def fixed_offset(value: datetime) -> datetime:
    """Return an aware datetime with the offset it has as its zone.

    The client crashes the interpreter on some zone objects (a ``ZoneInfo`` on CPython 3.13.0), never on offsets.
    """
    offset = value.utcoffset()
    return value if offset is None else value.replace(tzinfo=timezone(offset) if offset else UTC)


def plain_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters of raw Cypher with every zone made an offset."""
    return {name: _plain(value) for name, value in params.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return fixed_offset(value)
    if isinstance(value, Mapping):
        return plain_params(cast("Mapping[str, Any]", value))
    # The client's points and durations are tuples of a class of their own.
    if isinstance(value, list) or type(value) is tuple:
        return [_plain(item) for item in cast("list[Any]", value)]
    return value


def _duration(value: Any) -> Any:
    if value.months:
        return value
    return timedelta(days=value.days, seconds=value.seconds, microseconds=value.nanoseconds / 1000)


def _point(value: Any) -> Any:
    if hasattr(value, "latitude"):
        return {"latitude": value.latitude, "longitude": value.longitude}
    return value


def packed_size(value: Any) -> int:
    """Return how many bytes a parameter takes on the wire, or a few more."""
    if isinstance(value, str):
        return 5 + (len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass")))
    if isinstance(value, bytes | bytearray):
        return 5 + len(value)
    if isinstance(value, list | tuple):
        return 5 + sum(map(packed_size, cast("list[Any]", value)))
    if isinstance(value, Mapping):
        return 5 + sum(packed_size(key) + packed_size(item) for key, item in cast("Mapping[str, Any]", value).items())
    return 9


_PLAIN: frozenset[type[Any]] = frozenset({str, int, float, bool, bytes, type(None)})


class Decoder:
    """Make rows of one answer: nodes and relationships through the caller's factory, values as Python's own.

    *id_type* is the type of element ids, which the client has as texts.
    """

    def __init__(self, factory: RowFactory, id_type: type[int] | type[str] = str) -> None:
        self._factory = factory
        self._id = id_type
        self._labels: dict[frozenset[str] | tuple[str, ...], tuple[str, ...]] = {}
        self._readers: dict[type[Any], Callable[[Any], Any] | None] = dict.fromkeys(_PLAIN)
        self._packed: Mapping[Kind, Callable[[Any], Any]] = {
            "node": self._packed_node,
            "edge": self._packed_edge,
            "nodes": self._packed_nodes,
            "value": self.value,
        }

    def answer(self, statement: Statement, columns: list[str], records: list[Any]) -> GraphResult:
        """Return the whole answer to *statement*, which came in lists of rows if it could be packed."""
        packed = statement.packed
        if packed is None:
            return self.result(columns, records)
        rows: list[list[Any]] = [row for record in records for row in record[0]]
        for position, kind in enumerate(packed.kinds):
            read = self._packed[kind]
            for row in rows:
                row[position] = read(row[position])
        return GraphResult(list(statement.columns), rows)

    def result(self, columns: list[str], records: list[Any]) -> GraphResult:
        """Return a whole answer."""
        value = self.value
        return GraphResult(columns, [[value(cell) for cell in record.values()] for record in records])

    def value(self, value: Any) -> Any:
        """Return one cell."""
        kind: type[Any] = value.__class__
        try:
            reader = self._readers[kind]
        except KeyError:
            reader = self._readers[kind] = self._reader_of(kind)
        return value if reader is None else reader(value)

    def _reader_of(self, kind: type[Any]) -> Callable[[Any], Any] | None:
        name = kind.__name__
        if name == "Node":
            return self._node
        if name == "Path":
            return self._path
        if kind is list:
            return self._list
        if kind is dict:
            return self._map
        if hasattr(kind, "start_node"):
            return self._edge
        if name == "Duration":
            return _duration
        if hasattr(kind, "to_native"):
            return lambda value: value.to_native()
        return _point if name.endswith("Point") else None

    def _packed_node(self, parts: list[Any]) -> Any:
        element_id, carried, properties = parts
        if element_id is None:
            return None
        return self._factory.node(self._id(element_id), self._sorted(tuple(carried)), self._map(properties))

    def _packed_nodes(self, nodes: list[Any]) -> list[Any]:
        return [self._packed_node(parts) for parts in nodes]

    def _packed_edge(self, parts: list[Any]) -> Any:
        element_id, type, start, end, properties = parts
        if element_id is None:
            return None
        identify = self._id
        return self._factory.edge(identify(element_id), type, identify(start), identify(end), self._map(properties))

    def _sorted(self, labels: frozenset[str] | tuple[str, ...]) -> tuple[str, ...]:
        known = self._labels.get(labels)
        if known is None:
            known = self._labels[labels] = tuple(sorted(labels))
        return known

    def _properties(self, entity: Any) -> dict[str, Any]:
        value = self.value
        return {name: value(item) for name, item in entity.items()}

    def _node(self, node: Any) -> Any:
        return self._factory.node(self._id(node.element_id), self._sorted(node.labels), self._properties(node))

    def _edge(self, edge: Any) -> Any:
        start, end = self._id(edge.start_node.element_id), self._id(edge.end_node.element_id)
        return self._factory.edge(self._id(edge.element_id), edge.type, start, end, self._properties(edge))

    def _path(self, path: Any) -> Any:
        return self._factory.path([self._node(n) for n in path.nodes], [self._edge(e) for e in path.relationships])

    def _list(self, items: list[Any]) -> list[Any]:
        return [self.value(item) for item in items]

    def _map(self, items: dict[str, Any]) -> dict[str, Any]:
        for key, item in items.items():
            if item.__class__ not in _PLAIN:
                items[key] = self.value(item)
        return items
