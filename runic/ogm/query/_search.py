"""The search procedures of a dialect as the source of a statement."""

from __future__ import annotations

from runic.cypher import ast
from runic.cypher.dialect import Feature, Procedure
from runic.cypher.schema import DEFAULT_SIMILARITY
from runic.exceptions import InvalidArgumentError
from runic.ogm.core._labels import own_label
from runic.ogm.mapper.codec import NodeCodec
from runic.ogm.mapper.values import FieldCodec
from runic.ogm.query._question import FulltextSearch, SearchWords, VectorSearch
from runic.ogm.query._scope import SCORE

__all__ = ["by_fulltext", "by_vector"]


def by_fulltext(
    source: FulltextSearch, codec: NodeCodec, variable: str, where: tuple[ast.Expression, ...]
) -> list[ast.Clause]:
    """Return the clauses that bind *variable* and the score to what the class's full-text index finds.

    Raises :class:`UnsupportedFeatureError` where the database has no such search.
    """
    codec.dialect.require(Feature.FULLTEXT, "fulltext_search()")
    procedure = codec.dialect.procedures["fulltext"]
    indexed = tuple([field.property for field in codec.fields.values() if field.field.index_type == "FULLTEXT"])
    if not indexed:
        raise InvalidArgumentError(
            f"{codec.cls.__name__} has no full-text index; give a field index_type='FULLTEXT', then sync_schema()"
        )
    text = ast.Named("__fts_query", _text(source, codec, procedure, indexed))
    return [_call(procedure, [*_index(codec, procedure, indexed), text], variable, where)]


def by_vector(
    source: VectorSearch, codec: NodeCodec, variable: str, where: tuple[ast.Expression, ...]
) -> list[ast.Clause]:
    """Return the clauses that bind *variable* and the score to the nearest nodes that fulfil *where*.

    Raises :class:`UnsupportedFeatureError` where the database has no such search.
    """
    codec.dialect.require(Feature.VECTOR, "vector_search()")
    procedure = codec.dialect.procedures["vector"]
    field = _indexed(codec, source.field, "VECTOR", "vector index")
    similarity: str = field.field.similarity or DEFAULT_SIMILARITY
    stored = _vector(source, field, similarity)
    vector = field.wrapped(ast.Named("__knn_vec", stored))
    if procedure.exact is not None and (where or source.k > procedure.most):
        value, having = procedure.exact(similarity, ast.Property(variable, field.property), vector, len(stored))
        path = ast.Path(ast.NodePattern(variable, codec.labels))
        return [ast.Match((path,), (*where, *having)), _kept(variable, ast.Item(value, SCORE), source.k)]
    # The procedure cuts before a condition filters: with one, it has to hand over everything.
    k = procedure.most if where else source.k
    arguments = [*_index(codec, procedure, (field.property,)), ast.Constant(k), vector]
    found = _call(procedure, arguments, variable, where)
    template = procedure.scores.get(similarity, "")
    shown = ast.Item(ast.Raw(template.format(score=SCORE)), SCORE) if template else ast.Item(ast.Variable(SCORE))
    return [found, _kept(variable, shown, source.k if where else None)] if where or template else [found]


def _kept(variable: str, score: ast.Item, nearest: int | None) -> ast.With:
    """Return a WITH of the node and its score, of the nearest alone if told how many."""
    order = () if nearest is None else (ast.Order(ast.Variable(SCORE), True),)
    return ast.With((ast.Item(ast.Variable(variable)), score), order=order, limit=nearest)


def _call(
    procedure: Procedure,
    arguments: list[ast.Expression],
    variable: str,
    where: tuple[ast.Expression, ...],
) -> ast.Call:
    node, value = procedure.yields
    return ast.Call(procedure.name, tuple(arguments), ((node, variable), (value, SCORE)), where)


def _index(codec: NodeCodec, procedure: Procedure, properties: tuple[str, ...]) -> list[ast.Expression]:
    """Return the arguments that name the index."""
    return [ast.Constant(part) for part in procedure.index(own_label(codec.cls.__runic_meta__), properties)]


def _text(source: FulltextSearch, codec: NodeCodec, procedure: Procedure, indexed: tuple[str, ...]) -> str:
    fields = [_indexed(codec, name, "FULLTEXT", "full-text index") for name in source.fields]
    if procedure.text is None:
        if fields:
            raise InvalidArgumentError(
                f"{codec.dialect.name} cannot restrict a full-text search to fields; leave fields out"
            )
        return source.text
    words = isinstance(source.text, SearchWords)
    text = source.text.typed if isinstance(source.text, SearchWords) else source.text
    named = tuple([field.property for field in fields]) or (indexed if procedure.every_property else ())
    return procedure.text(text, named, words=words)


def _vector(source: VectorSearch, field: FieldCodec, similarity: str) -> list[float]:
    size = field.field.dimension
    vector: list[float] | None = field.encode(source.vector)
    if vector is None or (size is not None and len(vector) != size):
        raise InvalidArgumentError(f"{field.owner}.{field.name} takes a vector of {size or 'some'} numbers")
    if similarity == "cosine" and not any(vector):
        raise InvalidArgumentError(
            f"{field.owner}.{field.name} is compared by cosine, and a vector of zeros has no direction; "
            "search for another one, or declare similarity='euclidean'"
        )
    return vector


def _indexed(codec: NodeCodec, name: str, kind: str, what: str) -> FieldCodec:
    field = codec.field(name)
    if field.field.index_type != kind:
        raise InvalidArgumentError(f"{field.owner}.{field.name} has no {what}; give it index_type={kind!r}")
    return field
