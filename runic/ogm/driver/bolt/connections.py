"""Connections of Bolt databases in both colours: one explicit transaction at a time, begun by its first statement."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator
from typing import TYPE_CHECKING, Any

from runic.cypher.compiler import Statement
from runic.cypher.packing import Packed
from runic.exceptions import UsageError
from runic.ogm.driver import VALUES, AccessMode, GraphResult, RowFactory
from runic.ogm.driver.bolt.errors import error_of, require_read
from runic.ogm.driver.connections import TransactionState

if TYPE_CHECKING:
    from runic.ogm.driver.bolt.drivers import AsyncBoltDriver, BoltDriver

__all__ = ["AsyncBoltConnection", "BoltConnection"]


class _Transaction[D: BoltDriver | AsyncBoltDriver](TransactionState):
    """What both colours know of their transaction."""

    _session: Any = None

    def __init__(self, driver: D) -> None:
        super().__init__()
        self._driver = driver
        self._orphans = driver.orphans
        self._transaction: Any = None

    def __del__(self) -> None:
        # Closing it talks to the server, which the collector must not do: it may run anywhere, also in the client.
        if self._session is not None:
            self._orphans.append(self._session)

    def _require_same(self, transaction: Any) -> None:
        if self._transaction is not transaction:
            raise UsageError("this stream was ended by the end of its transaction; start it again")

    def _translated(self, error: Exception, text: str, *, unknown: bool = False) -> Exception:
        return self._noted(error_of(error, text, unknown=unknown, rules=self._driver.error_rules))


class BoltConnection(_Transaction["BoltDriver"]):
    """One session of the client's, with one explicit transaction; a statement in it is never sent again."""

    def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """See :meth:`runic.ogm.driver.Connection.run`."""
        self._require_usable()
        try:
            result = self._sent(statement, statement.packed)
            answer = self._driver.decoder(factory).answer(statement, list(result.keys()), list(result))
            if statement.raw and not statement.write:
                require_read(result.consume(), statement.text)
        except self._driver.client_errors as error:
            raise self._translated(error, statement.text) from error
        return answer

    def stream(self, statement: Statement, factory: RowFactory = VALUES, batch: int = 1000) -> Iterator[GraphResult]:
        """See :meth:`runic.ogm.driver.Connection.stream`."""
        self._require_usable()
        decoder = self._driver.decoder(factory)
        try:
            result = self._sent(statement)
            transaction = self._transaction
            while records := result.fetch(batch):
                yield decoder.result(list(result.keys()), records)
                self._require_same(transaction)
        except self._driver.client_errors as error:
            raise self._translated(error, statement.text) from error

    def _sent(self, statement: Statement, packed: Packed | None = None) -> Any:
        if self._transaction is None:
            self._driver.reclaim()
            try:
                self._transaction = self._begun()
            except self._driver.lost_errors:
                # A connection that had waited in the pool since before a restart; nothing was said on it yet.
                self._drop_session()
                self._transaction = self._begun()
        self._wrote = self._wrote or statement.write
        return self._transaction.run(packed.text if packed else statement.text, self._driver.params(statement))

    def _begun(self) -> Any:
        if self._session is None:
            self._session = self._driver.client_session(self._access_mode, self._seen)
        return self._session.begin_transaction()

    def begin(self, access_mode: AccessMode = "write", bookmarks: Collection[str] = ()) -> None:
        """Keep this for the first statement, which begins the transaction."""
        self._begin(access_mode, bookmarks)

    def commit(self) -> None:
        """Commit; a lost answer is :class:`OutcomeUnknownError` if something was written."""
        self._require_usable()
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            try:
                transaction.commit()
                self.bookmarks = self._session.last_bookmarks().raw_values
            except self._driver.client_errors as error:
                raise self._translated(error, "", unknown=self._wrote) from error
        self._wrote = False

    def rollback(self) -> None:
        """Roll back; a connection that is lost has rolled back already."""
        transaction, self._transaction, self._failed, self._wrote = self._transaction, None, None, False
        if transaction is not None:
            try:
                transaction.close()
            except Exception:
                self._drop_session()

    def close(self) -> None:
        """Give the connection back."""
        self._closed = True
        self.rollback()
        self._drop_session()

    def _drop_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            try:
                session.close()
            except Exception:
                return  # it is gone with its connection


class AsyncBoltConnection(_Transaction["AsyncBoltDriver"]):
    """The async twin of :class:`BoltConnection`."""

    async def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """See :meth:`BoltConnection.run`."""
        self._require_usable()
        try:
            result = await self._sent(statement, statement.packed)
            records = [record async for record in result]
            answer = self._driver.decoder(factory).answer(statement, list(result.keys()), records)
            if statement.raw and not statement.write:
                require_read(await result.consume(), statement.text)
        except self._driver.client_errors as error:
            raise self._translated(error, statement.text) from error
        return answer

    async def stream(
        self, statement: Statement, factory: RowFactory = VALUES, batch: int = 1000
    ) -> AsyncIterator[GraphResult]:
        """See :meth:`BoltConnection.stream`."""
        self._require_usable()
        decoder = self._driver.decoder(factory)
        try:
            result = await self._sent(statement)
            transaction = self._transaction
            while records := await result.fetch(batch):
                yield decoder.result(list(result.keys()), records)
                self._require_same(transaction)
        except self._driver.client_errors as error:
            raise self._translated(error, statement.text) from error

    async def _sent(self, statement: Statement, packed: Packed | None = None) -> Any:
        if self._transaction is None:
            await self._driver.reclaim()
            try:
                self._transaction = await self._begun()
            except self._driver.lost_errors:
                await self._drop_session()
                self._transaction = await self._begun()
        self._wrote = self._wrote or statement.write
        return await self._transaction.run(packed.text if packed else statement.text, self._driver.params(statement))

    async def _begun(self) -> Any:
        if self._session is None:
            self._session = self._driver.client_session(self._access_mode, self._seen)
        return await self._session.begin_transaction()

    async def begin(self, access_mode: AccessMode = "write", bookmarks: Collection[str] = ()) -> None:
        """See :meth:`BoltConnection.begin`."""
        self._begin(access_mode, bookmarks)

    async def commit(self) -> None:
        """See :meth:`BoltConnection.commit`."""
        self._require_usable()
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            try:
                await transaction.commit()
                self.bookmarks = (await self._session.last_bookmarks()).raw_values
            except self._driver.client_errors as error:
                raise self._translated(error, "", unknown=self._wrote) from error
        self._wrote = False

    async def rollback(self) -> None:
        """See :meth:`BoltConnection.rollback`."""
        transaction, self._transaction, self._failed, self._wrote = self._transaction, None, None, False
        if transaction is not None:
            try:
                await transaction.close()
            except Exception:
                await self._drop_session()

    async def close(self) -> None:
        """See :meth:`BoltConnection.close`."""
        self._closed = True
        await self.rollback()
        await self._drop_session()

    async def _drop_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            try:
                await session.close()
            except Exception:
                return  # it is gone with its connection
