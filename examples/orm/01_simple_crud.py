"""Create, read, update, delete: the life of objects in a session.

    python examples/orm/01_simple_crud.py

Written in the plain style.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from runic.ogm import DuplicateKeyError, Field, GraphDriver, Node, Session, StaleEntityError, create_driver, select


class Task(Node, labels=["Task"]):
    """Something to do."""

    id: str = Field(primary_key=True)
    text: str
    done: bool = False


def main(folder: Path) -> None:
    """Keep the driver for the whole program, and open a session for each piece of work."""
    with closing(create_driver("falkordb", path=folder / "tasks.db", graph="tasks")) as driver:
        create(driver)
        read(driver)
        update(driver)
        roll_back(driver)
        expire(driver)
        delete(driver)
        refused(driver)


def create(driver: GraphDriver) -> None:
    """add() stages; nothing is sent before flush() or commit()."""
    with Session(driver) as session:
        session.add(Task(id="t1", text="Buy milk"))
        session.add_all([Task(id="t2", text="Write a letter"), Task(id="t3", text="Call Ann")])
        print("Staged:", len(session.new), "and in the graph:", session.count(select(Task)))
        session.flush()  # writes, in one statement for the three
        print("Flushed:", len(session.new), "and in the graph:", session.count(select(Task)))
        # The end of the block commits; an exception in it would roll back.


def read(driver: GraphDriver) -> None:
    """Look up by key, or by a statement; within a session one node is one object."""
    with Session(driver) as session:
        task = session.get(Task, "t1")
        print("Found:", task)
        print("Not found:", session.get(Task, "t9"))
        print("The same object:", session.scalar(select(Task).where(Task.text == "Buy milk")) is task)


def update(driver: GraphDriver) -> None:
    """Assign to attributes; commit() finds what differs from what was loaded."""
    with Session(driver) as session:
        task = session.get_one(Task, "t1")
        task.done = True
        session.commit()
        task.done = True  # no change, no statement
        session.commit()
    with Session(driver) as session:
        # merge() updates the stored node with this key, or creates it.
        session.merge(Task(id="t2", text="Write two letters"))
        session.merge(Task(id="t4", text="Sleep"))
    with Session(driver) as session:
        tasks = session.scalars(select(Task).order_by(Task.id))
        print("Updated:", [(task.text, task.done) for task in tasks])


def roll_back(driver: GraphDriver) -> None:
    """Drop what is pending. FalkorDB has no transactions: what was flushed stays."""
    session = Session(driver)
    try:
        task = session.get_one(Task, "t1")
        task.text = "Buy wine"
        session.add(Task(id="t5", text="Never stored"))
        session.rollback()
        print("Rolled back:", task.text, "and", session.get(Task, "t5"))
    finally:
        session.close()


def expire(driver: GraphDriver) -> None:
    """See what others have written: a session keeps what it loaded until told otherwise."""
    with Session(driver) as session, Session(driver) as other:
        mine = session.get_one(Task, "t3")
        other.get_one(Task, "t3").text = "Call Bob"
        other.commit()
        print("Before:", mine.text)
        session.expire(mine)  # loads at the next access; refresh() loads at once
        print("After:", mine.text)
        session.expunge(mine)
        print("In the session:", mine in session, "but still readable:", mine.text)


def delete(driver: GraphDriver) -> None:
    """Remove a node with its relationships."""
    with Session(driver) as session:
        session.delete(session.get_one(Task, "t2"))
        session.commit()
        print("Left:", session.scalars(select(Task).project(Task.id).order_by(Task.id)))


def refused(driver: GraphDriver) -> None:
    """Nothing is lost silently."""
    with Session(driver) as session:
        session.add(Task(id="t1", text="The key is taken"))
        try:
            session.flush()
        except DuplicateKeyError as error:
            print("DuplicateKeyError:", error)
        session.rollback()

        task = session.get_one(Task, "t1")
        session.execute("MATCH (t:Task {id: 't1'}) DELETE t", write=True)
        task.text = "Changed here, gone there"
        try:
            session.flush()
        except StaleEntityError as error:
            print("StaleEntityError:", error)
        session.rollback()


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(Path(temporary))
