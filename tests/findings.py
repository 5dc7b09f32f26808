"""What a run has to tell at its end: skipped tests, outcomes per database, statements compiled for Memgraph.

Several processes may share the tests; each hands what it found to the one that reports.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from runic.testing.backends import backend_of
from tests.conformance import matrix
from tests.expected_skips import EXPECTED_SKIPS
from tests.memgraph import recording
from tests.memgraph.grammar import faults

__all__ = ["Findings"]


class Findings:
    """What one process found, and what others told it."""

    def __init__(self) -> None:
        self.skipped: dict[str, str] = {}
        self._counted: dict[str, Counter[str]] = {}
        self._reasons: dict[str, set[str]] = {}

    def remember(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Remember why a test or a whole module was skipped."""
        if report.skipped and not hasattr(report, "wasxfail"):
            where = report.longrepr
            reason = where[2] if isinstance(where, tuple) else str(where)
            self.skipped[report.nodeid] = reason.removeprefix("Skipped: ")

    def count(self, item: pytest.Item, report: Any) -> None:
        """Count an outcome for the capability matrix."""
        if backend := backend_of(item, "db", "place", "running"):
            expected = hasattr(report, "wasxfail")
            counted = self._counted.setdefault(backend.name, Counter())
            counted["xfailed" if expected else report.outcome] += 1
            if expected:
                self._reasons.setdefault(backend.name, set()).add(report.wasxfail.removeprefix("reason: "))

    def told(self) -> str:
        """Return everything as a text for another process."""
        reasons = {name: sorted(given) for name, given in self._reasons.items()}
        return json.dumps([self.skipped, self._counted, reasons, recording.recorded()])

    def hear(self, told: str) -> None:
        """Add what another process found."""
        skipped, counted, reasons, statements = json.loads(told)
        self.skipped.update(skipped)
        for name, outcomes in counted.items():
            self._counted.setdefault(name, Counter()).update(outcomes)
        for name, given in reasons.items():
            self._reasons.setdefault(name, set()).update(given)
        for text, params in statements.items():
            recording.note(text, params)

    def write(self) -> None:
        """Write the files that a run leaves in ``build``."""
        recording.write()
        if self._counted:
            matrix.note(self._counted, self._reasons)

    def complaints(self, *, strict: bool) -> Iterator[str]:
        """Yield what makes the run fail beside its tests: in a *strict* one also skips for unexpected reasons."""
        for text in recording.RECORDED:
            if wrong := faults(text):
                yield f"FAILED a statement breaks a rule of Memgraph's grammar: {'; '.join(wrong)}\n{text}"
        for node, why in self.skipped.items():
            if strict and not any(re.fullmatch(known, why) for known in EXPECTED_SKIPS):
                yield f"FAILED {node} was skipped, not on tests/expected_skips.py: {why}"
