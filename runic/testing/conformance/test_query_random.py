"""Random statements against a reference in Python: hops, conditions, stages, pages and counts in any mixture."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pytest

from runic.ogm import Expr, Field, Many, MetaData, Node, Property, alias, count, many, prop, select
from runic.testing.conformance.harness import Db

REGISTRY = MetaData()


class Item(Node, labels=["Item"], registry=REGISTRY):
    id: Property[int] = prop(primary_key=True)
    size: Property[int | None] = Field(default=None)
    next: Many[Item] = many("NEXT")
    prev: Many[Item] = many("NEXT", direction="INCOMING")
    near: Many[Item] = many("NEAR", direction="BOTH")


Row = dict[str, int | None]
"""Names of variables and the keys of the nodes they stand for."""


class Graph:
    """The stored graph as sets, and what a statement over it should answer."""

    def __init__(self, dice: random.Random) -> None:
        self.keys = list(range(12))
        self.sizes: dict[int, int | None] = {key: dice.choice([None, 1, 2, 3, 4]) for key in self.keys}
        self.next = {(a, b) for a in self.keys for b in self.keys if a != b and dice.random() < 0.12}
        self.near = {(a, b) for a in self.keys for b in self.keys if a < b and dice.random() < 0.08}

    def step(self, kind: str, key: int) -> list[int]:
        if kind == "next":
            return [b for a, b in self.next if a == key]
        if kind == "prev":
            return [a for a, b in self.next if b == key]
        return [b if a == key else a for a, b in self.near if key in (a, b)]


class Walk:
    """One random statement, built in step with the rows that it should have."""

    def __init__(self, graph: Graph, dice: random.Random) -> None:
        self.graph, self.dice = graph, dice
        self.names = ["v0"]
        self.carried = ["v0"]
        self.rows: list[Row] = [{"v0": key} for key in graph.keys]
        self.statement: Any = select(alias(Item, "v0"))

    def variable(self) -> Any:
        return self.dice.choice(self.carried)

    def condition(self, name: str) -> tuple[Expr, Any]:
        """Return a condition on a variable, and the same as a function of a row: True, False or None."""
        dice, item, number = self.dice, alias(Item, name), self.dice.randint(1, 4)

        def size(row: Row) -> int | None:
            key = row[name]
            return None if key is None else self.graph.sizes[key]

        def compared(test: Any) -> Any:
            return lambda row: None if size(row) is None else test(size(row))

        kinds: list[tuple[Expr, Any]] = [
            (item.size > number, compared(lambda value: value > number)),
            (item.size == number, compared(lambda value: value == number)),
            (item.size != number, compared(lambda value: value != number)),
            (item.size.is_null(), lambda row: size(row) is None),
            (item.size.in_([1, number]), compared(lambda value: value in (1, number))),
            (item.size.not_in_([number, None]), lambda row: size(row) not in (number, None)),
            (item.next.is_not_null(), lambda row: row[name] is not None and bool(self.graph.step("next", row[name]))),
            (~(item.size < number), compared(lambda value: not value < number)),
        ]
        return dice.choice(kinds)

    def either(self, one: tuple[Expr, Any], other: tuple[Expr, Any]) -> tuple[Expr, Any]:
        def test(row: Row) -> Any:
            values = [one[1](row), other[1](row)]
            return True if True in values else None if None in values else False

        return one[0] | other[0], test

    def hop(self) -> None:
        """Follow a relation, perhaps with conditions that stand at it."""
        source, optional = self.variable(), self.dice.random() < 0.6
        kind, name = self.dice.choice(["next", "prev", "near"]), f"v{len(self.names)}"
        self.names.append(name)
        self.statement = self.statement.traverse(getattr(alias(Item, source), kind), optional=optional).alias(name)
        tests = []
        for _ in range(self.dice.choice([0, 0, 1, 2])):
            expression, test = self.condition(name)
            if self.dice.random() < 0.3:
                expression, test = self.either((expression, test), self.condition(self.variable()))
                # An alternative may name earlier variables: it stands at the hop all the same.
            self.statement = self.statement.where(expression)
            tests.append(test)
        rows: list[Row] = []
        for row in self.rows:
            key = row[source]
            found = [{**row, name: to} for to in (self.graph.step(kind, key) if key is not None else [])]
            found = [candidate for candidate in found if all(test(candidate) is True for test in tests)]
            rows += found or ([{**row, name: None}] if optional else [])
        self.rows = rows
        self.carried.append(name)

    def stage(self) -> None:
        """End a stage, perhaps cut, perhaps distinct, perhaps filtered after the cut."""
        kept = [name for name in self.carried if self.dice.random() < 0.8] or [self.variable()]
        cut = self.dice.random() < 0.6
        distinct = self.dice.random() < 0.4
        if distinct:
            self.statement = self.statement.distinct()
            kept_rows = {tuple(row[name] for name in kept) for row in self.rows}
            self.rows = [dict(zip(kept, values, strict=True)) for values in kept_rows]
        if cut:
            self.order(kept if distinct else self.carried, descending=self.dice.random() < 0.5)
            skip, limit = self.dice.choice([None, 1, 3]), self.dice.choice([None, 2, 5, 9])
            self.cut(skip, limit)
        self.statement = self.statement.with_(*kept)
        self.rows = [{name: row[name] for name in kept} for row in self.rows]
        self.carried = kept
        if self.dice.random() < 0.5:
            expression, test = self.condition(self.variable())
            self.statement = self.statement.where(expression)
            self.rows = [row for row in self.rows if test(row) is True]

    def order(self, names: Iterable[str], descending: bool) -> None:
        names = list(names)
        for name in names:
            self.statement = self.statement.order_by(alias(Item, name).id, desc=descending)
        # A missing node is after all others, or before them when the order descends.
        self.rows.sort(
            key=lambda row: [99 if (key := row[name]) is None else key for name in names], reverse=descending
        )

    def cut(self, skip: int | None, limit: int | None) -> None:
        if skip is not None:
            self.statement = self.statement.skip(skip)
            self.rows = self.rows[skip:]
        if limit is not None:
            self.statement = self.statement.limit(limit)
            self.rows = self.rows[:limit]


@pytest.mark.parametrize("seed", range(12))
async def test_random_statements(db: Db, seed: int) -> None:
    dice = random.Random(seed)
    graph = Graph(dice)
    items = {key: Item(id=key, size=graph.sizes[key]) for key in graph.keys}
    async with db.session() as session:
        session.add_all(items.values())
        await session.flush()
        await session.relate_all(Item.next, [(items[a], items[b]) for a, b in graph.next])
        await session.relate_all(Item.near, [(items[a], items[b]) for a, b in graph.near])
        await session.commit()
        # What is asked is one implementation for both colours.
        for number in range(5 if db.is_async else 25):
            walk = Walk(graph, dice)
            expression, test = walk.condition("v0")
            walk.statement = walk.statement.where(expression)
            walk.rows = [row for row in walk.rows if test(row) is True]
            for _ in range(dice.randint(1, 4)):
                walk.hop() if dice.random() < 0.65 else walk.stage()
            where = f"seed {seed}, statement {number}:\n{walk.statement.build()}"
            await check(session, walk, dice, where)


async def check(session: Any, walk: Walk, dice: random.Random, where: str) -> None:
    """Compare rows, counts, groups and an ordered page with those of the reference."""
    statement, names = walk.statement, walk.carried
    assert await session.count(statement) == len(walk.rows), where
    found = await session.tuples(statement.return_nodes(*names))
    keys = sorted(tuple(node and node.id for node in row) for row in found) if None not in sum(found, ()) else None
    expected = [tuple(row[name] for name in names) for row in walk.rows]
    got = [tuple(node and node.id for node in row) for row in found]
    assert sorted(map(str, got)) == sorted(map(str, expected)), where
    assert keys is None or keys == sorted(expected)

    group = dice.choice(names)
    groups = await session.tuples(statement.aggregate(count("*"), group_by=group))
    sizes: dict[int | None, int] = {}
    for row in walk.rows:
        sizes[row[group]] = sizes.get(row[group], 0) + 1
    assert {node and node.id: number for node, number in groups} == sizes, where

    if walk.rows and None not in walk.rows[0].values():
        skip, limit = dice.choice([None, 1, 2]), dice.choice([None, 3, 10])
        walk.order(names, descending=dice.random() < 0.5)
        walk.cut(skip, limit)
        page = [tuple(n and n.id for n in row) for row in await session.tuples(walk.statement.return_nodes(*names))]
        expected = [tuple(row[name] for name in names) for row in walk.rows]
        assert page == expected, f"{where}\n{walk.statement.build()}"
