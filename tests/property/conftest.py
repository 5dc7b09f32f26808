"""The servers of the property tests: those of the conformance suite, held for the whole run."""

from __future__ import annotations

import pytest

from runic.testing.backends import BackendUnderTest
from runic.testing.backends import running as running_server
from tests.conformance.backends import backends
from tests.servers import Server


def rows(config: pytest.Config) -> list[BackendUnderTest]:
    """Return the chosen backends."""
    return backends(config.getoption("--backends"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Multiply a test that uses ``running`` by the backends."""
    if "running" in metafunc.fixturenames:
        found = rows(metafunc.config)
        metafunc.parametrize("running", found, indirect=True, ids=[row.name for row in found])


@pytest.fixture
def running(request: pytest.FixtureRequest, servers: dict[str, Server]) -> tuple[BackendUnderTest, Server]:
    """Return a backend and its running server."""
    backend: BackendUnderTest = request.param
    return backend, running_server(backend, servers)
