"""What an annotation says, in every way Python can write it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Generic, List, Literal, NewType, Optional, TypeVar, Union  # noqa: F401, UP035 - texts of annotations name them

import pytest

from runic.ogm import Edge, Field, Many, MetaData, MetadataError, Node, One, Property, Relation, Vector, many, one, prop
from runic.ogm.core._annotations import FieldType
from tests.ogm.models import meta_of

spec = pytest.mark.spec

UserId = NewType("UserId", str)
type Alias = int | None
type Tags = list[str]
T = TypeVar("T")


class Size(Enum):
    S = 1


READ = [
    pytest.param("str", FieldType(str), id="plain"),
    pytest.param(str, FieldType(str), id="a class, not text"),
    pytest.param("int | None", FieldType(int, True), id="union"),
    pytest.param("None | int", FieldType(int, True), id="union, None first"),
    pytest.param("Optional[int]", FieldType(int, True), id="Optional"),
    pytest.param("Union[int, None]", FieldType(int, True), id="Union"),
    pytest.param("'int | None'", FieldType(int, True), id="quoted twice"),
    pytest.param("Annotated[int, 'metres']", FieldType(int), id="Annotated"),
    pytest.param("Annotated[int | None, 'metres']", FieldType(int, True), id="Annotated optional"),
    pytest.param("UserId", FieldType(str), id="NewType"),
    pytest.param("Alias", FieldType(int, True), id="type alias"),
    pytest.param("Alias | None", FieldType(int, True), id="optional type alias"),
    pytest.param("Literal['a', 'b']", FieldType(str), id="Literal"),
    pytest.param("Literal['a', None]", FieldType(str, True), id="Literal with None"),
    pytest.param("list[str]", FieldType(str, many=True), id="list"),
    pytest.param("List[str]", FieldType(str, many=True), id="typing.List"),
    pytest.param("list[Size] | None", FieldType(Size, True, True), id="optional list"),
    pytest.param("Tags", FieldType(str, many=True), id="alias of a list"),
    pytest.param("list", FieldType(Any, many=True), id="bare list"),
    pytest.param("dict[str, Any]", FieldType(dict), id="dict"),
    pytest.param("Vector | None", FieldType(Vector, True), id="Vector"),
    pytest.param("Property[int]", FieldType(int, role=Property), id="Property"),
    pytest.param("Property[int | None]", FieldType(int, True, role=Property), id="Property of optional"),
    pytest.param("Property[list[int]]", FieldType(int, many=True, role=Property), id="Property of list"),
    pytest.param("Any", FieldType(Any), id="Any"),
    pytest.param("int | str", FieldType(Any), id="several types"),
    pytest.param("int | str | None", FieldType(Any, True), id="several types or None"),
]


@spec(77, 98, 124)
@pytest.mark.parametrize(("annotation", "expected"), READ)
def test_what_an_annotation_says(annotation: Any, expected: FieldType) -> None:
    body = {"__module__": __name__, "__annotations__": {"id": str, "value": annotation}}
    model: Any = type(Node)("Thing", (Node,), body, labels=["Thing"], registry=MetaData())
    assert model.value.type == expected


def test_names_of_the_surrounding_function_are_found() -> None:
    class Kind(Enum):
        A = "a"

    class Thing(Node, labels=["Thing"], registry=MetaData()):
        id: str
        kind: Kind | None = None

    assert Thing.kind.type == FieldType(Kind, True)


def test_a_name_that_only_type_checkers_import_is_named_at_first_use() -> None:
    class Thing(Node, labels=["Thing"], registry=MetaData()):
        id: str
        value: Nowhere  # noqa: F821 - it is not defined, which is tested

    with pytest.raises(MetadataError, match=r"Thing\.value.*'Nowhere'.*import or define it"):
        _ = Thing.value.type


@pytest.mark.parametrize("annotation", ["list[", "1 + 'a'", "datetime.nothing"])
def test_an_annotation_that_cannot_be_read(annotation: str) -> None:
    assert datetime
    body = {"__module__": __name__, "__annotations__": {"id": str, "value": annotation}}
    model: Any = type(Node)("Thing", (Node,), body, labels=["Thing"], registry=MetaData())
    with pytest.raises(MetadataError, match=r"Thing\.value: the annotation .* cannot be read"):
        _ = model.value.type


@spec(85, 89)
def test_the_annotation_decides_between_one_and_many() -> None:
    class Person(Node, labels=["Person"], registry=MetaData()):
        id: str
        boss: Person | None = Relation(relationship="BOSS", direction="OUTGOING", target="Person")
        quoted: "Person | None" = Relation(relationship="Q", direction="OUTGOING", target="Person")  # noqa: UP037 - quoted, which is tested
        friends: list["Person"] = Relation(relationship="KNOWS", direction="OUTGOING", target="Person")  # noqa: UP037 - quoted, which is tested
        maybe: list[Person] | None = Relation(relationship="MAYBE", direction="OUTGOING", target="Person")
        rated: Many[Person, Rated] = many("RATED")
        chief: One[Person] = one("CHIEF")
        name: Property[str] = prop()

    assert {name: field.type.many for name, field in meta_of(Person).relations.items()} == {
        "boss": False,
        "quoted": False,
        "friends": True,
        "maybe": True,
        "rated": True,
        "chief": False,
    }
    assert Person.rated.type.edge is Rated
    assert Person.rated.type.base is Person


class Rated(Edge, type="RATED"):
    score: int = 1


def test_inherited_annotations_are_read_where_they_were_written() -> None:
    registry = MetaData()

    def base() -> Any:
        class Local(Enum):
            A = 1

        class Base(Node, registry=registry):
            value: Local

        return Base, Local

    parent, local = base()

    class Sub(parent, labels=["Sub"]):
        id: str

    assert Sub.value.type == FieldType(local)


def test_a_generic_mixin_may_declare_fields() -> None:
    class Owned(Generic[T]):
        owner: str = Field(default="me")

    class Thing(Owned[int], Node, labels=["Thing"], registry=MetaData()):
        id: str

    assert Thing(id="a").owner == "me"
    assert list(meta_of(Thing).fields) == ["owner", "id"]


def test_a_set_and_a_tuple_are_refused_with_the_way_out() -> None:
    """Pitfall 44."""
    from runic.ogm.mapper.values import FieldCodec
    from tests.ogm.models import FALKORDB

    for annotation in ("set[str]", "tuple[int, int]"):
        body = {"__module__": __name__, "__annotations__": {"id": str, "value": annotation}}
        model: Any = type(Node)("Thing", (Node,), body, labels=["Thing"], registry=MetaData())
        with pytest.raises(MetadataError, match=r"Thing\.value.*converter="):
            FieldCodec(model.value, FALKORDB)
