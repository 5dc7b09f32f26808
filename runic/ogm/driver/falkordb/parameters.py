"""Parameters as the text that FalkorDB reads before a statement: ``CYPHER `name`=value …``.

JSON is valid there but for two things: an object's keys must be bare or in backticks, and ``\\u`` escapes are not
decoded. So the fast way is one JSON dump with its keys quoted anew, and what that cannot say takes a slower encoder.
Nothing here can be talked into other text: names and keys are checked, strings are quoted, every other type is
refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from runic.cypher.arguments import is_a
from runic.exceptions import FieldValidationError, InvalidTypeError

__all__ = ["encode_params"]

_dump = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
# A string before a colon is a key: inside of strings each quote has a backslash before it. Those three words may
# have been other things than strings.
_quote_keys = re.compile(r'([{,])"(?!null"|true"|false")([A-Za-z_][A-Za-z0-9_]*)":').sub
_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGHEST = 2**63 - 1
_LOWEST = -(2**63)
# A server takes some 50,000 levels and is gone at 100,000 (4.16, 4.22). From Python 3.14 on, how deep the encoder of
# json goes depends on the size of the stack, so it does not keep us from that.
_DEEPEST = 1_000
_NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))


def encode_params(params: Mapping[str, Any] | None) -> str:
    """Return the prefix that carries *params*, or nothing for none; raise :class:`FieldValidationError`."""
    if not params:
        return ""
    if not is_a(params, Mapping):
        raise InvalidTypeError(f"parameters are a mapping from names to values, got {params!r}")
    return "CYPHER " + "".join([f"{_name(name)}={_encode(name, value)} " for name, value in params.items()])


def _name(name: object) -> str:
    """Quote a parameter's name or a map's key; backticks cannot be escaped."""
    if not isinstance(name, str):
        raise InvalidTypeError(f"a name among the parameters is a string, not {type(name).__name__}: {name!r}")
    if not name or "`" in name or "\0" in name or _SURROGATE.search(name):
        raise FieldValidationError(
            f"FalkorDB takes no name {name!r} in parameters: it is empty or has a backtick, a NUL or half a character"
        )
    return f"`{name}`"


def _encode(name: str, value: Any) -> str:
    try:
        text = _dump(value)
    except (TypeError, ValueError, RecursionError):
        return _careful(name, value)  # which finds the value at fault and names it
    if "{" in text:
        text = _quote_keys(r"\1`\2`:", text)
    if _needs_care(text) or (text.count("[") + text.count("{") > _DEEPEST and _may_be_too_deep(text)):
        return _careful(name, value)
    if not text.isascii() and _SURROGATE.search(text):
        raise _refused(name, value, "it has half of a surrogate pair")
    return text


def _needs_care(text: str) -> bool:
    """Tell whether the slow encoder must look closer.

    \\u may be an escape or a NUL, a quote before a colon the end of a key that is more than a word, and 19 digits
    more than 64 bits; a search by regular expression for those takes ten times as long.
    """
    if "\\u" in text or ("{" in text and '":' in text):
        return True
    return b"0000000000000000000" in text.encode("utf-8", "surrogatepass").translate(_AS_ZEROS)


def _may_be_too_deep(text: str) -> bool:
    """Tell whether lists and maps may be nested too deeply; brackets inside of strings only add to the doubt."""
    left = text.encode("utf-8", "surrogatepass").translate(None, _NO_BRACKETS)
    for level in range(_DEEPEST):
        if level + len(left) <= _DEEPEST:
            return False
        within, left = left, left.replace(b"[]", b"").replace(b"{}", b"")
        if left == within:
            break
    return True


def _careful(name: str, value: Any) -> str:
    try:
        return _slow(name, value)
    except RecursionError:
        raise _refused(name, value, "it is nested too deeply, or holds itself") from None


def _slow(name: str, value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if not _LOWEST <= value <= _HIGHEST:
            raise _refused(name, value, "it does not fit into 64 bits")
        return int.__repr__(value)
    if isinstance(value, float):
        if value - value != 0.0:
            raise _refused(name, value, "FalkorDB stores no NaN and no infinity")
        return float.__repr__(value)
    if isinstance(value, (list, tuple)):
        return f"[{','.join([_slow(name, item) for item in _items(value)])}]"
    if isinstance(value, dict):
        return f"{{{','.join([f'{_name(key)}:{_slow(name, item)}' for key, item in _entries(value)])}}}"
    raise _refused(name, value, "FalkorDB takes None, bool, int, float, str, and lists and dicts of these")


def _items(value: Any) -> Iterable[Any]:
    items: Iterable[Any] = value
    return items


def _entries(value: Any) -> Iterable[tuple[Any, Any]]:
    entries: Iterable[tuple[Any, Any]] = value.items()
    return entries


def _text(name: str, value: str) -> str:
    if "\0" in value:
        raise _refused(name, value, "FalkorDB stores no NUL character")
    if _SURROGATE.search(value):
        raise _refused(name, value, "it has half of a surrogate pair")
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def _refused(name: str, value: object, reason: str) -> FieldValidationError:
    try:
        shown = repr(value)
    except RecursionError:
        shown = "…"
    if len(shown) > 100:
        shown = shown[:100] + "…"
    return FieldValidationError(f"parameter {name!r} cannot be sent, {type(value).__name__} {shown}: {reason}")
