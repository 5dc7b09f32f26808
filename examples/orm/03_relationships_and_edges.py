"""Relationships: both sides, lazy and eager loading, relate() and unrelate(), and properties of edges.

    python examples/orm/03_relationships_and_edges.py

Written in the plain style.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from runic.ogm import Edge, Field, FieldValidationError, Node, Relation, Session, create_driver, select


class Invitation(Edge, type="INVITED_TO"):
    """How somebody came to a trip; fields without a default are required here too."""

    role: str
    status: str = "open"


class Company(Node, labels=["Company"]):
    """The side that does not own the relationship: the same edges, seen from their end."""

    id: str = Field(primary_key=True)
    name: str
    staff: list[Person] = Relation(relationship="WORKS_FOR", direction="INCOMING", target="Person")


class Trip(Node, labels=["Trip"]):
    """A trip and its guests."""

    id: str = Field(primary_key=True)
    guests: list[Person] = Relation(
        relationship="INVITED_TO", direction="INCOMING", target="Person", edge_model="Invitation"
    )


class Person(Node, labels=["Person"]):
    """One company, any number of contacts and trips."""

    id: str = Field(primary_key=True)
    name: str
    company: Company | None = Relation(relationship="WORKS_FOR", direction="OUTGOING", target="Company")
    contacts: list[Person] = Relation(relationship="KNOWS", direction="BOTH", target="Person")
    trips: list[Trip] = Relation(
        relationship="INVITED_TO", direction="OUTGOING", target="Trip", edge_model="Invitation"
    )


def main(folder: Path) -> None:
    """Relate people, companies and trips."""
    with closing(create_driver("falkordb", path=folder / "people.db", graph="people")) as driver:
        with Session(driver) as session:
            session.add_all([Person(id="ann", name="Ann"), Person(id="bob", name="Bob")])
            session.add_all([Company(id="acme", name="Acme"), Company(id="core", name="Core"), Trip(id="rome")])
        with Session(driver) as session:
            relate(session)
        with Session(driver) as session:
            load(session)
        with Session(driver) as session:
            replace(session)
        with Session(driver) as session:
            edge_properties(session)


def relate(session: Session) -> None:
    """Create edges at once, from either side; doing it again changes nothing."""
    ann, bob = session.get_one(Person, "ann"), session.get_one(Person, "bob")
    acme = session.get_one(Company, "acme")
    session.relate(ann, Person.company, acme)
    session.relate(ann, Person.company, acme)
    session.relate(acme, Company.staff, bob)
    session.relate(ann, Person.contacts, bob)
    print("Edges:", session.execute("MATCH ()-[r]->() RETURN count(r)").rows[0][0])


def load(session: Session) -> None:
    """Lazy loading asks at the first access; fetch= asks ahead, for all parents in one statement."""
    ann = session.get_one(Person, "ann")
    print("Ann works for", ann.company.name if ann.company else "nobody")
    people = session.scalars(select(Person).order_by(Person.name).fetch(Person.company, Person.contacts))
    for person in people:
        print(f"{person.name}: {person.company and person.company.name}, knows {[c.name for c in person.contacts]}")
    acme = session.get_one(Company, "acme")
    print("Acme's staff:", sorted(person.name for person in acme.staff))


def replace(session: Session) -> None:
    """A relation to one is replaced by the next target, also in memory and on the other side."""
    ann, core = session.get_one(Person, "ann"), session.get_one(Company, "core")
    acme = session.get_one(Company, "acme", fetch=["staff"])
    ann.company = core
    session.commit()
    print("Acme's staff now:", [person.name for person in acme.staff])
    print("Core's staff now:", [person.name for person in core.staff])
    session.unrelate(ann, Person.company, core)
    print("Ann's company now:", ann.company)


def edge_properties(session: Session) -> None:
    """Write properties with edge=, read them with all_with_edges(), change them on the edge object."""
    ann, bob, rome = session.get_one(Person, "ann"), session.get_one(Person, "bob"), session.get_one(Trip, "rome")
    try:
        session.relate(ann, Person.trips, rome)
    except FieldValidationError as error:
        print("FieldValidationError:", error)
    result = session.relate_all(
        Person.trips, [(ann, rome, Invitation(role="owner", status="accepted")), (bob, rome, Invitation(role="guest"))]
    )
    print("In bulk:", result)
    guests = (
        select(Person)
        .alias("p")
        .traverse(Person.trips, edge_alias="i", optional=False)
        .alias("t")
        .where(Trip.id == "rome", on="t")
        .order_by("p.name")
        .return_nodes("p", "t")
        .return_edge("i")
    )
    for person, invitation, trip in session.all_with_edges(guests):
        print(f"{person.name} is {invitation.role} of {trip.id}: {invitation.status}")
        invitation.status = "accepted"  # edges are tracked like nodes
    session.commit()
    accepted = guests.where(Invitation.status == "accepted", on="i")
    print("Accepted:", [person.name for person, _, _ in session.all_with_edges(accepted)])


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(Path(temporary))
