"""The data of every benchmark: people who know each other, and teams of ten; as models, rows and statements."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from runic.ogm import Many, Node, Property, many, prop

__all__ = ["COLUMNS", "MODELS", "Person", "PersonRecord", "Player", "Team", "pairs", "people", "player", "team"]


class Person(Node, labels=["Person"]):
    """The node of most benchmarks: six fields of four kinds."""

    id: Property[str] = prop(primary_key=True)
    name: Property[str]
    email: Property[str]
    age: Property[int]
    active: Property[bool]
    score: Property[float]
    knows: Many[Person] = many("KNOWS")


class Player(Node, labels=["Player"]):
    """A child of the eager load."""

    id: Property[str] = prop(primary_key=True)
    name: Property[str]
    number: Property[int]
    active: Property[bool]
    score: Property[float]


class Team(Node, labels=["Team"]):
    """A parent of the eager load."""

    id: Property[str] = prop(primary_key=True)
    name: Property[str]
    founded: Property[int]
    players: Many[Player] = many("HAS_PLAYER")


@dataclass(kw_only=True)
class PersonRecord:
    """A person as a dataclass without a database."""

    id: str
    name: str
    email: str
    age: int
    active: bool
    score: float


COLUMNS = ("id", "name", "email", "age", "active", "score")
MODELS = [Person, Player, Team]


def people(count: int) -> list[dict[str, Any]]:
    """Return *count* people as rows: what a reader of files or of an API has in hand."""
    return [
        {
            "id": f"person-{number:07}",
            "name": f"Name of {number}",
            "email": f"person.{number}@example.org",
            "age": 18 + number % 70,
            "active": number % 3 > 0,
            "score": number % 1000 / 7,
        }
        for number in range(count)
    ]


def pairs(count: int, among: int) -> list[tuple[int, int]]:
    """Return *count* different pairs of numbers below *among*."""
    chance = random.Random(7)
    found: dict[tuple[int, int], None] = {}
    while len(found) < count:
        found[chance.randrange(among), chance.randrange(among)] = None
    return list(found)


def team(number: int) -> dict[str, Any]:
    """Return a team as a row."""
    return {"id": f"team-{number:05}", "name": f"Team {number}", "founded": 1900 + number % 120}


def player(number: int) -> dict[str, Any]:
    """Return a player as a row."""
    return {
        "id": f"player-{number:06}",
        "name": f"Player {number}",
        "number": number % 99,
        "active": number % 5 > 0,
        "score": number % 1000 / 7,
    }
