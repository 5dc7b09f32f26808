"""The registry: what it knows, how names are resolved, and which classes cannot be in it together."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import Edge, Field, FieldDescriptor, MetaData, MetadataError, Node, Relation
from runic.ogm.core.metadata import EdgeMeta, NodeMeta, metadata, relation_edge, relation_target
from tests.ogm.models import meta_of

spec = pytest.mark.spec


def node(name: str, labels: list[str], registry: MetaData, module: str = __name__, **fields: Any) -> Any:
    """Define a node class as a module called *module* would."""
    body = {"__module__": module, "__qualname__": name, "__annotations__": {"id": str, **dict.fromkeys(fields, Any)}}
    return type(Node)(name, (Node,), {**body, **fields}, labels=labels, registry=registry)


def knows(target: Any, **options: Any) -> Any:
    return Relation(relationship="KNOWS", direction="OUTGOING", target=target, **options)


@spec(12, 101, 102, 103, 110)
def test_every_class_is_registered_as_it_is_defined() -> None:
    registry = MetaData()

    class Base(Node, registry=registry):
        pass

    class User(Base, labels=["User"]):
        id: str

    class Rated(Edge, type="RATED", registry=registry):
        pass

    assert set(registry.nodes) == {User}
    assert set(registry.edges) == {Rated}
    assert isinstance(registry.nodes[User], NodeMeta)
    assert isinstance(registry.edges[Rated], EdgeMeta)
    assert registry.register_node(User) is None
    assert registry.register_edge(Rated) is None
    assert set(registry.nodes) == {User}


def test_the_default_registry_takes_what_names_none() -> None:
    before = metadata.snapshot()
    try:

        class OnlyHere(Node, labels=["OnlyHereInMetadata"]):
            id: str

        assert OnlyHere in metadata.nodes
        assert meta_of(OnlyHere).registry is metadata
    finally:
        metadata.restore(before)
    assert OnlyHere not in metadata.nodes


# ---- resolving


@spec(86, 87, 88, 104)
def test_a_name_resolves_to_a_class_that_is_defined_later() -> None:
    registry = MetaData()
    person = node("Person", ["Person"], registry, friend=knows("Company"))
    with pytest.raises(MetadataError, match=r"Person names 'Company', and no such class is registered"):
        relation_target(person.friend)
    company = node("Company", ["Company"], registry)
    assert registry.resolve_target("Company") is company
    assert registry.resolve_target(company) is company
    assert relation_target(person.friend) is company


@spec(104)
def test_edges_are_resolved_by_name_too() -> None:
    registry = MetaData()
    person = node("Person", ["Person"], registry, friend=knows("Person", edge_model="Knows"))

    class Knows(Edge, type="KNOWS", registry=registry):
        pass

    assert registry.resolve_target("Knows") is Knows
    assert relation_edge(person.friend) is Knows


@spec(105)
def test_an_unknown_name_is_a_metadata_error() -> None:
    with pytest.raises(MetadataError, match="'Nobody', and no such class is registered; import the module"):
        MetaData().resolve_target("Nobody")


@spec(88, 106)
def test_finalize_puts_classes_in_the_place_of_names() -> None:
    registry = MetaData()
    person = node("Person", ["Person"], registry, friend=knows("Person"))
    assert person.friend.target == "Person"
    assert registry.finalize() is None
    assert person.friend.target is person


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"target": "Nobody"}, "'Nobody', and no such class"),
        ({"target": "Knows"}, "which is no Node class"),
        ({"target": int}, "which is no Node class"),
        ({"target": "Person", "edge_model": "Nobody"}, "'Nobody', and no such class"),
        ({"target": "Person", "edge_model": "Person"}, "which is no Edge class"),
        ({"target": "Person", "edge_model": "Other"}, "has the type 'KNOWS', but its edge class Other has 'OTHER'"),
    ],
)
@spec(88, 106)
def test_finalize_finds_every_broken_reference(options: dict[str, Any], reason: str) -> None:
    registry = MetaData()
    node("Person", ["Person"], registry, friend=knows(**options))

    class Knows(Edge, type="KNOWS", registry=registry):
        pass

    class Other(Edge, type="OTHER", registry=registry):
        pass

    with pytest.raises(MetadataError, match=reason):
        registry.finalize()


def test_one_name_in_two_packages() -> None:
    """Pitfall 102: the class object decides; a bare name does not where two fit."""
    registry = MetaData()
    one = node("Item", ["ShopItem"], registry, module="shop")
    other = node("Item", ["NewsItem"], registry, module="news")
    by_class = node("A", ["A"], registry, module="third", item=knows(other))
    by_name = node("B", ["B"], registry, module="third", item=knows("Item"))
    near = node("C", ["C"], registry, module="shop", item=knows("Item"))
    dotted = node("D", ["D"], registry, module="third", item=knows("news.Item"))
    assert relation_target(by_class.item) is other
    assert relation_target(near.item) is one
    assert relation_target(dotted.item) is other
    with pytest.raises(MetadataError, match=r"which may be shop\.Item, news\.Item; pass the class itself"):
        relation_target(by_name.item)


def test_names_stay_within_their_registry() -> None:
    first, second = MetaData(), MetaData()
    node("Item", ["Item"], first)
    person = node("Person", ["Person"], second, item=knows("Item"))
    with pytest.raises(MetadataError, match="no such class"):
        relation_target(person.item)


# ---- twice


@spec(109)
def test_two_classes_with_the_same_labels_are_refused_and_both_shown() -> None:
    registry = MetaData()
    node("User", ["User", "Person"], registry, module="one")
    with pytest.raises(MetadataError, match=r"two\.Account has the labels .* of one\.User.*registry=MetaData\(\)"):
        node("Account", ["Person", "User"], registry, module="two")
    assert [cls.__name__ for cls in registry.nodes] == ["User"]
    node("Account", ["Person", "User"], MetaData(), module="two")


def test_a_class_defined_again_replaces_the_first() -> None:
    registry = MetaData()
    person = node("Person", ["Person"], registry, item=knows("Item"))
    first = node("Item", ["Item"], registry)
    by_class = node("Box", ["Box"], registry, item=knows(first))
    registry.finalize()
    assert relation_target(person.item) is first
    again = node("Item", ["Item"], registry, extra=Field(default=1))
    assert relation_target(person.item) is relation_target(by_class.item) is again
    assert set(registry.nodes) == {person, by_class, again}
    latest = node("Item", ["Item", "Renamed"], registry)
    assert [cls for cls in registry.nodes if cls.__name__ == "Item"] == [latest]


def test_an_edge_class_defined_again_replaces_the_first() -> None:
    registry = MetaData()
    for number in (1, 2):
        body = {"__module__": "m", "__qualname__": "Rated", "__annotations__": {"score": int}, "score": number}
        rated: Any = type(Edge)("Rated", (Edge,), body, type="RATED", registry=registry)
    assert list(registry.edges) == [rated]


# ---- snapshots


@spec(107, 108)
def test_a_snapshot_is_restored() -> None:
    registry = MetaData()
    user = node("User", ["User"], registry)
    before = registry.snapshot()
    node("Post", ["Post"], registry)

    class Rated(Edge, type="RATED", registry=registry):
        pass

    registry.restore(before)
    assert set(registry.nodes) == {user}
    assert not registry.edges
    node("Blog", ["Post"], registry)
    assert len(before.nodes) == 1


def test_a_descriptor_outside_a_class_says_so() -> None:
    with pytest.raises(MetadataError, match="belongs to no model class"):
        _ = FieldDescriptor() == 1
