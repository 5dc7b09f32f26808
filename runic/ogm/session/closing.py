"""Giving connections back: what goes wrong there is logged, and never stands in for the error of the work itself."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager

from runic.ogm.driver import AsyncConnection, Connection

__all__ = ["after", "async_close", "async_undo", "close", "undo"]

_logger = logging.getLogger("runic.ogm")


@contextmanager
def after(error: BaseException | None) -> Generator[None]:
    """Let an error of the block be a note on *error*, if there is one."""
    try:
        yield
    except Exception as failure:
        if error is None:
            raise
        error.add_note(f"closing failed too: {failure!r}")


def close(connection: Connection) -> None:
    """Close *connection*."""
    try:
        connection.close()
    except Exception:
        _failed()


def undo(connection: Connection) -> None:
    """Roll back and close *connection*; one that cannot be is rolled back by the server when it is gone."""
    try:
        connection.rollback()
    except Exception:
        _failed()
    finally:
        close(connection)


async def async_close(connection: AsyncConnection) -> None:
    """See :func:`close`."""
    try:
        await connection.close()
    except Exception:
        _failed()


async def async_undo(connection: AsyncConnection) -> None:
    """See :func:`undo`."""
    try:
        await connection.rollback()
    except Exception:
        _failed()
    finally:
        await async_close(connection)


def _failed() -> None:
    _logger.warning("a connection could not be given back in good order", exc_info=True)
