"""Models whose annotations name what is defined later, without quotes: from Python 3.14 on (PEP 649 and 749).

This module must not import ``annotations`` from ``__future__``: then they would be texts, as in the other tests.
"""
# ruff: noqa: F821 - names that are defined later, or never, are what this is about; ruff checks for Python 3.12.

import inspect
import sys
import typing
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Optional

import pytest

from runic.ogm import Edge, Field, Many, MetaData, MetadataError, Node, One, Property, Relation, many, one, prop, select
from runic.ogm.core._annotations import FieldType
from tests.ogm.models import meta_of

if sys.version_info < (3, 14):
    pytest.skip("annotations are lazy from Python 3.14 on", allow_module_level=True)

if TYPE_CHECKING:
    from nowhere import Absent

MODELS = MetaData()


def to(kind: str) -> Any:
    return Relation(relationship=kind, direction="OUTGOING")


class Author(Node, labels=["Author"], registry=MODELS):
    id: str = Field(primary_key=True)
    kind: ClassVar[Genre]
    size: Size | None = None
    sizes: list[Size] | None = None
    optional: Optional[Size] = None  # noqa: UP045 - another way to write it
    mixed: Size | Literal["none"] | None = None
    boxed: dict[str, Size] | Box[int] | None = None
    named: Name | None = None
    typed: Property[Size | None] = prop(default=None)
    best: Book | None = to("BEST")
    books: list[Book] = to("WROTE")
    drafts: list[Book] | None = to("DRAFTED")
    noted: Annotated[Book | None, Size] = to("NOTED")
    quoted: "list[Book]" = to("QUOTED")
    inner: list["Book"] = to("INNER")
    wrote: Many[Book, Wrote] = many("WROTE_TYPED")
    chief: One[Author] = one("CHIEF")


class Wrote(Edge, type="WROTE_TYPED", registry=MODELS):
    size: Size | None = None
    year: int = 0


class Book(Node, labels=["Book"], registry=MODELS):
    id: str = Field(primary_key=True)
    author: Author | None = Relation(relationship="WROTE", direction="INCOMING")


class Size(Enum):
    S = 1


class Genre: ...


class Box[T]: ...


type Name = str


def test_what_lazy_annotations_say() -> None:
    said = {name: field.type for name, field in meta_of(Author).properties.items()}
    assert said == {
        "id": FieldType(str),
        "size": FieldType(Size, True),
        "sizes": FieldType(Size, True, True),
        "optional": FieldType(Size, True),
        "mixed": FieldType(Any, True),
        "boxed": FieldType(Any, True),
        "named": FieldType(str, True),
        "typed": FieldType(Size, True, role=Property),
    }
    assert meta_of(Wrote).fields["size"].type == FieldType(Size, True)


def test_relations_lead_to_classes_that_are_defined_later() -> None:
    targets = {name: (field.type.base, field.type.many) for name, field in meta_of(Author).relations.items()}
    assert targets == {
        "best": (Book, False),
        "books": (Book, True),
        "drafts": (Book, True),
        "noted": (Book, False),
        "quoted": (Book, True),
        "inner": (Book, True),
        "wrote": (Book, True),
        "chief": (Author, False),
    }
    assert meta_of(Author).fields["wrote"].type.edge is Wrote
    assert meta_of(Book).fields["author"].type.base is Author


def test_lazily_annotated_models_are_built_and_asked_for() -> None:
    book = Book(id="b")
    author = Author(id="a", size=Size.S, books=[book])
    assert (author.size, author.books, author.optional) == (Size.S, [book], None)
    assert select(Author).traverse(Author.books).where(Book.id == "b")
    with pytest.raises(TypeError, match="id"):
        Author()


def test_what_other_tools_read_is_the_class_own() -> None:
    assert Author.__annotations__["books"] == list[Book]
    assert Book.__annotations__ == {"id": str, "author": Author | None}
    assert typing.get_type_hints(Author)["best"] == Book | None
    assert "best" in inspect.signature(Author).parameters


def test_names_of_the_surrounding_function_that_are_bound_later() -> None:
    models = MetaData()

    class Thing(Node, labels=["Thing"], registry=models):
        id: str = Field(primary_key=True)
        state: State | None = None
        states: list[State] = Field(default_factory=list)
        either: State | Box[int] | None = None
        part: Part | None = to("PART")

    with pytest.raises(MetadataError, match=r"Thing\.part: the annotation 'Part \| None' names 'Part'"):
        _ = meta_of(Thing).fields["part"].type

    class State(Enum):
        ON = 1

    class Part(Node, labels=["Part"], registry=models):
        id: str = Field(primary_key=True)
        whole: list[Thing] = to("WHOLE")

    fields = meta_of(Thing).fields
    assert fields["state"].type == FieldType(State, True)
    assert fields["states"].type == FieldType(State, many=True)
    assert fields["either"].type == FieldType(Any, True)
    assert fields["part"].type.base is Part
    assert meta_of(Part).fields["whole"].type.base is Thing


def test_names_of_the_class_body_and_of_the_arguments() -> None:
    def made(given: type) -> Any:
        class Thing(Node, labels=["Thing"], registry=MetaData()):
            class Inner(Enum):
                A = 1

            id: str = Field(primary_key=True)
            inner: Inner | None = None
            outer: given | None = None

        return Thing

    thing = made(Size)
    assert meta_of(thing).fields["inner"].type == FieldType(thing.Inner, True)
    assert meta_of(thing).fields["outer"].type == FieldType(Size, True)


def test_a_mixin_is_read_where_it_was_written() -> None:
    class Sized:
        size: Size | None = None
        state: State | None = None

    class Thing(Sized, Node, labels=["Thing"], registry=MetaData()):
        id: str = Field(primary_key=True)

    class State(Enum):
        ON = 1

    assert meta_of(Thing).fields["size"].type == FieldType(Size, True)
    assert meta_of(Thing).fields["state"].type == FieldType(State, True)


def test_a_model_that_only_type_checkers_import_is_found_when_it_is_registered() -> None:
    models = MetaData()

    class Thing(Node, labels=["Thing"], registry=models):
        id: str = Field(primary_key=True)
        one: Absent | None = to("ONE")
        some: list[Absent] = to("SOME")

    with pytest.raises(MetadataError, match=r"Thing\.some: the annotation list\[Absent\] names 'Absent'.*define it"):
        _ = meta_of(Thing).fields["some"].type

    found = type(Node)("Absent", (Node,), {"__annotations__": {"id": str}}, labels=["Absent"], registry=models)
    assert meta_of(Thing).fields["one"].type.base is found
    assert meta_of(Thing).fields["some"].type == FieldType(found, many=True)


def test_a_relation_without_its_type_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(MetadataError, match=r"Thing\.parts is a relation without a type"):

        class Thing(Node, labels=["Thing"], registry=MetaData()):
            id: str = Field(primary_key=True)
            parts: Many[Absent]
