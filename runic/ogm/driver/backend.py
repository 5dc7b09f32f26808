"""What a package of someone else's registers, so that ``create_driver`` finds its database by name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from runic.exceptions import UnsupportedFeatureError
from runic.ogm.driver import AsyncGraphDriver, GraphDriver

__all__ = ["Backend"]


class Backend:
    """A database by name: a subclass makes its drivers, and an entry point of the group ``runic.backends`` names it.

    The entry point's own name is what :func:`create_driver` is given; *schemes* are those of URLs that name the
    backend as well. A URL arrives as the option ``url``. ::

        [project.entry-points."runic.backends"]
        acme = "runic_acme:AcmeBackend"
    """

    schemes: ClassVar[Collection[str]] = ()

    def create_driver(self, **options: Any) -> GraphDriver:
        """Return a driver; connect at its first statement, not here."""
        del options
        raise UnsupportedFeatureError(f"{type(self).__name__} has no synchronous driver; use create_async_driver()")

    def create_async_driver(self, **options: Any) -> AsyncGraphDriver:
        """Return an async driver; no coroutine."""
        del options
        raise UnsupportedFeatureError(f"{type(self).__name__} has no asynchronous driver; use create_driver()")
