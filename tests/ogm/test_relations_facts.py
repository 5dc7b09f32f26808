"""What relations mean together: targets in other files, both styles, and the cardinality of a relationship type."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runic.ogm import Many, MetaData, Node, One, Relation, many, one
from runic.ogm.core.metadata import relation_target
from runic.ogm.exceptions import MetadataError
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.mapper.relations import RelationInfo, touching
from tests.ogm.models import PLAIN, meta_of

REGISTRY = "from runic.ogm import MetaData\nregistry = MetaData()\n"
PEOPLE = """
from __future__ import annotations
from typing import TYPE_CHECKING
from runic.ogm import Many, Node, One, Relation, many, one
from {package}.registry import registry
if TYPE_CHECKING:
    from {package}.work import Company

class Person(Node, labels=["Person"], registry=registry):
    id: str
    company: Company | None = Relation(relationship="WORKS_FOR", direction="OUTGOING")
    former: Many[Company] = many("WORKED_FOR")
    owned: list["Company"] = Relation(relationship="OWNS", direction="OUTGOING", target="Company")
    boss: "Person | None" = Relation(relationship="REPORTS_TO", direction="OUTGOING", target="Person")
"""
WORK = """
from runic.ogm import Node, Relation
from {package}.registry import registry

class Company(Node, labels=["Company"], registry=registry):
    id: str
    staff: "list[Person]" = Relation(relationship="WORKS_FOR", direction="INCOMING", target="{package}.people.Person")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Write a package of models in two files that need each other, and forget it afterwards."""
    name = "relation_files"
    folder = tmp_path / name
    folder.mkdir()
    for file, source in (("__init__", ""), ("registry", REGISTRY), ("people", PEOPLE), ("work", WORK)):
        (folder / f"{file}.py").write_text(source.replace("{package}", name))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    for module in [module for module in sys.modules if module.split(".")[0] == name]:
        del sys.modules[module]


@pytest.mark.spec(86, 87, 88)
@pytest.mark.parametrize("order", [("people", "work"), ("work", "people")], ids="-".join)
def test_models_in_two_files_find_each_other_in_any_order_of_import(package: str, order: tuple[str, str]) -> None:
    modules = {file: __import__(f"{package}.{file}", fromlist=[file]) for file in order}
    person, company = modules["people"].Person, modules["work"].Company
    for name in ("company", "former", "owned"):
        assert relation_target(getattr(person, name)) is company
    assert relation_target(person.boss) is person
    assert relation_target(company.staff) is person
    many_of = {name: field.type.many for name, field in meta_of(person).relations.items()}
    assert many_of == {"company": False, "former": True, "owned": True, "boss": False}
    sys.modules[f"{package}.registry"].registry.finalize()


def test_a_target_in_a_file_that_nobody_imported_is_named_at_first_use(package: str) -> None:
    person = __import__(f"{package}.people", fromlist=["people"]).Person
    with pytest.raises(MetadataError, match="'Company'"):
        relation_target(person.owned)
    with pytest.raises(MetadataError, match="'Company'"):
        Mapper(PLAIN).relation(person, "company")


def test_models_in_a_function_find_each_other() -> None:
    class Page(Node, labels=["Page"], registry=MetaData()):
        id: str
        links: list[Page] = Relation(relationship="LINKS", direction="OUTGOING", target="Page")
        book: Book | None = Relation(relationship="IN", direction="OUTGOING")

    class Book(Node, labels=["Book"], registry=meta_of(Page).registry):
        id: str
        pages: Many[Page] = many("IN", direction="INCOMING")

    assert relation_target(Page.links) is relation_target(Book.pages) is Page
    assert relation_target(Page.book) is Book


def test_pitfall_102_two_classes_of_one_name_are_told_apart_by_the_class_object() -> None:
    registry = MetaData()
    first: Any = type(Node)("Item", (Node,), _body("shop.one"), labels=["ShopItem"], registry=registry)
    second: Any = type(Node)("Item", (Node,), _body("shop.two"), labels=["StockItem"], registry=registry)
    holder: Any = type(Node)(
        "Holder",
        (Node,),
        {
            "__module__": "shop.three",
            "__annotations__": {"id": str, "ones": "list[Item]", "two": "Item | None"},
            "ones": Relation(relationship="A", direction="OUTGOING", target=first),
            "two": Relation(relationship="B", direction="OUTGOING", target=second),
        },
        labels=["ItemHolder"],
        registry=registry,
    )
    mapper = Mapper(PLAIN)
    facts = [(info.target, info.many) for info in mapper.relations(holder)]
    assert facts == [(first, True), (second, False)]
    unclear: Any = type(Node)("Unclear", (Node,), _holder("shop.three"), labels=["Unclear"], registry=registry)
    with pytest.raises(MetadataError, match=r"shop\.one\.Item, shop\.two\.Item"):
        mapper.relations(unclear)
    near: Any = type(Node)("Near", (Node,), _holder("shop.two"), labels=["NearItem"], registry=registry)
    assert mapper.relation(near, "ones").target is second


def _holder(module: str) -> dict[str, Any]:
    annotations = {"id": str, "ones": "list[Item]"}
    return {"__module__": module, "__annotations__": annotations, "ones": many("A")}


def _body(module: str) -> dict[str, Any]:
    return {"__module__": module, "__annotations__": {"id": str}}


# ---- cardinality


class Base(Node, registry=MetaData()):
    id: str


class Team(Base, labels=["Team"]):
    members: Many[Player] = many("PLAYS_FOR", direction="INCOMING")
    captain: One[Player] = one("LEADS", direction="INCOMING")
    fans: Many[Player] = many("FAN_OF", direction="INCOMING")


class Player(Base, labels=["Player"]):
    team: One[Team] = one("PLAYS_FOR")
    leads: Many[Team] = many("LEADS")
    clubs: Many[Team] = many("FAN_OF")
    mentor: One[Player] = one("MENTORS", direction="INCOMING")
    pupils: Many[Player] = many("MENTORS")
    partner: One[Player] = one("PAIRED", direction="BOTH")
    friends: Many[Player] = many("KNOWS", direction="BOTH")
    goal: One[Ball] = one("HAS")
    cup: One[Team] = one("HAS")


class Keeper(Player, labels=["Player", "Keeper"]):
    pass


class Ball(Base, labels=["Ball"]):
    pass


@pytest.mark.parametrize(
    ("cls", "name", "one_end", "one_start"),
    [
        (Player, "team", Team, None),
        (Team, "members", Team, None),
        (Team, "captain", None, Player),
        (Player, "leads", None, Player),
        (Keeper, "leads", None, Player),
        (Keeper, "team", Team, None),
        (Player, "clubs", None, None),
        (Player, "mentor", None, Player),
        (Player, "pupils", None, Player),
        (Player, "partner", Player, Player),
        (Player, "friends", None, None),
        (Player, "goal", Ball, None),
        (Player, "cup", Team, None),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_either_declared_side_decides_how_many_edges_an_end_has(
    cls: Any, name: str, one_end: Any, one_start: Any
) -> None:
    info: RelationInfo = Mapper(PLAIN).relation(cls, name)
    assert (info.one_end, info.one_start) == (one_end, one_start)


def test_limits_name_the_node_the_direction_and_what_is_kept() -> None:
    mapper = Mapper(PLAIN)
    player, other, team = Player(id="p"), Player(id="q"), Team(id="t")
    members = mapper.relation(Team, "members")
    assert [tuple(limit) for limit in members.limits(*members.ends(team, player))] == [(player, "OUTGOING", Team, team)]
    partner = mapper.relation(Player, "partner")
    assert [tuple(limit) for limit in partner.limits(player, other)] == [
        (player, "BOTH", Player, other),
        (other, "BOTH", Player, player),
    ]


@pytest.mark.parametrize(
    ("relationship", "other", "start", "names"),
    [
        ("MENTORS", Player, True, ["pupils"]),
        ("MENTORS", Keeper, False, ["mentor"]),
        ("HAS", Ball, True, ["goal"]),
        ("HAS", Team, True, ["cup"]),
        ("HAS", Team, False, []),
        ("KNOWS", Player, True, ["friends"]),
        ("KNOWS", Player, False, ["friends"]),
        ("PLAYS_FOR", Ball, True, []),
    ],
    ids=str,
)
def test_which_relations_of_a_class_show_an_edge(relationship: str, other: Any, start: bool, names: list[str]) -> None:
    assert [field.name for field in touching(meta_of(Player), relationship, other, start=start)] == names


def test_a_class_that_comes_later_counts_too() -> None:
    registry = MetaData()

    class Shop(Node, labels=["Shop"], registry=registry):
        id: str
        goods: list[Good] = Relation(relationship="SELLS", direction="OUTGOING", target="Good")

    class Good(Node, labels=["Good"], registry=registry):
        id: str

    mapper = Mapper(PLAIN)
    assert mapper.relation(Shop, "goods").one_start is None

    class Single(Good, labels=["Good", "Single"]):
        shop: Shop | None = Relation(relationship="SELLS", direction="INCOMING", target="Shop")

    assert mapper.relation(Shop, "goods").one_start is Shop
    assert mapper.relation(Single, "shop").one_start is Shop
