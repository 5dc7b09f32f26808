"""How a backend's indexes and constraints are reached: flows of requests, written once for both colours.

A backend names its :class:`SchemaBackend` in its dialect, as data; ``runic.migrate`` runs the flows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

from runic.cypher.schema import IndexSpec, LiveIndex
from runic.exceptions import UnsupportedFeatureError
from runic.ogm.driver import AsyncGraphDriver, GraphDriver

__all__ = ["Command", "Execute", "Pause", "SchemaBackend", "SchemaFlow", "SchemaRequest", "schema_of"]


@dataclass(frozen=True, slots=True)
class Execute:
    """Run a Cypher statement; answered with a :class:`~runic.ogm.driver.GraphResult`."""

    cypher: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    write: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """Send what is no Cypher through the driver's ``command()``; answered with its raw reply."""

    arguments: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait before the database is asked again."""

    seconds: float


type SchemaRequest = Execute | Command | Pause
type SchemaFlow[T] = Generator[SchemaRequest, Any, T]


class SchemaBackend(Protocol):
    """What a database can do about its schema; a method that is no flow sends nothing."""

    def check(self, spec: IndexSpec) -> None:
        """Raise an error of ours if the database cannot have *spec* or its names cannot be written."""
        ...

    def read(self) -> SchemaFlow[list[LiveIndex]]:
        """List all indexes and constraints; a full-text index over several properties is one per property."""
        ...

    def create(self, specs: Sequence[IndexSpec], live: Collection[IndexSpec]) -> SchemaFlow[None]:
        """Create those of *specs* that are not *live*, and the indexes that they stand on; no need to wait for them.

        All are of one type, and full-text specs also of one label: the whole group is given, as some databases keep
        one index for it. Where the data contradict a constraint at once, raises :class:`ConstraintViolationError`
        with :func:`runic.cypher.schema.failure` of each such spec, when the others are there.
        """
        ...

    def drop(self, spec: IndexSpec) -> SchemaFlow[None]:
        """Drop exactly *spec*; refuse where a constraint stands on it."""
        ...

    def ensure_types(self, labels: Sequence[str], types: Sequence[str]) -> SchemaFlow[None]:
        """Create node and relationship types where the database wants them declared."""
        ...


def schema_of(driver: GraphDriver | AsyncGraphDriver) -> SchemaBackend:
    """Return the schema backend that the dialect of *driver* names.

    Raises :class:`UnsupportedFeatureError` where it names none.
    """
    dialect = driver.dialect
    if not dialect.schema:
        raise UnsupportedFeatureError(
            f"{dialect.name} has no schema management here: its dialect names none; create the indexes by hand, "
            "or set the dialect's schema to 'package.module:SchemaBackendClass'"
        )
    module, _, name = dialect.schema.partition(":")
    make: Callable[[Any], SchemaBackend] = getattr(import_module(module), name)
    return make(driver)
