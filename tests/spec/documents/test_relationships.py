"""The blocks of the page on relationships."""

import pytest

from runic.ogm import AsyncSession, Field, GraphDriver, MetaData, Node, Relation, Repository, Session, create_async_driver
from tests.servers import FalkorDBServer

PAGE = MetaData()


# The page declares Company with a generated key and later gives it one by hand: here its key is assigned.
class Company(Node, labels=["Company"], registry=PAGE):
    id: str = Field(primary_key=True)
    name: str = ""


class Team(Node, labels=["Team"], registry=PAGE):
    id: str = Field(primary_key=True)
    name: str = ""
    members: list["Person"] = Relation(relationship="MEMBER_OF", direction="INCOMING", target="Person")


class Person(Node, labels=["Person"], registry=PAGE):
    id: str = Field(primary_key=True)
    name: str = ""
    company: Company | None = Relation(relationship="WORKS_FOR", direction="OUTGOING", target="Company")
    team: Team | None = Relation(relationship="MEMBER_OF", direction="OUTGOING", target="Team")
    contacts: list["Person"] = Relation(relationship="KNOWS", direction="BOTH", target="Person")

    def __str__(self) -> str:
        return self.name

    __repr__ = __str__


def store(driver: GraphDriver, *entities: object) -> None:
    with Session(driver) as session:
        session.add_all(entities)


@pytest.mark.spec(451)
def test_declaring(session: Session) -> None:
    # block relationships/declaring
    from runic.ogm import Field, Node, Relation

    class Company(Node, labels=["Company"]):
        id: str = Field(primary_key=True, generated=True)
        name: str = Field(index=True)

    class Person(Node, labels=["Person"]):
        id: str = Field(primary_key=True, generated=True)
        name: str = Field(index=True)

        # single outgoing relationship
        company: Company | None = Relation(
            relationship="WORKS_FOR",
            direction="OUTGOING",
            target="Company",
        )

        # collection
        reports: list["Person"] = Relation(
            relationship="MANAGES",
            direction="OUTGOING",
            target="Person",
        )
    # end
    boss, alice, acme = Person(name="Zoe"), Person(name="Alice"), Company(name="Acme")
    session.add_all([boss, alice, acme])
    boss.reports = [alice]
    alice.company = acme
    session.commit()
    assert isinstance(alice.id, str)
    key = boss.id
    session.expunge_all()
    found = session.get(Person, key)
    assert [(report.name, report.company.name) for report in found.reports] == [("Alice", "Acme")]
    with pytest.raises(TypeError, match="id"):
        Company(id="acme", name="Acme")


@pytest.mark.spec(449)
def test_both_sides(driver: GraphDriver, capsys: pytest.CaptureFixture[str]) -> None:
    # block relationships/both-sides
    from runic.ogm import Field, Node, Relation

    class Team(Node, labels=["Team"]):
        id: str = Field(primary_key=True)
        name: str = Field()

        # INCOMING: the same MEMBER_OF edges seen from the Team side
        members: list["Person"] = Relation(
            relationship="MEMBER_OF",
            direction="INCOMING",
            target="Person",
        )

    class Person(Node, labels=["Person"]):
        id: str = Field(primary_key=True)
        name: str = Field()

        # OUTGOING: the canonical source of truth for the edge direction
        team: Team | None = Relation(
            relationship="MEMBER_OF",
            direction="OUTGOING",
            target="Team",
        )
    # end
    store(driver, Person(id="alice", name="Alice"), Team(id="engineering", name="Engineering"))
    # block relationships/both-sides-use
    with Session(driver) as session:
        alice: Person | None = session.get(Person, "alice")
        eng: Team | None = session.get(Team, "engineering")
        assert alice is not None and eng is not None

        # Write via the Person side (OUTGOING)
        session.relate(alice, Person.team, eng)

    with Session(driver) as session:
        eng = session.get(Team, "engineering")
        assert eng is not None

        # Read back via the Team side (INCOMING mirror)
        members: list[Person] = eng.members
        print([m.name for m in members])  # ["Alice"]
    # end
    assert capsys.readouterr().out == "['Alice']\n"


def test_writing_from_the_other_side_is_the_same_edge(driver: GraphDriver, server: FalkorDBServer) -> None:
    """The page's key rule: both declarations describe one arrow."""
    store(driver, Person(id="alice"), Team(id="engineering"))
    with Session(driver) as session:
        alice, eng = session.get(Person, "alice"), session.get(Team, "engineering")
        session.relate(eng, Team.members, alice)
        session.relate(alice, Person.team, eng)
    assert server.query("app", "MATCH (p:Person)-[r:MEMBER_OF]->(:Team) RETURN count(r)") == [[1]]


@pytest.mark.spec(450)
def test_both_directions(driver: GraphDriver, capsys: pytest.CaptureFixture[str]) -> None:
    # block relationships/both
    class Person(Node, labels=["Person"]):
        id: str = Field(primary_key=True)
        name: str = Field()

        contacts: list["Person"] = Relation(
            relationship="KNOWS",
            direction="BOTH",
            target="Person",
        )
    # end
    Person.__repr__ = lambda person: person.id
    store(driver, Person(id="alice", name="Alice"), Person(id="bob", name="Bob"))
    # block relationships/both-use
    with Session(driver) as session:
        alice: Person | None = session.get(Person, "alice")
        bob: Person | None = session.get(Person, "bob")
        assert alice is not None and bob is not None
        session.relate(alice, Person.contacts, bob)

    with Session(driver) as session:
        alice = session.get(Person, "alice")
        bob = session.get(Person, "bob")
        assert alice is not None and bob is not None

        # Both sides see the edge
        print(alice.contacts)  # [bob]
        print(bob.contacts)    # [alice]
    # end
    assert capsys.readouterr().out == "[bob]\n[alice]\n"


def store_employee(driver: GraphDriver) -> None:
    store(driver, Company(id="acme", name="Acme"), Person(id="alice", name="Alice"))
    with Session(driver) as session:
        session.get(Person, "alice").company = session.get(Company, "acme")


def test_lazy_loading(driver: GraphDriver) -> None:
    store_employee(driver)
    # block relationships/lazy
    with Session(driver) as session:
        person: Person | None = session.get(Person, "alice")
        assert person is not None

        company: Company | None = person.company  # ← one OPTIONAL MATCH here
    # end
    assert company.name == "Acme"


def test_eager_loading(driver: GraphDriver, server: FalkorDBServer) -> None:
    store_employee(driver)
    # block relationships/eager
    with Session(driver) as session:
        # Single entity with relationship pre-loaded
        person: Person | None = session.get(Person, "alice", fetch=["company"])
        assert person is not None
        company: Company | None = person.company  # ← no extra query

    with Session(driver) as session:
        repo = Repository(session, Person)
        # Entire collection with relationships pre-loaded
        people: list[Person] = repo.find_all(fetch=["company"])
    # end
    assert company.name == "Acme"
    assert [person.company.name for person in people] == ["Acme"]  # the session is closed: nothing can load


def test_polymorphic_hierarchies(driver: GraphDriver, capsys: pytest.CaptureFixture[str]) -> None:
    # block relationships/hierarchy
    class Location(Node, labels=["Location"], primary_label="Location"):
        id: str = Field()
        title: str = Field()

    class Country(Location, labels=["Location", "Country"], primary_label="Location"):
        iso_code: str = Field(unique=True)

    class City(Location, labels=["Location", "City"], primary_label="Location"):
        population: int | None = Field(default=None)
    # end
    store(driver, Country(id="ch", title="Switzerland", iso_code="CH"), City(id="bern", title="Bern"))
    # block relationships/hierarchy-use
    with Session(driver) as session:
        repo = Repository(session, Location)
        all_locs: list[Location] = repo.find_all()
        # returns a mix of Country, City, etc. — each decoded to its concrete type
        for loc in all_locs:
            print(type(loc).__name__, loc.title)
    # end
    assert sorted(capsys.readouterr().out.splitlines()) == ["City Bern", "Country Switzerland"]


@pytest.mark.spec(452)
def test_mutating(driver: GraphDriver, server: FalkorDBServer) -> None:
    store(driver, Company(id="acme", name="Acme"), Person(id="alice", name="Alice"))
    # block relationships/mutating
    with Session(driver) as session:
        alice: Person | None = session.get(Person, "alice")
        company: Company | None = session.get(Company, "acme")
        assert alice is not None and company is not None

        # Create (or update) the relationship — MERGE semantics
        session.relate(alice, Person.company, company)
        # end
        assert server.query("app", "MATCH (:Person)-[r:WORKS_FOR]->(:Company) RETURN count(r)") == [[1]]
        assert alice.company is company
        # block relationships/mutating-remove

        # Remove the relationship
        session.unrelate(alice, Person.company, company)
    # end
    assert server.query("app", "MATCH (:Person)-[r:WORKS_FOR]->(:Company) RETURN count(r)") == [[0]]


async def test_mutating_async(driver: GraphDriver, server: FalkorDBServer) -> None:
    store(driver, Company(id="acme", name="Acme"), Person(id="alice", name="Alice"))
    driver = create_async_driver("falkordb", host=server.host, port=server.port, graph="app")
    # block relationships/mutating-async
    async with AsyncSession(driver) as session:
        alice = await session.get(Person, "alice")
        company = await session.get(Company, "acme")
        assert alice is not None and company is not None
        await session.relate(alice, Person.company, company)
    # end
    await driver.close()
    assert server.query("app", "MATCH (:Person)-[r:WORKS_FOR]->(:Company) RETURN count(r)") == [[1]]


@pytest.mark.spec(277, 335)
def test_edge_properties(driver: GraphDriver, server: FalkorDBServer) -> None:
    # block relationships/edge-properties
    from runic.ogm import Edge, Field, Node, Relation

    class InvitationEdge(Edge, type="INVITED_TO"):
        role: str = Field()
        status: str = Field()
        invited_at: str = Field()          # ISO-8601
        accepted_at: str | None = Field(default=None)

    class User(Node, labels=["User"]):
        id: str = Field()
        invited_trips: list["Trip"] = Relation(
            relationship="INVITED_TO",
            direction="OUTGOING",
            target="Trip",
            edge_model=InvitationEdge,
        )
    # end

    class Trip(Node, labels=["Trip"]):
        id: str = Field()

    store(driver, User(id="alice"), Trip(id="paris-2026"), Trip(id="rome-2027"))
    # block relationships/edge-properties-write
    with Session(driver) as session:
        user: User | None = session.get(User, "alice")
        trip: Trip | None = session.get(Trip, "paris-2026")
        assert user is not None and trip is not None

        # Create — or update if the edge already exists
        session.relate(
            user,
            User.invited_trips,
            trip,
            edge=InvitationEdge(
                role="owner",
                status="accepted",
                invited_at="2026-01-01T00:00:00",
            ),
        )
    # end
    stored = server.query("app", "MATCH (:User)-[r:INVITED_TO]->(:Trip) RETURN r.role, r.status, r.invited_at")
    assert stored == [["owner", "accepted", "2026-01-01T00:00:00"]]
    # block relationships/edge-repository
    from runic.ogm import Repository

    class UserRepository(Repository[User]):
        def get_invitation(self, user_id: str, trip_id: str) -> InvitationEdge | None:
            rows: list[tuple[User, InvitationEdge, Trip]] = (
                self.query()
                .where(User.id == user_id)
                .alias("u")
                .traverse(User.invited_trips, edge_alias="e", optional=False)
                .alias("t")
                .where(Trip.id == trip_id, on="t")
                .return_nodes("u", "t")
                .return_edge("e")
                .all_with_edges()
            )
            if not rows:
                return None
            _, edge, _ = rows[0]
            return edge
    # end
    session = Session(driver)
    repository = UserRepository(session, User)
    found = repository.get_invitation("alice", "paris-2026")
    assert isinstance(found, InvitationEdge)
    assert (found.role, found.accepted_at) == ("owner", None)
    assert repository.get_invitation("alice", "rome-2027") is None
    user_id, trip_id = "alice", "paris-2026"
    # block relationships/edge-select
    from runic.ogm import select

    stmt = (
        select(User)
        .where(User.id == user_id)
        .alias("u")
        .traverse(User.invited_trips, edge_alias="e", optional=False)
        .alias("t")
        .where(Trip.id == trip_id, on="t")
        .return_nodes("u", "t")
        .return_edge("e")
    )
    rows: list[tuple[User, InvitationEdge, Trip]] = session.all_with_edges(stmt)
    # end
    assert [(user.id, edge, trip.id) for user, edge, trip in rows] == [("alice", found, "paris-2026")]
    session.close()


@pytest.mark.spec(453)
def test_cascade(driver: GraphDriver, server: FalkorDBServer) -> None:
    class Company(Node, labels=["Company"]):
        id: str = Field(primary_key=True)
        name: str

    # block relationships/cascade
    class Person(Node, labels=["Person"]):
        id: str = Field()
        name: str = Field()
        company: Company | None = Relation(
            relationship="WORKS_FOR",
            direction="OUTGOING",
            target="Company",
            cascade=True,
        )

    with Session(driver) as session:
        company = Company(id="acme", name="Acme")
        person = Person(id="alice", name="Alice", company=company)
        session.add(person)          # also stages company via cascade
        session.commit()
        assert company.id is not None
    # end
    stored = server.query("app", "MATCH (p:Person)-[:WORKS_FOR]->(c:Company) RETURN p.name, c.name")
    assert stored == [["Alice", "Acme"]]


def test_cascade_with_a_generated_key(driver: GraphDriver) -> None:
    """As the page declares ``Company`` at its top, the last line of its last block means more."""

    class Company(Node, labels=["Company"]):
        id: str = Field(primary_key=True, generated=True)

    class Person(Node, labels=["Person"]):
        id: str = Field()
        company: Company | None = Relation(
            relationship="WORKS_FOR", direction="OUTGOING", target="Company", cascade=True
        )

    with Session(driver) as session:
        company = Company()
        session.add(Person(id="alice", company=company))
        assert company.id is None
        session.commit()
        assert company.id is not None
