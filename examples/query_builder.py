"""The query builder: filters, orders, pages, projections, aggregates, traversals, paths and search.

    python examples/query_builder.py

Written in the plain style: ``name: str``. At run time ``Person.name`` on the class is an expression; a type checker
sees a ``str``, so ``col(Person.name)`` tells it better where an operation is none of a plain string.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from runic.migrate import SchemaManager
from runic.ogm import (
    Edge,
    Field,
    Node,
    Relation,
    Session,
    avg,
    col,
    collect,
    count,
    create_driver,
    max_,
    not_,
    select,
    sum_,
)


class Rated(Edge, type="RATED"):
    """What a person thinks of a film, from 0 to 10."""

    score: float


class Film(Node, labels=["Film"]):
    """A film; its plot can be searched by words."""

    id: str = Field(primary_key=True)
    title: str
    year: int = Field(index=True)
    plot: str = Field(default="", index_type="FULLTEXT")


class Person(Node, labels=["Person"]):
    """A person with a boss, friends, and opinions about films."""

    id: str = Field(primary_key=True)
    name: str
    age: int
    city: str | None = None
    boss: Person | None = Relation(relationship="REPORTS_TO", direction="OUTGOING", target="Person")
    friends: list[Person] = Relation(relationship="KNOWS", direction="OUTGOING", target="Person")
    rated: list[Film] = Relation(relationship="RATED", direction="OUTGOING", target="Film", edge_model=Rated)


def main(folder: Path) -> None:
    """Fill an embedded database and question it."""
    with closing(create_driver("falkordb", path=folder / "films.db", graph="films")) as driver:
        SchemaManager(driver).sync_schema([Film, Person])
        with Session(driver) as session:
            fill(session)
        with Session(driver) as session:
            filters(session)
            pages(session)
            rows(session)
            traversals(session)
            paths(session)
            search(session)
        show_text()


def fill(session: Session) -> None:
    """Store four people, who form a chain of command, and three films."""
    alien = Film(id="f1", title="Alien", year=1979, plot="A crew meets a creature in space.")
    arrival = Film(id="f2", title="Arrival", year=2016, plot="A linguist talks to visitors from space.")
    amelie = Film(id="f3", title="Amélie", year=2001, plot="A waitress changes lives in Paris.")
    people = [
        Person(id="p1", name="Ada", age=41, city="Bern"),
        Person(id="p2", name="Ben", age=29, city="Bern"),
        Person(id="p3", name="Cleo", age=35, city="Oslo"),
        Person(id="p4", name="Dan", age=19),
    ]
    session.add_all([alien, arrival, amelie, *people])
    ada, ben, cleo, dan = people
    ben.boss, cleo.boss, dan.boss = ada, ben, cleo
    ada.friends, ben.friends = [ben, cleo], [dan]
    opinions = [(ada, alien, 9.0), (ada, arrival, 8.0), (ben, alien, 6.0), (cleo, amelie, 9.5)]
    session.relate_all(Person.rated, [(person, film, Rated(score=score)) for person, film, score in opinions])


def filters(session: Session) -> None:
    """Compare attributes of the class; several conditions are joined by AND."""
    print("Over 30:", names(session.scalars(select(Person).where(Person.age > 30))))
    print("In Bern and under 40:", names(session.scalars(select(Person).where(Person.city == "Bern", Person.age < 40))))
    either = select(Person).where((Person.age < 20) | (Person.city == "Oslo"))
    print("Under 20 or in Oslo:", names(session.scalars(either)))
    # Dan's city is None, which compares as unknown: neither the condition nor its opposite finds him.
    print("Not in Bern:", names(session.scalars(select(Person).where(not_(Person.city == "Bern")))))
    print("Without a city:", names(session.scalars(select(Person).where(col(Person.city).is_null()))))
    print("Named B… or C…:", names(session.scalars(select(Person).where(col(Person.name).matches("[BC].*")))))
    print("By key:", names(session.scalars(select(Person).where(col(Person.id).in_(["p1", "p4"])))))
    print("The first:", session.scalar(select(Person).order_by(Person.age)))


def pages(session: Session) -> None:
    """Order, skip and limit; count() disregards the page. A statement is a value and may be run many times."""
    by_age = select(Person).order_by(Person.age, desc=True)
    for number in range(2):
        print(f"Page {number + 1}:", [person.name for person in session.scalars(by_age.skip(number * 2).limit(2))])
    print("In all:", session.count(by_age.limit(2)))


def rows(session: Session) -> None:
    """Project to values, or aggregate; all_rows() gives dicts by column, tuples() plain tuples."""
    print(
        "Projected:", session.all_rows(select(Person).project(Person.name, Person.age).order_by(Person.name).limit(1))
    )
    per_city = (
        select(Person)
        .aggregate(count("*").as_("people"), avg(Person.age).as_("age"), group_by="n.city")
        .order_by("n.city")
    )
    for row in session.all_rows(per_city):
        print("Per city:", row)
    print("Years:", session.tuples(select(Film).aggregate(max_(Film.year), collect(Film.year, distinct=True)))[0][0])


def traversals(session: Session) -> None:
    """Hop over relations. A hop keeps rows without a match unless optional=False; filters on edges need that."""
    friends = select(Person).where(Person.name == "Ada").traverse(Person.friends)
    print("Ada's friends:", names(session.scalars(friends)))
    fans = (
        select(Person)
        .alias("p")
        .traverse(Person.rated, edge_alias="r", optional=False)
        .alias("f")
        .where(Rated.score >= 8.0, on="r")
        .return_nodes("p", "f")
        .return_edge("r")
        .order_by("r.score", desc=True)
    )
    for person, rated, film in session.all_with_edges(fans):
        print(f"{person.name} gives {film.title} {rated.score}")
    points = (
        select(Person)
        .alias("p")
        .traverse(Person.rated, edge_alias="r", optional=False)
        .aggregate(sum_(Rated.score).as_("points"), group_by="p")
        .order_by("points DESC")
        .limit(1)
    )
    for row in session.all_rows(points):
        print("Most points given:", row["p"].name, row["points"])
    # with_() ends a stage: the limit applies to the people, not to the films they lead to.
    eldest = select(Person).alias("p").order_by(Person.age, desc=True).limit(1).with_("p").traverse(Person.rated)
    print("Films of the eldest:", sorted(film.title for film in session.scalars(eldest)))


def paths(session: Session) -> None:
    """repeat() follows one relation several times."""
    dan = select(Person).where(Person.name == "Dan")
    print("All bosses of Dan:", names(session.scalars(dan.repeat(Person.boss))))
    print("Two levels up:", names(session.scalars(dan.repeat(Person.boss, min_hops=2, max_hops=2))))


def search(session: Session) -> None:
    """Search the full-text index, then filter and order as in any statement; score is a column."""
    found = session.fulltext_search(Film, query="space").where(Film.year > 2000)
    print("New films about space:", [film.title for film in found.all()])


def show_text() -> None:
    """build() returns what would be sent, without a session."""
    cypher, params = select(Person).where(Person.age > 30).order_by(Person.name).build()
    print(cypher, params, sep="\n")


def names(people: list[Person]) -> list[str]:
    """Return the names in order of the alphabet: without order_by() a database may use any."""
    return sorted(person.name for person in people)


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(Path(temporary))
