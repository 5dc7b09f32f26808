"""Options, marks and the rule about skipped tests, for the whole suite."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from tests.conformance import matrix
from tests.expected_skips import EXPECTED_SKIPS
from tests.memgraph import recording
from tests.servers import Server

_MARKS = (
    "spec(*rows): the rows of the specification's checklist that the test proves",
    "requires(*features): what the database has to offer; without it the test must raise UnsupportedFeatureError",
    "notyet(*backends, raises, reason): a known failure, strict",
    "only(*words): run in 'sync' or 'async' alone, or on the named families of databases alone",
    "slow: takes more than a few seconds",
    "runs_last: looks at what all other tests have left",
)
# Time limits of single examples measure the machine; a run for everyone must not depend on chance.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

_SKIPPED = pytest.StashKey[dict[str, str]]()
_COUNTED = pytest.StashKey[dict[str, Counter[str]]]()
_REASONS = pytest.StashKey[dict[str, set[str]]]()


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """Hold the servers of the table of backends that this run has started, by name; stop them at its end."""
    started: dict[str, Server] = {}
    yield started
    for server in started.values():
        server.stop()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of backends; ``make test BACKENDS=…`` sets it too."""
    parser.addoption(
        "--backends",
        default=os.environ.get("BACKENDS", ""),
        help="families or names of tests/conformance/backends.py, comma-separated; all when empty",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    for mark in _MARKS:
        config.addinivalue_line("markers", mark)
    config.stash[_SKIPPED] = {}
    config.stash[_COUNTED] = {}
    config.stash[_REASONS] = {}
    recording.install()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Turn ``notyet`` into a strict expected failure; move the tests that look at the whole run to its end."""
    items.sort(key=lambda item: item.get_closest_marker("runs_last") is not None)
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        given = params.get("db") or params.get("place")
        backend: Any = given[0] if isinstance(given, tuple) else None  # no backend: the test runs on others only
        for mark in item.iter_markers("notyet"):
            if backend and {backend.family, backend.name} & set(mark.args):
                item.add_marker(pytest.mark.xfail(strict=True, **mark.kwargs))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember why a test was skipped."""
    report: Any = yield
    _remember(item.config, report)
    if report.when == "call":
        _count(item, report)
    return report


def pytest_itemcollected(item: pytest.Item) -> None:
    """Refuse a ``spec`` mark whose rows are not numbers, before anything runs."""
    for mark in item.iter_markers("spec"):
        if not mark.args or not all(isinstance(row, int) for row in mark.args):
            raise pytest.UsageError(f"{item.nodeid}: @pytest.mark.spec takes row numbers, not {mark.args}")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Remember why a whole module was skipped."""
    report = yield
    _remember(collector.config, report)  # type: ignore[arg-type]
    return report


def _count(item: pytest.Item, report: Any) -> None:
    """Count an outcome for the capability matrix."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    given = params.get("db") or params.get("place") or params.get("running")
    backend: Any = given[0] if isinstance(given, tuple) else given
    name = getattr(backend, "name", None)
    if isinstance(name, str):
        expected = hasattr(report, "wasxfail")
        counted = item.config.stash[_COUNTED].setdefault(name, Counter())
        counted["xfailed" if expected else report.outcome] += 1
        if expected:
            item.config.stash[_REASONS].setdefault(name, set()).add(report.wasxfail.removeprefix("reason: "))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what was recorded; fail a strict run in which a test was skipped for a reason that nobody expected."""
    recording.write()
    if session.config.stash[_COUNTED]:
        matrix.note(session.config.stash[_COUNTED], session.config.stash[_REASONS])
    if os.environ.get("RUNIC_STRICT_SKIPS") and _unexpected(session.config) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show every reason once, and which of them make a strict run fail."""
    skipped = config.stash[_SKIPPED]
    for reason in sorted(set(skipped.values())):
        count = sum(known == reason for known in skipped.values())
        terminalreporter.write_line(f"skipped {count}: {reason}")
    if os.environ.get("RUNIC_STRICT_SKIPS"):
        for node, reason in _unexpected(config).items():
            terminalreporter.write_line(
                f"FAILED {node} was skipped, not on tests/expected_skips.py: {reason}", red=True
            )


def _remember(config: pytest.Config, report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        where = report.longrepr
        reason = where[2] if isinstance(where, tuple) else str(where)
        config.stash[_SKIPPED][report.nodeid] = reason.removeprefix("Skipped: ")


def _unexpected(config: pytest.Config) -> dict[str, str]:
    skipped = config.stash[_SKIPPED].items()
    return {node: why for node, why in skipped if not any(re.fullmatch(known, why) for known in EXPECTED_SKIPS)}
