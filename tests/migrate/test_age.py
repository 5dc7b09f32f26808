"""Indexes of AGE: tables of labels, what queries use, further labels of a hierarchy, and what it cannot have."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from runic.exceptions import ConstraintViolationError, InvalidArgumentError, MetadataError, UnsupportedFeatureError
from runic.migrate import AsyncSchemaManager, IndexSpec, SchemaManager, ValidationResult
from runic.ogm import Edge, Field, MetaData, Node, Relation
from tests.migrate.conftest import Place

pytestmark = pytest.mark.only("age")
IN_ORDER = ValidationResult(True)
registry = MetaData()


class Location(Node, labels=["Location"], registry=registry):
    id: str
    name: str | None = Field(default=None, index=True)
    roads: list[Location] = Relation(relationship="ROAD", direction="OUTGOING", target="Location", edge_model="Road")


class City(Location, labels=["Location", "City"]):
    code: str | None = Field(default=None, unique=True)
    size: int | None = Field(default=None, index=True)


class Country(Location, labels=["Location", "Country"]):
    code: str | None = Field(default=None)


class Road(Edge, type="ROAD", registry=registry):
    number: str | None = Field(default=None, unique=True)


class Text(Node, labels=["Text"], registry=MetaData()):
    id: str
    title: str | None = Field(default=None, index=True)
    body: str | None = Field(default=None, index_type="FULLTEXT")


CLASSES: list[type] = [Location, City, Country, Road]


def plan(place: Place, query: str) -> str:
    server: Any = place.server
    # Without rows the planner sees no gain in an index.
    server.client().sql("SET enable_seqscan = off")
    rows = server.client().sql(f"EXPLAIN SELECT * FROM cypher('{place.graph}', $age${query}$age$) AS (c agtype)")
    server.client().sql("RESET enable_seqscan")
    return "\n".join(line for (line,) in rows)


async def test_what_models_declare_is_created_compared_and_dropped(place: Place) -> None:
    assert not (await place.schema.validate_schema(CLASSES)).is_valid
    for _ in range(2):
        await place.schema.sync_schema(CLASSES)
        assert await place.schema.validate_schema(CLASSES) == IN_ORDER
    size = IndexSpec("City", "size", "RANGE")
    pair = IndexSpec("Location", "name", "UNIQUE", also=("id",))
    await place.indexes.drop_spec(size)
    await place.indexes.create_spec(pair)
    assert await place.schema.validate_schema(CLASSES) == ValidationResult(False, [size], [pair])
    await place.schema.sync_schema(CLASSES, drop_extra=True)
    assert await place.schema.validate_schema(CLASSES) == IN_ORDER
    await place.schema.sync_schema([], drop_extra=True)
    assert await place.schema.validate_schema([]) == IN_ORDER


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (n:Location) WHERE n.id = 'a' RETURN n",
        "MATCH (n:Location) WHERE 'City' IN n._labels AND n.id = 'a' RETURN n",
        "MATCH (n:Location) WHERE 'City' IN n._labels AND n.code = 'a' RETURN n",
        "MATCH (n:Location) WHERE 'City' IN n._labels AND n.size = 3 RETURN n",
        "MATCH (a:Location)-[r:ROAD]->(b) WHERE r.number = '1' RETURN r",
    ],
)
async def test_what_sessions_send_finds_an_index(place: Place, query: str) -> None:
    await place.schema.sync_schema(CLASSES)
    assert "Index Cond: (agtype_access_operator" in plan(place, query)


async def test_a_unique_field_of_a_subclass_binds_its_own_nodes_only(place: Place) -> None:
    await place.schema.sync_schema(CLASSES)
    await place.store(City(id="a", code="x"), Country(id="b", code="x"), Country(id="c", code="x"))
    with pytest.raises(ConstraintViolationError, match=r"City\(id='d'\)"):
        await place.store(City(id="d", code="x"))
    await place.store(City(id="d", code="y"))


async def test_duplicates_in_a_subclass_are_found_by_the_statement_of_the_error(place: Place) -> None:
    for node in (City(id="a", code="x"), City(id="b", code="x"), Country(id="c", code="x")):
        await place.store(node)
    with pytest.raises(ConstraintViolationError) as caught:
        await place.schema.sync_schema(CLASSES)
    message = str(caught.value)
    assert message.startswith("UNIQUE on :City(code), declared by City.code does not hold")
    assert place.raw(message.partition("Find them: ")[2]) == [["x", 2]]
    missing = IndexSpec("City", "code", "UNIQUE")
    assert await place.schema.validate_schema(CLASSES) == ValidationResult(False, missing_indexes=[missing])


async def test_a_unique_field_of_an_edge(place: Place) -> None:
    await place.schema.sync_schema(CLASSES)
    await place.execute("CREATE (:Location {id: 'a'})-[:ROAD {number: '1'}]->(:Location {id: 'b'})")
    with pytest.raises(ConstraintViolationError):
        await place.execute("CREATE (:Location {id: 'c'})-[:ROAD {number: '1'}]->(:Location {id: 'd'})")


async def test_a_search_that_a_model_declares_is_reported_when_the_rest_is_in_force(place: Place) -> None:
    for attempt in (place.schema.sync_schema([Text]), place.indexes.create_indexes(Text)):
        with pytest.raises(UnsupportedFeatureError, match=r"Everything else is in force(.|\n)*FULLTEXT.*Text\.body"):
            await attempt
        missing = IndexSpec("Text", "body", "FULLTEXT")
        assert await place.schema.validate_schema([Text]) == ValidationResult(False, missing_indexes=[missing])


async def test_a_mandatory_property_is_refused_with_the_reason(place: Place) -> None:
    with pytest.raises(UnsupportedFeatureError, match="check required fields"):
        await place.indexes.create_spec(IndexSpec("Location", "name", "MANDATORY"))


async def test_names_that_no_table_has_are_refused(place: Place) -> None:
    for label in ("two words", "1st", "x" * 64):
        with pytest.raises(InvalidArgumentError, match="rename it"):
            await place.indexes.create_spec(IndexSpec(label, "p", "RANGE"))
    assert await place.schema.validate_schema([]) == IN_ORDER


async def test_one_name_for_a_label_and_a_type_is_refused(place: Place) -> None:
    class Same(Node, labels=["Same"], registry=MetaData()):
        id: str

    class SameEdge(Edge, type="Same", registry=MetaData()):
        note: str | None = Field(default=None, index=True)

    with pytest.raises(MetadataError, match="'Same' would be both"):
        await place.schema.ensure_entity_types([Same, SameEdge])


async def test_other_indexes_are_left_alone(place: Place) -> None:
    await place.schema.sync_schema(CLASSES)
    server: Any = place.server
    table = f'"{place.graph}"."Location"'
    server.client().sql(f"CREATE INDEX by_size ON {table} (length(properties::text))")
    server.client().sql(f"CREATE INDEX by_id ON {table} (id) WHERE length(properties::text) > 10")
    await place.schema.sync_schema(CLASSES, drop_extra=True)
    assert await place.schema.validate_schema(CLASSES) == IN_ORDER
    names = server.client().sql("SELECT indexname FROM pg_indexes WHERE schemaname = %s", [place.graph])
    assert {"by_size", "by_id"} <= {name for (name,) in names}


@pytest.mark.only("sync")
async def test_programs_that_synchronise_one_new_graph(place: Place) -> None:
    drivers = [place.driver_again() for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda driver: SchemaManager(driver).sync_schema(CLASSES), drivers))
        assert await place.schema.validate_schema(CLASSES) == IN_ORDER
        list(threads.map(lambda driver: SchemaManager(driver).sync_schema([], drop_extra=True), drivers))
    for driver in drivers:
        driver.close()
    assert await place.schema.validate_schema([]) == IN_ORDER


@pytest.mark.only("async")
async def test_tasks_that_synchronise_one_new_graph(place: Place) -> None:
    await asyncio.gather(*(AsyncSchemaManager(place.driver).sync_schema(CLASSES) for _ in range(5)))
    assert await place.schema.validate_schema(CLASSES) == IN_ORDER
