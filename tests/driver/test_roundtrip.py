"""Random nested values through a real server and back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runic.ogm.driver.falkordb import FalkorDBDriver, create_falkordb_driver
from tests.servers import FalkorDBServer

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
names = st.text(st.characters(exclude_characters="\0`", exclude_categories=["Cs"]), min_size=1)
integers = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | integers | floats | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=20
)


@pytest.fixture(scope="module")
def driver(server: FalkorDBServer) -> Iterator[FalkorDBDriver]:
    with create_falkordb_driver(unix_socket_path=server.socket_path, graph="roundtrip") as made:
        made.execute("CREATE (:A)", write=True)
        yield made
        made.delete_graph()


def rounded(value: Any) -> Any:
    """Return what the server shows of *value*: 15 digits of a float."""
    if isinstance(value, float):
        return float(f"{value:.15g}")
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return value


def same(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, float):
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    return bool(left == right)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(value=values, name=names)
def test_parameters_come_back(driver: FalkorDBDriver, value: Any, name: str) -> None:
    [[back]] = driver.execute(f"RETURN $`{name}`", {name: value}).rows
    assert same(back, rounded(value)), (back, value)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=floats)
def test_floats_arrive_exactly(driver: FalkorDBDriver, value: float) -> None:
    """What the server shows is rounded, what it holds is not: it equals the same value sent again, exactly."""
    neighbour = math.nextafter(value, math.inf)
    if math.isinf(neighbour):
        return
    cypher = "MATCH (a:A) SET a.f = $f RETURN a.f = $f, a.f = $g"
    assert driver.execute(cypher, {"f": value, "g": neighbour}, write=True).rows == [[True, False]]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=texts)
def test_properties_come_back(driver: FalkorDBDriver, value: str) -> None:
    [[node]] = driver.execute("MATCH (a:A) SET a.s = $s, a.l = [$s] RETURN a", {"s": value}, write=True).rows
    assert node.properties["s"] == value
    assert node.properties["l"] == [value]
