"""Random sequences of operations: drawn by hypothesis, run step by step, and shrunk when one fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

__all__ = ["Life", "run", "step"]

Step = tuple[str, dict[str, Any]]
# How many operations a life has.
_LENGTH = 60


class Life(Protocol):
    """What is run: its methods marked with :func:`step`, and ``holds`` after each of them."""

    def holds(self) -> None: ...

    def close(self) -> None: ...


def step(times: int = 1, /, **arguments: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """Mark a method as an operation, drawn *times* as often as one that says 1."""

    def mark(method: Any) -> Any:
        method.step = (times, arguments)
        return method

    return mark


def plans(kind: type[Any]) -> st.SearchStrategy[list[Step]]:
    """Return the strategy of all operations of one life."""
    found_in = [vars(part) for part in reversed(kind.__mro__)]
    known = {name: method.step for part in found_in for name, method in part.items() if hasattr(method, "step")}
    # No operation is the simplest: a failing life shrinks to those that matter, and keeps its length.
    choices: list[st.SearchStrategy[Any]] = [st.none()]
    for name, (times, arguments) in known.items():
        choices += [st.tuples(st.just(name), st.fixed_dictionaries(arguments))] * times
    operations = st.lists(st.sampled_from(choices).flatmap(lambda chosen: chosen), min_size=_LENGTH, max_size=_LENGTH)
    return operations.map(lambda steps: [taken for taken in steps if taken is not None])


def show(steps: list[Step]) -> str:
    """Return steps as the calls that they are."""
    lines: list[str] = []
    for name, arguments in steps:
        given = ", ".join(f"{k}={getattr(v, '__name__', None) or repr(v)}" for k, v in arguments.items())
        lines.append(f"    life.{name}({given})")
    return "\n".join(lines)


def play(make: Callable[[], Life], steps: list[Step]) -> None:
    """Run *steps* on a new life; what fails says after which of them."""
    life = make()
    try:
        for position, (name, arguments) in enumerate(steps):
            try:
                getattr(life, name)(**arguments)
                life.holds()
            except Exception as error:
                error.add_note(f"after {position + 1} steps:\n{show(steps[: position + 1])}")
                raise
    finally:
        life.close()


def run(kind: type[Any], make: Callable[[], Life], first: int, steps: int) -> None:
    """Run lives until *steps* operations are done, from the seed *first* on; a failure names its seed."""
    done = 0

    def lived(plan: list[Step]) -> None:
        nonlocal done
        done += len(plan)
        play(make, plan)

    while done < steps:
        number = first + done
        with_settings = settings(
            max_examples=1 + -(-(steps - done) // _LENGTH),  # the first is the simplest: nothing is done
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        try:
            with_settings(seed(number)(given(plan=plans(kind))(lived)))()
        except Exception as error:
            error.add_note(f"RUNIC_PROPERTY_SEED={number} makes it fail again")
            raise
