"""Drivers of Apache AGE: a graph, and the connections to its PostgreSQL."""

from __future__ import annotations

from collections import deque
from collections.abc import Container
from importlib import import_module
from typing import Any, Self

from runic.cypher.dialect import Dialect
from runic.exceptions import InvalidArgumentError, MissingDependencyError, UsageError
from runic.ogm.driver.age.address import AgeAddress, check_graph_name
from runic.ogm.driver.age.connections import AGEConnection, AsyncAGEConnection
from runic.ogm.driver.age.dialect import AGE
from runic.ogm.driver.age.pool import AsyncPool, Pool, prepare, prepare_async
from runic.ogm.driver.connections import AsyncRawStatements, RawStatements
from runic.ogm.driver.transactions import AsyncTransactionFunctions, TransactionFunctions

__all__ = ["AGEDriver", "AsyncAGEDriver"]


class _Age:
    """What both colours know: the graph and the dialect."""

    def __init__(self, conn: Any, graph_name: str) -> None:
        self.graph_name = check_graph_name(graph_name)
        self.pool: Any = self._lone(conn)
        self.client_errors: tuple[type[Exception], ...] = (
            _client().Error,
            OSError,
            OverflowError,
            ValueError,
            TypeError,
        )

    @classmethod
    def at(cls, address: AgeAddress) -> Self:
        """Make a driver with a pool of connections to *address*."""
        driver = cls(None, address.graph)
        driver.pool = driver._pool(address)
        return driver

    def _lone(self, conn: Any) -> Any:
        raise NotImplementedError

    def _pool(self, address: AgeAddress) -> Any:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__} graph={self.graph_name!r}>"

    @property
    def dialect(self) -> Dialect:
        """The dialect of the database."""
        return AGE


class AGEDriver(_Age, RawStatements, TransactionFunctions):
    """A graph of Apache AGE, on *conn*, a connection of psycopg that one session at a time uses and nobody closes.

    :func:`~runic.ogm.driver.age.create_age_driver` returns one with a pool, where each session has a connection and
    a transaction of its own. The driver-level ``begin``, ``commit`` and ``rollback`` act on one private connection;
    without them ``execute`` commits what it ran.
    """

    def _lone(self, conn: Any) -> Any:
        return _Lone(conn, self.graph_name)

    def _pool(self, address: AgeAddress) -> Any:
        return Pool(_client(), address)

    def connect(self) -> AGEConnection:
        """Return a connection; the network is touched at its first statement."""
        return AGEConnection(self)

    def command(self, language: str, text: str) -> list[tuple[Any, ...]]:
        """Run *text* in *language*, which is ``"sql"``, in a transaction of its own and return its rows."""
        _require_sql(language)
        connection = self.connect()
        try:
            rows = connection.sql(text)
            connection.commit()
        finally:
            connection.close()
        return rows

    def close(self) -> None:
        """Close every connection that the driver opened."""
        self.rollback()
        self.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class AsyncAGEDriver(_Age, AsyncRawStatements, AsyncTransactionFunctions):
    """The async twin of :class:`AGEDriver`; *conn* is an ``AsyncConnection`` of psycopg."""

    def _lone(self, conn: Any) -> Any:
        return _AsyncLone(conn, self.graph_name)

    def _pool(self, address: AgeAddress) -> Any:
        return AsyncPool(_client(), address)

    def connect(self) -> AsyncAGEConnection:
        """See :meth:`AGEDriver.connect`."""
        return AsyncAGEConnection(self)

    async def command(self, language: str, text: str) -> list[tuple[Any, ...]]:
        """See :meth:`AGEDriver.command`."""
        _require_sql(language)
        connection = self.connect()
        try:
            rows = await connection.sql(text)
            await connection.commit()
        finally:
            await connection.close()
        return rows

    async def close(self) -> None:
        """See :meth:`AGEDriver.close`."""
        await self.pool.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()


def _require_sql(language: str) -> None:
    if language != "sql":
        raise InvalidArgumentError(f"PostgreSQL takes commands in 'sql', not in {language!r}")


class _Anything:
    def __contains__(self, _pair: object) -> bool:
        return True


class _OneAtATime:
    """A user's own connection in the place of a pool."""

    def __init__(self, conn: Any, graph: str) -> None:
        self._conn = conn
        self._graph = graph
        self._taken = self._prepared = False
        self.known: Container[tuple[str, str]] = _Anything()  # statements create labels themselves
        self.orphans: deque[Any] = deque()

    def _claim(self) -> None:
        if self._taken:
            raise UsageError(
                "another session uses the connection of this driver; commit() or close() that one first, or let "
                "create_age_driver() make a driver with a pool"
            )
        self._taken = True


class _Lone(_OneAtATime):
    def take(self) -> Any:
        while self.orphans:
            self.orphans.popleft().rollback()
            self._taken = False
        self._claim()
        try:
            if not self._prepared:
                prepare(self._conn, self._graph)
                self._prepared = True
        except BaseException:
            self._taken = False
            raise
        return self._conn

    def give(self, _connection: Any) -> None:
        self._taken = False

    def close(self) -> None:
        """Do nothing: the connection is its maker's."""


class _AsyncLone(_OneAtATime):
    async def take(self) -> Any:
        while self.orphans:
            await self.orphans.popleft().rollback()
            self._taken = False
        self._claim()
        try:
            if not self._prepared:
                await prepare_async(self._conn, self._graph)
                self._prepared = True
        except BaseException:
            self._taken = False
            raise
        return self._conn

    async def give(self, _connection: Any) -> None:
        self._taken = False

    async def close(self) -> None:
        """Do nothing: the connection is its maker's."""


def _client() -> Any:
    try:
        return import_module("psycopg")
    except ImportError as error:
        hint = 'Apache AGE needs the package "psycopg": pip install "runic-ogm[age]"'
        raise MissingDependencyError(hint) from error
