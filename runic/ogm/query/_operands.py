"""Fields and texts of a statement as operands: which variable, which codec, which Cypher expression."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from runic.cypher import ast
from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.core._field import FieldDescriptor
from runic.ogm.core.types import DecimalConverter
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.mapper.values import FieldCodec
from runic.ogm.query._aliases import Alias, alias_name
from runic.ogm.query._scope import Scope, Variable

__all__ = ["Operand", "Operands"]

_REFERENCE = re.compile(r"([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?", re.ASCII).fullmatch


@dataclass(slots=True, eq=False)
class Operand:
    """A property of a variable, or the variable itself where *attribute* is None.

    *codec* is None for a property that no class declares.
    """

    variable: Variable
    attribute: str | None
    codec: FieldCodec | None
    expression: ast.Expression

    @property
    def column(self) -> str:
        """The name of the result column that holds it."""
        return self.variable.name if self.attribute is None else f"{self.variable.name}.{self.attribute}"

    @property
    def item(self) -> ast.Item:
        """The RETURN item, with an alias where its text differs from the column's name."""
        plain = self.attribute is None or (self.codec is None or self.codec.property == self.attribute)
        generated = self.codec is not None and self.codec.generated
        return ast.Item(self.expression, None if plain and not generated else self.column)

    @property
    def sortable(self) -> ast.Expression:
        """The expression whose order is that of the values."""
        return as_number(self.expression) if is_decimal(self.codec) else self.expression

    @property
    def identity(self) -> ast.Expression:
        """An expression that any database can order by, whatever the order means."""
        whole = self.attribute is None and self.variable.kind != "value"
        return ast.ElementId(self.variable.name) if whole else self.expression

    @property
    def read(self) -> Callable[[Any], Any] | None:
        """What turns a cell into a value, or None where cells pass as they came."""
        codec = self.codec
        if codec is None or (codec.converter is None and not codec.generated):
            return None
        return codec.decode


def is_decimal(codec: FieldCodec | None) -> bool:
    """Tell whether a field is kept as the text of a number, whose order is not that of the number."""
    return codec is not None and not codec.many and isinstance(codec.converter, DecimalConverter)


def as_number(expression: ast.Expression) -> ast.Expression:
    """Return the number that a text stands for."""
    return ast.Function("toFloat", (expression,))


class Operands:
    """Resolve what a user names in one statement."""

    def __init__(self, scope: Scope, mapper: Mapper) -> None:
        self.scope = scope
        self.mapper = mapper

    def property(self, variable: Variable, cls: Any, name: str) -> Operand:
        """Return the property *name*, which *cls* declares, of *variable*."""
        own = variable.cls
        owner = own if own is not cls and own is not None and issubclass(own, cls) else cls
        entity = self.mapper.edge(owner) if variable.kind == "edge" else self.mapper.node(owner)
        codec = entity.field(name)
        if codec.generated:
            return Operand(variable, name, codec, ast.ElementId(variable.name, codec.numbered))
        return Operand(variable, name, codec, ast.Property(variable.name, codec.property))

    def field(self, cls: Any, name: str, alias: str | None, block: int) -> Operand:
        """Return the property *name* of *cls*, of the variable *alias* or the one that the class means."""
        return self.property(self.scope.field(cls, name, alias, block), cls, name)

    def whole(self, variable: Variable) -> Operand:
        """Return *variable* itself."""
        return Operand(variable, None, None, ast.Variable(variable.name))

    def term(self, term: Any, block: int) -> Operand:
        """Return what a field, an alias object or a text ``alias`` or ``alias.property`` means.

        Raises :class:`InvalidArgumentError` for a text that is neither.
        """
        if isinstance(term, FieldDescriptor):
            return self.field(term.owner, term.name, term.alias, block)
        if isinstance(term, Alias):
            return self.whole(self.scope.named(alias_name(term), block))
        if not isinstance(term, str):
            raise InvalidTypeError(f"expected a field, an alias or a text 'alias.property', got {term!r}")
        found = _REFERENCE(term)
        if found is None:
            raise InvalidArgumentError(f"{term!r} is neither an alias nor 'alias.property' nor a result column")
        name, attribute = found.groups()
        variable = self.scope.named(name, block)
        if attribute is None:
            return self.whole(variable)
        if variable.cls is None:
            if variable.kind == "value":
                raise InvalidArgumentError(f"{name!r} is a value and has no property {attribute!r}")
            return Operand(variable, attribute, None, ast.Property(name, attribute))
        field = variable.cls.__runic_fields__.get(attribute)
        if field is None or field.is_relation:
            raise InvalidArgumentError(
                f"{term!r}: {variable.cls.__name__} has no property {attribute!r}; it has "
                f"{', '.join(variable.cls.__runic_meta__.properties)}"
            )
        return self.property(variable, variable.cls, attribute)
