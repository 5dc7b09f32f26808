"""The example of someone else's backend: installed, found by its name, and proven by the suite that runic brings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from runic.testing.conformance.harness import Db

_EXAMPLE = Path(__file__).parents[2] / "examples" / "third_party_backend"
# A part of the suite, which is for a database of one's own to pass as a whole.
_PART = "test_polymorphism or test_repositories_cypher or test_query_situations or test_acme"


def install(place: Path) -> None:
    """Copy the example to *place* with the record of its entry points, as pip would leave it."""
    shutil.copytree(_EXAMPLE, place, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    project = tomllib.loads((place / "pyproject.toml").read_text())["project"]
    record = place / f"runic_acme-{project['version']}.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["runic.backends"]
    (record / "entry_points.txt").write_text("[runic.backends]\n" + "".join(f"{n} = {v}\n" for n, v in points.items()))


@pytest.mark.only("neo4j-5.26", "sync")
@pytest.mark.slow
def test_the_example_passes_the_suite_on_a_bolt_server(db: Db, tmp_path: Path) -> None:
    place = tmp_path / "acme"
    install(place)
    url = db.server.options(db.graph)["url"].replace("bolt://", "acme://")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "BACKENDS"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", _PART],
        cwd=place,
        env={**environment, "PYTHONPATH": str(place), "ACME_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    last = done.stdout.strip().splitlines()[-1]
    assert "passed" in last, last
    assert "skipped" not in last, last
