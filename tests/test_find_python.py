"""The script that looks for an interpreter: what it takes, and the one sentence it says when there is none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "find-python"
MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"


def find(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script where only *folder* is searched, with a home of its own."""
    shell = shutil.which("sh") or "/bin/sh"
    known = {"PATH": str(folder), "HOME": str(folder), **environment}
    return subprocess.run([shell, str(SCRIPT), *arguments], env=known, capture_output=True, text=True, check=False)


def fake(folder: Path, name: str, body: str) -> Path:
    """Put a program called *name* into *folder*."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def real(folder: Path, name: str) -> Path:
    """Put this interpreter into *folder* under *name*."""
    return fake(folder, name, f'exec "{sys.executable}" "$@"')


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """Return an empty folder; skips where /usr/local or Homebrew would be found all the same."""
    if find(tmp_path).returncode == 0:
        pytest.skip("a Python stands in /usr/local/bin or /opt/homebrew/bin")
    return tmp_path


def test_a_python_on_the_path_is_taken(tmp_path: Path) -> None:
    real(tmp_path, "python3.13")
    assert find(tmp_path).stdout.strip() == sys.executable
    assert find(tmp_path, "--minor").stdout.strip() == MINOR


def test_no_python_is_one_sentence(nowhere: Path) -> None:
    found = find(nowhere)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == (
        "runic: no Python 3.12 or newer was found; install one, or name it: make PYTHON=/path/to/python3\n"
    )


def test_a_shim_that_refuses_is_passed_over(nowhere: Path) -> None:
    fake(nowhere, "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    assert find(nowhere).returncode == 1
    real(nowhere, ".pyenv/versions/3.13.9/bin/python3")
    assert find(nowhere).stdout.strip() == sys.executable


def test_an_old_python_is_named(tmp_path: Path) -> None:
    # The probe comes with one argument more than the question for the version.
    old = fake(tmp_path, "old", 'test $# -gt 2 && exit 3; echo "Python 3.9"')
    found = find(tmp_path, PYTHON=str(old))
    assert found.returncode == 1
    assert found.stderr == f"runic: PYTHON={old} is Python 3.9; runic needs Python 3.12 or newer.\n"


def test_a_name_that_does_not_run_is_named(tmp_path: Path) -> None:
    found = find(tmp_path, PYTHON="/nowhere/python3")
    assert found.stderr == "runic: PYTHON=/nowhere/python3 is no Python that runs; runic needs Python 3.12 or newer.\n"


def test_a_minor_version_is_exact(tmp_path: Path) -> None:
    real(tmp_path, "python3")
    assert find(tmp_path, MINOR).stdout.strip() == sys.executable
    assert find(tmp_path, "3.99").returncode == 1


def test_a_python_without_venv_is_told_apart(nowhere: Path) -> None:
    bare = fake(nowhere, "python3.12", "exit 4")
    assert "lacks the venv module" in find(nowhere).stderr
    assert f"PYTHON={bare} lacks the venv module" in find(nowhere, PYTHON=str(bare)).stderr
