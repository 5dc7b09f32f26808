"""The blocks of the page on reading and writing data."""

import pytest

from runic.ogm import Edge, Field, GraphDriver, MetaData, Node, Relation, Session, create_async_driver
from runic.ogm import AsyncSession as Async
from tests.servers import FalkorDBServer

PAGE = MetaData()


class Company(Node, labels=["Company"], registry=PAGE):
    id: str = Field(primary_key=True)


class Person(Node, labels=["Person"], registry=PAGE):
    id: str = Field(primary_key=True)
    name: str = ""
    email: str = ""
    age: int = 0
    active: bool = True
    company: Company | None = Relation(relationship="WORKS_FOR", direction="OUTGOING", target="Company")
    knows: list["Person"] = Relation(relationship="KNOWS", direction="OUTGOING", target="Person")


class Article(Node, labels=["Article"], registry=PAGE):
    id: str = Field(primary_key=True)
    title: str = ""


class User(Node, labels=["User"], registry=PAGE):
    id: str = Field(primary_key=True)
    articles: list[Article] = Relation(relationship="AUTHORED", direction="OUTGOING", target="Article")


def store(driver: GraphDriver, *entities: object) -> None:
    with Session(driver) as session:
        session.add_all(entities)


@pytest.mark.spec(454)
def test_opening() -> None:
    # block session/opening
    from runic.ogm import Session, create_driver

    # FalkorDB
    driver = create_driver("falkordb", host="localhost", port=6379, graph="myapp")
    with Session(driver) as session:
        ...   # commit on success, rollback on exception
        # end
        session.add(Person(id="alice"))
    with pytest.raises(LookupError), Session(driver) as session:
        session.add(Person(id="bob"))
        raise LookupError
    with Session(driver) as session:
        assert session.get(Person, "alice") is not None
        assert session.get(Person, "bob") is None
    driver.close()


@pytest.mark.spec(454)
def test_opening_over_bolt() -> None:
    from runic.ogm import Session, create_driver

    # block session/opening-arcadedb
    # ArcadeDB (via Bolt)
    driver = create_driver(
        "arcadedb",
        host="localhost", port=7687, database="mydb",
        username="root", password="playwithdata",
    )
    with Session(driver) as session:
        ...
    # end
    # A session that sends nothing asks for no server.
    assert (driver.uri, driver.database) == ("bolt://localhost:7687", "mydb")
    driver.close()


@pytest.mark.spec(454)
def test_mutations(driver: GraphDriver, server: FalkorDBServer) -> None:
    entity, e1, e2 = Person(id="p0"), Person(id="p1"), Person(id="p2")
    # block session/mutations
    from runic.ogm import Session

    with Session(driver) as session:
        # add: transient → pending; CREATE on flush
        session.add(entity)
        session.add_all([e1, e2])

        # update: set any field → _dirty = True; MERGE SET on flush
        entity.name = "New Name"
        # end
        session.flush()
        assert server.query("app", "MATCH (p:Person) RETURN p.id, p.name ORDER BY p.id") == [
            ["p0", "New Name"], ["p1", ""], ["p2", ""],
        ]
        entity.name = "Newer Name"
        assert entity._dirty
        # block session/mutations-delete

        # delete: persistent → deleted; DETACH DELETE on flush
        session.delete(entity)

        session.commit()    # flush + clear pending/deleted sets
        # end
        assert (session.new, session.deleted) == ([], [])
    assert server.query("app", "MATCH (p:Person) RETURN p.id ORDER BY p.id") == [["p1"], ["p2"]]


@pytest.mark.spec(454)
def test_look_up(driver: GraphDriver, session: Session) -> None:
    store(driver, Person(id="alice"), Company(id="acme"))
    session.get(Person, "alice").company = session.get(Company, "acme")
    session.commit()
    session.expunge_all()
    # block session/look-up
    person = session.get(Person, "alice")
    person_with_rels = session.get(Person, "alice", fetch=["company"])
    # end
    assert person_with_rels is person
    assert "company" in vars(person)
    assert person.company.id == "acme"


@pytest.mark.spec(454)
def test_flush_and_commit(session: Session, server: FalkorDBServer) -> None:
    alice = Person(id="alice")
    session.add(alice)
    # block session/flush
    session.flush()     # execute writes; does not clear identity map
    session.commit()    # flush + clear pending/deleted sets
    # end
    assert session.get(Person, "alice") is alice
    assert server.query("app", "MATCH (p:Person) RETURN p.id") == [["alice"]]


@pytest.mark.spec(454)
def test_rollback(driver: GraphDriver, server: FalkorDBServer) -> None:
    # block session/rollback
    session = Session(driver)
    try:
        session.add(Person(id="bob", name="Bob", email="bob@example.com"))
        session.rollback()   # discard pending; nothing written to graph
    finally:
        session.close()
    # end
    assert server.query("app", "MATCH (p:Person) RETURN p.id") == []


@pytest.mark.spec(454)
def test_expire_and_refresh(driver: GraphDriver, session: Session, server: FalkorDBServer) -> None:
    store(driver, Person(id="alice", name="Alice"))
    entity = session.get(Person, "alice")
    # block session/expire
    session.expire(entity)   # clear cached attrs; reloaded on next access
    # end
    assert "name" not in vars(entity)
    server.query("app", "MATCH (p:Person) SET p.name = 'Bob'")
    assert entity.name == "Bob"
    server.query("app", "MATCH (p:Person) SET p.name = 'Carol'")
    # block session/refresh
    session.refresh(entity)  # immediate re-query from graph
    # end
    assert entity.name == "Carol"


@pytest.mark.spec(454)
def test_expunge(driver: GraphDriver, session: Session) -> None:
    store(driver, Person(id="alice"), Person(id="bob"))
    entity, other = session.get(Person, "alice"), session.get(Person, "bob")
    # block session/expunge
    session.expunge(entity)   # remove from session → detached; no DB action
    # end
    assert entity not in session
    assert other in session
    # block session/expunge-all
    session.expunge_all()
    # end
    assert other not in session
    assert session.get(Person, "alice") is not entity


@pytest.mark.spec(455)
async def test_execution_methods(driver: GraphDriver, session: Session, server: FalkorDBServer) -> None:
    store(driver, Person(id="alice", age=30), Person(id="bob", age=10), Person(id="carol", age=40, active=False))
    async_driver = create_async_driver("falkordb", host=server.host, port=server.port, graph="app")
    async_session = Async(async_driver)
    min_age = 18
    # block session/execution
    from runic.ogm import select

    stmt = select(Person).where(Person.active == True)
    if min_age > 0:
        stmt = stmt.where(Person.age >= min_age)

    # All five execution methods accept a QueryBuilder
    people: list[Person]  = session.scalars(stmt)
    person: Person | None = session.scalar(stmt)
    n:      int           = session.count(stmt)
    rows:   list[dict]    = session.all_rows(stmt)
    # end
    assert [person.id for person in people] == ["alice"]
    assert person is people[0]
    assert n == 1
    assert rows == [{"n": person}]
    # block session/execution-async

    # Async sessions accept the same stmt
    people = await async_session.scalars(stmt)
    # end
    assert [person.id for person in people] == ["alice"]
    await async_session.close()
    await async_driver.close()


@pytest.mark.spec(332, 456, 458)
def test_raw_cypher(driver: GraphDriver, session: Session, server: FalkorDBServer) -> None:
    store(driver, Person(id="alice"), Person(id="bob"))
    session.get(Person, "alice").knows = [session.get(Person, "bob")]
    session.commit()
    server.query("app", "CREATE (:Trip {status: 'draft'}), (:Trip {status: 'open'})")
    # block session/raw-cypher
    from runic.ogm import select

    # Prefer select() + session.scalars() for reads
    stmt = (
        select(Person)
        .where(Person.id == "alice")
        .alias("p")
        .traverse(Person.knows).alias("f")
    )
    friends: list[Person] = session.scalars(stmt)

    # Write mutations (SET, REMOVE, …) require session.execute(write=True)
    session.execute(
        "MATCH (t:Trip {status: $old}) SET t.status = $new",
        {"old": "draft", "new": "archived"},
        write=True,
    )
    # end
    assert [friend.id for friend in friends] == ["bob"]
    assert server.query("app", "MATCH (t:Trip) RETURN t.status ORDER BY t.status") == [["archived"], ["open"]]


def test_best_practice(driver: GraphDriver, server: FalkorDBServer) -> None:
    a, b, c = Person(id="a"), Person(id="b"), Person(id="c")
    # block session/best-practice
    with Session(driver) as session:
        session.add_all([a, b, c])
        session.commit()
    # end
    assert server.query("app", "MATCH (p:Person) RETURN count(p)") == [[3]]


def store_articles(driver: GraphDriver) -> None:
    with Session(driver) as session:
        users = [User(id="alice"), User(id="bob")]
        articles = [Article(id="a1", title="One"), Article(id="a2", title="Two")]
        session.add_all([*users, *articles])
        users[0].articles = articles


@pytest.mark.spec(457)
def test_n_plus_1(driver: GraphDriver, session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    from runic.ogm import select

    store_articles(driver)
    # block session/n-plus-1
    # BAD — one query for users, then one per user for articles
    for user in session.scalars(select(User)):
        print(len(user.articles))   # lazy load each iteration
    # end
    assert sorted(capsys.readouterr().out.split()) == ["0", "2"]
    session.expunge_all()
    # block session/n-plus-1-get
    # GOOD for a single entity
    user = session.get(User, "alice", fetch=["articles"])
    for article in user.articles:   # already loaded
        print(article.title)
    # end
    assert sorted(capsys.readouterr().out.split()) == ["One", "Two"]
    # block session/n-plus-1-traversal
    # GOOD for a collection — single round-trip
    from runic.ogm import select

    stmt = (
        select(User).alias("u")
        .traverse(User.articles, edge_alias="e").alias("a")
        .return_nodes("u", "a")
    )
    rows = session.all_with_edges(stmt)
    # end
    found = sorted((user.id, article and article.title) for user, article in rows)
    assert found == [("alice", "One"), ("alice", "Two"), ("bob", None)]


@pytest.mark.spec(400)
def test_connection_manager() -> None:
    from falkordb import FalkorDB

    graph = FalkorDB(host="localhost", port=6379).select_graph("app")
    # block session/connection-manager
    from runic.ogm import ConnectionManager

    manager = ConnectionManager(graph)
    with manager.session() as session:
        ...
        # end
        session.add(Person(id="alice"))
    with manager.session() as session:
        assert session.get(Person, "alice") is not None
    manager.acquire().close()
