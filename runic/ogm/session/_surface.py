"""What both sessions share without I/O: membership, bookkeeping, the state of the session itself."""

from __future__ import annotations

import inspect
import logging
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, TypeVar

from runic.cypher.arguments import each
from runic.cypher.compiler import Statement
from runic.cypher.dialect import Dialect
from runic.exceptions import (
    InvalidArgumentError,
    InvalidTypeError,
    OrmError,
    OutcomeUnknownError,
    PendingRollbackError,
    SessionBusyError,
    SessionClosedError,
    UsageError,
)
from runic.ogm.core._state import Status, state_of
from runic.ogm.core.models import Edge, Node
from runic.ogm.driver import AccessMode
from runic.ogm.mapper.mapper import Mapper, shared_mapper
from runic.ogm.mapper.relationship_loader import RelationshipLoader
from runic.ogm.query._chain import Chain
from runic.ogm.session.flow import Request
from runic.ogm.session.reading import Reader
from runic.ogm.session.unit_of_work import UnitOfWork

__all__ = ["SessionSurface"]

T = TypeVar("T")

_logger = logging.getLogger("runic.ogm")
_UNKNOWN = (
    "a write of this session was sent and its answer never came; rollback() makes the session usable again, then look "
    "in the graph whether it happened"
)
_FAILED = "the transaction of this session has failed and what it wrote was undone; rollback() first, then do it again"


class SessionSurface(ABC):
    """The part of a session that needs no connection."""

    def __init__(
        self,
        dialect: Dialect,
        mapper: Mapper | None,
        log_cypher: bool | str,
        autoflush: bool,
        access_mode: AccessMode,
        bookmarks: Iterable[str],
    ) -> None:
        if access_mode not in ("read", "write"):
            raise InvalidArgumentError(f"access_mode is 'read' or 'write', got {access_mode!r}")
        if isinstance(bookmarks, str):
            raise InvalidTypeError(f"bookmarks are those of another session, other.bookmarks, got {bookmarks!r}")
        if log_cypher not in (True, False, "params"):
            raise InvalidArgumentError(f"log_cypher is True, False or 'params', got {log_cypher!r}")
        given: Any = mapper
        if mapper is not None and not isinstance(given, Mapper):
            raise InvalidTypeError(f"mapper is a Mapper, got {mapper!r}")
        self._mapper = mapper if mapper is not None else shared_mapper(dialect)
        self._log_cypher = log_cypher
        self._autoflush = autoflush
        self._closed = False
        self._access_mode: AccessMode = access_mode
        self._bookmarks = frozenset(bookmarks)
        self._in_block = False
        self._broken: OrmError | None = None
        self._wrote = False
        self._writing = False
        self._thread = 0
        self._turn = threading.Lock()
        self._unit = UnitOfWork(self._mapper, weakref.ref(self))
        self._reader = Reader(self._unit)

    @abstractmethod
    def load_absent(self, entity: Any, field: Any) -> Any:
        """Answer the reading of an attribute that the instance does not hold."""

    # -- membership ---------------------------------------------------------------------------------------------

    def add(self, entity: Any) -> None:
        """Stage a new or detached node for the next flush, with what its cascading relations lead to.

        Raises :class:`DuplicateKeyError` when this session has another object with its key,
        :class:`DetachedEntityError` for an object of another open session, :class:`FieldValidationError` for an
        attribute that is no field.
        """
        self._require_usable()
        self._unit.add(entity)

    def add_all(self, entities: Iterable[Any]) -> None:
        """Stage several nodes; see :meth:`add`."""
        for entity in each(entities, "add_all() takes objects of Node classes"):
            self.add(entity)

    def delete(self, entity: Any) -> None:
        """Stage a node for deletion with its relationships, or an edge; a pending node is forgotten.

        Raises :class:`DetachedEntityError` for an object that is not in this session.
        """
        self._require_usable()
        self._unit.delete(entity)

    def expunge(self, entity: Any) -> None:
        """Take an object out of the session; nothing is sent."""
        self._require_usable()
        self._unit.expunge(entity)

    def expunge_all(self) -> None:
        """Take every object out of the session; nothing is sent."""
        self._require_usable()
        self._unit.expunge_all()

    def expire(self, entity: Any) -> None:
        """Forget the loaded values of an object; the next access, or a query that returns it, loads them again."""
        self._require_usable()
        self._unit.expire(entity)

    def register_or_get(self, entity: T) -> T:
        """Return the object that this session has for the same node, registering *entity* if there is none."""
        self._require_usable()
        unit = self._unit
        unit.require_node(entity)
        node: Any = entity
        codec = unit.mapper.node(type(node))
        key = codec.snapshot_key(node._state) if codec.key.generated and node._state else unit.present_key(codec, node)
        known = unit.find(codec.root, key) if key is not None else None
        if known is not None:
            found: T = known
            return found
        unit.add(entity)
        return entity

    def __contains__(self, entity: Any) -> bool:
        return isinstance(entity, Node | Edge) and self._unit.owns(entity) and state_of(entity).status != Status.DELETED

    @property
    def new(self) -> list[Any]:
        """The objects that the next flush creates."""
        return list(self._unit.new.values())

    @property
    def deleted(self) -> list[Any]:
        """The objects that the next flush deletes."""
        return list(self._unit.deleted.values())

    @property
    def has_written(self) -> bool:
        """Whether a write was sent since the last commit or rollback."""
        return self._wrote

    @property
    def bookmarks(self) -> frozenset[str]:
        """What another session needs to see what this one has committed: ``Session(driver, bookmarks=…)``."""
        return self._bookmarks

    @property
    def mapper(self) -> Mapper:
        """The mapper of this session."""
        return self._mapper

    @property
    def rel_loader(self) -> RelationshipLoader:
        """The loading plans of this session."""
        return self._reader.loader

    # -- the session's own state --------------------------------------------------------------------------------

    def _require_usable(self) -> None:
        if self._closed:
            raise SessionClosedError("this session is closed; open a new one with Session(driver)")
        if self._broken is not None:
            raise type(self._broken)(*self._broken.args) from self._broken.__cause__
        self._require_free()

    def _note_failure(self, error: BaseException) -> bool:
        """Remember what a failed sending left behind; True when the connection has to be rolled back.

        An error ends the transaction of a database that has them. If nothing was written in it, nothing is lost,
        and the next statement begins another one.
        """
        if self._writing and answer_lost(error):
            self._broken = OutcomeUnknownError(_UNKNOWN)
            self._broken.__cause__ = error
        elif self._wrote and self._unit.transactional:
            self._broken = PendingRollbackError(f"{_FAILED}: {error}")
            self._broken.__cause__ = error
        if self._unit.transactional:
            self._unit.ends += 1
        return self._unit.transactional

    def _note_escape(self, error: BaseException) -> None:
        """Remember an interrupt that came between two statements of a flow that writes."""
        if self._broken is None and self._writing and not isinstance(error, Exception):
            self._note_failure(error)

    def _note_sending(self, request: Request) -> None:
        statement = request.statement
        if statement.write and self._access_mode == "read":
            raise UsageError('this session only reads; write in one that is opened without access_mode="read"')
        if request.is_new:
            self._log(statement)
        self._writing = self._writing or statement.write

    @contextmanager
    def _block(self) -> Generator[None]:
        """Keep account of the block of :meth:`Session.begin`."""
        self._require_usable()
        if self._in_block:
            raise UsageError("this session is in a block of begin() already; one block is one transaction")
        if self._wrote:
            raise UsageError("this session has flushed what is not committed; commit() or rollback() before begin()")
        self._in_block = True
        try:
            yield
        finally:
            self._in_block = False

    def _note_answer(self, statement: Statement) -> None:
        self._wrote = self._wrote or statement.write

    def _note_end(self) -> None:
        """Forget the transaction that ended."""
        self._wrote = False

    def _require_free(self) -> None:
        if self._turn.locked() and self._thread != threading.get_ident():
            raise SessionBusyError("this session is in use by another thread; give each thread a session of its own")

    def _log(self, statement: Statement) -> None:
        level = logging.INFO if self._log_cypher else logging.DEBUG
        if not _logger.isEnabledFor(level):
            return
        if self._log_cypher == "params":
            _logger.log(level, "%s %r", statement.text, dict(statement.params))
        else:
            _logger.log(level, "%s", statement.text)

    def _chain(self, statement: Any) -> Any:
        known: Any = statement
        if not isinstance(statement, Chain):
            raise InvalidTypeError(f"expected a statement such as select(User), got {statement!r}")
        return known

    def _relation_name(self, entity: Any, name: Any) -> str:
        relation = getattr(name, "name", name)
        known: list[str] = list(getattr(getattr(entity.__class__, "__runic_meta__", None), "relations", ()))
        if relation not in known:
            near = get_close_matches(str(relation), known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InvalidArgumentError(f"{type(entity).__name__} has no relation {relation!r}{hint}")
        found: str = relation
        return found


def require_colour(driver: Any, *, asynchronous: bool) -> None:
    """Raise :class:`InvalidTypeError` for a driver whose methods are those of the other kind of session."""
    cls: Any = driver.__class__
    execute: Any = getattr(cls, "execute", None)
    if inspect.isfunction(execute) and inspect.iscoroutinefunction(execute) is not asynchronous:
        kind, use = ("synchronous", "Session") if asynchronous else ("asynchronous", "AsyncSession")
        make = "create_async_driver()" if asynchronous else "create_driver()"
        raise InvalidTypeError(f"{driver!r} is {kind}; use {use}, or {make}")


def answer_lost(error: BaseException) -> bool:
    """Tell whether *error*, met while a write was under way, leaves open whether it happened."""
    return isinstance(error, OutcomeUnknownError) or not isinstance(error, Exception)


def raw_statement(cypher: Any, params: Any, write: bool) -> Statement:
    """Return raw Cypher as a statement; raise :class:`InvalidTypeError` for what is no text or no mapping."""
    if not isinstance(cypher, str):
        raise InvalidTypeError(f"expected Cypher as text, got {cypher!r}; pass statements to scalars()")
    given: Any = params or {}
    values: Mapping[str, Any] = given
    if not isinstance(given, Mapping):
        raise InvalidTypeError(f"parameters are a mapping from names to values, got {params!r}")
    return Statement(cypher, values, (), write, raw=True)


def first_only(statement: Any, count: int = 1) -> Any:
    """Return the statement limited to *count* rows, unless it asks for fewer."""
    limit = statement.question.limit
    return statement if limit is not None and limit <= count else statement.limit(count)
