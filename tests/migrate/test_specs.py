"""What models declare, as pure values: no database."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from runic.cypher.schema import IndexState, LiveIndex, compare
from runic.exceptions import InvalidArgumentError, InvalidTypeError, MetadataError
from runic.ogm.core.descriptors import Field
from runic.ogm.core.metadata import MetaData
from runic.ogm.core.models import Edge, Node
from runic.ogm.core.types import Vector
from runic.ogm.schema.index_manager import IndexSpec, extract_declared_specs
from tests.migrate.models import Capital, City, Document, Knows, Location, Person, Region, Stamped

spec = pytest.mark.spec


def node(label: str, name: str, kind: Any) -> IndexSpec:
    return IndexSpec(label, name, kind)


@spec(404)
def test_a_spec_is_a_frozen_value_that_is_equal_by_what_it_indexes() -> None:
    one = IndexSpec("Doc", "embedding", "VECTOR", dimension=3)
    assert one == IndexSpec("Doc", "embedding", "VECTOR", dimension=4, origin="Doc.embedding")
    assert len({one, IndexSpec("Doc", "embedding", "VECTOR")}) == 1
    assert one != IndexSpec("Doc", "embedding", "RANGE")
    assert one != IndexSpec("Doc", "embedding", "VECTOR", "RELATIONSHIP")
    assert pickle.loads(pickle.dumps(one)).dimension == 3
    with pytest.raises(AttributeError):
        one.label = "Other"


@spec(404)
def test_a_composite_constraint_has_its_properties_in_any_order() -> None:
    one = IndexSpec("Doc", "b", "UNIQUE", also=("a",))
    assert one == IndexSpec("Doc", "a", "UNIQUE", also=("b",))
    assert one.properties == ("a", "b")
    assert one.supports == (node("Doc", "a", "RANGE"), node("Doc", "b", "RANGE"))


@spec(404)
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("Doc", "id", "INDEX"), InvalidArgumentError),
        (("Doc", "id", "RANGE", "EDGE"), InvalidArgumentError),
        (("", "id", "RANGE"), InvalidArgumentError),
        (("Doc", "", "RANGE"), InvalidArgumentError),
        ((Person, "id", "RANGE"), InvalidTypeError),
        (("Doc", None, "RANGE"), InvalidTypeError),
        (("Doc", "id", "UNIQUE", "NODE", (None,)), InvalidTypeError),
    ],
)
def test_a_spec_refuses_what_it_cannot_be(arguments: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        IndexSpec(*arguments)


@pytest.mark.parametrize("options", [{"dimension": 0}, {"dimension": "3"}, {"dimension": True}, {"similarity": "ip"}])
def test_a_spec_refuses_options_that_no_database_has(options: Any) -> None:
    with pytest.raises(InvalidArgumentError):
        IndexSpec("Doc", "embedding", "VECTOR", **options)


@spec(405, 406, 407, 408, 409, 421)
def test_a_node_class_declares_by_its_fields() -> None:
    # Rows 96 and 97 of the pitfalls: the key had no index, and FULLTEXT beside index=True was lost.
    assert extract_declared_specs(Person) == [
        node("Person", "id", "RANGE"),
        node("Person", "created", "RANGE"),
        node("Person", "email", "UNIQUE"),
        node("Person", "name", "RANGE"),
        node("Person", "bio", "RANGE"),
        node("Person", "bio", "FULLTEXT"),
        node("Person", "life motto", "FULLTEXT"),
    ]


@spec(422)
def test_an_edge_class_declares_on_its_relationship_type() -> None:
    assert extract_declared_specs(Knows) == [
        IndexSpec("KNOWS", "since", "RANGE", "RELATIONSHIP"),
        IndexSpec("KNOWS", "code", "UNIQUE", "RELATIONSHIP"),
        IndexSpec("KNOWS", "note", "FULLTEXT", "RELATIONSHIP"),
    ]


@spec(410)
def test_vector_wins_over_index_and_carries_its_options() -> None:
    _, vector = extract_declared_specs(Document)
    assert vector == node("Document", "embedding", "VECTOR")
    assert (vector.dimension, vector.similarity, vector.origin) == (3, "euclidean", "Document.embedding")


@spec(410)
def test_the_documented_article_declares_a_vector_index_without_a_dimension() -> None:
    class Article(Node, labels=["Article"], registry=MetaData()):
        id: str = Field(primary_key=True)
        embedding: Vector = Field(index=True, index_type="VECTOR")

    assert extract_declared_specs(Article) == [node("Article", "id", "RANGE"), node("Article", "embedding", "VECTOR")]


def test_a_unique_key_needs_no_second_index_and_a_generated_one_none() -> None:
    class Assigned(Node, labels=["Assigned"], registry=MetaData()):
        id: str = Field(primary_key=True, unique=True)

    class Generated(Node, labels=["Generated"], registry=MetaData()):
        id: int | None = Field(primary_key=True, generated=True)

    assert extract_declared_specs(Assigned) == [node("Assigned", "id", "UNIQUE")]
    assert extract_declared_specs(Generated) == []


def test_an_inherited_field_is_indexed_on_the_topmost_class_that_has_it() -> None:
    assert extract_declared_specs(Location) == [
        node("Location", "id", "RANGE"),
        node("Location", "created", "RANGE"),
        node("Location", "name", "RANGE"),
    ]
    assert extract_declared_specs(City) == [
        *extract_declared_specs(Location),
        node("City", "area", "RANGE"),
        node("City", "population", "RANGE"),
    ]


def test_a_field_declared_anew_with_other_options_is_indexed_on_the_class_that_does_so() -> None:
    assert extract_declared_specs(Capital) == [
        node("Location", "id", "RANGE"),
        node("Location", "created", "RANGE"),
        node("Capital", "name", "UNIQUE"),
        node("City", "area", "RANGE"),
        node("City", "population", "RANGE"),
    ]


def test_the_primary_label_is_where_a_class_with_several_own_labels_is_indexed() -> None:
    class Base(Node, labels=["A", "B"], primary_label="B", registry=MetaData()):
        id: str

    class Below(Base, labels=["C", "D"], primary_label="D"):
        size: int = Field(index=True)

    assert extract_declared_specs(Below) == [node("B", "id", "RANGE"), node("D", "size", "RANGE")]


def test_a_search_index_stands_on_the_label_of_the_class_that_is_searched() -> None:
    class Text(Node, labels=["Text"], registry=MetaData()):
        id: str
        body: str = Field(index_type="FULLTEXT")
        vector: Vector = Field(index_type="VECTOR", dimension=3)

    class Poem(Text, labels=["Poem"]):
        metre: str = Field(index=True)

    assert [known for known in extract_declared_specs(Poem) if known.index_type != "RANGE"] == [
        node("Poem", "body", "FULLTEXT"),
        node("Poem", "vector", "VECTOR"),
    ]


@pytest.mark.parametrize("cls", [Node, Edge, Stamped, Region])
def test_an_abstract_class_declares_nothing(cls: type) -> None:
    with pytest.raises(MetadataError, match="abstract"):
        extract_declared_specs(cls)


@pytest.mark.parametrize("foreign", [int, "Person", None, Person(id="p")])
def test_what_is_no_model_class_is_refused(foreign: Any) -> None:
    with pytest.raises(InvalidTypeError):
        extract_declared_specs(foreign)


# ---- comparing


def live(kind: Any, name: str = "id", state: IndexState = IndexState.READY, **options: Any) -> LiveIndex:
    return LiveIndex(IndexSpec("P", name, kind, **options), state)


def test_comparing_names_what_is_missing_extra_and_failed() -> None:
    wanted = [node("P", "id", "RANGE"), node("P", "email", "UNIQUE"), node("P", "code", "UNIQUE")]
    found = compare(wanted, [live("UNIQUE", "code", IndexState.FAILED), live("RANGE", "code"), live("RANGE", "old")])
    assert found.missing == tuple(wanted)
    assert found.failed == (node("P", "code", "UNIQUE"),)
    assert found.extra == (node("P", "old", "RANGE"),)


def test_the_index_under_a_declared_constraint_is_not_extra_and_that_under_another_is() -> None:
    there = [live("RANGE"), live("UNIQUE")]
    assert compare([node("P", "id", "UNIQUE")], there).extra == ()
    assert compare([node("P", "id", "RANGE")], there).extra == (node("P", "id", "UNIQUE"),)
    # Constraints come first, as they are dropped first.
    assert compare([], there).extra == (node("P", "id", "UNIQUE"), node("P", "id", "RANGE"))


@pytest.mark.parametrize(
    ("declared", "there", "conflict"),
    [
        ({"dimension": 3}, {"dimension": 3, "similarity": "cosine"}, None),
        ({}, {"dimension": 3, "similarity": "cosine"}, None),
        ({"dimension": 4}, {"dimension": 3, "similarity": "cosine"}, "dimension 3 instead of 4"),
        ({"dimension": 3}, {"dimension": 3, "similarity": "euclidean"}, "similarity 'euclidean' instead of 'cosine'"),
    ],
)
def test_a_vector_index_with_other_options_is_changed(declared: Any, there: Any, conflict: str | None) -> None:
    wanted = IndexSpec("P", "v", "VECTOR", **declared)
    found = compare([wanted], [live("VECTOR", "v", **there)])
    assert [difference for _, difference in found.changed] == ([conflict] if conflict else [])
    assert found.missing == ()
    assert found.extra == ()
