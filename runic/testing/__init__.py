"""Prove a backend: runic's own conformance suite, and what tells it which databases to run on.

It needs the extra ``runic-ogm[testing]``; nothing else in runic imports it.
"""

from runic.testing.backends import BackendMissingError, BackendUnderTest, Server
from runic.testing.server import RunningServer

__all__ = ["BackendMissingError", "BackendUnderTest", "RunningServer", "Server"]
