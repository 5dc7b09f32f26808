"""What a name may be and how it is quoted: the one place where a name or a text becomes part of a statement.

The compiler, the DDL templates and the drivers call it, and so may users who write Cypher by hand.
"""

from __future__ import annotations

import re

from runic.cypher.dialect import Dialect
from runic.exceptions import InvalidArgumentError

__all__ = ["escape_identifier", "escape_string", "validate_identifier"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]").search
_DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*").fullmatch
_LITERAL = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"})


def escape_identifier(name: str, dialect: Dialect | None = None) -> str:
    """Return *name* as a label, type or property is written: in backticks only where that is needed.

    Raises :class:`InvalidArgumentError` for an empty name, for control characters, and for a backtick where the
    dialect has no way to write one.
    """
    if dialect and (reason := dialect.name_limits(name)):
        raise InvalidArgumentError(f"{dialect.name} cannot have the name {name!r}: {reason}; rename it")
    if _PLAIN(name) and not (dialect and (dialect.always_quote or name.upper() in dialect.reserved_names)):
        return name
    return _quoted(name, dialect)


def escape_label(name: str, dialect: Dialect) -> str:
    """Return *name* as a label or relationship type is written; see :func:`escape_identifier`.

    Raises :class:`InvalidArgumentError` for one that the database cannot have.
    """
    if reason := dialect.label_limits(name):
        raise InvalidArgumentError(
            f"{dialect.name} cannot have the label or relationship type {name!r}: {reason}; rename it"
        )
    return escape_identifier(name, dialect)


def escape_variable(name: str, dialect: Dialect) -> str:
    """Return *name* as a variable or the alias of a column is written: in backticks only where that is needed.

    What users name is checked by :func:`validate_identifier` where they name it; here any text stays one name.
    """
    if name.upper() in dialect.renamed_variables:
        name = f"_{name}_"
    return name if _PLAIN(name) and name.upper() not in dialect.reserved_variables else _quoted(name, dialect)


def _quoted(name: str, dialect: Dialect | None) -> str:
    if not name:
        raise InvalidArgumentError("a name must not be empty; give the label, type, property or variable a name")
    if _FORBIDDEN(name):
        raise InvalidArgumentError(f"the name {name!r} holds a control character; remove it")
    if "`" in name and dialect and not dialect.quoted_names_may_hold_quotes:
        raise InvalidArgumentError(f"{dialect.name} cannot write the backtick in the name {name!r}; rename it")
    if dialect and dialect.unicode_escapes:
        name = name.replace("\\u", "\\u005cu")
    return f"`{name.replace('`', '``')}`"


def validate_identifier(name: str, what: str = "name") -> str:
    """Return *name* if it is a plain identifier; raise :class:`InvalidArgumentError` naming *what* otherwise."""
    if not _PLAIN(name):
        raise InvalidArgumentError(
            f"{what} {name!r} is not an identifier; use letters, digits and underscores, not starting with a digit"
        )
    return name


def validate_dotted(name: str, what: str) -> str:
    """Return *name* if it is one plain identifier or several joined by dots, as functions and procedures are."""
    if not _DOTTED(name):
        raise InvalidArgumentError(f"{what} {name!r} is not a name; use identifiers joined by dots")
    return name


def escape_string(text: str) -> str:
    """Return *text* as it stands between the single quotes of a literal, without those quotes.

    Raises :class:`InvalidArgumentError` for NUL, which no literal can hold on every database.
    """
    if "\x00" in text:
        raise InvalidArgumentError(f"the text {text!r} holds a NUL character; remove it")
    return text.translate(_LITERAL)
