"""The decoder on literal replies."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

from runic.exceptions import DriverError
from runic.ogm.driver import VALUES, GraphEdge, GraphNode, GraphPath, GraphResult
from runic.ogm.driver.falkordb.names import Names, UnknownNameError
from runic.ogm.driver.falkordb.wire import decode_reply

NAMES = Names(7, ["A", "B"], ["R"], ["x", "y", "z"])


def decoded(*cells: list[Any]) -> list[Any]:
    """Decode one row."""
    reply = [[[1, f"c{i}"] for i in range(len(cells))], [list(cells)], ["stats"]]
    result = decode_reply(reply, NAMES, VALUES)
    assert result.columns == [f"c{i}" for i in range(len(cells))]
    return result.rows[0]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ([1, None], None),
        ([2, "text"], "text"),
        ([3, -5], -5),
        ([4, "true"], True),
        ([4, "false"], False),
        ([5, "1"], 1.0),
        ([5, "1e+300"], 1e300),
        ([5, "inf"], math.inf),
        ([6, []], []),
        ([6, [[3, 1], [2, "a"], [1, None], [6, [[5, "2"]]]]], [1, "a", None, [2.0]]),
        ([10, []], {}),
        ([10, ["a", [3, 1], "b", [6, [[4, "true"]]]]], {"a": 1, "b": [True]}),
        ([11, ["1.5", "-2.5"]], {"latitude": 1.5, "longitude": -2.5}),
        ([12, ["1.5", "2"]], [1.5, 2.0]),
        ([13, 1580702706], datetime.datetime(2020, 2, 3, 4, 5, 6)),
        ([13, -2208988800], datetime.datetime(1900, 1, 1)),
        ([14, 1580688000], datetime.date(2020, 2, 3)),
        ([15, -2208974094], datetime.time(4, 5, 6)),
        ([16, 90], datetime.timedelta(seconds=90)),
        ([16, -259200], datetime.timedelta(days=-3)),
    ],
)
def test_scalars(cell: list[Any], value: Any) -> None:
    [alone] = decoded(cell)
    assert alone == value
    assert type(alone) is type(value)
    assert decoded([2, "beside"], cell) == ["beside", value]


def test_nan_and_negative_zero() -> None:
    assert math.isnan(decoded([5, "-nan"])[0])
    assert math.copysign(1, decoded([5, "-0"])[0]) == -1


NODE = [8, [3, [0, 1], [[0, 3, 1], [1, 5, "2.5"], [2, 6, [[2, "a"]]]]]]
AS_NODE = GraphNode(3, ("A", "B"), {"x": 1, "y": 2.5, "z": ["a"]})
EDGE = [7, [9, 0, 3, 4, [[0, 4, "true"]]]]
AS_EDGE = GraphEdge(9, "R", 3, 4, {"x": True})


def test_entities_go_through_the_factory() -> None:
    path = [9, [[6, [NODE, NODE]], [6, [EDGE]]]]
    values = decoded(NODE, EDGE, path, [6, [NODE, [3, 1]]], [10, ["n", NODE, "e", EDGE]], [8, [0, [], []]])
    assert values == [
        AS_NODE,
        AS_EDGE,
        GraphPath([AS_NODE, AS_NODE], [AS_EDGE]),
        [AS_NODE, 1],
        {"n": AS_NODE, "e": AS_EDGE},
        GraphNode(0, (), {}),
    ]


def test_equal_label_sets_are_one_object() -> None:
    reply = [[[1, "n"]], [[NODE], [[8, [4, [1], []]]], [NODE]], []]
    first, other, again = (row[0] for row in decode_reply(reply, NAMES, VALUES).rows)
    assert first.labels is again.labels
    assert other.labels == ("B",)


def test_null_between_nodes() -> None:
    reply = [[[1, "n"], [1, "m"]], [[NODE, [3, 1]], [[1, None], [2, "a"]]], []]
    assert decode_reply(reply, NAMES, VALUES) == GraphResult(["n", "m"], [[AS_NODE, 1], [None, "a"]])


def test_no_columns_and_no_rows() -> None:
    assert decode_reply([["stats"]], NAMES, VALUES) == GraphResult([], [])
    assert decode_reply([[[1, "n"]], [], ["stats"]], NAMES, VALUES) == GraphResult(["n"], [])


@pytest.mark.parametrize(
    "cell",
    [
        [8, [0, [2], []]],
        [8, [0, [0], [[3, 3, 1]]]],
        [7, [0, 1, 0, 0, []]],
        [7, [0, 0, 0, 0, [[3, 2, ""]]]],
        [6, [[8, [0, [5], []]]]],
    ],
)
def test_a_number_without_a_name_is_told_apart_from_every_other_error(cell: list[Any]) -> None:
    with pytest.raises(UnknownNameError):
        decoded(cell)
    with pytest.raises(UnknownNameError):
        decoded(cell, [3, 1])


def test_an_error_of_the_factory_passes_unchanged() -> None:
    class Failing:
        def node(self, *_: Any) -> Any:
            raise IndexError("the caller's own")

        edge = path = node

    with pytest.raises(IndexError, match="the caller's own"):
        decode_reply([[[1, "n"]], [[NODE]], []], NAMES, Failing())


def test_what_python_cannot_say() -> None:
    with pytest.raises(DriverError, match="no date"):
        decoded([13, 10**15])
    with pytest.raises(DriverError, match="unknown type 99"):
        decoded([99, 1])
    with pytest.raises(DriverError, match="unknown type 99"):
        decoded([8, [0, [], [[0, 99, 1]]]])


def test_the_reply_is_left_as_it_is() -> None:
    reply = [[[1, "n"], [1, "i"]], [[NODE, [3, 1]]], []]
    assert decode_reply(reply, NAMES, VALUES) == decode_reply(reply, NAMES, VALUES)
