"""``Node`` and ``Edge``: how a class body becomes a model.

Fields are taken out of the class body, so that instances hold plain values at native speed. The metaclass answers
``User.name`` with the field's descriptor; ``__getattr__`` runs only for a value the instance does not hold.
"""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

from runic.cypher.arguments import is_a
from runic.exceptions import InvalidTypeError
from runic.ogm.core import _annotations, _declare
from runic.ogm.core._constructor import make_init, refuse_abstract
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core._state import EntityState, absent_value
from runic.ogm.core.descriptors import Field
from runic.ogm.core.metadata import EdgeMeta, MetaData, ModelMeta
from runic.ogm.core.properties import prop

__all__ = ["Edge", "Model", "ModelType", "Node"]


class _NameSlot:
    """Answers one field name on every model class; a non-data descriptor of the metaclass."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, cls: Any, metaclass: Any = None) -> Any:
        if cls is None:
            return self
        field = cls.__runic_fields__.get(self.name)
        if field is None:
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {self.name!r}")
        return field


class ModelType(ABCMeta):
    """The metaclass of nodes and edges.

    It has no annotations of its own: from Python 3.14 on they would stand before those of every model.
    """

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        own = _declare.take_fields(name, namespace)
        namespace["__runic_own__"] = own
        namespace["__runic_names__"] = _annotations.frame_names(2) if own else {}
        fields = _declare.merge_fields(name, bases, namespace, own)
        for field in fields:
            if field not in ModelType.__dict__:
                type.__setattr__(ModelType, field, _NameSlot(field))
        namespace["__runic_fields__"] = fields
        namespace.update(_declare.shadowed(bases, fields))
        namespace.setdefault("__match_args__", ())
        return super().__new__(mcs, name, bases, namespace, **options)

    def __dir__(cls: Any) -> list[str]:
        return sorted({*super().__dir__(), *cls.__runic_fields__})


class Model(metaclass=ModelType):
    """What nodes and edges share: values, bookkeeping, copying and how they print."""

    __runic_meta__: ClassVar[Any]
    __runic_fields__: ClassVar[dict[str, FieldDescriptor]]
    __runic_own__: ClassVar[dict[str, FieldDescriptor]]
    __runic_names__: ClassVar[Mapping[str, Any]]
    _state: EntityState | None = None

    if not TYPE_CHECKING:

        def __init__(self) -> None:
            refuse_abstract(type(self))

        def __getattr__(self, name: str) -> Any:
            field = type(self).__runic_fields__.get(name)
            if field is None:
                # Raises as Python does, and keeps the message of an AttributeError inside a property.
                return object.__getattribute__(self, name)
            return absent_value(self, field)

    @property
    def _new(self) -> bool:
        state = self._state
        return state is None or state.element_id is None

    @property
    def _dirty(self) -> bool:
        state = self._state
        if state is None or state.snapshot is None or state.codec is None:
            return True
        return bool(state.codec.changes(self, state))

    @_dirty.setter
    def _dirty(self, value: bool) -> None:
        state = self._state
        if not value and state is not None and state.codec is not None:
            state.snapshot = state.codec.snapshot_of(self)

    def __repr__(self) -> str:
        values = self.__dict__
        shown = [
            f"{name}={values[name]!r}"
            for name, field in type(self).__runic_fields__.items()
            if not field.is_relation and name in values
        ]
        return f"<{type(self).__name__} {' '.join(shown)}>" if shown else f"<{type(self).__name__}>"

    def __getstate__(self) -> dict[str, Any]:
        values = dict(self.__dict__)
        state = values.pop("_state", None)
        if state is not None:
            values["_state"] = state.detached()
        return values

    def __setstate__(self, values: dict[str, Any]) -> None:
        vars(self).update(values)


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(Field, prop))
class Node(Model):
    """Base of node classes: ``class User(Node, labels=["User"])``.

    A subclass without labels is abstract: it has fields, and no objects.
    """

    def __init_subclass__(
        cls,
        *,
        labels: Sequence[str] | None = None,
        primary_label: str | None = None,
        abstract: bool = False,
        registry: MetaData | None = None,
        **options: Any,
    ) -> None:
        super().__init_subclass__(**options)
        meta = _declare.node_meta(cls, labels, primary_label, abstract)
        _finish(cls, meta, registry)
        if not meta.abstract:
            meta.registry.register_node(cls)


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(Field, prop))
class Edge(Model):
    """Base of edge classes: ``class Rated(Edge, type="RATED")``; an edge lives between two nodes."""

    def __init_subclass__(
        cls,
        *,
        type: str | None = None,
        abstract: bool = False,
        registry: MetaData | None = None,
        **options: Any,
    ) -> None:
        super().__init_subclass__(**options)
        parents = [meta for meta in map(_meta_of, cls.__mro__[1:]) if isinstance(meta, EdgeMeta)]
        inherited = [meta.type for meta in parents if meta.type]
        name = type if type is not None else (inherited[0] if inherited else "")
        if name:
            _declare.check_name(name, f"the relationship type of {cls.__name__}")
        meta = EdgeMeta(cls, name, _declare.bind_fields(cls))
        meta.abstract = abstract or not name
        _declare.refuse_relations(meta)
        _finish(cls, meta, registry)
        if not meta.abstract:
            meta.registry.register_edge(cls)


def _meta_of(cls: Any) -> Any:
    return cls.__dict__.get("__runic_meta__")


def _finish(cls: Any, meta: ModelMeta, registry: MetaData | None) -> None:
    if registry is not None and not is_a(registry, MetaData):
        raise InvalidTypeError(f"{cls.__name__}: registry is a MetaData object, got {registry!r}")
    inherited = next((_meta_of(base).registry for base in cls.__mro__[1:] if _meta_of(base) is not None), None)
    meta.registry = registry or inherited or meta.registry
    meta.names = cls.__dict__["__runic_names__"]
    meta.attributes = _declare.known_attributes(cls)
    cls.__runic_meta__ = meta
    cls.__runic_fields__ = meta.fields
    if "__init__" not in cls.__dict__:
        cls.__init__ = make_init(cls, meta)


for _base in (Node, Edge):
    _base.__runic_fields__ = {}
