"""What the Bolt drivers ask their client for, with a client that only writes down what it is asked."""

from __future__ import annotations

from typing import Any

import neo4j
import pytest

from runic.exceptions import ConflictError, ConnectionLostError
from runic.ogm import Field, MetaData, Node, Session, create_driver, select
from runic.ogm.driver.bolt import BoltDriver


class Thing(Node, labels=["Thing"], registry=MetaData()):
    id: str = Field(primary_key=True)


_EVERYTHING = select(Thing)


class Client:
    """Stands for the client: notes the options of its sessions; each commit gives a bookmark."""

    def __init__(self, *failures: Exception) -> None:
        self.sessions: list[dict[str, Any]] = []
        self.failures = list(failures)
        self.commits = 0
        self.closed = 0

    def session(self, **options: Any) -> Any:
        self.sessions.append(options)
        return _ClientSession(self)

    def close(self) -> None: ...

    @property
    def seen(self) -> list[set[str]]:
        """Return the bookmarks that each session was given."""
        return [set(options["bookmarks"].raw_values) if "bookmarks" in options else set() for options in self.sessions]


class _ClientSession:
    def __init__(self, client: Client) -> None:
        self._client = client

    def begin_transaction(self) -> Any:
        if self._client.failures:
            raise self._client.failures.pop(0)
        return self

    def run(self, _text: str, _params: Any) -> Any:
        return self

    def keys(self) -> list[str]:
        return ["n"]

    def __iter__(self) -> Any:
        return iter(())

    def commit(self) -> None:
        self._client.commits += 1

    def last_bookmarks(self) -> Any:
        return neo4j.Bookmarks.from_raw_values([f"after {self._client.commits}"])

    def close(self) -> None:
        self._client.closed += 1


def led_to(client: Client) -> BoltDriver:
    driver = create_driver("neo4j://h:7/d")
    assert isinstance(driver, BoltDriver)
    driver._client.close()
    driver._client = client
    return driver


def test_a_session_that_reads_is_routed_as_one() -> None:
    client = Client()
    driver = led_to(client)
    with Session(driver, access_mode="read") as reading, Session(driver) as writing:
        reading.scalars(_EVERYTHING)
        writing.scalars(_EVERYTHING)
    assert client.sessions == [{"database": "d", "default_access_mode": "READ"}, {"database": "d"}]


def test_bookmarks_lead_from_one_session_to_the_next_and_through_one_session() -> None:
    client = Client()
    driver = led_to(client)
    with Session(driver, bookmarks=["given"]) as first:
        first.scalars(_EVERYTHING)
        first.commit()
        first.scalars(_EVERYTHING)
    with Session(driver, bookmarks=first.bookmarks) as second:
        second.scalars(_EVERYTHING)
    assert client.seen == [{"given"}, {"after 1"}, {"after 2"}]
    assert second.bookmarks == {"after 3"}


def test_transaction_functions_see_what_earlier_ones_committed() -> None:
    client = Client()
    driver = led_to(client)
    driver.execute_write(lambda session: session.scalars(_EVERYTHING))
    driver.execute_read(lambda session: session.scalars(_EVERYTHING))
    driver.execute_read(lambda session: session.scalars(_EVERYTHING))
    assert client.seen == [set(), {"after 1"}, {"after 2"}]
    assert ["default_access_mode" in options for options in client.sessions] == [False, True, True]


def test_a_connection_that_had_waited_too_long_is_replaced_once() -> None:
    client = Client(neo4j.exceptions.SessionExpired("stale"))
    with Session(led_to(client)) as session:
        assert session.scalars(_EVERYTHING) == []
    assert len(client.sessions) == client.closed == 2
    client = Client(*[neo4j.exceptions.ServiceUnavailable("gone") for _ in range(2)])
    with Session(led_to(client)) as session, pytest.raises(ConnectionLostError):
        session.scalars(_EVERYTHING)
    assert client.failures == []


def test_a_change_of_leader_is_tried_again() -> None:
    hydrated: Any = neo4j.exceptions.Neo4jError._hydrate_neo4j
    client = Client(hydrated(code="Neo.ClientError.Cluster.NotALeader", message="not here"))
    pauses: list[float] = []
    assert led_to(client).execute_write(lambda session: session.scalars(_EVERYTHING), sleep=pauses.append) == []
    assert (len(pauses), client.commits) == (1, 1)
    client = Client(*[hydrated(code="Neo.ClientError.Cluster.NotALeader", message="not here") for _ in range(2)])
    with pytest.raises(ConflictError):
        led_to(client).execute_write(lambda session: session.scalars(_EVERYTHING), attempts=2, sleep=pauses.append)
