"""A model that is defined again, as by reloading a module or running a notebook cell twice."""

from __future__ import annotations

from runic.ogm import MetaData, Node, Relation
from runic.ogm.core.metadata import relation_target

REGISTRY = MetaData()


def define_article() -> type[Node]:
    class Article(Node, labels=["Article"], registry=REGISTRY):
        id: str

    return Article


def test_a_relation_leads_to_the_class_that_replaced_its_target() -> None:
    class Author(Node, labels=["Author"], registry=REGISTRY):
        id: str
        articles: list[Article] = Relation(  # noqa: F821 - found in the registry
            relationship="WROTE", direction="OUTGOING", target="Article"
        )

    first = define_article()
    REGISTRY.finalize()
    assert relation_target(Author.__runic_fields__["articles"]) is first
    second = define_article()
    assert second is not first
    assert relation_target(Author.__runic_fields__["articles"]) is second
