"""Reading a statement page by page, for results that should not all be in memory."""

from __future__ import annotations

from typing import Any

from runic.exceptions import InvalidArgumentError, UsageError
from runic.ogm.session.flow import Flow
from runic.ogm.session.reading import Reader
from runic.ogm.session.unit_of_work import UnitOfWork

__all__ = ["Pages"]


class Pages:
    """The pages of one statement.

    A statement over one class is read by key: each page starts after the last key of the one before, so it is right
    whatever is written in between. One with an order, a limit or hops of its own is read whole.
    """

    def __init__(self, unit: UnitOfWork, reader: Reader, statement: Any, batch: int) -> None:
        given: Any = batch
        if not isinstance(given, int) or isinstance(given, bool) or given < 1:
            raise InvalidArgumentError(f"batch is a positive number of rows, got {batch!r}")
        if statement.question.fetch:
            raise InvalidArgumentError("a stream loads no relations; leave out fetch(), or read with scalars()")
        self.done = False
        self._unit = unit
        self._reader = reader
        self._statement = statement
        self._batch = batch
        self._rollbacks = unit.rollbacks
        self._last: Any = None

    def next(self) -> Flow[list[Any]]:
        """Read one page; sets ``done`` with the last."""
        if self._unit.rollbacks != self._rollbacks:
            raise UsageError("this stream was ended by a rollback of its session; start it again")
        question = self._statement.question
        if not question.is_plain:
            self.done = True
            return (yield from self._reader.page(question))
        key = question.root.__runic_meta__.key
        field = question.root.__runic_fields__[key.name]
        page = self._statement if self._last is None else self._statement.where(field > self._last)
        page = page.order_by(field).limit(self._batch)
        found = yield from self._reader.page(page.question)
        self.done = len(found) < self._batch
        if found:
            self._last = getattr(found[-1], key.name)
        return found
