"""The names of indexes and constraints: made by one rule, as a search has to name the index that it looks into."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

from runic.cypher.schema import Entity, IndexType

__all__ = ["index_name"]

# Between two parts stand two underscores, so a part that has them, or one at an end, could be read in two ways.
_CLEAR = re.compile(r"(?!_)(?:[^\W_]|_(?!_|$))+", re.ASCII).fullmatch
_ODD = re.compile(r"\W+", re.ASCII)


def index_name(kind: IndexType, entity: Entity, label: str, properties: Sequence[str] = ()) -> str:
    """Return the name of the index or constraint on *properties*; a full-text index has none of them in its name.

    Two different ones never share a name: where the readable form leaves doubt, a checksum follows.
    """
    start = f"runic_{kind.lower()}" if entity == "NODE" else f"runic_{kind.lower()}_rel"
    parts = [label, *properties]
    name = "__".join([start, *parts])
    if all(map(_CLEAR, parts)):
        return name
    return f"{_ODD.sub('_', name)}__{crc32(repr(parts).encode()):08x}"
