"""The drivers of ArcadeDB: Bolt, and HTTP for the SQL that Bolt does not take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runic.cypher.compiler import Statement
from runic.exceptions import UsageError
from runic.ogm.driver.arcadedb import http
from runic.ogm.driver.arcadedb.dialect import ARCADEDB
from runic.ogm.driver.bolt import AsyncBoltDriver, BoltDriver

__all__ = ["ArcadeDBDriver", "AsyncArcadeDBDriver"]


class ArcadeDBDriver(BoltDriver):
    """A database of an ArcadeDB server; ``http_port`` is where it takes SQL."""

    http_port: int = 2480

    def params(self, statement: Statement) -> Mapping[str, Any]:
        """Return the parameters; raise :class:`UsageError` where the server would never answer."""
        return _within_limit(super().params(statement))

    def command(self, language: str, text: str) -> list[dict[str, Any]]:
        """Run *text* in *language*, ``"sql"`` or ``"sqlscript"``, over HTTP, and return its rows by column."""
        return http.send(_place(self), self.database or "", self.auth, language, text)


class AsyncArcadeDBDriver(AsyncBoltDriver):
    """The async twin of :class:`ArcadeDBDriver`."""

    http_port: int = 2480

    def params(self, statement: Statement) -> Mapping[str, Any]:
        """See :meth:`ArcadeDBDriver.params`."""
        return _within_limit(super().params(statement))

    async def command(self, language: str, text: str) -> list[dict[str, Any]]:
        """See :meth:`ArcadeDBDriver.command`."""
        from asyncio import to_thread  # keeps asyncio out of sync programs

        return await to_thread(http.send, _place(self), self.database or "", self.auth, language, text)


def _place(driver: ArcadeDBDriver | AsyncArcadeDBDriver) -> http.Place:
    return http.Place(driver.uri, driver.http_port, driver.encrypted)


def _within_limit(params: Mapping[str, Any]) -> Mapping[str, Any]:
    if ARCADEDB.message_size(params) > ARCADEDB.max_message:
        raise UsageError(
            f"the parameters of one statement exceed {ARCADEDB.max_message >> 20} MiB, and ArcadeDB never answers a "
            "message of 16 MiB; send fewer rows at once, or keep such values elsewhere"
        )
    return params
