"""The backends that installed packages bring: entry points, looked at when a name or scheme is no built-in one.

A package is imported when its backend is asked for by name. A scheme is asked of the backend of that name first, and
of all others only then, as nothing but their classes knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from runic.exceptions import InvalidArgumentError, InvalidTypeError, MissingDependencyError, UnsupportedFeatureError
from runic.ogm.driver.backend import Backend

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "backend_named", "backend_of_scheme", "known_names", "known_schemes"]

GROUP = "runic.backends"


def known_names() -> set[str]:
    """Return the names that installed packages have registered."""
    return {point.name for point in _points()}


def known_schemes() -> set[str]:
    """Return the schemes of every installed backend that can be imported."""
    return {scheme for _, backend in _loadable(_points(), []) for scheme in backend.schemes}


def backend_named(name: str) -> Backend | None:
    """Return the installed backend *name*, or None where no package has registered it.

    Raises :class:`InvalidArgumentError` where two have, :class:`MissingDependencyError` or
    :class:`InvalidTypeError` where what is registered cannot be used.
    """
    points = [point for point in _points() if point.name == name]
    return _loaded(_only(f"the backend {name!r}", points)) if points else None


def backend_of_scheme(scheme: str) -> Backend | None:
    """Return the installed backend that URLs with *scheme* name, or None.

    Raises :class:`InvalidArgumentError` where several take it and none has its name, and the error of a broken
    backend where no other takes it.
    """
    points, broken = _points(), list[Exception]()
    named = [point for point in points if point.name == scheme.partition("+")[0]]
    for candidates in (named, points):
        found = [(point, backend) for point, backend in _loadable(candidates, broken) if scheme in backend.schemes]
        if found:
            chosen = _only(f"the scheme {scheme!r}", [point for point, _ in found])
            return next(backend for point, backend in found if point is chosen)
    if broken:
        raise broken[0]
    return None


def _points() -> list[EntryPoint]:
    return list(import_module("importlib.metadata").entry_points(group=GROUP))  # slow to import, and hardly ever asked


def _only(what: str, points: list[EntryPoint]) -> EntryPoint:
    if len({point.value for point in points}) > 1:
        owners = " and ".join(sorted(f"{_owner(point)} ({point.value})" for point in points))
        raise InvalidArgumentError(f"{what} is registered by {owners}; uninstall all but one of them")
    return points[0]


def _loadable(points: Iterable[EntryPoint], broken: list[Exception]) -> list[tuple[EntryPoint, Backend]]:
    found: list[tuple[EntryPoint, Backend]] = []
    for point in points:
        try:
            found.append((point, _loaded(point)))
        except (InvalidTypeError, MissingDependencyError) as error:
            broken.append(error)
    return found


def _loaded(point: EntryPoint) -> Backend:
    where = f"the backend {point.name!r} of {_owner(point)}"
    try:
        made: Any = point.load()
        if isinstance(made, type) and issubclass(made, Backend):
            return made()
    except Exception as error:  # whatever the import of someone else's module may raise
        raise MissingDependencyError(
            f"{where} cannot be loaded from {point.value!r}: {type(error).__name__}: {error}; "
            "repair the package or uninstall it"
        ) from error
    if isinstance(made, Backend):
        return made
    maker = cast("Callable[..., Any]", made)
    if not callable(maker):
        raise InvalidTypeError(
            f"{where} is {made!r}; its entry point {point.value!r} has to name a subclass of runic.ogm.Backend"
        )
    return _Synchronous(point.name, maker)


class _Synchronous(Backend):
    """A backend of which a package registers no more than what makes its driver: a function or the driver's class."""

    def __init__(self, name: str, make: Callable[..., Any]) -> None:
        self._name = name
        self._make = make

    def create_driver(self, **options: Any) -> Any:
        return self._make(**options)

    def create_async_driver(self, **options: Any) -> Any:
        del options
        raise UnsupportedFeatureError(
            f"the backend {self._name!r} has no asynchronous driver: its package registers no subclass of "
            "runic.ogm.Backend; use create_driver()"
        )


def _owner(point: EntryPoint) -> str:
    return f"the package {point.dist.name}" if point.dist is not None else "an unknown package"
