"""Turn a query of :mod:`runic.cypher.ast` into the text and parameters of one dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runic.cypher import ast
from runic.cypher._clauses import CLAUSES, LABELS_AS_PROPERTY, column_of, projection
from runic.cypher._rendering import EXPRESSIONS, Renderers, Rendering
from runic.cypher.dialect import Dialect, ExtraLabels

__all__ = ["Compiler", "Statement"]

_WRITING = frozenset({ast.Create, ast.Merge, ast.Set, ast.Delete})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it is sent: text, parameters, column names and whether it writes."""

    text: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    columns: tuple[str, ...] = ()
    write: bool = False


class Compiler:
    """Write queries in one dialect; it keeps nothing of a query and may be shared between threads."""

    __slots__ = ("_dialect", "_render_of")

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._render_of = Renderers({**EXPRESSIONS, **CLAUSES})
        if dialect.extra_labels is ExtraLabels.AS_PROPERTY:
            self._render_of.update(LABELS_AS_PROPERTY)

    def compile(self, query: ast.Query) -> Statement:
        """Return *query* as a statement: one clause per line, parameters in order of appearance.

        Raises :class:`~runic.exceptions.UnsupportedFeatureError` for what the dialect cannot do, and
        :class:`~runic.exceptions.InvalidArgumentError` for a name that cannot be written.
        """
        text = Rendering(self._dialect, self._render_of)
        lines: list[str] = []
        columns: tuple[str, ...] = ()
        write = False
        for clause in query.clauses:
            if isinstance(clause, ast.Return):
                pairs = [column_of(text, item) for item in clause.items]
                columns = tuple([column for _, column in pairs])
                lines.append(projection(text, "RETURN", [item for item, _ in pairs], clause))
                continue
            lines.append(text.render(clause))
            write = write or type(clause) in _WRITING or (isinstance(clause, ast.Call) and clause.writes)
        return Statement("\n".join(lines), text.params, columns, write)
