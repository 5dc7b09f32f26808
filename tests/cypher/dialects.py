"""Dialects for the tests: the real one of FalkorDB, one that does everything, and one with a label per node."""

from __future__ import annotations

from runic.cypher.dialect import Dialect, ExtraLabels, Feature

EVERYTHING = Dialect(
    name="Everything",
    features=frozenset(Feature),
    functions={"point": "point"},
    element_id="elementId({variable})",
    element_id_type=str,
)

ONE_LABEL = Dialect(
    name="Apache AGE",
    features=frozenset({Feature.UNDIRECTED_MERGE, Feature.TRANSACTIONS, Feature.PATTERN_PREDICATE}),
    refusals={
        Feature.VECTOR: "Use pgvector on the label tables.",
        Feature.MULTI_LABEL: "Name one label in the pattern.",
    },
    extra_labels=ExtraLabels.AS_PROPERTY,
    always_quote=True,
    reserved_variables=frozenset({"COUNT"}),
)
