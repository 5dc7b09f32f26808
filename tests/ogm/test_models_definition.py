"""Defining nodes and edges: labels, keys, abstract classes, options of fields, and what is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from runic.ogm import Edge, Field, MetaData, MetadataError, Node, NodeMeta, Relation
from tests.ogm.models import meta_of

spec = pytest.mark.spec


# ---- labels and hierarchies


@spec(33, 34, 38)
def test_labels_and_primary_label_of_the_documented_classes() -> None:
    class Location(Node, labels=["Location"], primary_label="Location", registry=MetaData()):
        id: str = Field()
        title: str

    class Country(Location, labels=["Location", "Country"], primary_label="Location"):
        iso_code: str = Field(unique=True)

    meta = meta_of(Country)
    assert (meta.labels, meta.primary_label) == (["Location", "Country"], "Location")
    assert list(meta.fields) == ["id", "title", "iso_code"]
    assert meta.registry.nodes == {Location: meta_of(Location), Country: meta}
    country = Country(id="de", title="Germany", iso_code="DE")
    assert (country.id, country.title, country.iso_code) == ("de", "Germany", "DE")


def test_the_labels_of_a_subclass_include_its_parents_written_or_not() -> None:
    class A(Node, labels=["A"], registry=MetaData()):
        id: str

    class B(A, labels=["B"]):
        pass

    class C(B, labels=["C", "A"]):
        pass

    assert meta_of(B).labels == ["A", "B"]
    assert meta_of(C).labels == ["A", "B", "C"]
    assert meta_of(C).primary_label == "A"
    assert meta_of(C).root is A


def test_a_subclass_without_labels_says_what_to_write() -> None:
    """Pitfall 26."""

    class Base(Node, labels=["Base"], registry=MetaData()):
        id: str

    with pytest.raises(MetadataError, match=r"Sub needs labels.*\['Base', 'Sub'\].*abstract=True"):

        class Sub(Base):
            pass


def test_an_abstract_class_passes_on_its_fields_and_has_no_objects() -> None:
    """Pitfall 103: a base without labels and key."""

    class Stamped(Node, registry=MetaData()):
        created: datetime
        note: str = "none"

    class User(Stamped, labels=["User"]):
        id: str

    class Draft(User, abstract=True):
        draft: bool = True

    class Post(Draft, labels=["Post"]):
        title: str

    assert list(meta_of(User).fields) == ["created", "note", "id"]
    assert meta_of(Post).labels == ["User", "Post"]
    assert set(meta_of(Stamped).registry.nodes) == {User, Post}
    assert meta_of(Stamped).registry is meta_of(Post).registry
    assert User.created is not Stamped.created
    made: dict[Any, dict[str, Any]] = {Stamped: {"created": datetime(2024, 1, 1)}, Node: {}, Edge: {}}
    for abstract, values in {**made, Draft: {"id": "d", **made[Stamped]}}.items():
        with pytest.raises(MetadataError, match=f"{abstract.__name__} is abstract"):
            abstract(**values)


def test_two_parents_of_one_hierarchy_and_a_mixin() -> None:
    registry = MetaData()

    class Named:
        name: str
        tags: list[str] = Field(default_factory=list)

    class Root(Node, labels=["Root"], registry=registry):
        id: str

    class Left(Root, labels=["Left"]):
        left: int = 1

    class Right(Root, labels=["Right"]):
        right: int = 2

    class Both(Named, Left, Right, labels=["Both"]):
        pass

    assert set(meta_of(Both).labels) == {"Root", "Left", "Right", "Both"}
    both = Both(id="b", name="n")
    assert (both.name, both.tags, both.left, both.right) == ("n", [], 1, 2)


def test_parents_of_two_hierarchies_are_refused() -> None:
    registry = MetaData()

    class One(Node, labels=["One"], registry=registry):
        id: str

    class Two(Node, labels=["Two"], registry=registry):
        id: str

    with pytest.raises(MetadataError, match="Both inherits from two hierarchies, One and Two"):

        class Both(One, Two, labels=["Both"]):
            pass


BROKEN_LABELS = [
    pytest.param({"labels": "Thing"}, "labels is a list", id="text"),
    pytest.param({"labels": []}, "labels is a list", id="empty"),
    pytest.param({"labels": [1]}, "labels is a list", id="numbers"),
    pytest.param({"labels": [""]}, "a label of Thing", id="empty label"),
    pytest.param({"labels": ["a\0b"]}, "a label of Thing", id="NUL"),
    pytest.param({"labels": ["A"], "primary_label": "B"}, "primary_label 'B' is none of its labels", id="foreign"),
]


@pytest.mark.parametrize(("options", "reason"), BROKEN_LABELS)
def test_labels_that_no_database_takes(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(MetadataError, match=reason):
        type(Node)("Thing", (Node,), {"__annotations__": {"id": str}}, registry=MetaData(), **options)


# ---- keys


@spec(46, 47, 48, 49, 50)
def test_which_field_is_the_key() -> None:
    class Convention(Node, labels=["Convention"], registry=MetaData()):
        id: str = Field()
        name: str

    class Marked(Node, labels=["Marked"], registry=MetaData()):
        id: str
        code: str = Field(primary_key=True)

    class Generated(Node, labels=["Generated"], registry=MetaData()):
        number: int = Field(primary_key=True, generated=True)

    class Short(Node, labels=["Short"], registry=MetaData()):
        id: str = Field(generated=True)

    assert meta_of(Convention).pk_field_name == "id"
    assert meta_of(Marked).pk_field_name == "code"
    assert meta_of(Generated).pk_field_name == "number"
    assert meta_of(Short).pk_field_name == "id"
    assert Convention.id.primary_key
    assert not Marked.id.primary_key


def test_a_node_without_a_key_is_refused_at_definition() -> None:
    """Pitfall 27."""
    with pytest.raises(MetadataError, match=r"Keyless has no primary key; add id: str, or mark a field"):

        class Keyless(Node, labels=["Keyless"], registry=MetaData()):
            name: str


def test_two_keys_are_refused() -> None:
    with pytest.raises(MetadataError, match="Twice marks a and b as primary key"):

        class Twice(Node, labels=["Twice"], registry=MetaData()):
            a: str = Field(primary_key=True)
            b: str = Field(primary_key=True)


@spec(50, 110)
def test_node_meta_holds_the_facts_and_may_have_no_key() -> None:
    class Thing(Node, labels=["Thing"], registry=MetaData()):
        id: str

    known = meta_of(Thing)
    again = NodeMeta(Thing, known.labels, known.primary_label, known.fields)
    assert (again.cls, again.labels, again.primary_label, again.fields) == (
        Thing,
        ["Thing"],
        "Thing",
        {"id": Thing.id},
    )
    assert again.pk_field_name is None
    assert NodeMeta(Thing, ["Thing"], "Thing", {}, "id").pk_field_name == "id"


# ---- edges


@spec(54, 56, 58)
def test_an_edge_class_has_a_type_and_fields() -> None:
    class Invited(Edge, type="INVITED_TO", registry=MetaData()):
        role: str = Field(required=True)
        at: datetime
        primary: bool = Field(default=False)
        accepted_at: str | None = Field(default=None)

    edge = Invited(role="admin", at=datetime(2024, 1, 1))
    assert (edge.role, edge.primary, edge.accepted_at) == ("admin", False, None)
    assert meta_of(Invited).type == "INVITED_TO"
    assert set(meta_of(Invited).registry.edges) == {Invited}


@spec(55)
def test_a_required_field_of_an_edge_is_required() -> None:
    class Invited(Edge, type="INVITED_TO", registry=MetaData()):
        role: str = Field(required=True)

    with pytest.raises(TypeError, match="role"):
        Invited()


def test_an_edge_has_neither_key_nor_relations() -> None:
    with pytest.raises(MetadataError, match="an edge has no relations"):

        class One(Edge, type="ONE", registry=MetaData()):
            to: list[Any] = Relation(relationship="X", direction="OUTGOING", target="Y")

    with pytest.raises(MetadataError, match="an edge has no key"):

        class Two(Edge, type="TWO", registry=MetaData()):
            id: str = Field(primary_key=True)

    with pytest.raises(MetadataError, match="the relationship type of Three"):

        class Three(Edge, type="a\0b", registry=MetaData()):
            pass


def test_a_field_called_id_on_an_edge_is_a_field() -> None:
    class Rated(Edge, type="RATED", registry=MetaData()):
        id: str
        score: int = 1

    assert Rated(id="r").id == "r"
