"""Connections of Bolt databases in both colours: one explicit transaction at a time, begun by its first statement."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from runic.cypher.compiler import Statement
from runic.exceptions import DriverError, UsageError
from runic.ogm.driver import VALUES, GraphResult, RowFactory
from runic.ogm.driver.bolt.errors import error_of, require_read

if TYPE_CHECKING:
    from runic.ogm.driver.bolt.drivers import AsyncBoltDriver, BoltDriver

__all__ = ["AsyncBoltConnection", "BoltConnection"]


class _Transaction:
    """What both colours know of their transaction."""

    _driver: BoltDriver | AsyncBoltDriver

    def __init__(self) -> None:
        self._session: Any = None
        self._transaction: Any = None
        self._failed: DriverError | None = None
        self._closed = False

    def _require_usable(self) -> None:
        if self._closed:
            raise UsageError("the connection is closed; take another one from driver.connect()")
        if self._failed is not None:
            message = f"the transaction ended with an error; rollback() first: {self._failed}"
            raise DriverError(message) from self._failed

    def _translated(self, error: Exception, text: str, *, unknown: bool = False) -> Exception:
        ours = error_of(error, text, unknown=unknown, rules=self._driver.error_rules)
        if isinstance(ours, DriverError):
            self._failed = ours
        return ours


class BoltConnection(_Transaction):
    """One session of the client's, with one explicit transaction; a statement in it is never sent again."""

    def __init__(self, driver: BoltDriver) -> None:
        super().__init__()
        self._driver = driver

    def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """See :meth:`runic.ogm.driver.Connection.run`."""
        self._require_usable()
        try:
            if self._transaction is None:
                self._session = self._driver.client_session()
                self._transaction = self._session.begin_transaction()
            result = self._transaction.run(statement.text, self._driver.params(statement))
            answer = self._driver.decoder(factory).result(list(result.keys()), list(result))
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
            if self._transaction is None:
                self._session = self._driver.client_session()
                self._transaction = self._session.begin_transaction()
            result = self._transaction.run(statement.text, self._driver.params(statement))
            while records := result.fetch(batch):
                yield decoder.result(list(result.keys()), records)
        except self._driver.client_errors as error:
            raise self._translated(error, statement.text) from error

    def begin(self) -> None:
        """Do nothing: the first statement begins the transaction."""

    def commit(self) -> None:
        """Commit; a lost answer is :class:`OutcomeUnknownError`."""
        self._require_usable()
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            try:
                transaction.commit()
            except self._driver.client_errors as error:
                raise self._translated(error, "", unknown=True) from error

    def rollback(self) -> None:
        """Roll back; a connection that is lost has rolled back already."""
        transaction, self._transaction, self._failed = self._transaction, None, None
        if transaction is not None:
            try:
                transaction.close()
            except self._driver.client_errors:
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
            except self._driver.client_errors:
                return


class AsyncBoltConnection(_Transaction):
    """The async twin of :class:`BoltConnection`."""

    def __init__(self, driver: AsyncBoltDriver) -> None:
        super().__init__()
        self._driver = driver

    async def run(self, statement: Statement, factory: RowFactory = VALUES) -> GraphResult:
        """See :meth:`BoltConnection.run`."""
        self._require_usable()
        try:
            if self._transaction is None:
                self._session = self._driver.client_session()
                self._transaction = await self._session.begin_transaction()
            result = await self._transaction.run(statement.text, self._driver.params(statement))
            answer = self._driver.decoder(factory).result(list(result.keys()), [record async for record in result])
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
            if self._transaction is None:
                self._session = self._driver.client_session()
                self._transaction = await self._session.begin_transaction()
            result = await self._transaction.run(statement.text, self._driver.params(statement))
            while records := await result.fetch(batch):
                yield decoder.result(list(result.keys()), records)
        except self._driver.client_errors as error:
            raise self._translated(error, statement.text) from error

    async def begin(self) -> None:
        """See :meth:`BoltConnection.begin`."""

    async def commit(self) -> None:
        """See :meth:`BoltConnection.commit`."""
        self._require_usable()
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            try:
                await transaction.commit()
            except self._driver.client_errors as error:
                raise self._translated(error, "", unknown=True) from error

    async def rollback(self) -> None:
        """See :meth:`BoltConnection.rollback`."""
        transaction, self._transaction, self._failed = self._transaction, None, None
        if transaction is not None:
            try:
                await transaction.close()
            except self._driver.client_errors:
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
            except self._driver.client_errors:
                return
