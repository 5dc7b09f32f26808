"""Short ways to write queries in tests."""

from __future__ import annotations

from typing import Any

from runic.cypher.ast import (
    Clause,
    Compare,
    Expression,
    Hop,
    Item,
    Match,
    NodePattern,
    Parameter,
    Path,
    Property,
    Query,
    Return,
    Variable,
)
from runic.cypher.compiler import Compiler, Statement
from runic.cypher.dialect import Dialect
from runic.ogm.driver.falkordb.dialect import FALKORDB


def node(variable: str = "", *labels: str, **properties: Expression) -> NodePattern:
    return NodePattern(variable, labels, tuple(properties.items()))


def path(start: NodePattern, *hops: Hop) -> Path:
    return Path(start, hops)


def match(*paths: Path | NodePattern, where: tuple[Expression, ...] = (), optional: bool = False) -> Match:
    given = [one if isinstance(one, Path) else Path(one) for one in paths]
    return Match(tuple(given), where, optional)


def prop(name: str, variable: str = "n") -> Property:
    return Property(variable, name)


def equals(name: str, value: Any, variable: str = "n") -> Compare:
    return Compare(prop(name, variable), "=", Parameter(value))


def returning(*expressions: Expression | Item, **options: Any) -> Return:
    items = [one if isinstance(one, Item) else Item(one) for one in expressions]
    return Return(tuple(items), **options)


N, M = Variable("n"), Variable("m")
USERS = match(node("n", "User"))
A, B, C = equals("a", 1), equals("b", 2), equals("c", 3)


def compiled(*clauses: Clause, dialect: Dialect = FALKORDB) -> Statement:
    return Compiler(dialect).compile(Query(clauses))


def predicate(expression: Expression, dialect: Dialect = FALKORDB) -> tuple[str, dict[str, Any]]:
    statement = compiled(match(node("n"), where=(expression,)), dialect=dialect)
    start = "MATCH (n)\nWHERE "
    assert statement.text.startswith(start)
    return statement.text.removeprefix(start), dict(statement.params)
