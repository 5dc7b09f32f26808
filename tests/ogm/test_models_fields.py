"""Options and names of fields, and what a class body keeps for itself."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from runic.ogm import Field, FieldDescriptor, MetaData, MetadataError, Node, Property, prop
from tests.ogm.models import meta_of

spec = pytest.mark.spec


def make(**options: Any) -> Any:
    """Define a node class whose field ``value`` has *options*."""
    body = {"__annotations__": {"id": str, "value": str}, "value": Field(**options)}
    return type(Node)("Thing", (Node,), body, labels=["Thing"], registry=MetaData())


# ---- options of a field


@spec(60, 61, 62, 63, 64, 65, 66, 68, 69, 70, 72, 73, 94, 98)
def test_options_are_keyword_only_and_have_the_documented_defaults() -> None:
    with pytest.raises(TypeError):
        Field("x")
    with pytest.raises(TypeError):
        FieldDescriptor("x")
    field = Field()
    assert (field.init, field.kw_only, field.lazy) == (True, True, True)
    off = ("index", "unique", "required", "primary_key", "cascade", "generated", "interned")
    assert not any(getattr(field, name) for name in off)
    nothing = ("index_type", "default_factory", "relationship", "direction", "target", "edge_model", "converter")
    assert all(getattr(field, name) is None for name in nothing)
    assert not field.has_default


CONTRADICTIONS = [
    pytest.param({"kw_only": False}, "keyword-only", id="kw_only", marks=spec(64)),
    pytest.param({"index_type": "BTREE"}, "'FULLTEXT', 'VECTOR' or None", id="index_type", marks=spec(67)),
    pytest.param({"default": 1, "default_factory": list}, "default or default_factory", id="two defaults"),
    pytest.param({"required": True, "default": 1}, "contradict", id="required with a default"),
    pytest.param({"generated": True, "default": 1}, "takes no default", id="generated with a default"),
    pytest.param({"generated": True, "unique": True}, "takes no converter, index", id="generated and unique"),
    pytest.param({"init": False}, "init=False needs a default", id="init", marks=spec(63)),
    pytest.param({"dimension": 3}, "belongs to index_type='VECTOR'", id="dimension"),
    pytest.param({"index_type": "VECTOR", "dimension": 0}, "positive", id="dimension 0"),
    pytest.param({"index_type": "VECTOR", "similarity": "dot"}, "'cosine' or 'euclidean'", id="similarity"),
    pytest.param({"default_factory": 5}, "callable", id="default_factory"),
    pytest.param({"property": ""}, "property name of Thing.value", id="property"),
    pytest.param({"property": "a\0b"}, "property name of Thing.value", id="property with a NUL"),
    pytest.param({"property": "id"}, "both stored as 'id'", id="taken property"),
]


@pytest.mark.parametrize(("options", "reason"), CONTRADICTIONS)
def test_contradicting_options_are_refused_at_definition(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(MetadataError, match=reason):
        make(**options)


NAMES = ["order", "match", "end", "type", "labels", "name", "self", "cls", "entity", "state", "properties", "get", "d"]


@pytest.mark.parametrize("name", [*NAMES, "registry", "metadata", "unset", "größe", "v0", "new", "keys"])
def test_a_field_may_have_any_public_name(name: str) -> None:
    """Pitfall 52."""
    body = {"__annotations__": {"id": str, name: int}}
    model: Any = type(Node)("Thing", (Node,), body, labels=["Thing"], registry=MetaData())
    thing = model(**{"id": "a", name: 5})
    assert getattr(thing, name) == 5
    assert getattr(model, name).name == name
    setattr(thing, name, 6)
    assert vars(thing)[name] == 6


@pytest.mark.parametrize(("name", "reason"), [("_hidden", "leading underscore"), ("mro", "every class has")])
def test_a_field_with_a_name_that_means_something_else(name: str, reason: str) -> None:
    body: dict[str, Any] = {"__annotations__": {"id": str, name: int}, name: Field()}
    with pytest.raises(MetadataError, match=reason):
        type(Node)("Thing", (Node,), body, labels=["Thing"], registry=MetaData())


def test_what_is_no_field_stays_what_it_is() -> None:
    class Thing(Node, labels=["Thing"], registry=MetaData()):
        limit: ClassVar[int] = 3
        plain = 4
        _private: int = 5
        id: str

        @property
        def shout(self) -> str:
            return self.id.upper()

        def method(self) -> int:
            return self.limit

    assert list(meta_of(Thing).fields) == ["id"]
    thing = Thing(id="a")
    assert (Thing.limit, Thing.plain, thing._private, thing.shout, thing.method()) == (3, 4, 5, "A", 3)


def test_a_subclass_changes_a_field_and_its_parent_keeps_its_own() -> None:
    class Base(Node, labels=["Base"], registry=MetaData()):
        id: str
        size: int = 1

    class Sub(Base, labels=["Sub"]):
        size: int = 2

    class Bare(Base, labels=["Bare"]):
        size = 3

    assert (Base(id="a").size, Sub(id="b").size, Bare(id="c").size) == (1, 2, 3)
    assert list(meta_of(Sub).fields) == ["id", "size"]
    assert Sub.size.owner is Sub
    assert Base.size.owner is Base


@spec(53, 97)
def test_a_class_attribute_is_a_descriptor_for_sets_and_dicts() -> None:
    class User(Node, labels=["User"], registry=MetaData()):
        id: str
        name: Property[str] = prop()

    assert isinstance(User.name, FieldDescriptor)
    assert isinstance(User.name, Property)
    assert User.name is User.name
    assert {User.name: 1, User.id: 2}[User.name] == 1
    assert len({User.name, User.name, User.id}) == 2
