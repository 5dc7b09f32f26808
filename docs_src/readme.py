"""The first example of the README."""

from runic.ogm import Many, Node, Property, Session, create_driver, many, prop, select


class Tag(Node, labels=["Tag"]):
    name: Property[str] = prop(primary_key=True)


class Article(Node, labels=["Article"]):
    id: Property[str] = prop(primary_key=True)
    title: Property[str]
    views: Property[int] = prop(default=0)
    tags: Many[Tag] = many("TAGGED", cascade=True)


driver = create_driver("falkordb", path="blog.db", graph="blog")

with Session(driver) as session:
    if session.get(Article, "a1") is None:
        session.add(Article(id="a1", title="Graphs", views=12, tags=[Tag(name="db"), Tag(name="python")]))

with Session(driver) as session:
    popular = select(Article).where(Article.views > 10, Article.title.startswith("G"))
    for article in session.scalars(popular):
        article.views += 1
        print(article.title, [tag.name for tag in article.tags])
    print(session.scalars(select(Article).traverse(Article.tags).where(Tag.name == "db")))

driver.close()
