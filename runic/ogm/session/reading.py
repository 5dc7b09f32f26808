"""Reading: by key, by statement, relations on demand, and whole sets of relations by plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from runic.cypher.compiler import Statement
from runic.exceptions import (
    DetachedEntityError,
    FieldValidationError,
    InvalidArgumentError,
    InvalidTypeError,
    StaleEntityError,
)
from runic.ogm.core._state import EdgeState, Status, members_of
from runic.ogm.core.metadata import EdgeMeta, MetaData
from runic.ogm.core.models import Edge
from runic.ogm.driver import GraphResult
from runic.ogm.mapper.codec import NodeCodec
from runic.ogm.mapper.relations import RelationInfo
from runic.ogm.mapper.relationship_loader import FetchPlan, RelationshipLoader
from runic.ogm.query.lowering import Mode, lower
from runic.ogm.session.caches import invalidate, put_in, remember
from runic.ogm.session.factory import EntityFactory, refill
from runic.ogm.session.flow import Flow, Request
from runic.ogm.session.links import holds_changes
from runic.ogm.session.unit_of_work import UnitOfWork

__all__ = ["Reader"]


class Reader:
    """The reading flows of one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.unit = unit
        self.loader = RelationshipLoader(unit.mapper)

    # -- by key -------------------------------------------------------------------------------------------------

    def get(self, cls: Any, pk: Any, fetch: Iterable[Any] | None) -> Flow[Any]:
        """Return the object of *cls* with the key *pk*, from the session or the graph; None when there is none."""
        codec = self.unit.mapper.node(cls)
        plan = self.loader.plan(cls, fetch)
        if pk is None:
            raise InvalidArgumentError(f"{cls.__name__} has no object with the key None; pass its {codec.key.name}")
        key = self._lookup_key(codec, pk)
        if key is None:
            return None
        entity: Any = self.unit.find(codec.root, key)
        if entity is None and not codec.key.generated:
            entity = self.unit.find_renamed(codec.root, key)
        if entity is None or entity._state.expired:
            base = self.unit.statements.get(codec)
            factory = self.unit.factory(codec.meta.registry)
            result = yield Request(base.given({"key": key}), factory)
            entity = result.rows[0][0] if result.rows else None
        if entity is None or not isinstance(entity, cls) or entity._state.status == Status.DELETED:
            return None
        if plan:
            yield from self.fetch([entity], plan)
        return entity

    def _lookup_key(self, codec: NodeCodec, pk: Any) -> Any:
        """Return the stored form of a key, or None for a text that no key of this database can be."""
        key = codec.key
        if not isinstance(pk, str) or not (key.generated or (key.converter is None and key.base is str)):
            return codec.stored_key(pk)
        try:
            return codec.stored_key(pk)
        except FieldValidationError:
            return None

    # -- by statement -------------------------------------------------------------------------------------------

    def load(self, question: Any, mode: Mode) -> Flow[list[Any]]:
        """Run a statement and return what *mode* makes of its rows, with the relations it fetches."""
        lowered = lower(question, self.unit.mapper, mode)
        statement = self.unit.compiler.compile(lowered.query)
        result = yield Request(statement, self._factory(lowered.registry, lowered.edges))
        rows = lowered.load(result)
        if mode is Mode.ENTITIES and question.result_class is not None:
            plan = self.loader.plan(question.result_class, question.fetch)
            if plan:
                yield from self.fetch(rows, plan)
        return rows

    def raw(self, statement: Statement, models: Any) -> Flow[GraphResult]:
        """Run raw Cypher; with *models*, a class, nodes and edges become objects of its registry's classes."""
        if models is None:
            return (yield Request(statement))
        meta = getattr(models, "__runic_meta__", None)
        if meta is None or not isinstance(models, type):
            raise InvalidTypeError(f"models is a Node or Edge class, whose registry the rows belong to; got {models!r}")
        edges: dict[str, type] = {meta.type: models} if isinstance(meta, EdgeMeta) else {}
        return (yield Request(statement, self._factory(meta.registry, edges)))

    def _factory(self, registry: MetaData, edges: Mapping[str, type]) -> EntityFactory:
        unit = self.unit
        if not edges:
            return unit.factory(registry)
        return EntityFactory(unit.mapper, registry, unit.identity, unit.owner, edges)

    def page(self, question: Any) -> Flow[list[Any]]:
        """Run a statement and return objects that no session knows."""
        request, load = self.loose(question)
        result = yield request
        return load(result)

    def loose(self, question: Any) -> tuple[Request, Callable[[GraphResult], list[Any]]]:
        """Return the request of a statement, and what makes objects that no session knows of its answer."""
        lowered = lower(question, self.unit.mapper, Mode.ENTITIES)
        statement = self.unit.compiler.compile(lowered.query)
        factory = EntityFactory(self.unit.mapper, lowered.registry, None, _nobody, lowered.edges)
        return Request(statement, factory), lowered.load

    # -- relations ----------------------------------------------------------------------------------------------

    def fetch(self, entities: Iterable[Any], plan: FetchPlan) -> Flow[None]:
        """Load the relations of *plan* where they are missing, one statement per relation and depth."""
        present = [entity for entity in entities if entity is not None]
        for name, deeper in plan.items():
            for info, owners in self.loader.groups(present, name):
                missing = [owner for owner in owners if name not in owner.__dict__]
                if missing:
                    yield from self._load_members(info, missing)
                if deeper:
                    yield from self.fetch(_members_of(owners, name), deeper)

    def load_relation(self, entity: Any, name: str) -> Flow[Any]:
        """Load one relation of one persistent object and return its value; what was assigned to it stays."""
        self._require_stored(entity)
        if holds_changes(entity, name):
            return entity.__dict__[name]
        info = self.unit.mapper.relation(type(entity), name)
        yield from self._load_members(info, [entity])
        return entity.__dict__[info.name]

    def _load_members(self, info: RelationInfo, owners: list[Any]) -> Flow[None]:
        unit = self.unit
        codec: NodeCodec = unit.mapper.node(info.owner.__runic_meta__.root)
        stored = [owner for owner in owners if owner._state is not None and owner._state.element_id is not None]
        found: dict[Any, list[Any]] = {}
        if stored:
            rows = [[o._state.element_id, o._state.codec.snapshot_key(o._state)] for o in stored]
            base = unit.statements.members(codec, info)
            result = yield Request(base.given({"rows": rows}), unit.factory(info.owner.__runic_meta__.registry))
            found = {row[0]: row[1] for row in result.rows}
        for owner in owners:
            held: Sequence[Any] = found.get(owner._state.element_id, ())
            once: dict[Any, None] = dict.fromkeys(held)
            members: list[Any] = [m for m in once if isinstance(m, info.target)]
            going = [m for m in members if m._state.status == Status.DELETED]
            members = [m for m in members if m._state.status != Status.DELETED]
            if not info.many:
                members = members[:1]
            owner.__dict__[info.name] = members if info.many else (members[0] if members else None)
            remember(owner, info.name, tuple(members))
            for member in going:
                unit.hidden.setdefault(id(member), []).append(partial(put_in, owner, info.name, member))

    # -- again --------------------------------------------------------------------------------------------------

    def refresh(self, entity: Any) -> Flow[None]:
        """Read a stored object again, dropping what was changed here."""
        state = self._require_stored(entity)
        codec = state.codec
        found = yield Request(self._reload_statement(entity), self._loose_factory(entity))
        if not found.rows:
            raise StaleEntityError(f"{entity!r} is gone from the graph (deleted or re-keyed elsewhere); expunge it")
        refill(entity, found.rows[0][0], overwrite=True)
        if isinstance(codec, NodeCodec):
            for name in codec.relation_names:
                invalidate(entity, name)
            plan = self.loader.plan(type(entity), None)
            if plan:
                yield from self.fetch([entity], plan)

    def reload(self, entity: Any) -> Flow[None]:
        """Read an expired object again, keeping what was assigned to it meanwhile."""
        state = self._require_stored(entity)
        found = yield Request(self._reload_statement(entity), self._loose_factory(entity))
        if not found.rows:
            raise StaleEntityError(f"{entity!r} is gone from the graph (deleted or re-keyed elsewhere); expunge it")
        state.expired = True
        refill(entity, found.rows[0][0])

    def _loose_factory(self, entity: Any) -> EntityFactory:
        registry = entity.__class__.__runic_meta__.registry
        edges: dict[str, type] = {}
        if isinstance(entity, Edge):
            edges[self.unit.edge_type(entity)] = entity.__class__
        return EntityFactory(self.unit.mapper, registry, None, self.unit.owner, edges)

    def _reload_statement(self, entity: Any) -> Statement:
        state = entity._state
        statements = self.unit.statements
        if isinstance(state, EdgeState):
            base = statements.reload_edge(self.unit.edge_type(entity))
            params = {"start": state.source, "end": state.target, "id": state.element_id}
            return base.given(params)
        codec: NodeCodec = state.codec
        base = statements.reload(codec)
        params = {"id": state.element_id, "key": codec.snapshot_key(state)}
        if codec.key.generated:
            del params["key"]
        return base.given(params)

    def _require_stored(self, entity: Any) -> Any:
        if not hasattr(entity.__class__, "__runic_meta__"):
            raise InvalidTypeError(f"expected an object of a Node or Edge class, got {entity!r}")
        if not self.unit.owns(entity) or entity._state.element_id is None:
            raise DetachedEntityError(
                f"{entity!r} is not a stored object of this session; load it with get(), or add() and flush() it first"
            )
        return entity._state


def _nobody() -> None:
    return None


def _members_of(owners: Iterable[Any], name: str) -> list[Any]:
    members: dict[int, Any] = {}
    for owner in owners:
        for member in members_of(owner.__dict__.get(name)):
            members[id(member)] = member
    return list(members.values())
