"""The clauses of a statement: each condition at the clause that binds its variables, each order where it is valid."""

from __future__ import annotations

import re
from typing import Any

from runic.cypher import ast
from runic.exceptions import InvalidArgumentError
from runic.ogm.query._columns import Column
from runic.ogm.query._conditions import Conditions, conjuncts
from runic.ogm.query._operands import Operand, Operands
from runic.ogm.query._question import FulltextSearch, LabelScan, OrderBy, Question, Stage, Where
from runic.ogm.query._scope import SCORE
from runic.ogm.query._search import by_fulltext, by_vector

__all__ = ["Clauses"]

_DIRECTION = re.compile(r"(.*\S)\s+(ASC|DESC|ASCENDING|DESCENDING)\s*", re.IGNORECASE | re.DOTALL).fullmatch


class Clauses:
    """The clauses of one question; ``body`` is all of them up to RETURN.

    *required* names the target of a hop that has to be there, whatever the hop says.
    """

    def __init__(self, question: Question, operands: Operands, required: str | None = None) -> None:
        self._question = question
        self._operands = operands
        self._required = required
        self._implied: tuple[OrderBy, ...] = ()
        self._said: list[ast.Expression] = []
        self._anchors: tuple[str, ...] = ()
        self._joined: set[str] = set()
        self._between: set[str] = set()
        self.body: tuple[ast.Clause, ...] = self._body()

    def _body(self) -> tuple[ast.Clause, ...]:
        lowering = Conditions(self._operands)
        conditions = self._placed(lowering)
        self._anchors = lowering.anchor_names
        clauses = [*lowering.anchors, *self._source(tuple(conditions.get(0, ())))]
        block = 0
        for step in self._question.steps:
            if isinstance(step, Where):
                continue
            block += 1
            where = tuple(conditions.get(block, ()))
            if isinstance(step, Stage):
                clauses += self._kept(block - 1, set(step.aliases))
                clauses.append(self._stage(step, block, where))
                self._joined = set()
                continue
            hop = ast.Match(step.path, where, step.optional and step.alias != self._required)
            if not hop.optional and _is_optional(clauses[-1]):
                clauses.append(self._passing(block - 1))
                self._joined = set()
            if not hop.optional:
                self._between |= self._joined & {step.source}
                self._joined.add(step.alias)
            clauses.append(hop)
        return tuple(clauses)

    def _placed(self, lowering: Conditions) -> dict[int, list[ast.Expression]]:
        """Return the conditions by block: where the last of their variables is bound, or the stage before them."""
        scope = self._operands.scope
        placed: dict[int, list[ast.Expression]] = {}
        block = 0
        for step in self._question.steps:
            if not isinstance(step, Where):
                block += 1
                continue
            stage = scope.stage_before(block)
            for condition in conjuncts(step.condition):
                expression = lowering.lower(condition, step.on, stage)
                place = stage
                for variable in lowering.used:
                    place = max(place, variable.block)
                for variable in lowering.used if scope.staged else ():
                    scope.named(variable.name, place)
                placed.setdefault(place, []).append(expression)
        return placed

    def _source(self, where: tuple[ast.Expression, ...]) -> list[ast.Clause]:
        question, source = self._question, self._question.source
        codec = self._operands.mapper.node(question.root)
        if isinstance(source, LabelScan):
            return [ast.Match((ast.Path(ast.NodePattern(question.alias, codec.labels)),), where)]
        if isinstance(source, FulltextSearch):
            return by_fulltext(source, codec, question.alias, where)
        self._implied = (OrderBy(SCORE, True),)
        return by_vector(source, codec, question.alias, where)

    def _kept(self, block: int, shown: set[str]) -> list[ast.Clause]:
        """Return a WITH of everything so far unless *shown* names each node between two required hops.

        FalkorDB 4.16 and 4.22 walk both hops as one where nothing names the node between, and lose the rows that differ
        only there.
        """
        between, self._between = self._between, set()
        return [] if between <= shown else [self._passing(block)]

    def _passing(self, block: int) -> ast.With:
        """Return a WITH of everything so far; one has to stand between an optional MATCH and a required one."""
        scope = self._operands.scope
        names = [
            name for name, known in scope.variables.items() if known.block <= block and scope.visible(known, block)
        ]
        return ast.With(tuple([ast.Item(ast.Variable(name)) for name in (*names, *self._anchors)]))

    def _stage(self, stage: Stage, block: int, where: tuple[ast.Expression, ...]) -> ast.With:
        items = tuple([ast.Item(ast.Variable(name)) for name in (*stage.aliases, *self._anchors)])
        shown = dict.fromkeys(stage.aliases) if stage.distinct else None
        self._implied = stage.order or self._implied
        order: tuple[ast.Order, ...] = ()
        if stage.limit is not None or stage.skip:
            # Without a cut the order of a stage is only that of the result, and is said there.
            order = self._ordered(stage.order, block - 1, shown)
            if not order and block > 1 and stage.skip and stage.limit is not None:
                order = (ast.Order(ast.ElementId(stage.aliases[0])),)
            self._said += [term.expression for term in order]
        return ast.With(items, stage.distinct, order, stage.skip or None, stage.limit, where)

    def returned(self, columns: list[Column]) -> list[ast.Clause]:
        """Return the RETURN clause over *columns*, and what has to stand before it."""
        question = self._question
        shown: dict[str, Any] | None = None
        if question.distinct or question.aggregates:
            shown = {column.name: column for column in columns}
        order = self._ordered(question.order, self._operands.scope.end, shown, columns)
        if not order and len(self.body) > 1 and question.skip and question.limit is not None:
            # FalkorDB 4.16 forgets the SKIP of SKIP .. LIMIT after OPTIONAL MATCH, and 4.22 miscounts after a stage,
            # unless the clause orders; a page without an order says nothing about which rows it holds, so any will do.
            order = tuple([ast.Order(column.operand.identity) for column in columns[:1] if column.operand is not None])
        items = tuple([column.item for column in columns])
        returned = ast.Return(items, question.distinct, order, question.skip or None, question.limit)
        return [*self._kept(self._operands.scope.end, _named(columns)), returned]

    def count(self, columns: list[Column]) -> list[ast.Clause]:
        """Return the clauses that count the rows instead of returning them."""
        question = self._question
        kept = self._kept(self._operands.scope.end, set())
        counted = ast.Return((ast.Item(ast.Function("count", (ast.Star(),))),))
        if not (question.distinct or question.aggregates):
            return [*kept, counted]
        items = [
            column.item
            if isinstance(column.item.expression, ast.Variable)
            else ast.Item(column.item.expression, f"_c{i}")
            for i, column in enumerate(columns)
        ]
        return [*kept, ast.With(tuple(items), question.distinct), counted]

    def _ordered(
        self, order: tuple[OrderBy, ...], block: int, shown: dict[str, Any] | None, columns: list[Column] | None = None
    ) -> tuple[ast.Order, ...]:
        """Return the terms of ORDER BY; *shown* holds the only names that may be used, or is None."""
        if order:
            return tuple([self._order(term, block, shown, columns or []) for term in order])
        # Rows are in order only after the clause that says so.
        try:
            return tuple([self._order(term, block, shown, []) for term in self._implied])
        except InvalidArgumentError:
            return ()

    def _order(self, order: OrderBy, block: int, shown: dict[str, Any] | None, columns: list[Column]) -> ast.Order:
        term, descending = order.term, order.descending
        if isinstance(term, str):
            column = _column(term, columns)
            if column is None and (found := _DIRECTION(term)) is not None:
                term, downward = found[1], found[2].upper().startswith("DESC")
                if descending and not downward:
                    raise InvalidArgumentError(f"order_by({order.term!r}, desc=True) says both; leave one out")
                descending = descending or downward
                column = _column(term, columns)
            if column is not None:
                return ast.Order(_reference(column), descending)
        operand = self._operands.term(term, block)
        self._require_shown(operand, shown)
        return ast.Order(self._unsaid(operand.sortable), descending)

    def _unsaid(self, expression: ast.Expression) -> ast.Expression:
        """Return *expression* in words that no stage before has sorted by.

        FalkorDB 4.16 and 4.22 sort a second time by the same text at the wrong column.
        """
        while expression in self._said:
            expression = ast.Function("coalesce", (expression,))
        return expression

    @staticmethod
    def _require_shown(operand: Operand, shown: dict[str, Any] | None) -> None:
        if shown is None or operand.variable.name in shown or operand.column in shown:
            return
        raise InvalidArgumentError(
            f"the order {operand.column!r} is not among the columns {', '.join(shown)}, which distinct() and "
            "aggregate() leave as the only ones; order by one of them, or group_by it"
        )


def _named(columns: list[Column]) -> set[str]:
    return {column.operand.variable.name for column in columns if column.operand is not None}


def _is_optional(clause: ast.Clause) -> bool:
    return isinstance(clause, ast.Match) and clause.optional


def _column(term: str, columns: list[Column]) -> Column | None:
    text = term.strip()
    return next((column for column in columns if column.name == text and column.operand is None), None)


def _reference(column: Column) -> ast.Expression:
    if not column.sortable:
        raise InvalidArgumentError(
            f"{column.name!r} is worked out from the rows, so the database cannot order by it; sort in Python"
        )
    return column.reference
