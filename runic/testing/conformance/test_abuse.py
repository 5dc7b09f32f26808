"""What attackers and random sessions found, each as the kind of fault it was."""

from __future__ import annotations

import pytest

from runic.ogm import Edge, Many, MetaData, Node, Property, alias, many, prop, select
from runic.ogm.exceptions import FieldValidationError, InvalidArgumentError
from runic.testing.conformance.harness import Db
from runic.testing.conformance.query_models import Rated, User, library

REGISTRY = MetaData()


class Part(Node, labels=["AbusePart"], registry=REGISTRY):
    id: Property[str] = prop(primary_key=True)
    name: Property[str] = prop(default="")
    parts: Many[Part] = many("ABUSE_PART", cascade=True)
    beside: Many[Part] = many("ABUSE_BESIDE")


@pytest.mark.parametrize("end", ["start", "end"])
async def test_an_edge_that_was_changed_goes_with_a_deleted_end(db: Db, end: str) -> None:
    await library(db)
    async with db.session() as session:
        hop = select(User).alias("u").traverse(User.rated, edge_alias="r", optional=False).alias("m")
        rows = await session.all_with_edges(hop.return_nodes("u", "m").return_edge("r"))
        user, edge, movie = next(row for row in rows if row[1].score == 4.0)
        edge.score = 1.0
        session.delete(user if end == "start" else movie)
        await session.commit()
    assert db.raw("MATCH ()-[r:RATED]->() WHERE r.score = 1.0 RETURN r") == []
    assert isinstance(edge, Rated)


async def test_an_expired_object_that_was_deleted_is_not_added_again_without_its_values(db: Db) -> None:
    await library(db)
    async with db.session() as session:
        dan = await session.get(User, "dan")
        session.expire(dan)
        session.delete(dan)
        await session.flush()
        session.add(dan)
        with pytest.raises(FieldValidationError, match="has no value here"):
            await session.flush()
        session.expunge(dan)
    assert db.raw("MATCH (u:User {id: 'dan'}) RETURN u") == []


async def test_what_changed_in_an_object_that_a_cascade_brings_back_is_written_by_the_same_flush(db: Db) -> None:
    async with db.session() as session:
        session.add(part := Part(id="old"))
        await session.commit()
        session.expunge(part)
        part.name = "changed"
        part.parts = [Part(id="newer")]
        session.add(Part(id="whole", parts=[]))
        await session.flush()
        whole = await session.get(Part, "whole")
        whole.parts.append(part)
        await session.commit()
    assert db.raw("MATCH (p:AbusePart) WHERE p.id <> 'whole' RETURN p.id, p.name ORDER BY p.id") == [
        ["newer", ""],
        ["old", "changed"],
    ]
    assert db.raw("MATCH (a)-[:ABUSE_PART]->(b) RETURN a.id, b.id ORDER BY a.id") == [
        ["old", "newer"],
        ["whole", "old"],
    ]


class Start(Node, labels=["AbuseStart"], registry=REGISTRY):
    id: Property[str] = prop(primary_key=True)
    ones: Many[One, ToOne] = many("ABUSE_TO")
    others: Many[Other, ToOther] = many("ABUSE_TO")


class One(Node, labels=["AbuseOne"], registry=REGISTRY):
    id: Property[str] = prop(primary_key=True)


class Other(Node, labels=["AbuseOther"], registry=REGISTRY):
    id: Property[str] = prop(primary_key=True)


class ToOne(Edge, type="ABUSE_TO", registry=REGISTRY):
    weight: Property[int] = prop(default=0)


class ToOther(Edge, type="ABUSE_TO", registry=REGISTRY):
    note: Property[str] = prop(default="")


async def _two_kinds(db: Db) -> None:
    async with db.session() as session:
        session.add_all([start := Start(id="s"), one := One(id="o"), other := Other(id="p")])
        await session.relate(start, Start.ones, one, edge=ToOne(weight=7))
        await session.relate(start, Start.others, other, edge=ToOther(note="n"))
        await session.commit()


async def test_two_edge_classes_of_one_type_are_read_as_their_relation_declares(db: Db) -> None:
    await _two_kinds(db)
    async with db.session() as session:
        for relation, cls, value in ((Start.ones, ToOne, {"weight": 7}), (Start.others, ToOther, {"note": "n"})):
            hop = select(Start).alias("a").traverse(relation, edge_alias="e", optional=False).alias("b")
            ((_, edge, _),) = await session.all_with_edges(hop.return_nodes("a", "b").return_edge("e"))
            assert type(edge) is cls
            assert {name: getattr(edge, name) for name in value} == value
            session.expire(edge)
            await session.refresh(edge)
            assert {name: getattr(edge, name) for name in value} == value
    for declared in (ToOne, ToOther):
        async with db.session() as session:
            repository = db.repository(session, Start)
            text = f"MATCH ()-[e:ABUSE_TO]->(:{'AbuseOne' if declared is ToOne else 'AbuseOther'}) RETURN e"
            result = await session.execute(text, models=declared)
            assert type(result.rows[0][0]) is declared
            assert type((await repository.cypher_raw(text)).rows[0][0]) is not declared


async def test_edges_that_nothing_declares_are_no_object_of_a_class_they_may_not_be_of(db: Db) -> None:
    await _two_kinds(db)
    async with db.session() as session:
        rows = (await session.execute("MATCH ()-[e:ABUSE_TO]->() RETURN e", models=Start)).rows
        assert [type(row[0]) for row in rows] == [Edge, Edge]
        assert {**rows[0][0].properties, **rows[1][0].properties} == {"weight": 7, "note": "n"}
        both = select(Start).alias("a").traverse(Start.ones, edge_alias="e", optional=False).alias("b")
        both = both.traverse(alias(Start, "a").others, edge_alias="f", optional=False).alias("c")
        with pytest.raises(InvalidArgumentError, match="two statements"):
            await session.all_with_edges(both.return_nodes("a", "b", "c").return_edge("e").return_edge("f"))


async def test_a_list_of_members_given_to_two_objects_is_not_shared(db: Db) -> None:
    async with db.session() as session:
        parts = [Part(id=name) for name in "abcd"]
        first, second, member, late = parts
        session.add_all(parts)
        second.beside = [member]
        await session.commit()
        first.beside = second.beside
        await session.commit()
        first.beside.append(late)
        await session.commit()
        assert [part.id for part in second.beside] == ["c"]
    found = db.raw("MATCH (a:AbusePart)-[:ABUSE_BESIDE]->(b) RETURN a.id, b.id ORDER BY a.id, b.id")
    assert found == [["a", "c"], ["a", "d"], ["b", "c"]]


async def test_a_relation_read_while_a_member_waited_to_be_deleted_shows_it_again(db: Db) -> None:
    async with db.session() as session:
        session.add_all([Part(id="a", beside=[b := Part(id="b")]), b])
        await session.commit()
    async with db.session() as session:
        a, b = await session.get(Part, "a"), await session.get(Part, "b")
        session.delete(b)
        assert await session.load(a, Part.beside) == []
        session.add(b)
        assert a.beside == [b]
        await session.commit()
    assert db.raw("MATCH (a)-[:ABUSE_BESIDE]->(b) RETURN count(*)") == [[1]]
