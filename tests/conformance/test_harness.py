"""The harness itself: servers that start, graphs that are private, dead servers that come back."""

from __future__ import annotations

import pytest

from runic.ogm import MetaData, Node, Property, prop
from tests.conformance.harness import Db, only
from tests.servers import FalkorDBServer


class Person(Node, labels=["HarnessPerson"], registry=MetaData()):
    id: Property[str] = prop(primary_key=True)
    name: Property[str]


# region example
async def test_a_change_is_one_statement(db: Db) -> None:
    async with db.session() as session:
        session.add(Person(id="p1", name="Alice"))

    async with db.session() as session:
        person = await session.get(Person, "p1")
        person.name = "Alice B."
        with db.recorded() as sent:
            await session.commit()

    assert len(sent) == 1
    assert db.raw("MATCH (p:HarnessPerson) RETURN p.name") == [["Alice B."]]


# endregion example


@only("sync")
async def test_each_test_has_an_empty_graph_of_its_own(db: Db) -> None:
    db.raw("CREATE (:Thing {n: $n})", {"n": 1})
    assert db.raw("MATCH (t:Thing) RETURN count(t)") == [[1]]


@only("sync")
async def test_what_an_earlier_test_left_is_gone(db: Db) -> None:
    assert db.raw("MATCH (n) RETURN count(n)") == [[0]]


@only("sync")
async def test_a_server_that_died_is_started_again(db: Db) -> None:
    assert isinstance(db.server, FalkorDBServer)
    with FalkorDBServer(db.backend.needs) as own:
        own.query("g", "CREATE (:Thing)")
        own.kill()
        with pytest.warns(UserWarning, match="died"):
            own.ensure()
        assert own.query("g", "MATCH (n) RETURN count(n)") == [[0]]
        assert own.restarts == 1
