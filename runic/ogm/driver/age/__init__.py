"""Apache AGE over PostgreSQL: how to connect; its dialect and its schema are the modules beside this one."""

from __future__ import annotations

from typing import Any

from runic.ogm.driver.age.address import age_address
from runic.ogm.driver.age.dialect import AGE, AGEDialect
from runic.ogm.driver.age.drivers import AGEDriver, AsyncAGEDriver

__all__ = ["AGE", "AGEDialect", "AGEDriver", "AsyncAGEDriver", "create_age_driver", "create_async_age_driver"]


def create_age_driver(**options: Any) -> AGEDriver:
    """Return a driver for a graph of a PostgreSQL server with AGE; the graph is created at first use."""
    return AGEDriver.at(age_address(options))


def create_async_age_driver(**options: Any) -> AsyncAGEDriver:
    """See :func:`create_age_driver`."""
    return AsyncAGEDriver.at(age_address(options))
