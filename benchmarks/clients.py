"""The databases' own clients, used as a careful engineer uses them: one transaction, batches, plain values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import batched
from typing import Any, Protocol

from benchmarks.by_hand import BATCH

__all__ = ["Client", "client_for"]

Rows = Sequence[Mapping[str, Any]]
Params = Mapping[str, Any]


class Client(Protocol):
    """One client in both colours; every call is a transaction where the database has them."""

    def write(self, statement: str, rows: Rows) -> None:
        """Send *rows* in batches."""
        ...

    def read(self, statement: str, each: Iterable[Params] = ({},)) -> list[Any]:
        """Return the rows of *statement* for all of the parameters given, one after the other."""
        ...

    async def write_async(self, statement: str, rows: Rows) -> None: ...

    async def read_async(self, statement: str) -> list[Any]: ...

    def forget(self) -> None:
        """Forget what is known of the graph, which is made anew."""
        ...

    def close(self) -> None: ...

    async def close_async(self) -> None: ...


class FalkorDBClient:
    """The ``falkordb`` package."""

    def __init__(self, options: Mapping[str, Any], graph: str) -> None:
        self._options = {name: value for name, value in options.items() if name != "graph"}
        self._name = graph
        self._client: Any = import_module("falkordb").FalkorDB(**self._options)
        self._graph: Any = self._client.select_graph(graph)
        self._async: Any = None

    def write(self, statement: str, rows: Rows) -> None:
        for part in batched(rows, BATCH):
            self._graph.query(statement, {"rows": list(part)})

    def read(self, statement: str, each: Iterable[Params] = ({},)) -> list[Any]:
        return [row for params in each for row in self._graph.ro_query(statement, dict(params)).result_set]

    def _async_graph(self) -> Any:
        if self._async is None:
            self._async = import_module("falkordb.asyncio").FalkorDB(**self._options)
        return self._async.select_graph(self._name)

    async def write_async(self, statement: str, rows: Rows) -> None:
        graph = self._async_graph()
        for part in batched(rows, BATCH):
            await graph.query(statement, {"rows": list(part)})

    async def read_async(self, statement: str) -> list[Any]:
        found: list[Any] = (await self._async_graph().ro_query(statement)).result_set
        return found

    def forget(self) -> None:
        self._graph = self._client.select_graph(self._name)  # it holds the numbers of labels and properties

    def close(self) -> None:
        self._client.connection.close()

    async def close_async(self) -> None:
        if self._async is not None:
            await self._async.connection.aclose()


class BoltClient:
    """The ``neo4j`` package."""

    def __init__(self, driver: Any) -> None:
        """Take the address from *driver*, one of runic's."""
        self._where: dict[str, Any] = {"uri": driver.uri, "auth": driver.auth}
        self._database = driver.database
        self._package: Any = import_module("neo4j")
        self._driver: Any = self._package.GraphDatabase.driver(**self._where)
        self._async: Any = None

    def write(self, statement: str, rows: Rows) -> None:
        with self._driver.session(database=self._database) as session, session.begin_transaction() as transaction:
            for part in batched(rows, BATCH):
                transaction.run(statement, rows=list(part)).consume()
            transaction.commit()

    def read(self, statement: str, each: Iterable[Params] = ({},)) -> list[Any]:
        with self._driver.session(database=self._database) as session, session.begin_transaction() as transaction:
            return [record.values() for params in each for record in transaction.run(statement, params)]

    def _async_session(self) -> Any:
        if self._async is None:
            self._async = self._package.AsyncGraphDatabase.driver(**self._where)
        return self._async.session(database=self._database)

    async def write_async(self, statement: str, rows: Rows) -> None:
        async with self._async_session() as session, await session.begin_transaction() as transaction:
            for part in batched(rows, BATCH):
                await (await transaction.run(statement, rows=list(part))).consume()
            await transaction.commit()

    async def read_async(self, statement: str) -> list[Any]:
        async with self._async_session() as session, await session.begin_transaction() as transaction:
            return [record.values() async for record in await transaction.run(statement)]

    def forget(self) -> None:
        """Do nothing: each answer says all."""

    def close(self) -> None:
        self._driver.close()

    async def close_async(self) -> None:
        if self._async is not None:
            await self._async.close()


_PREPARE = ("LOAD 'age'", 'SET search_path = ag_catalog, "$user", public')


class AgeClient:
    """The ``psycopg`` package: one JSON document in, agtype as text out."""

    def __init__(self, options: Mapping[str, Any], graph: str) -> None:
        named = {"database": "dbname", "username": "user"}
        self._where = {named.get(name, name): value for name, value in options.items() if name != "graph"}
        self._name = graph
        self._package: Any = import_module("psycopg")
        self._connection: Any = self._package.connect(**self._where)
        for statement in _PREPARE:
            self._connection.execute(statement)
        self._connection.commit()
        self._async: Any = None

    def _sql(self, statement: str) -> str:
        _, _, returned = statement.partition(" RETURN ")
        count = returned.count(",") + 1 if "(" not in returned else 2
        columns = ", ".join(f"c{number} agtype" for number in range(count))
        return f"SELECT * FROM cypher('{self._name}', $q${statement}$q$, %s) AS ({columns})"

    def write(self, statement: str, rows: Rows) -> None:
        sql = self._sql(statement)
        with self._connection.transaction():
            for part in batched(rows, BATCH):
                self._connection.execute(sql, [json.dumps({"rows": part})])

    def read(self, statement: str, each: Iterable[Params] = ({},)) -> list[Any]:
        sql = self._sql(statement)
        with self._connection.transaction():
            return [_row(row) for given in each for row in self._connection.execute(sql, [json.dumps(given)])]

    async def _async_connection(self) -> Any:
        if self._async is None:
            self._async = await self._package.AsyncConnection.connect(**self._where)
            for statement in _PREPARE:
                await self._async.execute(statement)
            await self._async.commit()
        return self._async

    async def write_async(self, statement: str, rows: Rows) -> None:
        sql, connection = self._sql(statement), await self._async_connection()
        async with connection.transaction():
            for part in batched(rows, BATCH):
                await connection.execute(sql, [json.dumps({"rows": part})])

    async def read_async(self, statement: str) -> list[Any]:
        connection = await self._async_connection()
        async with connection.transaction():
            found = await connection.execute(self._sql(statement), ["{}"])
            return [_row(row) for row in await found.fetchall()]

    def forget(self) -> None:
        """Do nothing: each answer says all."""

    def close(self) -> None:
        self._connection.close()

    async def close_async(self) -> None:
        if self._async is not None:
            await self._async.close()


def _row(row: Sequence[str]) -> list[Any]:
    """Return the values of one row; a node as the dict of its id, label and properties."""
    return [json.loads(cell.removesuffix("::vertex")) for cell in row]


def client_for(family: str, options: Mapping[str, Any], graph: str, driver: Any) -> Client:
    """Return the client of a database at the place where *driver*, made of *options*, is."""
    if family == "falkordb":
        return FalkorDBClient(options, graph)
    return AgeClient(options, graph) if family == "age" else BoltClient(driver)
