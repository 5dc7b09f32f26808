"""Neo4j's names, which of its indexes are in each other's way, what it refuses, and which index a query uses."""

from __future__ import annotations

from typing import Any

import pytest

from runic.exceptions import (
    ConstraintViolationError,
    MetadataError,
    QuerySyntaxError,
    UnsupportedFeatureError,
    UsageError,
)
from runic.migrate import ValidationResult
from runic.ogm.core.descriptors import Field
from runic.ogm.core.metadata import MetaData
from runic.ogm.core.models import Node
from runic.ogm.core.types import Vector
from runic.ogm.driver.bolt.names import index_name
from runic.ogm.schema.index_manager import IndexSpec
from tests.migrate.conftest import Place
from tests.migrate.models import SEEKING, Capital, City, Document, Knows, Person
from tests.servers.bolt import client_of

pytestmark = pytest.mark.only("neo4j")
IN_ORDER = ValidationResult(True)
EMAIL = IndexSpec("Person", "email", "UNIQUE")
TITLE, BODY = IndexSpec("Post", "title", "FULLTEXT"), IndexSpec("Post", "body", "FULLTEXT")


def names(place: Place) -> list[str]:
    rows = place.raw("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name ORDER BY name")
    return [name for (name,) in rows]


def operators(place: Place, query: str) -> set[str]:
    client = client_of(place.server.options(place.graph)["url"])
    try:
        with client.session() as session:
            return set(_operators(session.run(f"EXPLAIN {query}").consume().plan))
    finally:
        client.close()


def _operators(plan: dict[str, Any]) -> list[str]:
    return [plan["operatorType"], *(name for child in plan.get("children", ()) for name in _operators(child))]


# ---- which index a query uses


@pytest.mark.parametrize("query", SEEKING)
async def test_queries_on_any_class_of_a_hierarchy_use_its_indexes(place: Place, query: str) -> None:
    await place.schema.sync_schema([City, Capital])
    used = operators(place, query)
    assert any("IndexSeek" in name for name in used), used
    assert not any("LabelScan" in name or "AllNodes" in name for name in used), used


async def test_queries_by_a_property_of_a_relationship_use_its_index(place: Place) -> None:
    await place.schema.sync_schema([Knows])
    used = operators(place, "MATCH (a)-[r:KNOWS]->(b) WHERE r.since = 1 RETURN r")
    assert any("RelationshipIndexSeek" in name for name in used), used


# ---- names


async def test_everything_has_a_name_that_says_what_it_is(place: Place) -> None:
    await place.schema.sync_schema([Person, Knows, Document])
    assert names(place) == [
        "runic_fulltext__Person",
        "runic_fulltext_rel__KNOWS",
        "runic_range__Document__id",
        "runic_range__Person__bio",
        "runic_range__Person__created",
        "runic_range__Person__id",
        "runic_range__Person__name",
        "runic_range_rel__KNOWS__since",
        "runic_unique__Person__email",
        "runic_unique_rel__KNOWS__code",
        "runic_vector__Document__embedding",
    ]


def test_two_indexes_never_have_one_name() -> None:
    parts = ["a", "b", "a_b", "_a", "a_", "a__b", "a b", "a`b", "é", "A"]
    made = [
        index_name(kind, entity, label, properties)
        for kind in ("RANGE", "UNIQUE")
        for entity in ("NODE", "RELATIONSHIP")
        for label in parts
        for properties in ((), *((one,) for one in parts), *((one, two) for one in parts for two in parts))
    ]
    assert len(set(made)) == len(made)
    assert all(name.isascii() and name.replace("_", "").isalnum() for name in made)
    assert index_name("RANGE", "NODE", "Person", ("first_name",)) == "runic_range__Person__first_name"


async def test_a_name_that_something_else_has_is_an_error(place: Place) -> None:
    await place.execute("CREATE INDEX runic_range__Person__name FOR (n:Other) ON (n.thing)")
    with pytest.raises(MetadataError, match=r"RANGE on :Person\(name\) .* is that of RANGE on :Other\(thing\)"):
        await place.indexes.create_spec(IndexSpec("Person", "name", "RANGE"))


async def test_an_index_by_hand_counts_where_no_search_needs_its_name(place: Place) -> None:
    await place.execute("CREATE INDEX mine FOR (n:Person) ON (n.name)")
    await place.execute("CREATE CONSTRAINT `also mine` FOR (n:Person) REQUIRE n.email IS UNIQUE")
    name = IndexSpec("Person", "name", "RANGE")
    await place.indexes.create_spec(name)
    await place.indexes.create_spec(EMAIL)
    assert names(place) == ["also mine", "mine"]
    await place.indexes.drop_spec(name)
    await place.indexes.drop_spec(EMAIL)
    assert names(place) == []


async def test_a_search_index_by_hand_is_reported_and_built_anew_on_request(place: Place) -> None:
    await place.execute("CREATE FULLTEXT INDEX mine FOR (n:Post|Other) ON EACH [n.title, n.body]")
    with pytest.raises(MetadataError, match="the name 'mine', and a search looks under 'runic_fulltext__Post'"):
        await place.indexes.create_spec(TITLE)

    class Post(Node, labels=["Post"], registry=MetaData()):
        id: str
        title: str = Field(index_type="FULLTEXT")

    await place.schema.sync_schema([Post], drop_extra=True)
    assert await place.schema.validate_schema([Post]) == IN_ORDER
    assert names(place) == ["runic_fulltext__Post", "runic_range__Post__id"]


# ---- full text: one index for a label


async def test_a_full_text_index_grows_and_shrinks_and_keeps_its_options(place: Place) -> None:
    await place.execute(
        "CREATE FULLTEXT INDEX runic_fulltext__Post FOR (n:Post) ON EACH [n.title] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}"
    )
    listed = (
        "SHOW INDEXES YIELD name, type, properties, options WHERE type = 'FULLTEXT' "
        "RETURN name, properties, options.indexConfig['fulltext.analyzer']"
    )
    await place.indexes.create_spec(BODY)
    assert place.raw(listed) == [["runic_fulltext__Post", ["title", "body"], "english"]]
    await place.indexes.drop_spec(TITLE)
    assert place.raw(listed) == [["runic_fulltext__Post", ["body"], "english"]]
    await place.indexes.drop_spec(BODY)
    assert place.raw(listed) == []


async def test_of_two_full_text_indexes_nothing_is_lost(place: Place) -> None:
    await place.execute("CREATE FULLTEXT INDEX mine FOR (n:Post) ON EACH [n.title, n.body]")
    await place.execute("CREATE FULLTEXT INDEX runic_fulltext__Post FOR (n:Post) ON EACH [n.body, n.notes]")
    await place.indexes.drop_spec(TITLE)
    rows = place.raw("SHOW INDEXES YIELD name, type, properties WHERE type = 'FULLTEXT' RETURN name, properties")
    assert rows == [["runic_fulltext__Post", ["body", "notes"]]]


# ---- constraints


async def test_a_plain_index_gives_way_to_a_constraint_and_comes_back_when_that_fails(place: Place) -> None:
    plain = IndexSpec("Person", "email", "RANGE")
    await place.indexes.create_spec(plain)
    await place.execute("UNWIND ['x', 'x'] AS e CREATE (:Person {email: e})")
    with pytest.raises(ConstraintViolationError, match="the graph has duplicates"):
        await place.indexes.create_spec(EMAIL)
    assert names(place) == ["runic_range__Person__email"]
    await place.execute("MATCH (n:Person) DELETE n")
    await place.indexes.create_spec(EMAIL)
    assert names(place) == ["runic_unique__Person__email"]
    with pytest.raises(UsageError, match="drop the constraint first"):
        await place.indexes.drop_spec(plain)


async def test_all_violated_constraints_are_named_and_the_others_made(place: Place) -> None:
    class Account(Node, labels=["Account"], registry=MetaData()):
        id: str
        a: str = Field(unique=True)
        b: str = Field(unique=True)
        c: str = Field(unique=True)

    await place.execute("UNWIND ['1', '2'] AS i CREATE (:Account {id: i, a: 'x', b: i, c: 'x'})")
    with pytest.raises(ConstraintViolationError) as caught:
        await place.schema.sync_schema([Account])
    assert [line.partition(",")[0] for line in str(caught.value).splitlines()] == [
        "UNIQUE on :Account(a)",
        "UNIQUE on :Account(c)",
    ]
    result = await place.schema.validate_schema([Account])
    assert [spec.property for spec in result.missing_indexes] == ["a", "c"]


async def test_a_composite_constraint_and_a_composite_index_are_one_each(place: Place) -> None:
    unique = IndexSpec("Person", "first", "UNIQUE", also=("last",))
    ranged = IndexSpec("Person", "town", "RANGE", also=("street",))
    await place.indexes.create_spec(unique)
    await place.indexes.create_spec(ranged)
    assert set((await place.schema.validate_schema([])).extra_indexes) == {unique, ranged}
    await place.execute("CREATE (:Person {first: 'a', last: 'b'}), (:Person {first: 'a', last: 'c'})")
    with pytest.raises(ConstraintViolationError):
        await place.execute("CREATE (:Person {first: 'a', last: 'c'})")
    await place.schema.sync_schema([], drop_extra=True)
    assert names(place) == []


async def test_a_composite_constraint_leaves_the_indexes_of_its_properties_alone(place: Place) -> None:
    unique = IndexSpec("Person", "first", "UNIQUE", also=("last",))
    single = IndexSpec("Person", "first", "RANGE")
    await place.indexes.create_spec(unique)
    await place.indexes.create_spec(single)
    await place.indexes.drop_spec(unique)
    assert names(place) == ["runic_range__Person__first"]
    await place.indexes.create_spec(unique)
    await place.indexes.drop_spec(single)
    assert names(place) == ["runic_unique__Person__first__last"]


async def test_what_the_edition_or_the_database_has_not_is_refused(place: Place) -> None:
    with pytest.raises(UnsupportedFeatureError, match=r"MANDATORY on :Person\(name\) in its Community Edition"):
        await place.indexes.create_spec(IndexSpec("Person", "name", "MANDATORY"))
    with pytest.raises(UnsupportedFeatureError, match=r"MANDATORY on -\[:KNOWS\(since\)\]-"):
        await place.indexes.create_spec(IndexSpec("KNOWS", "since", "MANDATORY", "RELATIONSHIP"))
    with pytest.raises(UnsupportedFeatureError, match="each property its own"):
        await place.indexes.create_spec(IndexSpec("Person", "a", "MANDATORY", also=("b",)))
    with pytest.raises(UnsupportedFeatureError, match="at most 4096 dimensions"):
        await place.indexes.create_spec(IndexSpec("Person", "v", "VECTOR", dimension=4097))
    assert names(place) == []


async def test_indexes_that_no_model_declares_are_left_alone(place: Place) -> None:
    await place.execute("CREATE TEXT INDEX words FOR (n:Person) ON (n.name)")
    await place.execute("CREATE POINT INDEX places FOR (n:Person) ON (n.home)")
    await place.schema.sync_schema([], drop_extra=True)
    assert await place.schema.validate_schema([]) == IN_ORDER
    assert names(place) == ["places", "words"]
    assert place.raw("SHOW INDEXES YIELD type WHERE type = 'LOOKUP' RETURN count(*)") == [[2]]


@pytest.mark.only("sync")
async def test_a_schema_statement_within_a_transaction_with_data_is_refused_at_once(place: Place) -> None:
    place.driver.begin()
    place.driver.execute("CREATE (:Person {name: 'a'})", write=True)
    with pytest.raises(UsageError, match="commit"):
        await place.indexes.create_spec(IndexSpec("Person", "name", "RANGE"))
    place.driver.rollback()
    await place.indexes.create_spec(IndexSpec("Person", "name", "RANGE"))
    assert names(place) == ["runic_range__Person__name"]


# ---- searching without an index


async def test_a_search_without_its_index_names_what_creates_it(place: Place) -> None:
    class Post(Node, labels=["Post"], registry=MetaData()):
        id: str
        title: str = Field(index_type="FULLTEXT")
        vector: Vector = Field(index_type="VECTOR", dimension=2)

    for search in (
        lambda session: session.fulltext_search(Post, query="x"),
        lambda session: session.vector_search(Post, field="vector", vector=[1, 0]),
    ):
        with pytest.raises(QuerySyntaxError, match=r"no such .* schema index: runic_.*__Post.*ensure_indexes"):
            await place.searched(search)
    await place.indexes.ensure_indexes(Post)
    for search in (
        lambda session: session.fulltext_search(Post, query="x"),
        lambda session: session.vector_search(Post, field="vector", vector=[1, 0]),
    ):
        assert await place.searched(search) == []
