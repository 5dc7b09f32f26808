"""Recipes: which errors to expect, and what to do about them."""

from runic.migrate import SchemaManager
from runic.ogm import Node, Property, Session, create_driver, prop


class User(Node, labels=["User"]):
    id: Property[str] = prop(primary_key=True)
    email: Property[str] = prop(unique=True)
    name: Property[str] = prop(default="")
    visits: Property[int] = prop(default=0)


driver = create_driver("falkordb", path="users.db", graph="users")
SchemaManager(driver).sync_schema([User])

with Session(driver) as session:
    session.add(User(id="u1", email="ann@example.com"))

# region duplicate
from runic.ogm import ConstraintViolationError, DuplicateKeyError


def register(id: str, email: str) -> str:
    with Session(driver) as session:
        session.add(User(id=id, email=email))
        try:
            session.commit()
        except DuplicateKeyError:
            session.rollback()
            return "this id is taken"
        except ConstraintViolationError:
            session.rollback()
            return "this e-mail address is taken"
    return "welcome"


# endregion duplicate
assert register("u1", "bob@example.com") == "this id is taken"
assert register("u2", "ann@example.com") == "this e-mail address is taken"
assert register("u3", "cleo@example.com") == "welcome"

# region stale
from runic.ogm import StaleEntityError

with Session(driver) as session:
    user = session.get_one(User, "u3")
    session.execute("MATCH (u:User {id: 'u3'}) DELETE u", write=True)  # somebody else, meanwhile
    user.name = "Cleo"
    try:
        session.commit()
    except StaleEntityError as error:
        print(error)
        session.rollback()
# endregion stale

# region validation
from runic.ogm import FieldValidationError

with Session(driver) as session:
    session.add(User(id="u4", email=" padded@example.com "))
    try:
        session.flush()
    except FieldValidationError as error:
        print(error)  # names the class, the key, the field and the value; nothing was sent
        session.rollback()
# endregion validation


# region retry
def visit(session: Session) -> str:
    user = session.get_one(User, "u1")
    user.visits += 1
    return user.email


email = driver.execute_write(visit)  # commits; after a conflict or a lost connection all of it is done again
visits = driver.execute_read(lambda session: session.get_one(User, "u1").visits, attempts=3, seconds=5)
# endregion retry
assert (email, visits) == ("ann@example.com", 1)

driver.close()
