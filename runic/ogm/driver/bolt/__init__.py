"""Databases that speak the Bolt protocol, through the ``neo4j`` client."""

from runic.ogm.driver.bolt.backend import BoltBackend
from runic.ogm.driver.bolt.drivers import AsyncBoltDriver, BoltDriver

__all__ = ["AsyncBoltDriver", "BoltBackend", "BoltDriver"]
