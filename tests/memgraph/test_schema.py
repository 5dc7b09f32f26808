"""Memgraph's indexes and constraints: the statements whole, and what is read from what the server lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runic.cypher.schema import IndexSpec, LiveIndex
from runic.exceptions import ConstraintViolationError, UnsupportedFeatureError, UsageError
from runic.migrate import _reconcile
from runic.ogm.driver import GraphResult
from runic.ogm.driver.memgraph import memgraph_dialect
from runic.ogm.driver.memgraph.ddl import MemgraphSchema
from runic.ogm.driver.memgraph.drivers import stands_alone
from runic.ogm.driver.schema import Execute, SchemaFlow
from tests.memgraph.recording import note

NAME, EDGE = IndexSpec("User", "name", "RANGE"), IndexSpec("RATED", "stars", "RANGE", "RELATIONSHIP")
UNIQUE = IndexSpec("User", "email", "UNIQUE")
PAIR = IndexSpec("User", "email", "UNIQUE", also=("country",))
TITLE, BODY = IndexSpec("Post", "title", "FULLTEXT"), IndexSpec("Post", "body", "FULLTEXT")
PLACE = IndexSpec("Post", "place", "VECTOR", dimension=384)


class Server:
    """Answers the listings, and keeps what else it is sent."""

    def __init__(
        self, version: str | None = None, *, indexes: Any = (), vectors: Any = (), constraints: Any = ()
    ) -> None:
        self.dialect = memgraph_dialect(version)
        self.schema = MemgraphSchema(self)
        self.refuses = ""
        self.sent: list[str] = []
        self.listings = {
            "SHOW INDEX INFO": GraphResult(["index type", "label", "property", "count"], list(indexes)),
            "SHOW CONSTRAINT INFO": GraphResult(
                ["constraint type", "label", "properties", "data_type"], list(constraints)
            ),
            "SHOW VECTOR INDEX INFO": GraphResult(
                ["index_name", "label", "property", "capacity", "dimension", "metric", "size", "scalar_kind",
                 "index_type"],
                list(vectors),
            ),
        }  # fmt: skip

    def run(self, flow: SchemaFlow[Any]) -> Any:
        """Drive a flow to its end; every statement of it has to be one that stands alone."""
        try:
            request = next(flow)
            while True:
                request = self._answer(flow, request)
        except StopIteration as done:
            return done.value

    def _answer(self, flow: SchemaFlow[Any], request: Any) -> Any:
        assert isinstance(request, Execute)
        assert stands_alone(request.cypher)
        assert not request.params
        note(request.cypher, {})
        if request.cypher in self.listings:
            return flow.send(self.listings[request.cypher])
        assert request.write
        self.sent.append(request.cypher)
        if request.cypher.startswith("DROP CONSTRAINT"):
            self.listings["SHOW CONSTRAINT INFO"].rows.clear()
        if self.refuses and self.refuses in request.cypher:
            return flow.throw(ConstraintViolationError("because an existing node violates it"))
        return flow.send(GraphResult())

    def read(self) -> list[LiveIndex]:
        found: list[LiveIndex] = self.run(self.schema.read())
        return found


@pytest.mark.parametrize(
    ("specs", "sent"),
    [
        ([NAME], ["CREATE INDEX ON :User(name)"]),
        ([IndexSpec("User", "country", "RANGE", also=("city",))], ["CREATE INDEX ON :User(country, city)"]),
        ([IndexSpec("A`b", "usage", "RANGE")], ["CREATE INDEX ON :`A``b`(`usage`)"]),
        ([EDGE], ["CREATE EDGE INDEX ON :RATED(stars)"]),
        ([TITLE, BODY], ["CREATE TEXT INDEX runic_fulltext__Post ON :Post(title, body)"]),
        (
            [IndexSpec("RATED", "note", "FULLTEXT", "RELATIONSHIP")],
            ["CREATE TEXT EDGE INDEX runic_fulltext_rel__RATED ON :RATED(note)"],
        ),
        (
            [PLACE],
            [
                "CREATE VECTOR INDEX runic_vector__Post__place ON :Post(place) "
                'WITH CONFIG {"dimension": 384, "capacity": 1000, "metric": "cos"}'
            ],
        ),
        (
            [IndexSpec("RATED", "v", "VECTOR", "RELATIONSHIP", dimension=2, similarity="euclidean")],
            [
                "CREATE VECTOR EDGE INDEX runic_vector_rel__RATED__v ON :RATED(v) "
                'WITH CONFIG {"dimension": 2, "capacity": 1000, "metric": "l2sq"}'
            ],
        ),
        (
            [UNIQUE],
            ["CREATE INDEX ON :User(email)", "CREATE CONSTRAINT ON (e:User) ASSERT e.email IS UNIQUE"],
        ),
        (
            [PAIR],
            [
                "CREATE INDEX ON :User(country)",
                "CREATE INDEX ON :User(email)",
                "CREATE CONSTRAINT ON (e:User) ASSERT e.country, e.email IS UNIQUE",
            ],
        ),
        ([IndexSpec("User", "name", "MANDATORY")], ["CREATE CONSTRAINT ON (e:User) ASSERT EXISTS (e.name)"]),
    ],
)
def test_what_is_created(specs: list[IndexSpec], sent: list[str]) -> None:
    server = Server()
    for spec in specs:
        server.schema.check(spec)
    server.run(server.schema.create(specs, ()))
    assert server.sent == sent
    server.sent.clear()
    server.run(server.schema.create(specs, specs))
    assert server.sent == []


LISTED: dict[str, Any] = {
    "indexes": [
        ["label", "User", None, 3],
        ["label+property", "User", ["name"], 3],
        ["label+property", "User", ["country", "city"], 3],
        ["label+property", "User", "old", 3],
        ["label+property (DESC)", "User", ["at"], 3],
        ["edge-type", "RATED", None, 1],
        ["edge-type+property", "RATED", "stars", 1],
        ["edge-property", None, "stars", 1],
        ["point", "User", "place", 0],
        ["label_text (name: runic_fulltext__Post)", "Post", ["title", "body"], None],
        ["label_text (name: whole)", "Post", None, None],
        ["edge-type_text (name: mine)", "RATED", ["note"], None],
        ["label+property_vector", ":Post", "place", 2],
    ],
    "vectors": [
        ["runic_vector__Post__place", ":Post", "place", 64, 384, "cos", 2, "f32", "label+property_vector"],
        ["other", "Post", "course", 64, 2, "l2sq", 2, "f32", "label+property_vector"],
        ["runic_vector__Post__odd", "Post", "odd", 64, 2, "pearson", 2, "f32", "label+property_vector"],
        ["everywhere", None, "v", 64, 2, "cos", 2, "f32", "property_vector"],
        ["runic_vector_rel__RATED__v", "RATED", "v", 64, 2, "cos", 2, "f32", "edge-type+property_vector"],
    ],
    "constraints": [
        ["unique", "User", ["email"], ""],
        ["unique", ":User", ["country", "email"], ""],
        ["exists", "User", "name", ""],
        ["data_type", "User", "age", "INTEGER"],
    ],
}


def test_what_is_listed() -> None:
    found = {live.spec: live for live in Server(**LISTED).read()}
    assert set(found) == {
        NAME,
        IndexSpec("User", "country", "RANGE", also=("city",)),
        IndexSpec("User", "old", "RANGE"),
        EDGE,
        TITLE,
        BODY,
        IndexSpec("RATED", "note", "FULLTEXT", "RELATIONSHIP"),
        PLACE,
        IndexSpec("Post", "course", "VECTOR"),
        IndexSpec("Post", "odd", "VECTOR"),
        IndexSpec("RATED", "v", "VECTOR", "RELATIONSHIP"),
        UNIQUE,
        PAIR,
        IndexSpec("User", "name", "MANDATORY"),
    }
    place = found[PLACE]
    assert (place.spec.dimension, place.spec.similarity, place.fault) == (384, "cosine", "")
    course = found[IndexSpec("Post", "course", "VECTOR")]
    assert (course.spec.similarity, course.fault[:16]) == ("euclidean", "the name 'other'")
    assert found[IndexSpec("Post", "odd", "VECTOR")].fault == "the metric 'pearson'"
    assert found[TITLE].fault == ""
    assert "the name 'mine'" in found[IndexSpec("RATED", "note", "FULLTEXT", "RELATIONSHIP")].fault


def test_before_31_the_options_of_vectors_are_not_listed() -> None:
    server = Server("3.0", indexes=LISTED["indexes"])
    del server.listings["SHOW VECTOR INDEX INFO"]
    (found,) = [live for live in server.read() if live.spec.index_type == "VECTOR"]
    assert (found.spec, found.spec.dimension, found.spec.similarity, found.fault) == (PLACE, None, None, "")


@pytest.mark.parametrize(
    ("spec", "sent"),
    [
        (NAME, ["DROP INDEX ON :User(name)"]),
        (EDGE, ["DROP EDGE INDEX ON :RATED(stars)"]),
        (IndexSpec("User", "country", "RANGE", also=("city",)), ["DROP INDEX ON :User(country, city)"]),
        (PLACE, ["DROP VECTOR INDEX runic_vector__Post__place"]),
        (IndexSpec("Post", "course", "VECTOR"), ["DROP VECTOR INDEX other"]),
        (
            TITLE,
            ["DROP TEXT INDEX runic_fulltext__Post", "CREATE TEXT INDEX runic_fulltext__Post ON :Post(body)"],
        ),
        (UNIQUE, ["DROP CONSTRAINT ON (e:User) ASSERT e.email IS UNIQUE"]),
        (PAIR, ["DROP CONSTRAINT ON (e:User) ASSERT e.country, e.email IS UNIQUE"]),
        (IndexSpec("User", "name", "MANDATORY"), ["DROP CONSTRAINT ON (e:User) ASSERT EXISTS (e.name)"]),
        (IndexSpec("User", "absent", "RANGE"), []),
    ],
)
def test_what_is_dropped(spec: IndexSpec, sent: list[str]) -> None:
    server = Server(**LISTED)
    server.run(server.schema.drop(spec))
    assert server.sent == sent


def test_a_text_index_is_made_anew_with_what_it_had() -> None:
    server = Server(**LISTED)
    added = IndexSpec("Post", "summary", "FULLTEXT")
    server.run(server.schema.create([TITLE, BODY, added], [TITLE, BODY]))
    assert server.sent == [
        "DROP TEXT INDEX runic_fulltext__Post",
        "CREATE TEXT INDEX runic_fulltext__Post ON :Post(title, body, summary)",
    ]


def test_the_index_under_a_constraint_stays() -> None:
    server = Server(indexes=[["label+property", "User", ["email"], 1]], constraints=[["unique", "User", ["email"], ""]])
    with pytest.raises(UsageError, match="drop the constraint first"):
        server.run(server.schema.drop(IndexSpec("User", "email", "RANGE")))
    server.run(_reconcile.drop_one(server.schema, UNIQUE, if_exists=False))
    assert server.sent == ["DROP CONSTRAINT ON (e:User) ASSERT e.email IS UNIQUE", "DROP INDEX ON :User(email)"]


def test_data_that_contradict_a_constraint_are_told_for_each() -> None:
    server = Server()
    server.refuses = "CREATE CONSTRAINT"
    with pytest.raises(ConstraintViolationError) as caught:
        server.run(server.schema.create([UNIQUE, IndexSpec("User", "phone", "UNIQUE")], ()))
    assert len(server.sent) == 4
    for name in ("email", "phone"):
        assert f"UNIQUE on :User({name})" in str(caught.value)


def test_labels_and_types_need_no_declaration() -> None:
    server = Server()
    server.run(server.schema.ensure_types(["A"], ["B"]))
    assert server.sent == []


def refused() -> Iterator[tuple[str | None, IndexSpec, str]]:
    newest = None
    yield newest, IndexSpec("RATED", "stars", "UNIQUE", "RELATIONSHIP"), "its constraints are on nodes"
    yield newest, IndexSpec("RATED", "a", "RANGE", "RELATIONSHIP", ("b",)), "give each property its own"
    yield newest, IndexSpec("User", "a", "MANDATORY", also=("b",)), "give each property its own"
    yield newest, IndexSpec("User", "a", "UNIQUE", also=tuple(f"p{i}" for i in range(32))), "32 properties at most"
    yield "3.1", IndexSpec("User", "a", "RANGE", also=("b",)), r"came with version 3\.2.*this is 3\.1"
    yield "3.3", IndexSpec("RATED", "v", "VECTOR", "RELATIONSHIP", dimension=2), r"version 3\.4"
    yield "3.5", TITLE, r"version 3\.6"
    yield "3.5", IndexSpec("RATED", "note", "FULLTEXT", "RELATIONSHIP"), r"version 3\.6"


@pytest.mark.parametrize(("version", "spec", "said"), list(refused()))
def test_what_cannot_be_had(version: str | None, spec: IndexSpec, said: str) -> None:
    with pytest.raises(UnsupportedFeatureError, match=f"Memgraph cannot have .*{said}"):
        Server(version).schema.check(spec)
    if version is not None:
        Server().schema.check(spec)
