"""Servers that go, refuse or come back; answers that are cancelled; threads and tasks that share a driver."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from runic.exceptions import (
    AuthenticationError,
    ConnectionLostError,
    DriverError,
    OrmError,
    OutcomeUnknownError,
    UsageError,
)
from runic.ogm.driver.falkordb import (
    AsyncFalkorDBDriver,
    FalkorDBDriver,
    create_async_falkordb_driver,
    create_falkordb_driver,
)
from tests.driver.conftest import Door
from tests.servers import FalkorDBServer, free_port

SLOW_READ = "UNWIND range(1, 100000000) AS x WITH x WHERE x % 7 = 0 RETURN count(x)"
SLOW_WRITE = "UNWIND range(1, 100000000) AS x WITH x WHERE x % 7 = 0 WITH count(x) AS c CREATE (:Slow {c: c})"


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)  # between looks at what another thread or process does


def running(server: FalkorDBServer) -> bool:
    """Tell whether the server works on a slow statement now."""
    return "UNWIND" in str(server.client().connection.execute_command("GRAPH.INFO", "RunningQueries"))


@contextmanager
def killed_in_flight(server: FalkorDBServer) -> Iterator[None]:
    """Kill the server as soon as it works on a statement."""

    def kill() -> None:
        until(lambda: running(server))
        server.kill()

    thread = threading.Thread(target=kill)
    thread.start()
    yield
    thread.join()


@pytest.mark.parametrize("transport", ["tcp", "unix"])
@pytest.mark.parametrize(
    ("cypher", "write", "kind"), [(SLOW_READ, False, ConnectionLostError), (SLOW_WRITE, True, OutcomeUnknownError)]
)
def test_a_server_that_dies_in_flight(
    own_server: FalkorDBServer, colour: str, transport: str, cypher: str, write: bool, kind: type[DriverError]
) -> None:
    own_server.transport = transport
    door = Door(colour, own_server.options("g"))
    door.execute("CREATE (:A)", write=True)
    with killed_in_flight(own_server), pytest.raises(kind) as caught:
        door.execute(cypher, write=write)
    assert type(caught.value) is kind
    assert caught.value.__cause__ is not None
    with pytest.raises(ConnectionLostError, match="check that the server runs"):
        door.execute("RETURN 1")
    with warnings.catch_warnings(action="ignore"):
        own_server.ensure()
    assert door.rows("RETURN 1") == [[1]]
    door.end()


@pytest.mark.parametrize("transport", ["tcp", "unix"])
def test_a_restart_under_a_living_driver_is_not_noticed(
    own_server: FalkorDBServer, colour: str, transport: str
) -> None:
    own_server.transport = transport
    door = Door(colour, own_server.options("g"))
    for index in range(3):
        assert door.rows(f"CREATE (n:A{index} {{p{index}: 1}}) RETURN n.p{index}", write=True) == [[1]]
        own_server.kill()
        with warnings.catch_warnings(action="ignore"):
            own_server.ensure()
    assert door.rows("CREATE (n:B {q: 1}) RETURN count(n)", write=True) == [[1]]
    door.end()


def test_a_wrong_password(own_server: FalkorDBServer, colour: str) -> None:
    own_server.client().connection.config_set("requirepass", "secret")
    where: dict[str, Any] = {"host": own_server.host, "port": own_server.port, "graph": "g"}
    for options in ({}, {"password": "wrong"}, {"username": "nobody", "password": "secret"}):
        door = Door(colour, {**where, **options})
        with pytest.raises(AuthenticationError, match="check username and password"):
            door.execute("CREATE (:A)", write=True)
        assert "secret" not in repr(door.driver)
        door.end()
    door = Door(colour, {"url": f"falkor://:secret@{own_server.host}:{own_server.port}/g"})
    assert door.rows("RETURN 1") == [[1]]
    door.end()


def test_a_password_that_nobody_asked_for(own_server: FalkorDBServer, colour: str) -> None:
    door = Door(colour, {**own_server.options("g"), "password": "x"})
    with pytest.raises(AuthenticationError):
        door.execute("RETURN 1")
    door.end()


def test_nobody_there(colour: str, tmp_path: Any) -> None:
    port = free_port()
    for options, where in (
        ({"host": "127.0.0.1", "port": port}, f"127.0.0.1:{port}"),
        ({"host": "no.such.host.invalid"}, "no.such.host.invalid:6379"),
        ({"unix_socket_path": str(tmp_path / "none")}, str(tmp_path / "none")),
    ):
        door = Door(colour, {**options, "graph": "g"})
        for write in (False, True):
            with pytest.raises(ConnectionLostError, match="check that the server runs") as caught:
                door.execute("CREATE (:A)", write=write)
            assert where in str(caught.value)
        door.end()


def test_tls_to_a_server_without_it(own_server: FalkorDBServer, colour: str) -> None:
    door = Door(colour, {**own_server.options("g"), "ssl": True, "connect_timeout": 0.3})
    with pytest.raises(ConnectionLostError, match="TLS"):
        door.execute("RETURN 1")
    door.end()


def test_a_server_that_accepts_and_says_nothing_can_be_given_up(colour: str) -> None:
    """No time-out of ours ends a statement; the caller can."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = {"host": "127.0.0.1", "port": silent.getsockname()[1], "graph": "g"}
        if colour == "async":

            async def give_up() -> None:
                driver = create_async_falkordb_driver(**options)
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(driver.execute("CREATE (:A)", write=True), 0.2)
                await driver.close()

            asyncio.run(give_up())
            return
        with create_falkordb_driver(**options) as driver, interrupt_after(0.2), pytest.raises(KeyboardInterrupt):
            driver.execute("CREATE (:A)", write=True)


def test_the_time_limit_of_connecting_is_none_of_answers(server: FalkorDBServer, colour: str, graph: str) -> None:
    door = Door(colour, {**server.options(graph), "connect_timeout": 0.1})
    door.execute("CREATE (:A)", write=True)
    started_at = time.monotonic()
    door.execute("UNWIND range(1, 6000000) AS x WITH x WHERE x % 7 = 0 RETURN count(x)")
    assert time.monotonic() - started_at > 0.1
    door.end()


def test_a_user_without_rights(own_server: FalkorDBServer, colour: str) -> None:
    own_server.client().connection.execute_command("ACL", "SETUSER", "plain", "on", ">p", "~*", "+@all", "-GRAPH.QUERY")
    door = Door(colour, {**own_server.options("g"), "user": "plain", "password": "p"})
    with pytest.raises(AuthenticationError, match="right"):
        door.execute("CREATE (:A)", write=True)
    door.end()


def test_a_key_that_is_no_graph(own_server: FalkorDBServer, colour: str) -> None:
    own_server.client().connection.set("taken", "x")
    door = Door(colour, own_server.options("taken"))
    for write in (False, True):
        with pytest.raises(DriverError, match="no graph"):
            door.execute("RETURN 1", write=write)
    door.end()


@contextmanager
def interrupt_after(seconds: float) -> Iterator[None]:
    """Press Ctrl-C on the main thread."""

    def press(_signum: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, press)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_an_interrupt_passes_and_its_answer_is_never_read_by_another(own_server: FalkorDBServer) -> None:
    with create_falkordb_driver(**own_server.options("g")) as driver:
        driver.execute("CREATE (:A)", write=True)
        with interrupt_after(0.2), pytest.raises(KeyboardInterrupt):
            driver.execute("UNWIND range(1, 20000000) AS x WITH x WHERE x % 7 = 0 RETURN count(x)")
        assert driver.execute("RETURN 'mine'").rows == [["mine"]]


async def test_cancellation_passes_and_its_answer_is_never_read_by_another(server: FalkorDBServer, graph: str) -> None:
    async with create_async_falkordb_driver(
        host=server.host, port=server.port, graph=graph, max_connections=1
    ) as driver:
        await driver.execute("CREATE (:A)", write=True)
        for _ in range(5):
            task = asyncio.create_task(driver.execute("UNWIND range(1, 300000) AS x RETURN x"))
            while not task.cancelling():
                await asyncio.sleep(0.002)  # lets the statement be sent
                task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await driver.execute("RETURN 'mine'")).rows == [["mine"]]


async def test_cancellation_at_every_step(server: FalkorDBServer, graph: str) -> None:
    """Whatever await is hit, the next statement gets its own answer and no connection is lost."""
    async with create_async_falkordb_driver(
        host=server.host, port=server.port, graph=graph, max_connections=2
    ) as driver:
        await driver.execute("CREATE (:A {i: 0})", write=True)
        for steps in range(12):
            tasks = [asyncio.create_task(driver.execute(f"MATCH (n) RETURN n, {steps}")) for _ in range(4)]
            for _ in range(steps):
                await asyncio.sleep(0)  # one step of the others
            tasks[steps % 4].cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            for answer in done:
                if isinstance(answer, BaseException):
                    assert isinstance(answer, asyncio.CancelledError)
                else:
                    assert answer.rows[0][1] == steps
            assert (await asyncio.wait_for(driver.execute("RETURN 7"), 30)).rows == [[7]]


@pytest.mark.parametrize("limit", [1, 3])
def test_threads_share_a_driver(server: FalkorDBServer, graph: str, limit: int) -> None:
    with create_falkordb_driver(host=server.host, port=server.port, graph=graph, max_connections=limit) as driver:

        def work(number: int) -> None:
            for index in range(20):
                key = f"p{number}_{index}"
                [[node]] = driver.execute(f"CREATE (n:T{number} {{{key}: $v}}) RETURN n", {"v": index}, write=True).rows
                assert node.labels == (f"T{number}",)
                assert node.properties == {key: index}
                assert driver.execute(f"RETURN '{key}'").rows == [[key]]

        with ThreadPoolExecutor(6) as threads:
            list(threads.map(work, range(6)))
        assert driver.execute("MATCH (n) RETURN count(n)").rows == [[120]]
        assert clients_of(server, limit)


def clients_of(server: FalkorDBServer, limit: int) -> bool:
    """Tell whether no more than *limit* clients are connected beside the test's own."""
    return len(server.client().connection.client_list()) <= limit + 3


async def test_tasks_share_a_driver(server: FalkorDBServer, graph: str) -> None:
    async with create_async_falkordb_driver(
        host=server.host, port=server.port, graph=graph, max_connections=4
    ) as driver:

        async def work(number: int) -> None:
            for index in range(10):
                key = f"p{number}_{index}"
                result = await driver.execute(f"CREATE (n:T{number} {{{key}: $v}}) RETURN n", {"v": index}, write=True)
                assert result.rows[0][0].labels == (f"T{number}",)
                assert result.rows[0][0].properties == {key: index}

        await asyncio.gather(*[work(number) for number in range(10)])
        assert (await driver.execute("MATCH (n) RETURN count(n)")).rows == [[100]]


def test_one_async_driver_in_several_loops(server: FalkorDBServer, graph: str) -> None:
    with warnings.catch_warnings(action="error"):
        driver = create_async_falkordb_driver(host=server.host, port=server.port, graph=graph)

        async def use() -> None:
            await asyncio.gather(*[driver.execute("RETURN 1") for _ in range(3)])

        for _ in range(3):
            asyncio.run(use())
        with ThreadPoolExecutor(3) as threads:
            for done in [threads.submit(lambda: asyncio.run(use())) for _ in range(3)]:
                done.result()
        asyncio.run(driver.close())
        with pytest.raises(UsageError, match="closed"):
            asyncio.run(use())


def test_an_async_driver_that_is_closed_leaves_no_warning(server: FalkorDBServer, graph: str) -> None:
    async def use() -> AsyncFalkorDBDriver:
        driver = create_async_falkordb_driver(host=server.host, port=server.port, graph=graph)
        await driver.execute("RETURN 1")
        await driver.close()
        return driver

    with warnings.catch_warnings(action="error"):
        driver = asyncio.run(use(), debug=True)
        del driver
        gc.collect()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_opens_sockets_of_its_own(server: FalkorDBServer, graph: str) -> None:
    with create_falkordb_driver(host=server.host, port=server.port, graph=graph) as driver:
        driver.execute("CREATE (:A)", write=True)
        with warnings.catch_warnings(action="ignore"):
            child = os.fork()
        if child == 0:
            status = 1
            try:
                answers = [driver.execute("RETURN 'child'").rows for _ in range(50)]
                status = 0 if answers == [[["child"]]] * 50 else 2
                driver.close()
            finally:
                os._exit(status)
        assert [driver.execute("RETURN 'parent'").rows for _ in range(50)] == [[["parent"]]] * 50
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_collector_is_left_as_it_was(server: FalkorDBServer, graph: str) -> None:
    with create_falkordb_driver(host=server.host, port=server.port, graph=graph) as driver:
        driver.execute("RETURN 1")
        assert gc.isenabled()
        gc.disable()
        try:
            driver.execute("RETURN 1")
            assert not gc.isenabled()
        finally:
            gc.enable()
        with pytest.raises(OrmError):
            driver.execute("RETURN (")
        assert gc.isenabled()


def test_the_collector_runs_while_a_statement_is_waited_for(server: FalkorDBServer, graph: str) -> None:
    driver = create_falkordb_driver(host=server.host, port=server.port, graph=graph)
    driver.execute("CREATE (:A)", write=True)
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(lambda: driver.execute("UNWIND range(1, 5000000) AS x RETURN count(x)"))
        until(lambda: running(server) or slow.done())
        seen = gc.isenabled()
        assert slow.result().rows == [[5000000]]
    assert seen
    driver.close()


def test_a_driver_is_a_context_manager_and_shows_where_it_is(server: FalkorDBServer, graph: str) -> None:
    with create_falkordb_driver(host=server.host, port=server.port, graph=graph) as driver:
        assert isinstance(driver, FalkorDBDriver)
        assert repr(driver) == f"<FalkorDBDriver {graph!r} at {server.host}:{server.port}>"
        assert not driver.closed
    assert driver.closed
