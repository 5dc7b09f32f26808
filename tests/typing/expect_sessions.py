"""Static expectations for sessions and repositories of both colours, searches, streams, wide rows, wrong programs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import reveal_type

from runic.ogm import (
    AsyncRepository,
    AsyncSession,
    Edge,
    FieldValidationError,
    Many,
    Node,
    One,
    Property,
    Repository,
    Session,
    Vector,
    count,
    create_async_driver,
    create_driver,
    many,
    max_,
    one,
    prop,
    select,
)
from runic.orm import Session as FormerSession
from runic.orm.core.models import Node as FormerNode
from runic.orm.query import select as former_select


class Wrote(Edge, type="WROTE"):
    at: Property[datetime]
    first: Property[bool] = prop(default=False)


class Liked(Edge, type="LIKED"):
    stars: Property[int] = prop(default=5)


class Writer(Node, labels=["Writer"]):
    id: Property[str] = prop(primary_key=True)
    name: Property[str]
    age: Property[int | None] = prop(default=None)
    height: Property[float] = prop(default=1.8)
    active: Property[bool] = prop(default=True)
    born: Property[datetime | None] = prop(default=None)
    tags: Property[list[str]] = prop(default_factory=list)
    taste: Property[Vector | None] = prop(default=None, index_type="VECTOR")
    mentor: One[Writer] = one("MENTORS", direction="INCOMING")
    books: Many[Book, Wrote] = many("WROTE")
    likes: Many[Book, Liked] = many("LIKED")


class Book(Node, labels=["Book"]):
    id: Property[str] = prop(primary_key=True)
    title: Property[str] = prop(index_type="FULLTEXT")
    author: One[Writer, Wrote] = one("WROTE", direction="INCOMING")


s, a = Session(create_driver("falkordb")), AsyncSession(create_async_driver("falkordb"))
writer, book = Writer(id="w", name="n"), Book(id="b", title="t")
wrote = Wrote(at=datetime.now())

# ---- the unit of work
s.add(writer)
s.add_all([writer, book])
reveal_type(s.merge(writer))  # R: Writer
reveal_type(s.get_one(Writer, "w", fetch=[Writer.books, "likes.author"]))  # R: Writer
reveal_type(s.load(writer, Writer.books))  # R: Any
reveal_type(s.register_or_get(book))  # R: Book
reveal_type(s.scalar_one(select(Book)))  # R: Book
reveal_type(s.first(select(Book).order_by(Book.title)))  # R: Book | None
reveal_type(s.execute("RETURN 1").rows)  # R: list[list[Any]]
reveal_type(writer in s)  # R: bool
with s as entered:
    reveal_type(entered)  # R: Session
s.get("Writer", "w")  # E
s.scalars("MATCH (n) RETURN n")  # E
s.scalars(Writer)  # E
s.add_all(writer)  # E

# ---- edges
s.relate(writer, Writer.books, book, edge=wrote)
s.relate(writer, Writer.books, book, wrote)
s.relate(writer, "books", book, edge=wrote)
made = s.relate_all(Writer.books, [(writer, book), (writer, book, wrote)])
reveal_type(made)  # R: RelateResult || tuple[int, int, fallback=RelateResult]
reveal_type(s.relate_all(Writer.likes, [(writer, book)]).created)  # R: int
s.unrelate(writer, Writer.books, book)
s.relate(writer, Writer.books, writer)  # E
s.relate(writer, Writer.likes, book, edge=wrote)  # E
s.relate(writer, Writer.books, book, edge=Liked())  # E
s.relate(writer, Writer.mentor, book)  # E

# ---- streams
reveal_type(s.stream(select(Writer), batch=10))  # R: Iterator[Writer]
reveal_type(s.stream(select(Writer).traverse(Writer.books)))  # R: Iterator[Book]
reveal_type(next(s.stream(select(Writer).project(Writer.age))))  # R: int | None
numbers: Iterator[Writer] = s.stream(select(Book))  # E

# ---- searches
text = s.fulltext_search(Book, query="graph", fields=[Book.title])
reveal_type(text)  # R: FulltextQueryBuilder[Book]
reveal_type(text.where(Book.title.contains("x")).limit(3).all())  # R: list[Book]
reveal_type(text.traverse(Book.author).all())  # R: list[Writer]
near = s.vector_search(Writer, field=Writer.taste, vector=[0.1, 0.2], k=5)
reveal_type(near)  # R: VectorQueryBuilder[Writer]
reveal_type(near.where(Writer.active).first())  # R: Writer | None
reveal_type(near.all_rows())  # R: list[dict[str, Any]]
s.fulltext_search(Book, query=3)  # E
s.vector_search(Writer, field=Writer.taste, vector=[0.1], k="5")  # E

# ---- rows of one to eight columns
w = Writer
reveal_type(s.tuples(select(w).project(w.id)))  # R: list[tuple[str]]
reveal_type(s.tuples(select(w).project(w.id, w.age)))  # R: list[tuple[str, int | None]]
reveal_type(s.tuples(select(w).project(w.id, w.age, w.height)))  # R: list[tuple[str, int | None, float]]
four = select(w).project(w.id, w.age, w.height, w.active)
reveal_type(s.tuples(four))  # R: list[tuple[str, int | None, float, bool]]
five = select(w).project(w.id, w.age, w.height, w.active, w.born)
reveal_type(s.tuples(five))  # R: list[tuple[str, int | None, float, bool, datetime | None]]
six = select(w).project(w.id, w.age, w.height, w.active, w.born, w.tags)
reveal_type(s.tuples(six))  # R: list[tuple[str, int | None, float, bool, datetime | None, list[str]]]
seven = select(w).project(w.id, w.age, w.height, w.active, w.born, w.tags, w.name)
reveal_type(s.tuples(seven))  # R: list[tuple[str, int | None, float, bool, datetime | None, list[str], str]]
eight = select(w).project(w.id, w.age, w.height, w.active, w.born, w.tags, w.name, w.id)
reveal_type(s.tuples(eight))  # R: list[tuple[str, int | None, float, bool, datetime | None, list[str], str, str]]
reveal_type(s.tuples(select(w).aggregate(count())))  # R: list[tuple[int]]
reveal_type(s.tuples(select(w).aggregate(count(), max_(w.born))))  # R: list[tuple[int, datetime]]
grouped = select(w).aggregate(count(), max_(w.age), max_(w.height), group_by=w.active)
reveal_type(s.tuples(grouped))  # R: list[tuple[bool, int, int, float]]


# ---- repositories
class Books(Repository[Book]):
    def titled(self, title: str) -> list[Book]:
        return self.query().where(Book.title == title).all()

    def titles(self) -> list[str]:
        return self.cypher("MATCH (b:Book) RETURN b.title", returns=str)


books = Books(s, Book)
reveal_type(books.titled("t"))  # R: list[Book]
reveal_type(books.find_all(fetch=[Book.author], skip=1, limit=2))  # R: list[Book]
reveal_type(books.find_all_by_ids(["b"]))  # R: list[Book]
reveal_type(books.count())  # R: int
reveal_type(books.exists("b"))  # R: bool
reveal_type(books.query())  # R: QueryBuilder[Book]
reveal_type(books.query().traverse(Book.author).all())  # R: list[Writer]
reveal_type(books.cypher("MATCH (w:Writer) RETURN w", returns=Writer))  # R: list[Writer]
reveal_type(books.cypher_one("MATCH (w) RETURN count(w)", returns=int))  # R: int
reveal_type(books.cypher("MATCH (b) RETURN b.id AS id", returns=dict))  # R: list[dict[str, Any]]
reveal_type(books.cypher_raw("RETURN 1").columns)  # R: list[str]
Repository(s, Book).titled("t")  # E
Books(a, Book)  # E
books.find_all(limit="2")  # E


# ---- the other colour
class AsyncBooks(AsyncRepository[Book]):
    async def titled(self, title: str) -> list[Book]:
        return await self.query().where(Book.title == title).all()


async def other() -> None:
    repository = AsyncBooks(a, Book)
    reveal_type(await repository.titled("t"))  # R: list[Book]
    reveal_type(await repository.find_all(fetch=[Book.author]))  # R: list[Book]
    reveal_type(await repository.exists("b"))  # R: bool
    reveal_type(repository.query())  # R: AsyncQueryBuilder[Book]
    reveal_type(await repository.cypher("MATCH (w:Writer) RETURN w", returns=Writer))  # R: list[Writer]
    reveal_type(await repository.cypher_one("RETURN 1", returns=int))  # R: int
    reveal_type(await a.get(Writer, "w", fetch=[Writer.books]))  # R: Writer | None
    reveal_type(await a.get_one(Writer, "w"))  # R: Writer
    reveal_type(await a.merge(writer))  # R: Writer
    await a.relate(writer, Writer.books, book, edge=wrote)
    await a.relate(writer, Writer.books, book, edge=Liked())  # E
    await a.relate(writer, Writer.books, writer)  # E
    result = await a.relate_all(Writer.books, [(writer, book, wrote)])
    reveal_type(result)  # R: RelateResult || tuple[int, int, fallback=RelateResult]
    search = a.fulltext_search(Book, query="graph")
    reveal_type(search)  # R: AsyncFulltextQueryBuilder[Book]
    reveal_type(await search.where(Book.title == "x").all())  # R: list[Book]
    reveal_type(await a.vector_search(Writer, field=Writer.taste, vector=[0.1]).first())  # R: Writer | None
    pages: AsyncIterator[Writer] = a.stream(select(Writer))
    reveal_type([found.name async for found in pages])  # R: list[str]
    reveal_type(await a.scalar_one(select(Book)))  # R: Book
    reveal_type(await a.tuples(four))  # R: list[tuple[str, int | None, float, bool]]
    async with a as session:
        reveal_type(session)  # R: AsyncSession
    wrong: list[Writer] = await a.scalars(select(Book))  # E
    print(wrong)


# ---- a driver closes at the end of its block
with create_driver("falkordb") as in_block:
    reveal_type(in_block)  # R: GraphDriver


async def closes() -> None:
    async with create_async_driver("falkordb") as in_async_block:
        reveal_type(in_async_block)  # R: AsyncGraphDriver


# ---- the former package is the same one
class Old(FormerNode, labels=["Old"]):
    id: Property[str] = prop(primary_key=True)


reveal_type(FormerSession(create_driver("falkordb")).scalars(former_select(Old)))  # R: list[Old]
also: Node = Old(id="o")
session: Session = FormerSession(create_driver("falkordb"))

# ---- wrong programs
Writer(id="w", name=3)  # E
Writer(id="w", nmae="n")  # E
Writer(id="w")  # E
Wrote(at="today")  # E
Wrote(first=True)  # E
Liked(stars="five")  # E
select(Writer).where(Writer.nmae == "n")  # E
select(Writer).where(Writer.name > 3)  # E
select(Writer).where(Writer.age == "3")  # E
select(Writer).traverse(Writer.name)  # E
select(Book).traverse("author")  # E
select(Writer).limit("3")  # E
select(Writer).order_by(Writer.nmae)  # E
writer.books = [writer]  # E
writer.mentor = book  # E
Writer(id="v", name="v").books.append(writer)  # E
wrote.at = "today"  # E
found: Book = s.get(Book, "b")  # E
names: list[int] = s.scalars(select(Writer).project(Writer.name))  # E[pyright,ty,pyrefly]
try:
    s.flush()
except FieldValidationError as error:
    reveal_type(error)  # R: FieldValidationError
