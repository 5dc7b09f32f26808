"""The bridge between one implementation and two colours: flows yield requests, a session sends them.

A flow is a generator that yields what is to be sent and is given the answer; whatever the sending raises is raised
at its ``yield``, where it may put its own state right.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import NamedTuple, TypeVar

from runic.cypher.compiler import Statement
from runic.ogm.driver import VALUES, GraphResult, RowFactory

__all__ = ["Flow", "Request", "arun", "run"]

T = TypeVar("T")


class Request(NamedTuple):
    """A statement to send, and what builds the nodes and edges of its answer."""

    statement: Statement
    factory: RowFactory = VALUES


type Flow[T] = Generator[Request, GraphResult, T]


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
