"""Recipes: how to reach a database."""

from pathlib import Path

from runic.ogm import Node, Property, Session, prop, select

Path("data").mkdir()

# region embedded
from runic.ogm import create_driver

driver = create_driver("falkordb", path="data/app.db", graph="app")
# endregion embedded


class Note(Node, labels=["Note"]):
    text: Property[str] = prop(primary_key=True)


# region sessions
with Session(driver) as session:
    session.add(Note(text="One driver for the program, one session for each piece of work"))

with Session(driver) as session:
    print(session.count(select(Note)))

driver.close()
# endregion sessions

assert Path("data/app.db").exists()

# region addresses
servers = [
    create_driver("falkordb", host="localhost", port=6379, graph="app"),
    create_driver("falkor://user:secret@db.example:6379/app"),
    create_driver("falkordb", unix_socket_path="/run/falkordb.sock", graph="app", timeout=5_000),
]
# endregion addresses
for server in servers:
    server.close()

# region unknown
from runic.ogm import InvalidArgumentError

try:
    create_driver("neo5j", host="localhost", database="neo4j", username="neo4j", password="secret")
except InvalidArgumentError as error:
    print(error)
# endregion unknown
