"""``relate``, ``unrelate`` and ``relate_all``: edges at once, checked before anything is written."""

from __future__ import annotations

from typing import Any

import pytest

from runic.ogm import Edge, MetaData
from runic.ogm.exceptions import DetachedEntityError, EntityNotFoundError, FieldValidationError, LazyLoadError
from runic.testing.conformance.harness import Db
from runic.testing.conformance.relation_models import (
    Article,
    Authored,
    Company,
    Invitation,
    Note,
    Person,
    Tag,
    Trip,
    User,
    edges,
    ids,
    read,
    store,
)


async def _blog(db: Db) -> None:
    await store(
        db, User(id="u0"), User(id="u1"), *[Article(id=f"a{n}") for n in range(3)], Tag(id="t"), Trip(id="trip")
    )


@pytest.mark.spec(202, 203, 204, 206, 242)
@pytest.mark.parametrize("relation", [User.likes, "likes"], ids=["attribute", "name"])
async def test_relate_makes_one_edge_and_the_relation_is_read_again(db: Db, relation: Any) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u0", fetch=["likes"])
        article = await session.get(Article, "a0")
        assert user.likes == []
        assert await session.relate(user, relation, article) is None
        assert await session.relate(user, relation, article) is None
        await session.commit()
        assert edges(db, "LIKES") == [("u0", "a0")]
        if db.is_async:
            with pytest.raises(LazyLoadError):
                _ = user.likes
        with db.recorded() as sent:
            assert await read(db, session, user, "likes") == [article]
        assert len(sent) == 1


@pytest.mark.spec(207)
async def test_unrelate_deletes_the_edge_and_a_missing_one_is_no_error(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0", fetch=["likes"]), await session.get(Article, "a0")
        await session.relate(user, User.likes, article)
        assert await read(db, session, user, "likes") == [article]
        assert await session.unrelate(user, User.likes, article) is None
        assert await read(db, session, user, "likes") == []
        await session.unrelate(user, "likes", article)
    assert edges(db, "LIKES") == []


async def test_relate_and_unrelate_are_one_statement_each(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0"), await session.get(Article, "a0")
        for call in (session.relate, session.unrelate):
            with db.recorded() as sent:
                await call(user, User.likes, article)
            assert len(sent) == 1


async def test_pitfall_19_the_other_side_is_read_again_too(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        article = await session.get(Article, "a0", fetch=["author", "tags"])
        user = await session.get(User, "u0", fetch=["articles"])
        other = await session.get(User, "u1", fetch=["articles"])
        tag = await session.get(Tag, "t", fetch=["articles"])
        await session.relate(user, User.articles, article)
        await session.relate(article, Article.tags, tag)
        assert await read(db, session, article, "author") is user
        assert await read(db, session, tag, "articles") == [article]
        await session.relate(other, User.articles, article)
        assert await read(db, session, article, "author") is other
        assert await read(db, session, user, "articles") == []
        await session.unrelate(article, Article.author, other)
        assert await read(db, session, article, "author") is None
        assert await read(db, session, other, "articles") == []
    assert edges(db, "AUTHORED") == []


async def test_unrelating_another_target_leaves_the_stored_one_alone(db: Db) -> None:
    await store(db, c := Company(id="c0"), Company(id="c1"), Person(id="p", company=c))
    async with db.session() as session:
        person = await session.get(Person, "p", fetch=["company.employees"])
        first, other = person.company, await session.get(Company, "c1")
        await session.unrelate(person, Person.company, other)
        assert first.employees == [person]
        assert await read(db, session, person, "company") is first
    assert edges(db, "WORKS_FOR") == [("p", "c0")]


async def test_pitfall_14_relate_replaces_a_single_relation_from_either_side(db: Db) -> None:
    await store(db, *[Company(id=f"c{n}") for n in range(3)], Person(id="p"))
    async with db.session() as session:
        person = await session.get(Person, "p")
        companies = [await session.get(Company, f"c{n}", fetch=["employees"]) for n in range(3)]
        await session.relate(person, Person.company, companies[0])
        await session.relate(person, Person.company, companies[1])
        await session.commit()
        assert edges(db, "WORKS_FOR") == [("p", "c1")]
        assert await read(db, session, companies[0], "employees") == []
        await session.relate(companies[2], Company.employees, person)
        await session.commit()
        assert edges(db, "WORKS_FOR") == [("p", "c2")]
        assert await read(db, session, person, "company") is companies[2]
        assert await read(db, session, companies[1], "employees") == []


@pytest.mark.parametrize("way", ["pending", "new key", "assigned"])
async def test_pitfall_11_relate_flushes_what_it_depends_on(db: Db, way: str) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article = await session.get(User, "u0", fetch=["likes"]), await session.get(Article, "a0")
        if way == "pending":
            user, article = User(id="new"), Article(id="fresh")
            session.add_all([user, article])
        elif way == "new key":
            user.id = "renamed"
        else:
            user.likes.append(await session.get(Article, "a1"))
        await session.relate(user, User.likes, article)
    wanted = {"pending": [("new", "fresh")], "new key": [("renamed", "a0")], "assigned": [("u0", "a0"), ("u0", "a1")]}
    assert edges(db, "LIKES") == wanted[way]


async def test_relate_flushes_new_objects_with_generated_keys(db: Db) -> None:
    async with db.session() as session:
        one, two = Note(text="q"), Note(text="a")
        session.add_all([one, two])
        await session.relate(one, Note.answers, two)
        assert one.id is not None
        assert await read(db, session, one, "answers") == [two]


async def test_pitfall_108_edits_and_changed_lists_survive_relate(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, (a0, a1) = (
            await session.get(User, "u0", fetch=["likes"]),
            [await session.get(Article, k) for k in ("a0", "a1")],
        )
        user.name, a0.title = "kept", "kept too"
        user.likes.append(a1)
        await session.relate(user, User.likes, a0)
        assert (user.name, a0.title) == ("kept", "kept too")
    assert db.raw("MATCH (u:RelUser {id: 'u0'})-[:LIKES]->(a) RETURN u.name, a.id, a.title ORDER BY a.id") == [
        ["kept", "a0", "kept too"], ["kept", "a1", ""]]  # fmt: skip


class Foreign(Edge, type="AUTHORED", registry=MetaData()):
    x: int = 1


class Other(Edge, type="OTHER", registry=MetaData()):
    x: int = 1


@pytest.mark.parametrize(
    ("relation", "target", "edge", "message"),
    [
        (User.likes, "tag", None, r"User\.likes leads to Article, not to Tag"),
        ("nothing", "article", None, "User has no relation 'nothing'"),
        (User.name, "article", None, "no relation"),
        (Person.contacts, "article", None, "no relation"),
        (7, "article", None, "7 is no relation"),
        (User.articles, "article", "owner", "edge is an object of an Edge class"),
        (User.articles, "article", Foreign(), r"edges of User\.articles are Authored, not Foreign"),
        (User.likes, "article", Other(), "'LIKES', not Other"),
        (User.likes, "article", Authored(), "'LIKES', not Authored"),
        (User.likes, None, None, "None"),
        (User.likes, User, None, "User"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
@pytest.mark.spec(225)
async def test_pitfall_13_what_does_not_fit_is_a_type_error(
    db: Db, relation: Any, target: Any, edge: Any, message: str
) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u0")
        found = {"tag": await session.get(Tag, "t"), "article": await session.get(Article, "a0")}
        end = found.get(target, target) if isinstance(target, str) else target
        with db.recorded() as sent:
            with pytest.raises(TypeError, match=message):
                await session.relate(user, relation, end, edge)
            with pytest.raises(TypeError, match=message):
                await session.relate_all(relation, [(user, end, edge)])
        assert sent == []


@pytest.mark.parametrize("end", ["transient", "deleted", "pending delete", "gone", "foreign"])
async def test_pitfall_12_an_end_that_does_not_exist_raises(db: Db, end: str) -> None:
    await _blog(db)
    async with db.session() as session, db.session() as other:
        user, target = await session.get(User, "u0"), await session.get(Article, "a0")
        match end:
            case "transient":
                target = Article(id="never added")
            case "deleted" | "pending delete":
                session.delete(target)
                if end == "deleted":
                    await session.commit()
            case "gone":
                db.raw("MATCH (a:RelArticle {id: 'a0'}) DELETE a")
            case _:
                target = await other.get(Article, "a0")
        for relation, pair in ((User.likes, (user, target)), (Article.author, (target, user))):
            with pytest.raises((EntityNotFoundError, DetachedEntityError), match="Article"):
                await session.relate(pair[0], relation, pair[1])
        if end != "gone":
            with pytest.raises((EntityNotFoundError, DetachedEntityError), match="Article"):
                await session.unrelate(user, User.likes, target)
    assert edges(db, "LIKES") == edges(db, "AUTHORED") == []


async def test_pitfall_117_one_relate_touches_one_edge(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u0")
        articles = [await session.get(Article, f"a{n}") for n in range(3)]
        for number, article in enumerate(articles):
            await session.relate(user, User.articles, article, edge=Authored(note=f"n{number}"))
        await session.relate(user, User.articles, articles[1], edge=Authored(primary=True))
    rows = db.raw("MATCH ()-[r:AUTHORED]->(a) RETURN a.id, r.remark, r.primary ORDER BY a.id")
    assert rows == [["a0", "n0", False], ["a1", None, True], ["a2", "n2", False]]


async def test_pitfall_118_numbers_of_nodes_and_edges_are_not_mixed(db: Db) -> None:
    """Element ids of nodes and edges both start at zero; removing an edge leaves the node of its number."""
    await _blog(db)
    async with db.session() as session:
        user = await session.get(User, "u0")
        for number in range(3):
            await session.relate(user, User.articles, await session.get(Article, f"a{number}"))
        await session.unrelate(user, User.articles, await session.get(Article, "a0"))
        user.likes = [await session.get(Article, "a0")]
        await session.flush()
        user.likes = []
    assert db.raw("MATCH (n) RETURN count(n)") == [[7]]
    assert edges(db, "AUTHORED") == [("u0", "a1"), ("u0", "a2")]


async def test_ends_that_were_renamed_in_the_same_flush_are_found(db: Db) -> None:
    await store(db, a := Article(id="a0"), Article(id="a1"), User(id="u", likes=[a]))
    async with db.session() as session:
        user = await session.get(User, "u", fetch=["likes"])
        old, new = user.likes[0], await session.get(Article, "a1")
        user.id, old.id, new.id = "user", "old", "new"
        user.likes = [new]
        await session.commit()
        assert edges(db, "LIKES") == [("user", "new")]
        user.id, old.id = "u", "a0"
        await session.relate(user, User.likes, old)
    assert edges(db, "LIKES") == [("u", "a0"), ("u", "new")]


# ---- in bulk


async def test_relate_all_says_what_it_created_and_updated(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        users = [await session.get(User, f"u{n}", fetch=["likes"]) for n in range(2)]
        articles = [await session.get(Article, f"a{n}") for n in range(3)]
        await session.relate(users[0], User.likes, articles[0])
        with db.recorded() as sent:
            result = await session.relate_all(User.likes, [(user, article) for user in users for article in articles])
        assert (result.created, result.updated) == tuple(result) == (5, 1)
        assert len(sent) == 1
        assert ids(await read(db, session, users[1], "likes")) == ["a0", "a1", "a2"]
        assert tuple(await session.relate_all("likes", iter([(users[0], articles[0])]))) == (0, 1)
        with db.recorded() as sent:
            assert tuple(await session.relate_all(User.likes, [])) == (0, 0)
        assert sent == []
    assert len(edges(db, "LIKES")) == 6


async def test_relate_all_takes_edges_and_the_last_row_of_a_pair_wins(db: Db) -> None:
    await _blog(db)
    async with db.session() as session:
        user, article, other = (
            await session.get(User, "u0"),
            await session.get(Article, "a0"),
            await session.get(Article, "a1"),
        )
        rows = [(user, article, Authored(note="first")), (user, other), (user, article, Authored(note="last"))]
        assert tuple(await session.relate_all(User.articles, rows)) == (2, 0)
    rows = db.raw("MATCH ()-[r:AUTHORED]->(a) RETURN a.id, r.remark ORDER BY a.id")
    assert rows == [["a0", "last"], ["a1", None]]


@pytest.mark.parametrize("fault", ["target", "row", "edge", "missing", "transient", "rivals"])
async def test_relate_all_checks_every_row_before_the_first_is_written(db: Db, fault: str) -> None:
    await _blog(db)
    async with db.session() as session:
        user, other = await session.get(User, "u0"), await session.get(User, "u1")
        article, trip = await session.get(Article, "a0"), await session.get(Trip, "trip")
        session.add(Article(id="waits"))
        invited, refused = (user, trip, _invitation()), FieldValidationError
        relation, good, bad, error, message = {
            "target": (User.likes, (user, article), (user, trip), TypeError, "row 1: User.likes leads to Article"),
            "row": (User.likes, (user, article), (user,), TypeError, "row 1"),
            "edge": (User.trips, invited, (other, trip, _invitation(None)), refused, "role"),
            "missing": (User.trips, invited, (other, trip), refused, "row 1.*role, status"),
            "transient": (User.likes, (user, article), (user, Article(id="x")), EntityNotFoundError, "row 1"),
            "rivals": (User.articles, (user, article), (other, article), refused, "AUTHORED"),
        }[fault]  # fmt: skip
        with db.recorded() as sent, pytest.raises(error, match=message):
            await session.relate_all(relation, [good, bad])
        assert sent == []


def _invitation(role: str | None = "guest") -> Invitation:
    return Invitation(role=role, status="open")
