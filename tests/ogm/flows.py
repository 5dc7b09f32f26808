"""Models, and a graph of literal answers, for tests that drive the flows of a session without a database."""

from __future__ import annotations

from typing import Any

from runic.ogm import Edge, Field, Many, MetaData, Node, One, Property, many, one, prop
from runic.ogm.driver import GraphResult
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.session.ending import committed
from runic.ogm.session.flow import Flow, Request, run
from runic.ogm.session.unit_of_work import UnitOfWork
from runic.ogm.session.writing import flush
from tests.ogm.models import PLAIN

REGISTRY = MetaData()


class Since(Edge, type="MEMBER_OF", registry=REGISTRY):
    year: int = 0


class Team(Node, labels=["Team"], registry=REGISTRY):
    id: str
    name: str = ""
    members: Many[Player, Since] = many("MEMBER_OF", direction="INCOMING")


class Player(Node, labels=["Player"], registry=REGISTRY):
    id: str
    name: str = ""
    email: Property[str | None] = prop(default=None, unique=True)
    team: One[Team, Since] = one("MEMBER_OF", cascade=True)


class Entry(Node, labels=["Entry"], registry=REGISTRY):
    id: int = Field(generated=True)
    text: str = ""
    after: One[Entry] = one("AFTER")


class Owner:
    """Stands for a session."""

    def load_absent(self, entity: Any, field: Any) -> Any:
        raise AssertionError(f"{entity!r}.{field.name} was loaded")


OWNER = Owner()


def new_unit() -> UnitOfWork:
    """Return the unit of work of a session that there is not."""
    return UnitOfWork(Mapper(PLAIN), lambda: OWNER)


def kind(request: Request) -> str:
    """Name what a statement does by the clauses it is made of."""
    text = request.statement.text
    relationship = "-[r" in text
    for word, name in (("DETACH DELETE", "delete"), ("DELETE r", "unrelate"), ("MERGE", "merge"), ("CREATE", "create")):
        if word in text:
            return f"{name} edge" if name == "create" and relationship else name
    if "SET" in text:
        return "update edge" if relationship else "update"
    return "read" if request.statement.write is False else "?"


class Graph:
    """Answers requests as a database would that numbers nodes from 100 and edges from 900; notes all of them."""

    def __init__(self, fail: dict[str, Exception] | None = None, **answers: list[list[Any]]) -> None:
        self.sent: list[tuple[str, list[Any]]] = []
        self.fail = fail or {}
        self.answers = answers
        self._next = {"node": 100, "edge": 900}

    @property
    def kinds(self) -> list[str]:
        return [name for name, _ in self.sent]

    def __call__(self, request: Request) -> GraphResult:
        name, rows = kind(request), list(request.statement.params.get("rows", ()))
        self.sent.append((name, rows))
        if name in self.fail:
            raise self.fail.pop(name)
        if name in self.answers:
            return GraphResult([], self.answers[name])
        match name:
            case "create":
                return GraphResult(["number", "id"], [[row[-1], self._number("node")] for row in rows])
            case "create edge" | "merge":
                return GraphResult([], [[row[4], self._number("edge"), False] for row in rows])
            case "update" | "update edge":
                return GraphResult(["i"], [[row[0] if name == "update" else row[2]] for row in rows])
            case _:
                return GraphResult()

    def _number(self, of: str) -> int:
        self._next[of] += 1
        return self._next[of] - 1

    def run(self, flow: Flow[Any]) -> Any:
        return run(flow, self)


def stored(unit: UnitOfWork, *entities: Any) -> Graph:
    """Flush *entities* into a graph and return it, with nothing noted."""
    for entity in entities:
        unit.add(entity)
    graph = Graph()
    graph.run(flush(unit))
    committed(unit)
    graph.sent.clear()
    return graph


def requests_of(flow: Flow[Any], graph: Graph) -> list[Request]:
    """Drive *flow* to its end and return what it asked for."""
    seen: list[Request] = []

    def send(request: Request) -> GraphResult:
        seen.append(request)
        return graph(request)

    run(flow, send)
    return seen
