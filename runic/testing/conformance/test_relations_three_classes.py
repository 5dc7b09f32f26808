"""Three classes behind one relationship type and direction: each relation minds its own class."""

from __future__ import annotations

from runic.testing.conformance.harness import Db
from runic.testing.conformance.relation_models import Car, Dog, House, Owner, edges, store


async def test_pitfall_114_three_classes_behind_one_type_are_saved_apart(db: Db) -> None:
    await store(db, Dog(id="d0"), Dog(id="d1"), Car(id="c0"), Car(id="c1"), House(id="h0"), House(id="h1"))
    async with db.session() as session:
        cars = [await session.get(Car, f"c{n}", fetch=["owner"]) for n in range(2)]
        dogs = [await session.get(Dog, f"d{n}", fetch=["owner"]) for n in range(2)]
        houses = [await session.get(House, f"h{n}", fetch=["owners"]) for n in range(2)]
        owner = Owner(id="o", dog=dogs[0], car=cars[0], houses=houses[:1])
        session.add(owner)
        await session.commit()
        assert edges(db, "OWNS") == [("o", "c0"), ("o", "d0"), ("o", "h0")]
        owner.car = cars[1]
        owner.houses.append(houses[1])
        await session.commit()
        assert edges(db, "OWNS") == [("o", "c1"), ("o", "d0"), ("o", "h0"), ("o", "h1")]
        assert (owner.dog, owner.car, owner.houses) == (dogs[0], cars[1], houses)
        assert (dogs[0].owner, cars[0].owner, cars[1].owner, houses[1].owners) == (owner, None, owner, [owner])
        await session.relate(owner, Owner.dog, dogs[1])
        await session.commit()
        assert edges(db, "OWNS") == [("o", "c1"), ("o", "d1"), ("o", "h0"), ("o", "h1")]
        assert (owner.car, dogs[0].owner) == (cars[1], None)
        owner.dog = None
        owner.houses = []
    assert edges(db, "OWNS") == [("o", "c1")]


async def test_an_unloaded_relation_of_three_replaces_only_its_own_class(db: Db) -> None:
    await store(db, Owner(id="o", dog=(dog := Dog(id="d")), car=(car := Car(id="c"))), dog, car, Dog(id="e"))
    async with db.session() as session:
        owner = await session.get(Owner, "o")
        owner.dog = await session.get(Dog, "e")
        owner.houses = []
    assert edges(db, "OWNS") == [("o", "c"), ("o", "e")]
