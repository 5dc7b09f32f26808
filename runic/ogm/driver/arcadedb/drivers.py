"""The drivers of ArcadeDB: Bolt, and HTTP for the SQL that Bolt does not take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from runic.cypher.compiler import Statement
from runic.exceptions import UsageError
from runic.ogm.driver.arcadedb import http
from runic.ogm.driver.bolt import AsyncBoltDriver, BoltDriver

__all__ = ["ArcadeDBDriver", "AsyncArcadeDBDriver"]

# The server never answers a message of 16 MiB; what goes along with the parameters is small.
_MOST_BYTES = 15 * 1024 * 1024


class ArcadeDBDriver(BoltDriver):
    """A database of an ArcadeDB server; ``http_port`` is where it takes SQL."""

    http_port: int = 2480

    def params(self, statement: Statement) -> Mapping[str, Any]:
        """Return the parameters; raise :class:`UsageError` where the server would never answer."""
        return _within_limit(super().params(statement))

    def command(self, language: str, text: str) -> list[dict[str, Any]]:
        """Run *text* in *language*, ``"sql"`` or ``"sqlscript"``, over HTTP, and return its rows by column."""
        host = urlsplit(self.uri).hostname or "localhost"
        return http.send(host, self.http_port, self.database or "", self.auth, language, text)


class AsyncArcadeDBDriver(AsyncBoltDriver):
    """The async twin of :class:`ArcadeDBDriver`."""

    http_port: int = 2480

    def params(self, statement: Statement) -> Mapping[str, Any]:
        """See :meth:`ArcadeDBDriver.params`."""
        return _within_limit(super().params(statement))

    async def command(self, language: str, text: str) -> list[dict[str, Any]]:
        """See :meth:`ArcadeDBDriver.command`."""
        from asyncio import to_thread  # keeps asyncio out of sync programs

        host = urlsplit(self.uri).hostname or "localhost"
        return await to_thread(http.send, host, self.http_port, self.database or "", self.auth, language, text)


def _within_limit(params: Mapping[str, Any]) -> Mapping[str, Any]:
    if _size(params) > _MOST_BYTES:
        raise UsageError(
            "the parameters of one statement exceed 15 MiB, and ArcadeDB never answers a message of 16 MiB; "
            "flush() more often, or keep such values elsewhere"
        )
    return params


def _size(value: Any) -> int:
    if isinstance(value, str):
        return 5 + (len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass")))
    if isinstance(value, bytes | bytearray):
        return 5 + len(value)
    if isinstance(value, list | tuple):
        return 5 + sum(map(_size, cast("list[Any]", value)))
    if isinstance(value, Mapping):
        return 5 + sum(_size(key) + _size(item) for key, item in cast("Mapping[str, Any]", value).items())
    return 9
