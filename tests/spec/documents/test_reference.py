"""The blocks of the API reference, but for those about queries; the page calls the package ``runic.orm``.

Not here, as their databases are not: ``create_driver`` for ArcadeDB, Neo4j, Memgraph and AGE, ``create_age_driver``,
and the line ``create_adapter("neo4j", …)`` of the two blocks about indexes.
"""

from collections.abc import Iterator

import pytest

from runic import migrate
from runic.orm import AsyncRepository, AsyncSession, GeoLocation, GraphDriver, Repository, Session, Vector, select
from runic.orm import Edge, Field, Node, Relation
from tests.servers import FalkorDBServer
from tests.spec.documents.reference_models import Document, KnowsEdge, Person, Post, Trip, User


def store(driver: GraphDriver, *entities: object) -> None:
    with Session(driver) as session:
        session.add_all(entities)


@pytest.fixture
def graph() -> Iterator[object]:
    """Return the client's own handle, which sessions take too."""
    from falkordb import FalkorDB

    yield FalkorDB(host="localhost", port=6379).select_graph("app")


def test_node(session: Session) -> None:
    class Location(Node, labels=["Location"]):
        id: str

    # block reference/node
    class Country(
        Location, labels=["Location", "Country"], primary_label="Location"
    ):
        iso_code: str = Field(unique=True)
    # end
    session.add(Country(id="ch", iso_code="CH"))
    session.commit()
    session.expunge_all()
    assert type(session.get(Location, "ch")) is Country


def test_edge(session: Session) -> None:
    # block reference/edge
    class InvitationEdge(Edge, type="INVITED_TO"):
        role: str = Field(required=True)
    # end
    with pytest.raises(TypeError, match="role"):
        InvitationEdge()

    class Trip(Node, labels=["Trip"]):
        id: str
        guests: list["Trip"] = Relation(
            relationship="INVITED_TO", direction="OUTGOING", target="Trip", edge_model=InvitationEdge
        )

    one, two = Trip(id="t1"), Trip(id="t2")
    session.add_all([one, two])
    session.relate(one, Trip.guests, two, edge=InvitationEdge(role="guest"))
    assert session.execute("MATCH ()-[r:INVITED_TO]->() RETURN r.role").rows == [["guest"]]


@pytest.mark.spec(76)
def test_field(session: Session) -> None:
    # block reference/field
    class Person(Node, labels=["Person"]):
        id: str = Field(primary_key=True)
        name: str = Field()
        age: int | None = Field(default=None)
        country: str = Field(interned=True)
        email: str = Field(index=True, unique=True)
    # end
    session.add(Person(id="p1", name="Alice", country="Chile", email="a@example.com"))
    session.commit()
    session.expunge_all()
    found = session.get(Person, "p1")
    assert (found.name, found.age, found.country, found.email) == ("Alice", None, "Chile", "a@example.com")


def test_relation(session: Session) -> None:
    class Company(Node, labels=["Company"]):
        id: str

    # block reference/relation
    class Person(Node, labels=["Person"]):
        id: str = Field()
        company: Company | None = Relation(
            relationship="WORKS_FOR",
            direction="OUTGOING",
            target="Company",
        )
        friends: list["Person"] = Relation(
            relationship="KNOWS",
            direction="OUTGOING",
            target="Person",
        )
    # end
    acme, bob, alice = Company(id="acme"), Person(id="bob"), Person(id="alice")
    session.add_all([acme, bob, alice])
    alice.company, alice.friends = acme, [bob]
    session.commit()
    session.expunge_all()
    alice = session.get(Person, "alice")
    assert (alice.company.id, [friend.id for friend in alice.friends]) == ("acme", ["bob"])


def test_field_descriptor(driver: GraphDriver, session: Session) -> None:
    store(driver, User(id="u1", name="Alice", age=30, bio="likes graphs"), User(id="u2", name="Bob", age=10))
    statements = (
        # block reference/descriptor
        session.query(User).where(User.name == "Alice"),
        session.query(User).where(User.age > 18),
        session.query(User).where(User.bio.contains("graph")),
        session.query(User).where(User.deleted_at.is_null()),
        # end
    )
    found = [sorted(user.id for user in statement.all()) for statement in statements]
    assert found == [["u1"], ["u1"], ["u1"], ["u1", "u2"]]


def test_vector(session: Session) -> None:
    # block reference/vector
    class Article(Node, labels=["Article"]):
        id: str = Field(primary_key=True)
        embedding: Vector = Field(index=True, index_type="VECTOR")
    # end
    session.add(Article(id="a1", embedding=Vector([0.5, 0.25])))
    session.commit()
    session.expunge_all()
    assert session.get(Article, "a1").embedding == [0.5, 0.25]


def test_geo_location(session: Session) -> None:
    # block reference/geo-location
    class Store(Node, labels=["Store"]):
        id: str = Field(primary_key=True)
        location: GeoLocation = Field()
    # end
    session.add(Store(id="s1", location=GeoLocation(46.5, 7.25)))
    session.commit()
    session.expunge_all()
    assert session.get(Store, "s1").location == GeoLocation(46.5, 7.25)


def test_create_driver() -> None:
    from runic.orm.driver.factory import create_driver

    # block reference/create-driver
    driver = create_driver(
        "falkordb", host="localhost", port=6379, graph="my_graph"
    )
    # end
    assert driver.execute("RETURN 1").rows == [[1]]
    driver.close()


@pytest.mark.spec(391, 392, 394)
def test_create_driver_of_other_databases() -> None:
    from runic.orm.driver.bolt import BoltDriver
    from runic.orm.driver.factory import create_driver

    drivers = []
    # block reference/create-driver-arcadedb
    driver = create_driver(
        "arcadedb",
        host="localhost",
        port=7687,
        database="MyDB",
        username="root",
        password="secret",
    )
    # end
    drivers.append(driver)
    # block reference/create-driver-neo4j
    driver = create_driver(
        "neo4j",
        host="localhost",
        port=7687,
        database="neo4j",
        username="neo4j",
        password="secret",
        encrypted=True,
    )
    # end
    drivers.append(driver)
    # block reference/create-driver-memgraph
    driver = create_driver(
        "memgraph",
        host="localhost",
        port=7687,
        database="memgraph",
        username="",
        password="",
    )
    # end
    drivers.append(driver)
    assert [(d.database, d.encrypted) for d in drivers] == [("MyDB", False), ("neo4j", True), ("memgraph", False)]
    for driver in drivers:
        assert isinstance(driver, BoltDriver)
        assert driver.uri == "bolt://localhost:7687"
        driver.close()


# ---- sessions and repositories


def test_session_query(driver: GraphDriver, session: Session) -> None:
    store(driver, *[User(id=f"u{n}", name=f"Name {9 - n}", active=n < 3) for n in range(5)])
    # block reference/session-query
    users = (
        session.query(User)
        .where(User.active == True)
        .order_by(User.name)
        .limit(20)
        .all()
    )
    # end
    assert [user.id for user in users] == ["u2", "u1", "u0"]


async def test_async_session(graph: object, driver: GraphDriver, server: FalkorDBServer) -> None:
    class Person(Node, labels=["Person"]):
        id: str
        email: str = ""

    store(driver, Person(id="alice-id"))
    # block reference/async-session
    async with AsyncSession(graph) as session:
        alice = await session.get(Person, "alice-id")
        alice.email = "new@example.com"
        await session.commit()
    # end
    assert server.query("app", "MATCH (p:Person) RETURN p.email") == [["new@example.com"]]


@pytest.mark.spec(281)
async def test_async_session_query(graph: object, driver: GraphDriver) -> None:
    store(driver, User(id="u1"), User(id="u2", active=False))
    # block reference/async-session-query
    async with AsyncSession(graph) as session:
        users = await (
            session.query(User).where(User.active == True).limit(20).all()
        )
    # end
    assert [user.id for user in users] == ["u1"]
    # block reference/async-query-builder
    async with AsyncSession(graph) as session:
        users = await (
            session.query(User)
            .where(User.active == True)
            .order_by(User.name)
            .limit(50)
            .all()
        )
    # end
    assert [user.id for user in users] == ["u1"]


@pytest.mark.spec(258, 259)
def test_repository(graph: object, driver: GraphDriver) -> None:
    class Person(Node, labels=["Person"]):
        id: str

    store(driver, *[Person(id=f"p{n}") for n in range(30)])
    # block reference/repository
    with Session(graph) as session:
        repo = Repository(session, Person)
        all_people = repo.find_all()
        page = repo.find_all(skip=0, limit=25)
    # end
    assert len(all_people) == 30
    assert len(page) == 25


@pytest.mark.spec(265)
def test_repository_query(driver: GraphDriver, session: Session) -> None:
    store(driver, User(id="u1"), User(id="u2", active=False))
    # block reference/repository-query
    repo = Repository(session, User)

    # Preferred (select + session execution):
    users = session.scalars(select(User).where(User.active == True))
    # end
    assert [user.id for user in users] == ["u1"]
    # block reference/repository-query-bound

    # Also available via repo (bound builder):
    users = repo.query().where(User.active == True).all()
    # end
    assert [user.id for user in users] == ["u1"]


@pytest.mark.spec(278, 279)
async def test_async_repository(graph: object, driver: GraphDriver) -> None:
    store(driver, Trip(id="t1"))
    # block reference/async-repository
    async with AsyncSession(graph) as session:
        repo = AsyncRepository(session, Trip)
        trips = await repo.find_all()
    # end
    assert [trip.id for trip in trips] == ["t1"]


async def test_async_repository_query(graph: object, driver: GraphDriver) -> None:
    store(driver, User(id="u1"), User(id="u2", active=False))
    async with AsyncSession(graph) as session:
        # block reference/async-repository-query
        repo = AsyncRepository(session, User)
        users = await repo.query().where(User.active == True).all()
        # end
        assert [user.id for user in users] == ["u1"]


# ---- schema


@pytest.mark.spec(465)
def test_index_manager(server: FalkorDBServer, driver: GraphDriver) -> None:
    adapter = migrate.create_adapter("falkordb", host="localhost", port=6379, graph="app")
    # block reference/index-manager
    from runic.migrate import IndexManager, create_adapter
    # end
    # block reference/index-manager-use
    manager = IndexManager(adapter)
    manager.create_indexes(Person)
    manager.ensure_indexes(Trip)
    # end
    labels = server.query("app", "CALL db.indexes() YIELD label, properties RETURN label, properties ORDER BY label")
    assert [(label, sorted(names)) for label, names in labels] == [
        ("Person", ["email", "id", "name"]), ("Trip", ["id", "status"]),
    ]


@pytest.mark.spec(465)
def test_schema_manager(driver: GraphDriver) -> None:
    adapter = migrate.create_adapter("falkordb", host="localhost", port=6379, graph="app")
    # block reference/schema-manager
    from runic.migrate import SchemaManager, create_adapter
    # end
    # block reference/schema-manager-use
    schema = SchemaManager(adapter)
    result = schema.validate_schema([Person, KnowsEdge])
    schema.sync_schema([Person, KnowsEdge])
    # end
    assert not result.is_valid
    assert {spec.label for spec in result.missing_indexes} == {"Person", "KNOWS"}
    assert schema.validate_schema([Person, KnowsEdge]).is_valid
