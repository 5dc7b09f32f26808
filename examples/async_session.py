"""The asynchronous session: the same methods, awaited; nothing loads by itself.

    python examples/async_session.py

Written in the typed style.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from runic.ogm import (
    AsyncGraphDriver,
    AsyncRepository,
    AsyncSession,
    LazyLoadError,
    Many,
    Node,
    One,
    Property,
    count,
    create_async_driver,
    many,
    one,
    prop,
    select,
)


class Team(Node, labels=["Team"]):
    """A team and its players."""

    name: Property[str] = prop(primary_key=True)
    players: Many[Player] = many("PLAYS_FOR", direction="INCOMING", cascade=True)


class Player(Node, labels=["Player"]):
    """A player, with the goals of the season."""

    id: Property[int] = prop(primary_key=True)
    goals: Property[int] = prop(default=0)
    team: One[Team] = one("PLAYS_FOR")


class Players(AsyncRepository[Player]):
    """A repository with a query of its own."""

    async def scorers(self, team: str) -> list[Player]:
        """Return the players of *team* with goals, the best first."""
        scorers = select(Team).where(Team.name == team).traverse(Team.players).where(Player.goals > 0)
        return await self.session.scalars(scorers.order_by(Player.goals, desc=True))

    async def without_goals(self) -> int:
        """Count those who have yet to score, with the repository's own statement."""
        return await self.query().where(Player.goals == 0).count()


async def main(folder: Path) -> None:
    """Write, read, and share one driver among tasks."""
    # Nothing is awaited here: the driver connects at its first statement.
    driver = create_async_driver("falkordb", path=folder / "league.db", graph="league")
    try:
        await write(driver)
        await read(driver)
        await many_at_once(driver)
        await count_them(driver)
    finally:
        await driver.close()


async def write(driver: AsyncGraphDriver) -> None:
    """add() and delete() only stage and are plain methods; whatever touches the database is awaited."""
    async with AsyncSession(driver) as session:
        for team in range(2):
            players = [Player(id=team * 3 + n, goals=n) for n in range(3)]
            session.add(Team(name=f"Team {team}", players=players))
        await session.commit()
        player = await session.get_one(Player, 0)
        player.goals += 1
        # Leaving the block commits; leaving it by an exception rolls back.


async def read(driver: AsyncGraphDriver) -> None:
    """Ask for relations ahead: an attribute cannot await."""
    async with AsyncSession(driver) as session:
        team = await session.get_one(Team, "Team 0")
        try:
            print(team.players)
        except LazyLoadError as error:
            print("LazyLoadError:", error)
        await session.get(Team, "Team 0", fetch=["players"])  # the same object, now with its players
        print("Fetched:", sorted(player.id for player in team.players))

        other = await session.get_one(Team, "Team 1")
        await session.load(other, Team.players)  # or on demand
        print("Loaded:", sorted(player.id for player in other.players))

        players = Players(session, Player)
        print("Scorers:", [(player.id, player.goals) for player in await players.scorers("Team 1")])
        print("Without goals:", await players.without_goals(), "of", await players.count())


async def many_at_once(driver: AsyncGraphDriver) -> None:
    """One session per task, one driver for all of them: the statements run side by side."""

    async def goals(name: str) -> int:
        async with AsyncSession(driver) as session:
            team = await session.get_one(Team, name, fetch=["players"])
            return sum(player.goals for player in team.players)

    print("Goals:", await asyncio.gather(goals("Team 0"), goals("Team 1")))


async def count_them(driver: AsyncGraphDriver) -> None:
    """Statements are the same in both colours; only running them is awaited."""
    statement = select(Team).traverse(Team.players).alias("p").aggregate(count("p").as_("players"), group_by="n.name")
    async with AsyncSession(driver) as session:
        for row in await session.all_rows(statement.order_by("n.name")):
            print("Counted:", row)
        async for player in session.stream(select(Player).where(Player.goals > 1), batch=100):
            print("Streamed:", player)


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        asyncio.run(main(Path(temporary)))
