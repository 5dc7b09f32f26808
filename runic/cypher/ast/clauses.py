"""Patterns, clauses, and the query that they make up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runic.cypher.ast.expressions import Expression, Node

__all__ = [
    "Call",
    "Clause",
    "Create",
    "Delete",
    "Direction",
    "Hop",
    "Item",
    "Match",
    "Merge",
    "NodePattern",
    "Order",
    "Path",
    "PatternPredicate",
    "Query",
    "Return",
    "Set",
    "SetProperty",
    "Unwind",
    "With",
]

Direction = Literal["OUTGOING", "INCOMING", "BOTH"]


class Clause(Node):
    """One clause of a query."""

    __slots__ = ()


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
