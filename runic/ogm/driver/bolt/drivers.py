"""Drivers of Bolt databases: the client's own pool, and connections that hold one transaction each."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any, Self

from runic.cypher.compiler import Statement
from runic.cypher.dialect import Dialect
from runic.exceptions import MissingDependencyError, UsageError
from runic.ogm.driver import AccessMode, RowFactory
from runic.ogm.driver.bolt.address import BoltAddress
from runic.ogm.driver.bolt.connections import AsyncBoltConnection, BoltConnection
from runic.ogm.driver.bolt.errors import ErrorRule
from runic.ogm.driver.bolt.values import Decoder, plain_params
from runic.ogm.driver.connections import AsyncRawStatements, RawStatements
from runic.ogm.driver.transactions import AsyncTransactionFunctions, TransactionFunctions

__all__ = ["AsyncBoltDriver", "BoltDriver"]


# What a server says of most statements of ours, and whoever uses them can do nothing about.
_NO_NEWS = ["UNRECOGNIZED", "DEPRECATION"]


class _Bolt:
    """What both colours know: address, database and dialect.

    ``error_rules`` are those of a server whose errors have codes of their own; they go before the common ones.
    """

    error_rules: tuple[ErrorRule, ...] = ()

    def __init__(
        self, uri: str, auth: Any, database: str | None, dialect: Dialect, *, encrypted: bool = True, **options: Any
    ) -> None:
        self.uri = uri
        self.database = database
        self.auth: Any = auth
        self.encrypted = encrypted or "+s" in uri
        self._dialect = dialect
        self.orphans: deque[Any] = deque()
        client = _client("neo4j")
        exceptions = _client("neo4j.exceptions")
        self.client_errors: tuple[type[Exception], ...] = (
            exceptions.Neo4jError,
            exceptions.DriverError,
            OSError,
            OverflowError,
            ValueError,
            TypeError,
        )
        self.lost_errors: tuple[type[Exception], ...] = (exceptions.ServiceUnavailable, exceptions.SessionExpired)
        settings: dict[str, Any] = {"auth": auth, "notifications_disabled_classifications": _NO_NEWS, **options}
        if uri.startswith(("bolt://", "neo4j://")):
            settings["encrypted"] = encrypted
        self._client: Any = self._open(client, uri, settings)

    @classmethod
    def at(cls, address: BoltAddress, dialect: Dialect) -> Self:
        """Make a driver for an address."""
        return cls(address.uri, address.auth, address.database, dialect, encrypted=address.encrypted, **address.options)

    def _open(self, client: Any, uri: str, settings: dict[str, Any]) -> Any:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.uri} database={self.database!r}>"

    @property
    def dialect(self) -> Dialect:
        """The dialect of the database."""
        return self._dialect

    def client_session(self, access_mode: AccessMode = "write", bookmarks: Collection[str] = ()) -> Any:
        """Return a new session of the client's."""
        options: dict[str, Any] = {"database": self.database}
        client = _client("neo4j")
        if access_mode == "read":
            options["default_access_mode"] = client.READ_ACCESS
        if bookmarks:
            options["bookmarks"] = client.Bookmarks.from_raw_values(bookmarks)
        return self._client.session(**options)

    def decoder(self, factory: RowFactory) -> Decoder:
        """Return what reads one answer."""
        return Decoder(factory, self._dialect.element_id_type)

    def params(self, statement: Statement) -> Mapping[str, Any]:
        """Return the parameters of a statement as the client can send them.

        Raises :class:`UsageError` for more than the database takes in one message.
        """
        params = plain_params(statement.params) if statement.raw else statement.params
        most = self._dialect.max_message
        if most and self._dialect.message_size(params) > most:
            raise UsageError(
                f"the parameters of one statement exceed {most >> 20} MiB, and {self._dialect.name} takes no larger "
                "message; send fewer rows at once, or keep such values elsewhere"
            )
        return params


class BoltDriver(_Bolt, RawStatements, TransactionFunctions):
    """A database that speaks Bolt; each session of ours has a transaction and a connection of its own.

    The driver-level ``begin``, ``commit`` and ``rollback`` act on one private connection; without them ``execute``
    commits what it ran.
    """

    def _open(self, client: Any, uri: str, settings: dict[str, Any]) -> Any:
        return client.GraphDatabase.driver(uri, **settings)

    def connect(self) -> BoltConnection:
        """Return a connection; the network is touched at its first statement."""
        return BoltConnection(self)

    def reclaim(self) -> None:
        """Close what connections that were collected have left behind."""
        while self.orphans:
            try:
                self.orphans.popleft().close()
            except Exception:
                continue

    def close(self) -> None:
        """Close every connection."""
        self.rollback()
        self.reclaim()
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class AsyncBoltDriver(_Bolt, AsyncRawStatements, AsyncTransactionFunctions):
    """The async twin of :class:`BoltDriver`."""

    def _open(self, client: Any, uri: str, settings: dict[str, Any]) -> Any:
        return client.AsyncGraphDatabase.driver(uri, **settings)

    def connect(self) -> AsyncBoltConnection:
        """See :meth:`BoltDriver.connect`."""
        return AsyncBoltConnection(self)

    async def reclaim(self) -> None:
        """See :meth:`BoltDriver.reclaim`; their event loop may be gone, so nothing is said to the server."""
        while self.orphans:
            try:
                orphan = self.orphans.popleft()
                orphan.cancel()
                await orphan.close()
            except Exception:
                continue

    async def close(self) -> None:
        """See :meth:`BoltDriver.close`."""
        await self.reclaim()
        await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()


def _client(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        hint = 'Bolt databases need the package "neo4j": pip install "runic-ogm[neo4j]"'
        raise MissingDependencyError(hint) from error
