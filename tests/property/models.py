"""The classes of the property tests, in a registry of their own, and their relations as plain facts for the models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runic.ogm import Edge, Field, MetaData, Node, Relation


class Base(Node, registry=MetaData()):
    """Abstract: gives its subclasses one registry and a key."""

    id: str = Field(primary_key=True)


class Liked(Edge, type="LIKES", registry=Base.__runic_meta__.registry):
    weight: int = 1
    note: str | None = Field(default=None, property="remark")


class Company(Base, labels=["PtCompany"]):
    name: str = ""
    age: int | None = Field(default=None)
    tags: list[str] = Field(default_factory=list)
    staff: list[Person] = Relation(relationship="WORKS_AT", direction="INCOMING", target="Person")
    managers: list[Employee] = Relation(relationship="WORKS_AT", direction="INCOMING", target="Employee")


class Person(Base, labels=["PtPerson"]):
    name: str = ""
    age: int | None = Field(default=None)
    tags: list[str] = Field(default_factory=list)
    company: Company | None = Relation(relationship="WORKS_AT", direction="OUTGOING", target="Company")
    knows: list[Person] = Relation(relationship="KNOWS", direction="BOTH", target="Person")
    spouse: Person | None = Relation(relationship="MARRIED", direction="BOTH", target="Person")
    boss: Person | None = Relation(relationship="REPORTS_TO", direction="OUTGOING", target="Person")
    reports: list[Person] = Relation(relationship="REPORTS_TO", direction="INCOMING", target="Person")
    likes: list[Person] = Relation(relationship="LIKES", direction="OUTGOING", target="Person", edge_model=Liked)
    tickets: list[Ticket] = Relation(relationship="OWNED_BY", direction="INCOMING", target="Ticket", cascade=True)


class Employee(Person, labels=["PtPerson", "PtEmployee"]):
    level: int = 1


class Ticket(Node, labels=["PtTicket"], registry=Base.__runic_meta__.registry):
    """A node whose key the database assigns."""

    id: str = Field(generated=True)
    name: str = ""
    age: int | None = Field(default=None)
    tags: list[str] = Field(default_factory=list)
    owner: Person | None = Relation(relationship="OWNED_BY", direction="OUTGOING", target="Person", cascade=True)
    parts: list[Ticket] = Relation(relationship="PART", direction="OUTGOING", target="Ticket", cascade=True)


CLASSES: tuple[Any, ...] = (Person, Employee, Company, Ticket)
FIELDS = ("name", "age", "tags")


@dataclass(frozen=True)
class Rel:
    """A relation of one class, as the models of the tests understand it."""

    name: str
    type: str
    direction: str
    target: Any
    many: bool
    cascade: bool = False
    edge: bool = False

    def edge_key(self, owner: int, member: int) -> tuple[str, int, int]:
        """Return the stored edge between two nodes: type, start, end; an undirected one has its ends in order."""
        if self.direction == "BOTH":
            return (self.type, min(owner, member), max(owner, member))
        return (self.type, owner, member) if self.direction == "OUTGOING" else (self.type, member, owner)


_PERSON = (
    Rel("company", "WORKS_AT", "OUTGOING", Company, many=False),
    Rel("knows", "KNOWS", "BOTH", Person, many=True),
    Rel("spouse", "MARRIED", "BOTH", Person, many=False),
    Rel("boss", "REPORTS_TO", "OUTGOING", Person, many=False),
    Rel("reports", "REPORTS_TO", "INCOMING", Person, many=True),
    Rel("likes", "LIKES", "OUTGOING", Person, many=True, edge=True),
    Rel("tickets", "OWNED_BY", "INCOMING", Ticket, many=True, cascade=True),
)
RELATIONS: dict[Any, tuple[Rel, ...]] = {
    Person: _PERSON,
    Employee: _PERSON,
    Company: (
        Rel("staff", "WORKS_AT", "INCOMING", Person, many=True),
        Rel("managers", "WORKS_AT", "INCOMING", Employee, many=True),
    ),
    Ticket: (
        Rel("owner", "OWNED_BY", "OUTGOING", Person, many=False, cascade=True),
        Rel("parts", "PART", "OUTGOING", Ticket, many=True, cascade=True),
    ),
}
# Which ends of a type's edges may have one edge only.
SINGLE: dict[str, tuple[str, ...]] = {
    "WORKS_AT": ("start",),
    "REPORTS_TO": ("start",),
    "OWNED_BY": ("start",),
    "MARRIED": ("start", "end"),
}
UNDIRECTED = frozenset({"KNOWS", "MARRIED"})


def root_of(cls: Any) -> Any:
    """Return the topmost class with labels."""
    return Person if cls is Employee else cls


def fields_of(cls: Any) -> tuple[str, ...]:
    """Return the plain fields of a class, without its key."""
    return (*FIELDS, "level") if cls is Employee else FIELDS
