"""Benchmarks that talk to the database: writing, reading, eager loading; both colours where they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from benchmarks import by_hand
from benchmarks.harness import Case, Side
from benchmarks.models import Person, Player, Team, pairs, people, player, team
from benchmarks.server import Server
from runic.ogm import AsyncSession, Session, select

__all__ = ["CASES"]

type Work = Callable[[], Any]


def insert(server: Server, scale: float) -> Case:
    """Rows become nodes: by hand they are sent as they are, with runic they become objects first."""
    rows = people(int(10_000 * scale))

    def runic() -> Work:
        server.empty()

        def work() -> int:
            with Session(server.driver) as session:
                session.add_all([Person(**row) for row in rows])
            return len(rows)

        return work

    def hand() -> Work:
        server.empty()

        def work() -> int:
            server.hand.write(server.texts.create, rows)
            return len(rows)

        return work

    return Case("insert", f"create {len(rows):,} nodes of 6 fields", [Side("runic", runic), Side("by hand", hand)])


def insert_async(server: Server, scale: float) -> Case:
    """See insert."""
    rows = people(int(10_000 * scale))

    def runic() -> Work:
        server.empty()
        driver = server.async_driver

        async def work() -> int:
            async with AsyncSession(driver) as session:
                session.add_all([Person(**row) for row in rows])
            return len(rows)

        return lambda: server.wait_for(work())

    def hand() -> Work:
        server.empty()

        async def work() -> int:
            await server.hand.write_async(server.texts.create, rows)
            return len(rows)

        return lambda: server.wait_for(work())

    return Case(
        "insert-async", f"create {len(rows):,} nodes of 6 fields", [Side("runic", runic), Side("by hand", hand)]
    )


def relate(server: Server, scale: float) -> Case:
    """Edges between nodes that exist: runic has the objects loaded, by hand the keys are enough."""
    count = max(10, int(10_000 * scale))
    wanted = pairs(3 * count, count)

    def runic() -> Work:
        server.fill(count)
        session = Session(server.driver)
        found = sorted(session.scalars(select(Person)), key=lambda person: person.id)

        def work() -> int:
            created = session.relate_all(Person.knows, [(found[a], found[b]) for a, b in wanted]).created
            session.commit()
            return created

        return work

    def hand() -> Work:
        keys = [row["id"] for row in server.fill(count)]

        def work() -> int:
            rows = [{"source": keys[a], "target": keys[b]} for a, b in wanted]
            server.hand.write(server.texts.relate, rows)
            return len(rows)

        return work

    return Case("relate", f"MERGE {len(wanted):,} relationships", [Side("runic", runic), Side("by hand", hand)])


def update(server: Server, scale: float) -> Case:
    """One field of loaded objects, found by the flush itself; by hand one knows what changed."""
    count = int(5_000 * scale)

    def runic() -> Work:
        server.fill(count)
        session = Session(server.driver)
        found = session.scalars(select(Person))

        def work() -> int:
            for person in found:
                person.age += 1
            session.commit()
            return count

        return work

    def hand() -> Work:
        found = server.fill(count)

        def work() -> int:
            rows = [{"id": row["id"], "age": row["age"] + 1} for row in found]
            server.hand.write(server.texts.update, rows)
            return count

        return work

    return Case("update", f"change one field of {count:,} nodes", [Side("runic", runic), Side("by hand", hand)])


def get(server: Server, scale: float) -> Case:
    """One statement per key."""
    count = int(10_000 * scale)
    keys = [row["id"] for row in server.fill(count)][:: max(1, count // 1000)]

    def runic() -> Work:
        def work() -> int:
            with closing(Session(server.driver)) as session:
                return sum(session.get(Person, key) is not None for key in keys)

        return work

    def hand() -> Work:
        return lambda: len(server.hand.read(server.texts.get, [{"id": key} for key in keys]))

    return Case("get", f"read {len(keys):,} nodes, one by one", [Side("runic", runic), Side("by hand", hand)])


def load(server: Server, scale: float) -> Case:
    """All nodes of a label: entities known to a session, the client's nodes, and bare columns."""
    count = int(20_000 * scale)
    server.fill(count)

    def runic() -> Work:
        def work() -> int:
            with closing(Session(server.driver)) as session:
                return len(session.scalars(select(Person)))

        return work

    def hand(statement: str) -> Callable[[], Work]:
        return lambda: lambda: len(server.hand.read(statement))

    sides = [
        Side("runic", runic),
        Side("by hand, nodes", hand(server.texts.nodes)),
        Side("by hand, columns", hand(server.texts.columns)),
    ]
    return Case("load", f"read {count:,} nodes of 6 fields", sides)


def load_async(server: Server, scale: float) -> Case:
    """See load."""
    count = int(20_000 * scale)
    server.fill(count)

    def runic() -> Work:
        driver = server.async_driver

        async def work() -> int:
            session = AsyncSession(driver)
            try:
                return len(await session.scalars(select(Person)))
            finally:
                await session.close()

        return lambda: server.wait_for(work())

    def hand(statement: str) -> Callable[[], Work]:
        async def work() -> int:
            return len(await server.hand.read_async(statement))

        return lambda: lambda: server.wait_for(work())

    sides = [
        Side("runic", runic),
        Side("by hand, nodes", hand(server.texts.nodes)),
        Side("by hand, columns", hand(server.texts.columns)),
    ]
    return Case("load-async", f"read {count:,} nodes of 6 fields", sides)


def eager(server: Server, scale: float) -> Case:
    """Parents with their children, grouped."""
    count = int(1_000 * scale)
    rows = [
        {**team(number), "players": [player(number * 10 + child) for child in range(10)]} for number in range(count)
    ]
    server.write(server.texts.create_teams, rows)

    def runic() -> Work:
        statement = select(Team).fetch(Team.players)

        def work() -> int:
            with closing(Session(server.driver)) as session:
                return sum(len(found.players) for found in session.scalars(statement))

        return work

    def hand(statement: str, group: Callable[[Sequence[Sequence[Any]]], list[dict[str, Any]]]) -> Callable[[], Work]:
        def work() -> int:
            return sum(len(found["players"]) for found in group(server.hand.read(statement)))

        return lambda: work

    sides = [
        Side("runic", runic),
        Side("by hand, nodes", hand(server.texts.teams_as_nodes, by_hand.teams_from_nodes)),
        Side("by hand, columns", hand(server.texts.teams_as_columns, by_hand.teams_from_columns)),
    ]
    return Case("eager", f"read {count:,} {Team.__name__}s with 10 {Player.__name__}s each", sides)


CASES = (insert, insert_async, relate, update, get, load, load_async, eager)
