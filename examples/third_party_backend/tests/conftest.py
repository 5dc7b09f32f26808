"""Tell runic's conformance suite where AcmeGraph runs."""

# region conftest
import os

from runic.testing import BackendUnderTest, RunningServer

URL = os.environ.get("ACME_URL", "acme://localhost:7687")


def pytest_runic_backends() -> list[BackendUnderTest]:
    return [BackendUnderTest("acme", "acme", lambda: RunningServer("acme", url=URL, encrypted=False))]


# endregion conftest
