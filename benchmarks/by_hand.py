"""The work without runic, as a competent engineer writes it: the ``falkordb`` client and batches of a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import batched
from typing import Any

from benchmarks.models import COLUMNS

__all__ = [
    "CREATE",
    "GET",
    "READ_COLUMNS",
    "READ_NODES",
    "RELATE",
    "TEAMS_AS_COLUMNS",
    "TEAMS_AS_NODES",
    "UPDATE",
    "send",
    "send_async",
    "teams_from_columns",
    "teams_from_nodes",
]

BATCH = 1000

_VALUES = ", ".join(f"{name}: row.{name}" for name in COLUMNS)
CREATE = f"UNWIND $rows AS row CREATE (:Person {{{_VALUES}}})"
RELATE = "UNWIND $rows AS row MATCH (a:Person {id: row.start}) MATCH (b:Person {id: row.end}) MERGE (a)-[:KNOWS]->(b)"
UPDATE = "UNWIND $rows AS row MATCH (n:Person {id: row.id}) SET n.age = row.age"
GET = "MATCH (n:Person {id: $id}) RETURN n"
READ_NODES = "MATCH (n:Person) RETURN n"
READ_COLUMNS = f"MATCH (n:Person) RETURN {', '.join(f'n.{name}' for name in COLUMNS)}"
TEAMS_AS_NODES = "MATCH (t:Team)-[:HAS_PLAYER]->(p:Player) RETURN t, collect(p)"
TEAMS_AS_COLUMNS = (
    "MATCH (t:Team)-[:HAS_PLAYER]->(p:Player) RETURN t.id, t.name, t.founded, p.id, p.name, p.number, p.active, p.score"
)


def send(graph: Any, statement: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write *rows* in batches."""
    for part in batched(rows, BATCH):
        graph.query(statement, {"rows": list(part)})


async def send_async(graph: Any, statement: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write *rows* in batches."""
    for part in batched(rows, BATCH):
        await graph.query(statement, {"rows": list(part)})


def teams_from_nodes(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Return teams with their players from rows of nodes."""
    return [{**team.properties, "players": [player.properties for player in players]} for team, players in rows]


def teams_from_columns(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Return teams with their players from one row per player."""
    found: dict[str, dict[str, Any]] = {}
    for key, name, founded, *player in rows:
        team = found.get(key)
        if team is None:
            team = found[key] = {"id": key, "name": name, "founded": founded, "players": []}
        number = dict(zip(("id", "name", "number", "active", "score"), player, strict=True))
        team["players"].append(number)
    return list(found.values())
