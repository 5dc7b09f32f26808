"""From a question to Cypher's terms, and from rows to what was asked for.

The sessions call :func:`lower`, hand its query to the compiler and the answer to ``Lowered.load``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from runic.cypher import ast
from runic.exceptions import InvalidArgumentError
from runic.ogm.core.metadata import MetaData
from runic.ogm.driver import GraphResult
from runic.ogm.mapper.mapper import Mapper, edge_classes
from runic.ogm.query._clauses import Clauses
from runic.ogm.query._columns import Column, columns_of
from runic.ogm.query._operands import Operands
from runic.ogm.query._question import Question, Stage
from runic.ogm.query._scope import Scope

__all__ = ["Lowered", "Mode", "lower"]

Load = Callable[[GraphResult], list[Any]]


class Mode(Enum):
    """What a session wants of a statement."""

    ENTITIES = auto()
    ROWS = auto()
    TUPLES = auto()
    EDGES = auto()
    COUNT = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Lowered:
    """A question in Cypher's terms: the query, the registry of its classes, and the reader of its answer."""

    query: ast.Query
    registry: MetaData
    load: Load
    edges: Mapping[str, type]


def lower(question: Question, mapper: Mapper, mode: Mode = Mode.ENTITIES) -> Lowered:
    """Return *question* as a query of *mode* and the function that turns its answer into a list.

    Raises :class:`InvalidArgumentError` for names and orders that make no sense in the statement,
    :class:`FieldValidationError` for a value that its field cannot hold, and :class:`UnsupportedFeatureError` for
    what the dialect cannot do.
    """
    if question.fetch and mode is not Mode.COUNT and (mode is not Mode.ENTITIES or question.returns_scalars):
        raise InvalidArgumentError("fetch() loads relations of the nodes that scalars() returns; this asks for rows")
    operands = Operands(Scope(question), mapper)
    registry: MetaData = question.root.__runic_meta__.registry
    clauses = Clauses(question, operands, _required(question) if mode is Mode.ENTITIES else None)
    columns = columns_of(question, operands)
    if mode is Mode.COUNT:
        return Lowered(ast.Query((*clauses.body, *clauses.count(columns))), registry, _first_cells, {})
    if mode is Mode.EDGES and not question.nodes:
        raise InvalidArgumentError("all_with_edges() needs return_nodes(), and return_edge() for each edge")
    query = ast.Query((*clauses.body, *clauses.returned(columns)))
    return Lowered(query, registry, _loader(columns, question, mode), _declared_edges(question, registry))


def _declared_edges(question: Question, registry: MetaData) -> dict[str, type]:
    """Return the edge classes that the hops declare for relationship types that several classes have.

    Raises :class:`InvalidArgumentError` where two hops declare different ones, as rows do not tell which is which.
    """
    found: dict[str, type] = {}
    for hop in question.hops if question.edges or question.returns_scalars else ():
        if hop.edge_alias is None or hop.edge is None:
            continue
        kind = hop.relation.relationship
        if len(edge_classes(kind, registry)) > 1 and found.setdefault(kind, hop.edge) is not hop.edge:
            raise InvalidArgumentError(
                f"the edges {kind} of one statement are {found[kind].__name__} or {hop.edge.__name__}, and a stored "
                "edge does not tell which; ask in two statements, or give each class a type of its own"
            )
    return found


def _required(question: Question) -> str | None:
    """Return the target that a limited result must not lack: rows without it are dropped and must not count."""
    limited = question.limit is not None or question.skip is not None
    if not limited or question.returns_scalars or any(isinstance(step, Stage) for step in question.steps):
        return None
    return question.result_alias


def _loader(columns: list[Column], question: Question, mode: Mode) -> Load:
    if mode is Mode.ENTITIES:
        return _scalars(columns[0].read) if question.returns_scalars else _entities
    if mode is Mode.ROWS:
        return _rows(columns)
    return _tuples(columns)


def _first_cells(result: GraphResult) -> list[Any]:
    return [row[0] for row in result.rows]


def _entities(result: GraphResult) -> list[Any]:
    return [row[0] for row in result.rows if row[0] is not None]


def _scalars(read: Callable[[Any], Any] | None) -> Load:
    if read is None:
        return _first_cells
    return lambda result: [read(row[0]) for row in result.rows]


def _tuples(columns: list[Column]) -> Load:
    readers = [(position, column.read) for position, column in enumerate(columns) if column.read is not None]

    def load(result: GraphResult) -> list[Any]:
        for position, read in readers:
            for row in result.rows:
                row[position] = read(row[position])
        return [tuple(row) for row in result.rows]

    return load


def _rows(columns: list[Column]) -> Load:
    names = [column.name for column in columns]
    tuples = _tuples(columns)
    return lambda result: [dict(zip(names, row, strict=True)) for row in tuples(result)]
