"""AcmeGraph, a database that nobody makes, for runic: it speaks Bolt and openCypher, and has no search."""

# region backend
from runic.cypher.dialect import Dialect, Feature
from runic.ogm.driver.bolt import BoltBackend

ACME = Dialect(
    name="AcmeGraph",
    features=frozenset(Feature) - {Feature.FULLTEXT, Feature.VECTOR},
    refusals={
        Feature.FULLTEXT: "Keep the texts in a search engine of their own.",
        Feature.VECTOR: "Keep the vectors in a store of their own.",
    },
    element_id="elementId({variable})",
    element_id_type=str,
    # Models may annotate a generated key as int: the last part of "4:…:17" is what id() returns.
    integer_id="id({variable})",
    integer_of=lambda element_id: int(element_id.rpartition(":")[2]),
    functions={"point": "point"},
    unicode_escapes=True,
    set_compares=True,
    # It has Neo4j's statements for indexes and constraints.
    schema="runic.ogm.driver.neo4j.ddl:Neo4jSchema",
)


class AcmeBackend(BoltBackend):
    """How AcmeGraph is reached: ``create_driver("acme", host=…)`` or ``create_driver("acme://host")``."""

    name = "acme"
    dialect = ACME
    schemes = ("acme", "acme+s")


# endregion backend
