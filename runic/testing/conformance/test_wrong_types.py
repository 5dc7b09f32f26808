"""Objects of any kind where an argument of the public API wants another: an error of ours, or the right thing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from runic.cypher.dialect import Feature
from runic.migrate import IndexSpec
from runic.ogm import (
    AggExpr,
    CompoundExpr,
    DriverError,
    Field,
    FilterExpr,
    MetaData,
    NegatedExpr,
    Node,
    OrderExpr,
    OrmError,
    Relation,
    Repository,
    Session,
    alias,
    collect,
    count,
    create_driver,
    not_,
    select,
    sum_,
)
from runic.ogm.query.expressions import search_words
from runic.testing.conformance.harness import Db
from runic.testing.conformance.query_models import Article, Movie, Rated, User, library


class Odd:
    """Knows nothing of runic."""


def odd_values() -> list[Any]:
    """Return one object of many kinds, new each time."""
    user = User(id="zz", name="Zoe")
    return [
        None, 5, -1, 2**70, 1.5, float("nan"), "x", "", "\ud800", b"x", True, [], [1], ["x"], [None], (1,), {},
        {"a": 1}, {1: 2}, {"a": object()}, set(), object(), Odd(), User, Movie, Rated, int, type, user,
        Rated(score=1.0), User.name, User.friends, User.rated, User.name == "x", select(User), alias(User, "q"),
        count("*"), len, (n for n in [1]), iter([]), [user], [[user]], [(user,)], [(user, user, user)],
        Decimal("NaN"), datetime(2026, 1, 1), UUID(int=1), range(3), slice(1, 2), ..., ValueError("x"),
    ]  # fmt: skip


ODD = range(len(odd_values()))


async def tried(what: str, value: Any, call: Callable[[], Any]) -> None:
    """Run *call*; let it raise errors of ours that the server has no part in, and nothing else."""
    try:
        result = call()
        if inspect.isawaitable(result):
            await result
        elif inspect.isasyncgen(result):
            async for _ in result:
                pass
    except OrmError as error:
        if isinstance(error, DriverError):
            pytest.fail(f"{what} with {value!r} asked the server, which said: {error}")
    except Exception as error:
        raise AssertionError(f"{what} with {value!r} raised {type(error).__name__}: {error}") from error


def session_calls(ann: Any, bob: Any) -> dict[str, dict[str, Any]]:
    """Return good arguments for every method of a session."""
    plain = select(User)
    one = {name: {"entity": ann} for name in ("add", "delete", "expunge", "expire", "register_or_get", "merge")}
    read = {name: {"stmt": plain} for name in ("scalars", "scalar", "first", "all_rows", "tuples", "count")}
    return {
        **one,
        **read,
        "refresh": {"entity": ann},
        "add_all": {"entities": [ann]},
        "get": {"cls": User, "pk": "ann", "fetch": ["friends"]},
        "get_one": {"cls": User, "pk": "ann", "fetch": ["friends"]},
        "load": {"entity": ann, "relation": "friends"},
        "load_relationship": {"entity": ann, "field_name": "friends"},
        "relate": {"source": ann, "field_name": "friends", "target": bob, "edge": None},
        "unrelate": {"source": ann, "field_name": "friends", "target": bob},
        "relate_all": {"relation": User.friends, "rows": [(ann, bob)]},
        "execute": {"cypher": "RETURN 1 AS one", "params": {}, "write": False, "models": None},
        "scalar_one": {"stmt": plain.limit(1)},
        "all_with_edges": {"stmt": plain.return_nodes("n")},
        "stream": {"stmt": plain, "batch": 10},
        "query": {"cls": User},
        "fulltext_search": {"cls": Article, "query": "x", "fields": None},
        "vector_search": {"cls": Article, "field": "embedding", "vector": [0.0, 0.0, 0.0], "k": 3},
    }


WITHOUT_ARGUMENTS = {"begin", "flush", "commit", "rollback", "close", "expunge_all", "load_absent"}


@pytest.mark.parametrize("method", sorted(session_calls(None, None)))
async def test_a_session_given_anything(db: Db, method: str) -> None:
    await library(db)
    if method.endswith("_search") and Feature.FULLTEXT in db.dialect.features:
        await db.schema_manager().sync_schema([Article])
    for argument in session_calls(None, None)[method]:
        for number in ODD:
            value = odd_values()[number]
            if argument == "cypher" and isinstance(value, str):
                continue
            session = db.open()
            ann, bob = await session.get(User, "ann"), await session.get(User, "bob")
            given = session_calls(ann, bob)[method] | {argument: value}

            def call(session: Any = session, given: Any = given) -> Any:
                called = getattr(session, method)(**given)
                return called.limit(2).all() if method in ("query", "fulltext_search", "vector_search") else called

            await tried(f"{method}({argument}=)", value, call)
            await session.rollback()
            await session.close()


def test_every_method_of_a_session_is_tried() -> None:
    public = {name for name, _ in inspect.getmembers(Session, inspect.isfunction) if name[0] != "_"}
    assert public - session_calls(None, None).keys() == WITHOUT_ARGUMENTS


HOP = select(User).traverse(User.rated, edge_alias="e").alias("m")
STATEMENTS: dict[str, Callable[[Any], Any]] = {
    "select": lambda x: select(x),
    "alias": lambda x: select(alias(User, x)),
    "alias of": lambda x: select(alias(x, "u")),
    "chain alias": lambda x: select(User).alias(x),
    "where": lambda x: select(User).where(x),
    "where on": lambda x: select(User).where(User.active, on=x),
    "order_by": lambda x: select(User).order_by(x),
    "limit": lambda x: select(User).limit(x),
    "skip": lambda x: select(User).skip(x),
    "with_": lambda x: select(User).with_(x),
    "fetch": lambda x: select(User).fetch(x),
    "traverse": lambda x: select(User).traverse(x),
    "edge_alias": lambda x: select(User).traverse(User.rated, edge_alias=x),
    "repeat": lambda x: select(User).repeat(x),
    "min_hops": lambda x: select(User).repeat(User.friends, min_hops=x),
    "max_hops": lambda x: select(User).repeat(User.friends, max_hops=x if x != 2**63 - 1 else 2),
    "return_target": lambda x: HOP.return_target(x),
    "return_nodes": lambda x: HOP.return_nodes(x),
    "return_edge": lambda x: HOP.return_nodes("m").return_edge(x),
    "project": lambda x: select(User).project(x),
    "aggregate": lambda x: select(User).aggregate(x),
    "group_by": lambda x: select(User).aggregate(count("*"), group_by=x),
    "count": lambda x: select(User).aggregate(count(x)),
    "collect": lambda x: select(User).aggregate(collect(x)),
    "sum_": lambda x: select(User).aggregate(sum_(x)),
    "as_": lambda x: select(User).aggregate(count("*").as_(x)),
    "AggExpr": lambda x: select(User).aggregate(AggExpr(x, User.age)),
    "not_": lambda x: select(User).where(not_(x)),
    "CompoundExpr": lambda x: select(User).where(CompoundExpr("AND", x)),
    "CompoundExpr op": lambda x: select(User).where(CompoundExpr(x, [User.active])),
    "NegatedExpr": lambda x: select(User).where(NegatedExpr(x)),
    "FilterExpr": lambda x: select(User).where(FilterExpr(x, "age", ">", 1)),
    "FilterExpr prop": lambda x: select(User).where(FilterExpr(User, x, ">", 1)),
    "FilterExpr op": lambda x: select(User).where(FilterExpr(User, "age", x, 1)),
    "FilterExpr in": lambda x: select(User).where(FilterExpr(User, "age", "IN", x)),
    "FilterExpr alias": lambda x: select(User).where(FilterExpr(User, "age", ">", 1, alias=x)),
    "OrderExpr": lambda x: select(User).order_by(OrderExpr(x, "age")),
    "OrderExpr prop": lambda x: select(User).order_by(OrderExpr("n", x)),
    "OrderExpr raw": lambda x: select(User).order_by(OrderExpr(None, None, x)),
    "search_words": lambda x: select(User).where(User.name == search_words(x)),
    **{
        f"{field} {operator}": lambda x, f=field, o=operator: select(User).where(getattr(getattr(User, f), o)(x))
        for field in ("name", "age", "tags", "status", "created", "place", "balance", "token", "friends", "manager")
        for operator in (
            "contains", "startswith", "endswith", "in_", "not_in_", "has", "__eq__", "__ne__", "__lt__", "__ge__",
        )
    },
}  # fmt: skip


async def test_a_statement_made_of_anything(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        for what, make in STATEMENTS.items():
            for number in ODD:
                value = odd_values()[number]
                await tried(what, value, lambda make=make, value=value: session.all_rows(make(value)))
                await tried(what, value, lambda make=make, value=value: make(value).build())


@pytest.mark.parametrize("field", ["id", *[name for name in User.__runic_fields__ if name != "id"]])
async def test_a_field_that_holds_anything(db: Db, field: str) -> None:
    await library(db)
    for number in ODD:
        value = odd_values()[number]
        for new in (True, False):
            session = db.open()
            user = User(id="new", name="New") if new else await session.get(User, "bob")
            setattr(user, field, value)

            async def write(session: Any = session, user: Any = user) -> None:
                session.add(user)
                await session.flush()
                session.delete(user)
                await session.commit()

            await tried(f"User.{field}", value, write)
            await session.rollback()
            await session.close()
            if not db.raw("MATCH (n:User {id: 'bob'}) RETURN 1"):
                db.raw("CREATE (:User {id: 'bob', full_name: 'Bob', score: 1, active: true, balance: '1'})")


async def test_a_repository_given_anything(db: Db) -> None:
    await library(db)
    good: dict[str, dict[str, Any]] = {
        "find_all": {"fetch": ["friends"], "skip": 0, "limit": 1},
        "find_all_by_ids": {"ids": ["ann"], "fetch": None},
        "exists": {"pk": "ann"},
        "cypher": {"query": "RETURN 1 AS one", "params": {}, "returns": int},
        "cypher_one": {"query": "RETURN 1 AS one", "params": {}, "returns": int},
        "cypher_raw": {"query": "RETURN 1 AS one", "params": {}},
    }
    public = {name for name, _ in inspect.getmembers(Repository, inspect.isfunction) if name[0] != "_"}
    assert public - good.keys() == {"count", "query"}
    async with db.session() as session:
        for number in ODD:
            value = odd_values()[number]
            await tried("Repository(cls)", value, lambda value=value: db.repository(session, value).count())
            await tried("Repository(session)", value, lambda value=value: db.repository(value, User).count())
            for method, arguments in good.items():
                for argument in arguments:
                    if argument == "query" and isinstance(value, str):
                        continue
                    given = arguments | {argument: value}
                    repository = db.repository(session, User)
                    call = getattr(repository, method)
                    await tried(f"{method}({argument}=)", value, lambda call=call, given=given: call(**given))


def _node(**options: Any) -> Any:
    class Made(Node, **{"labels": ["Made"], "registry": MetaData(), **options}):
        id: str = Field(primary_key=True)

    return Made


def _field(**options: Any) -> Any:
    class Made(Node, labels=["Made"], registry=MetaData()):
        id: str = Field(primary_key=True)
        value: str = Field(**options)


def _relation(**options: Any) -> Any:
    class Made(Node, labels=["Made"], registry=MetaData()):
        id: str = Field(primary_key=True)
        ends: list[Any] = Relation(**{"relationship": "R", "direction": "OUTGOING", **options})


def definitions() -> dict[str, Callable[[Any], Any]]:
    """Return what defines models, schemas, sessions and drivers, one argument at a time."""
    made: dict[str, Callable[[Any], Any]] = {
        "labels": lambda x: _node(labels=x),
        "primary_label": lambda x: _node(primary_label=x),
        "registry": lambda x: _node(registry=x),
        "IndexSpec label": lambda x: IndexSpec(x, "p", "RANGE"),
        "create_driver": lambda x: create_driver(x),
        "Session": lambda x: Session(x),
    }
    for name in inspect.signature(Field).parameters:
        made[f"Field {name}"] = lambda x, name=name: _field(**{name: x})
    for name in inspect.signature(Relation).parameters:
        made[f"Relation {name}"] = lambda x, name=name: _relation(**{name: x})
    for name in inspect.signature(IndexSpec).parameters:
        good = {"label": "L", "property": "p", "index_type": "RANGE"}
        made[f"IndexSpec {name}"] = lambda x, name=name, good=good: IndexSpec(**{**good, name: x})
    for name in ("host", "port", "graph", "username", "password", "url", "path", "ssl", "timeout", "max_connections"):
        good_at: dict[str, Any] = {} if name in ("url", "path") else {"host": "127.0.0.1", "graph": "g"}
        made[f"create_driver {name}"] = lambda x, name=name, o=good_at: create_driver("falkordb", **{**o, name: x})
    return made


@pytest.mark.parametrize("what", definitions())
async def test_a_definition_made_of_anything(what: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in ODD:
        value = odd_values()[number]
        if what.endswith(" path") and isinstance(value, str) and value.isascii():
            continue  # which starts a server
        await tried(what, value, lambda value=value: definitions()[what](value) and None)
