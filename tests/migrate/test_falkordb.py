"""What FalkorDB's server must be kept from, which index its queries use, and what stands for a driver."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from runic.exceptions import (
    ConstraintViolationError,
    InvalidArgumentError,
    InvalidTypeError,
    UnsupportedFeatureError,
    UsageError,
)
from runic.migrate import (
    AsyncIndexManager,
    AsyncSchemaManager,
    IndexAdapter,
    IndexManager,
    SchemaManager,
    ValidationResult,
    create_adapter,
)
from runic.ogm.core._labels import own_label
from runic.ogm.core.descriptors import Field
from runic.ogm.core.metadata import MetaData
from runic.ogm.core.models import Node
from runic.ogm.core.types import Vector
from runic.ogm.driver.factory import create_async_driver, create_driver
from runic.ogm.schema.index_manager import IndexSpec
from tests.migrate.conftest import Place
from tests.migrate.models import Capital, City, Document, Knows, Location, Person
from tests.servers import FalkorDBServer

spec = pytest.mark.spec
only = pytest.mark.only
EMAIL = IndexSpec("Person", "email", "UNIQUE")
IN_ORDER = ValidationResult(True)


# ---- which index a query uses


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (n:Location:Place:City) WHERE n.id = 'a' RETURN n",
        "MATCH (n:Location:Place) WHERE n.id = 'a' RETURN n",
        "MATCH (n:Location) WHERE n.id IN ['a', 'b'] RETURN n.id",
        "UNWIND [{k: 'a'}] AS row MATCH (n:Location:Place:City:Capital) WHERE n.id = row.k SET n.x = 1",
        "UNWIND [{k: 'a'}] AS row MERGE (n:Location:Place:City {id: row.k})",
        "MATCH (n:Location:Place:City) WHERE n.name = 'a' RETURN n",
        "MATCH (n:Location:Place:City:Capital) WHERE n.name = 'a' RETURN n",
        "MATCH (n:Location:Place:City) WHERE n.population > 3 RETURN n",
        "MATCH (n:Location:Place:City:Capital) WHERE n.population > 3 AND n.id = 'a' RETURN n",
        "MATCH (n:Location:Place:City) WHERE n.area = 3 RETURN n",
    ],
)
async def test_queries_on_any_class_of_a_hierarchy_use_its_indexes(place: Place, query: str) -> None:
    # Row 96 of the pitfalls: every look-up by key read the whole label.
    await place.schema.sync_schema([City, Capital])
    await place.execute("CREATE (:Location:Place:City:Capital {id: 'a', name: 'a', population: 4, area: 3})")
    plan = await place.explain(query)
    assert "Node By Index Scan" in plan
    assert "Label Scan" not in plan


async def test_queries_by_a_property_of_a_relationship_use_its_index(place: Place) -> None:
    await place.schema.sync_schema([Knows])
    await place.execute("CREATE (:Person)-[:KNOWS {since: 1}]->(:Person)")
    assert "Edge By Index Scan" in await place.explain("MATCH (a)-[r:KNOWS]->(b) WHERE r.since = 1 RETURN r")


async def test_a_search_in_a_subclass_finds_the_nearest_among_its_own(place: Place) -> None:
    class Text(Node, labels=["Text", "Doc"], registry=MetaData()):
        id: str
        body: str = Field(index_type="FULLTEXT")
        vector: Vector = Field(index_type="VECTOR", dimension=2)

    class Poem(Text, labels=["Poem"]):
        pass

    await place.schema.sync_schema([Text, Poem])
    await place.execute("CREATE (:Text:Doc {id: 't', body: 'hello', vector: vecf32([1, 0])})")
    await place.execute("CREATE (:Text:Doc:Poem {id: 'p', body: 'hello', vector: vecf32([1, 1])})")
    for cls, nearest, found in ((Text, "t", [["p"], ["t"]]), (Poem, "p", [["p"]])):
        label = own_label(cls.__runic_meta__)
        search = f"CALL db.idx.vector.queryNodes('{label}', 'vector', 1, vecf32([1, 0])) YIELD node RETURN node.id"
        assert place.raw(search) == [[nearest]]
        search = f"CALL db.idx.fulltext.queryNodes('{label}', 'hello') YIELD node RETURN node.id"
        assert sorted(place.raw(search)) == found


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


# ---- two programs at once


@only("sync")
async def test_two_programs_may_synchronise_one_graph(place: Place) -> None:
    classes = [Person, Knows, Document, Location, City]
    with ThreadPoolExecutor(4) as threads:
        drivers = [create_driver(place.backend.family, **place.server.options(place.graph)) for _ in range(4)]
        list(threads.map(lambda driver: SchemaManager(driver).sync_schema(classes), drivers))
        assert await place.schema.validate_schema(classes) == IN_ORDER
        list(threads.map(lambda driver: SchemaManager(driver).sync_schema([], drop_extra=True), drivers))
        for driver in drivers:
            driver.close()
    assert await place.schema.validate_schema([]) == IN_ORDER


@only("async")
async def test_two_tasks_may_synchronise_one_graph(place: Place) -> None:
    classes = [Person, Knows, Document]
    await asyncio.gather(*(AsyncSchemaManager(place.driver).sync_schema(classes) for _ in range(5)))
    assert await place.schema.validate_schema(classes) == IN_ORDER


# ---- what stands for a driver


@spec(411, 415)
async def test_a_graph_handle_of_the_client_is_taken(place: Place) -> None:
    assert isinstance(place.server, FalkorDBServer)
    handle = place.server.client().select_graph(place.graph)
    schema = place.schema_over(handle)
    await schema.sync_schema([Person])
    assert await place.schema.validate_schema([Person]) == IN_ORDER


@spec(411, 419, 420)
@only("sync")
async def test_an_adapter_is_taken_and_offers_each_step(place: Place) -> None:
    options = place.server.options(place.graph)
    options["graph_name"] = options.pop("graph")
    with create_adapter(place.backend.family, **options) as adapter:
        assert isinstance(adapter, IndexAdapter)
        assert adapter.name == place.driver.dialect.name
        IndexManager(adapter).create_indexes(Person)
        assert SchemaManager(adapter).validate_schema([Person]) == IN_ORDER
        SchemaManager(adapter).sync_schema([], drop_extra=True)
        for _ in range(2):
            adapter.create_range_index("KNOWS", "since", rel=True)
            adapter.create_fulltext_index("Post", "title", "body")
            adapter.create_vector_index("Post", "embedding", 3)
            adapter.create_constraint("unique", "NODE", "Post", ["id"])
            adapter.create_constraint("MANDATORY", "NODE", "Post", ["id", "title"])
            adapter.create_vertex_type("Post")
            adapter.create_edge_type("KNOWS")
        assert adapter.get_existing_specs() == {
            IndexSpec("KNOWS", "since", "RANGE", "RELATIONSHIP"),
            IndexSpec("Post", "title", "FULLTEXT"),
            IndexSpec("Post", "body", "FULLTEXT"),
            IndexSpec("Post", "embedding", "VECTOR"),
            IndexSpec("Post", "id", "UNIQUE"),
            IndexSpec("Post", "id", "RANGE"),
            IndexSpec("Post", "id", "MANDATORY", also=("title",)),
        }
        for _ in range(2):
            adapter.drop_constraint("MANDATORY", "NODE", "Post", ["title", "id"])
            adapter.drop_constraint("UNIQUE", "NODE", "Post", ["id"])
            adapter.drop_vector_index("Post", "embedding")
            adapter.drop_fulltext_index("Post", "title", "body")
            adapter.drop_range_index("KNOWS", "since", rel=True)
        assert adapter.get_existing_specs() == set()
        for refused in (
            lambda: adapter.create_fulltext_index("Post"),
            lambda: adapter.create_constraint("UNIQUE", "NODE", "Post", []),
            lambda: adapter.create_constraint("RANGE", "NODE", "Post", ["id"]),
            lambda: adapter.drop_constraint("UNIQUE", "EDGE", "Post", ["id"]),  # type: ignore[arg-type]
            lambda: adapter.create_vector_index("Post", "embedding", 0),
        ):
            with pytest.raises(InvalidArgumentError):
                refused()


@spec(411, 415)
@pytest.mark.parametrize("target", [None, 3, "falkordb", object(), [], Person])
@pytest.mark.parametrize("manager", [IndexManager, SchemaManager, AsyncIndexManager, AsyncSchemaManager])
def test_what_is_no_driver_is_refused(manager: Any, target: Any) -> None:
    with pytest.raises(InvalidTypeError):
        manager(target)


def test_a_driver_of_the_other_colour_is_refused() -> None:
    with pytest.raises(InvalidTypeError, match="use AsyncIndexManager"):
        IndexManager(create_async_driver("falkordb", graph="g"))
    with pytest.raises(InvalidTypeError, match="use SchemaManager"):
        AsyncSchemaManager(create_driver("falkordb", graph="g"))
    with pytest.raises(InvalidTypeError, match="adapter is synchronous"):
        AsyncIndexManager(create_adapter("falkordb", graph_name="g"))


def test_an_unknown_backend_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="nothing"):
        create_adapter("nothing", host="localhost")
