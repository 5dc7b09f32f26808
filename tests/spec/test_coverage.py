"""The script that looks for unproven promises."""

from __future__ import annotations

import ast
import csv

import pytest

from tests.spec.coverage import HERE, SUITE, TESTS, MarkError, Row, marks_of, problems, read_rows

ROWS = {n: Row(n, area, "00", f"promise {n}") for n, area in ((1, "A"), (2, "A"), (3, "B"))}


def test_the_rows_are_numbered_without_a_gap() -> None:
    rows = read_rows()
    assert list(rows) == list(range(1, len(rows) + 1))


def test_marks_are_found_on_functions_classes_modules_and_parameters() -> None:
    source = """
import pytest
pytestmark = [pytest.mark.spec(1), pytest.mark.slow]
@pytest.mark.spec(2, 3)
async def test_a(): ...
@spec(4)
class TestB: ...
@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.spec(5))])
def test_c(x): ...
@pytest.mark.xfail
@pytest.mark.spec(6)
def test_d(): ...
"""
    assert sorted(number for _, number in marks_of(source, "m.py")) == [1, 2, 3, 4, 5]


def test_a_mark_takes_literals_only() -> None:
    with pytest.raises(MarkError, match=r"m\.py::test_a"):
        list(marks_of("@pytest.mark.spec(*range(3))\ndef test_a(): ...", "m.py"))


def test_an_unproven_row_is_a_problem_unless_it_is_left_out() -> None:
    assert problems(ROWS, {1: ["t"], 2: ["t"]}, {}) == ["no test proves    3 B  promise 3"]
    assert problems(ROWS, {1: ["t"], 2: ["t"]}, {3: "later"}) == []
    assert problems(ROWS, {3: ["t"], 2: ["t"]}, {"A": "later"}) == []


def test_a_stale_or_unknown_entry_is_a_problem() -> None:
    proofs = {1: ["t"], 2: ["t"], 3: ["t"]}
    assert problems(ROWS, proofs, {"B": "later"}) == ["left_out.py still names 'B', which tests prove now"]
    assert problems(ROWS, proofs, {9: "later"}) == ["left_out.py names 9, which is no row and no area"]
    assert problems(ROWS, {**proofs, 7: ["t"]}, {}) == ["no such row 7, named by t"]


def test_every_pitfall_has_tests_that_exist() -> None:
    """``pitfalls.tsv`` says which tests keep each known fault of object mappers away, or after a dash why none does."""
    with (HERE / "pitfalls.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert [int(row["number"]) for row in rows] == list(range(1, len(rows) + 1))
    known: dict[str, set[str]] = {}
    lost: list[str] = []
    for row in rows:
        assert row["tests"], row
        for name in [] if row["tests"].startswith("- ") else row["tests"].split():
            path, _, function = name.partition("::")
            if path not in known:
                source = TESTS / path if (TESTS / path).exists() else SUITE / path
                body = ast.parse(source.read_text()).body
                known[path] = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
            if function not in known[path]:
                lost.append(f"pitfall {row['number']}: no test {name}; name the one that has taken its place")
    assert lost == []
