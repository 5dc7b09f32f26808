"""Schema management and migrations: indexes and constraints are declared on models and created from here.

Names are loaded when first used, so that asking for one manager loads no more than that.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runic.migrate.adapters import DriverAdapter, IndexAdapter, create_adapter
    from runic.migrate.schema import (
        AsyncIndexManager,
        AsyncSchemaManager,
        IndexManager,
        SchemaManager,
        ValidationResult,
    )
    from runic.ogm.schema.index_manager import IndexSpec, extract_declared_specs

__all__ = [
    "AsyncIndexManager",
    "AsyncSchemaManager",
    "DriverAdapter",
    "IndexAdapter",
    "IndexManager",
    "IndexSpec",
    "SchemaManager",
    "ValidationResult",
    "create_adapter",
    "extract_declared_specs",
]

_HOMES = {
    "runic.migrate.adapters": "DriverAdapter IndexAdapter create_adapter",
    "runic.migrate.schema": "AsyncIndexManager AsyncSchemaManager IndexManager SchemaManager ValidationResult",
    "runic.ogm.schema.index_manager": "IndexSpec extract_declared_specs",
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
