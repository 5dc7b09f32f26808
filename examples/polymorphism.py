"""Polymorphism: a hierarchy of classes is a hierarchy of labels, and every node comes back as what it is.

    python examples/polymorphism.py

Written in the typed style.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from runic.ogm import Many, MetadataError, Node, Property, Repository, Session, count, create_driver, many, prop, select


class Timestamped(Node):
    """Without labels a class is abstract: it lends its fields to others and has no nodes."""

    created: Property[int] = prop(default=2026)


class Vehicle(Timestamped, labels=["Vehicle"]):
    """The root: its key is the key of all classes below it."""

    plate: Property[str] = prop(primary_key=True)
    seats: Property[int] = prop(default=1)

    def describe(self) -> str:
        """Subclasses override this, as in any Python program."""
        return f"{type(self).__name__.lower()} {self.plate}"


class Car(Vehicle, labels=["Vehicle", "Car"]):
    """A node with the labels Vehicle and Car."""

    doors: Property[int] = prop(default=5)

    def describe(self) -> str:
        return f"{super().describe()} with {self.doors} doors"


class Lorry(Vehicle, labels=["Vehicle", "Lorry"]):
    """A node with the labels Vehicle and Lorry."""

    tons: Property[float]


class Tanker(Lorry, labels=["Vehicle", "Lorry", "Tanker"]):
    """Three levels deep."""

    litres: Property[int]


class Depot(Node, labels=["Depot"]):
    """A relation to a base class holds objects of all its subclasses."""

    id: Property[str] = prop(primary_key=True)
    vehicles: Many[Vehicle] = many("HOLDS", cascade=True)


def main(folder: Path) -> None:
    """Store a mixed fleet and read it by its classes."""
    with closing(create_driver("falkordb", path=folder / "fleet.db", graph="fleet")) as driver:
        with Session(driver) as session:
            fleet = [
                Vehicle(plate="bike-1"),
                Car(plate="car-1", seats=5),
                Lorry(plate="lorry-1", tons=7.5),
                Tanker(plate="tanker-1", tons=18, litres=20_000),
            ]
            session.add(Depot(id="north", vehicles=fleet))
        with Session(driver) as session:
            read(session)
            by_class(session)
            by_relation(session)
            labels(session)
    refuse()


def read(session: Session) -> None:
    """A query on a class finds the nodes of its subclasses too, each as its own class."""
    for vehicle in session.scalars(select(Vehicle).order_by(Vehicle.plate)):
        print("Vehicle:", vehicle.describe())
    print("The same object under its base class:", session.get(Vehicle, "car-1") is session.get(Car, "car-1"))
    print("Not a car:", session.get(Car, "lorry-1"))


def by_class(session: Session) -> None:
    """Count and filter at each level."""
    for cls in (Vehicle, Car, Lorry, Tanker):
        print(f"{cls.__name__}: {Repository(session, cls).count()}")
    heavy = session.scalars(select(Lorry).where(Lorry.tons > 10))
    print("Heavy:", [lorry.plate for lorry in heavy])


def by_relation(session: Session) -> None:
    """Relations and traversals decode to the concrete classes as well."""
    depot = session.get_one(Depot, "north", fetch=["vehicles"])
    print("In the depot:", sorted(type(vehicle).__name__ for vehicle in depot.vehicles))
    seats = select(Depot).traverse(Depot.vehicles).alias("v").aggregate(count("v").as_("vehicles"), group_by="n.id")
    print("Counted:", session.all_rows(seats))


def labels(session: Session) -> None:
    """What the graph holds: every label of the line."""
    for plate, found in session.execute("MATCH (v:Vehicle) RETURN v.plate, labels(v) ORDER BY v.plate").rows:
        print("Labels:", plate, sorted(found))


def refuse() -> None:
    """An abstract class has no objects."""
    try:
        Timestamped()
    except MetadataError as error:
        print("MetadataError:", error)


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(Path(temporary))
