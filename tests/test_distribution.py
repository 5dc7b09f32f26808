"""A run that several processes share ends, whatever becomes of one of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = """
from tests.distribution import ByServer

def pytest_xdist_make_scheduler(config, log):
    return ByServer(config, log, ["a-1.5", "a-1.50"])
"""
ENDS = """
import os

def test_that_ends_its_process():
    os._exit(3)
"""
PASSES = """
def test_that_passes():
    pass
"""
TELLS = """
import os
import pytest

@pytest.mark.parametrize("row", ["a-1.5-x", "a-1.50-x", "a-1.5-y", "other"])
def test_of_a_server(row):
    with open(os.environ["TOLD"], "a") as told:
        print(row, os.environ["PYTEST_XDIST_WORKER"], file=told)
"""


def run(place: Path, **environment: str) -> str:
    (place / "conftest.py").write_text(CONFTEST)
    (place / "pytest.ini").write_text("[pytest]\n")
    root = str(Path(__file__).parents[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "RUNIC"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"],
        cwd=place,
        env={**kept, "PYTHONPATH": root, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize("others", [0, 5])
@pytest.mark.parametrize("where", ["alone", "first", "last", "amid"])
def test_a_process_that_ends_costs_the_run_one_test(tmp_path: Path, where: str, others: int) -> None:
    tests = {"alone": [ENDS], "first": [ENDS, PASSES], "last": [PASSES, ENDS], "amid": [PASSES, ENDS, PASSES]}[where]
    named = (text.replace("def test_", f"def test_{number}_") for number, text in enumerate(tests))
    (tmp_path / "test_0.py").write_text("".join(named))
    for number in range(1, others + 1):
        (tmp_path / f"test_{number}.py").write_text(PASSES)
    printed = run(tmp_path)
    passing = len(tests) - 1 + others
    passed = f", {passing} passed" if passing else ""
    assert f"1 failed{passed} in " in printed.splitlines()[-1], printed


def test_the_tests_of_a_server_run_in_one_process(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"test_{number}.py").write_text(TELLS)
    told = tmp_path / "told"
    printed = run(tmp_path, TOLD=str(told))
    assert "16 passed" in printed, printed
    lines = [line.split() for line in told.read_text().splitlines()]
    for version in ("a-1.5-", "a-1.50-"):
        assert len({worker for row, worker in lines if row.startswith(version)}) == 1, lines
