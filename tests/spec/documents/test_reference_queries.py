"""The blocks of the API reference about queries."""

from datetime import datetime

import pytest

from runic.migrate import SchemaManager
from runic.orm import Field, GraphDriver, Node, Session, Vector, avg, count, sum_
from tests.spec.documents.reference_models import Document, Movie, Order, Person, Place, Post, Rated, User


def store(driver: GraphDriver, *entities: object) -> None:
    with Session(driver) as session:
        session.add_all(entities)


@pytest.fixture
def people(driver: GraphDriver) -> None:
    """Store three users: alice follows bob and carol, rates one film well and one badly, and wrote a post."""
    with Session(driver) as session:
        alice, bob, carol = User(id="alice", name="Alice", age=30), User(id="bob", name="Bob", age=10), User(id="carol")
        films = Movie(id="m1", title="Alien"), Movie(id="m2", title="Alien 3")
        post = Post(id="p1")
        session.add_all([alice, bob, carol, *films, post])
        alice.friends, alice.posts = [bob, carol], [post]
        for film, score in zip(films, (9.5, 3.0), strict=True):
            session.relate(alice, User.rated, film, edge=Rated(score=score))


def test_select(people: None, session: Session) -> None:
    min_age = 18
    # block reference/select
    from runic.orm import select

    stmt = select(User).where(User.active == True)
    if min_age > 0:
        stmt = stmt.where(User.age >= min_age)

    users: list[User] = session.scalars(stmt)
    user: User | None = session.scalar(stmt)
    n: int = session.count(stmt)
    # end
    assert ([user.id for user in users], user.id, n) == (["alice"], "alice", 1)


def test_builder(people: None, session: Session) -> None:
    # block reference/builder
    q = session.query(User)
    # end
    assert len(q.all()) == 3
    # block reference/builder-chain
    users = session.query(User).where(User.active == True).limit(10).all()
    # end
    assert len(users) == 3
    q = (
        # block reference/alias
        session.query(User).alias("u").where(User.active == True, on="u")
        # end
    )
    assert q.build()[0] == "MATCH (u:User)\nWHERE u.active = $p0\nRETURN u"


def test_where(people: None, session: Session) -> None:
    expressions = (
        # block reference/where
        User.name == "Alice",
        (User.age > 18) & (User.active == True),
        # end
    )
    assert [[user.id for user in session.query(User).where(e).all()] for e in expressions] == [["alice"], ["alice"]]
    q = session.query(User).alias("u").traverse(User.rated, edge_alias="r", optional=False).alias("m")
    q = (q
        # block reference/where-on
        .where(Rated.score > 4.0, on="r")
        # end
    )
    assert [movie.title for movie in q.all()] == ["Alien"]
    q = (session.query(User)
        # block reference/where-or
        .where((User.role == "admin") | (User.role == "mod"))
        # end
    )
    assert q.count() == 0


@pytest.mark.spec(463)
def test_traverse(people: None, session: Session) -> None:
    # block reference/traverse
    # Basic traversal
    q = session.query(User).alias("u")
    q = q.traverse(User.friends).alias("f")
    # end
    assert sorted(user.id for user in q.where(User.id == "alice", on="u").all()) == ["bob", "carol"]
    # block reference/traverse-edge

    # Traversal with edge properties
    q = session.query(User).alias("u")
    q = q.traverse(User.rated, edge_alias="r").alias("m")
    q = q.where(Rated.score >= 4.0, on="r")
    # end
    assert [movie.title for movie in q.all() if movie] == ["Alien"]


@pytest.mark.spec(463, 464)
def test_repeat(driver: GraphDriver, session: Session) -> None:
    with Session(driver) as writer:
        line = [Person(id=f"p{n}", email=f"p{n}@example.com") for n in range(8)]
        a, b, c = Place(id="a"), Place(id="b"), Place(id="c")
        writer.add_all([*line, a, b, c])
        a.connected_to, b.connected_to = [b], [c]
        for child, parent in zip(line, line[1:]):
            child.parent = parent
    start_id, Node = "p0", Place
    # block reference/repeat
    # All ancestors up to depth 5
    ancestors = (
        session.query(Person)
        .alias("p")
        .where(Person.id == start_id)
        .repeat(Person.parent, min_hops=1, max_hops=5)
        .alias("anc")
        .all()
    )

    # All reachable nodes (unbounded)
    reachable = (
        session.query(Node)
        .alias("s")
        .repeat(Node.connected_to)
        .alias("t")
        .all()
    )
    # end
    assert [person.id for person in ancestors] == ["p1", "p2", "p3", "p4", "p5"]
    assert sorted(place.id for place in reachable) == ["b", "c", "c"]


@pytest.mark.spec(463)
def test_with(people: None, session: Session) -> None:
    found = (
        # block reference/with
        (
            session.query(User)
            .alias("u")
            .where(User.active == True)
            .with_("u")                   # WITH u
            .traverse(User.posts)
            .alias("p")
            .return_target("p")
            .all()
        )
        # end
    )
    assert [post.id for post in found if post] == ["p1"]


@pytest.mark.spec(463)
def test_order_by(session: Session) -> None:
    q = session.query(User)
    # block reference/order-by
    q.order_by(User.age)                    # ORDER BY n.age ASC
    q.order_by(User.created_at, desc=True)  # ORDER BY n.created_at DESC
    # end
    by_age, by_date = q.order_by(User.age), q.order_by(User.created_at, desc=True)
    q = session.fulltext_search(Post, query="graph")
    by_score = (
        # block reference/order-by-text
        q.order_by("score ASC")               # raw string
        # end
    )
    assert by_age.build()[0].endswith("ORDER BY n.age")
    assert by_date.build()[0].endswith("ORDER BY n.created_at DESC")
    assert by_score.build()[0].endswith("ORDER BY score")


@pytest.mark.spec(463)
def test_return(people: None, session: Session) -> None:
    q = session.query(User).alias("u").traverse(User.friends, optional=False).alias("f")
    q = q.traverse(User.posts).alias("p")
    found = (
        # block reference/return-target
        q.return_target("f")   # returns f-nodes as list[FriendType]
        # end
    )
    assert sorted(user.id for user in found.all()) == ["bob", "carol"]
    q = session.query(User).alias("u").traverse(User.rated, edge_alias="r", optional=False).alias("m")
    rows = (
        # block reference/return-nodes
        q.return_nodes("u", "m").return_edge("r").all_with_edges()
        # end
    )
    assert sorted((user.id, edge.score, movie.title) for user, edge, movie in rows) == [
        ("alice", 3.0, "Alien 3"), ("alice", 9.5, "Alien"),
    ]


@pytest.mark.spec(463)
def test_project(people: None, session: Session) -> None:
    # block reference/project
    # Scalar list
    names = session.query(User).project(User.name).scalars()

    # Dict list
    rows = session.query(User).project(User.name, User.age).all_rows()
    # end
    assert sorted(names) == ["", "Alice", "Bob"]
    assert {"n.name": "Alice", "n.age": 30} in rows


@pytest.mark.spec(463)
def test_aggregate(people: None, session: Session) -> None:
    import runic.ogm

    q, count = session.query(User).alias("u"), runic.ogm.count
    grouped = (q
        # block reference/group-by
        .aggregate(count("*").as_("friend_count"), group_by="u")
        # end
    )
    assert grouped.build()[0] == "MATCH (u:User)\nRETURN u, count(*) AS friend_count"
    # block reference/aggregate
    from runic.orm.query import count, avg

    result = (
        session.query(User)
        .alias("u")
        .traverse(User.friends)
        .aggregate(count("*").as_("friend_count"), group_by="u")
        .all_rows()             # list[dict] with {"u": ..., "friend_count": int}
    )

    avg_age = (
        session.query(User).aggregate(avg(User.age).as_("average_age")).scalar()
    )
    # end
    # An optional hop counts its row also for who has no friends.
    assert {row["u"].id: row["friend_count"] for row in result} == {"alice": 2, "bob": 1, "carol": 1}
    assert avg_age == pytest.approx(40 / 3)


def test_build(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    # block reference/build
    cypher, params = session.query(User).where(User.active == True).build()
    print(cypher)
    # MATCH (n:User)
    # WHERE n.active = $p0
    # RETURN n
    # end
    assert capsys.readouterr().out == "MATCH (n:User)\nWHERE n.active = $p0\nRETURN n\n"
    assert params == {"p0": True}


def test_all_with_edges(people: None, session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.delete(session.get(Movie, "m2"))
    session.delete(session.get(User, "bob"))
    session.delete(session.get(User, "carol"))
    session.commit()
    # block reference/all-with-edges
    rows = (
        session.query(User)
        .alias("u")
        .traverse(User.rated, edge_alias="r")
        .alias("m")
        .return_nodes("u", "m")
        .return_edge("r")
        .all_with_edges()
    )
    for user, rated_edge, movie in rows:
        print(f"{user.name} rated {movie.title} with {rated_edge.score}")
    # end
    assert capsys.readouterr().out == "Alice rated Alien with 9.5\n"


def test_all_rows(people: None, session: Session) -> None:
    q = session.query(User).alias("u").traverse(User.friends, optional=False)
    # block reference/all-rows
    rows = q.aggregate(count("*").as_("n"), group_by="u").all_rows()
    # [{"u": <User>, "n": 5}, ...]
    # end
    assert rows == [{"u": session.get(User, "alice"), "n": 2}]


# ---- search


def test_fulltext_search(driver: GraphDriver, session: Session) -> None:
    SchemaManager(driver).sync_schema([Post])
    store(driver, Post(id="p1", title="On graph databases"), Post(id="p2", title="Graph databases", published=False))
    # block reference/fulltext-search
    posts = (
        session.fulltext_search(Post, query="graph databases")
        .where(Post.published == True)
        .limit(10)
        .all()
    )
    # end
    assert [post.id for post in posts] == ["p1"]


def test_fulltext_builder(driver: GraphDriver, session: Session) -> None:
    def fill(Post: type) -> None:
        SchemaManager(driver).sync_schema([Post])
        title = "Graph databases"
        store(driver, *[Post(id=f"p{n}", title=title, created_at=datetime(2026, 1, n)) for n in (1, 3, 2)])

    # block reference/fulltext-model
    class Post(Node, labels=["Post"]):
        title: str = Field(index_type="FULLTEXT")
        # end
        id: str
        published: bool = True
        created_at: datetime

    fill(Post)
    # block reference/fulltext-builder
    posts = (
        session.fulltext_search(Post, query="graph databases", fields=["title"])
        .where(Post.published == True)
        .order_by(Post.created_at, desc=True)
        .limit(20)
        .all()
    )
    # end
    assert [post.id for post in posts] == ["p3", "p2", "p1"]
    stmt = session.fulltext_search(Post, query="graph databases").where(Post.published == True)
    # The page shows these lines; `score` is what a search may be ordered by.
    assert stmt.order_by(Post.created_at, desc=True).limit(20).build()[0].splitlines() == [
        "CALL db.idx.fulltext.queryNodes('Post', $__fts_query) YIELD node AS n, score",
        "WHERE n.published = $p0",
        "RETURN n",
        "ORDER BY n.created_at DESC",
        "LIMIT 20",
    ]


def test_vector_search(driver: GraphDriver, session: Session) -> None:
    SchemaManager(driver).sync_schema([Document])
    near, far = Vector([0.1, 0.2, 0.3]), Vector([-0.3, 0.2, 0.1])
    store(driver, Document(id="d1", embedding=near), Document(id="d2", embedding=far),
          Document(id="d3", embedding=near, active=False))
    my_vec = [0.1, 0.2, 0.3]
    # block reference/vector-search
    similar = (
        session.vector_search(
            Document, field=Document.embedding, vector=my_vec, k=5
        )
        .where(Document.active == True)
        .all()
    )
    # end
    assert [document.id for document in similar] == ["d1", "d2"]


def test_vector_builder(driver: GraphDriver, session: Session) -> None:
    # block reference/vector-model
    class Document(Node, labels=["Document"]):
        embedding: Vector = Field(index_type="VECTOR")
        # end
        id: str
        active: bool = True

    session.execute("CREATE VECTOR INDEX FOR (d:Document) ON (d.embedding) "
                    "OPTIONS {dimension: 3, similarityFunction: 'cosine'}", write=True)
    store(driver, Document(id="d1", embedding=Vector([0.1, 0.2, 0.3])))
    # block reference/vector-builder
    similar = (
        session.vector_search(
            Document,
            field=Document.embedding,
            vector=[0.1, 0.2, 0.3],
            k=10,
        )
        .where(Document.active == True)
        .all()
    )
    # end
    assert [document.id for document in similar] == ["d1"]


# ---- expressions


def test_expressions(people: None, session: Session) -> None:
    q = session.query(User)
    both = (
        # block reference/expr
        q.where((User.age > 18) & (User.active == True))
        # end
    )
    compound = (
        # block reference/compound
        (User.age > 18) & (User.active == True)
        # → CompoundExpr(op="AND", operands=[FilterExpr(...), FilterExpr(...)])
        # end
    )
    negated = (
        # block reference/negated
        ~(User.banned == True)
        # → NegatedExpr(operand=FilterExpr(...))
        # end
    )
    assert [user.id for user in both.all()] == ["alice"]
    assert (compound.op, [type(operand).__name__ for operand in compound.operands]) == ("AND", ["FilterExpr"] * 2)
    assert (type(negated).__name__, type(negated.operand).__name__) == ("NegatedExpr", "FilterExpr")
    assert q.where(negated).count() == 3


def test_aggregates(people: None, driver: GraphDriver, session: Session) -> None:
    store(driver, Order(id="o1", amount=10), Order(id="o2", amount=20))
    q = session.query(User)
    # block reference/count
    q.aggregate(count())                           # count(*)
    q.aggregate(count(User.name, distinct=True))   # count(DISTINCT n.name)
    # end
    statements = (
        q.aggregate(count()),
        q.aggregate(count(User.name, distinct=True)),
        # block reference/avg
        q.aggregate(avg(User.age).as_("average_age"))
        # end
    )
    assert [statement.build()[0].partition("RETURN ")[2] for statement in statements] == [
        "count(*)", "count(DISTINCT n.name)", "avg(n.age) AS average_age",
    ]
    assert [statement.scalar() for statement in statements] == [3, 3, pytest.approx(40 / 3)]
    q = session.query(Order)
    total = (
        # block reference/sum
        q.aggregate(sum_(Order.amount).as_("total"))
        # end
    )
    assert total.all_rows() == [{"total": 30}]
