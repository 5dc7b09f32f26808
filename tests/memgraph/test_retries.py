"""Transaction functions against a server that answers as Memgraph does: what is tried again, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runic.exceptions import ConflictError, ConstraintViolationError, DriverError, OutcomeUnknownError
from tests.memgraph.answers import BUSY, CONFLICT, TRANSIENT, VIOLATION, memgraph
from tests.memgraph.conftest import Colour, done
from tests.memgraph.models import User
from tests.servers.bolt_script import HANG_UP, Failure, Message

UNKNOWN = Failure(TRANSIENT, 'Tried to retrieve an unknown database "x".')


class Sometimes:
    """A script that answers the first messages of a kind with one of *answers* each, and all others as usual."""

    def __init__(self, kind: str, *answers: Any) -> None:
        self._kind, self._answers = kind, iter(answers)
        self.asked = 0

    def __call__(self, message: Message) -> Any:
        said = message.kind if message.kind != "RUN" else message.text
        if not said.startswith(self._kind):
            return memgraph(message)
        self.asked += 1
        answer = next(self._answers, None)
        return memgraph(message) if answer is None else answer


async def written(colour: Colour, server: Any, pauses: list[float], **options: Any) -> Any:
    """Store a user in a transaction function, without waiting between the attempts."""

    def work(session: Any) -> str:
        session.add(User(id="u"))
        return "done"

    async def async_work(session: Any) -> str:
        return work(session)

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    driver = colour.driver(server)
    if colour.is_async:
        return await driver.execute_write(async_work, sleep=pause, **options)
    return driver.execute_write(work, sleep=pauses.append, **options)


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("UNWIND", (CONFLICT, CONFLICT)),
        ("COMMIT", (CONFLICT, BUSY)),
        ("UNWIND", (HANG_UP, CONFLICT)),
    ],
)
async def test_a_conflict_is_tried_again_from_the_start(
    colour: Colour, serve: Any, kind: str, answers: tuple[Any, ...]
) -> None:
    pauses: list[float] = []
    script = Sometimes(kind, *answers)
    server = serve(script)
    assert await written(colour, server, pauses) == "done"
    assert (script.asked, len(pauses)) == (3, 2)
    assert server.heard.count("BEGIN") == 3
    assert server.heard[-1] == "COMMIT"


async def test_the_attempts_have_an_end(colour: Colour, serve: Any) -> None:
    pauses: list[float] = []
    script = Sometimes("UNWIND", *[CONFLICT] * 9)
    with pytest.raises(ConflictError, match="Cannot resolve conflicting transactions"):
        await written(colour, serve(script), pauses, attempts=3)
    assert (script.asked, len(pauses)) == (3, 2)


def final() -> Iterator[tuple[str, Any, type[Exception]]]:
    yield "COMMIT", VIOLATION, ConstraintViolationError
    yield "COMMIT", HANG_UP, OutcomeUnknownError
    # The server calls this one transient, so the client would go on for half a minute.
    yield "BEGIN", UNKNOWN, DriverError


@pytest.mark.parametrize(("kind", "answer", "error"), list(final()))
async def test_what_no_other_attempt_can_help_is_raised_at_once(
    colour: Colour, serve: Any, kind: str, answer: Any, error: type[Exception]
) -> None:
    pauses: list[float] = []
    script = Sometimes(kind, answer)
    with pytest.raises(error) as caught:
        await written(colour, serve(script), pauses)
    assert type(caught.value) is error
    assert (script.asked, pauses) == (1, [])


async def test_a_function_that_reads_asks_for_a_transaction_that_reads(colour: Colour, serve: Any) -> None:
    async def async_read(session: Any) -> Any:
        return await session.get(User, "u")

    modes: list[Any] = []

    def script(message: Message) -> Any:
        if message.kind == "BEGIN":
            modes.append(message.params.get("mode", "w"))
        return memgraph(message)

    driver = colour.driver(serve(script))
    read: Any = async_read if colour.is_async else lambda session: session.get(User, "u")
    assert await done(driver.execute_read(read)) is None
    assert modes == ["r"]
    await written(colour, serve(script), [])
    assert modes == ["r", "w"]
