"""The fixed statements of a unit of work: built from the language, compiled once per mapper.

Every batch unwinds ``$rows``, a list of lists. Nodes are addressed by element id, which is a seek, and guarded by
key and label, so that an id that was given to another node meanwhile matches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from runic.cypher import ast
from runic.cypher.compiler import Statement, compiler_for
from runic.cypher.dialect import Feature
from runic.ogm.mapper.codec import EdgeCodec, EntityCodec, NodeCodec
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.mapper.relations import RelationInfo

__all__ = ["EdgeShape", "Statements"]

ROW = ast.Variable("row")
_ROWS = ast.Unwind(ast.Named("rows", None), "row")


@dataclass(frozen=True, slots=True)
class EdgeShape:
    """What makes relationships alike enough for one statement: type, hierarchies of both ends, edge class.

    ``defaults`` says that the values are defaults, which an edge that exists does not take over its own;
    ``removed`` names the fields to be removed one at a time.
    """

    type: str
    start: Any
    end: Any
    undirected: bool = False
    edge: Any = None
    defaults: bool = False
    removed: tuple[str, ...] = ()


def _at(position: int) -> ast.Expression:
    return ast.Index(ROW, position)


def _stage(**names: int) -> ast.With:
    """Bind elements of the row to variables: a seek by element id wants a variable, not an expression."""
    items = [ast.Item(ROW), *(ast.Item(_at(position), name) for name, position in names.items())]
    return ast.With(tuple(items))


def _find(variable: str, id_variable: str, key: ast.Expression, codec: NodeCodec) -> ast.Match:
    same_id = ast.Compare(ast.ElementId(variable), "=", ast.Variable(id_variable))
    label = ast.HasLabels(variable, (codec.root_label,))
    guards: list[ast.Expression] = [label]
    if not codec.key.generated:
        guards.insert(0, ast.Compare(ast.Property(variable, codec.key.property), "=", key))
    if codec.dialect.hidden_guards:
        guards = [ast.Case(label, ast.Constant(True) if codec.key.generated else guards[0], ast.Constant(False))]
    return ast.Match((ast.Path(ast.NodePattern(variable)),), (same_id, *guards))


def _emptying(codec: EntityCodec, variable: str, names: tuple[str, ...], *kept: str) -> list[ast.Clause]:
    """Return the clauses that empty properties before they are set, as the server takes near values for equal."""
    # A constraint may ask for a vector to exist, and for a number to be unique.
    vectors = tuple(name for name in names if codec.fields[name].wrap == "vector")
    clauses: list[ast.Clause] = []
    if vectors:
        emptied = tuple(ast.SetProperty(variable, codec.fields[name].property, ast.ListOf(())) for name in vectors)
        clauses += [ast.Set(emptied), _carry(variable, *kept)]
    for name in names:
        if name not in vectors:
            clauses += [_remove(codec, variable, name), _carry(variable, *kept)]
    return clauses


def _assigning(
    codec: EntityCodec, variable: str, start: int, names: tuple[str, ...], removed: tuple[str, ...], *kept: str
) -> list[ast.Clause]:
    """Return the clauses that set *names* from the row, and remove those of *removed* one at a time."""
    assignments = codec.assignments(variable, ROW, start, names, without=removed)
    clauses: list[ast.Clause] = [ast.Set(assignments)] if assignments else []
    for name in removed:
        clauses += [_carry(variable, *kept), _remove(codec, variable, name)]
    return clauses


def _remove(codec: EntityCodec, variable: str, name: str) -> ast.Clause:
    return ast.Set((ast.SetProperty(variable, codec.fields[name].property, ast.Constant(None)),))


def _carry(*variables: str) -> ast.With:
    return ast.With((ast.Item(ROW), *(ast.Item(ast.Variable(name)) for name in variables)))


def _hop(start: str, end: str, type: str, variable: str, direction: ast.Direction = "OUTGOING") -> ast.Path:
    return ast.Path(ast.NodePattern(start), (ast.Hop(type, direction, ast.NodePattern(end), variable),))


class Statements:
    """Compile each statement at its first use and keep it on the mapper."""

    def __init__(self, mapper: Mapper) -> None:
        self._mapper = mapper
        self._compiler = compiler_for(mapper.dialect)

    def _once(self, key: Hashable, build: Callable[[], list[ast.Clause]]) -> Statement:
        known = self._mapper.compiled.get(key)
        if known is None:
            known = self._compiler.compile(ast.Query(tuple(build())))
            self._mapper.compiled[key] = known
        return known

    # -- reading ------------------------------------------------------------------------------------------------

    def get(self, codec: NodeCodec) -> Statement:
        """``$key`` → the node of the class with that key."""

        def build() -> list[ast.Clause]:
            key = codec.key
            subject = ast.ElementId("n", key.numbered) if key.generated else ast.Property("n", key.property)
            return [_scan("n", codec, (ast.Compare(subject, "=", ast.Named("key", None)),)), _return("n")]

        return self._once(("get", codec.cls), build)

    def reload(self, codec: NodeCodec) -> Statement:
        """``$id``, ``$key`` → the node again."""

        def build() -> list[ast.Clause]:
            start = ast.With((ast.Item(ast.Named("id", None), "i"),))
            return [start, _find("n", "i", ast.Named("key", None), codec), _return("n")]

        return self._once(("reload", codec.root), build)

    def reload_edge(self, type: str) -> Statement:
        """``$start``, ``$end``, ``$id`` → the relationship again."""

        def build() -> list[ast.Clause]:
            return [
                ast.With((ast.Item(ast.Named("start", None), "i"), ast.Item(ast.Named("end", None), "j"))),
                ast.Match((_hop("a", "b", type, "r"),), _edge_where(ast.Named("id", None))),
                _return("r"),
            ]

        return self._once(("reload edge", type), build)

    def keys(self, codec: NodeCodec) -> Statement:
        """``$keys`` → those that nodes of the hierarchy have already."""
        return self.values(codec, codec.key.property)

    def values(self, codec: NodeCodec, property: str) -> Statement:
        """``$keys`` → those that nodes of the hierarchy hold in *property*."""

        def build() -> list[ast.Clause]:
            subject = ast.Property("n", property)
            where = ast.Compare(subject, "IN", ast.Named("keys", None))
            root = ast.NodePattern("n", (codec.root_label,))
            return [ast.Match((ast.Path(root),), (where,)), ast.Return((ast.Item(subject, "k"),))]

        return self._once(("values", codec.root, property), build)

    def members(self, owner: NodeCodec, info: RelationInfo) -> Statement:
        """Rows ``[id, key]`` → id and all members of the relation."""

        def build() -> list[ast.Clause]:
            target = self._mapper.node(info.target)
            hop = ast.Hop(info.type, info.direction, ast.NodePattern("m", target.labels))
            return [
                _ROWS,
                _stage(i=0),
                _find("n", "i", _at(1), owner),
                ast.Match((ast.Path(ast.NodePattern("n"), (hop,)),)),
                ast.Return(
                    (ast.Item(ast.Variable("i"), "i"), ast.Item(ast.Function("collect", (ast.Variable("m"),)), "m"))
                ),
            ]

        return self._once(("members", owner.root, info.owner, info.name, info.target), build)

    # -- writing nodes ------------------------------------------------------------------------------------------

    def create(self, codec: NodeCodec) -> Statement:
        """Rows ``[*values, number]`` → number and element id of each new node."""

        def build() -> list[ast.Clause]:
            node = ast.NodePattern("n", codec.labels, codec.pattern_properties(ROW, 0))
            number = ast.Item(_at(len(codec.stored)), "number")
            return [_ROWS, ast.Create(ast.Path(node)), ast.Return((number, ast.Item(ast.ElementId("n"), "id")))]

        return self._once(("create", codec.cls), build)

    def update(
        self, codec: NodeCodec, names: tuple[str, ...], emptied: tuple[str, ...] = (), removed: tuple[str, ...] = ()
    ) -> Statement:
        """Rows ``[id, key, *values]`` → the ids that were found."""

        def build() -> list[ast.Clause]:
            return [
                _ROWS,
                _stage(i=0),
                _find("n", "i", _at(1), codec),
                *_emptying(codec, "n", emptied, "i"),
                *_assigning(codec, "n", 2, names, removed, "i"),
                ast.Return((ast.Item(ast.Variable("i"), "i"),)),
            ]

        return self._once(("update", codec.cls, names, emptied, removed), build)

    def delete(self, codec: NodeCodec) -> Statement:
        """Rows ``[id, key]``: delete each node with its relationships."""

        def build() -> list[ast.Clause]:
            return [_ROWS, _stage(i=0), _find("n", "i", _at(1), codec), ast.Delete("n", detach=True)]

        return self._once(("delete", codec.root), build)

    # -- writing edges ------------------------------------------------------------------------------------------

    def relate(self, shape: EdgeShape, *, new: bool, counted: bool = False) -> Statement:
        """Rows ``[start, end, start key, end key, number, *values]`` → number, edge id and whether it existed.

        *new* says that no such relationship can exist; otherwise one that does is updated.
        """

        def build() -> list[ast.Clause]:
            edge = self._mapper.edge(shape.edge) if shape.edge is not None else None
            found: list[ast.Clause] = [_ROWS, _stage(i=0, j=1), *self._ends(shape)]
            returned = [ast.Item(_at(4), "number"), ast.Item(ast.ElementId("r"), "id")]
            if new:
                properties = edge.pattern_properties(ROW, 5) if edge is not None else ()
                hop = ast.Hop(shape.type, "OUTGOING", ast.NodePattern("b"), "r", properties=properties)
                created = ast.Create(ast.Path(ast.NodePattern("a"), (hop,)))
                return [*found, created, ast.Return((*returned, ast.Item(ast.Constant(False), "existed")))]
            merge = self._merge(shape, counted)
            assigned: list[ast.Clause] = []
            if edge is not None and edge.names and shape.defaults:
                assigned.append(ast.Set(edge.assignments("r", ROW, 5, edge.names, missing=True)))
            elif edge is not None:
                vectors = tuple(f.name for f in edge.stored if f.wrap == "vector" and f.dialect.set_compares)
                kept = ("existed",) if counted else ()
                assigned += _emptying(edge, "r", vectors, *kept)
                assigned += _assigning(edge, "r", 5, edge.names, shape.removed, *kept)
            existed = ast.Variable("existed") if counted else ast.Constant(False)
            return [*found, *merge, *assigned, ast.Return((*returned, ast.Item(existed, "existed")))]

        return self._once(("relate", shape, new, counted), build)

    def _ends(self, shape: EdgeShape) -> list[ast.Clause]:
        start, end = self._mapper.node(shape.start), self._mapper.node(shape.end)
        return [_find("a", "i", _at(2), start), _find("b", "j", _at(3), end)]

    def _merge(self, shape: EdgeShape, counted: bool) -> list[ast.Clause]:
        """Match or create the relationship; an undirected one is found whichever way it is stored."""
        native = Feature.UNDIRECTED_MERGE in self._mapper.dialect.features
        start, end, clauses = "a", "b", list[ast.Clause]()
        if shape.undirected and not native:
            start, end = "s", "t"
            is_new = ast.IsNull(ast.Variable("x"))
            clauses += [
                ast.Match((_hop("b", "a", shape.type, "x"),), optional=True),
                ast.With(
                    (
                        ast.Item(ROW),
                        ast.Item(ast.Case(is_new, ast.Variable("a"), ast.Variable("b")), "s"),
                        ast.Item(ast.Case(is_new, ast.Variable("b"), ast.Variable("a")), "t"),
                    )
                ),
            ]
        direction: ast.Direction = "BOTH" if shape.undirected and native else "OUTGOING"
        if counted:
            clauses += [
                ast.Match((_hop(start, end, shape.type, "y", direction),), optional=True),
                ast.With((*_carry(start, end).items, ast.Item(ast.IsNull(ast.Variable("y"), negated=True), "existed"))),
            ]
        return [*clauses, ast.Merge(_hop(start, end, shape.type, "r", direction))]

    def unrelate(self, shape: EdgeShape) -> Statement:
        """Rows ``[start, end, start key, end key]``: delete the relationships between them."""

        def build() -> list[ast.Clause]:
            direction: ast.Direction = "BOTH" if shape.undirected else "OUTGOING"
            path = _hop("a", "b", shape.type, "r", direction)
            return [_ROWS, _stage(i=0, j=1), *self._ends(shape), ast.Match((path,)), ast.Delete("r")]

        return self._once(("unrelate", shape), build)

    def unrelate_others(self, owner: NodeCodec, type: str, direction: ast.Direction, target: NodeCodec) -> Statement:
        """Rows ``[id, key, kept ids]``: delete the relationships to any other node of the target class."""

        def build() -> list[ast.Clause]:
            hop = ast.Hop(type, direction, ast.NodePattern("b", target.labels), "r")
            kept = ast.Compare(ast.ElementId("b"), "IN", _at(2))
            return [
                _ROWS,
                _stage(i=0),
                _find("a", "i", _at(1), owner),
                _carry("a"),  # else the server starts at every node of the target's class, for each row
                ast.Match((ast.Path(ast.NodePattern("a"), (hop,)),), (ast.Not(kept),)),
                ast.Delete("r"),
            ]

        return self._once(("unrelate others", owner.root, type, direction, target.cls), build)

    def update_edges(
        self, codec: EdgeCodec, names: tuple[str, ...], emptied: tuple[str, ...] = (), removed: tuple[str, ...] = ()
    ) -> Statement:
        """Rows ``[start, end, edge id, *values]`` → the edge ids that were found."""

        def build() -> list[ast.Clause]:
            return [
                _ROWS,
                _stage(i=0, j=1),
                ast.Match((_hop("a", "b", codec.type, "r"),), _edge_where(_at(2))),
                *_emptying(codec, "r", emptied),
                *_assigning(codec, "r", 3, names, removed),
                ast.Return((ast.Item(ast.ElementId("r"), "id"),)),
            ]

        return self._once(("update edges", codec.cls, names, emptied, removed), build)

    def delete_edges(self, type: str) -> Statement:
        """Rows ``[start, end, edge id]``: delete each relationship."""

        def build() -> list[ast.Clause]:
            found = ast.Match((_hop("a", "b", type, "r"),), _edge_where(_at(2)))
            return [_ROWS, _stage(i=0, j=1), found, ast.Delete("r")]

        return self._once(("delete edges", type), build)


def _edge_where(edge_id: ast.Expression) -> tuple[ast.Expression, ...]:
    # By the id of the relationship alone the server would look at every one; by both ends it seeks.
    return (
        ast.Compare(ast.ElementId("a"), "=", ast.Variable("i")),
        ast.Compare(ast.ElementId("b"), "=", ast.Variable("j")),
        ast.Compare(ast.ElementId("r"), "=", edge_id),
    )


def _scan(variable: str, codec: NodeCodec, where: tuple[ast.Expression, ...]) -> ast.Match:
    return ast.Match((ast.Path(ast.NodePattern(variable, codec.labels)),), where)


def _return(variable: str) -> ast.Return:
    return ast.Return((ast.Item(ast.Variable(variable)),))
