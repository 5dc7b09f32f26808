"""The chain: the methods of a statement that keep its type, and one body for those that change it.

A chain is immutable: each method returns a new one over the next :class:`~runic.ogm.query._question.Question`. The
two colours (:mod:`runic.ogm.query.builder`, :mod:`runic.ogm.query.specialised`) add the terminals.
"""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, Self, TypeVar, cast

from runic.cypher.arguments import is_a
from runic.cypher.compiler import compiler_for
from runic.cypher.dialect import Dialect
from runic.exceptions import InvalidTypeError, UsageError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.descriptors import Property
from runic.ogm.core.expressions import AggExpr, Expr, as_expression
from runic.ogm.driver.factory import default_dialect
from runic.ogm.mapper.mapper import shared_mapper
from runic.ogm.query._aliases import Alias, alias_name, class_and_name
from runic.ogm.query._hops import (
    fetch_path,
    free_name,
    make_hop,
    order_term,
    require_column,
    require_free,
    require_related,
    selectable,
    whole_number,
)
from runic.ogm.query._question import Question, Where
from runic.ogm.query.lowering import Mode, lower

__all__ = ["Chain", "Kinds", "RowChain"]

R = TypeVar("R")
Row = TypeVar("Row")


class Kinds(NamedTuple):
    """The classes of one colour: of a statement that ends in a hop, that says what its rows hold, and of any other."""

    step: type[Chain[Any]]
    rows: type[Chain[Any]]
    plain: type[Chain[Any]]


class Chain(Generic[R]):
    """A statement about one node class, and what it asks for; *R* is what its result consists of.

    Every method returns a new statement, so two branches of one base never meet and one statement may run in
    several sessions at once.
    """

    __slots__ = ("_question", "_session")

    def __init__(self, session: Any, root_cls: type[R]) -> None:
        cls, name = class_and_name(root_cls)
        self._session = session
        self._question = Question(selectable(cls), alias=name or "n", current=name or "n")

    @property
    def question(self) -> Question:
        """What is asked, as a frozen value."""
        return self._question

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._question.root.__name__}>"

    def alias(self, name: str | type[R]) -> Self:
        """Name the variable of the root, or after a traversal that of its last target.

        Raises :class:`InvalidArgumentError` for a name that is taken or no identifier, :class:`InvalidTypeError`
        for an alias object of another class.
        """
        question = self._question
        cls, _ = class_and_name(name)
        known = question.class_of(question.current)
        if isinstance(name, Alias):
            require_related(name, cls, known)
        new = alias_name(name)
        if new != question.current:
            require_free(question, new)
        narrower = cls if isinstance(name, Alias) and issubclass(cls, known) else None
        return self._with(question.named(new, narrower))

    def where(self, *predicates: Expr | bool | Property[bool], on: str | type[Any] | None = None) -> Self:
        """Add conditions, all of which have to hold; *on* names the variable that their fields belong to.

        Raises :class:`InvalidTypeError` for what is no condition.
        """
        if not predicates:
            raise InvalidTypeError("where() takes a condition such as User.name == 'x'")
        name = None if on is None else alias_name(on)
        steps = tuple([Where(as_expression(predicate), name) for predicate in predicates])
        return self._with(self._question.but(steps=(*self._question.steps, *steps)))

    def order_by(self, *fields: Any, desc: bool = False) -> Self:
        """Add terms to the order: fields, an ``OrderExpr``, or text.

        A text is ``alias``, ``alias.property`` or a result column, and a direction.

        Raises :class:`InvalidTypeError` for anything else; what a text names is checked when the statement is built.
        """
        terms = tuple([order_term(field, desc) for field in fields])
        return self._with(self._question.but(order=(*self._question.order, *terms)))

    def limit(self, n: int) -> Self:
        """Return at most *n* rows; raises :class:`InvalidArgumentError` unless *n* is an integer of 0 or more."""
        return self._with(self._question.but(limit=whole_number(n, "limit")))

    def skip(self, n: int) -> Self:
        """Leave out the first *n* rows; raises :class:`InvalidArgumentError` unless *n* is an integer of 0 or more."""
        return self._with(self._question.but(skip=whole_number(n, "skip")))

    def distinct(self) -> Self:
        """Return each row once."""
        return self._with(self._question.but(distinct=True))

    def with_(self, *aliases: str | type[Any]) -> Self:
        """End a stage: order, skip, limit and distinct so far apply to it, and only *aliases* go on.

        Raises :class:`InvalidArgumentError` for a variable that the statement does not have.
        """
        if not aliases:
            raise InvalidTypeError("with_() names the variables that go on, as in with_('u')")
        return self._with(self._question.staged(tuple([alias_name(name) for name in aliases])))

    def fetch(self, *paths: Any) -> Self:
        """Load relations of the result along: names, dotted paths (``"articles.tags"``) or class attributes."""
        return self._with(self._question.but(fetch=(*self._question.fetch, *[fetch_path(path) for path in paths])))

    def build(self, dialect: Dialect | None = None) -> tuple[str, dict[str, Any]]:
        """Return text and parameters, in the dialect of the session or of FalkorDB, without running anything.

        Raises :class:`InvalidArgumentError` for names that the statement does not have, and
        :class:`FieldValidationError` for a value that its field cannot hold.
        """
        if dialect is not None and not is_a(dialect, Dialect):
            raise InvalidTypeError(f"build() takes a dialect, as driver.dialect, got {dialect!r}")
        if dialect is not None or self._session is None:
            mapper = shared_mapper(dialect or default_dialect())
        else:
            mapper = self._session.mapper
        mode = Mode.EDGES if self._question.edges else Mode.ENTITIES
        statement = compiler_for(mapper.dialect).compile(lower(self._question, mapper, mode).query)
        return statement.text, dict(statement.params)

    def _with(self, question: Question) -> Self:
        chain = object.__new__(type(self))
        chain._session = self._session
        chain._question = question
        return chain

    def _kinds(self) -> Kinds:
        return Kinds(Chain, RowChain, Chain)

    def _become(self, kind: type[Chain[Any]], question: Question) -> Any:
        chain = object.__new__(kind)
        chain._session = self._session
        chain._question = question
        return chain

    def hop_from(self, source: Any, relation: Any, edge: Any, optional: bool, low: int, high: int | None) -> Any:
        """Return this statement and one more hop, from *source* or from the last node."""
        question = self._question
        if source is None:
            named = isinstance(relation, FieldDescriptor) and relation.alias
            source = named or question.current
        hop = make_hop(question, relation, alias_name(source), free_name(question), edge, optional, low, high)
        return self._become(self._kinds().step, question.with_step(hop).but(current=hop.alias))

    def _registered(
        self, relation: Any, source: Any, target: Any, edge: Any, optional: bool, low: int, high: int | None
    ) -> Any:
        question = self._question
        name = alias_name(target)
        require_free(question, name)
        hop = make_hop(question, relation, alias_name(source), name, edge, optional, low, high)
        return self._become(self._kinds().plain, question.with_step(hop).but(current=hop.alias))

    def _projected(self, fields: tuple[Any, ...]) -> Any:
        if not fields:
            raise InvalidTypeError("project() takes at least one field")
        for field in fields:
            require_column(field, "project")
        question = self._question
        return self._become(self._kinds().rows, question.but(projection=(*question.projection, *fields)))

    def _aggregated(self, aggregates: tuple[Any, ...], group_by: Any) -> Any:
        several: list[Any] = group_by
        if not isinstance(group_by, list | tuple):
            several = [] if group_by is None else [group_by]
        keys = tuple(several)
        for key in keys:
            require_column(key, "group_by=")
        for aggregate in aggregates:
            if not isinstance(aggregate, AggExpr):
                raise InvalidTypeError(f"aggregate() takes count(), sum_(…) and the like, got {aggregate!r}")
        if not aggregates:
            raise InvalidTypeError("aggregate() takes at least one aggregate, such as count('*').as_('n')")
        question = self._question
        together, by = (*question.aggregates, *aggregates), (*question.group_by, *keys)
        return self._become(self._kinds().rows, question.but(aggregates=together, group_by=by))

    def _targeted(self, name: Any) -> Any:
        question = self._question
        target = question.current if name is None else alias_name(name)
        return self._become(self._kinds().plain, question.but(target=target))

    def _of_nodes(self, aliases: tuple[Any, ...]) -> Any:
        if not aliases:
            raise InvalidTypeError("return_nodes() takes at least one alias")
        names = tuple([alias_name(name) for name in aliases])
        return self._become(self._kinds().rows, self._question.but(nodes=(*self._question.nodes, *names)))

    def _of_edge(self, name: Any) -> Any:
        question = self._question
        return self._become(self._kinds().rows, question.but(edges=(*question.edges, alias_name(name))))

    def _as_rows(self) -> RowChain[Any, Any]:
        rows: Any = self
        return cast("RowChain[Any, Any]", rows)

    def _required_session(self) -> Any:
        if self._session is None:
            raise UsageError(
                "this statement belongs to no session; pass it to one, as in session.scalars(stmt), "
                "or start it with session.query(…)"
            )
        return self._session


class RowChain(Chain[R], Generic[R, Row]):
    """A statement that says what its rows hold, in either colour; *Row* is their type."""

    __slots__ = ()
