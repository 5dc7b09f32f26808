"""Mapping: how classes become nodes, which types a field may have, and what is checked when.

    python examples/mapping.py

Written in the typed style: ``Property[T]`` tells a type checker what ``Book.pages`` is on the class and ``book.pages``
on an object.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from runic.migrate import SchemaManager
from runic.ogm import Edge, FieldValidationError, Many, Node, Property, Session, create_driver, many, prop


class State(StrEnum):
    """Stored by value: ``"on loan"``."""

    SHELVED = "on the shelf"
    LENT = "on loan"


class Reader(Node, labels=["Reader"]):
    """The database assigns the key: it is None until the first flush, and no argument of the constructor."""

    id: Property[str] = prop(generated=True)
    name: Property[str]


class Lent(Edge, type="LENT_TO"):
    """A relationship with properties of its own; it lives between two nodes and has no key."""

    on: Property[date]
    weeks: Property[int] = prop(default=4)


class Book(Node, labels=["Book"]):
    """A field without a default is required; a union with None makes None a value of it."""

    isbn: Property[str] = prop(primary_key=True, unique=True)
    title: Property[str] = prop(index=True)
    pages: Property[int]
    subtitle: Property[str | None] = prop(default=None)
    state: Property[State] = prop(default=State.SHELVED)
    price: Property[Decimal] = prop(default=Decimal(0))
    published: Property[date | None] = prop(default=None)
    # timezone=True refuses naive values: they would not compare with aware ones.
    bought_at: Property[datetime] = prop(default_factory=lambda: datetime.now(UTC), timezone=True)
    reading_time: Property[timedelta | None] = prop(default=None)
    copy_id: Property[UUID] = prop(default_factory=uuid4)
    keywords: Property[list[str]] = prop(default_factory=list)
    extra: Property[dict[str, int]] = prop(default_factory=dict)
    # The attribute is called shelf_mark here and "shelf-mark" in the graph.
    shelf_mark: Property[str | None] = prop(default=None, property="shelf-mark")
    lent_to: Many[Reader, Lent] = many("LENT_TO")

    def is_long(self) -> bool:
        """Models are classes like others: methods, properties and private attributes are free to use."""
        return self.pages > 500


def main(folder: Path) -> None:
    """Define, store, read and change objects in an embedded database."""
    with closing(create_driver("falkordb", path=folder / "books.db", graph="books")) as driver:
        # Indexes and constraints are declared on the models and created by a schema manager.
        schema = SchemaManager(driver)
        print("Missing at first:", len(schema.validate_schema([Book, Reader, Lent]).missing_indexes))
        schema.sync_schema([Book, Reader, Lent])
        print("Missing now:", len(schema.validate_schema([Book, Reader, Lent]).missing_indexes))

        with Session(driver) as session:
            store(session)
        with Session(driver) as session:
            read(session)
            change(session)
        refuse()
        with Session(driver) as session:
            refuse_at_flush(session)


def store(session: Session) -> None:
    """Make objects and save them; the constructor takes keywords only."""
    book = Book(
        isbn="978-0-14-044793-4",
        title="Middlemarch",
        pages=880,
        price=Decimal("12.90"),
        published=date(1871, 12, 1),
        reading_time=timedelta(hours=30),
        keywords=["novel", "victorian"],
        extra={"volumes": 8},
        shelf_mark="ELI 3",
    )
    reader = Reader(name="Dorothea")
    session.add_all([book, reader])
    session.relate(book, Book.lent_to, reader, edge=Lent(on=date(2026, 3, 1)))
    session.commit()
    print("The database's key for the reader is a", type(reader.id).__name__)


def read(session: Session) -> None:
    """Show that values come back with their types, and what the graph holds."""
    book = session.get_one(Book, "978-0-14-044793-4")
    print(f"{book.title}, {book.pages} pages, {book.price} francs, {book.state.name.lower()}; long: {book.is_long()}")
    print("Read back:", book.published, book.reading_time, book.keywords, book.extra, book.subtitle)
    stored = session.execute("MATCH (b:Book) RETURN b.state, b.price, b.published, b.`shelf-mark`").rows
    print("In the graph:", *stored[0], sep=" | ")


def change(session: Session) -> None:
    """Assign, or change a list in place: commit writes the fields that differ, and only those."""
    book = session.get_one(Book, "978-0-14-044793-4")
    book.state = State.LENT
    book.keywords.append("classic")
    book.shelf_mark = None  # removes the property
    session.commit()
    session.refresh(book)
    print("Changed:", book.state.value, book.keywords, book.shelf_mark)


def refuse() -> None:
    """Show what the constructor refuses; a type checker would refuse it too, so the values come from elsewhere."""
    given: list[dict[str, Any]] = [
        {"isbn": "1", "title": "No pages"},
        {"isbn": "1", "title": "A slip", "pages": 1, "titel": "?"},
    ]
    for values in given:
        try:
            Book(**values)
        except TypeError as error:
            print("TypeError:", error)


def refuse_at_flush(session: Session) -> None:
    """Show that values are checked before anything is sent, and that the message names the place."""
    session.add(Book(isbn="2", title="Naive", pages=1, bought_at=datetime(2026, 3, 1)))
    try:
        session.flush()
    except FieldValidationError as error:
        print("FieldValidationError:", error)
    session.rollback()


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(Path(temporary))
