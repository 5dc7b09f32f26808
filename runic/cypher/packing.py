"""Rows in lists: one record for a thousand rows, for databases whose client spends its time on records and nodes.

The answer of a packed statement is a record per list; each row in it is a list of cells, and a cell that is a node or
relationship is a list of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from runic.cypher import ast
from runic.cypher.dialect import Dialect

__all__ = ["Kind", "Packed", "kind_of", "kinds_of", "packed_text"]

Kind = Literal["node", "edge", "nodes", "value"]

_ROWS_PER_RECORD = 1000
# Of a missing node or relationship every part is null.
_PARTS: Mapping[Kind, str] = MappingProxyType(
    {
        "node": "[{id}, labels({cell}), properties({cell})]",
        "edge": "[{id}, type({cell}), {start}, {end}, properties({cell})]",
        "nodes": "[_{cell} IN {cell} | [{id}, labels(_{cell}), properties(_{cell})]]",
        "value": "{cell}",
    }
)


@dataclass(frozen=True, slots=True)
class Packed:
    """The text of a statement that returns lists of rows, and what its columns are."""

    text: str
    kinds: tuple[Kind, ...]


def packed_text(cells: Iterable[tuple[str, Kind]], dialect: Dialect) -> str:
    """Return what follows the WITH of *cells*, variables each with what it holds."""
    parts: list[str] = []
    for cell, kind in cells:
        ends = {"start": f"startNode({cell})", "end": f"endNode({cell})"} if kind == "edge" else {}
        found = {"id": f"_{cell}" if kind == "nodes" else cell, **ends}
        ids = {name: dialect.element_id.format(variable=variable) for name, variable in found.items()}
        parts.append(_PARTS[kind].format(cell=cell, **ids))
    return (
        f"WITH collect([{', '.join(parts)}]) AS rows\n"
        f"UNWIND range(0, size(rows) - 1, {_ROWS_PER_RECORD}) AS i\n"
        f"RETURN rows[i..i + {_ROWS_PER_RECORD}] AS rows"
    )


def kind_of(expression: ast.Expression, known: Mapping[str, Kind]) -> Kind:
    """Return what an expression holds, given what variables do."""
    if isinstance(expression, ast.Variable):
        return known.get(expression.name, "value")
    if isinstance(expression, ast.Function) and expression.name == "collect" and not expression.distinct:
        return "nodes" if kind_of(expression.arguments[0], known) == "node" else "value"
    return "value"


def kinds_of(clauses: Iterable[ast.Clause]) -> dict[str, Kind]:
    """Return the variables that *clauses* leave bound to a node or a relationship; others are left out."""
    known: dict[str, Kind] = {}
    for clause in clauses:
        if isinstance(clause, ast.Match):
            for path in clause.paths:
                known |= _bound(path)
        elif isinstance(clause, ast.Create | ast.Merge):
            known |= _bound(clause.path)
        elif isinstance(clause, ast.With):
            known = _kept(clause.items, known)
        elif isinstance(clause, ast.Unwind):
            known.pop(clause.variable, None)
    return known


def _bound(path: ast.Path) -> dict[str, Kind]:
    found: dict[str, Kind] = {path.start.variable: "node"}
    for hop in path.hops:
        found[hop.target.variable] = "node"
        if hop.min_hops is None and hop.max_hops is None:
            found[hop.variable] = "edge"
    return found


def _kept(items: tuple[ast.Item, ...], known: Mapping[str, Kind]) -> dict[str, Kind]:
    kept: dict[str, Kind] = {}
    for item in items:
        if isinstance(item.expression, ast.Variable) and item.expression.name in known:
            kept[item.alias or item.expression.name] = known[item.expression.name]
    return kept
