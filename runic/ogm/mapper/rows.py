"""The values of many entities on their way to the graph: column by column, the usual ones without a call per value.

A column of one plain type passes as it is when the dialect's limits allow it. Any other goes through its field's own
codec, value by value, which also words every refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from runic.ogm.mapper.values import FieldCodec

__all__ = ["Rows", "encode_rows", "values_of"]

type Rows = Sequence[Sequence[Any]]


def values_of(entities: Sequence[Any], names: Sequence[str]) -> Rows:
    """Return what each entity holds under *names*; raise what reading an absent one raises."""
    if len(names) > 1:
        return list(map(attrgetter(*names), entities))
    return [tuple([getattr(entity, name) for name in names]) for entity in entities]


def encode_rows(fields: Sequence[FieldCodec], held: Rows) -> tuple[Rows, Rows]:
    """Return the rows as stored, and as a snapshot keeps them.

    Raises :class:`FieldValidationError` for a value that cannot be stored, without saying whose it is.
    """
    columns = list(zip(*held, strict=True))
    stored = [_encode(field, column) for field, column in zip(fields, columns, strict=True)]
    if all(one is other for one, other in zip(stored, columns, strict=True)):
        return held, held
    kept = [
        column if field.by_value else encoded for field, column, encoded in zip(fields, columns, stored, strict=True)
    ]
    return list(zip(*stored, strict=True)), list(zip(*kept, strict=True))


def _encode(field: FieldCodec, column: Sequence[Any]) -> Sequence[Any]:
    kinds = set(map(type, column))
    if type(None) in kinds:
        if not field.optional:
            raise field.refusal(None, "it is required")
        kinds.remove(type(None))
    if field.converter is None and not field.many and kinds <= {field.base} and _within_limits(field, column):
        return column
    encode = field.encode
    return [encode(value) for value in column]


def _within_limits(field: FieldCodec, column: Sequence[Any]) -> bool:
    dialect, base = field.dialect, field.base
    values = [value for value in column if value is not None]
    if not values or base is bool:
        return True
    if base is str:
        unique = field.check_text
        return dialect.text_limits("".join(values)) is None and (unique is None or not any(map(unique, values)))
    if base is int:
        return dialect.integer_limits(min(values)) is None and dialect.integer_limits(max(values)) is None
    return base is float and not field.key and not any(map(dialect.float_limits, values))
