"""What connections and drivers of databases with transactions have in common, whatever they speak."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from runic.cypher.compiler import Statement
from runic.exceptions import DriverError, UsageError
from runic.ogm.driver import AccessMode, AsyncConnection, Connection, GraphResult

__all__ = ["AsyncRawStatements", "RawStatements", "TransactionState"]


class TransactionState:
    """What a connection knows of its transaction: what it is for, whether it wrote, and how it failed."""

    def __init__(self) -> None:
        self.bookmarks: Collection[str] = ()
        self._access_mode: AccessMode = "write"
        self._seen: Collection[str] = ()
        self._wrote = False
        self._failed: DriverError | None = None
        self._closed = False

    def _begin(self, access_mode: AccessMode, bookmarks: Collection[str]) -> None:
        self._access_mode, self._seen = access_mode, bookmarks

    def _require_usable(self) -> None:
        if self._closed:
            raise UsageError("the connection is closed; take another one from driver.connect()")
        if self._failed is not None:
            message = f"the transaction ended with an error; rollback() first: {self._failed}"
            raise DriverError(message) from self._failed

    def _noted(self, error: Exception) -> Exception:
        """Return *error*, after which nothing but a rollback is possible if it is the database's."""
        if isinstance(error, DriverError):
            self._failed = error
        return error


class RawStatements:
    """Raw Cypher on a driver: in the transaction of its one private connection, or each in one of its own."""

    _private: Connection | None = None

    def connect(self) -> Connection:
        """Return a connection; the network is touched at its first statement."""
        raise NotImplementedError

    def execute(self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False) -> GraphResult:
        """Run raw Cypher in the open transaction, or in one of its own."""
        statement = Statement(cypher, params or {}, write=write, raw=True)
        if self._private is not None:
            return self._private.run(statement)
        connection = self.connect()
        try:
            result = connection.run(statement)
            connection.commit()
        finally:
            connection.close()
        return result

    def begin(self) -> None:
        """Begin a transaction for :meth:`execute`; raises :class:`UsageError` when one is open."""
        if self._private is not None:
            raise UsageError("a transaction is open on this driver; commit() or rollback() it first")
        self._private = self.connect()

    def commit(self) -> None:
        """Commit the open transaction."""
        connection, self._private = self._private, None
        if connection is not None:
            try:
                connection.commit()
            finally:
                connection.close()

    def rollback(self) -> None:
        """Roll the open transaction back."""
        connection, self._private = self._private, None
        if connection is not None:
            connection.close()


class AsyncRawStatements:
    """The async twin of :class:`RawStatements`, whose statements have a transaction of their own each."""

    def connect(self) -> AsyncConnection:
        """See :meth:`RawStatements.connect`."""
        raise NotImplementedError

    async def execute(self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False) -> GraphResult:
        """See :meth:`RawStatements.execute`."""
        connection = self.connect()
        try:
            result = await connection.run(Statement(cypher, params or {}, write=write, raw=True))
            await connection.commit()
        finally:
            await connection.close()
        return result
