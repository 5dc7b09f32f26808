"""What a conformance test gets as ``db``: one database, one graph of its own, in one colour.

Tests are written once, as coroutines. In the synchronous variant :meth:`Db.session` opens runic's ``Session``
behind an adapter with the surface of ``AsyncSession``, so ``await session.commit()`` is right in both.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.testing.backends import BackendUnderTest, Server

COLOURS = ("sync", "async")

requires = pytest.mark.requires
"""``@requires(Feature.VECTOR)``: on a database without it the test must raise the sentence of its dialect."""

notyet = pytest.mark.notyet
"""``@notyet("memgraph", raises=…)``: a known failure of a family or row; strict, so a repair fails the mark."""

only = pytest.mark.only
"""``@only("sync")``, ``@only("falkordb")``: a test that makes sense in one colour, or on one family of databases."""


def refused(item: pytest.Item, dialect: Any) -> AbstractContextManager[Any] | None:
    """Return what expects the refusal of *dialect* from a test whose ``requires`` it does not have, or None."""
    wanted = [feature for mark in item.iter_markers("requires") for feature in mark.args]
    missing = [feature for feature in wanted if feature not in dialect.features]
    if not missing:
        return None
    from runic.ogm.exceptions import UnsupportedFeatureError

    return pytest.raises(UnsupportedFeatureError, match=re.escape(dialect.refusals.get(missing[0], "")))


class Db:
    """One database for one test; everything that a test may ask of it."""

    def __init__(self, backend: BackendUnderTest, server: Server, colour: str, graph: str) -> None:
        self.backend = backend
        self.server = server
        self.graph = graph
        self.is_async = colour == "async"
        self.statements: list[Any] = []
        self.events: list[str] = []
        self._opened: list[Any] = []
        self._driver: Any = None

    @property
    def driver(self) -> Any:
        """Return the driver of this test, recorded; ``create_driver`` or ``create_async_driver`` made it."""
        if self._driver is None:
            self._driver = self.new_driver()
        return self._driver

    @property
    def dialect(self) -> Any:
        return self.driver.dialect

    @property
    def sent(self) -> int:
        """Count the statements sent so far by this test's sessions."""
        return len(self.statements)

    @contextmanager
    def recorded(self) -> Generator[list[Any]]:
        """Collect the statements sent within the block: ``with db.recorded() as sent: …``."""
        start, within = len(self.statements), list[Any]()
        try:
            yield within
        finally:
            within.extend(self.statements[start:])

    def new_driver(self, **options: Any) -> Any:
        """Open one more driver on this test's graph, closed at its end; *options* override those of the server."""
        from runic.ogm import create_async_driver, create_driver

        create = create_async_driver if self.is_async else create_driver
        driver = create(self.backend.family, **{**self.server.options(self.graph), **options})
        self._opened.append(driver)
        return record(driver, self)

    def open(self, **options: Any) -> Any:
        """Return a session that nobody closes: for tests of closing, or of two sessions at once."""
        from runic.ogm import AsyncSession, Session

        if self.is_async:
            return AsyncSession(self.driver, **options)
        return dress(Session(self.driver, **options))

    @asynccontextmanager
    async def session(self, **options: Any) -> AsyncGenerator[Any]:
        """Open a session for a block; leaving it commits or rolls back, as runic's own context manager does."""
        async with self.open(**options) as session:
            yield session

    def repository(self, session: Any, entity_class: type[Any]) -> Any:
        """Return the repository of this colour over *session*."""
        from runic.ogm import AsyncRepository, Repository

        if self.is_async:
            return AsyncRepository(session, entity_class)
        return dress(Repository(bare(session), entity_class))

    def schema_manager(self) -> Any:
        """Return the schema manager of this colour."""
        from runic.migrate.schema import AsyncSchemaManager, SchemaManager

        return AsyncSchemaManager(self.driver) if self.is_async else dress(SchemaManager(self.driver))

    async def execute(self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False) -> Any:
        """Run raw Cypher through the driver, in either colour."""
        result = self.driver.execute(cypher, params, write=write)
        return await result if inspect.isawaitable(result) else result

    def raw(self, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        """Look at the graph from outside: through the database's own client, past runic."""
        return self.server.query(self.graph, cypher, params)

    async def close(self) -> None:
        """Close what the test opened and remove its graph."""
        for driver in self._opened:
            closing = driver.close()
            if inspect.isawaitable(closing):
                await closing
        self.server.wipe(self.graph)


# ---- recording


def record(driver: Any, db: Db) -> Any:
    """Make *driver* note on *db* every statement that its connections send; the driver stays the same object."""
    connect: Callable[[], Any] = driver.connect
    driver.connect = lambda: RecordingConnection(connect(), db)
    return driver


class RecordingConnection:
    """A connection of either colour that notes statements and transaction calls before it passes them on."""

    def __init__(self, connection: Any, db: Db) -> None:
        self._connection = connection
        self._db = db

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def run(self, statement: Any, *args: Any, **options: Any) -> Any:
        self._note(statement)
        return self._connection.run(statement, *args, **options)

    def stream(self, statement: Any, *args: Any, **options: Any) -> Any:
        self._note(statement)
        return self._connection.stream(statement, *args, **options)

    def begin(self, *args: Any, **options: Any) -> Any:
        self._db.events.append("begin")
        return self._connection.begin(*args, **options)

    def commit(self) -> Any:
        self._db.events.append("commit")
        return self._connection.commit()

    def rollback(self) -> Any:
        self._db.events.append("rollback")
        return self._connection.rollback()

    def close(self) -> Any:
        self._db.events.append("close")
        return self._connection.close()

    def _note(self, statement: Any) -> None:
        self._db.statements.append(statement)
        self._db.events.append(statement.text)


# ---- the synchronous colour, awaited


@cache
def twins() -> dict[type[Any], type[Any]]:
    """Map each synchronous public class to its asynchronous twin, found by name: ``X`` and ``AsyncX``."""
    pairs: dict[type[Any], type[Any]] = {}
    modules = ("runic.ogm", "runic.ogm.query.builder", "runic.ogm.query.specialised", "runic.migrate.schema")
    classes = {name: found for module in modules for name, found in vars(import_module(module)).items()}
    for name, found in classes.items():
        plain = classes.get(name.removeprefix("Async"))
        if name.startswith("Async") and inspect.isclass(found) and inspect.isclass(plain):
            pairs[plain] = found
    return pairs


def dress(value: Any) -> Any:
    """Give *value* the surface of its asynchronous twin, if its class has one."""
    for base in type(value).__mro__:
        if base in twins():
            return Awaited(value, twins()[base])
    return value


def bare(value: Any) -> Any:
    """Return the synchronous object behind *value*."""
    return object.__getattribute__(value, "_target") if isinstance(value, Awaited) else value


class Awaited:
    """A synchronous object whose methods are coroutines wherever those of its twin are."""

    def __init__(self, target: Any, twin: type[Any]) -> None:
        self._target = target
        self._twin = twin

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if not callable(value):
            return dress(value)
        call = _undressed(value)
        match _shape(self._twin, name):
            case "coroutine":
                return _as_coroutine(call)
            case "iterator":
                return _as_async_iterator(call)
            case "block":
                return _as_async_block(call)
            case _:
                return call

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("_target", "_twin"):
            object.__setattr__(self, name, value)
        else:
            setattr(self._target, name, value)

    def __contains__(self, item: Any) -> bool:
        return item in self._target

    def __repr__(self) -> str:
        return f"<awaited {self._target!r}>"

    async def __aenter__(self) -> Any:
        entered = self._target.__enter__()
        return self if entered is self._target else dress(entered)

    async def __aexit__(self, *error: Any) -> Any:
        return self._target.__exit__(*error)

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self._target:
            yield item


def _shape(twin: type[Any], name: str) -> str:
    method = inspect.getattr_static(twin, name, None)
    function = getattr(method, "__func__", method)
    if inspect.iscoroutinefunction(function):
        return "coroutine"
    returned = str(getattr(function, "__annotations__", {}).get("return", ""))
    if inspect.isasyncgenfunction(function) or "AsyncIterator" in returned or "AsyncGenerator" in returned:
        return "iterator"
    return "block" if "AsyncContextManager" in returned else "plain"


def _undressed(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        result = function(*map(bare, args), **{name: bare(value) for name, value in options.items()})
        return dress(result)

    return call


def _as_coroutine(call: Callable[..., Any]) -> Callable[..., Any]:
    async def coroutine(*args: Any, **options: Any) -> Any:
        return call(*args, **options)

    return coroutine


def _as_async_block(call: Callable[..., Any]) -> Callable[..., Any]:
    @asynccontextmanager
    async def block(*args: Any, **options: Any) -> AsyncGenerator[Any]:
        with call(*args, **options) as entered:
            yield dress(entered)

    return block


def _as_async_iterator(call: Callable[..., Any]) -> Callable[..., Any]:
    async def iterate(*args: Any, **options: Any) -> AsyncIterator[Any]:
        for item in call(*args, **options):
            yield item

    return iterate


def undoes(db: Db) -> bool:
    """Whether a rollback takes back what was flushed."""
    return Feature.TRANSACTIONS in db.dialect.features
