"""From a class body to fields: what is a field, what its options may be, and the facts they add up to."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from runic.cypher.arguments import is_a
from runic.cypher.names import escape_identifier
from runic.exceptions import InvalidArgumentError, MetadataError
from runic.ogm.core import _annotations
from runic.ogm.core._field import MISSING, FieldDescriptor
from runic.ogm.core.descriptors import Property
from runic.ogm.core.metadata import EdgeMeta, NodeMeta

__all__ = [
    "bind_fields",
    "check_name",
    "known_attributes",
    "merge_fields",
    "node_meta",
    "refuse_relations",
    "shadowed",
    "take_fields",
]

_ROLE_WITHOUT_VALUE = re.compile(r"^(\w+\.)*(Many|One)\[")


def check_name(name: Any, what: str) -> None:
    """Raise :class:`MetadataError` unless *name* can be quoted as a label, type or property."""
    if not isinstance(name, str):
        raise MetadataError(f"{what} is a text, got {name!r}")
    try:
        escape_identifier(name)
    except InvalidArgumentError as error:
        raise MetadataError(f"{what}: {error}") from error


def take_fields(owner: str, namespace: dict[str, Any]) -> dict[str, FieldDescriptor]:
    """Remove the fields of a class body from *namespace* and return them."""
    fields: dict[str, FieldDescriptor] = {}
    for name, annotation in _annotations.own_annotations(namespace).items():
        if name.startswith("_") or _annotations.is_class_variable(annotation):
            continue
        value = namespace.get(name, MISSING)
        if not isinstance(value, FieldDescriptor) and hasattr(value.__class__, "__get__"):
            continue
        namespace.pop(name, None)
        fields[name] = _as_field(owner, name, annotation, value)
    for name, value in list(namespace.items()):
        if isinstance(value, FieldDescriptor):
            if value.is_relation:
                raise MetadataError(f"{owner}.{name} is a relation without annotation; write {name}: list['Target']")
            fields[name] = _as_field(owner, name, Any, namespace.pop(name))
    for name, field in fields.items():
        _check_name(owner, name)
        _check_options(f"{owner}.{name}", field)
    return fields


def _as_field(owner: str, name: str, annotation: Any, value: Any) -> FieldDescriptor:
    if isinstance(value, FieldDescriptor):
        field = value if not value.name else value.bound(None)
    elif value is MISSING:
        if _ROLE_WITHOUT_VALUE.match(str(annotation).replace("runic.ogm.core.properties.", "")):
            raise MetadataError(f"{owner}.{name} is a relation without a type; write = many('TYPE') or = one('TYPE')")
        field = Property[Any]()
    else:
        field = Property[Any](default=value)
    default: Any = field.default
    if isinstance(default, (list, dict, set, bytearray)):
        field.default_factory = partial(copy.deepcopy, value if not isinstance(value, FieldDescriptor) else default)
        field.default = MISSING
    field.name = name
    field.annotation = annotation
    return field


def _check_name(owner: str, name: str) -> None:
    if name.startswith("_"):
        raise MetadataError(f"{owner}.{name}: names with a leading underscore are not stored; rename the field")
    if hasattr(type, name):
        raise MetadataError(f"{owner}.{name}: every class has an attribute {name!r}; rename it, with property={name!r}")


def _check_options(where: str, field: FieldDescriptor) -> None:
    for broken, reason in (_relation_faults if field.is_relation else _property_faults)(field):
        if broken:
            raise MetadataError(f"{where}: {reason}")
    if field.is_relation:
        check_name(field.relationship, f"the relationship type of {where}")
    elif field.property is not None:
        check_name(field.property, f"the property name of {where}")


def _property_faults(field: FieldDescriptor) -> list[tuple[bool, str]]:
    vector = field.index_type == "VECTOR"
    converter: Any = field.converter
    size: Any = field.dimension
    return [
        (not field.kw_only, "constructors are keyword-only, so kw_only=False is refused; leave it out"),
        (field.index_type not in (None, "FULLTEXT", "VECTOR"), "index_type is 'FULLTEXT', 'VECTOR' or None"),
        (field.default is not MISSING and field.default_factory is not None, "give default or default_factory"),
        (field.required and field.has_default, "required=True and a default contradict each other"),
        (field.generated and field.has_default, "a generated key is assigned by the database and takes no default"),
        (
            field.generated and bool(converter or field.interned or field.index or field.unique or field.index_type),
            "a generated key is the database's own id; it takes no converter, index, unique or interned",
        ),
        (not field.init and not field.has_default and not field.generated, "init=False needs a default"),
        (size is not None and not vector, "dimension belongs to index_type='VECTOR'"),
        (size is not None and (not isinstance(size, int) or size < 1), "dimension is a positive integer"),
        (field.similarity is not None and not vector, "similarity belongs to index_type='VECTOR'"),
        (field.similarity not in (None, "cosine", "euclidean"), "similarity is 'cosine' or 'euclidean'"),
        (field.default_factory is not None and not callable(field.default_factory), "default_factory is a callable"),
        (
            converter is not None and not (hasattr(converter, "to_graph") and hasattr(converter, "from_graph")),
            "converter is an instance of a TypeConverter with to_graph() and from_graph()",
        ),
        (isinstance(converter, type), "converter is an instance, not a class; write converter=MyConverter()"),
    ]


def _relation_faults(field: FieldDescriptor) -> list[tuple[bool, str]]:
    return [
        (not isinstance(field.relationship, str), "relationship is the name of a relationship type"),
        (field.direction not in ("OUTGOING", "INCOMING", "BOTH"), "direction is 'OUTGOING', 'INCOMING' or 'BOTH'"),
        (
            field.default is not None and field.default is not MISSING,
            "a relation has no default but None; give default_factory",
        ),
        (field.default_factory is not None and not callable(field.default_factory), "default_factory is a callable"),
    ]


def merge_fields(
    owner: str, bases: tuple[type, ...], namespace: dict[str, Any], own: dict[str, FieldDescriptor]
) -> dict[str, FieldDescriptor]:
    """Return all fields of a class: those of its bases, then its own; a name that the body redefines is dropped."""
    fields: dict[str, FieldDescriptor] = {}
    for base in reversed(bases):
        for ancestor in reversed(base.__mro__):
            known = ancestor.__dict__.get("__runic_own__")
            fields.update(_mixin_fields(ancestor) if known is None else known)
    for name, value in list(namespace.items()):
        if name in fields and name not in own:
            if hasattr(value.__class__, "__get__"):
                del fields[name]
            else:
                own[name] = _as_field(owner, name, fields[name].annotation, _with_default(fields[name], value))
                del namespace[name]
    for base in bases:
        for ancestor in base.__mro__:
            if "__runic_own__" not in ancestor.__dict__:
                continue
            for name in own:
                taken = ancestor.__dict__.get(name, MISSING)
                if taken is not MISSING and not isinstance(taken, FieldDescriptor):
                    raise MetadataError(
                        f"{owner}.{name} is a field, but {ancestor.__name__}.{name} is defined as "
                        f"{type(taken).__name__}; rename one of them or redefine {name} as a property"
                    )
    fields.update(own)
    return fields


def _with_default(field: FieldDescriptor, value: Any) -> FieldDescriptor:
    changed = field.bound(None)
    changed.default, changed.default_factory, changed.required = value, None, False
    return changed


def _mixin_fields(mixin: type) -> dict[str, FieldDescriptor]:
    """Return the fields that a class outside the model hierarchy declares by annotation or ``Field()``."""
    if mixin is object or mixin.__module__ in ("typing", "abc"):
        return {}
    values = {name: value for name, value in vars(mixin).items() if not name.startswith("_")}
    return take_fields(mixin.__name__, {"__annotations__": _annotations.own_annotations(vars(mixin)), **values})


def shadowed(bases: tuple[type, ...], fields: dict[str, FieldDescriptor]) -> dict[str, FieldDescriptor]:
    """Return the fields whose name an ancestor outside the model hierarchy binds: they stay in the class body."""
    outside = {
        name
        for base in bases
        for ancestor in base.__mro__
        if ancestor is not object and "__runic_own__" not in ancestor.__dict__
        for name in vars(ancestor)
    }
    return {name: field for name, field in fields.items() if name in outside}


def bind_fields(cls: Any) -> dict[str, FieldDescriptor]:
    """Give *cls* its own copies of its fields."""
    fields = {name: field.bound(cls) for name, field in cls.__runic_fields__.items()}
    for name, field in fields.items():
        field._type = None
        if isinstance(cls.__dict__.get(name), FieldDescriptor):
            setattr(cls, name, field)
    stored: dict[str, str] = {}
    for name, field in fields.items():
        if not field.is_relation:
            other = stored.setdefault(field.property or name, name)
            if other != name:
                raise MetadataError(f"{cls.__name__}.{name} and .{other} are both stored as {field.property or name!r}")
    return fields


def node_meta(cls: Any, labels: Sequence[str] | None, primary_label: str | None, abstract: bool) -> NodeMeta:
    """Work out labels, key and root of a node class.

    Raises :class:`MetadataError` when they contradict the parents' or are missing.
    """
    parents = [base.__runic_meta__ for base in cls.__mro__[1:] if isinstance(_own_meta(base), NodeMeta)]
    labelled = [parent for parent in parents if not parent.abstract]
    fields = bind_fields(cls)
    if labels is None:
        if labelled and not abstract:
            written = [*labelled[0].labels, cls.__name__]
            raise MetadataError(f"{cls.__name__} needs labels of its own: write labels={written}, or abstract=True")
        inherited = list(labelled[0].labels) if labelled else []
        meta = NodeMeta(cls, inherited, labelled[0].primary_label if labelled else "", fields, _key_name(cls, fields))
        meta.abstract = True
        meta.root = labelled[0].root if labelled else cls
        return meta
    if _not_texts(labels):
        raise MetadataError(f"{cls.__name__}: labels is a list of texts, as in labels=[{cls.__name__!r}]")
    roots = {parent.root for parent in labelled}
    if len(roots) > 1:
        names = " and ".join(sorted(root.__name__ for root in roots))
        raise MetadataError(f"{cls.__name__} inherits from two hierarchies, {names}; a node has one key and one root")
    every = list(dict.fromkeys([*(label for parent in reversed(labelled) for label in parent.labels), *labels]))
    for label in every:
        check_name(label, f"a label of {cls.__name__}")
    primary = primary_label or (labelled[-1].primary_label if labelled else every[0])
    if primary not in every:
        raise MetadataError(f"{cls.__name__}: primary_label {primary!r} is none of its labels {every}")
    meta = NodeMeta(cls, every, primary, fields, _key_name(cls, fields))
    meta.root = roots.pop() if roots else cls
    if meta.pk_field_name is None:
        raise MetadataError(f"{cls.__name__} has no primary key; add id: str, or mark a field with primary_key=True")
    return meta


def _not_texts(labels: Any) -> bool:
    listed = is_a(labels, Sequence) and not isinstance(labels, str)
    return not (listed and labels and all(isinstance(label, str) for label in labels))


def _own_meta(cls: Any) -> Any:
    return cls.__dict__.get("__runic_meta__")


def _key_name(cls: Any, fields: dict[str, FieldDescriptor]) -> str | None:
    marked = [n for n, field in fields.items() if not field.is_relation and (field.primary_key or field.generated)]
    if len(marked) > 1:
        raise MetadataError(f"{cls.__name__} marks {' and '.join(marked)} as primary key; a node has one")
    if not marked and "id" in fields and not fields["id"].is_relation:
        marked = ["id"]
    if not marked:
        return None
    fields[marked[0]].primary_key = True
    return marked[0]


def refuse_relations(meta: EdgeMeta) -> None:
    """Raise :class:`MetadataError` for what an edge class cannot have: relations and keys."""
    for name, field in meta.fields.items():
        if field.is_relation:
            raise MetadataError(f"{meta.cls.__name__}.{name}: an edge has no relations; declare it on a node")
        if field.generated or field.primary_key:
            raise MetadataError(f"{meta.cls.__name__}.{name}: an edge has no key; its ends and type identify it")


def known_attributes(cls: type) -> frozenset[str]:
    """Return every public name that an instance of *cls* may hold."""
    names: set[str] = set()
    for ancestor in cls.__mro__:
        names.update(vars(ancestor))
        names.update(_annotations.own_annotations(vars(ancestor)))
    return frozenset(names)
