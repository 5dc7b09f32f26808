"""What the managers do, as flows without I/O: create, wait, compare, drop.

A database that builds indexes in the background is asked until it is done; one that was changed by somebody else in
between is read again, so two programs may bring one schema up at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

from runic.cypher.schema import Difference, IndexSpec, LiveIndex, compare, drop_order, failure
from runic.exceptions import (
    AuthenticationError,
    ConflictError,
    ConnectionLostError,
    ConstraintViolationError,
    DriverError,
    InvalidArgumentError,
    MetadataError,
    OutcomeUnknownError,
    UnsupportedFeatureError,
    UsageError,
)
from runic.ogm.driver.schema import Pause, SchemaBackend, SchemaFlow

__all__ = ["create", "create_one", "difference", "drop_one", "synchronise"]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.25
_CREATION_ORDER = ("RANGE", "FULLTEXT", "VECTOR", "UNIQUE", "MANDATORY")
_SEARCHES = ("FULLTEXT", "VECTOR")
_FINAL = (AuthenticationError, ConnectionLostError, ConstraintViolationError, OutcomeUnknownError)


def create(
    backend: SchemaBackend, specs: Sequence[IndexSpec], timeout: float, *, if_not_exists: bool = True
) -> SchemaFlow[None]:
    """Create what is missing of *specs* and wait until all of them work.

    The searches that a model declares and the database has none of are reported when everything else is in force.
    """
    live = yield from backend.read()
    specs, refused = _possible(backend, specs, live)
    found = compare(specs, live)
    if not if_not_exists and len(found.missing) < len(specs):
        exists = next(spec for spec in specs if spec not in found.missing)
        raise UsageError(f"there is a {exists.described} already; if_not_exists=True leaves it as it is")
    _refuse_changes(found)
    yield from _create_missing(backend, specs, found, live, timeout)
    _report(refused)


def create_one(backend: SchemaBackend, spec: IndexSpec, timeout: float, if_not_exists: bool) -> SchemaFlow[None]:
    """Create one index or constraint."""
    yield from create(backend, [spec], timeout, if_not_exists=if_not_exists)


def drop_one(backend: SchemaBackend, spec: IndexSpec, if_exists: bool) -> SchemaFlow[None]:
    """Drop one index or constraint, and with a unique constraint the range indexes that nothing else stands on."""
    live = yield from backend.read()
    known = {found.spec: found for found in live}
    if spec not in known:
        if not if_exists:
            raise UsageError(f"there is no {spec.described} to drop; if_exists=True accepts that")
        return
    needed = {support for other in live if other.spec != spec for support in other.supports}
    supports = [support for support in known[spec].supports if support in known and support not in needed]
    yield from _drop(backend, [spec, *supports])


def difference(backend: SchemaBackend, specs: Sequence[IndexSpec]) -> SchemaFlow[Difference]:
    """Compare *specs* with all that the database has."""
    live = yield from backend.read()
    return compare(specs, live)


def synchronise(
    backend: SchemaBackend, specs: Sequence[IndexSpec], timeout: float, *, drop_extra: bool
) -> SchemaFlow[None]:
    """Create what is missing; with *drop_extra* rebuild what has other options and drop what nobody declares."""
    live = yield from backend.read()
    specs, refused = _possible(backend, specs, live)
    found = compare(specs, live)
    if not drop_extra:
        _refuse_changes(found)
    changed = [spec for spec, _ in found.changed] if drop_extra else []
    _check(backend, changed)
    yield from _drop(backend, changed)
    if changed:
        live = yield from backend.read()
    yield from _create_missing(backend, specs, compare(specs, live), live, timeout)
    if drop_extra and found.extra:
        yield from _drop(backend, found.extra)
        # A database that keeps an index inside its constraint has dropped it as well.
        yield from create(backend, specs, timeout)
    _report(refused)


def _possible(
    backend: SchemaBackend, specs: Sequence[IndexSpec], live: list[LiveIndex]
) -> tuple[list[IndexSpec], list[UnsupportedFeatureError]]:
    """Return *specs* without the searches that models declare for other databases, and what is said of those.

    Raises for the first of the missing ones that cannot be created for another reason.
    """
    possible = dict.fromkeys(specs)
    refused: list[UnsupportedFeatureError] = []
    for spec in compare(specs, live).missing:
        try:
            _check(backend, [spec])
        except UnsupportedFeatureError as error:
            if not (spec.origin and spec.index_type in _SEARCHES):
                raise
            refused.append(error)
            del possible[spec]
    return list(possible), refused


def _report(refused: Sequence[UnsupportedFeatureError]) -> None:
    if refused:
        raise UnsupportedFeatureError("\n".join(["Everything else is in force, but:", *map(str, refused)]))


def _check(backend: SchemaBackend, specs: Iterable[IndexSpec]) -> None:
    """Raise for the first of *specs* that cannot be created."""
    for spec in specs:
        if spec.index_type == "VECTOR" and spec.dimension is None:
            where = spec.origin or spec.described
            error = MetadataError if spec.origin else InvalidArgumentError
            raise error(
                f"{where} declares a vector index without its dimension, which is the length of the vectors; write "
                'Field(index_type="VECTOR", dimension=384, similarity="cosine")'
            )
        backend.check(spec)


def _refuse_changes(found: Difference) -> None:
    for spec, conflict in found.changed:
        raise MetadataError(
            f"{spec.described}: the graph has it with {conflict}; declare what is there, or "
            "build it anew with sync_schema(drop_extra=True) or drop_spec()"
        )


def _create_missing(
    backend: SchemaBackend, specs: Sequence[IndexSpec], found: Difference, live: list[LiveIndex], timeout: float
) -> SchemaFlow[None]:
    yield from _drop(backend, found.failed)
    known = {index.spec for index in live} - set(found.failed)
    violated: list[ConstraintViolationError] = []
    for group in _groups(specs):
        if not known.issuperset(group):
            try:
                yield from _create_group(backend, group, known)
            except ConstraintViolationError as error:
                violated.append(error)
    yield from _wait(backend, specs, timeout)
    if violated:
        raise violated[0]


def _groups(specs: Iterable[IndexSpec]) -> Iterator[list[IndexSpec]]:
    """Yield what is created together: the full-text specs of one label, else specs of one type."""

    def key(spec: IndexSpec) -> tuple[int, str, str]:
        together = spec.index_type == "FULLTEXT"
        order = _CREATION_ORDER.index(spec.index_type)
        return (order, spec.entity if together else "", spec.label if together else "")

    for _, group in groupby(sorted(specs, key=key), key):
        yield list(group)


def _create_group(backend: SchemaBackend, group: list[IndexSpec], known: set[IndexSpec]) -> SchemaFlow[None]:
    """Create a group; if that fails because somebody else was faster, go on from what is there now."""
    while True:
        try:
            yield from _settled(partial(backend.create, group, known))
        except _FINAL:
            raise
        except DriverError:
            live = yield from backend.read()
            grown = known | {index.spec for index in live}
            if grown == known:
                raise
            known = grown
            if not known.issuperset(group):
                continue
        return


def _settled(step: Callable[[], SchemaFlow[None]]) -> SchemaFlow[None]:
    """Run *step*, and run it again when another transaction got in its way."""
    pause = _FIRST_PAUSE
    while True:
        try:
            yield from step()
        except ConflictError:
            if pause > _LONGEST_PAUSE:
                raise
        else:
            return
        yield Pause(pause)
        pause *= 2


def _drop(backend: SchemaBackend, specs: Iterable[IndexSpec]) -> SchemaFlow[None]:
    """Drop *specs*, constraints first; one that is gone already is no error."""
    for spec in sorted(specs, key=drop_order):
        try:
            yield from _settled(partial(backend.drop, spec))
        except _FINAL:
            raise
        except DriverError:
            live = yield from backend.read()
            if any(index.spec == spec for index in live):
                raise


def _wait(backend: SchemaBackend, specs: Sequence[IndexSpec], timeout: float) -> SchemaFlow[None]:
    """Wait until the database has built *specs*; remove a constraint that the data contradicts, and raise."""
    pause, waited = _FIRST_PAUSE, 0.0
    while True:
        live = yield from backend.read()
        found = compare(specs, live)
        if not found.building:
            break
        if waited >= timeout:
            raise DriverError(
                f"still not built after {waited:.0f} s: {_listed(found.building)}; the database goes on building, "
                "so look again later or give the manager a longer timeout="
            )
        yield Pause(pause)
        waited += pause
        pause = min(pause * 2, _LONGEST_PAUSE)
    if found.failed:
        yield from _drop(backend, found.failed)
        raise ConstraintViolationError("\n".join(failure(spec, removed=True) for spec in found.failed))


def _listed(specs: Iterable[IndexSpec]) -> str:
    return "; ".join(spec.described for spec in specs)
