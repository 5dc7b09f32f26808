"""Turn a query of :mod:`runic.cypher.ast` into the text and parameters of one dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from runic.cypher import ast
from runic.cypher._clauses import CLAUSES, column_of, cut, projection
from runic.cypher._emulation import LABELS_AS_PROPERTY, distinct_first, without_merge
from runic.cypher.dialect import Dialect, ExtraLabels
from runic.cypher.packing import Kind, Packed, kind_of, kinds_of, packed_text
from runic.cypher.rendering import EXPRESSIONS, Rendering, Spelling

__all__ = ["NEXT", "Compiler", "Statement", "compiler_for"]

NEXT = ";\n"
"""What stands between the statements of one text: no name and no literal holds it."""

_WRITING = frozenset({ast.Create, ast.Merge, ast.Set, ast.Delete})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it is sent: text, parameters, column names and whether it writes.

    ``raw`` says that a user wrote it: the columns are not known, and parameters hold whatever was given. ``packed`` is
    the same statement for an answer that is wanted whole, where the database gives that faster in lists of rows.
    """

    text: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    columns: tuple[str, ...] = ()
    write: bool = False
    raw: bool = False
    packed: Packed | None = None

    def given(self, params: Mapping[str, Any]) -> Statement:
        """Return the same statement with other parameters."""
        return Statement(self.text, params, self.columns, self.write, self.raw, self.packed)


class Compiler:
    """Write queries in one dialect; it keeps nothing of a query and may be shared between threads."""

    __slots__ = ("_spelling",)

    def __init__(self, dialect: Dialect) -> None:
        render_of = {**EXPRESSIONS, **CLAUSES}
        if dialect.extra_labels is ExtraLabels.AS_PROPERTY:
            render_of |= LABELS_AS_PROPERTY
        self._spelling = Spelling(dialect, {**render_of, **dialect.renderers})

    def compile(self, query: ast.Query) -> Statement:
        """Return *query* as a statement: one clause per line, parameters in order of appearance.

        Raises :class:`~runic.exceptions.UnsupportedFeatureError` for what the dialect cannot do, and
        :class:`~runic.exceptions.InvalidArgumentError` for a name that cannot be written.
        """
        text = Rendering(self._spelling)
        if self._spelling.dialect.merges_rows:
            return self._written(text, query)
        parts = [self._written(text, part) for part in without_merge(query)]
        return Statement(NEXT.join([part.text for part in parts]), text.params, parts[0].columns, parts[-1].write)

    def _written(self, text: Rendering, query: ast.Query) -> Statement:
        returned = None
        if not self._spelling.dialect.orders_distinct:
            query, returned = distinct_first(query)
        lines: list[str] = []
        columns: tuple[str, ...] = ()
        write = False
        packed = None
        clauses = text.dialect.rewrite(query.clauses)
        for clause in clauses:
            if isinstance(clause, ast.Return):
                shown = [column_of(text, item) for item in clause.items]
                columns = tuple([column for _, _, column in shown])
                end = cut(text, clause)
                if text.dialect.packs_rows:
                    packed = _packed(text, lines, clauses, shown, clause, end)
                lines.append(projection("RETURN", [written for _, written, _ in shown], clause) + end)
                continue
            lines.append(text.render(clause))
            write = write or type(clause) in _WRITING or (isinstance(clause, ast.Call) and clause.writes)
        if returned is not None:
            columns = tuple([column_of(text, item)[2] for item in returned.items])
        return Statement("\n".join(lines), text.params, columns, write, packed=packed)


def _packed(
    text: Rendering,
    lines: list[str],
    clauses: tuple[ast.Clause, ...],
    shown: list[tuple[str, str, str]],
    returned: ast.Return,
    end: str,
) -> Packed | None:
    """Return the statement of *lines* and RETURN in packed form: a WITH in its place, and lists of what that keeps.

    None where an order may name what cannot be renamed: one database has no name with a dot inside an expression.
    """
    known = kinds_of(clauses)
    kinds: list[Kind] = []
    items: list[str] = []
    cells: list[str] = []
    for item, (expression, written, column) in zip(returned.items, shown, strict=True):
        variable = item.expression.name if isinstance(item.expression, ast.Variable) else None
        kind = kind_of(item.expression, known)
        named = item.alias or variable
        if named and column.isidentifier():
            cells.append(text.variables[column])
            items.append(written)
        elif named and returned.order:
            return None
        else:
            cells.append(text.anonymous())
            items.append(f"{expression} AS {cells[-1]}")
        kinds.append(kind if kind != "nodes" or cells[-1].isidentifier() else "value")
    stage = projection("WITH", items, returned) + end
    tail = packed_text(zip(cells, kinds, strict=True), text.dialect)
    return Packed("\n".join([*lines, stage, tail]), tuple(kinds))


@lru_cache(64)
def compiler_for(dialect: Dialect) -> Compiler:
    """Return the compiler that all users of *dialect* share: it has written their names before."""
    return Compiler(dialect)
