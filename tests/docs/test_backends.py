"""The capability matrix says what the dialects say."""

from __future__ import annotations

from tests.conformance.matrix import PAGE, features


def test_the_matrix_is_that_of_the_dialects() -> None:
    assert features() in PAGE.read_text(), "run make matrix"
