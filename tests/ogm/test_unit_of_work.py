"""The flows of a session driven by hand, with literal answers: what is sent, in which order, and what it settles."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm.exceptions import ConstraintViolationError, DuplicateKeyError, FieldValidationError
from runic.ogm.session.reading import Reader
from runic.ogm.session.relating import relate, relate_all, unrelate
from runic.ogm.session.unit_of_work import UnitOfWork
from runic.ogm.session.writing import flush
from tests.ogm.flows import Entry, Graph, Player, Since, Team, kind, new_unit, requests_of, stored


@pytest.fixture
def unit() -> UnitOfWork:
    return new_unit()


# ---- phases


def test_an_empty_unit_sends_nothing(unit: UnitOfWork) -> None:
    graph = stored(unit)
    graph.run(flush(unit))
    assert graph.sent == []


def test_the_phases_are_in_their_order_whatever_the_order_of_the_calls(unit: UnitOfWork) -> None:
    team, other, gone = Team(id="t"), Team(id="u"), Player(id="gone", email="free@x")
    player, mover = Player(id="p", team=team), Player(id="m", team=team)
    graph = stored(unit, team, other, gone, player, mover)
    edge = Since(year=1)
    graph.run(relate(unit, player, Player.team, team, edge))
    graph.sent.clear()
    player.team = team
    new = Player(id="new", team=other, email="free@x")
    unit.add(new)
    mover.team = other
    edge.year = 2
    team.name = "renamed"
    unit.delete(gone)
    graph.run(flush(unit))
    assert graph.kinds[:5] == ["read", "delete", "update", "update edge", "create"]
    assert graph.kinds[5:7] == ["unrelate", "unrelate"]
    assert sorted(graph.kinds[7:]) == ["create edge", "merge"]


def test_pitfall_110_deletes_leave_before_creates_and_free_their_key(unit: UnitOfWork) -> None:
    graph = stored(unit, old := Player(id="p", name="old"))
    unit.delete(old)
    unit.add(new := Player(id="p", name="new"))
    graph.run(flush(unit))
    assert graph.kinds == ["delete", "create"]
    assert unit.find(Player, "p") is new
    assert old._state is None


def test_a_renamed_node_frees_its_key_for_a_new_one(unit: UnitOfWork) -> None:
    graph = stored(unit, first := Player(id="p"))
    first.id = "q"
    unit.add(second := Player(id="p"))
    graph.run(flush(unit))
    assert graph.kinds == ["read", "update", "create"]
    assert (unit.find(Player, "q"), unit.find(Player, "p")) == (first, second)


def test_pitfall_115_edges_leave_before_edges_come(unit: UnitOfWork) -> None:
    graph = stored(unit, first := Entry(text="1"), second := Entry(text="2", after=first))
    second.after, first.after = None, second
    graph.run(flush(unit))
    assert graph.kinds[-1] == "merge"
    assert set(graph.kinds[:-1]) == {"unrelate"}


# ---- late binding


def test_the_rows_of_edges_are_made_when_the_nodes_are_known(unit: UnitOfWork) -> None:
    unit.add(player := Player(id="p", team=Team(id="t")))
    requests = requests_of(flush(unit), Graph())
    assert [kind(request) for request in requests] == ["read", "read", "create", "create", "create edge"]
    (row,) = requests[-1].statement.params["rows"]
    assert row[:4] == [player._state.element_id, player.team._state.element_id, "p", "t"]


def test_generated_keys_reach_the_object_and_the_edges_of_the_same_flush(unit: UnitOfWork) -> None:
    second = Entry(text="2", after=(first := Entry(text="1")))
    unit.add(first)
    unit.add(second)
    graph = Graph()
    graph.run(flush(unit))
    assert (first.id, second.id) == (100, 101)
    assert graph.kinds == ["create", "create edge"]
    assert graph.sent[-1][1][0][:2] == [101, 100]
    assert unit.find(Entry, 101) is second


def test_answers_are_matched_by_number_not_by_position(unit: UnitOfWork) -> None:
    players = [Player(id=f"p{n}") for n in range(3)]
    for player in players:
        unit.add(player)
    Graph(create=[[2, 72], [0, 70], [1, 71]]).run(flush(unit))
    assert [player._state.element_id for player in players] == [70, 71, 72]


# ---- checks before the first write


def _none_in_required(unit: UnitOfWork) -> None:
    unit.find(Player, "p").name = None


def _bad_value(unit: UnitOfWork) -> None:
    unit.find(Player, "p").name = 7


def _typo(unit: UnitOfWork) -> None:
    unit.find(Team, "t").nmae = "x"


def _two_with_one_unique_value(unit: UnitOfWork) -> None:
    unit.find(Player, "p").email = "same@x"
    unit.add(Player(id="new", email="same@x"))


def _key_of_another(unit: UnitOfWork) -> None:
    unit.find(Player, "p").id = "q"


def _member_outside(unit: UnitOfWork) -> None:
    unit.find(Team, "t").members = [Player(id="stranger")]


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (_none_in_required, FieldValidationError),
        (_bad_value, FieldValidationError),
        (_typo, FieldValidationError),
        (_two_with_one_unique_value, ConstraintViolationError),
        (_key_of_another, DuplicateKeyError),
        (_member_outside, FieldValidationError),
    ],
    ids=lambda value: value.__name__.strip("_"),
)
def test_nothing_is_sent_when_something_does_not_fit(unit: UnitOfWork, spoil: Any, error: type[Exception]) -> None:
    graph = stored(unit, Player(id="p"), Player(id="q"), Team(id="t"))
    unit.add(Player(id="waits"))
    spoil(unit)
    with pytest.raises(error):
        graph.run(flush(unit))
    assert graph.sent == []
    assert unit.find(Player, "waits") is not None


def test_a_key_that_the_graph_has_is_refused_before_the_first_write(unit: UnitOfWork) -> None:
    unit.add(Player(id="p"))
    unit.add(Team(id="t"))
    graph = Graph(read=[["p"]])
    with pytest.raises(DuplicateKeyError, match=r"Player\(id='p'\).*merge"):
        graph.run(flush(unit))
    assert graph.kinds == ["read"]


# ---- single edges


def test_relate_merges_then_releases_so_that_no_edge_is_lost_between(unit: UnitOfWork) -> None:
    graph = stored(unit, player := Player(id="p"), team := Team(id="t"))
    graph.run(relate(unit, player, Player.team, team, None))
    assert graph.kinds == ["merge", "unrelate"]
    assert graph.sent[1][1] == [[player._state.element_id, "p", [team._state.element_id]]]


def test_relate_all_counts_and_registers_its_edges(unit: UnitOfWork) -> None:
    graph = stored(unit, *(players := [Player(id=f"p{n}") for n in range(2)]), team := Team(id="t"))
    edges = [Since(year=n) for n in range(2)]
    graph.answers = {"merge": [[1, 801, True], [0, 800, False]]}
    rows = [(team, player, edge) for player, edge in zip(players, edges, strict=True)]
    assert tuple(graph.run(relate_all(unit, Team.members, rows))) == (1, 1)
    assert [unit.identity.get_edge("MEMBER_OF", number) for number in (800, 801)] == edges
    assert not any(edge._dirty for edge in edges)


def test_unrelate_lets_the_edge_object_of_that_direction_go(unit: UnitOfWork) -> None:
    graph = stored(unit, player := Player(id="p"), team := Team(id="t"))
    edge = Since()
    graph.run(relate(unit, player, Player.team, team, edge))
    graph.run(unrelate(unit, team, Team.members, player))
    assert edge._state is None
    assert list(unit.identity.edges()) == []


def test_one_statement_loads_a_relation_for_all_owners(unit: UnitOfWork) -> None:
    players = [Player(id=f"p{n}") for n in range(3)]
    graph = stored(unit, *players, team := Team(id="t"))
    reader = Reader(unit)
    graph.answers = {"read": [[players[2]._state.element_id, [team]]]}
    graph.run(reader.fetch(players, reader.loader.plan(Player, ["team"])))
    assert graph.kinds == ["read"]
    assert [player.team for player in players] == [None, None, team]
    assert [row[1] for row in graph.sent[0][1]] == ["p0", "p1", "p2"]
