"""Random sequences of operations: made from a seed, run step by step, and shrunk when one fails."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Protocol

Draw = Callable[[random.Random], Any]
Step = tuple[str, dict[str, Any]]
_SHRINK_RUNS = 1500


class Life(Protocol):
    """What is run: its methods marked with :func:`step`, and ``holds`` after each of them."""

    def holds(self) -> None: ...

    def close(self) -> None: ...


def step(times: int = 1, /, **arguments: Draw) -> Callable[[Any], Any]:
    """Mark a method as an operation, drawn *times* as often as one that says 1."""

    def mark(method: Any) -> Any:
        method.step = (times, arguments)
        return method

    return mark


def one_of(*values: Any) -> Draw:
    return lambda source: source.choice(values)


def number(low: int, high: int) -> Draw:
    return lambda source: source.randint(low, high)


def many(draw: Draw, most: int, least: int = 0) -> Draw:
    return lambda source: [draw(source) for _ in range(source.randint(least, most))]


def sequence(kind: type[Any], seed: int, length: int) -> list[Step]:
    """Return the operations of one life."""
    source = random.Random(seed)
    found_in = [vars(part) for part in reversed(kind.__mro__)]
    known = {name: method.step for part in found_in for name, method in part.items() if hasattr(method, "step")}
    names, weights = list(known), [weight for weight, _ in known.values()]
    found: list[Step] = []
    for name in source.choices(names, weights, k=length):
        found.append((name, {key: draw(source) for key, draw in known[name][1].items()}))
    return found


def play(make: Callable[[], Life], steps: list[Step]) -> tuple[int, BaseException] | None:
    """Run *steps* on a new life; return the position of the one that failed and its error."""
    life = make()
    try:
        for position, (name, arguments) in enumerate(steps):
            try:
                getattr(life, name)(**arguments)
                life.holds()
            except Exception as error:
                return position, error
    finally:
        life.close()
    return None


def _place(error: BaseException) -> tuple[str, str, int]:
    """Tell failures apart by type and the line that raised, so that shrinking stays with one of them."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = (trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace else ("", 0)
    return (type(error).__name__, *where)


def shrink(make: Callable[[], Life], steps: list[Step], failure: tuple[int, BaseException]) -> tuple[list[Step], Any]:
    """Leave out steps as long as the same place fails."""
    place, runs = _place(failure[1]), 0
    best, error = steps[: failure[0] + 1], failure[1]
    width = max(len(best) // 2, 1)
    while runs < _SHRINK_RUNS:
        at, shorter = 0, False
        while at < len(best) - 1 and runs < _SHRINK_RUNS:
            tried = best[:at] + best[at + width :]
            runs += 1
            found = play(make, tried)
            if found is not None and _place(found[1]) == place:
                best, error, shorter = tried[: found[0] + 1], found[1], True
            else:
                at += width
        if width == 1 and not shorter:
            break
        width = max(width // 2, 1)
    return best, error


def show(steps: list[Step]) -> str:
    """Return steps as the calls that they are."""
    lines: list[str] = []
    for name, arguments in steps:
        given = ", ".join(f"{k}={getattr(v, '__name__', None) or repr(v)}" for k, v in arguments.items())
        lines.append(f"    life.{name}({given})")
    return "\n".join(lines)


def run(kind: type[Any], make: Callable[[], Life], seed: int, steps: int, length: int = 60) -> int:
    """Run lives until *steps* operations are done; raise with the seed and the shortest failing sequence."""
    done = 0
    while done < steps:
        plan = sequence(kind, seed, min(length, steps - done))
        failure = play(make, plan)
        if failure is not None:
            shortest, error = shrink(make, plan, failure)
            raise AssertionError(
                f"seed {seed} fails ({len(plan)} steps, {len(shortest)} of them matter):\n{show(shortest)}\n"
                f"{type(error).__name__}: {error}"
            ) from error
        done += len(plan)
        seed += 1
    return done
