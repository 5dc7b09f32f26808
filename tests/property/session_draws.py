"""What the operations of a random session are given."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.property.models import CLASSES

__all__ = ["AGE", "CLASS", "FLAG", "KEY", "MISTAKE", "NAME", "PICK"]

PICK = st.integers(0, 59)
KEY = st.sampled_from([f"k{number}" for number in range(8)])
CLASS: st.SearchStrategy[Any] = st.sampled_from(CLASSES)
NAME = st.sampled_from(["", "a", "it's `x`\\\n$p0", "é\U0001f600"])
AGE = st.sampled_from([None, 0, 1, -(2**63)])
FLAG = st.booleans()
_MISTAKES: tuple[tuple[str, Any], ...] = (
    ("nmae", "x"), ("name", None), ("name", 3), ("age", 2**63), ("age", "1"), ("name", "a\x00b"), ("tags", ["a", None]),
    ("name", "\ud800"), ("tags", None), ("age", 1.5), ("id", None), ("id", " x"), ("id", ""),
)  # fmt: skip
MISTAKE = st.sampled_from(_MISTAKES)
