"""The search procedures of a dialect as the source of a statement."""

from __future__ import annotations

from runic.cypher import ast
from runic.cypher.dialect import Feature
from runic.exceptions import InvalidArgumentError
from runic.ogm.mapper.codec import NodeCodec
from runic.ogm.query._question import FulltextSearch, LabelScan, Source, VectorSearch

__all__ = ["call"]

FULLTEXT_PARAMETER, VECTOR_PARAMETER = "__fts_query", "__knn_vec"


def call(
    source: Source, codec: NodeCodec, variable: str, score: str, where: tuple[ast.Expression, ...]
) -> ast.Call | None:
    """Return the call that binds *variable* and *score*, or None where the source is a label scan.

    Raises :class:`UnsupportedFeatureError` where the database has no such search.
    """
    if isinstance(source, LabelScan):
        return None
    dialect = codec.dialect
    if isinstance(source, FulltextSearch):
        dialect.require(Feature.FULLTEXT, "fulltext_search()")
        procedure = dialect.procedures["fulltext"]
        arguments: tuple[ast.Expression, ...] = (
            ast.Constant(codec.labels[-1]),
            ast.Named(FULLTEXT_PARAMETER, _restricted(source, codec)),
        )
    else:
        dialect.require(Feature.VECTOR, "vector_search()")
        procedure = dialect.procedures["vector"]
        arguments = _nearest(source, codec)
    node, value = procedure.yields
    return ast.Call(procedure.name, arguments, ((node, variable), (value, score)), where)


def _restricted(source: FulltextSearch, codec: NodeCodec) -> str:
    if not source.fields:
        return source.text
    names = "|".join([codec.field(name).property for name in source.fields])
    return f"@{names}:({source.text})"


def _nearest(source: VectorSearch, codec: NodeCodec) -> tuple[ast.Expression, ...]:
    field = codec.field(source.field)
    if field.field.index_type != "VECTOR":
        raise InvalidArgumentError(
            f"{codec.cls.__name__}.{source.field} has no vector index; give it index_type='VECTOR'"
        )
    vector = ast.Named(VECTOR_PARAMETER, field.encode(source.vector))
    return (
        ast.Constant(codec.labels[-1]),
        ast.Constant(field.property),
        ast.Constant(source.k),
        field.wrapped(vector),
    )
