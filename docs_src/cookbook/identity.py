"""Recipes: keys, duplicates and one object per node."""

from runic.migrate import SchemaManager
from runic.ogm import DuplicateKeyError, Node, Property, Session, create_driver, prop, select


class City(Node, labels=["City"]):
    id: Property[str] = prop(primary_key=True)
    name: Property[str] = prop(default="")


driver = create_driver("falkordb", path="cities.db", graph="cities")

# region identity
with Session(driver) as session:
    session.add(City(id="bern", name="Bern"))

with Session(driver) as session:
    bern = session.get_one(City, "bern")
    assert session.scalar(select(City).where(City.name == "Bern")) is bern  # one object per node and session
    with Session(driver) as other:
        other.get_one(City, "bern").name = "Berne"
    assert session.scalar(select(City).where(City.id == "bern")) is bern
    print(bern.name)  # Bern: what is loaded stays until it is refreshed or expired
    session.refresh(bern)
    print(bern.name)  # Berne
    # endregion identity
    assert bern.name == "Berne"

# region race
with Session(driver) as session:
    # Written past runic, or by two sessions at once: without a constraint nothing stops it.
    session.execute("CREATE (:City {id: 'bern'})", write=True)
    try:
        session.scalars(select(City))
    except DuplicateKeyError as error:
        print(error)  # names both nodes
    # endregion race
    session.execute("MATCH (c:City) WHERE c.name IS NULL DELETE c", write=True)


# region constraint
class Town(Node, labels=["Town"]):
    id: Property[str] = prop(primary_key=True, unique=True)


SchemaManager(driver).sync_schema([City, Town])  # now the database refuses a second town with the same id
# endregion constraint


# region merge
with Session(driver) as session:
    town = session.merge(Town(id="thun"))  # updates the stored one, or creates it
    session.merge(Town(id="thun"))
    session.commit()
    print(session.count(select(Town)))  # 1
    # endregion merge
    assert session.count(select(Town)) == 1
    assert town in session


# region generated
class Visit(Node, labels=["Visit"]):
    id: Property[int] = prop(generated=True)
    city: Property[str]


with Session(driver) as session:
    first = Visit(city="bern")
    session.add(first)
    session.flush()  # now first.id is known
    number = first.id
    session.delete(first)
    session.commit()
    second = Visit(city="thun")
    session.add(second)
    session.commit()
    print(second.id == number)  # True: FalkorDB gives the number of a deleted node to the next one
    # endregion generated
    assert second.id == number

driver.close()
