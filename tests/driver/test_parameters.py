"""Parameters as text: what is refused, and that nothing can be smuggled in."""

from __future__ import annotations

import datetime
import decimal
import enum
from typing import Any

import pytest

from runic.exceptions import FieldValidationError, InvalidTypeError
from runic.ogm.driver.falkordb.parameters import encode_params


class Colour(enum.StrEnum):
    RED = "red"


class Size(enum.IntEnum):
    BIG = 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (-5, "-5"),
        (2**63 - 1, "9223372036854775807"),
        (-(2**63), "-9223372036854775808"),
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (1e300, "1e+300"),
        (5e-324, "5e-324"),
        (0.1 + 0.2, "0.30000000000000004"),
        ("", '""'),
        ('a "b" \\ c', '"a \\"b\\" \\\\ c"'),
        ("line\nend\ttab", '"line\\nend\\ttab"'),
        ("\x01\x1f\x7f", '"\x01\x1f\x7f"'),
        ("\\u0041", '"\\\\u0041"'),
        ("é😀", '"é😀"'),
        ([], "[]"),
        ((1, "a", None), '[1,"a",null]'),
        ([[1, 2.5], ["x"]], '[[1,2.5],["x"]]'),
        ({}, "{}"),
        ({"a b": [1, {"c": None}]}, "{`a b`:[1,{`c`:null}]}"),
        ([{"a": 1}], "[{`a`:1}]"),
        ("{", '"{"'),
        ("1234567890123456789", '"1234567890123456789"'),
        (Colour.RED, '"red"'),
        (Size.BIG, "3"),
        ([Size.BIG, {"a": Size.BIG}], "[3,{`a`:3}]"),
    ],
)
def test_values(value: Any, text: str) -> None:
    assert encode_params({"p": value}) == f"CYPHER `p`={text} "


def test_none_and_several() -> None:
    assert encode_params(None) == encode_params({}) == ""
    assert encode_params({"a": 1, "b": "x"}) == 'CYPHER `a`=1 `b`="x" '


class Other:
    def __repr__(self) -> str:
        return "1 DELETE"


def deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        2**63,
        -(2**63) - 1,
        [1, [2**64]],
        {"a": 10**30},
        float("nan"),
        float("inf"),
        [-float("inf")],
        {"a": float("nan")},
        "a\0b",
        ["a\0"],
        "\ud800",
        ["x", "\udfff"],
        {"a": "\ud83d"},
        b"bytes",
        {1, 2},
        decimal.Decimal("1.5"),
        datetime.datetime(2020, 1, 1),
        [datetime.date(2020, 1, 1)],
        Other(),
        {"k": Other()},
        1j,
        deep(2_000),
        deep(50_000),
        {"k": deep(50_000)},
        {"": 1},
        {"a`b": 1},
        {"a\0": 1},
        {"\ud800": 1},
        (x for x in [1]),
    ],
)
def test_refused_values_name_the_parameter(value: Any) -> None:
    with pytest.raises(FieldValidationError, match=r"parameter|name"):
        encode_params({"p0": value})


def test_a_list_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(FieldValidationError, match="deep"):
        encode_params({"p0": loop})


def test_many_lists_beside_each_other_are_not_deep() -> None:
    assert encode_params({"p": [[1, ["]"]]] * 5_000}) == f"CYPHER `p`=[{','.join(['[1,["]"]]'] * 5_000)}] "
    assert encode_params({"p": deep(500)}) == f"CYPHER `p`={'[' * 501}{']' * 501} "


@pytest.mark.parametrize("name", ["", "a`=1 RETURN 2 //", "a\0", "\udc00"])
def test_refused_names(name: str) -> None:
    with pytest.raises(FieldValidationError):
        encode_params({name: 1})


@pytest.mark.parametrize("params", [{1: 2}, {"p": {1: 2}}, {None: 1}])
def test_names_are_strings(params: Any) -> None:
    with pytest.raises(InvalidTypeError):
        encode_params(params)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([{"latitude": 1.5, "longitude": -2}, None], "[{`latitude`:1.5,`longitude`:-2},null]"),
        ({"a": "{", "b": ["x{", "y", "z,", "w"]}, '{`a`:"{",`b`:["x{","y","z,","w"]}'),
        ({"a": '{"b":1}'}, '{`a`:"{\\"b\\":1}"}'),
        ({"a": ",b:", "c": ":{,"}, '{`a`:",b:",`c`:":{,"}'),
        ({"a": '","b":"c'}, '{`a`:"\\",\\"b\\":\\"c"}'),
        ({"null": 1, "true": 2, "nullable": 3}, "{`null`:1,`true`:2,`nullable`:3}"),
        ({"é": 1, "a-b": {"c": "{"}}, '{`é`:1,`a-b`:{`c`:"{"}}'),
        ({"a": 2**63 - 1, "b": "0" * 19}, '{`a`:9223372036854775807,`b`:"0000000000000000000"}'),
    ],
)
def test_maps(value: Any, text: str) -> None:
    assert encode_params({"p": value}) == f"CYPHER `p`={text} "


@pytest.mark.parametrize("key", [None, True, False, 1, 1.5])
def test_keys_that_are_no_text(key: Any) -> None:
    with pytest.raises(InvalidTypeError):
        encode_params({"p": {"a": {key: 1}}})
