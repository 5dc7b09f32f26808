"""Turn a query of :mod:`runic.cypher.ast` into the text and parameters of one dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Statement"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it is sent: text, parameters, column names and whether it writes."""

    text: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    columns: tuple[str, ...] = ()
    write: bool = False
