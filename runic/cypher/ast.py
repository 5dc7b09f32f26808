"""The Cypher language as values: expressions, patterns and clauses, frozen and without any text.

Names of functions are logical (``vector``, ``point``, ``intern``, ``count``): the dialect spells them or drops
them. Labels, types and property names are raw; only the compiler quotes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = [
    "And",
    "Call",
    "Clause",
    "Compare",
    "Constant",
    "Create",
    "Delete",
    "Direction",
    "ElementId",
    "ElementIdParameter",
    "Expression",
    "Function",
    "HasLabels",
    "Hop",
    "Index",
    "IsNull",
    "Item",
    "ListOf",
    "MapOf",
    "Match",
    "Merge",
    "Named",
    "Node",
    "NodePattern",
    "Not",
    "Or",
    "Order",
    "Parameter",
    "Path",
    "PatternPredicate",
    "Property",
    "Query",
    "Raw",
    "Return",
    "Set",
    "SetProperty",
    "Star",
    "Unwind",
    "Variable",
    "With",
]

Direction = Literal["OUTGOING", "INCOMING", "BOTH"]


class Node:
    """Base of everything the compiler can render."""

    __slots__ = ()


class Expression(Node):
    """Something with a value."""

    __slots__ = ()


class Clause(Node):
    """One clause of a query."""

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
    """The identity that the database gave to a bound node or relationship."""

    variable: str


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


@dataclass(frozen=True, slots=True)
class NodePattern(Node):
    """``(variable:Label {name: value})``; a pattern without labels names a variable that is bound already."""

    variable: str = ""
    labels: tuple[str, ...] = ()
    properties: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Hop(Node):
    """A relationship pattern and the node it leads to.

    ``min_hops`` and ``max_hops`` of None and None mean a plain hop; a bound with no maximum is ``*1..``.
    """

    type: str
    direction: Direction
    target: NodePattern
    variable: str = ""
    min_hops: int | None = None
    max_hops: int | None = None
    properties: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Path(Node):
    """A node and the hops that follow it."""

    start: NodePattern
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class PatternPredicate(Expression):
    """True when *path* exists from the variables it names."""

    path: Path


@dataclass(frozen=True, slots=True)
class Match(Clause):
    """MATCH with the predicates on the variables it binds: a predicate never floats."""

    paths: tuple[Path, ...]
    where: tuple[Expression, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Unwind(Clause):
    """``UNWIND list AS variable``."""

    items: Expression
    variable: str


@dataclass(frozen=True, slots=True)
class Create(Clause):
    """``CREATE path``."""

    path: Path


@dataclass(frozen=True, slots=True)
class Merge(Clause):
    """``MERGE path``; a dialect that refuses an undirected one writes it outgoing."""

    path: Path


@dataclass(frozen=True, slots=True)
class SetProperty(Node):
    """``variable.name = value``."""

    variable: str
    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Set(Clause):
    """``SET`` of single properties; a null value removes its property."""

    items: tuple[SetProperty, ...]


@dataclass(frozen=True, slots=True)
class Delete(Clause):
    """``DELETE variable``, or ``DETACH DELETE``."""

    variable: str
    detach: bool = False


@dataclass(frozen=True, slots=True)
class Call(Clause):
    """``CALL procedure(arguments) YIELD result AS name, …`` followed by its own WHERE.

    ``writes`` marks a procedure that changes the graph.
    """

    procedure: str
    arguments: tuple[Expression, ...]
    yields: tuple[tuple[str, str], ...]
    where: tuple[Expression, ...] = ()
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Item(Node):
    """A column of RETURN or WITH: an expression and its alias, if it needs one.

    ``column`` is the name under which the client sees it; without an alias the text of the expression.
    """

    expression: Expression
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Order(Node):
    """One term of ORDER BY."""

    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True)
class With(Clause):
    """``WITH items`` and what may follow it; ``where`` filters after the stage."""

    items: tuple[Item, ...]
    distinct: bool = False
    order: tuple[Order, ...] = ()
    skip: int | None = None
    limit: int | None = None
    where: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Return(Clause):
    """``RETURN items`` and what may follow it."""

    items: tuple[Item, ...]
    distinct: bool = False
    order: tuple[Order, ...] = ()
    skip: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Query(Node):
    """A whole statement: its clauses in order."""

    clauses: tuple[Clause, ...]
