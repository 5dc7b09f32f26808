"""A statement of a flush that fails in the middle: what is settled, what stays pending, whom the error names."""

from __future__ import annotations

import pytest

from runic.ogm.core._state import Status
from runic.ogm.driver import GraphResult
from runic.ogm.exceptions import ConflictError, ConstraintViolationError, EntityNotFoundError, StaleEntityError
from runic.ogm.session.relating import relate
from runic.ogm.session.unit_of_work import UnitOfWork
from runic.ogm.session.writing import flush
from tests.ogm.flows import Graph, Player, Team, kind, new_unit, stored


@pytest.fixture
def unit() -> UnitOfWork:
    return new_unit()


def test_what_was_answered_is_settled_and_the_rest_is_sent_again(unit: UnitOfWork) -> None:
    graph = stored(unit, gone := Team(id="gone"), kept := Team(id="kept"))
    unit.delete(gone)
    kept.name = "changed"
    unit.add(player := Player(id="p", team=kept))
    graph.fail = {"create": ConflictError("try again")}
    with pytest.raises(ConflictError):
        graph.run(flush(unit))
    assert graph.kinds == ["read", "delete", "update", "create"]
    assert gone._state is None
    assert not kept._dirty
    assert player._state.status == Status.PENDING
    graph.sent.clear()
    graph.run(flush(unit))
    assert graph.kinds == ["read", "create", "create edge"]
    assert player._state.status == Status.PERSISTENT


def test_edges_that_failed_are_written_by_the_next_flush_and_only_found_not_doubled(unit: UnitOfWork) -> None:
    unit.add(player := Player(id="p", team=Team(id="t")))
    graph = Graph(fail={"create edge": ConflictError("try again")})
    with pytest.raises(ConflictError):
        graph.run(flush(unit))
    graph.sent.clear()
    graph.run(flush(unit))
    assert graph.kinds[-1] == "merge"
    assert player.team is not None
    graph.sent.clear()
    graph.run(flush(unit))
    assert graph.sent == []


def test_collections_forget_a_node_that_was_deleted_by_a_flush_that_failed_later(unit: UnitOfWork) -> None:
    graph = stored(unit, player := Player(id="p", team=(team := Team(id="t", members=[]))))
    assert team.members == [player]
    unit.delete(player)
    unit.add(Team(id="new"))
    graph.fail = {"create": ConflictError("try again")}
    with pytest.raises(ConflictError):
        graph.run(flush(unit))
    assert team.members == []


def test_a_batch_in_the_middle_leaves_the_later_ones_pending(unit: UnitOfWork) -> None:
    teams, players = [Team(id=f"t{n}") for n in range(2)], [Player(id=f"p{n}") for n in range(2)]
    for entity in (*teams, *players):
        unit.add(entity)
    graph, flow, seen = Graph(), flush(unit), 0
    request = next(flow)
    while True:
        seen += kind(request) == "create"
        if seen == 2:
            break
        request = flow.send(graph(request))
    with pytest.raises(KeyboardInterrupt):
        flow.throw(KeyboardInterrupt())
    assert {entity._state.status for entity in teams} == {Status.PERSISTENT}
    assert list(unit.new.values()) == players


@pytest.mark.parametrize("what", ["update", "merge"])
def test_a_row_without_an_answer_is_an_object_that_is_gone(unit: UnitOfWork, what: str) -> None:
    graph = stored(unit, one := Player(id="p0"), two := Player(id="p1"), team := Team(id="t"))
    if what == "update":
        one.name = two.name = "changed"
        graph.answers = {"update": [[one._state.element_id]]}
        with pytest.raises(StaleEntityError, match=r"Player\(id='p1'\)"):
            graph.run(flush(unit))
        assert (one._dirty, two._dirty) == (False, True)
    else:
        graph.answers = {"merge": []}
        with pytest.raises(EntityNotFoundError, match=r"Player\.team"):
            graph.run(relate(unit, one, Player.team, team, None))


def test_a_refused_value_is_traced_to_its_object(unit: UnitOfWork) -> None:
    for number in range(3):
        unit.add(Player(id=f"p{number}", email=f"{number}@x"))
    flow = flush(unit)
    assert kind(next(flow)) == "read"
    assert kind(flow.send(GraphResult())) == "create"
    by_key = flow.throw(ConstraintViolationError("unique constraint violation"))
    assert by_key.statement.params["keys"] == ["p0", "p1", "p2"]
    by_email = flow.send(GraphResult())
    assert by_email.statement.params["keys"] == ["0@x", "1@x", "2@x"]
    with pytest.raises(ConstraintViolationError, match=r"Player\(id='p1'\).*email='1@x'"):
        flow.send(GraphResult(["k"], [["1@x"]]))
