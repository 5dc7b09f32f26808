"""The pytest plugin of the suite, ``-p runic.testing.plugin``: the choice of backends, their servers, the marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from runic.testing.backends import BackendUnderTest, Server, backend_of, chosen

_MARKS = (
    "spec(*rows): the rows of the specification's checklist that the test proves",
    "requires(*features): what the database has to offer; without it the test must raise UnsupportedFeatureError",
    "notyet(*backends, raises, reason): a known failure, strict",
    "slow: takes more than a few seconds",
    "only(*words): run in 'sync' or 'async' alone, or on the named families of databases alone",
)


class Hooks:
    """What another plugin or a conftest.py tells this one."""

    @pytest.hookspec
    def pytest_runic_backends(self, config: pytest.Config) -> Sequence[BackendUnderTest]:
        """Return the databases that the suite shall run on."""
        raise NotImplementedError


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add ``pytest_runic_backends``."""
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of backends."""
    parser.addoption("--backends", default="", help="families or names of backends, comma-separated; all when empty")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    for mark in _MARKS:
        config.addinivalue_line("markers", mark)


def rows(config: pytest.Config) -> list[BackendUnderTest]:
    """Return the databases of this run."""
    given: list[Sequence[BackendUnderTest]] = config.hook.pytest_runic_backends(config=config)
    wanted: str = config.option.backends
    return chosen([row for table in given for row in table], wanted)


def require_auto_mode(config: pytest.Config) -> None:
    """Raise ``UsageError`` unless pytest-asyncio takes every coroutine for a test: those of the suite are unmarked."""
    if not config.pluginmanager.has_plugin("asyncio"):
        raise pytest.UsageError('the suite needs pytest-asyncio: pip install "runic-ogm[testing]"')
    mode: str = config.getoption("asyncio_mode", None) or config.getini("asyncio_mode")
    if mode != "auto":
        raise pytest.UsageError(f'the suite needs asyncio_mode = "auto" in the configuration of pytest, not {mode!r}')


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """Hold the servers that this run has started, by the name of their backend; stop them at its end."""
    started: dict[str, Server] = {}
    yield started
    for server in started.values():
        server.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Turn known failures of a backend, and ``notyet``, into strict expected ones."""
    for item in items:
        backend = backend_of(item)
        if backend is None:
            continue
        for mark in item.iter_markers("notyet"):
            if {backend.family, backend.name} & set(mark.args):
                item.add_marker(pytest.mark.xfail(strict=True, **mark.kwargs))
        if reason := backend.known_failures.get(f"{item.path.name}::{getattr(item, 'originalname', item.name)}"):
            item.add_marker(pytest.mark.xfail(strict=True, reason=reason))
