"""Checks of arguments that any layer may be given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runic.exceptions import InvalidTypeError

__all__ = ["each", "is_a"]


def is_a(value: object, kind: type | tuple[type, ...]) -> bool:
    """Tell whether *value*, whatever its annotation promises, is of *kind*."""
    return isinstance(value, kind)


def each(values: Any, what: str) -> Iterator[Any]:
    """Return an iterator over *values*; raise :class:`InvalidTypeError` for one object, or a text, in their place.

    Only asking for the iterator is guarded: an error of a generator stays its own.
    """
    if not isinstance(values, str | bytes):
        try:
            return iter(values)
        except TypeError:
            pass
    raise InvalidTypeError(f"{what}, got {values!r}; put a single one in a list")
