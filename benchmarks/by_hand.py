"""The work without runic, as a competent engineer writes it on each database's own client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.models import COLUMNS

__all__ = ["BATCH", "Texts", "teams_from_columns", "teams_from_nodes", "texts_for"]

BATCH = 1000

_VALUES = ", ".join(f"{name}: row.{name}" for name in COLUMNS)
_PLAYER = ("id", "name", "number", "active", "score")
_TEAMS = "MATCH (t:Team)-[:HAS_PLAYER]->(p:Player) RETURN"


@dataclass(frozen=True, slots=True)
class Texts:
    """The statements of one database; rows come as ``$rows``. The reading ones say how many columns they have."""

    create: str = f"UNWIND $rows AS row CREATE (:Person {{{_VALUES}}})"
    create_teams: str = (
        "UNWIND $rows AS row CREATE (t:Team {id: row.id, name: row.name, founded: row.founded}) WITH t, row"
        f" UNWIND row.players AS p CREATE (t)-[:HAS_PLAYER]->(:Player {{{', '.join(f'{n}: p.{n}' for n in _PLAYER)}}})"
    )
    relate: str = (
        "UNWIND $rows AS row MATCH (a:Person {id: row.source}) MATCH (b:Person {id: row.target})"
        " MERGE (a)-[:KNOWS]->(b)"
    )
    update: str = "UNWIND $rows AS row MATCH (n:Person {id: row.id}) SET n.age = row.age"
    get: str = "MATCH (n:Person {id: $id}) RETURN n"
    nodes: str = "MATCH (n:Person) RETURN n"
    columns: str = f"MATCH (n:Person) RETURN {', '.join(f'n.{name}' for name in COLUMNS)}"
    teams_as_nodes: str = f"{_TEAMS} t, collect(p)"
    teams_as_columns: str = f"{_TEAMS} t.id, t.name, t.founded, {', '.join(f'p.{name}' for name in _PLAYER)}"


# Only conditions find the index there; a MERGE of many rows does not see what it made for earlier ones.
_AGE = replace(
    Texts(),
    relate=(
        "UNWIND $rows AS row MATCH (a:Person), (b:Person) WHERE a.id = row.source AND b.id = row.target"
        " AND NOT EXISTS((a)-[:KNOWS]->(b)) CREATE (a)-[:KNOWS]->(b)"
    ),
    update="UNWIND $rows AS row MATCH (n:Person) WHERE n.id = row.id SET n.age = row.age",
    get="MATCH (n:Person) WHERE n.id = $id RETURN n",
    teams_as_nodes=f"{_TEAMS} properties(t), collect(properties(p))",
)


def texts_for(family: str) -> Texts:
    """Return the statements for a family of databases."""
    return _AGE if family == "age" else Texts()


def teams_from_nodes(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return teams with their players from rows of nodes, or of their properties."""
    return [
        {**dict(_properties(team)), "players": [dict(_properties(player)) for player in players]}
        for team, players in rows
    ]


def _properties(node: Any) -> Any:
    # The clients' nodes: a dict of properties, an object that has one, or a mapping.
    return getattr(node, "properties", None) or node


def teams_from_columns(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return teams with their players from one row per player."""
    found: dict[str, dict[str, Any]] = {}
    for key, name, founded, *player in rows:
        team = found.get(key)
        if team is None:
            team = found[key] = {"id": key, "name": name, "founded": founded, "players": []}
        team["players"].append(dict(zip(_PLAYER, player, strict=True)))
    return list(found.values())
