"""Names for the nodes and edges of a statement, as objects: ``me = alias(User, "me")``, then ``me.name``."""

from __future__ import annotations

from typing import Any, cast

from runic.cypher.names import validate_identifier
from runic.exceptions import InvalidTypeError
from runic.ogm.core._field import FieldDescriptor

__all__ = ["Alias", "alias", "alias_name", "class_and_name"]


class Alias:
    """A model class under the name of a query variable; its attributes are the class's fields on that variable."""

    # One name that no field can have: every other attribute is a field of the class.
    __slots__ = ("__runic_alias__",)

    def __init__(self, cls: Any, name: str) -> None:
        if not isinstance(cls, type) or not hasattr(cls, "__runic_fields__"):
            raise InvalidTypeError(f"alias() names a Node or Edge class, got {cls!r}")
        self.__runic_alias__: tuple[Any, str] = (cls, alias_name(name))

    def __getattr__(self, name: str) -> Any:
        cls, alias = self.__runic_alias__
        field: FieldDescriptor | None = cls.__runic_fields__.get(name)
        if field is None:
            raise AttributeError(f"{cls.__name__} (alias {alias!r}) has no field {name!r}")
        return field.bound(field.owner, alias)

    def __repr__(self) -> str:
        cls, alias = self.__runic_alias__
        return f"alias({cls.__name__}, {alias!r})"


def alias[M](cls: type[M], name: str) -> type[M]:
    """Return *cls* under the query variable *name*: pass it wherever a statement takes an alias.

    Raises :class:`InvalidTypeError` unless *cls* is a Node or Edge class, :class:`InvalidArgumentError` unless
    *name* is an identifier. ::

        me, movie = alias(User, "me"), alias(Movie, "movie")
        select(me).traverse(me.rated, optional=False).alias(movie).where(movie.title == "Alien")
    """
    named: Any = Alias(cls, name)
    return cast("type[M]", named)


def alias_name(name: Any) -> str:
    """Return the variable that *name*, text or an alias object, stands for.

    Raises :class:`InvalidTypeError` for anything else and :class:`InvalidArgumentError` for text that is no
    identifier.
    """
    if isinstance(name, Alias):
        return name.__runic_alias__[1]
    if not isinstance(name, str):
        raise InvalidTypeError(f"an alias is a text or made by alias(), got {name!r}")
    return validate_identifier(name, "alias")


def class_and_name(root: Any) -> tuple[Any, str | None]:
    """Return the class and, for an alias object, the variable that *root* stands for."""
    if isinstance(root, Alias):
        return root.__runic_alias__
    return root, None
