"""The unit of work: which objects a session knows, and where each stands.

It never touches a connection. What needs the database is a flow in :mod:`reading`, :mod:`writing` or
:mod:`relating`, over this state; :mod:`ending` is what the end of a transaction does to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from runic.cypher.compiler import compiler_for
from runic.cypher.dialect import Feature
from runic.exceptions import (
    DetachedEntityError,
    DuplicateKeyError,
    FieldValidationError,
    InvalidTypeError,
    MetadataError,
    OrmError,
)
from runic.ogm.core._state import EntityState, Owner, Status, members_of, nobody, state_of
from runic.ogm.core.metadata import MetaData
from runic.ogm.core.models import Edge, Node
from runic.ogm.mapper.codec import NodeCodec
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.session.factory import EntityFactory
from runic.ogm.session.identity import IdentityMap, node_key
from runic.ogm.session.statements import Statements
from runic.ogm.session.written import Written

__all__ = ["UnitOfWork"]


class UnitOfWork:
    """The objects of one session.

    ``new`` and ``deleted`` hold what the next flush creates and deletes, by ``id()`` in the order of the calls;
    ``written`` is what flushes did since the last commit; ``hidden`` puts objects back where a relation was read
    without them, as they waited to be deleted; ``ends`` counts ended transactions.
    """

    def __init__(self, mapper: Mapper, owner: Callable[[], Owner | None]) -> None:
        self.mapper = mapper
        self.owner = owner
        self.identity = IdentityMap()
        self.statements = Statements(mapper)
        self.compiler = compiler_for(mapper.dialect)
        self.new: dict[int, Any] = {}
        self.deleted: dict[int, Any] = {}
        self.written = Written(wanted=self.transactional)
        self.ends = 0
        self.hidden: dict[int, list[Callable[[], None]]] = {}
        self._pending_keys: dict[tuple[type, Any], Any] = {}
        self._factories: dict[MetaData, EntityFactory] = {}

    @property
    def transactional(self) -> bool:
        """Tell whether the database undoes at a rollback what was flushed."""
        return Feature.TRANSACTIONS in self.mapper.dialect.features

    def factory(self, registry: MetaData) -> EntityFactory:
        """Return the row factory that makes entities of *registry* known to this unit."""
        known = self._factories.get(registry)
        if known is None or known.version != registry.version:
            known = self._factories[registry] = EntityFactory(self.mapper, registry, self.identity, self.owner)
        return known

    # -- membership ---------------------------------------------------------------------------------------------

    def owns(self, entity: Any) -> bool:
        """Tell whether *entity* is in this session, pending or persistent."""
        state: EntityState | None = getattr(entity, "_state", None)
        return state is not None and state.owner is self.owner

    def add(self, entity: Any) -> None:
        """Stage a new or detached node, and what its cascading relations lead to: all of it, or after an error none."""
        self.require_node(entity)
        state: EntityState | None = entity._state
        status = Status.PENDING if state is None else state.status
        self._add_one(entity, state)
        if entity._state.codec.holds_relations(entity.__dict__):
            self._add_cascaded(entity, state, status)

    def _add_cascaded(self, entity: Any, state: EntityState | None, status: int) -> None:
        """Stage what *entity*, just added, leads to; *state* and *status* are those it had before."""
        before: dict[int, tuple[Any, EntityState | None, int]] = {id(entity): (entity, state, status)}
        try:
            waiting = list(self.cascaded(entity))[::-1]
            while waiting:
                current = waiting.pop()
                if id(current) in before:
                    continue
                self.require_node(current)
                known: EntityState | None = current._state
                before[id(current)] = (current, known, Status.PENDING if known is None else known.status)
                self._add_one(current, known)
                if current._state.codec.holds_relations(current.__dict__):
                    waiting.extend(reversed(list(self.cascaded(current))))
        except OrmError:
            for current, known, old in before.values():
                self._take_back(current, known, old)
            raise

    def _take_back(self, entity: Any, state: EntityState | None, status: int) -> None:
        """Undo one step of an addition that failed later."""
        now: EntityState | None = entity._state
        if now is not state:
            if now is not None and now.status == Status.PERSISTENT:
                self.drop(entity, now)
            self.new.pop(id(entity), None)
            entity._state = state
        elif state is not None and state.status != status:
            state.status = status
            self.deleted[id(entity)] = entity

    def _add_one(self, entity: Any, state: EntityState | None) -> None:
        codec = self.mapper.node(type(entity))
        if state is not None and state.owner is self.owner:
            if state.status == Status.DELETED:
                self._refuse_pending(codec, entity, codec.snapshot_key(state))
                self.undelete(entity, state)
            return
        if state is not None and state.owner() is not None:
            raise DetachedEntityError(
                f"{codec.describe(entity)} belongs to another open session; expunge it there first, or merge() it here"
            )
        codec.check_attributes(entity)
        if state is not None and state.element_id is not None and self._attach(entity, codec, state):
            return
        entity._state = EntityState(self.owner, codec, Status.PENDING)
        try:
            self._claim(codec, entity)
        except DuplicateKeyError:
            entity._state = state
            raise
        self.new[id(entity)] = entity

    def _attach(self, entity: Any, codec: NodeCodec, state: EntityState) -> bool:
        """Make a detached entity persistent again; False when it comes from another database."""
        snapshot = codec.adopt_snapshot(state)
        if snapshot is None:
            return False
        state.snapshot = snapshot
        key = node_key(codec.snapshot_key(state), state.element_id)
        table = self.identity.hierarchy(codec.root)
        other = table.get(key)
        if other is not None and other is not entity:
            raise DuplicateKeyError(
                f"{codec.describe(entity)} is in this session already, as another object; use that one, or merge()"
            )
        self._refuse_pending(codec, entity, key)
        fresh = EntityState(self.owner, codec, Status.PERSISTENT)
        fresh.element_id, fresh.snapshot, fresh.expired = state.element_id, snapshot, state.expired
        fresh.loaded = state.loaded
        entity._state = fresh
        table[key] = entity
        return True

    def _refuse_pending(self, codec: NodeCodec, entity: Any, key: Any) -> None:
        """Refuse to take a stored object in while a new one waits with its key."""
        known = self.find(codec.root, key)
        if known is not None and known is not entity:
            raise DuplicateKeyError(
                f"{codec.describe(entity)}: this session has a new {type(known).__name__} with that key; expunge one"
            )

    def _claim(self, codec: NodeCodec, entity: Any) -> None:
        """Refuse a second object with the key of another one in this session."""
        key = self.present_key(codec, entity)
        if key is None:
            return
        known = self.find(codec.root, key)
        if known is not None and (known is entity or known._state.status == Status.DELETED):
            known = None
        # One that was given another key here leaves this one free before the new object comes.
        if known is not None and self.present_key(known._state.codec, known) == key:
            raise DuplicateKeyError(
                f"{codec.describe(entity)}: this session has another {type(known).__name__} with that key; "
                "change that one, give this one another key, or merge() it"
            )
        self._pending_keys[codec.root, key] = entity

    def present_key(self, codec: NodeCodec, entity: Any) -> Any:
        """Return the stored form of the key an object holds now, or None when nothing like it can be stored."""
        value = entity.__dict__.get(codec.key.name)
        if value is None or codec.key.generated:
            return None
        if type(value) is codec.key.plain:
            return value
        try:
            key = codec.key.encode(value)
            hash(key)
        except (FieldValidationError, TypeError):
            return None
        return key

    def find(self, root: type, key: Any) -> Any:
        """Return the object of this session with that stored key, pending ones first; None when there is none."""
        pending = self.new.get(id(self._pending_keys.get((root, key))))
        if pending is not None and self.present_key(pending._state.codec, pending) == key:
            return pending
        return self.identity.get_node(root, key)

    def find_renamed(self, root: type, key: Any) -> Any:
        """Return a pending object that was given this stored key after it was added, or None; looks at each."""
        for entity in self.new.values():
            codec = entity._state.codec
            if codec.root is root and self.present_key(codec, entity) == key:
                return entity
        return None

    def cascaded(self, entity: Any) -> Iterable[Any]:
        """Yield the objects in the cascading relations that *entity* holds, looking at its dict only."""
        values = entity.__dict__
        for info in self.mapper.relations(type(entity)):
            if not info.cascade:
                continue
            for member in members_of(values.get(info.name)):
                if isinstance(member, Node) and not self.owns(member):
                    yield member

    def delete(self, entity: Any) -> None:
        """Stage a persistent node or edge for deletion; a pending one is simply forgotten."""
        if not isinstance(entity, Edge):
            self.require_node(entity)
        if not self.owns(entity):
            raise DetachedEntityError(
                f"{entity!r} is not in this session; load it here with get(), or add() it if it was loaded before"
            )
        state = state_of(entity)
        if state.status == Status.PENDING:
            self.forget_new(entity)
        elif state.status == Status.PERSISTENT:
            state.status = Status.DELETED
            self.deleted[id(entity)] = entity
            self.hidden.pop(id(entity), None)

    def undelete(self, entity: Any, state: EntityState) -> None:
        """Take back that a persistent object waits to be deleted."""
        state.status = Status.PERSISTENT
        self.deleted.pop(id(entity), None)
        for show in self.hidden.pop(id(entity), ()):
            show()

    def forget_new(self, entity: Any) -> None:
        """Make a pending object transient again."""
        self.new.pop(id(entity), None)
        entity.__dict__.pop("_state", None)

    def require_node(self, entity: Any) -> None:
        """Raise unless *entity* is an object of a node class that has labels."""
        if isinstance(entity, Node):
            if type(entity).__runic_meta__.abstract:
                raise MetadataError(f"{type(entity).__name__} is abstract and has no objects; give it labels=[…]")
        elif isinstance(entity, Edge):
            raise InvalidTypeError(
                f"{type(entity).__name__} is an edge: write it with session.relate(source, relation, target, edge=…)"
            )
        else:
            raise InvalidTypeError(f"expected an object of a Node class, got {entity!r}")

    # -- leaving ------------------------------------------------------------------------------------------------

    def expunge(self, entity: Any) -> None:
        """Take an object out of the session; nothing is sent."""
        if not self.owns(entity):
            raise DetachedEntityError(f"{entity!r} is not in this session")
        state = entity._state
        if state.status == Status.PENDING:
            self.forget_new(entity)
            return
        self.deleted.pop(id(entity), None)
        self.drop(entity, state)
        state.owner, state.status = nobody, Status.DETACHED

    def drop(self, entity: Any, state: EntityState) -> None:
        """Remove a persistent object from the identity map."""
        if isinstance(entity, Edge):
            self.identity.drop_edge(self.edge_type(entity), state.element_id)
            return
        codec: Any = state.codec
        table = self.identity.hierarchy(codec.root)
        key = node_key(codec.snapshot_key(state), state.element_id)
        if table.get(key) is entity:
            del table[key]

    def put(self, entity: Any) -> None:
        """Put a persistent object into the identity map."""
        state = entity._state
        if isinstance(entity, Edge):
            self.identity.put_edge(self.edge_type(entity), state.element_id, entity)
            return
        key = node_key(state.codec.snapshot_key(state), state.element_id)
        self.identity.hierarchy(state.codec.root)[key] = entity

    def edge_type(self, edge: Any) -> str:
        """Return the relationship type of an edge object."""
        codec = edge._state.codec
        name: str = edge.type if codec is None else codec.type
        return name

    def expunge_all(self) -> None:
        """Take every object out of the session."""
        for entity in list(self.new.values()):
            entity.__dict__.pop("_state", None)
        for entity in (*self.identity.nodes(), *self.identity.edges()):
            state = entity._state
            state.owner, state.status = nobody, Status.DETACHED
        self.identity.clear()
        self.new, self.deleted, self._pending_keys, self.hidden = {}, {}, {}, {}
        self.written.clear()

    def expire(self, entity: Any) -> None:
        """Forget the loaded values of a persistent object; the next access loads them again."""
        if not self.owns(entity) or entity._state.status == Status.PENDING:
            raise DetachedEntityError(f"{entity!r} is not a stored object of this session; nothing can be reloaded")
        state = entity._state
        codec = state.codec
        state.loaded = None
        if codec is None:
            return
        state.expired = True
        values = entity.__dict__
        codec.forget(values)
        if isinstance(codec, NodeCodec):
            kept = state.element_id if codec.key.generated else state.snapshot[codec.key_position]
            by_value = codec.key.by_value and not codec.key.generated
            values[codec.key.name] = kept if by_value else codec.key.decode(kept)
