"""What counts as a change of a value: that the stored one would differ."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from runic.ogm import GeoLocation, Vector
from tests.ogm.models import PLAIN, codec

CHANGED = [
    pytest.param(int, 1, True, True, id="1 and True"),
    pytest.param(int, 1, 1.0, True, id="1 and 1.0"),
    pytest.param(float, 0.0, -0.0, True, id="the sign of zero"),
    pytest.param(float, 0.1 + 0.2, 0.3, False, id="beyond 15 digits"),
    pytest.param(float, 0.1, 0.1000001, True, id="within 15 digits"),
    pytest.param(Decimal, Decimal("1.2"), Decimal("1.20"), True, id="a scale"),
    pytest.param(Vector, Vector([0.1]), Vector([0.10000000149011612]), False, id="32 bits of a vector"),
    pytest.param(Vector, Vector([0.1]), Vector([0.1001]), True, id="a vector"),
    pytest.param(Vector, Vector([0.1]), Vector([0.1, 0.2]), True, id="a longer vector"),
    pytest.param(GeoLocation, GeoLocation(13.4, 0.1), GeoLocation(13.3999996185303, 0.100000001490116), False, id="46"),
    pytest.param(GeoLocation, GeoLocation(13.4, 0), GeoLocation(13.41, 0), True, id="a place"),
    pytest.param(dict, {"a": 1}, {"a": True}, True, id="a dict"),
    pytest.param(list[int], [1], [1.0], True, id="a list"),
    pytest.param(list[float], [0.3], [0.1 + 0.2], False, id="15 digits in a list"),
    pytest.param(str, "a", "b", True, id="text"),
    pytest.param(str | None, "a", None, True, id="None"),
    pytest.param(str, "a", object(), True, id="what cannot be stored"),
]


@pytest.mark.parametrize(("annotation", "before", "after", "changed"), CHANGED)
def test_changed_means_that_the_stored_value_differs(annotation: Any, before: Any, after: Any, changed: bool) -> None:
    field = codec(annotation)
    assert field.differs(after, field.kept(before)) is changed


def test_where_a_database_rounds_nothing_each_digit_counts() -> None:
    assert codec(float, PLAIN).differs(0.1 + 0.2, 0.3)
    place = codec(GeoLocation, PLAIN)
    assert place.differs(GeoLocation(13.3999996185303, 0), place.kept(GeoLocation(13.4, 0)))


def test_a_database_that_takes_not_a_number_does_not_see_it_changing() -> None:
    assert not codec(float, PLAIN).differs(math.nan, math.nan)
