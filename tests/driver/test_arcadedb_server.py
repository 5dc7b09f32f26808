"""What ArcadeDB would do wrong without a word, on the server of its package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runic.migrate.schema import IndexManager, SchemaManager
from runic.ogm import Edge, Field, Node, Session, create_async_driver, create_driver
from runic.ogm.exceptions import (
    AuthenticationError,
    ConstraintViolationError,
    FieldValidationError,
    MetadataError,
    UsageError,
)
from runic.testing.backends import running
from tests.conformance.backends import TABLE
from tests.servers import Server


class Counter(Node, labels=["ArcadeCounter"]):
    id: str = Field(primary_key=True)
    count: int | None = Field(default=None, index=True)
    serial: int | None = Field(default=None, unique=True)


class Page(Node, labels=["ArcadePage"]):
    id: str = Field(primary_key=True)
    text: str


class Taken(Edge, type="ArcadeCounter"):
    pass


@pytest.fixture
def server(servers: dict[str, Server]) -> Iterator[Server]:
    """Give the test an empty database."""
    backend = next(row for row in TABLE if row.family == "arcadedb")
    started = running(backend, servers)
    yield started
    started.wipe("")


@pytest.fixture
def driver(server: Server) -> Iterator[Any]:
    """Connect to the database."""
    opened: Any = create_driver("arcadedb", **server.options(""))
    with opened:
        yield opened


def test_an_index_over_integers_takes_larger_ones_afterwards(driver: Any) -> None:
    driver.execute("CREATE (:ArcadeCounter {id: 'a', count: 1, serial: 1})", write=True)
    IndexManager(driver).ensure_indexes(Counter)
    large = 2**40
    params = {"large": large}
    driver.execute("CREATE (:ArcadeCounter {id: 'b', count: $large, serial: $large})", params, write=True)
    rows = driver.execute("MATCH (n:ArcadeCounter) WHERE n.serial = $large RETURN n.count, n.serial", params).rows
    assert rows == [[large, large]]
    with pytest.raises(ConstraintViolationError):
        driver.execute("CREATE (:ArcadeCounter {id: 'c', serial: $large})", params, write=True)


def test_a_message_that_is_never_answered_is_refused(driver: Any) -> None:
    with pytest.raises(UsageError, match="15 MiB"):
        driver.execute("RETURN $text", {"text": "x" * (16 * 1024 * 1024)})
    length = 14 * 1024 * 1024
    assert driver.execute("RETURN size($text)", {"text": "x" * length}).rows == [[length]]


async def test_the_async_driver_refuses_it_too(server: Server) -> None:
    opened: Any = create_async_driver("arcadedb", **server.options(""))
    async with opened:
        with pytest.raises(UsageError, match="15 MiB"):
            await opened.execute("RETURN $items", {"items": ["x" * 1024] * (16 * 1024)})
        assert await opened.command("sql", "select 1 as one") == [{"one": 1}]


def test_an_object_larger_than_a_message_is_refused_before_anything_is_sent(driver: Any) -> None:
    with Session(driver) as session:
        session.add_all([Page(id="small", text="x"), Page(id="large", text="x" * (16 * 1024 * 1024))])
        with pytest.raises(FieldValidationError, match=r"Page\(id='large'\): its values take 16777\d+ bytes"):
            session.flush()
        session.rollback()
    assert driver.execute("MATCH (p:ArcadePage) RETURN count(p)").rows == [[0]]


def test_a_name_is_a_label_or_a_relationship_type(driver: Any) -> None:
    with pytest.raises(MetadataError, match="ArcadeCounter would be both"):
        SchemaManager(driver).ensure_entity_types([Counter, Taken])


def test_sql_with_wrong_credentials_is_an_error_of_ours(server: Server) -> None:
    opened: Any = create_driver("arcadedb", **{**server.options(""), "password": "not this one"})
    with opened, pytest.raises(AuthenticationError):
        opened.command("sql", "select 1")
