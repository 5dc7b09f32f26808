"""The adapter over a driver: one class for every database, as the driver's dialect knows how schemas are spelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, cast

from runic.cypher.schema import DEFAULT_SIMILARITY, Entity, IndexSpec, IndexType
from runic.exceptions import InvalidArgumentError
from runic.migrate import _reconcile
from runic.migrate._run import run
from runic.ogm.driver import GraphDriver
from runic.ogm.driver.factory import create_driver
from runic.ogm.driver.schema import SchemaBackend, schema_of

__all__ = ["DriverAdapter", "create_adapter"]

_TIMEOUT = 300.0


class DriverAdapter:
    """Indexes and constraints of one graph by call; creating what exists and dropping what is gone do nothing.

    *timeout* is how many seconds the database may take to build an index.
    """

    def __init__(self, driver: GraphDriver, *, timeout: float = _TIMEOUT) -> None:
        self.driver = driver
        self.backend: SchemaBackend = schema_of(driver)
        self.timeout = timeout

    @property
    def name(self) -> str:
        """The name of the database."""
        return self.driver.dialect.name

    def create_range_index(self, label: str, prop: str, *, rel: bool = False) -> None:
        """Create a range index on a property."""
        self._create(IndexSpec(label, prop, "RANGE", _entity(rel)))

    def drop_range_index(self, label: str, prop: str, *, rel: bool = False) -> None:
        """Drop a range index; raise where a constraint stands on it."""
        self._drop(IndexSpec(label, prop, "RANGE", _entity(rel)))

    def create_fulltext_index(self, label: str, *props: str, rel: bool = False) -> None:
        """Create a full-text index over *props*; those that have one stay."""
        self._create(*_each("FULLTEXT", label, props, rel))

    def drop_fulltext_index(self, label: str, *props: str, rel: bool = False) -> None:
        """Drop the full-text index of *props*."""
        self._drop(*_each("FULLTEXT", label, props, rel))

    def create_vector_index(
        self, label: str, prop: str, dimension: int, similarity: str = DEFAULT_SIMILARITY, *, rel: bool = False
    ) -> None:
        """Create a vector index for vectors of length *dimension*; raise if there is one with other options."""
        spec = IndexSpec(label, prop, "VECTOR", _entity(rel), dimension=dimension, similarity=similarity)
        self._create(spec)

    def drop_vector_index(self, label: str, prop: str, *, rel: bool = False) -> None:
        """Drop a vector index."""
        self._drop(IndexSpec(label, prop, "VECTOR", _entity(rel)))

    def create_constraint(self, kind: str, entity: Entity, label: str, props: Sequence[str]) -> None:
        """Create a ``UNIQUE`` or ``MANDATORY`` constraint and what it stands on, and wait until it is in force.

        Raises :class:`ConstraintViolationError` when the data contradict it; no constraint is left then.
        """
        self._create(_constraint(kind, entity, label, props))

    def drop_constraint(self, kind: str, entity: Entity, label: str, props: Sequence[str]) -> None:
        """Drop a constraint, and with a unique one the range index that it stood on."""
        self._drop(_constraint(kind, entity, label, props))

    def create_vertex_type(self, label: str) -> None:
        """Create a node type where the database wants it declared."""
        run(self.backend.ensure_types([label], []), self.driver)

    def create_edge_type(self, type: str) -> None:
        """Create a relationship type where the database wants it declared."""
        run(self.backend.ensure_types([], [type]), self.driver)

    def get_existing_specs(self) -> set[IndexSpec]:
        """Return every index and constraint of the graph."""
        return {live.spec for live in run(self.backend.read(), self.driver)}

    def close(self) -> None:
        """Close the driver."""
        self.driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _create(self, *specs: IndexSpec) -> None:
        run(_reconcile.create(self.backend, specs, self.timeout), self.driver)

    def _drop(self, *specs: IndexSpec) -> None:
        for spec in specs:
            run(_reconcile.drop_one(self.backend, spec, if_exists=True), self.driver)


def create_adapter(backend: str, **options: Any) -> DriverAdapter:
    """Return an adapter for *backend*, with the arguments of :func:`runic.ogm.create_driver`; close it at the end.

    ``graph_name=`` is another spelling of ``graph=``.
    """
    if "graph_name" in options:
        options["graph"] = options.pop("graph_name")
    return DriverAdapter(create_driver(backend, **options))


def _entity(rel: bool) -> Entity:
    return "RELATIONSHIP" if rel else "NODE"


def _each(kind: IndexType, label: str, props: Sequence[str], rel: bool) -> list[IndexSpec]:
    return [IndexSpec(label, prop, kind, _entity(rel)) for prop in _named(props)]


def _constraint(kind: str, entity: str, label: str, props: Sequence[str]) -> IndexSpec:
    index_type = str(kind).upper()
    if index_type not in ("UNIQUE", "MANDATORY"):
        raise InvalidArgumentError(f"a constraint is 'UNIQUE' or 'MANDATORY', not {kind!r}")
    first, *others = _named([props] if isinstance(props, str) else props)
    return IndexSpec(label, first, cast(IndexType, index_type), cast(Entity, str(entity).upper()), tuple(others))


def _named(props: Sequence[str]) -> Sequence[str]:
    if not props:
        raise InvalidArgumentError("name at least one property")
    return props
