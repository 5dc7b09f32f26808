"""The managers that bring a graph's indexes and constraints in line with the models, in both colours."""

from __future__ import annotations

import inspect
from typing import Any

from runic.cypher.dialect import Dialect
from runic.cypher.schema import IndexSpec
from runic.exceptions import InvalidTypeError
from runic.migrate import _reconcile
from runic.migrate._declared import (
    Models,
    ValidationResult,
    checked_spec,
    declared,
    diff_of,
    result_of,
    types_of,
)
from runic.migrate._run import arun, run
from runic.migrate.adapters._adapter import DriverAdapter
from runic.migrate.adapters._protocol import AdapterBackend, is_adapter
from runic.ogm.driver import AsyncGraphDriver
from runic.ogm.driver.factory import async_driver_for, driver_for
from runic.ogm.driver.schema import SchemaBackend, SchemaFlow, schema_of

__all__ = ["AsyncIndexManager", "AsyncSchemaManager", "IndexManager", "SchemaManager", "ValidationResult"]

_TIMEOUT = 300.0


class _Runner:
    """A schema backend, and the driver on which its flows run."""

    def __init__(self, adapter_or_graph: Any, timeout: float) -> None:
        self._timeout = timeout
        self._driver: Any = None
        self._backend: SchemaBackend
        if isinstance(adapter_or_graph, DriverAdapter):
            self._driver, self._backend = adapter_or_graph.driver, adapter_or_graph.backend
        elif not _is_driver(adapter_or_graph) and is_adapter(adapter_or_graph):
            self._backend = AdapterBackend(adapter_or_graph)
        else:
            self._driver = driver_for(adapter_or_graph)
            _refuse_colour(self, self._driver, wants_async=False)
            self._backend = schema_of(self._driver)

    def _run[T](self, flow: SchemaFlow[T]) -> T:
        return run(flow, self._driver)


class _AsyncRunner:
    """The async twin of :class:`_Runner`."""

    def __init__(self, driver_or_graph: Any, timeout: float) -> None:
        self._timeout = timeout
        if isinstance(driver_or_graph, DriverAdapter):
            raise InvalidTypeError(f"{type(self).__name__} takes an async driver; an adapter is synchronous")
        self._driver: AsyncGraphDriver = async_driver_for(driver_or_graph)
        _refuse_colour(self, self._driver, wants_async=True)
        self._backend = schema_of(self._driver)

    async def _run[T](self, flow: SchemaFlow[T]) -> T:
        return await arun(flow, self._driver)


class IndexManager(_Runner):
    """Creates the indexes and constraints that model classes declare.

    *adapter_or_graph* is an adapter of :func:`create_adapter`, a driver, a graph handle of a known client, or any
    object with the methods of :class:`IndexAdapter`. *timeout* is how many seconds the database may take to build
    what was asked for.
    """

    def __init__(self, adapter_or_graph: Any, *, timeout: float = _TIMEOUT) -> None:
        super().__init__(adapter_or_graph, timeout)

    def create_indexes(self, entity_class: type, *, if_not_exists: bool = True) -> None:
        """Create all indexes and constraints that *entity_class* declares, and wait until they are in force.

        Full-text indexes of one label are created in one call. Raises :class:`MetadataError` for a vector field
        without dimension and for an index that is there with other options, :class:`ConstraintViolationError` when
        the data contradict a constraint, which is removed again, :class:`UsageError` without *if_not_exists* when
        one of them exists.
        """
        specs = declared([entity_class])
        self._run(_reconcile.create(self._backend, specs, self._timeout, if_not_exists=if_not_exists))

    def ensure_indexes(self, entity_class: type) -> None:
        """Create the missing indexes and constraints of *entity_class*; see :meth:`create_indexes`."""
        self.create_indexes(entity_class)

    def create_spec(self, spec: IndexSpec, *, if_not_exists: bool = True) -> None:
        """Create one index or constraint, and the range index under a unique constraint."""
        self._run(_reconcile.create_one(self._backend, checked_spec(spec), self._timeout, if_not_exists))

    def drop_spec(self, spec: IndexSpec, *, if_exists: bool = True) -> None:
        """Drop one index or constraint, and with a unique constraint its range index.

        Raises :class:`UsageError` where a constraint stands on the index.
        """
        self._run(_reconcile.drop_one(self._backend, checked_spec(spec), if_exists))


class AsyncIndexManager(_AsyncRunner):
    """The async twin of :class:`IndexManager`, over an async driver or a graph handle."""

    def __init__(self, adapter_or_graph: Any, *, timeout: float = _TIMEOUT) -> None:
        super().__init__(adapter_or_graph, timeout)

    async def create_indexes(self, entity_class: type, *, if_not_exists: bool = True) -> None:
        """See :meth:`IndexManager.create_indexes`."""
        specs = declared([entity_class])
        await self._run(_reconcile.create(self._backend, specs, self._timeout, if_not_exists=if_not_exists))

    async def ensure_indexes(self, entity_class: type) -> None:
        """See :meth:`IndexManager.ensure_indexes`."""
        await self.create_indexes(entity_class)

    async def create_spec(self, spec: IndexSpec, *, if_not_exists: bool = True) -> None:
        """See :meth:`IndexManager.create_spec`."""
        await self._run(_reconcile.create_one(self._backend, checked_spec(spec), self._timeout, if_not_exists))

    async def drop_spec(self, spec: IndexSpec, *, if_exists: bool = True) -> None:
        """See :meth:`IndexManager.drop_spec`."""
        await self._run(_reconcile.drop_one(self._backend, checked_spec(spec), if_exists))


class SchemaManager(_Runner):
    """Compares a whole graph with model classes, and brings it in line.

    *adapter_or_graph* and *timeout* are those of :class:`IndexManager`. Classes are given as a list, or as a
    registry (:class:`MetaData`) that stands for all its classes. Whatever the graph has beyond them counts as extra,
    also on labels of other classes: give all the classes of the graph.
    """

    def __init__(self, adapter_or_graph: Any, *, timeout: float = _TIMEOUT) -> None:
        super().__init__(adapter_or_graph, timeout)

    def ensure_entity_types(self, entity_classes: Models) -> None:
        """Create the node and relationship types of *entity_classes* in databases that want them declared."""
        self._run(self._backend.ensure_types(*types_of(entity_classes)))

    def validate_schema(self, entity_classes: Models) -> ValidationResult:
        """Compare what *entity_classes* declare with the graph, which is left as it is."""
        return result_of(self._run(_reconcile.difference(self._backend, declared(entity_classes))))

    def sync_schema(self, entity_classes: Models, *, drop_extra: bool = False) -> None:
        """Create entity types and what is missing, and wait until all is in force.

        With *drop_extra* every index and constraint of the graph that none of *entity_classes* declares is dropped,
        constraints first, and indexes with other options are built anew. Raises as
        :meth:`IndexManager.create_indexes` does; what could be created is then there.
        """
        specs = declared(entity_classes)
        self._run(self._backend.ensure_types(*types_of(entity_classes)))
        self._run(_reconcile.synchronise(self._backend, specs, self._timeout, drop_extra=drop_extra))

    def get_schema_diff(self, entity_classes: Models) -> str:
        """Return the differences as text, a line each: ``MISSING …``, ``EXTRA …``, ``ERROR …``."""
        return diff_of(self.validate_schema(entity_classes))


class AsyncSchemaManager(_AsyncRunner):
    """The async twin of :class:`SchemaManager`, over an async driver or a graph handle."""

    def __init__(self, adapter_or_graph: Any, *, timeout: float = _TIMEOUT) -> None:
        super().__init__(adapter_or_graph, timeout)

    async def ensure_entity_types(self, entity_classes: Models) -> None:
        """See :meth:`SchemaManager.ensure_entity_types`."""
        await self._run(self._backend.ensure_types(*types_of(entity_classes)))

    async def validate_schema(self, entity_classes: Models) -> ValidationResult:
        """See :meth:`SchemaManager.validate_schema`."""
        return result_of(await self._run(_reconcile.difference(self._backend, declared(entity_classes))))

    async def sync_schema(self, entity_classes: Models, *, drop_extra: bool = False) -> None:
        """See :meth:`SchemaManager.sync_schema`."""
        specs = declared(entity_classes)
        await self._run(self._backend.ensure_types(*types_of(entity_classes)))
        await self._run(_reconcile.synchronise(self._backend, specs, self._timeout, drop_extra=drop_extra))

    async def get_schema_diff(self, entity_classes: Models) -> str:
        """See :meth:`SchemaManager.get_schema_diff`."""
        return diff_of(await self.validate_schema(entity_classes))


def _is_driver(target: Any) -> bool:
    return isinstance(getattr(target, "dialect", None), Dialect) and callable(getattr(target, "execute", None))


def _refuse_colour(manager: Any, driver: Any, *, wants_async: bool) -> None:
    if inspect.iscoroutinefunction(driver.execute) is not wants_async:
        name = type(manager).__name__
        other = name.removeprefix("Async") if wants_async else f"Async{name}"
        raise InvalidTypeError(f"{name} does not take {type(driver).__name__}; use {other} with it")
