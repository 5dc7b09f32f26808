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

driver.close()
