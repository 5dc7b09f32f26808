"""Recipes: what is written when, and what a rollback can take back."""

from runic.ogm import Node, Property, Session, create_driver, prop, select


class Account(Node, labels=["Account"]):
    id: Property[str] = prop(primary_key=True)
    balance: Property[int] = prop(default=0)


driver = create_driver("falkordb", path="bank.db", graph="bank")

# region rollback
with Session(driver) as session:
    session.add(Account(id="a", balance=100))
    session.flush()  # sent, and on FalkorDB there for good
    session.add(Account(id="b", balance=50))
    session.rollback()  # forgets b, which was never sent
    print([account.id for account in session.scalars(select(Account))])  # ['a']
    # endregion rollback
    assert [account.id for account in session.scalars(select(Account))] == ["a"]

with Session(driver) as session:
    session.add(Account(id="b", balance=50))

# region atomic
# One statement is atomic: what belongs together goes into one.
with Session(driver) as session:
    moved = session.execute(
        """
        MATCH (a:Account {id: $source}), (b:Account {id: $target})
        WHERE a.balance >= $amount
        SET a.balance = a.balance - $amount, b.balance = b.balance + $amount
        RETURN a.balance, b.balance
        """,
        {"source": "a", "target": "b", "amount": 30},
        write=True,
    )
    print(moved.rows)  # [[70, 80]]
# endregion atomic
assert moved.rows == [[70, 80]]

# region once
# Nothing is sent before commit() unless you flush or relate: a failing check leaves the graph as it was.
with Session(driver) as session:
    source, target = session.get_one(Account, "a"), session.get_one(Account, "b")
    source.balance -= 500
    target.balance += 500
    if source.balance < 0:
        session.rollback()
# endregion once
with Session(driver) as session:
    assert session.get_one(Account, "a").balance == 70

# region begin
with Session(driver) as session:
    with session.begin():  # commits here
        session.add(Account(id="c"))
    try:
        with session.begin():
            session.add(Account(id="d"))
            raise ValueError("no such customer")
    except ValueError:
        pass  # rolled back, and the session is still open
    with session.begin():
        session.add(Account(id="e"))
    # endregion begin
    assert [account.id for account in session.scalars(select(Account).order_by("n.id"))] == ["a", "b", "c", "e"]

# region read
with Session(driver) as session:
    session.add(Account(id="f"))
    session.commit()
    written = session.bookmarks

# On a cluster: any member may answer, once it has what the first session committed.
with Session(driver, access_mode="read", bookmarks=written) as session:
    print(session.count(select(Account)))
# endregion read

driver.close()

# region strict
from runic.ogm import UnsupportedFeatureError

strict = create_driver("falkordb", path="bank.db", graph="bank", transactions="strict")
with Session(strict) as session:
    session.add_all([Account(id="g"), Account(id="h")])
    session.commit()  # one statement
    session.get_one(Account, "g").balance = 10
    session.add(Account(id="i"))
    try:
        session.commit()  # an update and a create
    except UnsupportedFeatureError as error:
        print(error)
        session.rollback()
# endregion strict
strict.close()
