"""Measuring several ways to do one thing: in turns, with the collector's debts paid before each, and no judgement."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

__all__ = ["Case", "Measured", "Side", "clock", "report", "take_turns"]


@dataclass(frozen=True, slots=True)
class Side:
    """One way to do the work: *prepare* sets the scene, unmeasured, and returns what is measured.

    What that returns is compared between the sides, so that they cannot do different work.
    """

    name: str
    prepare: Callable[[], Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """One benchmark: the first side is runic's, the others are what it is compared with."""

    name: str
    work: str
    sides: Sequence[Side]
    unit: str = "ms"
    measure: Callable[[Side], tuple[float, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one case, in its unit, by the name of the side."""

    case: Case
    figures: Mapping[str, Sequence[float]]
    backend: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the figures and ratios as plain values."""
        first = self.case.sides[0].name
        return {
            "backend": self.backend,
            "name": self.case.name,
            "work": self.case.work,
            "unit": self.case.unit,
            "figures": {name: list(found) for name, found in self.figures.items()},
            "ratios": {name: self.ratio(name) for name in self.figures if name != first},
        }

    def ratio(self, other: str) -> float:
        """Return runic's median over that of *other*."""
        return median(self.figures[self.case.sides[0].name]) / median(self.figures[other])


def clock(side: Side) -> tuple[float, Any]:
    """Run one side once; return milliseconds and what came out."""
    work = side.prepare()
    gc.collect()
    started = time.perf_counter()
    result = work()
    elapsed = time.perf_counter() - started
    return elapsed * 1000, result


def take_turns(case: Case, rounds: int, backend: str = "") -> Measured:
    """Measure all sides *rounds* times, one after the other, after a round that does not count."""
    measure = case.measure or clock
    figures: dict[str, list[float]] = {side.name: [] for side in case.sides}
    for number in range(rounds + 1):
        results = [measure(side) for side in case.sides]
        outcomes = {repr(outcome) for _, outcome in results}
        if len(outcomes) > 1:
            raise RuntimeError(f"{case.name}: the sides did different work: {', '.join(sorted(outcomes))}")
        if number:
            for side, (figure, _) in zip(case.sides, results, strict=True):
                figures[side.name].append(figure)
    return Measured(case, figures, backend)


def report(measured: Measured) -> str:
    """Return the lines of one case: median, least and most of each side, and how runic compares with it."""
    where = f"{measured.backend} " if measured.backend else ""
    lines = [f"{where}{measured.case.name}: {measured.case.work}"]
    for position, (name, found) in enumerate(measured.figures.items()):
        shown = f"  {name:<22} {median(found):10.2f} {measured.case.unit}  ({min(found):.2f} … {max(found):.2f})"
        lines.append(shown if position == 0 else f"{shown:<66} runic is at {measured.ratio(name):.2f}x of it")
    return "\n".join(lines)
