"""The drivers against a server that answers as Memgraph does: its errors, and what it takes outside transactions."""

from __future__ import annotations

from datetime import UTC, time
from typing import Any

import pytest
from neo4j.spatial import CartesianPoint, Point, WGS84Point

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
    PendingRollbackError,
    QuerySyntaxError,
    UsageError,
)
from runic.ogm import (
    Field,
    MetaData,
    Node,
    Property,
    create_async_driver,
    create_driver,
    prop,
    select,
)
from runic.ogm.driver import TransactionalGraphDriver
from runic.ogm.driver.memgraph import (
    MEMGRAPH,
    AsyncMemgraphDriver,
    MemgraphDriver,
    create_async_memgraph_driver,
    create_memgraph_driver,
    memgraph_dialect,
)
from tests.memgraph.answers import ALONE, BUSY, CLIENT, CONFLICT, TRANSIENT, VIOLATION, at, memgraph
from tests.memgraph.conftest import Colour, done
from tests.servers.bolt_script import HANG_UP, Failure, Message, Rows, node, relationship

spec = pytest.mark.spec
REGISTRY = MetaData()


class User(Node, labels=["User"], registry=REGISTRY):
    id: Property[str] = prop(primary_key=True)
    email: Property[str | None] = prop(default=None, unique=True)


class ElsewherePoint(Point):
    srid = 3857


class Entry(Node, labels=["Entry"], registry=REGISTRY):
    id: int = Field(generated=True)
    text: str = ""


@spec(394)
def test_a_driver_is_made_as_documented_without_touching_the_network() -> None:
    from runic.orm.driver.memgraph import create_memgraph_driver as former

    assert former is create_memgraph_driver
    with create_driver(
        "memgraph", host="localhost", port=7687, database="memgraph", username="", password=""
    ) as driver:
        assert isinstance(driver, MemgraphDriver)
        assert isinstance(driver, TransactionalGraphDriver)
        assert (driver.uri, driver.database, driver.encrypted) == ("bolt://localhost:7687", "memgraph", False)
        assert driver.dialect is MEMGRAPH
    with create_driver("memgraph", database="other", encrypted=True) as driver:
        assert (driver.database, driver.encrypted) == ("other", True)
    with pytest.raises(InvalidTypeError, match="no hots"):
        create_driver("memgraph", hots="h")


async def test_an_async_driver_is_made_without_touching_the_network() -> None:
    async with create_async_driver("memgraph", host="h", version="3.4") as driver:
        assert isinstance(driver, AsyncMemgraphDriver)
        assert (driver.uri, driver.database) == ("bolt://h:7687", "memgraph")
        assert driver.dialect is memgraph_dialect("3.4")
    assert create_async_memgraph_driver().dialect is MEMGRAPH


def test_a_version_chooses_the_dialect() -> None:
    assert memgraph_dialect() is memgraph_dialect("3.12.1") is memgraph_dialect("3.14") is MEMGRAPH
    assert memgraph_dialect("3.5") is memgraph_dialect("3.5.2")
    assert memgraph_dialect("3.5").version == (3, 5)
    for wrong in ("2.21", "3", "new", 3.1, ""):
        with pytest.raises(InvalidArgumentError, match=r"version is that of a Memgraph server"):
            create_driver("memgraph", version=wrong)


async def test_element_ids_are_integers(colour: Colour, serve: Any) -> None:
    def script(message: Message) -> Any:
        if message.kind == "RUN" and message.text.startswith("MATCH (n:Entry)"):
            return Rows(("n",), ((node(7, "Entry", text="a"),),))
        if message.kind == "RUN" and "r" in message.text.split():
            return Rows(("r",), ((relationship(3, 7, 8, "T"),),))
        return None

    server = serve(script)
    session = colour.session(colour.driver(server))
    entry = await done(session.get(Entry, 7))
    assert (entry.id, entry.text) == (7, "a")
    assert await done(session.get(Entry, "7")) is entry
    found = await done(session.execute("MATCH ()-[r]->() RETURN r"))
    edge = found.rows[0][0]
    assert (edge.element_id, edge.source, edge.target) == (3, 7, 8)
    await done(session.close())


async def test_a_violation_that_the_commit_answers_leaves_everything_pending(colour: Colour, serve: Any) -> None:
    server = serve(at("COMMIT", VIOLATION))
    session = colour.session(colour.driver(server))
    session.add(user := User(id="u"))
    with pytest.raises(ConstraintViolationError, match="unique constraint violation"):
        await done(session.commit())
    assert server.heard[0] == "BEGIN"
    assert server.heard.count("COMMIT") == 1
    with pytest.raises((PendingRollbackError, DriverError)):
        await done(session.scalars(select(User)))
    await done(session.rollback())

    server.script = memgraph
    session.add(user)
    await done(session.commit())
    assert server.heard[-1] == "COMMIT"
    await done(session.close())


@pytest.mark.parametrize(
    ("failure", "error", "said"),
    [
        (CONFLICT, ConflictError, "retry the whole unit of work"),
        (BUSY, ConflictError, "retry"),
        (Failure(TRANSIENT, 'Tried to retrieve an unknown database "x".'), DriverError, "check database="),
        (Failure(CLIENT, "Unable to commit due to serialization error."), ConflictError, "retry"),
        (Failure(CLIENT, "IS TYPED STRING violation on User(age)"), ConstraintViolationError, "IS TYPED"),
        (Failure(CLIENT, "Unable to commit due to existence constraint violation on :User(name)"),
         ConstraintViolationError, "existence"),
        (Failure(CLIENT, "Unable to create unique constraint :User(id), because an existing node violates it."),
         ConstraintViolationError, "existing node"),
        (ALONE, UsageError, r"driver\.execute\(\)"),
        (Failure(CLIENT, "Accessor type read and query type write are misaligned!"), UsageError, "reads only"),
        (Failure(CLIENT, "Text index t doesn't exist."), QuerySyntaxError, "ensure_indexes"),
        (Failure(CLIENT, "Vector index v does not exist."), QuerySyntaxError, "ensure_indexes"),
        (Failure(CLIENT, "Error on line 1 position 1. no viable alternative"), QuerySyntaxError, "line 1"),
        (Failure("Memgraph.DatabaseError.MemgraphError.MemgraphError", "odd"), DriverError, "odd"),
        (HANG_UP, ConnectionLostError, "nothing was written"),
    ],
)  # fmt: skip
async def test_errors_are_told_apart_by_their_text(
    colour: Colour, serve: Any, failure: Any, error: Any, said: str
) -> None:
    server = serve(at("MATCH", failure))
    session = colour.session(colour.driver(server))
    with pytest.raises(error, match=said) as caught:
        await done(session.execute("MATCH (n) RETURN n"))
    assert type(caught.value) is error
    await done(session.rollback())
    assert (await done(session.execute("RETURN 1"))).rows == []
    await done(session.close())


async def test_wrong_credentials(colour: Colour, serve: Any) -> None:
    refused = Failure("Memgraph.ClientError.Security.Unauthenticated", "Authentication failure")
    server = serve(at("LOGON", refused))
    driver = colour.driver(server, username="u", password="secret")
    with pytest.raises(AuthenticationError, match="check username and password") as caught:
        await done(driver.execute("RETURN 1"))
    assert "secret" not in str(caught.value)


async def test_a_conflict_in_a_flush_is_sent_once_and_can_be_tried_again(colour: Colour, serve: Any) -> None:
    server = serve(at("UNWIND", CONFLICT))
    session = colour.session(colour.driver(server))
    session.add(User(id="u"))
    with pytest.raises(ConflictError):
        await done(session.flush())
    assert sum(said.startswith("RUN UNWIND") for said in server.heard) == 1
    await done(session.rollback())
    server.script = memgraph
    session.add(User(id="u"))
    await done(session.commit())
    await done(session.close())


async def test_a_connection_that_is_cut_before_the_commit_wrote_nothing(colour: Colour, serve: Any) -> None:
    server = serve(at("UNWIND", HANG_UP))
    session = colour.session(colour.driver(server))
    session.add(User(id="u"))
    with pytest.raises(ConnectionLostError, match="nothing was written"):
        await done(session.flush())
    await done(session.rollback())
    server.script = memgraph
    session.add(User(id="v"))
    await done(session.commit())
    assert server.heard[-1] == "COMMIT"
    await done(session.close())


async def test_a_connection_that_is_cut_at_the_commit_leaves_it_open_what_happened(colour: Colour, serve: Any) -> None:
    server = serve(at("COMMIT", HANG_UP))
    session = colour.session(colour.driver(server))
    session.add(User(id="u"))
    with pytest.raises(OutcomeUnknownError, match="may or may not"):
        await done(session.commit())
    assert server.heard.count("COMMIT") == 1
    await done(session.rollback())
    await done(session.close())


# ---- what stands alone


async def test_schema_statements_stand_in_no_transaction(colour: Colour, serve: Any) -> None:
    server = serve(memgraph)
    driver = colour.driver(server)
    await done(colour.indexes(driver).ensure_indexes(User))
    assert "BEGIN" not in server.heard
    for name in ("id", "email"):
        assert server.heard.count(f"RUN CREATE INDEX ON :User({name})") == 1
    assert server.heard.count("RUN CREATE CONSTRAINT ON (e:User) ASSERT e.email IS UNIQUE") == 1


async def test_a_schema_statement_that_waited_in_vain_is_sent_again(colour: Colour, serve: Any) -> None:
    tries = 0

    def script(message: Message) -> Any:
        nonlocal tries
        if message.kind == "RUN" and message.text == "CREATE INDEX ON :User(id)":
            tries += 1
            return BUSY if tries < 3 else Rows()
        return memgraph(message)

    await done(colour.indexes(colour.driver(serve(script))).ensure_indexes(User))
    assert tries == 3


async def test_a_schema_statement_in_a_session_says_where_it_belongs(colour: Colour, serve: Any) -> None:
    session = colour.session(colour.driver(serve(memgraph)))
    with pytest.raises(UsageError, match=r"run it with driver\.execute\(\)"):
        await done(session.execute("CREATE INDEX ON :User(id)", write=True))
    await done(session.close())


@pytest.mark.parametrize(
    ("cypher", "alone"),
    [
        ("SHOW INDEX INFO", True),
        ("  // first\n /* and */ show version", True),
        ("CREATE TEXT EDGE INDEX t ON :T(p)", True),
        ("CREATE INDEX FOR (n:L) ON (n.p)", True),
        ("DROP ALL INDEXES", True),
        ("CREATE ENUM Status VALUES { Good }", True),
        ("PROFILE MATCH (n) RETURN n", True),
        ("ANALYZE GRAPH", True),
        ("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", True),
        ("USING PERIODIC COMMIT 10 MATCH (n) DELETE n", True),
        ("UNWIND $rows AS r CALL { WITH r CREATE (n) } IN TRANSACTIONS OF 10 ROWS", True),
        ("CREATE (index:INDEX)", False),
        ("MATCH (n) SET n.show = 1", False),
        ("EXPLAIN MATCH (n) RETURN n", False),
        ("RETURN 'SHOW INDEX INFO'", False),
    ],
)
async def test_which_statements_have_no_transaction(colour: Colour, serve: Any, cypher: str, alone: bool) -> None:
    server = serve(lambda _message: None)
    await done(colour.driver(server).execute(cypher, write=True))
    assert server.heard == ([f"RUN {cypher}"] if alone else ["BEGIN", f"RUN {cypher}", "COMMIT"])


async def test_what_cannot_be_undone_is_not_sent_unless_it_is_called_a_write(colour: Colour, serve: Any) -> None:
    server = serve(memgraph)
    driver = colour.driver(server)
    with pytest.raises(UsageError, match=r"was not sent; pass write=True"):
        await done(driver.execute("DROP INDEX ON :User(id)"))
    assert (await done(driver.execute("SHOW INDEX INFO"))).rows == []
    assert server.heard == ["RUN SHOW INDEX INFO"]


async def test_an_error_outside_transactions_is_ours_too(colour: Colour, serve: Any) -> None:
    server = serve(at("SHOW", Failure(CLIENT, "no")))
    with pytest.raises(QuerySyntaxError, match="SHOW CONFIG"):
        await done(colour.driver(server).execute("SHOW CONFIG"))


async def test_an_unnamed_write_is_undone(colour: Colour, serve: Any) -> None:
    server = serve(lambda message: Rows(counted={"nodes-created": 1}) if message.kind == "RUN" else None)
    with pytest.raises(UsageError, match="write=True"):
        await done(colour.driver(server).execute("CREATE (n)"))
    assert "COMMIT" not in server.heard


# ---- what must not be sent


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b"a", "base64"),
        ([{"deep": [bytearray(b"a")]}], "base64"),
        (time(1, 2, tzinfo=UTC), "isoformat"),
        ([ElsewherePoint((1.0, 2.0))], "point"),
    ],
)
async def test_values_that_end_the_connection_stay_here(colour: Colour, serve: Any, value: Any, said: str) -> None:
    server = serve(memgraph)
    session = colour.session(colour.driver(server))
    with pytest.raises(FieldValidationError, match=said):
        await done(session.execute("RETURN $x", {"x": value}))
    await done(session.execute("RETURN $x", {"x": [time(1, 2), WGS84Point((1.0, 2.0)), CartesianPoint((1.0, 2.0))]}))
    assert [said for said in server.heard if said.startswith("RUN")] == ["RUN RETURN $x"]
    await done(session.close())
