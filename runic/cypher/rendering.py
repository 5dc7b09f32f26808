"""The state of one compilation, and the renderers of expressions; a dialect may bring renderers of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from runic.cypher import ast
from runic.cypher.dialect import Dialect
from runic.cypher.names import (
    escape_identifier,
    escape_label,
    escape_string,
    escape_variable,
    validate_dotted,
    validate_identifier,
)
from runic.exceptions import InvalidArgumentError, InvalidTypeError

__all__ = ["EXPRESSIONS", "Renderer", "Renderers", "Rendering", "Spelling"]

_REMEMBERED = 8192
_COUNTED = re.compile(r"p[0-9]+").fullmatch
_OR, _AND, _NOT, _COMPARE, _ATOM = range(5)
_LEVEL: Mapping[type[ast.Node], int] = {
    ast.Or: _OR,
    ast.And: _AND,
    ast.Not: _NOT,
    ast.Compare: _COMPARE,
    ast.IsNull: _COMPARE,
    ast.HasLabels: _COMPARE,
}
_OPERATORS = frozenset({"=", "<>", "<", "<=", ">", ">=", "IN", "CONTAINS", "STARTS WITH", "ENDS WITH"})
_WRAPPERS = frozenset({"vector", "point", "intern"})
_FUNCTIONS = frozenset(
    {
        *("count", "sum", "avg", "min", "max", "collect", "stDev", "stDevP", "percentileCont", "percentileDisc"),
        *("id", "elementId", "labels", "label", "type", "properties", "keys", "startNode", "endNode"),
        *("nodes", "relationships", "length", "size", "head", "last", "tail", "range", "reverse"),
        *("coalesce", "exists", "isEmpty", "toInteger", "toFloat", "toString", "toBoolean"),
        *("toLower", "toUpper", "trim", "lTrim", "rTrim", "replace", "split", "substring", "left", "right"),
        *("abs", "ceil", "floor", "round", "sign", "sqrt", "exp", "log", "log10", "sin", "cos", "tan", "rand"),
        *("distance", "timestamp", "randomUUID"),
    }
)


class Renderers(dict[type[ast.Node], "Renderer"]):
    """Renderers by the class of the node: found by type, because nodes are final."""

    def __missing__(self, key: type[ast.Node]) -> Renderer:
        raise InvalidTypeError(f"the compiler has no renderer for {key.__name__}; it takes nodes of runic.cypher.ast")


class _Names(dict[str, str]):
    """Names as they are written, each worked out once; emptied when it grows beyond any schema."""

    def __init__(self, escape: Callable[[str, Dialect], str], dialect: Dialect) -> None:
        self._escape = escape
        self._dialect = dialect

    def __missing__(self, name: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        spelled = self[name] = self._escape(name, self._dialect)
        return spelled


class Spelling:
    """What every statement of one dialect shares: the renderers, and the names written so far."""

    __slots__ = ("dialect", "labels", "names", "render_of", "variables")

    def __init__(self, dialect: Dialect, render_of: Mapping[type[ast.Node], Renderer]) -> None:
        self.dialect = dialect
        self.render_of = Renderers(render_of)
        self.labels = _Names(escape_label, dialect)
        self.names = _Names(escape_identifier, dialect)
        self.variables = _Names(escape_variable, dialect)


class Rendering:
    """One statement in the making.

    ``labels[name]`` is a label or relationship type as it is written, ``names[name]`` a property, ``variables[name]`` a
    variable or alias.
    ``negated`` counts the NOTs around what is being rendered.
    """

    __slots__ = (
        "_anonymous",
        "_counted",
        "_render_of",
        "aliases",
        "dialect",
        "labels",
        "names",
        "negated",
        "params",
        "variables",
    )

    def __init__(self, spelling: Spelling) -> None:
        self.dialect = spelling.dialect
        self.labels = spelling.labels
        self.names = spelling.names
        self.variables = spelling.variables
        self.params: dict[str, Any] = {}
        self.negated = 0
        self._render_of = spelling.render_of
        self._counted = 0
        self._anonymous = 0

    def render(self, node: ast.Node) -> str:
        """Return the text of *node*; its parameters are bound in the order of the text."""
        return self._render_of[type(node)](self, node)

    def operand(self, node: ast.Expression, level: int) -> str:
        """Return the text of *node*, in parentheses where it binds more weakly than *level*."""
        kind = type(node)
        text = self._render_of[kind](self, node)
        return f"({text})" if _LEVEL.get(kind, _ATOM) < level else text

    def conjunction(self, predicates: tuple[ast.Expression, ...]) -> str:
        """Return what stands after WHERE when all of *predicates* have to hold."""
        if len(predicates) == 1:
            return self.render(predicates[0])
        return " AND ".join([self.operand(predicate, _AND) for predicate in predicates])

    def anonymous(self) -> str:
        """Return a variable that no user can have meant."""
        self._anonymous += 1
        return f"_n{self._anonymous - 1}"

    def bind(self, value: Any) -> str:
        """Bind *value* to the next counted parameter."""
        name = f"p{self._counted}"
        self._counted += 1
        self.params[name] = value
        return f"${name}"

    def bind_as(self, name: str, value: Any) -> str:
        """Bind *value* to a parameter with a name of its own; the same one again is the same parameter."""
        if name in self.params:
            bound = self.params[name]
            if bound is not value and bound != value:
                raise InvalidArgumentError(f"the parameter ${name} has two values; give one of them another name")
        elif _COUNTED(name):
            raise InvalidArgumentError(f"the parameter name {name!r} is one of those that are counted; use another")
        else:
            self.params[validate_identifier(name, "parameter")] = value
        return f"${name}"


Renderer = Callable[[Rendering, Any], str]


def _parameter(text: Rendering, node: ast.Parameter) -> str:
    return text.bind(node.value)


def _named(text: Rendering, node: ast.Named) -> str:
    return text.bind_as(node.name, node.value)


def _constant(_text: Rendering, node: ast.Constant) -> str:
    value = node.value
    if isinstance(value, str):
        return f"'{escape_string(value)}'"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value))


def _raw(_text: Rendering, node: ast.Raw) -> str:
    return node.text


def _variable(text: Rendering, node: ast.Variable) -> str:
    return text.variables[node.name]


def _property(text: Rendering, node: ast.Property) -> str:
    if node.name.upper() in text.dialect.keyword_properties:
        return f"{text.variables[node.variable]}['{escape_string(node.name)}']"
    return f"{text.variables[node.variable]}.{text.names[node.name]}"


def _index(text: Rendering, node: ast.Index) -> str:
    return f"{text.operand(node.subject, _ATOM)}[{int(node.position)}]"


def _element_id(text: Rendering, node: ast.ElementId) -> str:
    form = text.dialect.integer_id if node.integer else text.dialect.element_id
    return form.format(variable=text.variables[node.variable])


def _element_id_parameter(text: Rendering, node: ast.ElementIdParameter) -> str:
    return text.dialect.element_id_parameter.format(parameter=text.bind(node.value))


def _star(_text: Rendering, _node: ast.Star) -> str:
    return "*"


def _function(text: Rendering, node: ast.Function) -> str:
    spelling = _spelling(text.dialect, node)
    if not spelling:
        return text.render(node.arguments[0])
    arguments = ", ".join([text.render(argument) for argument in node.arguments])
    return f"{spelling}(DISTINCT {arguments})" if node.distinct else f"{spelling}({arguments})"


def _spelling(dialect: Dialect, node: ast.Function) -> str:
    """Return how the function is written, or nothing where its bare argument stands for it."""
    name = node.name
    spelling = dialect.functions.get(name)
    if spelling is not None:
        return spelling
    if name in _FUNCTIONS:
        return name
    if len(node.arguments) != 1:
        raise InvalidArgumentError(f"{dialect.name} has no function {name!r}; use one that it has")
    if name in _WRAPPERS or not dialect.user_functions:
        return ""
    return validate_dotted(name, "function")


def _compare(text: Rendering, node: ast.Compare) -> str:
    operator = node.operator
    if operator == "=~":
        return _regex(text, node)
    if operator not in _OPERATORS:
        raise InvalidArgumentError(f"{operator!r} is no operator of Cypher")
    if operator == "IN" and _is_empty(node.right) and not text.dialect.finds_nothing_in_empty:
        return "false"
    left = text.operand(node.left, _ATOM)
    if operator == "IN" and isinstance(node.left, ast.ElementId) and text.dialect.element_id_in:
        left = text.dialect.element_id_in.format(variable=text.variables[node.left.variable])
    return f"{left} {operator} {text.operand(node.right, _ATOM)}"


def _is_empty(node: ast.Expression) -> bool:
    return (isinstance(node, ast.Parameter) and node.value == []) or node == ast.ListOf(())


def _regex(text: Rendering, node: ast.Compare) -> str:
    dialect, right = text.dialect, node.right
    subject = text.operand(node.left, _ATOM)
    if isinstance(right, ast.Parameter):
        pattern = text.bind(dialect.regex_pattern(right.value))
    elif isinstance(right, ast.Named):
        pattern = text.bind_as(right.name, dialect.regex_pattern(right.value))
    else:
        raise InvalidArgumentError("the pattern of a regular expression must be a value; give a string")
    template = dialect.regex_or_null if text.negated and dialect.regex_or_null else dialect.regex
    return template.format(subject=subject, pattern=pattern)


def _is_null(text: Rendering, node: ast.IsNull) -> str:
    operand = text.operand(node.operand, _ATOM)
    return f"{operand} IS NOT NULL" if node.negated else f"{operand} IS NULL"


def _case(text: Rendering, node: ast.Case) -> str:
    condition, value = text.render(node.condition), text.render(node.value)
    return f"CASE WHEN {condition} THEN {value} ELSE {text.render(node.otherwise)} END"


def _not(text: Rendering, node: ast.Not) -> str:
    text.negated += 1
    operand = text.render(node.operand)
    text.negated -= 1
    return f"NOT ({operand})"


def _and(text: Rendering, node: ast.And) -> str:
    return " AND ".join([text.operand(operand, _AND) for operand in node.operands]) or "true"


def _or(text: Rendering, node: ast.Or) -> str:
    return " OR ".join([text.operand(operand, _OR) for operand in node.operands]) or "false"


def _has_labels(text: Rendering, node: ast.HasLabels) -> str:
    return text.variables[node.variable] + "".join([f":{text.labels[label]}" for label in node.labels])


def _list_of(text: Rendering, node: ast.ListOf) -> str:
    return f"[{', '.join([text.render(item) for item in node.items])}]"


def _map_of(text: Rendering, node: ast.MapOf) -> str:
    return f"{{{', '.join([f'{text.names[name]}: {text.render(item)}' for name, item in node.items])}}}"


EXPRESSIONS: Mapping[type[ast.Node], Renderer] = {
    ast.Parameter: _parameter,
    ast.Named: _named,
    ast.Constant: _constant,
    ast.Raw: _raw,
    ast.Variable: _variable,
    ast.Property: _property,
    ast.Index: _index,
    ast.ElementId: _element_id,
    ast.ElementIdParameter: _element_id_parameter,
    ast.Star: _star,
    ast.Function: _function,
    ast.Compare: _compare,
    ast.IsNull: _is_null,
    ast.Case: _case,
    ast.Not: _not,
    ast.And: _and,
    ast.Or: _or,
    ast.HasLabels: _has_labels,
    ast.ListOf: _list_of,
    ast.MapOf: _map_of,
}
