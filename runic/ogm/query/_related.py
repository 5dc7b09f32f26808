"""A relation as a condition: ``Person.company == acme``, ``Person.company.is_null()``."""

from __future__ import annotations

from typing import Any

from runic.cypher import ast
from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.expressions import FilterExpr
from runic.ogm.mapper.codec import NodeCodec
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.mapper.relations import RelationInfo
from runic.ogm.query._scope import Variable

__all__ = ["Related"]


class Related:
    """Lower the relation conditions of one statement.

    A node with a key of its own is a pattern with that key; one whose key is the element id, which no pattern can
    hold, is bound by a clause of its own, in ``anchors``.
    """

    def __init__(self, mapper: Mapper) -> None:
        self._mapper = mapper
        self.anchors: list[ast.Clause] = []
        self.names: list[str] = []

    def lower(self, variable: Variable, field: FieldDescriptor, condition: FilterExpr) -> ast.Expression:
        """Return the condition that *variable* has the relation *field*, to the nodes that *condition* names.

        Raises :class:`InvalidTypeError` for a value that is no node of the relation's target,
        :class:`InvalidArgumentError` for one that is not stored and so has no key yet.
        """
        relation = self._mapper.relation(field.owner, field)
        op, value = condition.op, condition.value
        if op == "IS NOT NULL" or (op == "<>" and value is None):
            return self._pattern(variable, relation, self._anyone(relation))
        if op == "IS NULL" or (op == "=" and value is None):
            return ast.Not(self._pattern(variable, relation, self._anyone(relation)))
        if op in ("=", "HAS"):
            return self._to(variable, relation, value)
        if op == "<>":
            return ast.Not(self._to(variable, relation, value))
        if op == "IN":
            return ast.Or(tuple([self._to(variable, relation, entity) for entity in value]))
        raise InvalidTypeError(
            f"{field!r} is a relation; it is compared with == != in_() has() is_null() is_not_null()"
        )

    def _anyone(self, relation: RelationInfo) -> ast.NodePattern:
        return ast.NodePattern("", self._mapper.node(relation.target).labels)

    def _pattern(self, variable: Variable, relation: RelationInfo, target: ast.NodePattern) -> ast.Expression:
        hop = ast.Hop(relation.type, relation.direction, target)
        return ast.PatternPredicate(ast.Path(ast.NodePattern(variable.name), (hop,)))

    def _to(self, variable: Variable, relation: RelationInfo, entity: Any) -> ast.Expression:
        if not isinstance(entity, relation.target):
            raise InvalidTypeError(f"{relation.field!r} leads to {relation.target.__name__}, and {entity!r} is none")
        codec = self._mapper.node(type(entity))
        key = codec.key
        value = entity.__dict__.get(key.name)
        if value is None:
            raise InvalidArgumentError(f"{entity!r} has no key yet, so nothing can be related to it; flush() it first")
        if key.generated:
            return self._pattern(variable, relation, ast.NodePattern(self._anchor(codec, value)))
        target = ast.NodePattern("", (codec.root_label,), ((key.property, key.parameter(value)),))
        return self._pattern(variable, relation, target)

    def _anchor(self, codec: NodeCodec, value: Any) -> str:
        name = f"_a{len(self.names) + 1}"
        given = ast.ElementIdParameter(codec.stored_key(value))
        found = ast.Compare(ast.ElementId(name, codec.key.numbered), "=", given)
        self.anchors.append(ast.Match((ast.Path(ast.NodePattern(name, (codec.root_label,))),), (found,)))
        self.names.append(name)
        return name
