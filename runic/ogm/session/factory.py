"""Row factories of a session: nodes and relationships of an answer become entities while it is decoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from runic.exceptions import DuplicateKeyError, FieldValidationError
from runic.ogm.core._state import EdgeState, Status, nobody
from runic.ogm.core.metadata import MetaData
from runic.ogm.core.models import Edge
from runic.ogm.driver import ElementId, GraphNode, GraphPath
from runic.ogm.mapper.codec import EntityCodec, NodeCodec
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.session.identity import IdentityMap, node_key

if TYPE_CHECKING:
    from runic.ogm.core._state import Owner

__all__ = ["EntityFactory"]


class EntityFactory:
    """Make entities of one registry's classes.

    With an identity map each node is one object per session, and an expired one is refreshed by any row that
    shows it; without, as for streams, each row makes an object that no session knows. *edges* says what a statement
    declares of relationship types that several classes have.
    """

    def __init__(
        self,
        mapper: Mapper,
        registry: MetaData,
        identity: IdentityMap | None,
        owner: Callable[[], Owner | None],
        edges: Mapping[str, type] | None = None,
    ) -> None:
        self._edges = edges or {}
        self.version = registry.version
        self._mapper = mapper
        self._registry = registry
        self._identity = identity
        self._owner = owner
        self._by_labels: dict[tuple[str, ...], tuple[NodeCodec, dict[Any, Any], str] | None] = {}

    def node(self, element_id: ElementId, labels: tuple[str, ...], properties: dict[str, Any], /) -> Any:
        """Return the entity for a node, or a plain value where no class has its labels."""
        try:
            found = self._by_labels[labels]
        except KeyError:
            found = self._resolve(labels)
        if found is None:
            return GraphNode(element_id, labels, properties)
        codec, table, key_property = found
        key = properties.get(key_property) if key_property else codec.identity_key(element_id)
        if key is None:
            key = node_key(None, element_id)
        entity = table.get(key)
        if entity is None:
            entity = self._hydrate(codec, element_id, properties)
            if self._identity is not None:
                table[key] = entity
            return entity
        return self._known(entity, codec, element_id, properties, key)

    def _known(self, entity: Any, codec: NodeCodec, element_id: Any, properties: dict[str, Any], key: Any) -> Any:
        state = entity._state
        if state.element_id != element_id:
            raise DuplicateKeyError(
                f"two nodes of the hierarchy of {codec.root.__name__} have the key {codec.key.name}={key!r}: "
                f"element ids {state.element_id!r} and {element_id!r}; re-key one of them and add a unique constraint"
            )
        if state.expired:
            refill(entity, self._hydrate(codec, element_id, properties))
        return entity

    def _hydrate(self, codec: EntityCodec, element_id: Any, properties: dict[str, Any]) -> Any:
        try:
            entity = codec.hydrate(element_id, properties, self._owner)
        except FieldValidationError as error:
            raise FieldValidationError(f"{error} (element id {element_id!r})") from error
        if self._identity is None:
            entity._state.status = Status.DETACHED
        return entity

    def _resolve(self, labels: tuple[str, ...]) -> tuple[NodeCodec, dict[Any, Any], str] | None:
        codec = self._mapper.node_for(labels, self._registry)
        found = None
        if codec is not None:
            table: dict[Any, Any] = {} if self._identity is None else self._identity.hierarchy(codec.root)
            found = (codec, table, "" if codec.key.generated else codec.key.property)
        self._by_labels[labels] = found
        return found

    def edge(
        self, element_id: ElementId, type: str, source: ElementId, target: ElementId, properties: dict[str, Any], /
    ) -> Any:
        """Return the entity for a relationship; a plain :class:`Edge` where its type has no class."""
        identity = self._identity
        known = identity.get_edge(type, element_id) if identity is not None else None
        if known is not None:
            state = known._state
            if (state.source, state.target) == (source, target) and isinstance(known, self._edges.get(type, Edge)):
                if state.expired:
                    refill(known, self._make_edge(element_id, type, properties))
                return known
            # The edge it stood for is gone and its number was given to another, or it was read undeclared.
            state.owner, state.status = nobody, Status.DETACHED
        edge = self._make_edge(element_id, type, properties)
        edge._state.source, edge._state.target = source, target
        if identity is not None:
            identity.put_edge(type, element_id, edge)
        return edge

    def _make_edge(self, element_id: Any, type: str, properties: dict[str, Any]) -> Any:
        declared = self._edges.get(type)
        codec = self._mapper.edge(declared) if declared else self._mapper.edge_for(type, self._registry)
        if codec is not None:
            return self._hydrate(codec, element_id, properties)
        edge: Any = object.__new__(Edge)
        edge.type, edge.properties = type, properties
        edge._state = EdgeState(self._owner if self._identity is not None else nobody, None, Status.PERSISTENT)
        edge._state.element_id = element_id
        return edge

    def path(self, nodes: list[Any], edges: list[Any], /) -> GraphPath:
        """Return a path of entities."""
        return GraphPath(nodes, edges)


def refill(entity: Any, fresh: Any, *, overwrite: bool = False) -> None:
    """Give *entity* the values of *fresh*; what was assigned while it was expired stays, unless *overwrite*."""
    values, state = entity.__dict__, entity._state
    for name, value in fresh.__dict__.items():
        if name != "_state" and (overwrite or not state.expired or name not in values):
            values[name] = value
    state.snapshot = fresh._state.snapshot
    state.expired = False
