"""The managers on real databases, in both colours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from runic.cypher.dialect import Feature
from runic.exceptions import (
    ConstraintViolationError,
    InvalidArgumentError,
    InvalidTypeError,
    MetadataError,
    UnsupportedFeatureError,
    UsageError,
)
from runic.migrate import ValidationResult
from runic.ogm.core.descriptors import Field
from runic.ogm.core.metadata import MetaData
from runic.ogm.core.models import Edge, Node
from runic.ogm.core.types import Vector
from runic.ogm.schema.index_manager import IndexSpec, extract_declared_specs
from tests.migrate.conftest import Place
from tests.migrate.models import Capital, City, Document, Knows, Location, Person, Region, registry
from tests.servers import FalkorDBServer

spec, requires = pytest.mark.spec, pytest.mark.requires
ONE_INDEX = pytest.mark.notyet(
    "arcadedb", raises=UnsupportedFeatureError, reason="ArcadeDB has one index for a property"
)
EVERYTHING = [Person, Knows, Document, Location, City, Capital]
IN_ORDER = ValidationResult(True)


def declared(*classes: type) -> set[IndexSpec]:
    return {spec for cls in classes for spec in extract_declared_specs(cls)}


def missing(*classes: type) -> ValidationResult:
    specs = dict.fromkeys(spec for cls in classes for spec in extract_declared_specs(cls))
    return ValidationResult(False, missing_indexes=list(specs))


# ---- creating


@spec(412, 413, 414, 417)
@requires(Feature.FULLTEXT)
async def test_creating_makes_all_that_a_class_declares(place: Place) -> None:
    assert await place.schema.validate_schema([Person]) == missing(Person)
    assert await place.indexes.create_indexes(Person) is None
    assert await place.schema.validate_schema([Person]) == IN_ORDER


@spec(412, 413)
@requires(Feature.FULLTEXT)
async def test_creating_again_changes_nothing(place: Place) -> None:
    for cls in (Person, Knows, Document):
        await place.indexes.create_indexes(cls)
        await place.indexes.create_indexes(cls)
        assert await place.indexes.ensure_indexes(cls) is None
    assert await place.schema.validate_schema([Person, Knows, Document]) == IN_ORDER


@spec(412)
async def test_without_if_not_exists_an_existing_index_is_an_error(place: Place) -> None:
    await place.indexes.create_spec(IndexSpec("Person", "name", "RANGE"))
    with pytest.raises(UsageError, match=r"RANGE on :Person\(name\), declared by Person.name already"):
        await place.indexes.create_indexes(Person, if_not_exists=False)
    assert (await place.schema.validate_schema([Person])).missing_indexes == [
        known for known in extract_declared_specs(Person) if known.property != "name"
    ]
    await place.indexes.create_indexes(Location, if_not_exists=False)
    assert (await place.schema.validate_schema([Location])).missing_indexes == []


@ONE_INDEX
@spec(413)
@requires(Feature.FULLTEXT)
async def test_ensuring_creates_only_what_is_missing(place: Place) -> None:
    await place.indexes.create_spec(IndexSpec("Person", "bio", "FULLTEXT"))
    await place.indexes.create_spec(IndexSpec("Person", "email", "RANGE"))
    await place.indexes.ensure_indexes(Person)
    assert await place.schema.validate_schema([Person]) == IN_ORDER


@spec(422)
@requires(Feature.FULLTEXT)
async def test_an_edge_class_is_indexed_on_its_relationship_type(place: Place) -> None:
    # Row 95 of the pitfalls: such indexes were made on nodes, labelled as the class.
    await place.schema.sync_schema([Person, Knows])
    assert await place.schema.validate_schema([Person, Knows]) == IN_ORDER
    await place.execute("CREATE (:Person {id: 'a'})-[:KNOWS {code: 'c'}]->(:Person {id: 'b'})")
    with pytest.raises(ConstraintViolationError):
        await place.execute("MATCH (a:Person {id: 'a'}), (b:Person {id: 'b'}) CREATE (b)-[:KNOWS {code: 'c'}]->(a)")


async def test_one_hierarchy_is_indexed_once(place: Place) -> None:
    await place.schema.sync_schema([Capital, City, Location])
    assert await place.schema.validate_schema([Location, City, Capital]) == IN_ORDER


@requires(Feature.FULLTEXT)
async def test_indexes_are_in_force_when_creating_returns(place: Place) -> None:
    await place.execute("UNWIND range(1, 20000) AS i CREATE (:Person {id: toString(i), email: toString(i)})")
    await place.indexes.create_indexes(Person)
    assert (await place.schema.validate_schema([Person])).errors == []
    with pytest.raises(ConstraintViolationError):
        await place.execute("CREATE (:Person {id: 'x', email: '7'})")


@requires(Feature.FULLTEXT)
async def test_a_violated_unique_constraint_is_an_error_of_ours(place: Place) -> None:
    # Row 101 of the pitfalls: it was the client library's.
    await place.indexes.create_indexes(Person)
    await place.execute("CREATE (:Person {id: 'a', email: 'x'})")
    with pytest.raises(ConstraintViolationError):
        await place.execute("CREATE (:Person {id: 'b', email: 'x'})")


# ---- vectors


def article(dimension: int | None, similarity: Any = None) -> type[Node]:
    class Article(Node, labels=["Article"], registry=MetaData()):
        id: str
        embedding: Vector | None = Field(
            default=None, index=True, index_type="VECTOR", dimension=dimension, similarity=similarity
        )

    return Article


@spec(410)
async def test_a_vector_field_without_dimension_is_refused_before_anything_is_made(place: Place) -> None:
    # Row 94 of the pitfalls: the index was made with dimension 0, and no search ever worked.
    Article = article(None)
    for create in (place.indexes.create_indexes, place.indexes.ensure_indexes):
        with pytest.raises(MetadataError, match=r"Article\.embedding .*dimension=384, similarity=\"cosine\""):
            await create(Article)
    with pytest.raises(MetadataError, match=r"Article\.embedding"):
        await place.schema.sync_schema([Person, Article])
    with pytest.raises(InvalidArgumentError, match=r"Article\(embedding\).*dimension=384"):
        await place.indexes.create_spec(IndexSpec("Article", "embedding", "VECTOR"))
    assert await place.schema.validate_schema([]) == IN_ORDER


@requires(Feature.VECTOR)
async def test_vectors_are_found_by_the_index_that_was_made(place: Place) -> None:
    Article = article(3)
    await place.indexes.create_indexes(Article)
    await place.store(*(Article(id=key, embedding=Vector(v)) for key, v in (("a", [1, 0, 0]), ("b", [0, 1, 0]))))
    await eventually(
        place, lambda session: session.vector_search(Article, field="embedding", vector=[1, 0, 0], k=1), ["a"]
    )


@requires(Feature.VECTOR)
async def test_a_search_in_a_subclass_finds_the_nearest_among_its_own(place: Place) -> None:
    class Text(Node, labels=["Text", "Doc"], registry=MetaData()):
        id: str
        body: str = Field(index_type="FULLTEXT")
        vector: Vector = Field(index_type="VECTOR", dimension=2)

    class Poem(Text, labels=["Poem"]):
        pass

    await place.schema.sync_schema([Text, Poem])
    await place.store(
        Text(id="t", body="hello", vector=Vector([1, 0])), Poem(id="p", body="hello", vector=Vector([1, 1]))
    )
    for cls, nearest, found in ((Text, "t", ["p", "t"]), (Poem, "p", ["p"])):
        await eventually(
            place, lambda session, cls=cls: session.vector_search(cls, field="vector", vector=[1, 0], k=1), [nearest]
        )
        await eventually(place, lambda session, cls=cls: session.fulltext_search(cls, query="hello"), found)


async def eventually(place: Place, search: Any, keys: list[str]) -> None:
    """Search until an index that is filled in the background has what was just stored."""
    for _ in range(200):
        found = sorted([entity.id for entity in await place.searched(search)])
        if found == keys:
            return
        await asyncio.sleep(0.02)  # the index fills in the background, which nothing announces
    raise AssertionError(f"{found} instead of {keys}")


@requires(Feature.VECTOR)
async def test_a_vector_field_without_dimension_takes_the_index_that_is_there(place: Place) -> None:
    await place.indexes.create_indexes(article(3))
    await place.indexes.create_indexes(article(None))
    assert await place.schema.validate_schema([article(None)]) == IN_ORDER


@pytest.mark.parametrize(
    ("options", "conflict"),
    [((4, None), "dimension 3 instead of 4"), ((3, "euclidean"), "similarity 'cosine' instead of 'euclidean'")],
)
@requires(Feature.VECTOR)
async def test_a_vector_index_with_other_options_is_reported_and_built_anew_on_request(
    place: Place, options: Any, conflict: str
) -> None:
    await place.indexes.create_indexes(article(3))
    Article = article(*options)
    result = await place.schema.validate_schema([Article])
    assert not result.is_valid
    assert result.missing_indexes == result.extra_indexes == []
    assert [conflict in error and "Article.embedding" in error for error in result.errors] == [True]
    for change in (place.indexes.create_indexes(Article), place.schema.sync_schema([Article])):
        with pytest.raises(MetadataError, match=conflict):
            await change
    await place.schema.sync_schema([Article], drop_extra=True)
    assert await place.schema.validate_schema([Article]) == IN_ORDER


# ---- comparing and dropping


@spec(415, 417)
async def test_a_graph_that_does_not_exist_lacks_everything_and_is_not_made_by_looking(place: Place) -> None:
    # Row 99 of the pitfalls.
    assert await place.schema.validate_schema(EVERYTHING) == missing(*EVERYTHING)
    assert await place.schema.validate_schema([]) == IN_ORDER
    await place.schema.sync_schema([])
    if isinstance(place.server, FalkorDBServer):
        assert place.graph not in place.server.client().list_graphs()


@spec(418)
@requires(Feature.FULLTEXT)
async def test_synchronising_creates_and_leaves_what_is_extra(place: Place) -> None:
    extra = IndexSpec("Old", "thing", "RANGE")
    await place.indexes.create_spec(extra)
    await place.schema.sync_schema(EVERYTHING)
    assert await place.schema.validate_schema(EVERYTHING) == ValidationResult(False, extra_indexes=[extra])
    await place.schema.sync_schema(EVERYTHING, drop_extra=True)
    assert await place.schema.validate_schema(EVERYTHING) == IN_ORDER


@spec(418)
@requires(Feature.FULLTEXT)
async def test_every_kind_of_extra_index_is_dropped_in_one_go(place: Place) -> None:
    # Row 98 of the pitfalls: a mandatory constraint stayed for good.
    await place.schema.sync_schema(EVERYTHING)
    pair = IndexSpec("Person", "name", "UNIQUE", also=("id",))
    await place.indexes.create_spec(pair)
    mandatory = [IndexSpec("Person", "name", "MANDATORY"), IndexSpec("KNOWS", "since", "MANDATORY", "RELATIONSHIP")]
    there = {pair, *[spec for spec in mandatory if await held(place, spec)]}
    result = await place.schema.validate_schema(EVERYTHING)
    assert set(result.extra_indexes) == there
    await place.schema.sync_schema(EVERYTHING, drop_extra=True)
    assert await place.schema.validate_schema(EVERYTHING) == IN_ORDER
    await place.schema.sync_schema([], drop_extra=True)
    assert await place.schema.validate_schema([]) == IN_ORDER


@pytest.mark.parametrize("still_indexed", [False, True])
async def test_unique_taken_from_the_model_is_extra_and_dropped_in_one_go(place: Place, still_indexed: bool) -> None:
    # Row 128 of the pitfalls: the constraint was still enforced.
    class Person(Node, labels=["Person"], registry=MetaData()):
        id: str
        email: str = Field(unique=True)

    await place.schema.sync_schema([Person])

    class Changed(Node, labels=["Person"], registry=MetaData()):
        id: str
        email: str = Field(index=still_indexed)

    result = await place.schema.validate_schema([Changed])
    unique, plain = IndexSpec("Person", "email", "UNIQUE"), IndexSpec("Person", "email", "RANGE")
    expected = ValidationResult(False, extra_indexes=[unique, *place.under(unique)])
    if still_indexed:
        expected = ValidationResult(False, [] if place.under(unique) else [plain], [unique])
    assert result == expected
    await place.schema.sync_schema([Changed], drop_extra=True)
    assert await place.schema.validate_schema([Changed]) == IN_ORDER
    await place.execute("CREATE (:Person {id: 'a', email: 'x'}), (:Person {id: 'b', email: 'x'})")


async def test_dropping_a_unique_constraint_takes_its_index_along(place: Place) -> None:
    unique = IndexSpec("Person", "email", "UNIQUE")
    await place.indexes.create_spec(unique)
    await place.indexes.drop_spec(unique)
    assert await place.schema.validate_schema([]) == IN_ORDER
    await place.indexes.drop_spec(unique)
    with pytest.raises(UsageError, match="no UNIQUE on"):
        await place.indexes.drop_spec(unique, if_exists=False)


async def test_the_index_of_two_constraints_goes_with_the_last_one(place: Place) -> None:
    one, two = IndexSpec("P", "a", "UNIQUE"), IndexSpec("P", "a", "UNIQUE", also=("b",))
    await place.indexes.create_spec(one)
    await place.indexes.create_spec(two)
    await place.indexes.drop_spec(two)
    assert (await place.schema.validate_schema([])).extra_indexes == [one, *place.under(one)]
    await place.indexes.drop_spec(one)
    assert await place.schema.validate_schema([]) == IN_ORDER


async def test_an_index_that_was_dropped_is_gone_while_the_others_of_its_label_are_built_anew(place: Place) -> None:
    kept, dropped = IndexSpec("P", "a", "RANGE"), IndexSpec("P", "b", "RANGE")
    await place.execute("UNWIND range(1, 20000) AS i CREATE (:P {a: i, b: i})")
    await place.indexes.create_spec(kept)
    await place.indexes.create_spec(dropped)
    await place.indexes.drop_spec(dropped)
    assert (await place.schema.validate_schema([])).extra_indexes == [kept]


@ONE_INDEX
@requires(Feature.FULLTEXT)
async def test_specs_of_every_kind_are_created_and_dropped_one_by_one(place: Place) -> None:
    any_name = place.driver.dialect.label_limits("A label") is None
    label, relationship = ("A label", "A-TYPE") if any_name else ("Größe", "match")
    specs = [
        IndexSpec(label, name, kind, entity, dimension=2 if kind == "VECTOR" else None)
        for label, entity in ((label, "NODE"), (relationship, "RELATIONSHIP"))
        for name, kind in (("a b", "RANGE"), ("a b", "FULLTEXT"), ("v-v", "VECTOR"))
    ]
    for known in specs:
        await place.indexes.create_spec(known)
    assert set((await place.schema.validate_schema([])).extra_indexes) == set(specs)
    for known in specs:
        await place.indexes.drop_spec(known)
    assert await place.schema.validate_schema([]) == IN_ORDER


# ---- data that contradict a constraint


async def test_unique_over_duplicates_is_an_error_that_finds_them(place: Place) -> None:
    # Row 129 of the pitfalls: the constraint was there and did nothing.
    class Person(Node, labels=["Person"], registry=MetaData()):
        id: str
        email: str | None = Field(default=None, unique=True)
        name: str | None = Field(default=None, index=True)

    await place.execute("UNWIND ['x', 'x', 'y'] AS e CREATE (:Person {id: e, email: e})")
    for attempt in (place.indexes.create_indexes(Person), place.schema.sync_schema([Person])):
        with pytest.raises(ConstraintViolationError) as caught:
            await attempt
        message = str(caught.value)
        assert message.startswith("UNIQUE on :Person(email), declared by Person.email does not hold")
        assert place.raw(message.partition("Find them: ")[2]) == [["x", 2]]
        # The other indexes are there, and the constraint is not there half.
        assert await place.schema.validate_schema([Person]) == ValidationResult(
            False, missing_indexes=[IndexSpec("Person", "email", "UNIQUE")]
        )
    await place.execute("MATCH (n:Person {email: 'x'}) SET n.email = null")
    await place.schema.sync_schema([Person])
    assert await place.schema.validate_schema([Person]) == IN_ORDER


async def test_duplicates_on_relationships_are_found_too(place: Place) -> None:
    await place.execute("CREATE (a:Person), (a)-[:KNOWS {code: 'c'}]->(a), (a)-[:KNOWS {code: 'c'}]->(a)")
    with pytest.raises(ConstraintViolationError) as caught:
        await place.indexes.create_indexes(Knows)
    assert place.raw(str(caught.value).partition("Find them: ")[2]) == [["c", 2]]


async def held(place: Place, spec: IndexSpec) -> bool:
    """Create a constraint; tell whether the database, or its edition, has such."""
    try:
        await place.indexes.create_spec(spec)
    except UnsupportedFeatureError:
        return False
    return True


async def test_a_mandatory_property_that_is_absent_is_an_error(place: Place) -> None:
    name = IndexSpec("Person", "name", "MANDATORY")
    if not await held(place, name):
        return
    await place.indexes.drop_spec(name)
    await place.execute("CREATE (:Person {id: 'a'})")
    with pytest.raises(ConstraintViolationError, match="without the property") as caught:
        await place.indexes.create_spec(name)
    assert len(place.raw(str(caught.value).partition("Find them: ")[2])) == 1
    assert await place.schema.validate_schema([]) == IN_ORDER


# ---- what is given


@spec(416)
async def test_entity_types_need_no_declaration_here(place: Place) -> None:
    assert await place.schema.ensure_entity_types([Person, Knows]) is None
    assert await place.schema.validate_schema([]) == IN_ORDER


@requires(Feature.FULLTEXT)
async def test_a_registry_stands_for_all_its_classes(place: Place) -> None:
    await place.schema.sync_schema(registry)
    assert await place.schema.validate_schema(EVERYTHING) == IN_ORDER
    assert await place.schema.validate_schema(registry) == IN_ORDER


@requires(Feature.VECTOR)
async def test_the_difference_as_text(place: Place) -> None:
    await place.indexes.create_spec(IndexSpec("OLD", "thing", "RANGE", "RELATIONSHIP"))
    await place.indexes.create_spec(IndexSpec("Document", "embedding", "VECTOR", dimension=5, similarity="euclidean"))
    assert await place.schema.get_schema_diff([Document]) == (
        "MISSING RANGE on :Document(id), declared by Document.id\n"
        "EXTRA RANGE on -[:OLD(thing)]-\n"
        "ERROR VECTOR on :Document(embedding), declared by Document.embedding: "
        "the graph has it with dimension 5 instead of 3"
    )
    await place.schema.sync_schema([Document], drop_extra=True)
    assert await place.schema.get_schema_diff([Document]) == "The schema is in sync with the models."


async def test_two_classes_that_want_one_index_with_different_options_are_refused(place: Place) -> None:
    with pytest.raises(MetadataError, match="different options"):
        await place.schema.sync_schema([article(3), article(4)])


@pytest.mark.parametrize("classes", [Person, 3, None, "Person", [int], ["Person"], [Person(id="a")]])
async def test_what_are_no_models_is_refused(place: Place, classes: Any) -> None:
    for call in (place.schema.validate_schema, place.schema.sync_schema, place.schema.ensure_entity_types):
        with pytest.raises(InvalidTypeError):
            await call(classes)


async def test_what_is_abstract_or_no_spec_is_refused(place: Place) -> None:
    with pytest.raises(MetadataError, match="Region is abstract"):
        await place.schema.validate_schema([Region])
    with pytest.raises(MetadataError, match="Region is abstract"):
        await place.indexes.create_indexes(Region)
    for call in (place.indexes.create_spec, place.indexes.drop_spec):
        with pytest.raises(InvalidTypeError):
            await call(("Person", "id", "RANGE"))


async def test_labels_and_properties_stay_names_whatever_they_hold(place: Place) -> None:
    await place.execute("CREATE (:Victim {id: 'v'})")
    nasty = "x) ON (e.y) MATCH (v:Victim) DELETE v //"

    class Nasty(Node, labels=[nasty], registry=MetaData()):
        id: str
        text: str = Field(index_type="FULLTEXT", property="} {0} ' \" $p {label}")

    class Rel(Edge, type="a-b c]->() //", registry=MetaData()):
        w: int = Field(index=True, property=nasty)

    if place.driver.dialect.label_limits(nasty) is not None:
        with pytest.raises(InvalidArgumentError, match="rename it"):
            await place.schema.sync_schema([Nasty, Rel])
        assert await place.schema.validate_schema([]) == IN_ORDER
        return
    await place.schema.sync_schema([Nasty, Rel])
    assert await place.schema.validate_schema([Nasty, Rel]) == IN_ORDER
    assert place.raw("MATCH (v:Victim) RETURN v.id") == [["v"]]
    await place.schema.sync_schema([], drop_extra=True)
    assert await place.schema.validate_schema([]) == IN_ORDER
