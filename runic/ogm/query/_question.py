"""What a statement asks for, as one frozen value: no text, no dialect, no session.

The chain methods of :mod:`runic.ogm.query._chain` make the next question out of one; :mod:`runic.ogm.query.lowering`
turns it into Cypher's terms. Names are resolved there, when the whole statement is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from runic.cypher import ast
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.expressions import Expr

__all__ = [
    "FulltextSearch", "Hop", "LabelScan", "OrderBy", "Question", "SearchWords", "Source", "Stage", "VectorSearch",
    "Where",
]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class LabelScan:
    """All nodes with the labels of the root class."""


class SearchWords(str):
    """Words that every search language takes as such, and in ``typed`` what a person wrote: each database has its own
    way to read that as words."""

    typed: str


@dataclass(frozen=True, slots=True, eq=False)
class FulltextSearch:
    """The nodes that a full-text index finds; *fields* restrict the search to those properties."""

    text: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class VectorSearch:
    """The *k* nodes whose vector in *field* is nearest to *vector*."""

    field: str
    vector: Any
    k: int


Source = LabelScan | FulltextSearch | VectorSearch


@dataclass(frozen=True, slots=True, eq=False)
class Where:
    """A condition; *on* names the variable of the fields in it that name none."""

    condition: Expr
    on: str | None = None


@dataclass(frozen=True, eq=False)
class Hop:
    """One step over a relation; bounds of 1 and 1 are a plain hop."""

    source: str
    relation: Any
    target: Any
    alias: str
    edge: Any = None
    edge_alias: str | None = None
    optional: bool = True
    min_hops: int = 1
    max_hops: int | None = 1

    @cached_property
    def path(self) -> tuple[ast.Path]:
        """The pattern of this hop, made once however often the statement runs."""
        target = ast.NodePattern(self.alias, tuple(self.target.__runic_meta__.labels))
        low, high = (None, None) if (self.min_hops, self.max_hops) == (1, 1) else (self.min_hops, self.max_hops)
        relation = self.relation
        step = ast.Hop(relation.relationship, relation.direction, target, self.edge_alias or "", low, high)
        return (ast.Path(ast.NodePattern(self.source), (step,)),)


@dataclass(frozen=True, slots=True, eq=False)
class OrderBy:
    """One term of an order: a field, or text that the whole statement gives a meaning."""

    term: Any
    descending: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """``WITH``: only *aliases* go on, ordered and cut as the methods called before it say."""

    aliases: tuple[str, ...]
    order: tuple[OrderBy, ...] = ()
    skip: int | None = None
    limit: int | None = None
    distinct: bool = False


Step = Where | Hop | Stage


@dataclass(frozen=True, eq=False)
class Question:
    """A whole statement; ``current`` is the variable that a hop starts from and that :meth:`named` renames."""

    root: Any
    alias: str = "n"
    source: Source = LabelScan()
    current: str = "n"
    steps: tuple[Step, ...] = ()
    order: tuple[OrderBy, ...] = ()
    skip: int | None = None
    limit: int | None = None
    distinct: bool = False
    target: str | None = None
    nodes: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    projection: tuple[Any, ...] = ()
    aggregates: tuple[Any, ...] = ()
    group_by: tuple[Any, ...] = ()
    fetch: tuple[tuple[str | FieldDescriptor, ...], ...] = ()

    @property
    def hops(self) -> Iterator[Hop]:
        """The hops in call order."""
        return (step for step in self.steps if isinstance(step, Hop))

    @property
    def names(self) -> list[str]:
        """The variables that the statement binds so far, in order."""
        names = [self.alias]
        for hop in self.hops:
            names += [hop.edge_alias, hop.alias] if hop.edge_alias else [hop.alias]
        return names

    @property
    def result_alias(self) -> str:
        """The variable whose nodes are the result: the one asked for, else the target of the last hop."""
        if self.target is not None:
            return self.target
        if self.nodes:
            return self.nodes[0]
        return self.current

    @property
    def returns_scalars(self) -> bool:
        """Tell whether the columns are values and not whole nodes or edges."""
        return bool(self.projection or self.aggregates or self.group_by)

    @property
    def result_class(self) -> Any:
        """The node class of the result, or None where rows of values come back."""
        return None if self.returns_scalars else self.class_of(self.result_alias)

    @property
    def is_plain(self) -> bool:
        """Tell whether this asks for the nodes of one class, at most filtered."""
        shaped = self.order or self.skip is not None or self.limit is not None or self.distinct
        returned = self.target is not None or self.nodes or self.edges or self.returns_scalars
        scan = isinstance(self.source, LabelScan)
        return scan and not shaped and not returned and all(isinstance(step, Where) for step in self.steps)

    def class_of(self, alias: str) -> Any:
        """Return the node class that *alias* stands for, or None."""
        if alias == self.alias:
            return self.root
        return next((hop.target for hop in self.hops if hop.alias == alias), None)

    def but(self, **changes: Any) -> Question:
        """Return this question with *changes*: a third of the time of ``dataclasses.replace``."""
        changed = object.__new__(Question)
        changed.__dict__.update(self.__dict__, **changes)
        return changed

    def with_step(self, step: Step) -> Question:
        """Return this question and one more step."""
        return self.but(steps=(*self.steps, step))

    def staged(self, aliases: tuple[str, ...]) -> Question:
        """Return this question, all of it so far as one stage from which only *aliases* go on."""
        stage = Stage(aliases, self.order, self.skip, self.limit, self.distinct)
        current = self.current
        if current not in aliases:
            current = next((name for name in reversed(aliases) if self.class_of(name) is not None), current)
        steps = (*self.steps, stage)
        return self.but(steps=steps, current=current, order=(), skip=None, limit=None, distinct=False)

    def named(self, name: str, cls: Any = None) -> Question:
        """Return this question with *name*, and if given *cls*, for its current variable, wherever it is named."""
        old = self.current

        def new(known: str) -> str:
            return name if known == old else known

        def renamed(step: Step) -> Step:
            if isinstance(step, Where):
                return replace(step, on=new(step.on)) if step.on else step
            if isinstance(step, Stage):
                return replace(step, aliases=tuple([new(known) for known in step.aliases]))
            target = cls if cls is not None and step.alias == old else step.target
            return replace(step, source=new(step.source), alias=new(step.alias), target=target)

        root = cls if cls is not None and self.alias == old else self.root
        steps = tuple([renamed(step) for step in self.steps])
        target = None if self.target is None else new(self.target)
        nodes = tuple([new(known) for known in self.nodes])
        return self.but(root=root, alias=new(self.alias), current=name, steps=steps, target=target, nodes=nodes)
