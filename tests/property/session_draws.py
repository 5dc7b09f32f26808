"""What the operations of a random session are given."""

from __future__ import annotations

from typing import Any

from tests.property.lives import number, one_of
from tests.property.models import CLASSES

__all__ = ["AGE", "CLASS", "FLAG", "KEY", "MISTAKES", "NAME", "PICK"]

PICK = number(0, 59)
KEY = one_of("k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7")
CLASS = one_of(*CLASSES)
NAME = one_of("", "a", "it's `x`\\\n$p0", "é\U0001f600")
AGE = one_of(None, 0, 1, -(2**63))
FLAG = one_of(False, True)
MISTAKES: tuple[tuple[str, Any], ...] = (
    ("nmae", "x"), ("name", None), ("name", 3), ("age", 2**63), ("age", "1"), ("name", "a\x00b"), ("tags", ["a", None]),
    ("name", "\ud800"), ("tags", None), ("age", 1.5), ("id", None), ("id", " x"), ("id", ""),
)  # fmt: skip
