"""Expressions: what has a value, and the base of all nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = [
    "And",
    "Case",
    "Compare",
    "Constant",
    "ElementId",
    "ElementIdParameter",
    "Expression",
    "Function",
    "HasLabels",
    "Index",
    "IsNull",
    "ListOf",
    "MapOf",
    "Named",
    "Node",
    "Not",
    "Or",
    "Parameter",
    "Property",
    "Raw",
    "Star",
    "Variable",
]


class Node:
    """Base of everything the compiler can render."""

    __slots__ = ()


class Expression(Node):
    """Something with a value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Parameter(Expression):
    """A value sent beside the text, named ``$p0``, ``$p1``, … in order of appearance."""

    value: Any


@dataclass(frozen=True, slots=True)
class Named(Expression):
    """A value sent beside the text under a name of its own, which is not counted."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """An integer, boolean, None or plain string written into the text."""

    value: int | bool | str | None


@dataclass(frozen=True, slots=True)
class Raw(Expression):
    """Text of runic's own, never a user's, taken as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable(Expression):
    """A name that a pattern, UNWIND or WITH binds."""

    name: str


@dataclass(frozen=True, slots=True)
class Property(Expression):
    """``variable.name``."""

    variable: str
    name: str


@dataclass(frozen=True, slots=True)
class Index(Expression):
    """``subject[position]``: an element of a list."""

    subject: Expression
    position: int


@dataclass(frozen=True, slots=True)
class ElementId(Expression):
    """The identity that the database gave to a bound node or relationship.

    ``integer`` asks for the number that stands for it where element ids are texts.
    """

    variable: str
    integer: bool = False


@dataclass(frozen=True, slots=True)
class ElementIdParameter(Expression):
    """An element id that a user gave, to compare with :class:`ElementId`; the dialect may cast it.

    Statements of our own use a :class:`Parameter`: FalkorDB 4.16 seeks by that and scans for a cast one.
    """

    value: Any


@dataclass(frozen=True, slots=True)
class Star(Expression):
    """The ``*`` of ``count(*)``."""


@dataclass(frozen=True, slots=True)
class Function(Expression):
    """A function under its logical name; one that the dialect does not know as a wrapper is dropped."""

    name: str
    arguments: tuple[Expression, ...]
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Compare(Expression):
    """A binary operator: ``=``, ``<>``, ``<``, ``<=``, ``>``, ``>=``, ``IN``, ``CONTAINS``, ``STARTS WITH``,
    ``ENDS WITH`` or ``=~``."""

    left: Expression
    operator: str
    right: Expression


@dataclass(frozen=True, slots=True)
class IsNull(Expression):
    """``operand IS NULL``, or ``IS NOT NULL`` when negated."""

    operand: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Case(Expression):
    """``CASE WHEN condition THEN value ELSE otherwise END``."""

    condition: Expression
    value: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Not(Expression):
    """``NOT (operand)``."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class And(Expression):
    """All of *operands*."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Expression):
    """Any of *operands*."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class HasLabels(Expression):
    """True when the bound node carries all *labels*."""

    variable: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf(Expression):
    """``[a, b, …]``."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class MapOf(Expression):
    """``{name: value, …}``."""

    items: tuple[tuple[str, Expression], ...]
