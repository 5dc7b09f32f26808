"""What the server and the client say, as errors of ours."""

from __future__ import annotations

import pytest
import redis.exceptions as client

from runic.exceptions import (
    AuthenticationError,
    ConnectionLostError,
    ConstraintViolationError,
    DriverError,
    OrmError,
    OutcomeUnknownError,
    QuerySyntaxError,
    UsageError,
)
from runic.ogm.driver.falkordb.errors import connect_error, lost_answer, server_error, version_refused


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (client.ResponseError("unique constraint violation on node of type U"), ConstraintViolationError),
        (client.ResponseError("mandatory constraint violation: node with label M"), ConstraintViolationError),
        (client.ResponseError("Query timed out"), DriverError),
        (client.ResponseError("graph.RO_QUERY is to be executed only on read-only queries"), UsageError),
        (client.ResponseError("unknown command 'GRAPH.QUERY', with args"), DriverError),
        (client.ResponseError("errMsg: Invalid input"), QuerySyntaxError),
        (client.ResponseError("Division by zero"), QuerySyntaxError),
        (client.ResponseError("BUSY Redis is busy running a script"), ConnectionLostError),
        (client.NoPermissionError("this user has no permissions"), AuthenticationError),
        (client.AuthenticationError("Authentication required."), AuthenticationError),
        (client.ClusterDownError("CLUSTERDOWN The cluster is down"), ConnectionLostError),
        (client.OutOfMemoryError("OOM command not allowed when used memory"), DriverError),
        (client.ReadOnlyError("You can't write against a read only replica."), DriverError),
    ],
)
def test_answers_of_the_server(error: Exception, kind: type[OrmError]) -> None:
    ours = server_error(error, "MATCH (n) " + "x" * 1000)
    assert type(ours) is kind
    assert str(error) in str(ours)
    assert len(str(ours)) < 600


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (client.ConnectionError("Error 111"), ConnectionLostError),
        (client.TimeoutError("Timeout connecting"), ConnectionLostError),
        (OSError("no route"), ConnectionLostError),
        (client.AuthenticationError("invalid username-password pair"), AuthenticationError),
        (client.AuthenticationWrongNumberOfArgsError("wrong number"), AuthenticationError),
        (client.BusyLoadingError("Redis is loading the dataset in memory"), ConnectionLostError),
    ],
)
def test_no_connection(error: Exception, kind: type[OrmError]) -> None:
    ours = connect_error(error, "host:1")
    assert type(ours) is kind
    assert "host:1" in str(ours)


def test_a_lost_answer() -> None:
    gone = client.ConnectionError("Connection closed by server.")
    assert type(lost_answer(gone, "host:1", True, "CREATE")) is OutcomeUnknownError
    assert type(lost_answer(gone, "host:1", False, "MATCH")) is ConnectionLostError
    loading = client.BusyLoadingError("loading")
    assert type(lost_answer(loading, "host:1", True, "CREATE")) is ConnectionLostError
    login = client.AuthenticationError("Authentication required.")
    assert type(lost_answer(login, "host:1", True, "CREATE")) is AuthenticationError


def test_a_refused_version() -> None:
    refusal = client.ResponseError("version mismatch")
    assert version_refused([refusal, 7]) == 7
    assert version_refused([[["x"]], [], []]) is None
    assert version_refused(refusal) is None
    assert version_refused([client.ResponseError("other"), 7]) is None
