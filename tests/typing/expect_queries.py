"""Static expectations for statements: the other colour, bound terminals, conditions on relations and lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any, reveal_type

from runic.ogm import (
    AsyncSession,
    Edge,
    Link,
    Many,
    Node,
    One,
    Property,
    Session,
    alias,
    avg,
    col,
    collect,
    count,
    create_async_driver,
    create_driver,
    many,
    min_,
    one,
    prop,
    select,
)


class Rated(Edge, type="RATED"):
    score: Property[float]


class Movie(Node, labels=["Movie"]):
    id: Property[str] = prop(primary_key=True)
    title: Property[str]
    released: Property[datetime | None] = prop(default=None)
    genres: Property[list[str]] = prop(default_factory=list)
    seen_by: Many[Person, Rated] = many("RATED", direction="INCOMING")


class Person(Node, labels=["Person"]):
    id: Property[str] = prop(primary_key=True)
    age: Property[int | None] = prop(default=None)
    active: Property[bool] = prop(default=True)
    boss: One[Person] = one("WORKS_FOR")
    rated: Many[Movie, Rated] = many("RATED")


s, a = Session(create_driver("falkordb")), AsyncSession(create_async_driver("falkordb"))
person, movie = Person(id="p"), Movie(id="m", title="t")
p, m, r = alias(Person, "p"), alias(Movie, "m"), alias(Rated, "r")

# ---- conditions on lists and relations
reveal_type(Movie.genres.has("noir"))  # R: Expr
reveal_type(Person.boss == person)  # R: Expr
reveal_type(Person.boss.is_null())  # R: Expr
reveal_type(Person.rated.has(movie))  # R: Expr
reveal_type(Person.boss.in_([person]))  # R: Expr
reveal_type(Movie.released.in_([datetime.now(), None]))  # R: Expr
reveal_type(p.age > m.released.is_null())  # E
select(Person).where((Person.boss == person) & Person.active)
select(Person).where(Person.boss == movie)  # E
select(Person).where(Person.rated.has(person))  # E
Movie.genres.has(1)  # E
Person.id.has("x")  # E

# ---- bound statements run themselves
q = s.query(Person).where(Person.active).order_by(Person.age, desc=True).fetch(Person.boss, "rated.seen_by")
reveal_type(q.all())  # R: list[Person]
reveal_type(q.one())  # R: Person | None
reveal_type(q.first())  # R: Person | None
reveal_type(q.scalar_one())  # R: Person
reveal_type(q.count())  # R: int
reveal_type(q.all_rows())  # R: list[dict[str, Any]]
reveal_type(q.traverse(Person.rated).all())  # R: list[Movie]
reveal_type(q.traverse(Person.rated, optional=False).alias("m").where(Movie.title == "x").scalar())  # R: Movie | None
reveal_type(q.repeat(Person.boss, max_hops=3).alias("b").all())  # R: list[Person]
reveal_type(q.project(Person.id, Person.age).tuples())  # R: list[tuple[str, int | None]]
reveal_type(s.tuples(select(p).project(p.id, p)))  # R: list[tuple[str, Person]]
whole = select(p).traverse(p.rated).alias(m).project(p, m, p.age)
reveal_type(s.tuples(whole))  # R: list[tuple[Person, Movie, int | None]]
reveal_type(q.project(Person.age).scalars())  # R: list[int | None]
reveal_type(q.aggregate(count().as_("n"), avg(Person.age)).tuples())  # R: list[tuple[int, float]]
reveal_type(q.aggregate(min_(Person.age)).scalar())  # R: int | None
reveal_type(q.aggregate(collect(m), group_by=p).tuples())  # R: list[tuple[Person, list[Movie]]]
rows = select(p).traverse(p.rated, edge_alias=r).alias(m).return_nodes(p, m).return_edge(r)
reveal_type(rows)  # R: Rows[Person, tuple[Person, Rated, Movie]]
reveal_type(s.all_with_edges(rows))  # R: list[tuple[Person, Rated, Movie]]
one_node = s.query(Person).alias(p).traverse(p.rated).alias(m).return_nodes(m)
reveal_type(one_node.all_with_edges())  # R: list[tuple[Movie]]
reveal_type(s.first(rows))  # R: Person | None
s.all_with_edges(select(Person))  # E
s.tuples(select(Person))  # E


# ---- the other colour
async def other() -> None:
    t = a.query(Person).where(Person.active).limit(3)
    reveal_type(t)  # R: AsyncQueryBuilder[Person]
    reveal_type(await t.all())  # R: list[Person]
    reveal_type(await t.one())  # R: Person | None
    reveal_type(await t.count())  # R: int
    reveal_type(t.traverse(Person.rated))  # R: AsyncTraversalStep[Movie, Rated]
    reveal_type(await t.traverse(Person.rated).alias("m").all())  # R: list[Movie]
    reveal_type(await t.project(Person.id).tuples())  # R: list[tuple[str]]
    reveal_type(await t.aggregate(count(), group_by=Person.active).tuples())  # R: list[tuple[bool, int]]
    reveal_type(await a.scalars(select(Person)))  # R: list[Person]
    reveal_type(await a.tuples(select(Person).project(Person.id, Person.age)))  # R: list[tuple[str, int | None]]
    reveal_type(await a.all_with_edges(rows))  # R: list[tuple[Person, Rated, Movie]]
    reveal_type([x async for x in a.stream(select(Person))])  # R: list[Person]


# ---- alias objects are the classes themselves
reveal_type(p.boss)  # R: Link[Person, Edge] || Link[Person]
reveal_type(col(p.age) > 3)  # R: Expr
named: Link[Movie, Rated] = p.rated
anything: list[tuple[Any, ...]] = s.tuples(select(Person).return_nodes("p", "m"))
