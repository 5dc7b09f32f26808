"""Recipes: few statements, few objects."""

import logging

from runic.ogm import FalkorDBDriver, Many, Node, Property, Session, count, create_driver, many, prop, select


class Tag(Node, labels=["Tag"]):
    name: Property[str] = prop(primary_key=True)


class Post(Node, labels=["Post"]):
    id: Property[int] = prop(primary_key=True)
    title: Property[str]
    body: Property[str] = prop(default="")
    tags: Many[Tag] = many("TAGGED")


driver = create_driver("falkordb", path="blog.db", graph="blog")
logging.disable()  # the statements of this file are shown by a handler of its own below

# region write
from itertools import batched

with Session(driver) as session:
    tags = [Tag(name=f"tag {n}") for n in range(10)]
    session.add_all(tags)
    # A flush writes batches, one kind of object after the other: 3,000 posts are four statements.
    for numbers in batched(range(3_000), 1_000):
        posts = [Post(id=n, title=f"Post {n}") for n in numbers]
        session.add_all(posts)
        session.flush()
        session.relate_all(Post.tags, [(post, tags[post.id % 10]) for post in posts])
        for post in posts:
            session.expunge(post)  # a session compares what it holds at each flush
# endregion write

statements: list[str] = []


class Handler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        statements.append(record.getMessage())


logging.disable(logging.NOTSET)
logger = logging.getLogger("runic.ogm")
logger.addHandler(Handler())
logger.setLevel(logging.INFO)
logger.propagate = False

# region fetch
with Session(driver, log_cypher=True) as session:  # logs to "runic.ogm"
    recent = select(Post).order_by(Post.id, desc=True).limit(100)
    for post in session.scalars(recent.fetch(Post.tags)):  # two statements, however many posts
        assert post.tags
# endregion fetch
assert len(statements) == 2, statements

# region project
with Session(driver) as session:
    # Values instead of objects, where objects are not needed.
    titles = session.tuples(select(Post).where(Post.id < 3).project(Post.id, Post.title).order_by(Post.id))
    print(titles)  # [(0, 'Post 0'), (1, 'Post 1'), (2, 'Post 2')]
    # Aggregates instead of lengths of relations.
    per_tag = (
        select(Post)
        .traverse(Post.tags, optional=False)
        .alias("t")
        .aggregate(count("*").as_("posts"), group_by="t.name")
    )
    print(session.all_rows(per_tag.order_by("t.name").limit(1)))  # [{'t.name': 'tag 0', 'posts': 300}]
    # endregion project
    assert titles == [(0, "Post 0"), (1, "Post 1"), (2, "Post 2")]
    assert session.all_rows(per_tag.order_by("t.name").limit(1)) == [{"t.name": "tag 0", "posts": 300}]

# region stream
with Session(driver) as session:
    # Read in portions by key; the objects belong to no session and go as you go.
    total = sum(len(post.title) for post in session.stream(select(Post), batch=500))
# endregion stream
assert total > 20_000

# region seek
with Session(driver) as session:
    # Pages by key: the index leads to the first of them. skip(2_000) counts 2,000 first.
    last_seen = 1_999
    page = session.scalars(select(Post).where(Post.id > last_seen).order_by(Post.id).limit(20))
# endregion seek
assert [post.id for post in page] == list(range(2_000, 2_020))

# region bulk
with Session(driver) as session:
    # A change that needs no object stays in the database.
    session.execute("MATCH (p:Post) WHERE p.id < $n SET p.body = 'archived'", {"n": 1_000}, write=True)
# endregion bulk

# region explain
assert isinstance(driver, FalkorDBDriver)  # explaining is FalkorDB's own
cypher, params = select(Post).where(Post.id == 7).build()
print(driver.explain(cypher, params))  # without an index: a scan of the label, and a filter
# endregion explain
driver.close()
