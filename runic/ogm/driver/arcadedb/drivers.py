"""The drivers of ArcadeDB: Bolt, and HTTP for the SQL that Bolt does not take."""

from __future__ import annotations

from typing import Any

from runic.ogm.driver.arcadedb import http
from runic.ogm.driver.bolt import AsyncBoltDriver, BoltDriver

__all__ = ["ArcadeDBDriver", "AsyncArcadeDBDriver"]


class ArcadeDBDriver(BoltDriver):
    """A database of an ArcadeDB server; ``http_port`` is where it takes SQL."""

    http_port: int = 2480

    def command(self, language: str, text: str) -> list[dict[str, Any]]:
        """Run *text* in *language*, ``"sql"`` or ``"sqlscript"``, over HTTP, and return its rows by column."""
        return http.send(_place(self), self.database or "", self.auth, language, text)


class AsyncArcadeDBDriver(AsyncBoltDriver):
    """The async twin of :class:`ArcadeDBDriver`."""

    http_port: int = 2480

    async def command(self, language: str, text: str) -> list[dict[str, Any]]:
        """See :meth:`ArcadeDBDriver.command`."""
        from asyncio import to_thread  # keeps asyncio out of sync programs

        return await to_thread(http.send, _place(self), self.database or "", self.auth, language, text)


def _place(driver: ArcadeDBDriver | AsyncArcadeDBDriver) -> http.Place:
    return http.Place(driver.uri, driver.http_port, driver.encrypted)
