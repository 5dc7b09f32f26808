"""The one reader of annotations: class bodies on every supported Python, and types out of them.

A text or a forward reference stays as it is until its first use, so that a model may name a class which is
defined later, or imported for type checkers only.
"""

from __future__ import annotations

import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

__all__ = ["FieldType", "frame_names", "is_class_variable", "own_annotations", "parse", "resolve", "written"]

_REFERENCE = re.compile(r"ForwardRef\('([^']*)'[^)]*\)")


@dataclass(frozen=True, slots=True)
class FieldType:
    """What an annotation says: the value type, whether None is allowed, and whether it is a list of it."""

    base: Any
    optional: bool = False
    many: bool = False
    role: Any = None
    edge: Any = None


def own_annotations(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """Return the annotations of a class body that is being made into a class."""
    found = namespace.get("__annotations__")
    if found is not None or sys.version_info < (3, 14):
        return dict(found or {})
    annotationlib = import_module("annotationlib")
    annotate = annotationlib.get_annotate_from_class_namespace(namespace)
    if annotate is None:
        return {}
    return dict(annotationlib.call_annotate_function(annotate, annotationlib.Format.FORWARDREF))


def frame_names(depth: int) -> Mapping[str, Any]:
    """Return the local names where a class is being defined, or nothing at module level."""
    frame = inspect.currentframe()
    for _ in range(depth):
        frame = frame.f_back if frame is not None else None
    if frame is None or frame.f_locals is frame.f_globals:
        return {}
    return dict(frame.f_locals)


def is_class_variable(annotation: Any) -> bool:
    """Tell whether *annotation*, evaluated or text, is a ``ClassVar``."""
    if isinstance(annotation, str):
        text = annotation.replace(" ", "")
        return text.startswith(("ClassVar", "typing.ClassVar", "t.ClassVar"))
    return annotation is typing.ClassVar or typing.get_origin(annotation) is typing.ClassVar


class _Names(dict[str, Any]):
    """Names for evaluating one annotation: locals of the definition first, then the registry's classes."""

    def __init__(self, local: Mapping[str, Any], find: Callable[[str], Any], module: Mapping[str, Any]) -> None:
        super().__init__(local)
        self._find = find
        self._module = module

    def __missing__(self, name: str) -> Any:
        if name in self._module:
            return self._module[name]
        found = self._find(name)
        if found is None:
            raise KeyError(name)
        return found


def resolve(annotation: Any, cls: type, local: Mapping[str, Any], find: Callable[[str], Any]) -> Any:
    """Evaluate *annotation* of *cls*; unknown names are looked up with *find*.

    Raises ``NameError`` for a name that nobody knows yet.
    """
    if not isinstance(annotation, (str, typing.ForwardRef)):
        return annotation
    module = vars(sys.modules[cls.__module__]) if cls.__module__ in sys.modules else {}
    names = _Names(local, find, module)
    if isinstance(annotation, str):
        found = eval(annotation, dict(module), names)
    elif sys.version_info < (3, 14):
        found = eval(annotation.__forward_arg__, dict(module), names)
    else:
        found = _evaluated(annotation, names)
    return resolve(found, cls, local, find)


def _evaluated(reference: Any, names: Mapping[str, Any]) -> Any:
    """Evaluate what lazy annotations left open, with *names* for what is unknown where it was written.

    Only the reference knows the variables of the functions around it, and what its text cannot say.
    """
    known: dict[str, Any] = {}
    while True:
        try:
            return reference.evaluate(locals=known)
        except NameError as error:
            if error.name is None or error.name in known:
                raise
            try:
                known[error.name] = names[error.name]
            except KeyError:
                raise error from None


def written(annotation: Any) -> str:
    """Return *annotation* as a message shows it: the names it was written with, whichever Python read it."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__forward_arg__", None)
    return repr(text) if text is not None else _REFERENCE.sub(r"\1", repr(annotation))


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


def parse(annotation: Any, deep: Callable[[Any], Any], roles: Mapping[Any, bool]) -> FieldType:
    """Read an evaluated annotation; *deep* evaluates the forward references inside it.

    *roles* maps the generic classes of the typed style to whether they stand for a collection.
    """
    annotation = deep(annotation)
    origin = typing.get_origin(annotation)
    if annotation in roles if isinstance(annotation, type) else False:
        return FieldType(Any, many=roles[annotation], role=annotation)
    if origin in roles:
        inner = parse(typing.get_args(annotation)[0], deep, roles)
        arguments = typing.get_args(annotation)
        edge = deep(arguments[1]) if len(arguments) > 1 else None
        many = roles[origin] or inner.many
        return FieldType(inner.base, inner.optional, many, role=origin, edge=edge)
    if origin is typing.Annotated:
        return parse(typing.get_args(annotation)[0], deep, roles)
    if isinstance(annotation, typing.NewType):
        return parse(annotation.__supertype__, deep, roles)
    if isinstance(annotation, typing.TypeAliasType):
        return parse(annotation.__value__, deep, roles)
    if _is_union(annotation):
        return _union(typing.get_args(annotation), deep, roles)
    if origin is typing.Literal:
        kinds: set[Any] = {type(value) for value in typing.get_args(annotation)}
        optional = types.NoneType in kinds
        kinds.discard(types.NoneType)
        return FieldType(kinds.pop() if len(kinds) == 1 else Any, optional)
    if annotation is list:
        return FieldType(Any, many=True)
    if origin is list:
        inner = parse(typing.get_args(annotation)[0], deep, roles)
        return FieldType(inner.base, inner.optional, many=True)
    return FieldType(origin or annotation)


def _union(members: tuple[Any, ...], deep: Callable[[Any], Any], roles: Mapping[Any, bool]) -> FieldType:
    kept = [member for member in members if member is not type(None)]
    if len(kept) != 1:
        return FieldType(Any, optional=len(kept) < len(members))
    inner = parse(kept[0], deep, roles)
    return FieldType(inner.base, True, inner.many, inner.role, inner.edge)
