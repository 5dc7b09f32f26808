"""A random life of a session, in both colours, against a plain model of the graph and of the session.

``RUNIC_PROPERTY_STEPS=10000`` runs that many steps instead of fewer, and ``RUNIC_PROPERTY_SEED`` starts
elsewhere; a failing sequence is shrunk and printed.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from runic.ogm.exceptions import FieldValidationError
from tests.property.lives import run, step
from tests.property.models import Person
from tests.property.session_draws import AGE, KEY, MISTAKE, PICK
from tests.property.session_machine import World
from tests.property.session_reading import Reading


class Life(Reading):
    """All operations, and those of other clients and of people who err."""

    @step(2, key=KEY, age=AGE)
    def change_outside(self, key: str, age: Any) -> None:
        uid = self._outside(key)
        if uid is not None:
            self.world.server.query(
                self.world.graph, "MATCH (n:PtPerson {id: $k}) SET n.age = $a", {"k": key, "a": age}
            )
            self.model.nodes[uid].props["age"] = age
            self.model.committed()

    def _outside(self, key: str) -> int | None:
        """Return a node that another client may change: no transaction is open then."""
        uid = self.model.node_by_key(Person, key)
        if uid is None or (self.world.undoes and not self._commit()):
            return None
        return self.model.node_by_key(Person, key)

    @step(key=KEY)
    def delete_outside(self, key: str) -> None:
        uid = self._outside(key)
        if uid is not None:
            self.world.server.query(self.world.graph, "MATCH (n:PtPerson {id: $k}) DETACH DELETE n", {"k": key})
            self.model.delete_node(uid, outside=True)
            self.model.committed()

    @step(3, number=PICK, mistake=MISTAKE)
    def poison(self, number: int, mistake: tuple[str, Any]) -> None:
        """Spoil one object, see the flush refuse it before anything is sent, and put it right again."""
        obj = self.one(number, "pending", "persistent")
        name, value = mistake
        if obj is None or (name == "id" and not obj.keyed) or (name not in obj.vals and name != "nmae"):
            return
        if not self.world.refuses(name, value):
            return
        setattr(obj.py, name, value)
        plan = self.model.plan()
        self.world.attempt(self.session.flush, plan.problems | {FieldValidationError})
        if name == "nmae":
            del obj.py.nmae
        else:
            kept = obj.vals[name]
            setattr(obj.py, name, list(kept) if isinstance(kept, list) else kept)
        self.world.peek()
        self.world.check_graph()

    def holds(self) -> None:
        self.world.check_session()


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_a_session_does_what_the_model_says(running: Any, colour: str) -> None:
    backend, server = running
    few = 2400 if backend.family == "falkordb" else 600  # the others take ten times as long for a step
    steps = int(os.environ.get("RUNIC_PROPERTY_STEPS") or few)
    seed = int(os.environ.get("RUNIC_PROPERTY_SEED") or 1)
    run(Life, lambda: Life(World(server, backend.family, colour)), seed, steps)
