"""Declaring relations: what the declaration takes, its defaults, and what is refused at definition."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import Edge, FieldDescriptor, Link, MetaData, MetadataError, Node, Relation
from runic.ogm.core.metadata import relation_target
from tests.ogm.models import meta_of

spec = pytest.mark.spec


def related(**options: Any) -> Any:
    """Define a node class with a relation ``others``."""
    body = {"__annotations__": {"id": str, "others": "list[Thing]"}, "others": Relation(**options)}
    return type(Node)("Thing", (Node,), body, labels=["Thing"], registry=MetaData())


@spec(79)
@pytest.mark.parametrize(
    ("positional", "named"),
    [(("KNOWS",), {"direction": "OUTGOING"}), ((), {"relationship": "KNOWS"}), ((), {"direction": "OUTGOING"})],
)
def test_relationship_and_direction_are_required_keywords(positional: Any, named: Any) -> None:
    with pytest.raises(TypeError):
        Relation(*positional, **named)


@spec(79, 81, 82, 83, 84)
def test_the_rest_has_defaults_and_the_target_may_come_from_the_annotation() -> None:
    thing = related(relationship="KNOWS", direction="OUTGOING")
    others = thing.others
    assert isinstance(others, Link)
    assert isinstance(others, FieldDescriptor)
    assert (others.edge_model, others.cascade, others.lazy, others.init) == (None, False, True, True)
    assert (others.default, others.default_factory) == (None, None)
    assert relation_target(others) is thing


@spec(80)
@pytest.mark.parametrize("direction", ["OUTGOING", "INCOMING", "BOTH"])
def test_the_three_directions(direction: str) -> None:
    assert related(relationship="KNOWS", direction=direction).others.direction == direction


@spec(80)
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"direction": "outgoing"}, "direction is 'OUTGOING', 'INCOMING' or 'BOTH'"),
        ({"direction": None}, "direction is"),
        ({"relationship": ""}, "the relationship type of Thing.others"),
        ({"relationship": "a\0b"}, "the relationship type of Thing.others"),
        ({"default": "x"}, "no default but None"),
    ],
)
def test_what_no_relation_can_be(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(MetadataError, match=reason):
        related(**{"relationship": "KNOWS", "direction": "OUTGOING", **options})


@spec(91)
def test_relations_are_optional_keywords_of_the_constructor() -> None:
    thing = related(relationship="KNOWS", direction="OUTGOING")
    one = thing(id="1")
    assert thing(id="2", others=[one]).others == [one]
    assert "others" not in vars(one)


@spec(84)
def test_a_relation_may_stay_out_of_the_constructor_or_have_a_factory() -> None:
    hidden = related(relationship="KNOWS", direction="OUTGOING", init=False)
    with pytest.raises(TypeError, match="others"):
        hidden(id="1", others=[])
    friend = hidden(id="friend")
    made = related(relationship="KNOWS", direction="OUTGOING", default_factory=lambda: [friend])
    assert made(id="1").others == [friend]
    assert made(id="2", others=[]).others == []


def test_a_relation_without_an_annotation_is_refused() -> None:
    with pytest.raises(MetadataError, match="relation without annotation"):
        type(Node)(
            "Thing",
            (Node,),
            {"__annotations__": {"id": str}, "others": Relation(relationship="KNOWS", direction="BOTH")},
            labels=["Thing"],
        )


@spec(90, 93)
def test_a_relation_is_no_property_and_no_condition() -> None:
    thing = related(relationship="KNOWS", direction="OUTGOING", target="Thing")
    assert list(meta_of(thing).relations) == ["others"]
    assert list(meta_of(thing).properties) == ["id"]
    with pytest.raises(TypeError, match=r"Thing\.others is a relation and no condition"):
        _ = thing.others & (thing.id == "a")


@spec(59)
def test_an_edge_class_by_name_and_by_class() -> None:
    registry = MetaData()

    class Knows(Edge, type="KNOWS", registry=registry):
        pass

    for given in (Knows, "Knows"):
        body = {
            "__annotations__": {"id": str, "others": "list[Thing]"},
            "others": Relation(relationship="KNOWS", direction="OUTGOING", target="Thing", edge_model=given),
        }
        thing: Any = type(Node)("Thing", (Node,), body, labels=["Thing"], registry=registry)
        registry.finalize()
        assert thing.others.edge_model is Knows
