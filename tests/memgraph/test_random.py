"""Random statements compiled for Memgraph keep the rules of its grammar."""

from __future__ import annotations

import random

import pytest

from runic.cypher.compiler import compiler_for
from runic.ogm import count
from runic.ogm.driver.memgraph import memgraph_dialect
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.query.lowering import Mode, lower
from runic.testing.conformance.test_query_random import Graph, Walk
from tests.memgraph.grammar import faults


@pytest.mark.parametrize("version", ["3.0", "3.11", "3.12"])
@pytest.mark.parametrize("seed", range(10))
def test_random_statements(version: str, seed: int) -> None:
    dice = random.Random(seed)
    graph, mapper = Graph(dice), Mapper(memgraph_dialect(version))
    compiler = compiler_for(mapper.dialect)
    for _ in range(60):
        walk = Walk(graph, dice)
        walk.statement = walk.statement.where(walk.condition("v0")[0])
        for _ in range(dice.randint(1, 5)):
            walk.hop() if dice.random() < 0.65 else walk.stage()
        group = dice.choice(walk.carried)
        ordered = walk.statement.aggregate(count("*"), group_by=group).order_by("count(*) DESC")
        for statement, mode in (
            (walk.statement, Mode.COUNT),
            (walk.statement.return_nodes(*walk.carried), Mode.TUPLES),
            (ordered, Mode.TUPLES),
        ):
            text = compiler.compile(lower(statement.question, mapper, mode).query).text
            assert not faults(text), text
