"""Running schema flows in either colour: the only place of ``runic.migrate`` where the two differ."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol

from runic.ogm.driver import GraphResult
from runic.ogm.driver.schema import Execute, Pause, SchemaFlow, SchemaRequest

__all__ = ["AsyncTarget", "Target", "arun", "run"]


class Target(Protocol):
    """What a flow is run on: a driver, whose ``command()`` is asked for only where its schema backend needs it."""

    def execute(self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False) -> GraphResult: ...


class AsyncTarget(Protocol):
    """The async twin of :class:`Target`."""

    async def execute(
        self, cypher: str, params: Mapping[str, Any] | None = None, write: bool = False
    ) -> GraphResult: ...


def run[T](flow: SchemaFlow[T], target: Target) -> T:
    """Drive *flow* to its end and return its result."""
    try:
        request = next(flow)
        while True:
            try:
                answer = _send(request, target)
            except Exception as error:
                request = flow.throw(error)
            else:
                request = flow.send(answer)
    except StopIteration as done:
        value: T = done.value
        return value


async def arun[T](flow: SchemaFlow[T], target: AsyncTarget) -> T:
    """See :func:`run`."""
    try:
        request = next(flow)
        while True:
            try:
                answer = await _asend(request, target)
            except Exception as error:
                request = flow.throw(error)
            else:
                request = flow.send(answer)
    except StopIteration as done:
        value: T = done.value
        return value


def _send(request: SchemaRequest, target: Any) -> Any:
    if isinstance(request, Execute):
        return target.execute(request.cypher, request.params, write=request.write)
    if isinstance(request, Pause):
        return time.sleep(request.seconds)  # the database builds meanwhile, and says nothing when it is done
    return target.command(*request.arguments)


async def _asend(request: SchemaRequest, target: Any) -> Any:
    if isinstance(request, Execute):
        return await target.execute(request.cypher, request.params, write=request.write)
    if isinstance(request, Pause):
        import asyncio  # keeps it out of synchronous programs

        return await asyncio.sleep(request.seconds)  # as above
    return await target.command(*request.arguments)
