"""The Bolt drivers without a server: addresses, what the client is asked for, and its errors as errors of ours."""

from __future__ import annotations

import inspect
from typing import Any

import neo4j.exceptions
import pytest

from runic.exceptions import (
    AuthenticationError,
    ConflictError,
    ConnectionLostError,
    ConstraintViolationError,
    DriverError,
    FieldValidationError,
    InvalidArgumentError,
    InvalidTypeError,
    OutcomeUnknownError,
    QuerySyntaxError,
    UsageError,
)
from runic.ogm import Session, create_async_driver, create_driver
from runic.ogm.driver import TransactionalGraphDriver
from runic.ogm.driver.bolt import AsyncBoltDriver, BoltDriver
from runic.ogm.driver.bolt.address import bolt_address
from runic.ogm.driver.bolt.errors import error_of

spec = pytest.mark.spec


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ("bolt://localhost:7687", None, None)),
        ({"host": "h", "port": 1, "database": "d"}, ("bolt://h:1", None, "d")),
        ({"username": "u", "password": "p"}, ("bolt://localhost:7687", ("u", "p"), None)),
        ({"username": "", "password": ""}, ("bolt://localhost:7687", None, None)),
        ({"url": "neo4j+s://u:p%40@h/d"}, ("neo4j+s://h:7687", ("u", "p@"), "d")),
        ({"url": "bolt://u:p@h:1/d", "host": "other", "port": 2, "password": "q", "username": "v", "database": "e"},
         ("bolt://other:2", ("v", "q"), "e")),
        ({"url": "bolt://[::1]:7"}, ("bolt://[::1]:7", None, None)),
        ({"host": "::1"}, ("bolt://[::1]:7687", None, None)),
    ],
)  # fmt: skip
def test_addresses(options: dict[str, Any], expected: Any) -> None:
    address = bolt_address("neo4j", options, encrypted=True)
    assert (address.uri, address.auth, address.database) == expected


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"hots": "h"}, InvalidTypeError, "no hots; it takes"),
        ({"url": "redis://:secret@h"}, InvalidArgumentError, "no Bolt URL"),
        ({"url": "bolt://"}, InvalidArgumentError, "no Bolt URL"),
        ({"url": "bolt://h:x"}, InvalidArgumentError, "port"),
        ({"url": 3}, InvalidTypeError, "url is a string"),
        ({"port": 0.5}, InvalidArgumentError, "port"),
        ({"port": 70_000}, InvalidArgumentError, "port"),
    ],
)
def test_addresses_that_are_refused(options: dict[str, Any], error: Any, match: str) -> None:
    with pytest.raises(error, match=match) as caught:
        create_driver("neo4j", **options)
    assert "secret" not in str(caught.value)


@spec(15, 377, 392, 393, 437)
def test_a_driver_is_made_without_touching_the_network() -> None:
    from runic.orm.driver.bolt import BoltDriver as former

    assert former is BoltDriver
    assert list(inspect.signature(BoltDriver).parameters)[:5] == ["uri", "auth", "database", "dialect", "encrypted"]
    with create_driver(
        "neo4j", host="localhost", port=7, database="neo4j", username="neo4j", password="secret", encrypted=True
    ) as driver:
        assert isinstance(driver, BoltDriver)
        assert isinstance(driver, TransactionalGraphDriver)
        assert (driver.uri, driver.database, driver.dialect.name) == ("bolt://localhost:7", "neo4j", "Neo4j")
        assert driver.encrypted
        assert "secret" not in repr(driver)
        Session(driver).close()
    with create_driver("neo4j", host="localhost", encrypted=False) as plain:
        assert not plain.encrypted
    for url in ("bolt://h/d", "neo4j://h/d", "bolt+s://h/d", "neo4j+s://h/d"):
        with create_driver(url) as found:
            assert (found.uri, found.database) == (url.replace("/d", ":7687"), "d")


async def test_an_async_driver_is_made_without_touching_the_network() -> None:
    async with create_async_driver("neo4j", host="localhost", database="d") as driver:
        assert isinstance(driver, AsyncBoltDriver)
        assert (driver.uri, driver.database) == ("bolt://localhost:7687", "d")


def server_error(code: str) -> Exception:
    made: Exception = neo4j.exceptions.Neo4jError._hydrate_neo4j(code=f"Neo.{code}", message="said")
    return made


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (server_error("ClientError.Schema.ConstraintValidationFailed"), ConstraintViolationError),
        (server_error("ClientError.Security.Unauthorized"), AuthenticationError),
        (server_error("ClientError.Statement.SyntaxError"), QuerySyntaxError),
        (server_error("ClientError.Statement.AccessMode"), UsageError),
        (server_error("ClientError.Database.DatabaseNotFound"), DriverError),
        (server_error("TransientError.Transaction.DeadlockDetected"), ConflictError),
        (server_error("TransientError.General.DatabaseUnavailable"), ConflictError),
        (server_error("DatabaseError.General.UnknownError"), DriverError),
        (neo4j.exceptions.ServiceUnavailable("gone"), ConnectionLostError),
        (neo4j.exceptions.SessionExpired("gone"), ConnectionLostError),
        (neo4j.exceptions.IncompleteCommit("gone"), ConnectionLostError),
        (neo4j.exceptions.ConnectionAcquisitionTimeoutError("none free"), ConnectionLostError),
        (server_error("ClientError.Cluster.NotALeader"), ConflictError),
        (server_error("ClientError.General.ForbiddenOnReadOnlyDatabase"), ConflictError),
        (OSError("gone"), ConnectionLostError),
        (OverflowError("too big"), FieldValidationError),
        (ValueError("odd"), FieldValidationError),
    ],
)
def test_errors_become_ours(error: Exception, expected: Any) -> None:
    found = error_of(error, "MATCH (n)\nRETURN n", unknown=False)
    assert type(found) is expected
    if not isinstance(found, FieldValidationError):
        assert "MATCH (n) RETURN n" in str(found)


def test_a_commit_whose_answer_is_lost_may_have_happened() -> None:
    for gone in (neo4j.exceptions.ServiceUnavailable("gone"), neo4j.exceptions.IncompleteCommit("gone")):
        assert type(error_of(gone, "", unknown=True)) is OutcomeUnknownError
