"""The parts of an address that every database reads alike: the URL, and the port."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from runic.exceptions import InvalidArgumentError, InvalidTypeError

__all__ = ["port_of", "positive", "split_url"]


def split_url(url: Any, schemes: Collection[str], described: str) -> SplitResult:
    """Return the parts of *url*, which has one of *schemes* and a host; None has no parts.

    Raises :class:`InvalidTypeError` for what is no text, :class:`InvalidArgumentError` for what is no URL *described*.
    """
    if url is None:
        return urlsplit("")
    if not isinstance(url, str):
        raise InvalidTypeError(f"url is a string, got {url!r}")
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname:
        shown = f"{parts.scheme}://{parts.hostname or ''}"  # without what may be a password
        raise InvalidArgumentError(f"{shown} is no {described}")
    return parts


def port_of(options: Mapping[str, Any], url: SplitResult, default: int) -> int:
    """Return the port of *options*, of *url*, or *default*; raise :class:`InvalidArgumentError` for what is none."""
    try:
        port = options.get("port") or url.port or default
    except ValueError as error:
        raise InvalidArgumentError(f"the port of the URL is no port: {error}") from error
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:
        raise InvalidArgumentError(f"port is a number from 1 to 65535, got {port!r}")
    return port


def positive(name: str, value: Any) -> int:
    """Return *value* if it is a positive integer; raise :class:`InvalidArgumentError` naming *name* otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidArgumentError(f"{name} is a positive integer, got {value!r}")
    return value
