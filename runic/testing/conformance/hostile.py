"""What is done with hostile texts in models, values and calls; ``hostile_names`` has the names within a statement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from runic.migrate import IndexSpec
from runic.ogm import (
    Edge,
    Field,
    FilterExpr,
    Many,
    MetaData,
    Node,
    Property,
    Relation,
    many,
    prop,
    select,
)
from runic.ogm.query.expressions import max_, search_words
from runic.testing.conformance.harness import Db
from runic.testing.conformance.query_models import Article, Movie

HOSTILE = MetaData()


class Item(Node, labels=["HostileItem"], registry=HOSTILE):
    id: Property[str] = prop(primary_key=True)
    text: Property[str | None] = prop(default=None)
    code: Property[str | None] = prop(default=None, unique=True)
    tags: Property[list[str]] = prop(default_factory=list)
    notes: Property[dict[str, Any] | None] = prop(default=None)
    raw: Property[bytes | None] = prop(default=None)
    near: Many[Item, Note] = many("HOSTILE_NOTE")


class Note(Edge, type="HOSTILE_NOTE", registry=HOSTILE):
    text: Property[str | None] = prop(default=None)


Attempt = Callable[[Db, Any, str], Awaitable[None]]


@dataclass(frozen=True)
class Case:
    """What is done with a text, and the parameters of the public API that it reaches."""

    covers: tuple[str, ...]
    attempt: Attempt


CASES: dict[str, Case] = {}


def case(*covers: str) -> Callable[[Attempt], Attempt]:
    def register(attempt: Attempt) -> Attempt:
        CASES[attempt.__name__] = Case(covers, attempt)
        return attempt

    return register


# ---- names that a model declares


@case("Node labels=", "Session.add")
async def a_label(_db: Db, session: Any, text: str) -> None:
    class Made(Node, labels=[text], registry=MetaData()):
        id: Property[str] = prop(primary_key=True)

    await _stored(session, Made(id="k"), Made)


@case("Node primary_label=", "Node labels= of a subclass")
async def a_second_label(_db: Db, session: Any, text: str) -> None:
    class Base(Node, labels=["HostileBase"], primary_label="HostileBase", registry=MetaData()):
        id: Property[str] = prop(primary_key=True)

    class Made(Base, labels=["HostileBase", text], primary_label="HostileBase"):
        pass

    await _stored(session, Made(id="k"), Base)


@case("Field.property", "prop.property")
async def a_property(_db: Db, session: Any, text: str) -> None:
    class Made(Node, labels=["HostileProperty"], registry=MetaData()):
        id: Property[str] = prop(primary_key=True)
        value: Property[int | None] = prop(default=1, property=text)

    await _stored(session, Made(id="k"), Made)
    found = await session.scalars(select(Made).where(Made.value == 1).order_by(Made.value))
    assert [node.id for node in found] == ["k"]
    found[0].value = 2
    await session.flush()
    assert await session.scalars(select(Made).project(Made.value)) == [2]
    await session.scalars(select(Made).aggregate(max_(Made.value)))
    await _removed(session, found[0])


@case("Edge type=", "many.relationship", "one.relationship", "Relation.relationship", "Session.relate")
async def a_relationship_type(_db: Db, session: Any, text: str) -> None:
    class Made(Node, labels=["HostileEnd"], registry=MetaData()):
        id: Property[str] = prop(primary_key=True)
        ends: list[Made] = Relation(relationship=text, direction="OUTGOING", target="Made")

    one, two = Made(id="k"), Made(id="l")
    session.add_all([one, two])
    await session.relate(one, "ends", two)
    hop = select(Made).alias("a").traverse(Made.ends, optional=False).alias("b")
    assert [node.id for node in await session.scalars(hop)] == ["l"]
    await session.unrelate(one, "ends", two)
    session.delete(one)
    await _removed(session, two)


# ---- values


@case(
    "Session.get.pk", "Session.get_one.pk", "Repository.exists.pk", "Repository.find_all_by_ids.ids",
    "Session.add_all.entities",
)  # fmt: skip
async def a_key(db: Db, session: Any, text: str) -> None:
    session.add(item := Item(id=text))
    await _flushed(session, item)
    assert await session.get(Item, text) is item
    repository = db.repository(session, Item)
    assert await repository.exists(text)
    assert await repository.find_all_by_ids([text, "nobody"]) == [item]
    assert [found.id for found in await session.scalars(select(Item).where(Item.id == text))] == [text]
    await _removed(session, item)


@case(
    "Property values", "Property.contains", "Property.startswith", "Property.endswith", "Property.has",
    "Property.in_.values", "Property.not_in_.values", "CompoundExpr.operands",
)  # fmt: skip
async def a_value(_db: Db, session: Any, text: str) -> None:
    item = Item(id="k", text=text, tags=[text, "x"], notes={text: text}, raw=text.encode("utf-8", "surrogatepass"))
    session.add(item)
    await _flushed(session, item)
    session.expire(item)
    await session.refresh(item)
    assert (item.text, item.tags, item.notes) == (text, [text, "x"], {text: text})
    assert item.raw == text.encode("utf-8", "surrogatepass")
    for condition in (
        Item.text == text,
        Item.text.in_([text, "y"]),
        ~Item.text.not_in_([text]),
        Item.text.contains(text),
        Item.text.startswith(text),
        Item.text.endswith(text),
        Item.tags.has(text),
        FilterExpr(Item, "text", "=", text),
    ):
        assert [found.id for found in await session.scalars(select(Item).where(condition))] == ["k"], condition
    await _removed(session, item)


@case("Field.unique")
async def a_unique_value(_db: Db, session: Any, text: str) -> None:
    session.add(item := Item(id="k", code=text))
    await _flushed(session, item)
    assert [found.code for found in await session.scalars(select(Item).where(Item.code == text))] == [text]
    await _removed(session, item)


@case("Session.relate.edge", "Session.relate_all.rows")
async def a_value_of_an_edge(_db: Db, session: Any, text: str) -> None:
    session.add_all([one := Item(id="k"), two := Item(id="l")])
    await session.flush()
    try:
        await session.relate(one, Item.near, two, edge=Note(text=text))
        await session.relate_all(Item.near, [(two, one, Note(text=text))])
        hop = select(Item).alias("a").traverse(Item.near, edge_alias="e", optional=False).alias("b")
        rows = await session.all_with_edges(hop.return_nodes("a", "b").return_edge("e"))
        assert [row[1].text for row in rows] == [text, text]
    finally:
        session.delete(one)
        await _removed(session, two)


@case("Property.matches.pattern")
async def a_pattern(_db: Db, session: Any, text: str) -> None:
    await session.scalars(select(Item).where(Item.text.matches(text)))


@case(
    "Session.execute.params", "Repository.cypher.params", "Repository.cypher_one.params",
    "Repository.cypher_raw.params",
)  # fmt: skip
async def a_parameter(db: Db, session: Any, text: str) -> None:
    held = {"text": text, "list": [text], "map": {"k": text}}
    result = await session.execute("RETURN $text AS a, $list AS b, $map AS c", held)
    assert result.rows == [[text, [text], {"k": text}]]
    repository = db.repository(session, Item)
    assert (await repository.cypher_raw("RETURN $t AS t", {"t": text})).rows == [[text]]
    assert await repository.cypher("RETURN $t AS t", {"t": text}, returns=str) == [text]
    assert await repository.cypher_one("RETURN $t AS t", {"t": text}, returns=str) == text


@case("parameter names")
async def the_name_of_a_parameter(_db: Db, session: Any, text: str) -> None:
    assert (await session.execute("RETURN 1 AS a", {text: 1})).rows == [[1]]


@case("Session.fulltext_search.query", "FulltextQueryBuilder.query", "search_words.text")
async def a_search(_db: Db, session: Any, text: str) -> None:
    for query in (text, search_words(text)):
        await session.fulltext_search(Article, query=query).limit(3).all()


@case("Session.fulltext_search.fields", "Session.vector_search.field")
async def the_field_of_a_search(_db: Db, session: Any, text: str) -> None:
    for search in (
        lambda: session.fulltext_search(Article, query="graph", fields=[text]).all(),
        lambda: session.vector_search(Article, field=text, vector=[0.0, 0.0, 0.0]).all(),
    ):
        await search()


# ---- elsewhere


@case("Session.get.pk of a generated key")
async def a_generated_key(_db: Db, session: Any, text: str) -> None:
    await session.get(Movie, text)
    await session.scalars(select(Movie).where(FilterExpr(Movie, "id", "=", text)))


@case(
    "IndexSpec.label", "IndexSpec.property", "IndexSpec.also", "IndexSpec.index_type", "IndexSpec.entity",
    "IndexSpec.similarity", "IndexSpec.under",
)  # fmt: skip
async def an_index(_db: Db, _session: Any, text: str) -> None:
    for spec in (
        lambda: IndexSpec(text, "p", "RANGE"),
        lambda: IndexSpec("L", text, "RANGE"),
        lambda: IndexSpec("L", "p", "UNIQUE", also=(text,)),
        lambda: IndexSpec("L", "p", text),
        lambda: IndexSpec("L", "p", "RANGE", entity=text),
        lambda: IndexSpec("L", "p", "RANGE", under=text),
        lambda: IndexSpec("L", "p", "VECTOR", dimension=3, similarity=text),
    ):
        spec()


@case("Relation.target", "Relation.edge_model", "Relation.direction")
async def a_forward_reference(_db: Db, session: Any, text: str) -> None:
    class Made(Node, labels=["HostileReference"], registry=MetaData()):
        id: Property[str] = prop(primary_key=True)
        ends: list[Any] = Relation(relationship="ENDS", direction="OUTGOING", target=text)

    await session.scalars(select(Made).traverse(Made.ends))


@case("Field.index_type", "Field.similarity")
async def an_option_of_a_field(_db: Db, _session: Any, text: str) -> None:
    class Made(Node, labels=["HostileOption"], registry=MetaData()):
        id: str = Field(primary_key=True)
        value: str = Field(index_type=text)


async def _stored(session: Any, entity: Any, read_as: Any) -> None:
    session.add(entity)
    await _flushed(session, entity)
    found = await session.scalars(select(read_as))
    assert found == [entity]
    session.expire(entity)
    await session.refresh(entity)
    if "value" not in type(entity).__runic_meta__.fields:
        await _removed(session, entity)


async def _flushed(session: Any, entity: Any) -> None:
    try:
        await session.flush()
    except Exception:
        session.expunge(entity)
        raise


async def _removed(session: Any, entity: Any) -> None:
    session.delete(entity)
    await session.flush()
