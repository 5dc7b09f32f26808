"""The blocks of the page on async."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from runic.ogm import Field, LazyLoadError, MetaData, Node, Relation
from tests.servers import FalkorDBServer

PAGE = MetaData()


class Article(Node, labels=["Article"], registry=PAGE):
    id: str = Field(primary_key=True)
    title: str = ""
    published: bool = True
    published_at: datetime | None = None


class User(Node, labels=["User"], registry=PAGE):
    id: str = Field(primary_key=True)
    name: str = ""
    email: str = ""
    active: bool = True
    city: str = ""
    region: str = ""
    articles: list[Article] = Relation(relationship="AUTHORED", direction="OUTGOING", target="Article", cascade=True)


@pytest.fixture
async def driver(server: FalkorDBServer) -> AsyncIterator[object]:
    from runic.ogm import create_async_driver

    opened = create_async_driver("falkordb", host=server.host, port=server.port, graph="myapp")
    yield opened
    await opened.close()


async def store(driver: object, *entities: object) -> None:
    from runic.ogm import AsyncSession

    async with AsyncSession(driver) as session:
        session.add_all(entities)


@pytest.mark.spec(459)
def test_opening() -> None:
    # block async/opening
    import asyncio
    from falkordb import FalkorDB
    from runic.ogm import AsyncSession
    from runic.ogm.driver.falkordb import AsyncFalkorDBDriver

    async def main() -> None:
        db = FalkorDB(host="localhost", port=6379)
        graph = db.select_graph("myapp")
        driver = AsyncFalkorDBDriver(graph)

        async with AsyncSession(driver) as session:
            ...   # commit on success, rollback on exception
            # end
            assert await session.get(User, "alice") is None
            session.add(User(id="alice"))
        async with AsyncSession(driver) as session:
            assert await session.get(User, "alice") is not None
        await driver.close()

    # block async/opening-run
    asyncio.run(main())
    # end


@pytest.mark.spec(460)
async def test_no_lazy_loading(driver: object, capsys: pytest.CaptureFixture[str]) -> None:
    await store(driver, User(id="alice", articles=[Article(id="a1", title="One")]))
    from runic.ogm import AsyncSession

    # block async/lazy-load-error
    async with AsyncSession(driver) as session:
        # BAD — accessing .articles will raise LazyLoadError
        user = await session.get(User, "alice")
        # end
        with pytest.raises(LazyLoadError, match="articles"):
            # block async/lazy-load-error-line
            print(user.articles)   # LazyLoadError
            # end
        # block async/fetch

        # GOOD — eager-fetch with fetch=
        user = await session.get(User, "alice", fetch=["articles"])
        for article in user.articles:   # already loaded
            print(article.title)
        # end
        assert capsys.readouterr().out == "One\n"
        # block async/traversal

        # GOOD — traversal query for a collection
        from runic.ogm import select

        stmt = (
            select(User).where(User.id == "alice").alias("u")
            .traverse(User.articles).alias("a")
            .return_target()
        )
        articles = await session.scalars(stmt)
        # end
        assert articles == user.articles


async def test_crud(driver: object, server: FalkorDBServer) -> None:
    # block async/crud
    from runic.ogm import AsyncSession, select
    from runic.ogm.driver.falkordb import AsyncFalkorDBDriver

    async with AsyncSession(driver) as session:
        # Create
        session.add(User(id="alice", name="Alice", email="alice@example.com"))
        await session.commit()

        # Read — always use fetch= for related data
        user = await session.get(User, "alice", fetch=["articles"])

        # Update
        user.name = "Alice Smith"
        await session.commit()
        # end
        assert server.query("myapp", "MATCH (u:User) RETURN u.name, u.email") == [["Alice Smith", "alice@example.com"]]
        # block async/crud-delete

        # Delete
        session.delete(user)
        await session.commit()
    # end
    assert server.query("myapp", "MATCH (u:User) RETURN u.name") == []


async def test_querying(driver: object) -> None:
    await store(
        driver,
        Article(id="a1", published_at=datetime(2026, 1, 1)),
        Article(id="a2", published_at=datetime(2026, 1, 2)),
        Article(id="a3", published_at=datetime(2026, 1, 3), published=False),
    )
    from runic.ogm import AsyncSession

    async with AsyncSession(driver) as session:
        # block async/querying
        from runic.ogm import select

        stmt = (
            select(Article)
            .where(Article.published == True)
            .order_by(Article.published_at, desc=True)
            .limit(20)
        )
        articles = await session.scalars(stmt)
        total = await session.count(stmt)
        # end
        assert [article.id for article in articles] == ["a2", "a1"]
        assert total == 2


async def test_aggregation(driver: object) -> None:
    await store(driver, *[User(id=f"u{n}", city="Berlin" if n else "Paris") for n in range(4)])
    from runic.ogm import AsyncSession, select

    async with AsyncSession(driver) as session:
        # block async/aggregation
        from runic.ogm.query import count

        stmt = (
            select(User)
            .aggregate(count("*").as_("total"), group_by="n.city")
        )
        rows = await session.all_rows(stmt)
        # [{"n.city": "Berlin", "total": 3}, ...]
        # end
        expected = [{"n.city": "Berlin", "total": 3}, {"n.city": "Paris", "total": 1}]
        assert sorted(rows, key=lambda row: row["n.city"]) == expected


@pytest.mark.spec(280, 461)
async def test_repositories(driver: object) -> None:
    await store(driver, User(id="alice"))
    from runic.ogm import AsyncSession

    # block async/repositories
    from runic.ogm import AsyncRepository

    async with AsyncSession(driver) as session:
        repo = AsyncRepository(session, User)
        users = await repo.find_all(skip=0, limit=20)
        count = await repo.count()
        exists = await repo.exists("alice")
    # end
    assert [user.id for user in users] == ["alice"]
    assert count == 1
    assert exists is True


@pytest.mark.spec(283, 461)
async def test_custom_repositories(driver: object) -> None:
    people = [("u1", "Zoe", True, "north"), ("u2", "Ann", True, "north"), ("u3", "Bob", False, "north")]
    users = [User(id=id, name=name, active=active, region=region) for id, name, active, region in people]
    await store(driver, *users, User(id="u4", region="south"))
    from runic.ogm import AsyncRepository, AsyncSession

    # block async/custom-repositories
    class UserRepository(AsyncRepository[User]):
        async def active_in_region(self, region: str) -> list[User]:
            return await (
                self.query()
                .where((User.active == True) & (User.region == region))
                .order_by(User.name)
                .all()
            )
    # end
    async with AsyncSession(driver) as session:
        found = await UserRepository(session, User).active_in_region("north")
        assert [user.name for user in found] == ["Ann", "Zoe"]


@pytest.mark.spec(402)
async def test_connection_manager(server: FalkorDBServer) -> None:
    from falkordb.asyncio import FalkorDB

    async_graph_handle = FalkorDB(host=server.host, port=server.port).select_graph("myapp")
    # block async/connection-manager
    from runic.ogm import AsyncConnectionManager

    manager = AsyncConnectionManager(async_graph_handle)
    async with manager.session() as session:
        ...
        # end
        session.add(User(id="alice"))
    async with manager.session() as session:
        assert await session.get(User, "alice") is not None
    await manager.acquire().close()
