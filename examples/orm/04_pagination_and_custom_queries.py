"""Pages, repositories with queries of their own, and raw Cypher where the builder ends.

    python examples/orm/04_pagination_and_custom_queries.py

Written in the typed style.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from runic.ogm import Node, Property, Repository, Session, UsageError, create_driver, prop, select


class Article(Node, labels=["Article"]):
    """An article of a journal."""

    id: Property[int] = prop(primary_key=True)
    title: Property[str]
    author: Property[str] = prop(index=True)
    status: Property[str] = prop(default="draft")
    views: Property[int] = prop(default=0)


class Articles(Repository[Article]):
    """Reads about articles; writes go through the session."""

    def page(self, number: int, size: int = 4) -> list[Article]:
        """Return one page in a stable order: without an order, pages may overlap."""
        return self.query().order_by(Article.id).skip(number * size).limit(size).all()

    def after(self, id: int, size: int = 4) -> list[Article]:
        """Return the page that follows an article: the index leads there, however far it is."""
        return self.query().where(Article.id > id).order_by(Article.id).limit(size).all()

    def by_author(self, author: str) -> list[Article]:
        """Return objects of the session from raw Cypher."""
        return self.cypher("MATCH (a:Article {author: $a}) RETURN a ORDER BY a.id", {"a": author}, returns=Article)

    def count_by_status(self, status: str) -> int:
        """Return one value."""
        return self.cypher_one("MATCH (a:Article {status: $s}) RETURN count(a)", {"s": status}, returns=int)

    def statistics(self) -> list[dict[str, Any]]:
        """Return rows by column."""
        return self.cypher(
            "MATCH (a:Article) RETURN a.author AS author, count(a) AS articles, sum(a.views) AS views ORDER BY author",
            returns=dict,
        )

    def publish(self, author: str) -> int:
        """Change many nodes at once; objects that the session has loaded keep their old values until refreshed."""
        return self.cypher_one(
            "MATCH (a:Article {author: $a}) WHERE a.status = 'draft' SET a.status = 'public' RETURN count(a)",
            {"a": author},
            returns=int,
            write=True,
        )


def main(folder: Path) -> None:
    """Fill an embedded database and read it in portions."""
    with closing(create_driver("falkordb", path=folder / "journal.db", graph="journal")) as driver:
        with Session(driver) as session:
            session.add_all(articles())
        with Session(driver) as session:
            pages(Articles(session, Article))
            queries(Articles(session, Article))
            raw(session)


def articles() -> Iterator[Article]:
    """Make ten articles of two authors."""
    for number in range(10):
        yield Article(id=number, title=f"Article {number}", author="Ann" if number % 2 else "Bob", views=number * 10)


def pages(repository: Articles) -> None:
    """Page by offset, or by key."""
    for number in range(3):
        print(f"Page {number}:", [article.id for article in repository.page(number)])
    print("After 5:", [article.id for article in repository.after(5)])
    print("In all:", repository.count(), "and the first two:", len(repository.find_all(limit=2)))


def queries(repository: Articles) -> None:
    """Use the methods of the repository."""
    print("By Ann:", [article.id for article in repository.by_author("Ann")])
    print("Drafts:", repository.count_by_status("draft"))
    for row in repository.statistics():
        print(f"{row['author']}: {row['articles']} articles, {row['views']:.0f} views")
    print("Published:", repository.publish("Ann"), "and drafts left:", repository.count_by_status("draft"))


def raw(session: Session) -> None:
    """execute() runs anything; what changes the graph says so."""
    result = session.execute("MATCH (a:Article) RETURN a.status AS status, count(a) AS n ORDER BY status")
    print(result.columns, result.rows)
    try:
        session.execute("MATCH (a:Article) SET a.views = 0")
    except UsageError as error:
        print("UsageError:", error)
    session.execute("MATCH (a:Article) WHERE a.views < $n DELETE a", {"n": 30}, write=True)
    print("Left:", session.count(select(Article)))


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(Path(temporary))
