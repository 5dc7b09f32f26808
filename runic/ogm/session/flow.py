"""The bridge between one implementation and two colours: flows yield requests, a session sends them.

A flow is a generator that yields what is to be sent and is given the answer; whatever the sending raises is raised
at its ``yield``, where it may put its own state right.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any, NamedTuple, TypeVar

from runic.cypher.compiler import Statement
from runic.ogm.driver import VALUES, AsyncConnection, Connection, GraphResult, RowFactory

__all__ = ["Cursor", "Flow", "Request", "answer", "arun", "async_answer", "run"]

T = TypeVar("T")


class Cursor:
    """How far the answer of one request has been read, and how many rows are read at a time."""

    __slots__ = ("batch", "parts")

    def __init__(self, batch: int) -> None:
        self.batch = batch
        self.parts: Any = None


class Request(NamedTuple):
    """A statement to send, and what builds the nodes and edges of its answer.

    With a cursor the answer is its next part, without rows when there is none left; the first time it is sent.
    """

    statement: Statement
    factory: RowFactory = VALUES
    cursor: Cursor | None = None

    @property
    def is_new(self) -> bool:
        """Whether the statement has still to be sent."""
        return self.cursor is None or self.cursor.parts is None


type Flow[T] = Generator[Request, GraphResult, T]


def answer(connection: Connection, request: Request) -> GraphResult:
    """Return the answer to *request*."""
    cursor = request.cursor
    if cursor is None:
        return connection.run(request.statement, request.factory)
    if cursor.parts is None:
        cursor.parts = connection.stream(request.statement, request.factory, cursor.batch)
    part: GraphResult | None = next(cursor.parts, None)
    return part or GraphResult()


async def async_answer(connection: AsyncConnection, request: Request) -> GraphResult:
    """See :func:`answer`."""
    cursor = request.cursor
    if cursor is None:
        return await connection.run(request.statement, request.factory)
    if cursor.parts is None:
        cursor.parts = connection.stream(request.statement, request.factory, cursor.batch)
    part: GraphResult | None = await anext(cursor.parts, None)
    return part or GraphResult()


def run(flow: Flow[T], send: Callable[[Request], GraphResult]) -> T:
    """Drive *flow* to its end, sending each request it yields."""
    try:
        request = next(flow)
        while True:
            try:
                result = send(request)
            except BaseException as error:
                request = flow.throw(error)
            else:
                request = flow.send(result)
    except StopIteration as done:
        value: T = done.value
        return value


async def arun(flow: Flow[T], send: Callable[[Request], Awaitable[GraphResult]]) -> T:
    """Drive *flow* to its end, awaiting each request it yields."""
    try:
        request = next(flow)
        while True:
            try:
                result = await send(request)
            except BaseException as error:
                request = flow.throw(error)
            else:
                request = flow.send(result)
    except StopIteration as done:
        value: T = done.value
        return value
