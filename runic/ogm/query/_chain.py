"""The chain: the methods of a statement that keep its type, and one body for those that change it.

A chain is immutable: each method returns a new one over the next :class:`~runic.ogm.query._question.Question`. The
two colours (:mod:`runic.ogm.query.builder`, :mod:`runic.ogm.query.specialised`) add the terminals.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Generic, Self, TypeVar

from runic.cypher.compiler import compiler_for
from runic.cypher.dialect import Dialect
from runic.exceptions import InvalidArgumentError, InvalidTypeError, MetadataError, UsageError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.expressions import AggExpr, Expr, as_expression
from runic.ogm.core.metadata import NodeMeta, relation_edge, relation_target
from runic.ogm.core.properties import Property
from runic.ogm.driver.factory import default_dialect
from runic.ogm.mapper.mapper import Mapper, node_meta_of
from runic.ogm.query._aliases import Alias, alias_name, class_and_name
from runic.ogm.query._question import Hop, OrderBy, Question, Where
from runic.ogm.query.lowering import Mode, lower, mapper_for

__all__ = ["Chain", "whole_number"]

R = TypeVar("R")


class Chain(Generic[R]):
    """A statement about one node class, and what it asks for; *R* is what its result consists of.

    Every method returns a new statement, so two branches of one base never meet and one statement may run in
    several sessions at once.
    """

    __slots__ = ("_question", "_session")

    _step: ClassVar[type[Chain[Any]]]
    _rows: ClassVar[type[Chain[Any]]]
    _plain: ClassVar[type[Chain[Any]]]

    def __init__(self, session: Any, root_cls: type[R]) -> None:
        cls, name = class_and_name(root_cls)
        self._session = session
        self._question = Question(_selectable(cls), alias=name or "n", current=name or "n")

    @property
    def question(self) -> Question:
        """What is asked, as a frozen value."""
        return self._question

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._question.root.__name__}>"

    # -- what keeps the type ------------------------------------------------------------------------------------

    def alias(self, name: str) -> Self:
        """Name the variable of the root, or after a traversal that of its last target.

        Raises :class:`InvalidArgumentError` for a name that is taken or no identifier, :class:`InvalidTypeError`
        for an alias object of another class.
        """
        question = self._question
        cls, _ = class_and_name(name)
        known = question.class_of(question.current)
        if isinstance(name, Alias):
            _require_related(name, cls, known)
        new = alias_name(name)
        if new != question.current:
            _require_free(question, new)
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
        return self._with(replace(self._question, steps=(*self._question.steps, *steps)))

    def order_by(self, *fields: Any, desc: bool = False) -> Self:
        """Add terms to the order: fields, or text: ``alias``, ``alias.property`` or a result column, and a direction.

        Raises :class:`InvalidTypeError` for anything else; what a text names is checked when the statement is built.
        """
        terms = tuple([_ordered(field, desc) for field in fields])
        return self._with(replace(self._question, order=(*self._question.order, *terms)))

    def limit(self, n: int) -> Self:
        """Return at most *n* rows; raises :class:`InvalidArgumentError` unless *n* is an integer of 0 or more."""
        return self._with(replace(self._question, limit=whole_number(n, "limit")))

    def skip(self, n: int) -> Self:
        """Leave out the first *n* rows; raises :class:`InvalidArgumentError` unless *n* is an integer of 0 or more."""
        return self._with(replace(self._question, skip=whole_number(n, "skip")))

    def distinct(self) -> Self:
        """Return each row once."""
        return self._with(replace(self._question, distinct=True))

    def with_(self, *aliases: str | type[Any]) -> Self:
        """End a stage: order, skip, limit and distinct so far apply to it, and only *aliases* go on.

        Raises :class:`InvalidArgumentError` for a variable that the statement does not have.
        """
        if not aliases:
            raise InvalidTypeError("with_() names the variables that go on, as in with_('u')")
        return self._with(self._question.staged(tuple([alias_name(name) for name in aliases])))

    def fetch(self, *paths: Any) -> Self:
        """Load relations of the result along: names, dotted paths (``"articles.tags"``) or class attributes."""
        return self._with(replace(self._question, fetch=(*self._question.fetch, *[_path(path) for path in paths])))

    def build(self, dialect: Dialect | None = None) -> tuple[str, dict[str, Any]]:
        """Return text and parameters, in the dialect of the session or of FalkorDB, without running anything.

        Raises :class:`InvalidArgumentError` for names that the statement does not have, and
        :class:`FieldValidationError` for a value that its field cannot hold.
        """
        if dialect is None:
            dialect = self._session.mapper.dialect if self._session is not None else default_dialect()
        mapper: Mapper = mapper_for(dialect)
        mode = Mode.EDGES if self._question.edges else Mode.ENTITIES
        statement = compiler_for(dialect).compile(lower(self._question, mapper, mode).query)
        return statement.text, dict(statement.params)

    # -- one body for what changes the type ---------------------------------------------------------------------

    def _with(self, question: Question, kind: type[Chain[Any]] | None = None) -> Any:
        chain: Any = object.__new__(type(self) if kind is None else kind)
        chain._session = self._session
        chain._question = question
        return chain

    def hop_from(self, source: Any, relation: Any, edge: Any, optional: bool, low: int, high: int | None) -> Any:
        """Return this statement and one more hop, from *source* or from the last node."""
        question = self._question
        if source is None:
            named = isinstance(relation, FieldDescriptor) and relation.alias
            source = named or question.current
        hop = make_hop(question, relation, alias_name(source), _free_name(question), edge, optional, low, high)
        return self._with(replace(question.with_step(hop), current=hop.alias), self._step)

    def register_traversal(
        self,
        fd: Any,
        source_alias: str,
        target_alias: str,
        *,
        optional: bool,
        edge_alias: str | None,
        min_hops: int,
        max_hops: int | None,
    ) -> Any:
        """Add a complete hop from *source_alias* to *target_alias*; see :meth:`traverse`."""
        question = self._question
        target, source = alias_name(target_alias), alias_name(source_alias)
        _require_free(question, target)
        hop = make_hop(question, fd, source, target, edge_alias, optional, min_hops, max_hops)
        return self._with(replace(question.with_step(hop), current=hop.alias), self._plain)

    def _projected(self, fields: tuple[Any, ...]) -> Any:
        if not fields:
            raise InvalidTypeError("project() takes at least one field")
        for field in fields:
            _require_column(field, "project")
        return self._with(replace(self._question, projection=(*self._question.projection, *fields)), self._rows)

    def _aggregated(self, aggregates: tuple[Any, ...], group_by: Any) -> Any:
        keys = () if group_by is None else tuple(group_by) if isinstance(group_by, list | tuple) else (group_by,)
        for key in keys:
            _require_column(key, "group_by=")
        for aggregate in aggregates:
            if not isinstance(aggregate, AggExpr):
                raise InvalidTypeError(f"aggregate() takes count(), sum_(…) and the like, got {aggregate!r}")
        if not aggregates:
            raise InvalidTypeError("aggregate() takes at least one aggregate, such as count('*').as_('n')")
        question = self._question
        return self._with(
            replace(question, aggregates=(*question.aggregates, *aggregates), group_by=(*question.group_by, *keys)),
            self._rows,
        )

    def _targeted(self, name: Any) -> Any:
        question = self._question
        target = question.current if name is None else alias_name(name)
        return self._with(replace(question, target=target), self._plain)

    def _of_nodes(self, aliases: tuple[Any, ...]) -> Any:
        if not aliases:
            raise InvalidTypeError("return_nodes() takes at least one alias")
        names = tuple([alias_name(name) for name in aliases])
        return self._with(replace(self._question, nodes=(*self._question.nodes, *names)), self._rows)

    def _of_edge(self, name: Any) -> Any:
        question = self._question
        return self._with(replace(question, edges=(*question.edges, alias_name(name))), self._rows)

    def _bound(self) -> Any:
        if self._session is None:
            raise UsageError(
                "this statement belongs to no session; pass it to one, as in session.scalars(stmt), "
                "or start it with session.query(…)"
            )
        return self._session


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
    _require_free(question, name)
    if name == target:
        raise InvalidArgumentError(f"the alias {name!r} names both the edge and the node; give one another name")
    if isinstance(edge_alias, Alias):
        given, _ = class_and_name(edge_alias)
        kind = getattr(given.__runic_meta__, "type", None)
        if kind != relation.relationship:
            raise InvalidTypeError(f"{edge_alias!r} is no edge of {relation!r}, whose type is {relation.relationship}")
        edge = given
    return name, edge


def _selectable(cls: Any) -> Any:
    meta: NodeMeta = node_meta_of(cls)
    if meta.abstract:
        raise MetadataError(f"{cls.__name__} is abstract: it has no labels and so no nodes to select; give it labels=")
    return cls


def _free_name(question: Question) -> str:
    names = question.names
    return next(name for number in range(1, len(names) + 2) if (name := f"_{number}") not in names)


def _require_free(question: Question, name: str) -> None:
    if name in question.names:
        raise InvalidArgumentError(f"the alias {name!r} is taken; the statement has {', '.join(question.names)}")


def _require_related(name: Any, cls: Any, known: Any) -> None:
    if not (isinstance(known, type) and (issubclass(cls, known) or issubclass(known, cls))):
        raise InvalidTypeError(f"{name!r} cannot name a node of {getattr(known, '__name__', known)}")


def _require_column(field: Any, where: str) -> None:
    if isinstance(field, FieldDescriptor) and field.is_relation:
        raise InvalidTypeError(f"{where} takes no relation, and {field!r} is one; traverse it first")
    if not isinstance(field, FieldDescriptor | str | Alias):
        raise InvalidTypeError(f"{where} takes fields, aliases or 'alias.property', got {field!r}")


def _ordered(field: Any, desc: bool) -> OrderBy:
    if isinstance(field, FieldDescriptor) and field.is_relation:
        raise InvalidTypeError(f"{field!r} is a relation and has no order; order by a field")
    if not isinstance(field, FieldDescriptor | str | Alias):
        raise InvalidTypeError(f"order_by() takes a field or text, got {field!r}")
    return OrderBy(field, bool(desc))


def _path(path: Any) -> tuple[str, ...]:
    if isinstance(path, FieldDescriptor):
        return (path.name,)
    if isinstance(path, str) and path:
        return tuple(path.split("."))
    if isinstance(path, list | tuple) and path:
        return tuple([name for part in path for name in _path(part)])  # pyright: ignore[reportUnknownVariableType]
    raise InvalidTypeError(f"fetch() takes names, dotted paths or class attributes, got {path!r}")


def whole_number(number: Any, what: str) -> int:
    """Return *number* if it is an integer of 0 or more; raise :class:`InvalidArgumentError` otherwise."""
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise InvalidArgumentError(f"{what} takes an integer of 0 or more, got {number!r}")
    return int(number)
