"""Run the type checkers: over the expectations of the typed surface, and over the project's own code.

``typing_check.py`` and ``typing_expectations.py`` are kept as they came; what else has to be inferred joins as
``expect_*.py`` beside them.
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


def run(*command: str) -> str:
    """Run a tool of this environment from the root; return what it printed when it failed, or nothing."""
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return f"{result.stdout}{result.stderr}" if result.returncode else ""


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_typed_surface(checker: str) -> None:
    files = [HERE / "typing_expectations.py", *sorted(HERE.glob("expect_*.py"))]
    script = str(HERE / "typing_check.py")
    printed = run(sys.executable, script, f"--only={checker}", f"--require={checker}", *map(str, files))
    assert not printed, f"\n{printed}"


def test_mypy_strict_over_the_project() -> None:
    printed = run(str(BIN / "mypy"), "--strict", *CHECKED)
    assert not printed, f"\n{printed}"


def test_pyright_strict_over_the_project() -> None:
    printed = run(str(BIN / "pyright"), "--pythonpath", sys.executable)
    assert not printed, f"\n{printed}"
