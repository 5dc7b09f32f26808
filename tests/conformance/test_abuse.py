"""What attackers and random sessions found, each as the kind of fault it was."""

from __future__ import annotations

import pytest

from runic.ogm import Many, MetaData, Node, Property, many, prop, select
from runic.ogm.exceptions import FieldValidationError
from tests.conformance.harness import Db
from tests.conformance.query_models import Rated, User, library

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
