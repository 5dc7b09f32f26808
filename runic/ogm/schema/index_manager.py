"""Which indexes and constraints a model class asks for, and on which label each of them belongs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from runic.cypher.schema import IndexSpec, IndexType
from runic.exceptions import InvalidTypeError, MetadataError
from runic.ogm.core._labels import concrete_line, own_label
from runic.ogm.core.descriptors import FieldDescriptor
from runic.ogm.core.metadata import EdgeMeta, ModelMeta, NodeMeta
from runic.ogm.core.models import Model

__all__ = ["IndexSpec", "extract_declared_specs"]

_SEARCHED = ("FULLTEXT", "VECTOR")


def extract_declared_specs(entity_class: type) -> list[IndexSpec]:
    """Return the indexes and constraints that the fields of *entity_class* ask for, inherited fields included.

    ``unique=True`` gives UNIQUE, ``index=True`` without it RANGE, ``index_type`` FULLTEXT or VECTOR beside them (but
    no RANGE beside VECTOR). The primary key of a node gets RANGE unless it is unique; one that the database
    generates, and relations, get nothing.

    RANGE and UNIQUE stand on the label of the topmost class that asks for them, the key's on the root of the
    hierarchy: every object below carries that label, and queries on any class below use the index. FULLTEXT and
    VECTOR stand on the label of *entity_class* itself, since a search looks into one index and the nearest of a
    class are to be found among its own objects. The specs of an edge class stand on its relationship type.

    Raises :class:`MetadataError` for an abstract class, which has no label.
    """
    meta = meta_of(entity_class)
    return list(dict.fromkeys(_edge_specs(meta) if isinstance(meta, EdgeMeta) else _node_specs(meta)))


def meta_of(entity_class: Any) -> NodeMeta | EdgeMeta:
    """Return the facts of a concrete model class."""
    if not isinstance(entity_class, type) or not issubclass(entity_class, Model):
        raise InvalidTypeError(f"expected a Node or Edge class, got {entity_class!r}")
    meta = entity_class.__dict__.get("__runic_meta__")
    if not isinstance(meta, NodeMeta | EdgeMeta) or meta.abstract:
        raise MetadataError(
            f"{entity_class.__name__} is abstract and has no label or type, so nothing of it can be indexed; "
            "name the classes below it"
        )
    return meta


def _edge_specs(meta: EdgeMeta) -> Iterator[IndexSpec]:
    for field in meta.properties.values():
        for kind in _asked(field):
            yield _spec(meta, field, kind, meta.type)


def _node_specs(meta: NodeMeta) -> Iterator[IndexSpec]:
    line = concrete_line(meta)
    for kind in _asked(line[0].key):
        yield _spec(line[0], line[0].key, kind, own_label(line[0]))
    for field in meta.properties.values():
        for kind in _asked(field):
            home = meta if kind in _SEARCHED else next(known for known in line if _asks_alike(known, field, kind))
            yield _spec(home, field, kind, own_label(home))


def _asked(field: FieldDescriptor) -> list[IndexType]:
    if field.generated:
        return []
    kinds: list[IndexType] = []
    if field.unique:
        kinds.append("UNIQUE")
    elif (field.index or field.primary_key) and field.index_type != "VECTOR":
        kinds.append("RANGE")
    if field.index_type is not None:
        kinds.append(cast(IndexType, field.index_type))
    return kinds


def _asks_alike(meta: NodeMeta, field: FieldDescriptor, kind: IndexType) -> bool:
    other = meta.fields.get(field.name)
    return other is not None and not other.is_relation and kind in _asked(other) and _stored(other) == _stored(field)


def _spec(meta: ModelMeta, field: FieldDescriptor, kind: IndexType, label: str) -> IndexSpec:
    first = meta.labels[0] if isinstance(meta, NodeMeta) else label
    return IndexSpec(
        label,
        _stored(field),
        kind,
        "RELATIONSHIP" if isinstance(meta, EdgeMeta) else "NODE",
        dimension=field.dimension if kind == "VECTOR" else None,
        similarity=field.similarity if kind == "VECTOR" else None,
        under="" if first == label else first,
        origin=f"{meta.cls.__name__}.{field.name}",
    )


def _stored(field: FieldDescriptor) -> str:
    return field.property or field.name
