"""The dialect as data, on the class and on its instances, and FalkorDB's numbers and limits."""

from __future__ import annotations

import math
import re

import pytest

from runic.cypher.dialect import Dialect, Feature
from runic.exceptions import UnsupportedFeatureError
from runic.ogm.driver.falkordb.dialect import FALKORDB, FalkorDBDialect
from tests.cypher.dialects import EVERYTHING, ONE_LABEL


@pytest.mark.spec(213)
def test_the_documented_attribute_is_read_on_the_class_and_on_an_instance() -> None:
    assert FalkorDBDialect.supports_undirected_merge is False
    assert FalkorDBDialect().supports_undirected_merge is False
    assert FALKORDB.supports_undirected_merge is False
    assert EVERYTHING.supports_undirected_merge is True


def test_a_dialect_is_frozen_and_may_be_a_key() -> None:
    with pytest.raises(AttributeError):
        FALKORDB.user_functions = False
    assert {FALKORDB: 1}[FALKORDB] == 1


def test_require_passes_or_says_what_to_do_instead() -> None:
    FALKORDB.require(Feature.VECTOR, "vector_search()")
    sentence = "Apache AGE does not support vector_search(). Use pgvector on the label tables."
    with pytest.raises(UnsupportedFeatureError, match=f"^{re.escape(sentence)}$"):
        ONE_LABEL.require(Feature.VECTOR, "vector_search()")
    with pytest.raises(UnsupportedFeatureError, match=r"^Apache AGE does not support search\(\)\.$"):
        ONE_LABEL.require(Feature.FULLTEXT, "search()")


def test_every_refusal_of_falkordb_has_an_alternative() -> None:
    assert set(FALKORDB.refusals) == set(Feature) - FALKORDB.features
    assert all(sentence.endswith(".") for sentence in FALKORDB.refusals.values())


def test_falkordb_rounds_numbers_as_the_server_does() -> None:
    assert FALKORDB.round_float(0.1 + 0.2) == 0.3
    assert FALKORDB.round_single(48.8) == 48.79999923706055
    assert FALKORDB.round_coordinate(48.8) == 48.7999992370605
    assert (FALKORDB.round_single(1e39), FALKORDB.round_single(-1e39)) == (math.inf, -math.inf)
    assert EVERYTHING.round_float(0.1 + 0.2) == 0.1 + 0.2


@pytest.mark.parametrize(
    "text", ["", " a", "a ", "a\t", "\na", "a\x0b", "   ", "\x01", "a\x01b", "x" * 4097, "é" * 2049]
)
def test_falkordb_refuses_unique_texts_that_would_end_the_server(text: str) -> None:
    reason = FALKORDB.unique_text_limits(text)
    assert reason is not None
    assert reason.startswith("it ")
    assert reason.endswith("a unique constraint over it would end the FalkorDB server")
    assert FALKORDB.text_limits(text) is None
    assert EVERYTHING.unique_text_limits(text) is None


@pytest.mark.parametrize("text", ["a", "a b", "a\nb", "x" * 4096, "é" * 2048, "\u200b", "\x02"])
def test_falkordb_takes_other_unique_texts(text: str) -> None:
    assert FALKORDB.unique_text_limits(text) is None


def test_texts_and_numbers_that_cannot_be_stored() -> None:
    assert FALKORDB.text_limits("a\x00") == "it holds a NUL character, which FalkorDB cannot store"
    assert FALKORDB.unique_text_limits("a\x00b") == "it holds a NUL character, which FalkorDB cannot store"
    for dialect in (FALKORDB, EVERYTHING, Dialect):
        assert dialect.text_limits("a\ud800") == "it holds a lone surrogate, which UTF-8 cannot carry"
        assert dialect.integer_limits(2**63) == dialect.integer_limits(-(2**63) - 1) is not None
        assert dialect.integer_limits(2**63 - 1) is dialect.integer_limits(-(2**63)) is None
    for value in (math.nan, math.inf, -math.inf):
        assert FALKORDB.float_limits(value) == "it is not finite, and FalkorDB takes neither infinity nor NaN"
        assert EVERYTHING.float_limits(value) is None
    assert FALKORDB.float_limits(1.5) is None


def test_falkordb_searches_by_procedure() -> None:
    fulltext, vector = FALKORDB.procedures["fulltext"], FALKORDB.procedures["vector"]
    assert (fulltext.name, fulltext.yields) == ("db.idx.fulltext.queryNodes", ("node", "score"))
    assert (vector.name, vector.yields) == ("db.idx.vector.queryNodes", ("node", "score"))
    # What a vector search yields is a distance.
    assert not fulltext.scores
    assert vector.scores["cosine"].format(score="score") == "1 - score / 2"
