"""What ``returns=`` makes of the rows of raw Cypher."""

from __future__ import annotations

from typing import Any

from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.core.models import Edge, Node
from runic.ogm.core.types import converter_for
from runic.ogm.driver import GraphResult
from runic.ogm.mapper.mapper import node_meta_of
from runic.ogm.mapper.relationship_loader import wanted_paths

__all__ = ["key_of", "map_rows", "page"]


def map_rows(result: GraphResult, returns: Any) -> list[Any]:
    """Return the first column as *returns*, a model class or value type, or whole rows for ``dict``.

    None maps to an empty list. Rows without a node or edge are left out, as they are by statements. Raises
    :class:`InvalidTypeError` for a value of another type.
    """
    if returns is None:
        return []
    if returns is dict:
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    if not isinstance(returns, type):
        raise InvalidTypeError(f"returns is a model class, a type such as int, or dict; got {returns!r}")
    if result.rows and not result.columns:
        raise InvalidArgumentError("the statement returns no column; add RETURN, or use returns=None")
    column = [row[0] for row in result.rows]
    if issubclass(returns, Node | Edge):
        return [_model(value, returns) for value in column if value is not None]
    return [None if value is None else _scalar(value, returns) for value in column]


def _model(value: Any, returns: type) -> Any:
    if not isinstance(value, returns):
        raise InvalidTypeError(f"returns={returns.__name__}, but the first column holds {value!r}")
    return value


def _scalar(value: Any, returns: Any) -> Any:
    if returns in (object, Any) or (isinstance(value, returns) and (returns is bool) == isinstance(value, bool)):
        return value
    if returns is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if returns is int and isinstance(value, float) and value.is_integer():  # FalkorDB's sum() of integers
        return int(value)
    converter = converter_for(returns)
    if converter is not None:
        return converter.from_graph(value)
    raise InvalidTypeError(f"returns={returns.__name__}, but the first column holds {value!r}")


def key_of(cls: Any) -> Any:
    """Return the primary key of a node class as an expression."""
    return cls.__runic_fields__[node_meta_of(cls).key.name]


def page(statement: Any, fetch: Any, skip: int, limit: int | None) -> Any:
    """Return *statement* with a page and relations to fetch."""
    statement = statement.fetch(*wanted_paths(fetch))
    if skip:
        statement = statement.skip(skip)
    return statement if limit is None else statement.limit(limit)
