"""A relation as a condition: ``Person.company == acme``, ``Person.company.is_null()``."""

from __future__ import annotations

from typing import Any

from runic.cypher import ast
from runic.exceptions import InvalidTypeError, UnsupportedFeatureError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.expressions import FilterExpr
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.query._scope import Variable

__all__ = ["related"]


def related(mapper: Mapper, variable: Variable, field: FieldDescriptor, condition: FilterExpr) -> ast.Expression:
    """Return the condition that *variable* has the relation *field*, to the node or nodes that the condition names.

    Raises :class:`InvalidTypeError` for a value that is no node of the relation's target.
    """
    relation = mapper.relation(field.owner, field)
    labels = mapper.node(relation.target).labels

    def pattern(properties: tuple[tuple[str, ast.Expression], ...] = ()) -> ast.Expression:
        target = ast.NodePattern("", labels, properties)
        hop = ast.Hop(relation.type, relation.direction, target)
        return ast.PatternPredicate(ast.Path(ast.NodePattern(variable.name), (hop,)))

    def to(entity: Any) -> ast.Expression:
        if not isinstance(entity, relation.target):
            raise InvalidTypeError(f"{field!r} leads to {relation.target.__name__}; {entity!r} is none")
        key = mapper.node(type(entity)).key
        if key.generated:
            raise UnsupportedFeatureError(
                f"{type(entity).__name__} has a generated key, which no pattern in a condition can name; "
                f"traverse {field!r} and compare the key there"
            )
        return pattern(((key.property, key.parameter(entity.__dict__.get(key.name))),))

    op, value = condition.op, condition.value
    if op == "IS NOT NULL" or (op == "<>" and value is None):
        return pattern()
    if op == "IS NULL" or (op == "=" and value is None):
        return ast.Not(pattern())
    if op in ("=", "HAS"):
        return to(value)
    if op == "<>":
        return ast.Not(to(value))
    if op == "IN":
        return ast.Or(tuple([to(entity) for entity in value]))
    raise InvalidTypeError(f"{field!r} is a relation; it is compared with == != in_() is_null() is_not_null()")
