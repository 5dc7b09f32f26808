"""What the searches of Neo4j are sent: Lucene's query language, and the similarity of two vectors by function."""

from __future__ import annotations

import re

from runic.cypher import ast

__all__ = ["SIMILARITY_FUNCTIONS", "exact_score", "search_text"]

SIMILARITY_FUNCTIONS = ("vector.similarity.cosine", "vector.similarity.euclidean")

_NAME_PART = re.compile(r"(\W)")
_IN_QUOTES = re.compile(r'(["\\])')
# The empty text is a syntax error to Lucene; this finds nothing.
_NOTHING = '""'


def search_text(text: str, properties: tuple[str, ...], *, words: bool) -> str:
    """See :class:`runic.cypher.dialect.SearchText`; words of a query of one's own are joined by OR here.

    Each word that a person typed goes in quotes: the index then takes it apart as it took the stored texts apart, so
    that an address or a path finds itself. One that has nothing to search for, as a bracket or a stop word, is left
    out by the index.
    """
    names = [_NAME_PART.sub(r"\\\1", name) for name in properties]
    if words:
        quoted = ['"{}"'.format(_IN_QUOTES.sub(r"\\\1", word)) for word in text.split()]
        return " ".join([f"+({_in_each(names, word)})" for word in quoted]) or _NOTHING
    if not text.strip():
        return _NOTHING
    return _in_each(names, f"({text})") if names else text


def _in_each(names: list[str], text: str) -> str:
    return " ".join([f"{name}:{text}" for name in names]) or text


def exact_score(
    similarity: str, value: ast.Expression, vector: ast.Expression, dimension: int
) -> tuple[ast.Expression, tuple[ast.Expression, ...]]:
    """See :class:`runic.cypher.dialect.ExactScore`: the index leaves vectors of another length, and those of zeros
    under cosine, out; the function refuses them."""
    having: list[ast.Expression] = [ast.Compare(ast.Function("size", (value,)), "=", ast.Constant(dimension))]
    if similarity == "cosine":
        having.append(ast.Compare(value, "<>", ast.Named("__knn_zero", [0.0] * dimension)))
    return ast.Function(f"vector.similarity.{similarity}", (value, vector)), tuple(having)
