"""The servers of the property tests: those of the conformance suite, held for the whole run."""

from __future__ import annotations

import os

import pytest

from tests.conformance.backends import Backend, backends
from tests.conformance.conftest import servers
from tests.servers import BackendMissingError, Server

__all__ = ["servers"]

LONG = os.environ.get("RUNIC_PROPERTY_STEPS", "")
"""How many steps the long mode runs, of each kind; unset in the ordinary run."""


def rows(config: pytest.Config) -> list[Backend]:
    """Return the chosen backends of the families that these tests know."""
    return backends(config.getoption("--backends"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Multiply a test that uses ``running`` by the backends."""
    if "running" in metafunc.fixturenames:
        found = rows(metafunc.config)
        metafunc.parametrize("running", found, indirect=True, ids=[row.name for row in found])


@pytest.fixture
def running(request: pytest.FixtureRequest, servers: dict[str, Server]) -> tuple[Backend, Server]:
    """Return a backend and its running server."""
    backend: Backend = request.param
    server = servers.setdefault(backend.name, backend.server())
    try:
        server.ensure()
    except BackendMissingError as missing:
        if missing.part in os.environ.get("RUNIC_REQUIRE", "").split(","):
            pytest.fail(f"{missing}, and RUNIC_REQUIRE names it", pytrace=False)
        pytest.skip(str(missing))
    return backend, server
