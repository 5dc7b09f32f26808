"""What the schema managers work on: an adapter over a driver, or any object with the same methods."""

from runic.migrate.adapters._adapter import DriverAdapter, create_adapter
from runic.migrate.adapters._protocol import IndexAdapter

__all__ = ["DriverAdapter", "IndexAdapter", "create_adapter"]
