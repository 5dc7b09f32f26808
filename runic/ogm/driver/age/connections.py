"""Connections of both colours: a pooled connection and its transaction, from the first statement to the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from runic.cypher.compiler import NEXT, Statement
from runic.exceptions import DriverError, UsageError
from runic.ogm.driver import VALUES, AccessMode, GraphResult, RowFactory
from runic.ogm.driver.age.errors import error_of
from runic.ogm.driver.age.tables import new_table
from runic.ogm.driver.age.text import columns_of, created_labels, in_sql, require_parameters, writes
from runic.ogm.driver.age.values import Decoder, parameters
from runic.ogm.driver.connections import TransactionState

if TYPE_CHECKING:
    from runic.ogm.driver.age.drivers import AGEDriver, AsyncAGEDriver

__all__ = ["AGEConnection", "AsyncAGEConnection"]


_READ_ONLY = "SET TRANSACTION READ ONLY"


class _Transaction[D: AGEDriver | AsyncAGEDriver](TransactionState):
    """What both colours know of their transaction."""

    _raw: Any = None

    def __init__(self, driver: D) -> None:
        super().__init__()
        self._driver = driver
        self._orphans = driver.pool.orphans
        self._created: list[tuple[str, str]] = []

    def __del__(self) -> None:
        # Giving it back takes locks, which the collector must not do: it may run anywhere, also under them.
        if self._raw is not None:
            self._orphans.append(self._raw)

    def _kept(self) -> None:
        """Note that the transaction was committed."""
        if self._created:
            self._driver.pool.known.update(self._created)
            self._created.clear()
        self._wrote = False

    def _translated(self, error: Exception, text: str, *, unknown: bool = False) -> Exception:
        return self._noted(error if isinstance(error, DriverError) else error_of(error, text, unknown=unknown))

    def _requests(self, statement: Statement) -> tuple[list[str], list[tuple[str, list[str]]]]:
        """Return the columns of *statement*, and each SQL with its parameters."""
        if statement.raw:
            if not statement.write and writes(statement.text):
                raise UsageError(
                    "the statement writes, and was not sent; pass write=True to a statement that changes the graph "
                    f"[{' '.join(statement.text.split())[:120]}]"
                )
            require_parameters(statement.text, statement.params)
            columns = columns_of(statement.text)
        else:
            columns = list(statement.columns)
        given = [parameters(statement.params)]
        graph = self._driver.graph_name
        return columns, [(in_sql(graph, text, len(columns)), given) for text in statement.text.split(NEXT)]

    def _missing(self, statement: Statement) -> list[tuple[str, str]]:
        """Return function and name of each label and type to be created that is not known to be there."""
        if statement.raw or not statement.write:
            return []
        labels, types = created_labels(statement.text)
        names = [*(("create_vlabel", name) for name in labels), *(("create_elabel", name) for name in types)]
        return [pair for pair in names if pair not in self._driver.pool.known]

    def _creating(self, pair: tuple[str, str]) -> str:
        """Return what creates a label or type in this transaction, with whose end it stays or goes."""
        self._created.append(pair)
        return new_table(self._driver.graph_name, *pair)

    def _answer(self, columns: list[str], records: Sequence[Sequence[Any]], factory: RowFactory) -> GraphResult:
        if not columns:
            return GraphResult([], [])
        return GraphResult(columns, Decoder(factory, self._driver.dialect.labels_property).rows(records))


def _parts(answer: GraphResult, batch: int) -> Iterator[GraphResult]:
    for start in range(0, len(answer.rows), batch):
        yield GraphResult(answer.columns, answer.rows[start : start + batch])


class AGEConnection(_Transaction["AGEDriver"]):
    """One transaction on one connection of PostgreSQL; a statement in it is never sent again."""

    def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """See :meth:`runic.ogm.driver.Connection.run`."""
        self._require_usable()
        try:
            columns, requests = self._requests(statement)
            raw = self._taken()
            if missing := self._missing(statement):
                if self._driver.pool.alone:
                    for pair in missing:
                        raw.execute(self._creating(pair))
                else:
                    self._driver.pool.create(missing)
            self._wrote = self._wrote or statement.write
            records: list[Any] = []
            for sql, given in requests:
                records += raw.execute(sql, given).fetchall()
        except self._driver.client_errors as error:
            raise self._translated(error, statement.text) from error
        return self._answer(columns, records, factory)

    def sql(self, text: str) -> list[tuple[Any, ...]]:
        """Run SQL in the transaction and return its rows."""
        self._require_usable()
        try:
            cursor = self._taken().execute(text)
            return cursor.fetchall() if cursor.description else []
        except self._driver.client_errors as error:
            raise self._translated(error, text) from error

    def stream(self, statement: Statement, factory: RowFactory = VALUES, batch: int = 1000) -> Iterator[GraphResult]:
        """See :meth:`runic.ogm.driver.Connection.stream`; the answer is whole before it is cut."""
        yield from _parts(self.run(statement, factory), batch)

    def _taken(self) -> Any:
        if self._raw is None:
            self._raw = self._driver.pool.take()
            if self._access_mode == "read":
                self._raw.execute(_READ_ONLY)
        return self._raw

    def begin(self, access_mode: AccessMode = "write", bookmarks: Collection[str] = ()) -> None:
        """Keep this for the first statement, which begins the transaction."""
        self._begin(access_mode, bookmarks)

    def commit(self) -> None:
        """Commit; a lost answer is :class:`OutcomeUnknownError`."""
        self._require_usable()
        if self._raw is not None:
            try:
                self._raw.commit()
            except self._driver.client_errors as error:
                raise self._translated(error, "", unknown=self._wrote) from error
            self._give_back()
        self._kept()

    def rollback(self) -> None:
        """Roll back; a connection that is lost has rolled back already."""
        self._failed, self._wrote = None, False
        self._created.clear()
        if self._raw is not None:
            try:
                self._raw.rollback()
            except self._driver.client_errors:
                self._raw.close()
            self._give_back()

    def close(self) -> None:
        """Give the connection back."""
        self._closed = True
        self.rollback()

    def _give_back(self) -> None:
        raw, self._raw = self._raw, None
        self._driver.pool.give(raw)


class AsyncAGEConnection(_Transaction["AsyncAGEDriver"]):
    """The async twin of :class:`AGEConnection`."""

    async def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """See :meth:`AGEConnection.run`."""
        self._require_usable()
        try:
            columns, requests = self._requests(statement)
            raw = await self._taken()
            if missing := self._missing(statement):
                if self._driver.pool.alone:
                    for pair in missing:
                        await raw.execute(self._creating(pair))
                else:
                    await self._driver.pool.create(missing)
            self._wrote = self._wrote or statement.write
            records: list[Any] = []
            for sql, given in requests:
                records += await (await raw.execute(sql, given)).fetchall()
        except self._driver.client_errors as error:
            raise self._translated(error, statement.text) from error
        return self._answer(columns, records, factory)

    async def sql(self, text: str) -> list[tuple[Any, ...]]:
        """See :meth:`AGEConnection.sql`."""
        self._require_usable()
        try:
            cursor = await (await self._taken()).execute(text)
            return await cursor.fetchall() if cursor.description else []
        except self._driver.client_errors as error:
            raise self._translated(error, text) from error

    async def stream(
        self, statement: Statement, factory: RowFactory = VALUES, batch: int = 1000
    ) -> AsyncIterator[GraphResult]:
        """See :meth:`AGEConnection.stream`."""
        for part in _parts(await self.run(statement, factory), batch):
            yield part

    async def _taken(self) -> Any:
        if self._raw is None:
            self._raw = await self._driver.pool.take()
            if self._access_mode == "read":
                await self._raw.execute(_READ_ONLY)
        return self._raw

    async def begin(self, access_mode: AccessMode = "write", bookmarks: Collection[str] = ()) -> None:
        """See :meth:`AGEConnection.begin`."""
        self._begin(access_mode, bookmarks)

    async def commit(self) -> None:
        """See :meth:`AGEConnection.commit`."""
        self._require_usable()
        if self._raw is not None:
            try:
                await self._raw.commit()
            except self._driver.client_errors as error:
                raise self._translated(error, "", unknown=self._wrote) from error
            await self._give_back()
        self._kept()

    async def rollback(self) -> None:
        """See :meth:`AGEConnection.rollback`."""
        self._failed, self._wrote = None, False
        self._created.clear()
        if self._raw is not None:
            try:
                await self._raw.rollback()
            except self._driver.client_errors:
                await self._raw.close()
            await self._give_back()

    async def close(self) -> None:
        """See :meth:`AGEConnection.close`."""
        self._closed = True
        await self.rollback()

    async def _give_back(self) -> None:
        raw, self._raw = self._raw, None
        await self._driver.pool.give(raw)
