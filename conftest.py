"""Options, marks, and what is told at the end, for everything that runic's own run collects."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from runic.testing.backends import BackendUnderTest
from tests.conformance.backends import ON_REQUEST, backends
from tests.findings import Findings
from tests.memgraph import recording

pytest_plugins = ["runic.testing.plugin"]

# Time limits of single examples measure the machine; a run for everyone must not depend on chance.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

_FINDINGS = pytest.StashKey[Findings]()
_STRICT = bool(os.environ.get("RUNIC_STRICT_SKIPS"))


def pytest_runic_backends(config: pytest.Config) -> list[BackendUnderTest]:
    """Name the databases that the conformance suite runs on here, and none when another project runs it."""
    return backends(config.getoption("--backends")) if config.rootpath == Path(__file__).parent else []


def pytest_configure(config: pytest.Config) -> None:
    """Let ``make test BACKENDS=…`` choose the backends; record what is compiled."""
    config.option.backends = config.option.backends or os.environ.get("BACKENDS", "")
    config.stash[_FINDINGS] = Findings()
    recording.install()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Give all tests on one server to one of the processes that share them."""
    from tests.distribution import ByServer

    return ByServer(config, log, [row.name for row in backends()] + [row.name for row in ON_REQUEST])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember why a test was skipped, and count its outcome."""
    report: Any = yield
    item.config.stash[_FINDINGS].remember(report)
    if report.when == "call":
        item.config.stash[_FINDINGS].count(item, report)
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
    collector.config.stash[_FINDINGS].remember(report)
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Hear what one of the processes that shared the tests has found."""
    del error
    if told := getattr(node, "workeroutput", {}).get("findings"):
        node.config.stash[_FINDINGS].hear(told)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what was found, or tell it to the process that does; fail a run that has a complaint."""
    findings = session.config.stash[_FINDINGS]
    output: dict[str, str] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["findings"] = findings.told()
        return
    findings.write()
    if session.exitstatus == 0 and any(findings.complaints(strict=_STRICT)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show every reason for a skip once, and what makes the run fail beside its tests."""
    findings = config.stash[_FINDINGS]
    reasons = list(findings.skipped.values())
    for reason in sorted(set(reasons)):
        terminalreporter.write_line(f"skipped {reasons.count(reason)}: {reason}")
    for complaint in findings.complaints(strict=_STRICT):
        terminalreporter.write_line(complaint, red=True)
