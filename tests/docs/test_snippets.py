"""Every python block of the documentation comes from a file, and every file of ``docs_src`` runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT, SOURCES, blocks, pages, refreshed


def run(script: Path, folder: Path, *arguments: str) -> str:
    """Run *script* as a user would, in an empty folder; return what it printed."""
    command = [sys.executable, str(script), *arguments]
    environment = {**os.environ, "PYTHONWARNINGS": "error::ResourceWarning"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_page_holds_the_code_that_runs(page: Path) -> None:
    text = page.read_text()
    assert [code for source, code in blocks(page) if source is None] == [], (
        "a block without <!-- docs_src/….py --> above it"
    )
    assert text == refreshed(text), "run `make docs`"


@pytest.mark.spec(31)
@pytest.mark.parametrize("chapter", ["Databases", "Errors", "Async", "Performance", "Testing"])
def test_the_cookbook_has_recipes_of_each_kind(chapter: str) -> None:
    text = (ROOT / "references" / "cookbook.md").read_text()
    _, _, below = text.partition(f"\n## {chapter}\n")
    assert "```python\n" in below.partition("\n## ")[0]


@pytest.mark.parametrize("script", sorted(SOURCES.rglob("*.py")), ids=lambda script: script.stem)
def test_a_snippet_runs(script: Path, tmp_path: Path) -> None:
    run(script, tmp_path)


@pytest.mark.slow
def test_the_quick_start_loads_once_and_finds_its_data_again(tmp_path: Path) -> None:
    script, database = ROOT / "examples" / "quickstart.py", str(tmp_path / "airports.db")
    first = run(script, tmp_path, database)
    assert "Loaded 28," in first
    second = run(script, tmp_path, database)
    assert "Loaded" not in second
    assert first.splitlines()[-5:] == second.splitlines()[-5:]
