"""The compact reply of FalkorDB as Python values: pure functions, no I/O; the hottest code of the project.

A cell is ``[type, value]``. Nodes, relationships and paths go through the caller's row factory. A column whose
cells are all plain is copied, one of nodes takes an inlined loop, anything else is decoded cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from runic.exceptions import DriverError
from runic.ogm.driver import GraphResult, RowFactory
from runic.ogm.driver.falkordb.names import Names, UnknownNameError

__all__ = ["decode_reply"]

type Cell = list[Any]

_NULL, _STRING, _INTEGER, _BOOLEAN, _DOUBLE, _ARRAY, _EDGE, _NODE, _PATH, _MAP = range(1, 11)
_POINT, _VECTOR, _DATETIME, _DATE, _TIME, _DURATION = range(11, 17)
_PLAIN = frozenset({_NULL, _STRING, _INTEGER})
_EPOCH = datetime(1970, 1, 1)
_DAY = 86_400


def decode_reply(reply: list[Any], names: Names, factory: RowFactory) -> GraphResult:
    """Decode the whole answer of one statement; the reply itself is left as it is.

    Raises UnknownNameError when it uses a name that *names* does not have yet: the factory may have seen some of
    its nodes by then and sees them again at the next attempt.
    """
    if len(reply) < 3:
        return GraphResult()
    columns = [header[1] for header in reply[0]]
    rows: list[list[Cell]] = reply[1]
    if not rows:
        return GraphResult(columns, [])
    if len(columns) == 1:
        return GraphResult(columns, [[value] for value in _column([row[0] for row in rows], names, factory)])
    decoded = [_column(cells, names, factory) for cells in zip(*rows, strict=True)]
    return GraphResult(columns, [list(row) for row in zip(*decoded, strict=True)])


def _column(cells: list[Cell] | tuple[Cell, ...], names: Names, factory: RowFactory) -> list[Any]:
    kinds = {cell[0] for cell in cells}
    if kinds <= _PLAIN:
        return [cell[1] for cell in cells]
    if kinds == {_NODE}:
        return _nodes([cell[1] for cell in cells], names, factory)
    return [_value(kind, value, names, factory) for kind, value in cells]


def _nodes(values: list[Any], names: Names, factory: RowFactory) -> list[Any]:
    """Decode many nodes: strings and integers, the bulk of all properties, cost no call."""
    build = factory.node
    keys = names.keys
    found: list[Any] = []
    add = found.append
    last_ids: list[int] | None = None
    labels: tuple[str, ...] = ()
    for element_id, ids, properties in values:
        try:
            decoded: dict[str, Any] = {
                keys[key]: value if kind == 2 or kind == 3 else _SCALARS[kind](value) for key, kind, value in properties
            }
        except IndexError:
            raise UnknownNameError from None
        if ids != last_ids:
            labels = names.label_set(tuple(ids))
            last_ids = ids
        add(build(element_id, labels, decoded))
    return found


def _properties(properties: list[Any], names: Names) -> dict[str, Any]:
    keys = names.keys
    try:
        return {keys[key]: _SCALARS[kind](value) for key, kind, value in properties}
    except IndexError:
        raise UnknownNameError from None


def _value(kind: int, value: Any, names: Names, factory: RowFactory) -> Any:
    if kind in _PLAIN:
        return value
    if kind == _NODE:
        element_id, ids, properties = value
        return factory.node(element_id, names.label_set(tuple(ids)), _properties(properties, names))
    if kind == _EDGE:
        return _edge(value, names, factory)
    if kind == _PATH:
        (_, nodes), (_, edges) = value
        return factory.path(
            [_value(kind, node, names, factory) for kind, node in nodes],
            [_value(kind, edge, names, factory) for kind, edge in edges],
        )
    if kind == _ARRAY:
        return _column(value, names, factory)
    if kind == _MAP:
        keys, cells = value[::2], value[1::2]
        return dict(zip(keys, _column(cells, names, factory), strict=True))
    return _SCALARS[kind](value)


def _edge(value: list[Any], names: Names, factory: RowFactory) -> Any:
    element_id, type_id, source, target, properties = value
    type_name = names.relationship_type(type_id)
    return factory.edge(element_id, type_name, source, target, _properties(properties, names))


def _same(value: Any) -> Any:
    return value


def _boolean(value: Any) -> bool:
    return bool(value == "true")


def _array(cells: list[Cell]) -> list[Any]:
    return [value if kind == 2 or kind == 3 else _SCALARS[kind](value) for kind, value in cells]


def _map(entries: list[Any]) -> dict[str, Any]:
    return dict(zip(entries[::2], _array(entries[1::2]), strict=True))


def _point(value: list[Any]) -> dict[str, float]:
    latitude, longitude = value
    return {"latitude": float(latitude), "longitude": float(longitude)}


def _vector(value: list[Any]) -> list[float]:
    return [float(item) for item in value]


def _moment(seconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError as error:
        raise DriverError(f"Python has no date {seconds} seconds from 1970; return it as text instead") from error


def _date(seconds: int) -> date:
    return _moment(seconds).date()


def _time(seconds: int) -> time:
    """A local time travels as seconds from 1970 of that time on some day (observed: 1900-01-01)."""
    return _moment(seconds % _DAY).time()


def _duration(seconds: int) -> timedelta:
    """A duration travels in seconds: the server has spread its months and years out from 1970 already."""
    return timedelta(seconds=seconds)


class _Decoders(dict[int, Callable[[Any], Any]]):
    def __missing__(self, kind: int) -> Callable[[Any], Any]:
        raise DriverError(f"FalkorDB sent a value of the unknown type {kind}; this version of runic is older than it")


_SCALARS = _Decoders(
    {
        _NULL: _same,
        _STRING: _same,
        _INTEGER: _same,
        _BOOLEAN: _boolean,
        _DOUBLE: float,
        _ARRAY: _array,
        _MAP: _map,
        _POINT: _point,
        _VECTOR: _vector,
        _DATETIME: _moment,
        _DATE: _date,
        _TIME: _time,
        _DURATION: _duration,
    }
)
