"""Give the tests beside it ``db``."""

from runic.testing.conformance.fixtures import db, pytest_generate_tests, pytest_pyfunc_call, server

__all__ = ["db", "pytest_generate_tests", "pytest_pyfunc_call", "server"]
