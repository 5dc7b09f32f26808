"""Facts of model classes, and the registry that knows every one of them by name and labels."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from typing import Any

from runic.exceptions import InvalidTypeError, MetadataError
from runic.ogm.core import _annotations
from runic.ogm.core._annotations import FieldType
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.properties import ROLES

__all__ = ["EdgeMeta", "MetaData", "ModelMeta", "NodeMeta", "metadata", "node_meta_of"]


class ModelMeta:
    """What nodes and edges have in common: the class, its fields and where it was defined."""

    def __init__(self, cls: type, fields: dict[str, FieldDescriptor]) -> None:
        self.cls = cls
        self.fields = fields
        self.registry: MetaData = metadata
        self.names: Mapping[str, Any] = {}
        self.abstract = False
        self.attributes: frozenset[str] = frozenset()

    @property
    def properties(self) -> dict[str, FieldDescriptor]:
        """The fields that are stored as properties, in order."""
        return {name: field for name, field in self.fields.items() if not field.is_relation}

    @property
    def relations(self) -> dict[str, FieldDescriptor]:
        """The fields that are relations, in order."""
        return {name: field for name, field in self.fields.items() if field.is_relation}

    def resolve_type(self, field: FieldDescriptor) -> FieldType:
        """Read the annotation of *field*, looking up names in the module, its surroundings and the registry."""
        home = self._home(field)

        def deep(annotation: Any) -> Any:
            return _annotations.resolve(annotation, home.cls, home.names, find)

        def find(name: str) -> Any:
            if field.target is not None:
                # The target is known, so of several classes of that name any will do.
                return next(iter(self.registry.named(name)), None)
            return self.registry.find(name, home.cls)

        try:
            return _annotations.parse(field.annotation, deep, ROLES)
        except NameError as error:
            raise MetadataError(
                f"{self.cls.__name__}.{field.name}: the annotation {_annotations.written(field.annotation)} names "
                f"{error.name!r}, which is neither defined in {home.cls.__module__} nor a registered model; "
                "import or define it first"
            ) from error
        except (SyntaxError, TypeError, AttributeError) as error:
            raise MetadataError(
                f"{self.cls.__name__}.{field.name}: the annotation {_annotations.written(field.annotation)} cannot "
                f"be read: {error}"
            ) from error

    def _home(self, field: FieldDescriptor) -> ModelMeta:
        for ancestor in self.cls.__mro__:
            meta = ancestor.__dict__.get("__runic_meta__")
            if isinstance(meta, ModelMeta) and field.name in ancestor.__dict__["__runic_own__"]:
                return meta
        return self


class NodeMeta(ModelMeta):
    """The facts of one node class: labels, fields, key; ``root`` is the topmost class with labels."""

    def __init__(
        self,
        cls: type,
        labels: list[str],
        primary_label: str,
        fields: dict[str, FieldDescriptor],
        pk_field_name: str | None = None,
    ) -> None:
        super().__init__(cls, fields)
        self.labels = labels
        self.primary_label = primary_label
        self.pk_field_name = pk_field_name
        self.root: type = cls

    @property
    def key(self) -> FieldDescriptor:
        """The field that is the primary key."""
        if self.pk_field_name is None:
            raise MetadataError(f"{self.cls.__name__} is abstract and has no primary key; use a class with labels")
        return self.fields[self.pk_field_name]


class EdgeMeta(ModelMeta):
    """The facts of one edge class: its relationship type and fields."""

    def __init__(self, cls: type, type: str, fields: dict[str, FieldDescriptor]) -> None:
        super().__init__(cls, fields)
        self.type = type


class _MetaSnapshot:
    """A registry's content at one moment."""

    def __init__(self, nodes: dict[type, NodeMeta], edges: dict[type, EdgeMeta]) -> None:
        self.nodes = nodes
        self.edges = edges


class MetaData:
    """A registry of node and edge classes; string targets are looked up in the registry of their class."""

    def __init__(self) -> None:
        self.nodes: dict[type, NodeMeta] = {}
        self.edges: dict[type, EdgeMeta] = {}
        self.version = 0
        self._lock = threading.RLock()

    def register_node(self, cls: Any) -> None:
        """Add a node class; one of the same module and qualified name is replaced.

        Raises :class:`MetadataError` when another class has the same labels.
        """
        meta: NodeMeta = cls.__runic_meta__
        with self._lock:
            nodes = {other: known for other, known in self.nodes.items() if not _same_place(other, cls)}
            for other, known in nodes.items():
                if set(known.labels) == set(meta.labels):
                    raise MetadataError(
                        f"{_place(cls)} has the labels {meta.labels} of {_place(other)}; "
                        "give one of them other labels, or a registry of its own with registry=MetaData()"
                    )
            nodes[cls] = meta
            self.nodes = nodes
            self.version += 1

    def register_edge(self, cls: Any) -> None:
        """Add an edge class; one of the same module and qualified name is replaced."""
        with self._lock:
            edges = {other: known for other, known in self.edges.items() if not _same_place(other, cls)}
            edges[cls] = cls.__runic_meta__
            self.edges = edges
            self.version += 1

    def resolve_target(self, target: Any, near: type | None = None) -> type:
        """Return the class that *target*, a class or its name, stands for.

        Raises :class:`MetadataError` when the name is unknown, or stands for several classes and *near*, the class
        that names it, decides for none.
        """
        if isinstance(target, type):
            return self._current(target)
        name = str(target).rpartition(".")[2]
        found = self.named(name)
        if "." in str(target):
            found = [cls for cls in found if f"{cls.__module__}.{cls.__qualname__}".endswith(str(target))]
        if len(found) > 1 and near is not None:
            found = _nearest(found, name, near)
        if len(found) == 1:
            return found[0]
        where = f"{near.__name__} names" if near is not None else "There is"
        if not found:
            raise MetadataError(
                f"{where} {target!r}, and no such class is registered; import the module that defines it, "
                "or pass the class itself"
            )
        places = ", ".join(_place(cls) for cls in found)
        raise MetadataError(f"{where} {target!r}, which may be {places}; pass the class itself")

    def _current(self, cls: type) -> type:
        """Return the class that has replaced *cls*, as after running a notebook cell again, or *cls* itself."""
        if cls in self.nodes or cls in self.edges:
            return cls
        return next((known for known in (*self.nodes, *self.edges) if _same_place(known, cls)), cls)

    def named(self, name: str) -> list[type]:
        """Return the registered classes called *name*."""
        return [cls for cls in (*self.nodes, *self.edges) if cls.__name__ == name]

    def find(self, name: str, near: type | None = None) -> type | None:
        """Return the registered class called *name*, or None when there is none; see :meth:`resolve_target`."""
        return self.resolve_target(name, near) if self.named(name) else None

    def finalize(self) -> None:
        """Resolve every annotation and target now.

        Raises :class:`MetadataError` for the first one that names an unknown class.
        """
        for meta in (*self.nodes.values(), *self.edges.values()):
            for field in meta.fields.values():
                _ = field.type
                if field.is_relation:
                    relation_target(field)
                    relation_edge(field)

    def snapshot(self) -> _MetaSnapshot:
        """Return the content of the registry, for :meth:`restore`."""
        return _MetaSnapshot(dict(self.nodes), dict(self.edges))

    def restore(self, snapshot: _MetaSnapshot) -> None:
        """Put the content of the registry back to what it was at *snapshot*."""
        with self._lock:
            self.nodes = dict(snapshot.nodes)
            self.edges = dict(snapshot.edges)
            self.version += 1


def node_meta_of(cls: Any) -> NodeMeta:
    """Return the facts of a node class; raise :class:`InvalidTypeError` for anything else."""
    meta = getattr(cls, "__runic_meta__", None) if isinstance(cls, type) else None
    if not isinstance(meta, NodeMeta):
        raise InvalidTypeError(f"expected a Node class, got {cls!r}")
    return meta


def relation_target(field: FieldDescriptor) -> type:
    """Return the node class that a relation leads to, from its ``target=`` or its annotation."""
    target = field.target if field.target is not None else field.type.base
    if not isinstance(target, type | str):
        raise MetadataError(f"{field!r} names no target class; write target= or annotate it, as in list['Article']")
    resolved: Any = field.owner.__runic_meta__.registry.resolve_target(target, near=field.owner)
    if not isinstance(getattr(resolved, "__runic_meta__", None), NodeMeta):
        raise MetadataError(f"{field!r} leads to {resolved!r}, which is no Node class")
    field.target = resolved
    found: type = resolved
    return found


def relation_edge(field: FieldDescriptor) -> type | None:
    """Return the edge class of a relation, or None where it names none."""
    edge = field.edge_model if field.edge_model is not None else field.type.edge
    if edge is None:
        return None
    resolved: Any = field.owner.__runic_meta__.registry.resolve_target(edge, near=field.owner)
    meta = getattr(resolved, "__runic_meta__", None)
    if not isinstance(meta, EdgeMeta):
        raise MetadataError(f"{field!r} names {resolved!r} as its edge class, which is no Edge class")
    if meta.abstract:
        return None
    if meta.type != field.relationship:
        raise MetadataError(
            f"{field!r} has the type {field.relationship!r}, but its edge class {resolved.__name__} has {meta.type!r}"
        )
    field.edge_model = resolved
    found: type = resolved
    return found


def _nearest(found: list[type], name: str, near: type) -> list[type]:
    module = sys.modules.get(near.__module__)
    scoped: Any = getattr(module, name, None)
    if scoped in found:
        return [scoped]
    same = [cls for cls in found if cls.__module__ == near.__module__]
    outer = near.__qualname__.rpartition(".")[0]
    return [cls for cls in same if cls.__qualname__.rpartition(".")[0] == outer] or same or found


def _same_place(one: type, other: type) -> bool:
    return (one.__module__, one.__qualname__) == (other.__module__, other.__qualname__)


def _place(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


metadata = MetaData()
"""The default registry."""
