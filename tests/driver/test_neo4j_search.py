"""What a search on Neo4j is sent, without a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runic.ogm import Field, MetaData, Node, Property, Session, Vector, create_driver, prop
from runic.ogm.driver.neo4j.search import search_text
from runic.ogm.query.expressions import search_words

CALL = (
    "CALL db.index.vector.queryNodes('runic_vector__Page__place', {k}, $__knn_vec) YIELD node AS n, score\nRETURN n\n"
)


class Page(Node, labels=["Page"], registry=MetaData()):
    id: Property[str] = prop(primary_key=True)
    title: Property[str] = prop(default="", index_type="FULLTEXT")
    body: Property[str] = prop(default="", index_type="FULLTEXT", property="long text")
    place: Property[Vector | None] = Field(default=None, index_type="VECTOR", dimension=2, similarity="euclidean")
    course: Property[Vector | None] = Field(default=None, index_type="VECTOR", dimension=2)


@pytest.fixture
def session() -> Iterator[Session]:
    with create_driver("neo4j", url="bolt://127.0.0.1:1", encrypted=False) as driver, Session(driver) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "properties", "words", "sent"),
    [
        ("graph OR tree", (), False, "graph OR tree"),
        ("graph OR tree", ("title",), False, "title:(graph OR tree)"),
        ("a", ("title", "long text", "a:b"), False, r"title:(a) long\ text:(a) a\:b:(a)"),
        ("  ", (), False, '""'),
        ("  ", ("title",), False, '""'),
        ("ann@x.org  AND", (), True, '+("ann@x.org") +("AND")'),
        ('say "no" \\', (), True, r'+("say") +("\"no\"") +("\\")'),
        ("a b", ("title", "body"), True, '+(title:"a" body:"a") +(title:"b" body:"b")'),
        ("", ("title",), True, '""'),
    ],
)
def test_the_text_of_a_search(text: str, properties: tuple[str, ...], words: bool, sent: str) -> None:
    assert search_text(text, properties, words=words) == sent


def test_a_full_text_search_names_the_index_of_the_class(session: Session) -> None:
    search = session.fulltext_search(Page, query=search_words("Hello?"), fields=[Page.body]).where(Page.id == "p")
    assert search.build() == (
        "CALL db.index.fulltext.queryNodes('runic_fulltext__Page', $__fts_query) YIELD node AS n, score\n"
        "WHERE n.id = $p0\nRETURN n",
        {"__fts_query": r'+(long\ text:"Hello?")', "p0": "p"},
    )


def test_the_nearest_come_from_the_index_as_far_as_it_hands_them_over(session: Session) -> None:
    for k in (3, 10_000):
        text, params = session.vector_search(Page, field=Page.place, vector=[1, 2], k=k).build()
        assert (text, params) == (CALL.format(k=k) + "ORDER BY score DESC", {"__knn_vec": [1.0, 2.0]})


def test_a_condition_or_more_nodes_than_that_are_looked_for_among_all(session: Session) -> None:
    deep = session.vector_search(Page, field=Page.place, vector=[1, 2], k=10_001)
    assert deep.build() == (
        "MATCH (n:Page)\nWHERE size(n.place) = 2\nWITH n, vector.similarity.euclidean(n.place, $__knn_vec) AS score\n"
        "ORDER BY score DESC\nLIMIT 10001\nRETURN n\nORDER BY score DESC",
        {"__knn_vec": [1.0, 2.0]},
    )
    chosen = session.vector_search(Page, field=Page.course, vector=[1, 2], k=3).where(Page.title == "x")
    assert chosen.build() == (
        "MATCH (n:Page)\nWHERE n.title = $p0 AND size(n.course) = 2 AND n.course <> $__knn_zero\n"
        "WITH n, vector.similarity.cosine(n.course, $__knn_vec) AS score\n"
        "ORDER BY score DESC\nLIMIT 3\nRETURN n\nORDER BY score DESC",
        {"p0": "x", "__knn_zero": [0.0, 0.0], "__knn_vec": [1.0, 2.0]},
    )
