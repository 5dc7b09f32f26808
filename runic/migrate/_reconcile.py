"""What the managers do, as flows without I/O: create, wait, compare, drop.

A database that builds indexes in the background is asked until it is done; one that was changed by somebody else in
between is read again, so two programs may bring one schema up at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from runic.cypher.names import escape_identifier
from runic.cypher.schema import Difference, IndexSpec, LiveIndex, compare, drop_order
from runic.exceptions import (
    AuthenticationError,
    ConnectionLostError,
    ConstraintViolationError,
    DriverError,
    InvalidArgumentError,
    MetadataError,
    OutcomeUnknownError,
    UsageError,
)
from runic.ogm.driver.schema import Pause, SchemaBackend, SchemaFlow

__all__ = ["create", "create_one", "difference", "drop_one", "synchronise"]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.25
_CREATION_ORDER = ("RANGE", "FULLTEXT", "VECTOR", "UNIQUE", "MANDATORY")
_FINAL = (AuthenticationError, ConnectionLostError, ConstraintViolationError, OutcomeUnknownError)


def create(
    backend: SchemaBackend, specs: Sequence[IndexSpec], timeout: float, *, if_not_exists: bool = True
) -> SchemaFlow[None]:
    """Create what is missing of *specs*, if all of it can be, and wait until all of them work."""
    live = yield from backend.read()
    found = compare(specs, live)
    if not if_not_exists and len(found.missing) < len(specs):
        exists = next(spec for spec in specs if spec not in found.missing)
        raise UsageError(f"there is a {exists.described} already; if_not_exists=True leaves it as it is")
    _refuse_changes(found)
    check(backend, found.missing)
    yield from _create_missing(backend, specs, found, live, timeout)


def create_one(backend: SchemaBackend, spec: IndexSpec, timeout: float, if_not_exists: bool) -> SchemaFlow[None]:
    """Create one index or constraint."""
    yield from create(backend, [spec], timeout, if_not_exists=if_not_exists)


def drop_one(backend: SchemaBackend, spec: IndexSpec, if_exists: bool) -> SchemaFlow[None]:
    """Drop one index or constraint, and with a unique constraint the range indexes that nothing else stands on."""
    live = yield from backend.read()
    known = {found.spec for found in live}
    if spec not in known:
        if not if_exists:
            raise UsageError(f"there is no {spec.described} to drop; if_exists=True accepts that")
        return
    needed = {support for other in known - {spec} for support in other.supports}
    yield from _drop(backend, [spec, *(support for support in spec.supports if support in known - needed)])


def difference(backend: SchemaBackend, specs: Sequence[IndexSpec]) -> SchemaFlow[Difference]:
    """Compare *specs* with all that the database has."""
    live = yield from backend.read()
    return compare(specs, live)


def synchronise(
    backend: SchemaBackend, specs: Sequence[IndexSpec], timeout: float, *, drop_extra: bool
) -> SchemaFlow[None]:
    """Create what is missing; with *drop_extra* rebuild what has other options and drop what nobody declares."""
    live = yield from backend.read()
    found = compare(specs, live)
    if not drop_extra:
        _refuse_changes(found)
    changed = [spec for spec, _ in found.changed] if drop_extra else []
    check(backend, (*found.missing, *changed))
    yield from _drop(backend, changed)
    if changed:
        live = yield from backend.read()
    yield from _create_missing(backend, specs, compare(specs, live), live, timeout)
    if drop_extra and found.extra:
        yield from _drop(backend, found.extra)
        # A database that keeps an index inside its constraint has dropped it as well.
        yield from create(backend, specs, timeout)


def check(backend: SchemaBackend, specs: Iterable[IndexSpec]) -> None:
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
    for spec, live in found.changed:
        raise MetadataError(
            f"{spec.described}: the graph has it with {spec.conflict_with(live)}; declare what is there, or "
            "build it anew with sync_schema(drop_extra=True) or drop_spec()"
        )


def _create_missing(
    backend: SchemaBackend, specs: Sequence[IndexSpec], found: Difference, live: list[LiveIndex], timeout: float
) -> SchemaFlow[None]:
    yield from _drop(backend, found.failed)
    known = {index.spec for index in live} - set(found.failed)
    for group in _groups(specs):
        if not known.issuperset(group):
            yield from _create_group(backend, group, known)
    yield from _wait(backend, specs, timeout)


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
            yield from backend.create(group, known)
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


def _drop(backend: SchemaBackend, specs: Iterable[IndexSpec]) -> SchemaFlow[None]:
    """Drop *specs*, constraints first; one that is gone already is no error."""
    for spec in sorted(specs, key=drop_order):
        try:
            yield from backend.drop(spec)
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


def failure(spec: IndexSpec, *, removed: bool) -> str:
    """Say why *spec* is not in force, and which statement finds the data to change."""
    after = "; the constraint was removed again" if removed else ", so the constraint is not in force"
    pattern = "MATCH (n:{})" if spec.entity == "NODE" else "MATCH ()-[n:{}]->()"
    match = pattern.format(escape_identifier(spec.label))
    names = [f"n.{escape_identifier(name)}" for name in spec.properties]
    if spec.index_type == "UNIQUE":
        present = " AND ".join(f"{name} IS NOT NULL" for name in names)
        values = ", ".join(f"{name} AS value{i or ''}" for i, name in enumerate(names))
        columns = ", ".join(f"value{i or ''}" for i in range(len(names)))
        return (
            f"{spec.described} does not hold: the graph has duplicates{after}. Find them: {match} WHERE {present} "
            f"WITH {values}, count(*) AS copies WHERE copies > 1 RETURN {columns}, copies"
        )
    if spec.index_type == "MANDATORY":
        absent = " OR ".join(f"{name} IS NULL" for name in names)
        return (
            f"{spec.described} does not hold: the graph has entities without the property{after}. "
            f"Find them: {match} WHERE {absent} RETURN n"
        )
    return f"{spec.described} could not be built by the database{'; it was removed again' if removed else ''}"


def _listed(specs: Iterable[IndexSpec]) -> str:
    return "; ".join(spec.described for spec in specs)
