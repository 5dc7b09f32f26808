"""The mapper: codecs and relations of every class for one dialect, and which class a set of labels stands for."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from runic.cypher.compiler import Statement
from runic.cypher.dialect import Dialect
from runic.cypher.names import escape_label
from runic.exceptions import InvalidTypeError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.metadata import EdgeMeta, MetaData, node_meta_of
from runic.ogm.mapper.codec import EdgeCodec, NodeCodec
from runic.ogm.mapper.relations import RelationInfo, relation_info

__all__ = ["Mapper", "edge_classes", "node_meta_of", "shared_mapper"]


_shared: dict[Dialect, Mapper] = {}


def shared_mapper(dialect: Dialect) -> Mapper:
    """Return the mapper that all sessions on *dialect* share, so that codecs are compiled once."""
    known = _shared.get(dialect)
    if known is None:
        known = _shared.setdefault(dialect, Mapper(dialect))
    return known


class _Labels:
    """What one registry's labels stand for, for one version of the registry."""

    def __init__(self, registry: MetaData) -> None:
        self.version = registry.version
        self.nodes: dict[tuple[str, ...], NodeCodec | None] = {}
        self.edges: dict[str, EdgeCodec | None] = {}


class Mapper:
    """Codecs and relation facts for one dialect; safe to share between sessions and threads.

    Every cache is filled by single assignments of values that are always the same, so no lock is needed.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._nodes: dict[Any, NodeCodec] = {}
        self._edges: dict[Any, EdgeCodec] = {}
        self._relations: dict[tuple[Any, str], tuple[int, RelationInfo]] = {}
        self._labels: dict[MetaData, _Labels] = {}
        self.compiled: dict[Hashable, Statement] = {}

    def node(self, cls: Any) -> NodeCodec:
        """Return the codec of a node class."""
        try:
            codec = self._nodes.get(cls)
        except TypeError:  # it cannot be hashed, so it is no class
            codec = None
        if codec is None:
            codec = self._nodes[cls] = NodeCodec(node_meta_of(cls), self.dialect)
        return codec

    def edge(self, cls: Any) -> EdgeCodec:
        """Return the codec of an edge class."""
        codec = self._edges.get(cls)
        if codec is None:
            meta = getattr(cls, "__runic_meta__", None)
            if not isinstance(meta, EdgeMeta):
                raise InvalidTypeError(f"expected an Edge class, got {cls!r}")
            codec = self._edges[cls] = EdgeCodec(meta, self.dialect)
        return codec

    def relation(self, cls: Any, relation: Any) -> RelationInfo:
        """Return the facts of a relation of *cls*, named by text or by class attribute.

        Raises :class:`InvalidTypeError` for what is no relation of the class.
        """
        name = relation if isinstance(relation, str) else getattr(relation, "name", "")
        field = cls.__runic_fields__.get(name)
        if field is None or not field.is_relation or not isinstance(relation, str | FieldDescriptor):
            known = ", ".join(cls.__runic_meta__.relations) or "none"
            raise InvalidTypeError(f"{cls.__name__} has no relation {relation!r}; it has: {known}")
        if isinstance(relation, FieldDescriptor) and not _same_declaration(relation, field):
            raise InvalidTypeError(f"{relation!r} is a relation of another class, not of {cls.__name__}")
        version = field.owner.__runic_meta__.registry.version
        known_info = self._relations.get((cls, name))
        if known_info is None or known_info[0] != version:
            escape_label(field.relationship or "", self.dialect)
            known_info = self._relations[cls, name] = (version, relation_info(field))
        return known_info[1]

    def relations(self, cls: Any) -> list[RelationInfo]:
        """Return the facts of all relations of *cls*."""
        return [self.relation(cls, name) for name in cls.__runic_meta__.relations]

    def node_for(self, labels: tuple[str, ...], registry: MetaData) -> NodeCodec | None:
        """Return the codec of the most specific class of *registry* whose labels a node carries, or None."""
        known = self._known(registry)
        if labels not in known.nodes:
            known.nodes[labels] = self._most_specific(labels, registry)
        return known.nodes[labels]

    def edge_for(self, type: str, registry: MetaData) -> EdgeCodec | None:
        """Return the codec of the edge class of *registry* for a relationship type.

        None where it has none, or several of which none is the parent of the others: only a declaration tells then.
        """
        known = self._known(registry)
        if type not in known.edges:
            found = edge_classes(type, registry)
            shared = [cls for cls in found if all(issubclass(other, cls) for other in found)]
            known.edges[type] = self.edge(shared[0]) if shared else None
        return known.edges[type]

    def _known(self, registry: MetaData) -> _Labels:
        known = self._labels.get(registry)
        if known is None or known.version != registry.version:
            known = self._labels[registry] = _Labels(registry)
        return known

    def _most_specific(self, labels: tuple[str, ...], registry: MetaData) -> NodeCodec | None:
        carried = set(labels)
        found = [meta for meta in registry.nodes.values() if carried.issuperset(meta.labels)]
        if not found:
            return None
        # Where two classes fit equally well, the earlier one, so that the answer never depends on chance.
        return self.node(max(found, key=lambda meta: len(meta.labels)).cls)


def edge_classes(type: str, registry: MetaData) -> list[Any]:
    """Return the edge classes of *registry* with a relationship type."""
    return [cls for cls, meta in registry.edges.items() if meta.type == type and not meta.abstract]


def _same_declaration(one: FieldDescriptor, other: FieldDescriptor) -> bool:
    if one.owner is None or other.owner is None:
        return False
    related = issubclass(other.owner, one.owner) or issubclass(one.owner, other.owner)
    return related and one.relationship == other.relationship and one.direction == other.direction
