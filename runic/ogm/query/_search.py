"""The search procedures of a dialect as the source of a statement."""

from __future__ import annotations

from runic.cypher import ast
from runic.cypher.dialect import Feature
from runic.exceptions import InvalidArgumentError
from runic.ogm.core._labels import own_label
from runic.ogm.mapper.codec import NodeCodec
from runic.ogm.query._question import FulltextSearch, VectorSearch

__all__ = ["best_first", "call"]

_EVERYTHING = 1_000_000


def call(
    source: FulltextSearch | VectorSearch,
    codec: NodeCodec,
    variable: str,
    score: str,
    where: tuple[ast.Expression, ...],
) -> list[ast.Clause]:
    """Return the clauses that bind *variable* and *score*.

    Raises :class:`UnsupportedFeatureError` where the database has no such search.
    """
    label, dialect = own_label(codec.cls.__runic_meta__), codec.dialect
    if isinstance(source, FulltextSearch):
        dialect.require(Feature.FULLTEXT, "fulltext_search()")
        procedure = dialect.procedures["fulltext"]
        text = ast.Named("__fts_query", _restricted(source, codec, procedure.restricted))
        arguments: tuple[ast.Expression, ...] = (ast.Constant(label), text)
    else:
        dialect.require(Feature.VECTOR, "vector_search()")
        procedure = dialect.procedures["vector"]
        # The procedure cuts before a condition filters: with one, it has to hand over everything, nearest first.
        k = _EVERYTHING if where else source.k
        arguments = (ast.Constant(label), *_nearest(source, codec, k))
    node, value = procedure.yields
    found: list[ast.Clause] = [ast.Call(procedure.name, arguments, ((node, variable), (value, score)), where)]
    if where and isinstance(source, VectorSearch):
        items = (ast.Item(ast.Variable(variable)), ast.Item(ast.Variable(score)))
        order = (ast.Order(ast.Variable(score), best_first(codec)),)
        found.append(ast.With(items, order=order, limit=source.k))
    return found


def best_first(codec: NodeCodec) -> bool:
    """Tell whether the nearest nodes come first in descending order of the score."""
    return codec.dialect.procedures["vector"].higher_is_nearer


def _restricted(source: FulltextSearch, codec: NodeCodec, template: str) -> str:
    if not source.fields:
        return source.text
    if not template:
        raise InvalidArgumentError(
            f"{codec.dialect.name} cannot restrict a full-text search to fields; leave fields out"
        )
    fields = [codec.field(name) for name in source.fields]
    for field in fields:
        if field.field.index_type != "FULLTEXT":
            raise InvalidArgumentError(
                f"{field.owner}.{field.name} has no full-text index; give it index_type='FULLTEXT'"
            )
    return template.format(fields="|".join([field.property for field in fields]), text=source.text)


def _nearest(source: VectorSearch, codec: NodeCodec, k: int) -> tuple[ast.Expression, ...]:
    field = codec.field(source.field)
    if field.field.index_type != "VECTOR":
        raise InvalidArgumentError(f"{field.owner}.{field.name} has no vector index; give it index_type='VECTOR'")
    size = field.field.dimension
    vector = field.encode(source.vector)
    if vector is None or (size is not None and len(vector) != size):
        raise InvalidArgumentError(f"{field.owner}.{field.name} takes a vector of {size or 'some'} numbers")
    return ast.Constant(field.property), ast.Constant(k), field.wrapped(ast.Named("__knn_vec", vector))
