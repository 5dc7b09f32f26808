"""Several programs on one graph, and what stands for a driver."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.migrate import (
    AsyncIndexManager,
    AsyncSchemaManager,
    IndexAdapter,
    IndexManager,
    SchemaManager,
    ValidationResult,
    create_adapter,
)
from runic.ogm.driver.factory import create_async_driver, create_driver
from runic.ogm.schema.index_manager import IndexSpec
from tests.migrate.conftest import Place
from tests.migrate.models import City, Document, Knows, Location, Person

spec = pytest.mark.spec
only, requires = pytest.mark.only, pytest.mark.requires
IN_ORDER = ValidationResult(True)


# ---- two programs at once


@only("sync")
@requires(Feature.FULLTEXT)
async def test_two_programs_may_synchronise_one_graph(place: Place) -> None:
    classes = [Person, Knows, Document, Location, City]
    with ThreadPoolExecutor(4) as threads:
        drivers = [place.driver_again() for _ in range(4)]
        list(threads.map(lambda driver: SchemaManager(driver).sync_schema(classes), drivers))
        assert await place.schema.validate_schema(classes) == IN_ORDER
        list(threads.map(lambda driver: SchemaManager(driver).sync_schema([], drop_extra=True), drivers))
        for driver in drivers:
            driver.close()
    assert await place.schema.validate_schema([]) == IN_ORDER


@only("async")
@requires(Feature.FULLTEXT)
async def test_two_tasks_may_synchronise_one_graph(place: Place) -> None:
    classes = [Person, Knows, Document]
    await asyncio.gather(*(AsyncSchemaManager(place.driver).sync_schema(classes) for _ in range(5)))
    assert await place.schema.validate_schema(classes) == IN_ORDER


# ---- what stands for a driver


@spec(411, 419, 420)
@only("sync")
@requires(Feature.FULLTEXT)
async def test_an_adapter_is_taken_and_offers_each_step(place: Place) -> None:
    options = place.server.options(place.graph)
    if "graph" in options:
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
            adapter.create_vertex_type("Post")
            adapter.create_edge_type("KNOWS")
        assert adapter.get_existing_specs() == {
            IndexSpec("KNOWS", "since", "RANGE", "RELATIONSHIP"),
            IndexSpec("Post", "title", "FULLTEXT"),
            IndexSpec("Post", "body", "FULLTEXT"),
            IndexSpec("Post", "embedding", "VECTOR"),
            IndexSpec("Post", "id", "UNIQUE"),
            IndexSpec("Post", "id", "RANGE"),
        }
        for _ in range(2):
            adapter.drop_constraint("UNIQUE", "NODE", "Post", ["id"])
            adapter.drop_vector_index("Post", "embedding")
            adapter.drop_fulltext_index("Post", "title", "body")
            adapter.drop_range_index("KNOWS", "since", rel=True)
        assert adapter.get_existing_specs() == set()
        for refused in (
            lambda: adapter.create_fulltext_index("Post"),
            lambda: adapter.create_constraint("UNIQUE", "NODE", "Post", []),
            lambda: adapter.create_constraint("RANGE", "NODE", "Post", ["id"]),
            lambda: adapter.drop_constraint("UNIQUE", "EDGE", "Post", ["id"]),
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
