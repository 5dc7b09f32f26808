"""The functions of a codec that are compiled from its fields: the hot path of reading and of looking for changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runic.ogm.core._codegen import compile_function
from runic.ogm.core._state import Status
from runic.ogm.mapper.values import FieldCodec

if TYPE_CHECKING:
    from runic.ogm.mapper.codec import EntityCodec

__all__ = ["compile_hydrate", "compile_scan"]


def compile_hydrate(codec: EntityCodec) -> Callable[[Any, dict[str, Any], Any], Any]:
    """Compile ``hydrate(element_id, properties, owner)``: a persistent entity out of one row."""
    names: dict[str, Any] = {"new": object.__new__, "cls": codec.cls, "State": codec.state_class, "codec": codec}
    names["PERSISTENT"] = Status.PERSISTENT
    body = ["entity = new(cls)", "get = properties.get"]
    kept: list[str] = []
    for number, field in enumerate(codec.fields.values()):
        body += _read(number, field, names, kept)
    body += [
        "state = State(owner, codec, PERSISTENT)",
        "state.element_id = element_id",
        f"state.snapshot = ({', '.join(kept)}{',' if kept else ''})",
        "entity._state = state",
        "return entity",
    ]
    return compile_function("hydrate", "element_id, properties, owner", body, names, codec.cls.__qualname__)


def _read(number: int, field: FieldCodec, names: dict[str, Any], kept: list[str]) -> list[str]:
    """Return the lines that read one field; what the snapshot keeps of it is added to *kept*."""
    stored, read = f"v{number}", f"d{number}"
    names[f"c{number}"] = field.decode
    if field.generated:
        return [f"entity.{field.name} = c{number}(element_id)"]
    lines = [f"{stored} = get({field.property!r})"]
    has_default = field.default is not None or field.default_factory is not None
    if field.converter is None and not field.many and field.base is not Any and not has_default:
        kept.append(stored)
        return [*lines, f"entity.{field.name} = {stored}"]
    kept.append(read if field.by_value else stored)
    if has_default:
        names |= {f"m{number}": field.missing, f"k{number}": field.kept}
        lines.append(f"if {stored} is None: {read} = m{number}(); {stored} = k{number}({read})")
        lines.append(f"else: {read} = c{number}({stored})")
    else:
        lines.append(f"{read} = None if {stored} is None else c{number}({stored})")
    return [*lines, f"entity.{field.name} = {read}"]


def compile_scan(codec: EntityCodec) -> Callable[[Any, tuple[Any, ...]], list[str]]:
    """Compile ``scan(entity, snapshot)``: the names of the fields that may have changed."""
    names: dict[str, Any] = {}
    if not codec.stored:
        return compile_function("scan", "entity, snapshot", ["return []"], names, codec.cls.__qualname__)
    kept = [f"k{number}" for number in range(len(codec.stored))]
    body = [f"{', '.join(kept)}, = snapshot", "suspects = []"]
    for number, field in enumerate(codec.stored):
        test = f"(v := entity.{field.name}) is not k{number}"
        if field.by_value and field.base in (str, int, bool, bytes):
            test += f" and (v != k{number} or v.__class__ is not k{number}.__class__)"
        elif not field.by_value:
            test = f"(v := entity.{field.name}) is not k{number} or v is not None"
        body.append(f"if {test}: suspects.append({field.name!r})")
    body.append("return suspects")
    return compile_function("scan", "entity, snapshot", body, names, codec.cls.__qualname__)
