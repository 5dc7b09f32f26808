"""Names for the nodes and edges of a statement, as objects: ``me = alias(User, "me")``, then ``me.name``."""

from __future__ import annotations

from typing import Any

from runic.cypher.names import validate_identifier
from runic.exceptions import InvalidTypeError
from runic.ogm.core._field import FieldDescriptor

__all__ = ["Alias", "alias", "alias_name", "class_and_name"]


class Alias:
    """A model class under the name of a query variable; its attributes are the class's fields on that variable."""

    __slots__ = ("_cls", "_name")

    def __init__(self, cls: Any, name: str) -> None:
        if not isinstance(cls, type) or not hasattr(cls, "__runic_fields__"):
            raise InvalidTypeError(f"alias() names a Node or Edge class, got {cls!r}")
        self._cls: Any = cls
        self._name = alias_name(name)

    def __getattr__(self, name: str) -> Any:
        field: FieldDescriptor | None = self._cls.__runic_fields__.get(name)
        if field is None:
            raise AttributeError(f"{self._cls.__name__} (alias {self._name!r}) has no field {name!r}")
        return field.bound(field.owner, self._name)

    def __repr__(self) -> str:
        return f"alias({self._cls.__name__}, {self._name!r})"


def alias[M](cls: type[M], name: str) -> type[M]:
    """Return *cls* under the query variable *name*: pass it wherever a statement takes an alias.

    Raises :class:`InvalidTypeError` unless *cls* is a Node or Edge class, :class:`InvalidArgumentError` unless
    *name* is an identifier. ::

        me, movie = alias(User, "me"), alias(Movie, "movie")
        select(me).traverse(me.rated, optional=False).alias(movie).where(movie.title == "Alien")
    """
    named: Any = Alias(cls, name)
    return named  # type: ignore[no-any-return]


def alias_name(name: Any) -> str:
    """Return the variable that *name*, text or an alias object, stands for.

    Raises :class:`InvalidTypeError` for anything else and :class:`InvalidArgumentError` for text that is no
    identifier.
    """
    if isinstance(name, Alias):
        return name._name  # pyright: ignore[reportPrivateUsage]
    if not isinstance(name, str):
        raise InvalidTypeError(f"an alias is a text or made by alias(), got {name!r}")
    return validate_identifier(name, "alias")


def class_and_name(root: Any) -> tuple[Any, str | None]:
    """Return the class and, for an alias object, the variable that *root* stands for."""
    if isinstance(root, Alias):
        return root._cls, root._name  # pyright: ignore[reportPrivateUsage]
    return root, None
