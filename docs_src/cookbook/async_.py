"""Recipes: asynchronous programs."""

import asyncio

# region models
from runic.ogm import AsyncGraphDriver, AsyncSession, Many, Node, Property, create_async_driver, many, prop, select


class Author(Node, labels=["Author"]):
    name: Property[str] = prop(primary_key=True)
    books: Many["Book"] = many("WROTE", cascade=True)


class Book(Node, labels=["Book"]):
    title: Property[str] = prop(primary_key=True)


# endregion models


# region write
async def write(driver: AsyncGraphDriver) -> None:
    async with AsyncSession(driver) as session:
        session.add(Author(name="Le Guin", books=[Book(title="Rocannon's World")]))
        await session.commit()
        author = await session.get_one(Author, "Le Guin")
        author.books.append(Book(title="The Dispossessed"))


# endregion write


# region read
async def read(driver: AsyncGraphDriver) -> list[str]:
    async with AsyncSession(driver) as session:
        # Ahead: with the object, or with every object of a statement.
        author = await session.get_one(Author, "Le Guin", fetch=["books"])
        for other in await session.scalars(select(Author).fetch(Author.books)):
            print(other.name, len(other.books))
        # Or on demand, by name.
        session.expire(author)
        await session.refresh(author)
        await session.load(author, Author.books)
    return sorted(book.title for book in author.books)  # loaded values stay readable


# endregion read


# region parallel
async def titles(driver: AsyncGraphDriver, names: list[str]) -> list[int]:
    """One session per task: calls on one session wait for each other."""

    async def count(name: str) -> int:
        async with AsyncSession(driver) as session:
            return await session.count(select(Author).where(Author.name == name).traverse(Author.books, optional=False))

    return await asyncio.gather(*[count(name) for name in names])


# endregion parallel


# region manager
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from runic.ogm import AsyncConnectionManager


@asynccontextmanager
async def lifespan() -> AsyncGenerator[AsyncConnectionManager]:
    """Open one driver at the start of a web application and close it at the end."""
    driver = create_async_driver("falkordb", path="books.db", graph="books")
    try:
        yield AsyncConnectionManager(driver)
    finally:
        await driver.close()


async def handle_request(manager: AsyncConnectionManager, name: str) -> dict[str, int]:
    async with manager.session() as session:
        author = await session.get(Author, name, fetch=["books"])
        return {} if author is None else {author.name: len(author.books)}


# endregion manager


async def main() -> None:
    async with lifespan() as manager:
        driver = manager.acquire()
        await write(driver)
        assert await read(driver) == ["Rocannon's World", "The Dispossessed"]
        assert await titles(driver, ["Le Guin", "Nobody"]) == [2, 0]
        assert await handle_request(manager, "Le Guin") == {"Le Guin": 2}


asyncio.run(main())
