"""A backend of someone else's on the generic Bolt driver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from runic.cypher.dialect import Dialect
from runic.ogm.driver.backend import Backend
from runic.ogm.driver.bolt.address import BoltAddress, bolt_address
from runic.ogm.driver.bolt.drivers import AsyncBoltDriver, BoltDriver

__all__ = ["BoltBackend"]


class BoltBackend(Backend):
    """A database that speaks Bolt; a subclass says its *name*, for messages, its *dialect* and its *schemes*.

    Connections are *encrypted* unless the caller or the URL says otherwise. A scheme stands for ``bolt``: with
    ``schemes = ("acme", "acme+s")``, ``acme+s://host`` connects to ``bolt+s://host``. A server whose errors have codes
    of their own brings subclasses of the two drivers with ``error_rules``.
    """

    name: ClassVar[str]
    dialect: ClassVar[Dialect]
    encrypted: ClassVar[bool] = True
    driver_class: ClassVar[type[BoltDriver]] = BoltDriver
    async_driver_class: ClassVar[type[AsyncBoltDriver]] = AsyncBoltDriver

    def create_driver(self, **options: Any) -> BoltDriver:
        """Return a driver; the options are those of :func:`runic.ogm.driver.bolt.address.bolt_address`."""
        return self.driver_class.at(self._address(options), self.dialect)

    def create_async_driver(self, **options: Any) -> AsyncBoltDriver:
        """See :meth:`create_driver`."""
        return self.async_driver_class.at(self._address(options), self.dialect)

    def _address(self, options: Mapping[str, Any]) -> BoltAddress:
        url = options.get("url")
        scheme, colon, rest = url.partition("://") if isinstance(url, str) else ("", "", "")
        if scheme in self.schemes:
            _, plus, security = scheme.partition("+")
            options = {**options, "url": f"bolt{plus}{security}{colon}{rest}"}
        return bolt_address(self.name, options, encrypted=self.encrypted)
