"""agtype, the type of AGE's values: parameters as its text, and its text as Python values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from runic.ogm.driver import RowFactory

__all__ = ["Decoder", "parameters"]

# No text of PostgreSQL holds NUL, so what is marked with it can be nothing a user stored.
_MARK = "\x00"
_MARKED = {
    "}::vertex": ',"\\u0000":"node"}',
    "}::edge": ',"\\u0000":"edge"}',
    "]::path": ',"\\u0000"]',
    "::numeric": "",
}
_SUFFIX = re.compile(r'"(?:[^"\\]+|\\.)*"|}::vertex|}::edge|]::path|::numeric')


def parameters(params: Mapping[str, Any]) -> str:
    """Return *params* as one agtype map; raise :class:`TypeError` for a value that JSON has no form for."""
    return json.dumps(dict(params), ensure_ascii=False)


class Decoder:
    """Make rows of one answer: nodes and relationships through the caller's factory, values as Python's own."""

    def __init__(self, factory: RowFactory, labels_property: str) -> None:
        self._factory = factory
        self._labels_property = labels_property
        self._labels: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._read = json.JSONDecoder(object_hook=self._entity, strict=False).decode
        self._plain = json.JSONDecoder(strict=False).decode

    def rows(self, records: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Return all rows."""
        value = self._value
        return [[None if cell is None else value(cell) for cell in record] for record in records]

    def _value(self, text: str) -> Any:
        at = text.find("::")
        if at < 0:
            return self._plain(text)
        # Most are one node or relationship, and nothing within it looks like a mark.
        suffix = text[at:]
        if suffix == "::vertex":
            return self._node(self._plain(text[:at]))
        if suffix == "::edge":
            return self._edge(self._plain(text[:at]))
        value = self._read(_as_json(text))
        return self._with_paths(value) if "::path" in text else value

    def _entity(self, items: dict[str, Any]) -> Any:
        kind = items.pop(_MARK, None)
        if kind is None:
            return items
        return self._edge(items) if kind == "edge" else self._node(items)

    def _edge(self, items: dict[str, Any]) -> Any:
        return self._factory.edge(items["id"], items["label"], items["start_id"], items["end_id"], items["properties"])

    def _node(self, items: dict[str, Any]) -> Any:
        properties: dict[str, Any] = items["properties"]
        labels = (items["label"], *properties.pop(self._labels_property, ()))
        return self._factory.node(items["id"], self._labels.setdefault(labels, labels), properties)

    def _with_paths(self, value: Any) -> Any:
        if value.__class__ is list:
            items = [self._with_paths(item) for item in value]
            return self._factory.path(items[:-1:2], items[1:-1:2]) if items and items[-1] == _MARK else items
        if value.__class__ is dict:
            return {name: self._with_paths(item) for name, item in value.items()}
        return value


def _as_json(text: str) -> str:
    """Return *text* with what a mark said put into what it marks."""
    if "\\" in text:
        return _SUFFIX.sub(_marked, text)
    parts = text.split('"')  # every second one is within a string
    for position in range(0, len(parts), 2):
        if "::" in parts[position]:
            for mark, form in _MARKED.items():
                parts[position] = parts[position].replace(mark, form)
    return '"'.join(parts)


def _marked(found: re.Match[str]) -> str:
    return _MARKED.get(found[0], found[0])
