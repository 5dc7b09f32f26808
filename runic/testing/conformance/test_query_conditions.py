"""Nested conditions with missing values, against three-valued logic in Python."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from runic.ogm import Expr, MetaData, Node, Property, prop, select
from runic.testing.conformance.harness import Db


class Thing(Node, labels=["Thing"], registry=MetaData()):
    id: Property[int] = prop(primary_key=True)
    size: Property[int | None] = prop(default=None)
    other: Property[int | None] = prop(default=None)
    name: Property[str | None] = prop(default=None)
    good: Property[bool | None] = prop(default=None)
    tags: Property[list[str] | None] = prop(default=None)


Truth = bool | None
Test = Callable[[Thing], Truth]


def known(name: str, test: Callable[[Any], bool]) -> Test:
    def answer(thing: Thing) -> Truth:
        value = getattr(thing, name)
        return None if value is None else test(value)

    return answer


def both(test: Callable[[int, int], bool]) -> Test:
    return lambda t: None if t.size is None or t.other is None else test(t.size, t.other)


def leaf(dice: random.Random) -> tuple[Expr, Test]:
    number, text = dice.randint(1, 3), dice.choice(["a", "b", "ab", ""])
    kinds: list[tuple[Any, Test]] = [
        (Thing.size == number, known("size", lambda v: v == number)),
        (Thing.size != number, known("size", lambda v: v != number)),
        (Thing.size < number, known("size", lambda v: v < number)),
        (Thing.size >= number, known("size", lambda v: v >= number)),
        (Thing.size == Thing.other, both(lambda a, b: a == b)),
        (Thing.size > Thing.other, both(lambda a, b: a > b)),
        (Thing.size.is_null(), lambda t: t.size is None),
        (Thing.name.is_not_null(), lambda t: t.name is not None),
        (Thing.size.in_([1, number]), known("size", lambda v: v in (1, number))),
        (Thing.size.not_in_([1, number]), known("size", lambda v: v not in (1, number))),
        (Thing.size.in_([]), lambda _t: False),
        (Thing.size.not_in_([]), lambda _t: True),
        (Thing.size.in_([number, None]), lambda t: t.size in (number, None)),
        (Thing.size.not_in_([number, None]), lambda t: t.size not in (number, None)),
        (Thing.name.contains(text), known("name", lambda v: text in v)),
        (Thing.name.startswith(text), known("name", lambda v: v.startswith(text))),
        (Thing.name.endswith(text), known("name", lambda v: v.endswith(text))),
        (Thing.name.matches(f"{text}.?"), known("name", lambda v: re.fullmatch(f"{text}.?", v) is not None)),
        (Thing.good == True, known("good", lambda v: v is True)),
        (Thing.tags.has(text), known("tags", lambda v: text in v)),
        (Thing.tags == [text], known("tags", lambda v: v == [text])),
    ]
    return dice.choice(kinds)


def condition(dice: random.Random, depth: int) -> tuple[Expr, Test]:
    """Return a condition, and the same as a function: True, False, or None where a missing value decides."""
    if depth == 0 or dice.random() < 0.2:
        return leaf(dice)
    one, test = condition(dice, depth - 1)
    if dice.random() < 0.3:
        return ~one, lambda t: None if (value := test(t)) is None else not value
    other, second = condition(dice, depth - 1)
    decisive = dice.random() < 0.5

    def answer(thing: Thing) -> Truth:
        values = (test(thing), second(thing))
        return decisive if decisive in values else None if None in values else not decisive

    return (one | other if decisive else one & other), answer


@pytest.mark.parametrize("seed", range(6))
async def test_random_conditions(db: Db, seed: int) -> None:
    dice = random.Random(seed)
    things = [
        Thing(
            id=number,
            size=dice.choice([None, 1, 2, 3]),
            other=dice.choice([None, 1, 2, 3]),
            name=dice.choice([None, "a", "ab", "b", "ba", "", "c"]),
            good=dice.choice([None, True, False]),
            tags=dice.choice([None, [], ["a"], ["a", "b"], ["b"]]),
        )
        for number in range(25)
    ]
    async with db.session() as session:
        session.add_all(things)
        await session.commit()
        for _ in range(15 if db.is_async else 60):
            expression, test = condition(dice, dice.randint(0, 4))
            statement = select(Thing).where(expression).order_by(Thing.id)
            found = [thing.id for thing in await session.scalars(statement)]
            assert found == [thing.id for thing in things if test(thing) is True], statement.build()
            assert await session.count(statement) == len(found), statement.build()
