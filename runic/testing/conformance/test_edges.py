"""Edges with properties: writing them with ``relate``, reading them back, editing and deleting them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from runic.ogm import Edge, Field, Many, Node, Property, Relation, many, select
from runic.ogm.exceptions import FieldValidationError, StaleEntityError
from runic.testing.conformance.harness import Db
from runic.testing.conformance.relation_models import (
    Article,
    Authored,
    Base,
    Invitation,
    Person,
    Trip,
    User,
    edges,
    read,
    store,
)

AT = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


async def _blog(db: Db) -> None:
    await store(db, User(id="u0"), User(id="u1"), Article(id="a0"), Article(id="a1"), Trip(id="t"))


async def _edges(session: Any, relation: Any = User.articles, cls: Any = User) -> dict[tuple[str, str], Any]:
    """Return the edge objects of a relation by the keys of their ends."""
    stmt = select(cls).alias("x").traverse(relation, edge_alias="e", optional=False).alias("y")
    rows = await session.all_with_edges(stmt.return_nodes("x", "y").return_edge("e"))
    return {(start.id, end.id): edge for start, edge, end in rows}


@pytest.mark.spec(205, 222)
async def test_relate_writes_and_updates_properties_in_place(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0"), await session.get(Article, "a0")
        await session.relate(user, User.articles, article, edge=Authored(at=AT, primary=True))
        await session.relate(user, User.articles, article, edge=Authored(at=AT, primary=False))
        edge = (await _edges(session))[("u0", "a0")]
        assert (edge.at, edge.primary, edge.note) == (AT, False, None)
        await session.commit()
        assert edges(db, "AUTHORED") == [("u0", "a0")]
        await session.unrelate(user, User.articles, article)
    assert edges(db, "AUTHORED") == []


@pytest.mark.spec(54, 58, 223)
async def test_an_invitation_twice_is_one_edge_with_the_second_values(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, trip = await session.get(User, "u0"), await session.get(Trip, "t")
        for role in ("guest", "owner"):
            edge = Invitation(role=role, status="accepted", invited_at="2026-01-01T00:00:00")
            await session.relate(user, User.trips, trip, edge=edge)
    assert db.raw("MATCH ()-[r:INVITED_TO]->() RETURN r.role, r.status, r.accepted_at") == [["owner", "accepted", None]]


async def test_pitfall_15_relating_again_with_none_clears(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0"), await session.get(Article, "a0")
        await session.relate(user, User.articles, article, edge=Authored(at=AT, note="x", primary=True))
        await session.relate(user, User.articles, article, edge=Authored())
    assert db.raw("MATCH ()-[r:AUTHORED]->() RETURN r.at, r.remark, r.primary") == [[None, None, False]]


async def test_relating_again_without_an_edge_keeps_the_properties(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0", fetch=["articles"]), await session.get(Article, "a0")
        await session.relate(user, User.articles, article, edge=Authored(note="x", primary=True))
        await session.relate(user, User.articles, article)
        await session.relate_all(User.articles, [(user, article)])
        user.articles = [article]
    assert db.raw("MATCH ()-[r:AUTHORED]->() RETURN r.remark, r.primary") == [["x", True]]


@pytest.mark.spec(55)
async def test_required_fields_of_an_edge_are_checked(db: Db) -> None:
    await _blog(db)
    with pytest.raises(TypeError, match="role"):
        Invitation(status="open")
    async with db.session() as session:
        user, trip = await session.get(User, "u0"), await session.get(Trip, "t")
        with pytest.raises(FieldValidationError, match=r"role, status.*edge=Invitation"):
            await session.relate(user, User.trips, trip)
        edge = Invitation(role="guest", status="open")
        edge.role = None
        user.name = "not yet"
        with db.recorded() as sent, pytest.raises(FieldValidationError, match="role is required"):
            await session.relate(user, User.trips, trip, edge=edge)
        assert sent == []


@pytest.mark.spec(57)
async def test_pitfall_40_editing_a_loaded_edge_writes_the_changed_property(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0"), await session.get(Article, "a0")
        await session.relate(user, User.articles, article, edge=Authored(at=AT, note="old"))
    async with db.session() as session:
        edge = (await _edges(session))[("u0", "a0")]
        assert not edge._dirty
        edge.note = "new"
        assert edge._dirty
        db.raw("MATCH ()-[r:AUTHORED]->() SET r.primary = true")
        with db.recorded() as sent:
            await session.commit()
        assert len(sent) == 1
        assert not edge._dirty
        edge.note = None
        await session.commit()
    rows = db.raw("MATCH ()-[r:AUTHORED]->() RETURN r.remark, r.primary")
    assert rows == [[None, True]]


async def test_an_edge_given_to_relate_is_tracked_from_then_on(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0"), await session.get(Article, "a0")
        edge = Authored(note="one")
        await session.relate(user, User.articles, article, edge=edge)
        assert (await _edges(session))[("u0", "a0")] is edge
        edge.note = "two"
        await session.commit()
        assert db.raw("MATCH ()-[r:AUTHORED]->() RETURN r.remark") == [["two"]]
        other = Authored(note="three")
        await session.relate(user, User.articles, article, edge=other)
        edge.note = "lost to the new object"
        await session.flush()
        assert (await _edges(session))[("u0", "a0")] is other
    assert db.raw("MATCH ()-[r:AUTHORED]->() RETURN r.remark") == [["three"]]


async def test_one_edge_object_may_be_written_to_several_pairs(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u0")
        edge = Authored(note="same")
        for key in ("a0", "a1"):
            await session.relate(user, User.articles, await session.get(Article, key), edge=edge)
        found = await _edges(session)
        assert found[("u0", "a1")] is edge
        assert found[("u0", "a0")] is not edge
        edge.note = "changed"
    assert sorted(db.raw("MATCH ()-[r:AUTHORED]->(a) RETURN a.id, r.remark")) == [["a0", "same"], ["a1", "changed"]]


async def test_an_edge_that_vanished_is_stale(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0"), await session.get(Article, "a0")
        edge = Authored()
        await session.relate(user, User.articles, article, edge=edge)
        await session.commit()
        db.raw("MATCH ()-[r:AUTHORED]->() DELETE r")
        edge.note = "nobody sees it"
        with pytest.raises(StaleEntityError, match="Authored"):
            await session.flush()
        session.expunge(edge)


@pytest.mark.parametrize("way", ["unrelate", "remove", "replace", "delete end", "delete edge"])
async def test_an_edge_object_goes_with_its_edge_and_its_number_is_free(db: Db, way: str) -> None:
    """FalkorDB gives the number of a deleted edge to the next one: the old object must not stand for it."""
    await _blog(db)
    async with db.session() as session:
        user, other = await session.get(User, "u0"), await session.get(User, "u1")
        article, second = await session.get(Article, "a0"), await session.get(Article, "a1")
        await session.relate(user, User.articles, article, edge=Authored(note="old"))
        old = (await _edges(session))[("u0", "a0")]
        if way != "replace":
            await session.get(User, "u0", fetch=["articles"])
        match way:
            case "unrelate":
                await session.unrelate(user, User.articles, article)
            case "remove":
                user.articles.remove(article)
            case "replace":
                user.articles = []
            case "delete end":
                session.delete(article)
            case _:
                session.delete(old)
        await session.flush()
        assert edges(db, "AUTHORED") == []
        assert await read(db, session, user, "articles") == []
        old.note = "of nothing"
        await session.flush()
        await session.relate(other, User.articles, second)
        new = (await _edges(session))[("u1", "a1")]
        assert new is not old
        assert new.note is None
        new.note = "mine"
    assert db.raw("MATCH ()-[r:AUTHORED]->() RETURN r.remark") == [["mine"]]


async def test_deleting_an_edge_shows_on_both_sides(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u0", fetch=["articles"])
        articles = [await session.get(Article, k, fetch=["author"]) for k in ("a0", "a1")]
        for article in articles:
            await session.relate(user, User.articles, article)
        await session.get(User, "u0", fetch=["articles.author"])
        session.delete((await _edges(session))[("u0", "a0")])
        await session.commit()
        assert user.articles == [articles[1]]
        assert [article.author for article in articles] == [None, user]
    assert edges(db, "AUTHORED") == [("u0", "a1")]


async def test_two_edges_of_one_type_in_opposite_directions_are_two(db: Db) -> None:
    await store(db, one := Person(id="p0"), two := Person(id="p1"))
    async with db.session() as session:
        one, two = await session.get(Person, "p0"), await session.get(Person, "p1")
        await session.relate(one, Person.reports, two)
        await session.relate(two, Person.reports, one)
        found = await _edges(session, Person.reports, Person)
        assert len({*found.values()}) == 2
        kept = found[("p1", "p0")]
        await session.unrelate(one, Person.reports, two)
        assert (await _edges(session, Person.reports, Person)) == {("p1", "p0"): kept}
    assert edges(db, "MANAGES") == [("p1", "p0")]


async def test_pitfall_119_one_condition_names_both_ends_and_the_edge(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        users = [await session.get(User, f"u{n}") for n in range(2)]
        articles = [await session.get(Article, f"a{n}") for n in range(2)]
        rows = [(users[0], articles[0], Authored(note="x")), (users[1], articles[1], Authored(note="y"))]
        await session.relate_all(User.articles, rows)
        stmt = select(User).alias("u").traverse(User.articles, edge_alias="e", optional=False).alias("a")
        for condition, found in (
            ((User.id == "u0") | (Article.id == "a1"), ["u0", "u1"]),
            ((User.id == "u0") & (Article.id == "a1"), []),
            ((Article.id == "a0") | (User.id == "nobody"), ["u0"]),
        ):
            rows = await session.all_with_edges(stmt.where(condition).return_nodes("u", "a").return_edge("e"))
            assert sorted(user.id for user, _, _ in rows) == found


# ---- values


class Level(StrEnum):
    LOW = "low"
    HIGH = "high"


class Rated(Edge, type="RATED", registry=Base.__runic_meta__.registry):
    stars: int
    level: Level
    seen: bool = Field(default=False)
    at: datetime = Field(default_factory=lambda: AT)
    took: Property[timedelta | None] = Field(default=None, property="duration")
    words: list[str] = Field(default_factory=list)


class Critic(Base, labels=["RelCritic"]):
    rated: list[Film] = Relation(relationship="RATED", direction="OUTGOING", target="Film", edge_model="Rated")
    best: Many[Film, Rated] = many("RATED")


class Film(Node, labels=["RelFilm"], registry=Base.__runic_meta__.registry):
    id: str
    critics: list[Critic] = Relation(relationship="RATED", direction="INCOMING", target=Critic, edge_model=Rated)


@pytest.mark.spec(56, 59)
async def test_edges_have_the_types_defaults_and_names_that_nodes_have(db: Db) -> None:
    text = 'line\nbreak "quoted" \\ back'
    async with db.session() as session:
        critic, film = Critic(id="c"), Film(id="f")
        session.add_all([critic, film])
        edge = Rated(stars=5, level=Level.HIGH, took=timedelta(hours=2), words=[text, ""])
        await session.relate(film, Film.critics, critic, edge=edge)
    async with db.session() as session:
        found = (await _edges(session, Critic.rated, Critic))[("c", "f")]
        assert type(found) is Rated
        assert (found.stars, found.level, found.seen, found.at) == (5, Level.HIGH, False, AT)
        assert (found.took, found.words) == (timedelta(hours=2), [text, ""])
        found.words.append("more")
        found.level = Level.LOW
    async with db.session() as session:
        found = (await _edges(session, Critic.best, Critic))[("c", "f")]
        assert (found.level, found.words) == (Level.LOW, [text, "", "more"])


async def test_a_field_that_is_none_of_the_edge_is_refused(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0"), await session.get(Article, "a0")
        edge = Authored()
        edge.prmary = True
        with db.recorded() as sent, pytest.raises(FieldValidationError, match="did you mean 'primary'"):
            await session.relate(user, User.articles, article, edge=edge)
        assert sent == []


async def test_a_value_between_two_that_are_removed_is_kept(db: Db) -> None:
    """FalkorDB 4.16 loses what a SET writes between two removals, on nodes and edges; updates put values first."""
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0"), await session.get(Article, "a0")
        edge = Authored(at=AT, primary=True, note="x")
        await session.relate(user, User.articles, article, edge=edge)
        edge.at, edge.primary, edge.note = None, False, None
        await session.commit()
        assert db.raw("MATCH ()-[r:AUTHORED]->() RETURN r.at, r.primary, r.remark") == [[None, False, None]]
        session.add(film := Sheet(id="s", a=1, b=2, c=3, d=4, e=5))
        await session.flush()
        film.a, film.b, film.c, film.d, film.e = None, 7, None, 8, None
    assert db.raw("MATCH (s:RelSheet) RETURN s.a, s.b, s.c, s.d, s.e") == [[None, 7, None, 8, None]]


class Sheet(Base, labels=["RelSheet"]):
    a: int | None = None
    b: int | None = None
    c: int | None = None
    d: int | None = None
    e: int | None = None
