"""The documented protocol of adapters, and how a foreign one serves the managers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol, runtime_checkable

from runic.cypher.schema import DEFAULT_SIMILARITY, Entity, IndexSpec, LiveIndex
from runic.ogm.driver.schema import SchemaFlow

__all__ = ["AdapterBackend", "IndexAdapter", "is_adapter"]


@runtime_checkable
class IndexAdapter(Protocol):
    """What a schema manager needs of a database; ``rel=True`` stands for a relationship type instead of a label."""

    def create_range_index(self, label: str, prop: str, *, rel: bool = False) -> None: ...

    def drop_range_index(self, label: str, prop: str, *, rel: bool = False) -> None: ...

    def create_fulltext_index(self, label: str, *props: str, rel: bool = False) -> None:
        """Create one full-text index over *props*; those that exist stay."""
        ...

    def drop_fulltext_index(self, label: str, *props: str, rel: bool = False) -> None: ...

    def create_vector_index(
        self, label: str, prop: str, dimension: int, similarity: str = DEFAULT_SIMILARITY, *, rel: bool = False
    ) -> None: ...

    def drop_vector_index(self, label: str, prop: str, *, rel: bool = False) -> None: ...

    def create_constraint(self, kind: str, entity: Entity, label: str, props: Sequence[str]) -> None:
        """Create a ``UNIQUE`` or ``MANDATORY`` constraint and what it stands on."""
        ...

    def drop_constraint(self, kind: str, entity: Entity, label: str, props: Sequence[str]) -> None: ...

    def create_vertex_type(self, label: str) -> None: ...

    def create_edge_type(self, type: str) -> None: ...

    def get_existing_specs(self) -> Iterable[IndexSpec]: ...


_METHODS = tuple(name for name in vars(IndexAdapter) if not name.startswith("_"))


def is_adapter(target: Any) -> bool:
    """Tell whether *target* has the methods, also where it makes them up, as a stand-in in a test does."""
    return all(callable(getattr(target, name, None)) for name in _METHODS)


class AdapterBackend:
    """A schema backend over an :class:`IndexAdapter` that is not one of ours: its flows ask for nothing."""

    def __init__(self, adapter: IndexAdapter) -> None:
        self._adapter = adapter

    def check(self, spec: IndexSpec) -> None:
        """Leave the check to the adapter."""

    def read(self) -> SchemaFlow[list[LiveIndex]]:
        """List what the adapter knows of; it waits by itself."""
        yield from ()
        return [LiveIndex(spec) for spec in self._adapter.get_existing_specs()]

    def create(self, specs: Sequence[IndexSpec], live: Collection[IndexSpec]) -> SchemaFlow[None]:
        """Call the method of each spec, once for all full-text specs."""
        yield from ()
        if specs[0].index_type == "FULLTEXT":
            names = [spec.property for spec in specs]
            self._adapter.create_fulltext_index(specs[0].label, *names, **_rel(specs[0]))
            return
        for spec in specs:
            if spec not in live:
                self._create_one(spec)

    def _create_one(self, spec: IndexSpec) -> None:
        if spec.is_constraint:
            self._adapter.create_constraint(spec.index_type, spec.entity, spec.label, list(spec.properties))
        elif spec.index_type == "VECTOR":
            similarity = spec.similarity or DEFAULT_SIMILARITY
            self._adapter.create_vector_index(spec.label, spec.property, spec.dimension or 0, similarity, **_rel(spec))
        else:
            self._adapter.create_range_index(spec.label, spec.property, **_rel(spec))

    def drop(self, spec: IndexSpec) -> SchemaFlow[None]:
        """Call the method of the spec."""
        yield from ()
        if spec.is_constraint:
            self._adapter.drop_constraint(spec.index_type, spec.entity, spec.label, list(spec.properties))
        elif spec.index_type == "VECTOR":
            self._adapter.drop_vector_index(spec.label, spec.property, **_rel(spec))
        elif spec.index_type == "FULLTEXT":
            self._adapter.drop_fulltext_index(spec.label, spec.property, **_rel(spec))
        else:
            self._adapter.drop_range_index(spec.label, spec.property, **_rel(spec))

    def ensure_types(self, labels: Sequence[str], types: Sequence[str]) -> SchemaFlow[None]:
        """Call the methods of the types."""
        yield from ()
        for label in labels:
            self._adapter.create_vertex_type(label)
        for type in types:
            self._adapter.create_edge_type(type)


def _rel(spec: IndexSpec) -> dict[str, Any]:
    """Return the keyword that older adapters without it do not get for nodes."""
    return {"rel": True} if spec.entity == "RELATIONSHIP" else {}
