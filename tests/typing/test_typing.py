"""Run the type checkers: over the expectations of the typed surface, and over the project's own code.

``typing_check.py`` and ``typing_expectations.py`` are kept as they came; what else has to be inferred joins as
``expect_*.py`` beside them. The folder is no package: pyrefly would take one called ``typing`` for the standard one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BIN = Path(sys.executable).parent
CHECKERS = ("mypy", "pyright", "ty", "pyrefly")
# Only what users may copy from or import; the tests keep the documents' own, untyped lines.
CHECKED = [folder for folder in ("runic", "examples", "benchmarks", "docs_src") if list((ROOT / folder).rglob("*.py"))]

pytestmark = pytest.mark.slow


def check(*command: str) -> None:
    """Run a tool of this environment from the root and fail with what it printed when it does."""
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        print(result.stdout, result.stderr, sep="\n")
        pytest.fail(f"{Path(command[0]).name} found problems", pytrace=False)


@pytest.mark.spec(75)
@pytest.mark.parametrize("checker", CHECKERS)
def test_the_typed_surface(checker: str) -> None:
    files = [HERE / "typing_expectations.py", *sorted(HERE.glob("expect_*.py"))]
    script = str(HERE / "typing_check.py")
    check(sys.executable, script, f"--only={checker}", f"--require={checker}", *map(str, files))


def test_mypy_strict_over_the_project() -> None:
    check(str(BIN / "mypy"), "--strict", *CHECKED)


def test_pyright_strict_over_the_project() -> None:
    check(str(BIN / "pyright"), "--pythonpath", sys.executable)
