"""The servers of the suite: dead ones come back."""

from __future__ import annotations

import pytest

from runic.testing.conformance.harness import Db, only
from tests.servers import FalkorDBServer


@only("sync", "falkordb")
async def test_a_server_that_died_is_started_again(db: Db) -> None:
    assert isinstance(db.server, FalkorDBServer)
    with FalkorDBServer(db.backend.needs) as own:
        own.query("g", "CREATE (:Thing)")
        own.kill()
        with pytest.warns(UserWarning, match="died"):
            own.ensure()
        assert own.query("g", "MATCH (n) RETURN count(n)") == [[0]]
        assert own.restarts == 1
