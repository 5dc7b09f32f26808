"""Raw Cypher, the log of statements, streams, strict results, and what cascades into a session."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.ogm import (
    DetachedEntityError,
    DriverError,
    Field,
    FieldValidationError,
    GraphEdge,
    GraphNode,
    GraphPath,
    GraphResult,
    InvalidArgumentError,
    InvalidTypeError,
    LazyLoadError,
    MetaData,
    MultipleResultsFound,
    Node,
    NoResultFound,
    OrmError,
    QueryResult,
    QuerySyntaxError,
    Relation,
    select,
)
from runic.testing.conformance.harness import Db, requires
from runic.testing.conformance.session_models import City, Company, User

spec = pytest.mark.spec


class Owner(Node, labels=["Owner"], registry=MetaData()):
    id: str
    pet: Pet | None = Relation(relationship="OWNS", direction="OUTGOING", target="Pet", cascade=True)
    loose: Pet | None = Relation(relationship="SEES", direction="OUTGOING", target="Pet")


class Pet(Node, labels=["Pet"], registry=Owner.__runic_meta__.registry):
    id: str


async def numbered(db: Db, count: int) -> None:
    async with db.session() as session:
        session.add_all(User(id=f"{n:04}", name=f"n{n % 3}", age=n) for n in range(count))


# ---- execute


@spec(174, 175)
async def test_execute_returns_rows_and_columns(db: Db) -> None:
    async with db.session() as session:
        result = await session.execute("UNWIND $values AS v RETURN v, v + 1 AS next", {"values": [1, 2]})
        assert isinstance(result, GraphResult)
        assert GraphResult is QueryResult
        assert (result.columns, result.rows) == (["v", "next"], [[1, 2], [2, 3]])
        assert (await session.execute("RETURN 1")).rows == [[1]]
        assert (await session.execute("MATCH (n) RETURN n")).rows == []


@spec(174)
async def test_execute_maps_nothing(db: Db) -> None:
    db.raw("CREATE (:User {id: 'a', name: 'Ann'})-[:KNOWS {since: 1}]->(:User {id: 'b'})")
    async with db.session() as session:
        result = await session.execute("MATCH p = (a:User)-[r]->(b) RETURN a, r, p, [a.name, null, {k: 1.5}]")
        ((node, edge, path, rest),) = result.rows
        assert isinstance(node, GraphNode)
        assert (node.labels, node.properties) == (("User",), {"id": "a", "name": "Ann"})
        assert isinstance(edge, GraphEdge)
        assert (edge.type, edge.properties, edge.source) == ("KNOWS", {"since": 1}, node.element_id)
        assert isinstance(path, GraphPath)
        assert path.nodes[0] == node
        assert path.edges == [edge]
        assert rest == ["Ann", None, {"k": 1.5}]


@spec(176, 177)
async def test_the_documented_write(db: Db) -> None:
    db.raw("CREATE (:Trip {status: 'draft'}), (:Trip {status: 'done'})")
    statement = "MATCH (t:Trip {status: $old}) SET t.status = $new"
    values = {"old": "draft", "new": "archived"}
    async with db.session() as session:
        with pytest.raises(OrmError, match="write=True"):
            await session.execute(statement, values)
        assert sorted(db.raw("MATCH (t:Trip) RETURN t.status")) == [["done"], ["draft"]]
        await session.execute(statement, values, write=True)
    assert sorted(db.raw("MATCH (t:Trip) RETURN t.status")) == [["archived"], ["done"]]


@spec(159)
async def test_reads_of_a_session_see_what_it_flushed(db: Db) -> None:
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        await session.flush()
        assert (await session.execute("MATCH (u:User) RETURN u.name")).rows == [["Ann"]]
        assert await session.count(select(User)) == 1


@pytest.mark.parametrize(
    ("cypher", "params", "error"),
    [
        ("RETURN $a", {"a": object()}, FieldValidationError),
        ("RETURN $a", {"a": 2**63}, FieldValidationError),
        ("RETURN $a", {"a": "\0"}, FieldValidationError),
        ("RETURN $missing", {}, DriverError),
        ("RETURN", None, QuerySyntaxError),
        (5, None, InvalidTypeError),
        ("RETURN $a", [1], InvalidTypeError),
        ("RETURN $a", "a", InvalidTypeError),
        (select(User), None, InvalidTypeError),
    ],
)
async def test_what_cannot_be_executed(db: Db, cypher: Any, params: Any, error: Any) -> None:
    held = params == {"a": "\0"} and db.dialect.text_limits("\0") is None
    async with db.session() as session:
        with nullcontext() if held else pytest.raises(error):
            await session.execute(cypher, params)
        assert (await session.execute("RETURN 1")).rows == [[1]]


@pytest.mark.parametrize("value", ["'; MATCH (n) DELETE n //", "$p0 \\' \n {}", "` \" ' \\u0041"])
async def test_parameters_are_values(db: Db, value: str) -> None:
    async with db.session() as session:
        for sent in (value, [value], {"k": value}):
            assert (await session.execute("RETURN $v AS v", {"v": sent})).rows == [[sent]]


# ---- the log


@spec(139)
async def test_log_cypher_logs_each_statement(db: Db, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "runic.ogm")
    async with db.session() as session:
        await session.execute("RETURN 'silent'")
    assert caplog.messages == []
    async with db.session(log_cypher=True) as session:
        await session.execute("RETURN $secret", {"secret": "s3cret"})
        session.add(User(id="a", name="Ann"))
    assert caplog.messages[0] == "RETURN $secret"
    assert len(caplog.messages) == 3
    assert "CREATE" in caplog.messages[-1]
    assert "s3cret" not in caplog.text
    caplog.clear()
    async with db.session(log_cypher="params") as session:
        await session.execute("RETURN $secret", {"secret": "s3cret"})
    assert caplog.messages == ["RETURN $secret {'secret': 's3cret'}"]


# ---- streams


@pytest.mark.parametrize("batch", [1, 7, 20, 100])
async def test_a_stream_yields_every_row_once_as_detached_objects(db: Db, batch: int) -> None:
    await numbered(db, 20)
    async with db.session() as session:
        kept = await session.get(User, "0003")
        seen = [user async for user in session.stream(select(User), batch=batch)]
        assert sorted(user.age for user in seen) == list(range(20))
        assert not any(user in session for user in seen)
        assert kept not in seen
        with pytest.raises(DetachedEntityError, match=r"User\.company"):
            _ = seen[0].company
        seen[1].name = "changed"
        session.add(seen[1])
    assert db.raw("MATCH (u:User {name: 'changed'}) RETURN count(u)") == [[1]]


async def test_a_stream_keeps_filter_order_and_limit(db: Db) -> None:
    await numbered(db, 20)
    async with db.session() as session:
        some = select(User).where(User.name == "n1")
        assert [user.age async for user in session.stream(some, batch=2)] == [1, 4, 7, 10, 13, 16, 19]
        ordered = select(User).order_by(User.age, desc=True).limit(3)
        assert [user.age async for user in session.stream(ordered, batch=2)] == [19, 18, 17]
        assert [user async for user in session.stream(select(City))] == []


async def test_the_session_works_between_the_batches_of_a_stream(db: Db) -> None:
    await numbered(db, 10)
    async with db.session() as session:
        stream = session.stream(select(User), batch=3)
        seen = 0
        async for user in stream:
            seen += 1
            mine = await session.get(User, user.id)
            mine.active = False
            await session.flush()
        assert seen == 10
    assert db.raw("MATCH (u:User {active: false}) RETURN count(u)") == [[10]]


@pytest.mark.parametrize("end", ["rollback", "close"])
async def test_rollback_and_close_end_an_open_stream(db: Db, end: str) -> None:
    await numbered(db, 10)
    session = db.open()
    stream = session.stream(select(User), batch=3)
    rows: list[Any] = []

    async def read_on() -> None:
        async for user in stream:
            rows.append(user)
            if len(rows) == 2:
                await getattr(session, end)()

    with pytest.raises(OrmError):
        await read_on()
    assert len(rows) <= 4
    await session.close()


@pytest.mark.parametrize("batch", [0, -1, 1.5, True, None])
async def test_a_stream_takes_a_positive_batch(db: Db, batch: Any) -> None:
    async with db.session() as session:
        with pytest.raises(InvalidArgumentError, match="batch is a positive number"):
            [user async for user in session.stream(select(User), batch=batch)]
        with pytest.raises(InvalidTypeError, match="expected a statement"):
            [user async for user in session.stream(User)]


# ---- strict results


async def test_strict_results_raise_and_loose_ones_do_not(db: Db) -> None:
    await numbered(db, 3)
    async with db.session() as session:
        nobody, one = select(User).where(User.age == 99), select(User).where(User.age == 1)
        assert await session.scalar(nobody) is None
        assert await session.first(nobody) is None
        assert (await session.scalar_one(one)).age == 1
        assert (await session.get_one(User, "0002")).age == 2
        with pytest.raises(NoResultFound):
            await session.scalar_one(nobody)
        with pytest.raises(NoResultFound, match=r"no User with the key 'nobody'"):
            await session.get_one(User, "nobody")
        with pytest.raises(MultipleResultsFound):
            await session.scalar_one(select(User))
        for call in (session.scalars, session.scalar, session.count, session.all_rows):
            with pytest.raises(InvalidTypeError, match="expected a statement"):
                await call(User)


# ---- what reading an attribute loads


@spec(100)
async def test_an_unloaded_relation_is_loaded_by_the_session(db: Db) -> None:
    async with db.session() as session:
        company = Company(name="Acme")
        session.add_all([company, User(id="a", name="Ann", company=company)])
    async with db.session() as session:
        user = await session.get(User, "a")
        if db.is_async:
            with pytest.raises(LazyLoadError, match=r"User\.company.*fetch=\['company'\]"):
                _ = user.company
            with pytest.raises(LazyLoadError):
                session.load_relationship(user, "company")
            await session.load(user, User.company)
        with db.recorded() as sent:
            assert user.company.name == "Acme"
            assert user.company is user.company
        assert len(sent) == (0 if db.is_async else 1)
        assert not user._dirty


# ---- cascade


@spec(178)
async def test_a_cascading_relation_brings_its_object_along(db: Db) -> None:
    async with db.session() as session:
        pet = Pet(id="p")
        session.add(Owner(id="o", pet=pet))
        assert pet in session
    assert db.raw("MATCH (o:Owner)-[:OWNS]->(p:Pet) RETURN o.id, p.id") == [["o", "p"]]


@spec(179)
async def test_without_cascade_the_other_object_has_to_be_added(db: Db) -> None:
    async with db.session() as session:
        pet = Pet(id="p")
        session.add(Owner(id="o", loose=pet))
        assert pet not in session
        with pytest.raises(
            FieldValidationError, match=r"Owner\.?.*loose.*not in this session; add\(\) it.*cascade=True"
        ):
            await session.flush()
        session.add(pet)
    assert db.raw("MATCH (o:Owner)-[:SEES]->(p:Pet) RETURN o.id, p.id") == [["o", "p"]]


@requires(Feature.FULLTEXT)
async def test_a_full_text_query_without_a_word(db: Db) -> None:
    """Pitfall 124."""

    class Article(Node, labels=["Article"], registry=MetaData()):
        id: str
        body: str = Field(index_type="FULLTEXT")

    await db.schema_manager().sync_schema([Article])
    async with db.session() as session:
        session.add(Article(id="a", body="the graph"))
        session.add(Company(name="Acme"))
    for text in ("the", "of the and", "!!!", "the -", "", "   ", '"', "(", "the | the", "@body:{x}"):
        async with db.session() as session:
            try:
                found = await session.scalars(session.fulltext_search(Article, query=text))
            except OrmError:
                continue
            assert [article.id for article in found] in ([], ["a"])
