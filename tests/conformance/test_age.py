"""What is particular to Apache AGE: SQL around Cypher, labels as a property, tables that a transaction makes."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

from runic.ogm import (
    AsyncSession,
    InvalidArgumentError,
    InvalidTypeError,
    MetaData,
    Node,
    QuerySyntaxError,
    Session,
    UnsupportedFeatureError,
    UsageError,
    collect,
    create_async_driver,
    create_driver,
    select,
)
from runic.ogm.driver.age import AGE, AGEDialect, AGEDriver, AsyncAGEDriver, create_age_driver, create_async_age_driver
from runic.testing.conformance.harness import Db, dress
from runic.testing.conformance.session_models import Account, City, Country, User, stored_keys

pytestmark = pytest.mark.only("age")
spec, only = pytest.mark.spec, pytest.mark.only


def sql(db: Db, text: str) -> list[tuple[Any, ...]]:
    """Ask PostgreSQL past runic and past AGE."""
    server: Any = db.server
    rows: list[tuple[Any, ...]] = server.client().sql(text)
    return rows


def stored_labels(db: Db) -> dict[str, list[str]]:
    """Return the property of each node in the table of locations, by title."""
    nodes = [json.loads(text) for (text,) in sql(db, f'SELECT properties FROM "{db.graph}"."Location"')]
    return {node["title"]: node["_labels"] for node in nodes}


async def raw_connection(db: Db) -> Any:
    """Return a connection of psycopg of the colour of *db*, made by the user."""
    psycopg = import_module("psycopg")
    options = db.server.options(db.graph)
    address = {"host": options["host"], "port": options["port"], "dbname": "postgres", "user": "postgres"}
    if db.is_async:
        return await psycopg.AsyncConnection.connect(**address)
    return psycopg.Connection.connect(**address)


async def awaited(value: Any) -> Any:
    return await value if hasattr(value, "__await__") else value


# ---- values


@pytest.mark.parametrize("escaped", ["", "\\", '"'])
async def test_texts_that_look_like_marks_of_types_are_texts(db: Db, escaped: str) -> None:
    texts = [
        f"{escaped}{mark}{more}"
        for mark in ("}::vertex", "}::edge", "]::path", "1::numeric")
        for more in ("", ",", "]")
    ]
    async with db.session() as session:
        session.add_all([User(id=str(number), name=text, tags=[text]) for number, text in enumerate(texts)])
    async with db.session() as session:
        assert sorted(user.name for user in await session.query(User).all()) == sorted(texts)
        ((users,),) = await session.tuples(select(User).aggregate(collect("n")))
        assert sorted(user.tags[0] for user in users) == sorted(texts)
        assert sorted(await session.scalars(select(User).project(User.name))) == sorted(texts)
        assert sorted((await session.execute("MATCH (n:User) RETURN collect(n.name)")).rows[0][0]) == sorted(texts)


# ---- names and drivers


@spec(17, 389, 395)
async def test_the_functions_that_make_drivers(db: Db) -> None:
    options = db.server.options(db.graph)
    kind, makers = (
        (AsyncAGEDriver, (create_async_age_driver, lambda **given: create_async_driver("age", **given)))
        if db.is_async
        else (AGEDriver, (create_age_driver, lambda **given: create_driver("age", **given)))
    )
    given = {"username": options["username"], "password": "not asked for"}
    for make in makers:
        driver: Any = make(**{**options, **given})
        assert isinstance(driver, kind)
        assert (await awaited(driver.execute("RETURN 1 AS one"))).rows == [[1]]
        await awaited(driver.close())
    former = import_module("runic.orm.driver.age")
    assert (former.AGEDriver, former.AGEDialect) == (AGEDriver, AGEDialect)
    assert former.create_age_driver is create_age_driver


@spec(395)
async def test_a_url_says_it_all(db: Db) -> None:
    options = db.server.options(db.graph)
    url = f"postgresql://postgres@{options['host']}:{options['port']}/postgres?graph={db.graph}&sslmode=disable"
    driver: Any = (create_async_driver if db.is_async else create_driver)(url)
    assert driver.graph_name == db.graph
    assert (await awaited(driver.execute("RETURN 1 AS one"))).columns == ["one"]
    await awaited(driver.close())


@only("sync")
@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"graph": "g"}, InvalidArgumentError, "3 to 63"),
        ({"graph": "a b c"}, InvalidArgumentError, "letters"),
        ({}, InvalidArgumentError, "name the graph"),
        ({"graph": "social", "colour": "red"}, InvalidTypeError, "takes no colour"),
        ({"url": "mysql://host/db?graph=social"}, InvalidArgumentError, "postgresql://"),
        ({"url": "postgresql://host/db?graph=social&colour=red"}, InvalidArgumentError, "asks for colour"),
        ({"graph": "social", "max_connections": 0}, InvalidArgumentError, "positive"),
    ],
)
def test_a_wrong_address_is_refused_before_anything_is_sent(
    options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        create_age_driver(**options)


@spec(382, 384)
async def test_a_driver_over_a_connection_of_the_user(db: Db) -> None:
    connection = await raw_connection(db)
    driver: Any = (AsyncAGEDriver if db.is_async else AGEDriver)(connection, db.graph)
    session: Any = AsyncSession(driver) if db.is_async else dress(Session(driver))
    async with session:
        session.add_all([User(id="a", name="Ann"), City(id="c")])
        await session.flush()
        other: Any = AsyncSession(driver) if db.is_async else dress(Session(driver))
        with pytest.raises(UsageError, match="another session uses the connection"):
            await other.count(select(User))
        await other.close()
    if not db.is_async:
        driver.begin()
        driver.execute("CREATE (:User {id: 'b'})", write=True)
        driver.rollback()
    assert stored_keys(db) == ["a"]
    await awaited(driver.close())
    assert not connection.closed
    await awaited(connection.close())


# ---- statements


@spec(383)
async def test_cypher_is_sent_within_sql_and_its_parameters_as_one_map(db: Db) -> None:
    odd = "$cypher$ % %s $1 ' \" \\ ; --"
    async with db.session() as session:
        session.add(User(id="a", name=odd))
        await session.flush()
        query = "MATCH (u:User) WHERE u.name = $name RETURN u.id AS id, $n"
        result = await session.execute(query, {"name": odd, "n": 1})
        assert (result.columns, result.rows) == (["id", "$n"], [["a", 1]])
        literal = await session.execute("RETURN '$cypher$ 100%' AS text, \"%s\" AS other")
        assert literal.rows == [["$cypher$ 100%", "%s"]]
    for refused, error, said in (
        ("RETURN $missing AS x", QuerySyntaxError, r"\$missing is not given"),
        ("MATCH (n) RETURN *", UsageError, r"RETURN \*"),
    ):
        async with db.session() as session:
            with pytest.raises(error, match=said):
                await session.execute(refused)


@spec(230, 386)
async def test_further_labels_are_a_property_that_no_model_shows(db: Db) -> None:
    assert isinstance(AGE, AGEDialect)
    async with db.session() as session:
        session.add_all([City(id="c", title="Bern"), Country(id="ch", title="Switzerland")])
    assert stored_labels(db) == {"Bern": ["City"], "Switzerland": ["Country"]}
    async with db.session() as session:
        with db.recorded() as sent:
            found = await session.scalars(select(City))
        assert [city.id for city in found] == ["c"]
        assert "_labels" not in vars(found[0])
        assert sent[0].text == "MATCH (n:`Location`)\nWHERE 'City' IN n.`_labels`\nRETURN n"
        found[0].title = "Berne"
    assert stored_labels(db) == {"Berne": ["City"], "Switzerland": ["Country"]}


@spec(385, 475)
async def test_a_label_stays_as_it_was_created(db: Db) -> None:
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        await session.flush()
        with pytest.raises(QuerySyntaxError):
            await session.execute("MATCH (n:User) SET n:Admin REMOVE n:User", write=True)
        await session.rollback()
        session.add(User(id="a", name="Ann"))
    assert db.raw("MATCH (n) RETURN labels(n)") == [[["User"]]]


@spec(352)
async def test_there_is_no_search(db: Db) -> None:
    async with db.session() as session:
        for search in (
            session.fulltext_search(Account, query="x", fields=["mail"]),
            session.vector_search(Account, field="mail", vector=[1.0], k=1),
        ):
            with db.recorded() as sent, pytest.raises(UnsupportedFeatureError, match="AGE has no such index") as caught:
                await search.all()
            assert sent == []
            assert isinstance(caught.value, NotImplementedError)


# ---- transactions


@spec(468)
async def test_each_session_has_a_transaction_of_postgresql(db: Db) -> None:
    async with db.session() as writer, db.session() as reader:
        writer.add(User(id="a", name="Ann"))
        await writer.flush()
        assert await reader.count(select(User)) == 0
        await writer.rollback()
        assert await writer.count(select(User)) == 0
        writer.add(User(id="b", name="Bob"))
        await writer.commit()
        assert await reader.count(select(User)) == 1


async def test_labels_outlive_the_transaction_that_needed_them(db: Db) -> None:
    """They are made on a connection of their own, so that two sessions may make one label at the same time."""
    async with db.session() as one, db.session() as two:
        one.add(User(id="a", name="Ann"))
        two.add(User(id="b", name="Bob"))
        await one.flush()
        await two.flush()
        await one.rollback()
    assert stored_keys(db) == ["b"]


async def test_a_driver_of_one_connection_makes_labels_within_its_transaction(db: Db) -> None:
    db._driver = db.new_driver(max_connections=1, acquire_timeout=5.0)
    async with db.session() as session:
        session.add(User(id="a", name="Ann"))
        await session.flush()
        await session.rollback()
        assert sql(db, f"SELECT count(*) FROM ag_label WHERE relation::text LIKE '{db.graph}%User%'") == [(0,)]
        session.add(User(id="b", name="Bob"))
        await session.commit()
        session.add(User(id="c", name="Cid"))
    assert stored_keys(db) == ["b", "c"]


@only("sync")
def test_a_label_that_is_too_long_is_refused_without_a_server() -> None:
    class Odd(Node, labels=["x" * 64], registry=MetaData()):
        id: str

    with pytest.raises(InvalidArgumentError, match="63 bytes"):
        Session(create_age_driver(graph="social")).add(Odd(id="a"))
