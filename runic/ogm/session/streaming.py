"""Reading a statement in portions, for results that should not all be in memory."""

from __future__ import annotations

from typing import Any

from runic.cypher.dialect import Feature
from runic.exceptions import InvalidArgumentError, UsageError
from runic.ogm.session.flow import Cursor, Flow, Request
from runic.ogm.session.reading import Reader
from runic.ogm.session.unit_of_work import UnitOfWork

__all__ = ["Pages", "Parts", "portions"]


class Pages:
    """The pages of one statement, for a database that has no cursors.

    A statement over one class is read by key: each page starts after the last key of the one before, so it is right
    whatever is written in between. One with an order, a limit or hops of its own is read whole.
    """

    def __init__(self, unit: UnitOfWork, reader: Reader, statement: Any, batch: int) -> None:
        self.done = False
        self._unit = unit
        self._reader = reader
        self._statement = statement
        self._batch = batch
        self._ends = unit.ends
        self._last: Any = None

    def next(self) -> Flow[list[Any]]:
        """Read one page; sets ``done`` with the last."""
        _require_open(self._unit, self._ends)
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


class Parts:
    """The parts of one statement's answer, which the database hands out one after the other."""

    def __init__(self, unit: UnitOfWork, reader: Reader, statement: Any, batch: int) -> None:
        self.done = False
        self._unit = unit
        self._ends = unit.ends
        request, self._load = reader.loose(statement.question)
        self._request = Request(request.statement, request.factory, Cursor(batch))

    def next(self) -> Flow[list[Any]]:
        """Read one part; sets ``done`` when there was none left."""
        _require_open(self._unit, self._ends)
        result = yield self._request
        self.done = not result.rows
        return self._load(result)


def portions(unit: UnitOfWork, reader: Reader, statement: Any, batch: int) -> Pages | Parts:
    """Return what reads *statement* in portions of *batch* rows, by a cursor where the database has them."""
    given: Any = batch
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise InvalidArgumentError(f"batch is a positive number of rows, got {batch!r}")
    if statement.question.fetch:
        raise InvalidArgumentError("a stream loads no relations; leave out fetch(), or read with scalars()")
    kind = Parts if Feature.CURSOR in unit.mapper.dialect.features else Pages
    return kind(unit, reader, statement, batch)


def _require_open(unit: UnitOfWork, ends: int) -> None:
    if unit.ends != ends:
        raise UsageError("this stream was ended with the transaction of its session; start it again")
