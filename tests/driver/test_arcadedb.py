"""ArcadeDB's driver without a server, and any Bolt database with a dialect of one's own."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from runic.exceptions import ConnectionLostError, InvalidArgumentError
from runic.ogm import create_driver
from runic.ogm.driver.arcadedb import ARCADEDB, ArcadeDBDialect, ArcadeDBDriver, create_arcadedb_driver
from runic.ogm.driver.arcadedb.dialect import ArcadeDBDialect as Dialect
from runic.ogm.driver.bolt import BoltDriver
from tests.servers import free_port

spec = pytest.mark.spec


@spec(16, 388, 391)
def test_a_driver_is_made_without_touching_the_network() -> None:
    from runic.orm.driver import arcadedb as former

    assert (former.ArcadeDBDialect, former.create_arcadedb_driver) == (ArcadeDBDialect, create_arcadedb_driver)
    options = {"host": "localhost", "port": 7, "database": "MyDB", "username": "root", "password": "secret"}
    for driver in (create_driver("arcadedb", **options), create_arcadedb_driver(**options)):
        with driver as opened:
            assert isinstance(opened, BoltDriver)
            assert isinstance(opened, ArcadeDBDriver)
            assert (opened.uri, opened.database, opened.dialect) == ("bolt://localhost:7", "MyDB", ARCADEDB)
            assert (opened.encrypted, opened.http_port) == (False, 2480)


@pytest.mark.parametrize("scheme", ["bolt+s", "bolt+ssc"])
def test_sql_is_encrypted_where_bolt_is(scheme: str) -> None:
    """The password goes along with it."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as threads:
        listening.settimeout(30)
        heard = threads.submit(first_bytes, listening)
        url = f"{scheme}://root:secret@127.0.0.1:7/db"
        with (
            create_arcadedb_driver(url=url, http_port=listening.getsockname()[1]) as driver,
            pytest.raises(ConnectionLostError, match="over HTTP at https://"),
        ):
            driver.command("sql", "select 1")
        assert heard.result()[:2] == b"\x16\x03"  # a handshake of TLS


def first_bytes(listening: socket.socket) -> bytes:
    connection, _ = listening.accept()
    with connection:
        return connection.recv(1024)


@spec(381)
def test_values_go_through_no_function_of_falkordb() -> None:
    assert not {"vector", "intern"} & set(ARCADEDB.functions)
    assert "toInteger" not in ARCADEDB.element_id_parameter


@spec(380)
def test_any_bolt_database_takes_a_dialect_of_ones_own() -> None:
    own = Dialect(name="Mine", always_quote=True)
    with BoltDriver("bolt://localhost:7", ("u", "p"), "d", own, encrypted=False) as driver:
        assert driver.dialect is own


@spec(394)
def test_a_driver_of_memgraph_is_made_without_touching_the_network() -> None:
    with create_driver("memgraph", host="localhost", port=7, database="memgraph", username="", password="") as driver:
        assert isinstance(driver, BoltDriver)
        assert (driver.uri, driver.database, driver.dialect.name) == ("bolt://localhost:7", "memgraph", "Memgraph")
        assert not driver.encrypted


def test_sql_without_a_server_says_where_it_was_asked() -> None:
    with (
        create_arcadedb_driver(host="127.0.0.1", database="d", http_port=free_port()) as driver,
        pytest.raises(ConnectionLostError, match="http_port="),
    ):
        driver.command("sql", "select 1")


@pytest.mark.parametrize("name", [" ", "a*b", "x" * 201, "a`b"])
def test_names_that_no_type_can_have_are_refused(name: str) -> None:
    from runic.cypher.names import escape_identifier

    with pytest.raises(InvalidArgumentError, match="ArcadeDB"):
        escape_identifier(name, ARCADEDB)
