"""List the promises of the specification that no test proves: ``python -m tests.spec.coverage [--proofs]``.

``rows.tsv`` numbers the promises; a test names those it proves with ``@pytest.mark.spec(12, 13)``; ``left_out.py``
lists those that may wait. Marks are read from the source, so nothing has to run or be installed.
"""

from __future__ import annotations

import ast
import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.spec.left_out import LEFT_OUT

HERE = Path(__file__).parent
TESTS = HERE.parent
SUITE = TESTS.parent / "runic" / "testing"
"""Where the conformance suite is, which is shipped."""


@dataclass(frozen=True)
class Row:
    """One promise."""

    number: int
    area: str
    pages: str
    promise: str

    def __str__(self) -> str:
        return f"{self.number:4d} {self.area}  {self.promise}"


class MarkError(Exception):
    """Report a ``spec`` mark that cannot be read."""


def read_rows(path: Path = HERE / "rows.tsv") -> dict[int, Row]:
    """Read the promises, by number."""
    with path.open(newline="") as file:
        lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(lines)
        return {int(number): Row(int(number), area, pages, promise) for number, area, pages, promise in lines}


def read_marks() -> dict[int, list[str]]:
    """Collect which tests name which row, from every test module."""
    proofs: dict[int, list[str]] = {}
    for path in sorted([*TESTS.rglob("test_*.py"), *SUITE.rglob("test_*.py")]):
        for test, number in marks_of(path.read_text(), path.relative_to(TESTS.parent).as_posix()):
            proofs.setdefault(number, []).append(test)
    return proofs


def marks_of(source: str, name: str) -> Iterator[tuple[str, int]]:
    """Yield each test of one module with each row that it proves; expected failures and skipped tests prove none."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                marks, where = node.decorator_list, f"{name}::{node.name}"
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value) | ast.keyword(arg="marks", value=value):
                marks = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
                where = f"{name}:{value.lineno}"
            case _:
                continue
        if not {"skip", "xfail"} & {_kind(mark) for mark in marks}:
            yield from ((where, number) for mark in marks if _kind(mark) == "spec" for number in _numbers(mark, where))


def problems(
    rows: Mapping[int, Row], proofs: Mapping[int, Sequence[str]], left_out: Mapping[int | str, str]
) -> list[str]:
    """Return what is wrong: unknown rows, unproven ones, and entries of *left_out* that are no longer true."""
    areas = {row.area for row in rows.values()}
    found = [f"no such row {number}, named by {proofs[number][0]}" for number in sorted(proofs.keys() - rows.keys())]
    for key in left_out:
        members = [row for row in rows.values() if key in (row.number, row.area)]
        if key not in rows and key not in areas:
            found.append(f"left_out.py names {key!r}, which is no row and no area")
        elif all(row.number in proofs for row in members):
            found.append(f"left_out.py still names {key!r}, which tests prove now")
    found += [f"no test proves {row}" for row in unproven(rows, proofs) if not {row.number, row.area} & left_out.keys()]
    return found


def unproven(rows: Mapping[int, Row], proofs: Mapping[int, Sequence[str]]) -> list[Row]:
    """Return the rows that no test names."""
    return [row for number, row in rows.items() if number not in proofs]


def main(arguments: Sequence[str]) -> int:
    """Print what is wrong and a closing line; with ``--proofs`` also each proven row and its tests."""
    rows, proofs = read_rows(), read_marks()
    if "--proofs" in arguments:
        for number in sorted(proofs.keys() & rows.keys()):
            print(rows[number], *proofs[number], sep="\n        ")
    found = problems(rows, proofs, LEFT_OUT)
    print(*found, sep="\n", end="\n" if found else "")
    waiting = [row for row in unproven(rows, proofs) if {row.number, row.area} & LEFT_OUT.keys()]
    proven = len(rows.keys() & proofs.keys())
    print(f"specification: {len(rows)} promises, {proven} proven, {len(waiting)} left out, {len(found)} problems")
    return 1 if found else 0


def _kind(mark: ast.expr) -> str:
    match mark:
        case ast.Call(func=ast.Name(id="spec")):  # spec = pytest.mark.spec
            return "spec"
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="mark"), attr=kind)):
            return kind
        case ast.Attribute(value=ast.Attribute(attr="mark"), attr=kind):
            return kind
        case _:
            return ""


def _numbers(mark: ast.expr, where: str) -> Iterator[int]:
    arguments = mark.args if isinstance(mark, ast.Call) else []
    for argument in arguments:
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, int):
            raise MarkError(f"{where}: pytest.mark.spec takes row numbers as literals")
        yield argument.value


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
