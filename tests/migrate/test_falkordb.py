"""What FalkorDB's server must be kept from, and which index its queries use."""

from __future__ import annotations

import pytest

from runic.exceptions import (
    ConstraintViolationError,
    InvalidArgumentError,
    UnsupportedFeatureError,
    UsageError,
)
from runic.migrate import (
    ValidationResult,
)
from runic.ogm.core.descriptors import Field
from runic.ogm.core.metadata import MetaData
from runic.ogm.core.models import Node
from runic.ogm.schema.index_manager import IndexSpec
from tests.migrate.conftest import Place, settled
from tests.migrate.models import SEEKING, Capital, City, Knows, Person
from tests.servers import FalkorDBServer

spec = pytest.mark.spec
pytestmark = pytest.mark.only("falkordb")
EMAIL = IndexSpec("Person", "email", "UNIQUE")
IN_ORDER = ValidationResult(True)


# ---- which index a query uses


@pytest.mark.parametrize("query", SEEKING)
async def test_queries_on_any_class_of_a_hierarchy_use_its_indexes(place: Place, query: str) -> None:
    # Row 96 of the pitfalls: every look-up by key read the whole label.
    await place.schema.sync_schema([City, Capital])
    await place.execute("CREATE (:Location:Place:City:Capital {id: 'a', name: 'a', population: 4, area: 3})")
    plan = await settled(place.driver.explain(query))
    assert "Node By Index Scan" in plan
    assert "Label Scan" not in plan


async def test_queries_by_a_property_of_a_relationship_use_its_index(place: Place) -> None:
    await place.schema.sync_schema([Knows])
    await place.execute("CREATE (:Person)-[:KNOWS {since: 1}]->(:Person)")
    assert "Edge By Index Scan" in await settled(
        place.driver.explain("MATCH (a)-[r:KNOWS]->(b) WHERE r.since = 1 RETURN r")
    )


# ---- what would end the server


@pytest.mark.parametrize("text", ["", " a", "a\t", "\n", "x" * 4097, "é" * 2049])
async def test_a_constraint_over_texts_that_end_the_server_is_refused(place: Place, text: str) -> None:
    await place.execute("UNWIND ['ok', $text, 'x', 3, null, ['l ']] AS e CREATE (:Person {email: e})", {"text": text})
    with pytest.raises(ConstraintViolationError, match=r"UNIQUE on :Person\(email\) was not created: email has the"):
        await place.indexes.create_spec(EMAIL)
    assert await place.schema.validate_schema([]) == IN_ORDER
    await place.execute("MATCH (n:Person) WHERE n.email = $text SET n.email = null", {"text": text})
    await place.indexes.create_spec(EMAIL)
    assert place.raw("MATCH (n:Person) RETURN count(n)") == [[6]]


async def test_the_texts_of_relationships_are_looked_at_too(place: Place) -> None:
    await place.execute("CREATE (:Person)-[:KNOWS {code: ' c'}]->(:Person)")
    with pytest.raises(ConstraintViolationError, match="code has the value ' c'"):
        await place.indexes.create_indexes(Knows)


async def test_long_texts_within_the_limit_are_no_obstacle(place: Place) -> None:
    await place.execute("CREATE (:Person {email: $text})", {"text": "x" * 4096})
    await place.indexes.create_spec(EMAIL)
    assert place.raw("MATCH (n:Person) RETURN count(n)") == [[1]]


async def test_the_index_under_a_constraint_is_not_dropped(place: Place) -> None:
    support = IndexSpec("Person", "email", "RANGE")
    await place.indexes.create_spec(EMAIL)
    with pytest.raises(UsageError, match=r"UNIQUE on :Person\(email\) stands on .* drop the constraint first"):
        await place.indexes.drop_spec(support)
    await place.execute("CREATE (:Person {email: 'still alive'})")
    await place.indexes.drop_spec(EMAIL)
    await place.indexes.drop_spec(support)
    assert await place.schema.validate_schema([]) == IN_ORDER


@pytest.mark.parametrize("name", ["a b", "é", "1a", "a-b"])
async def test_a_constraint_on_a_name_that_the_command_cannot_take_is_refused_before_anything_is_made(
    place: Place, name: str
) -> None:
    class Odd(Node, labels=["Odd"], registry=MetaData()):
        id: str
        value: str = Field(unique=True, property=name)

    for known in (IndexSpec(name, "id", "UNIQUE"), IndexSpec("Odd", "id", "MANDATORY", also=(name,))):
        with pytest.raises(UnsupportedFeatureError, match="ASCII letters"):
            await place.indexes.create_spec(known)
    with pytest.raises(UnsupportedFeatureError, match=r"Odd\.value"):
        await place.schema.sync_schema([Odd])
    assert await place.schema.validate_schema([]) == IN_ORDER


async def test_names_that_cannot_be_written_are_refused(place: Place) -> None:
    for known in (IndexSpec("a`b", "id", "RANGE"), IndexSpec("A", "i`d", "FULLTEXT"), IndexSpec("A", "i\nd", "RANGE")):
        with pytest.raises(InvalidArgumentError):
            await place.indexes.create_spec(known)
    with pytest.raises(UnsupportedFeatureError, match="an index of its own"):
        await place.indexes.create_spec(IndexSpec("A", "a", "RANGE", also=("b",)))


# ---- what stands for a driver


@spec(411, 415)
async def test_a_graph_handle_of_the_client_is_taken(place: Place) -> None:
    assert isinstance(place.server, FalkorDBServer)
    handle = place.server.client().select_graph(place.graph)
    schema = place.schema_over(handle)
    await schema.sync_schema([Person])
    assert await place.schema.validate_schema([Person]) == IN_ORDER
