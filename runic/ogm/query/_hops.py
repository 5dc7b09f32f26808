"""Checks of what a chain is given: relations, names, bounds, columns."""

from __future__ import annotations

from typing import Any

from runic.exceptions import InvalidArgumentError, InvalidTypeError, MetadataError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.expressions import OrderExpr
from runic.ogm.core.metadata import NodeMeta, relation_edge, relation_target
from runic.ogm.mapper.mapper import node_meta_of
from runic.ogm.mapper.relationship_loader import fetch_path
from runic.ogm.query._aliases import Alias, alias_name, class_and_name
from runic.ogm.query._question import Hop, OrderBy, Question

__all__ = [
    "fetch_path",
    "free_name",
    "make_hop",
    "order_term",
    "require_column",
    "require_free",
    "require_related",
    "selectable",
    "whole_number",
]


def make_hop(
    question: Question,
    relation: Any,
    source: str,
    target: str,
    edge_alias: Any,
    optional: bool,
    min_hops: int,
    max_hops: int | None,
) -> Hop:
    """Return one hop of *question* after checking it.

    Raises :class:`InvalidTypeError` for what is no relation of the source's class, :class:`InvalidArgumentError`
    for bounds that make no sense and for names that are taken.
    """
    if not isinstance(relation, FieldDescriptor) or not relation.is_relation:
        raise InvalidTypeError(f"traverse() follows a relation such as User.articles, got {relation!r}")
    cls = question.class_of(source)
    if cls is not None and not (issubclass(cls, relation.owner) or issubclass(relation.owner, cls)):
        raise InvalidTypeError(
            f"{relation!r} is no relation of {cls.__name__}, the class of {source!r}; "
            f"start at another variable with an alias object: x = alias({relation.owner.__name__}, …)"
        )
    low, high = whole_number(min_hops, "min_hops"), None if max_hops is None else whole_number(max_hops, "max_hops")
    if high is not None and low > high:
        raise InvalidArgumentError(f"min_hops={low} is more than max_hops={high}")
    edge = relation_edge(relation)
    name = None
    if edge_alias is not None:
        name, edge = _edge_variable(question, relation, edge_alias, edge, target)
        if (low, high) != (1, 1):
            raise InvalidArgumentError(f"the edge alias {name!r} names one edge; a path of {low} or more hops has many")
    return Hop(source, relation, relation_target(relation), target, edge, name, bool(optional), low, high)


def _edge_variable(question: Question, relation: Any, edge_alias: Any, edge: Any, target: str) -> tuple[str, Any]:
    name = alias_name(edge_alias)
    require_free(question, name)
    if name == target:
        raise InvalidArgumentError(f"the alias {name!r} names both the edge and the node; give one another name")
    if isinstance(edge_alias, Alias):
        given, _ = class_and_name(edge_alias)
        kind = getattr(given.__runic_meta__, "type", None)
        if kind != relation.relationship:
            raise InvalidTypeError(f"{edge_alias!r} is no edge of {relation!r}, whose type is {relation.relationship}")
        edge = given
    return name, edge


def selectable(cls: Any) -> Any:
    meta: NodeMeta = node_meta_of(cls)
    if meta.abstract:
        raise MetadataError(f"{cls.__name__} is abstract: it has no labels and so no nodes to select; give it labels=")
    return cls


def free_name(question: Question) -> str:
    names = question.names
    return next(name for number in range(1, len(names) + 2) if (name := f"_{number}") not in names)


def require_free(question: Question, name: str) -> None:
    if name in question.names:
        raise InvalidArgumentError(f"the alias {name!r} is taken; the statement has {', '.join(question.names)}")


def require_related(name: Any, cls: Any, known: Any) -> None:
    if not (isinstance(known, type) and (issubclass(cls, known) or issubclass(known, cls))):
        raise InvalidTypeError(f"{name!r} cannot name a node of {getattr(known, '__name__', known)}")


def require_column(field: Any, where: str) -> None:
    if isinstance(field, FieldDescriptor) and field.is_relation:
        raise InvalidTypeError(f"{where} takes no relation, and {field!r} is one; traverse it first")
    if not isinstance(field, FieldDescriptor | str | Alias):
        raise InvalidTypeError(f"{where} takes fields, aliases or 'alias.property', got {field!r}")


def order_term(field: Any, desc: bool) -> OrderBy:
    if isinstance(field, OrderExpr):
        place = f"{field.alias}.{field.prop}" if field.alias and field.prop else field.alias or field.prop
        return OrderBy(field.raw or place or "", bool(desc or field.desc))
    if isinstance(field, FieldDescriptor) and field.is_relation:
        raise InvalidTypeError(f"{field!r} is a relation and has no order; order by a field")
    if not isinstance(field, FieldDescriptor | str | Alias):
        raise InvalidTypeError(f"order_by() takes a field or text, got {field!r}")
    return OrderBy(field, bool(desc))


def whole_number(number: Any, what: str) -> int:
    """Return *number* if it is an integer of 0 or more; raise :class:`InvalidArgumentError` otherwise."""
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**63:
        raise InvalidArgumentError(f"{what} takes an integer of 0 or more, below 2**63, got {number!r}")
    return int(number)
