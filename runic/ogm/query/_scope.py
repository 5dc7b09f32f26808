"""Which variable a name or a field means, and where in a statement it can be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.query._question import Hop, LabelScan, Question, Stage

__all__ = ["SCORE", "Scope", "Variable"]

SCORE = "score"
"""The variable that a search binds beside its nodes."""


@dataclass(slots=True, eq=False)
class Variable:
    """A name that a statement binds; *block* is the number of the clause that binds it.

    *cls* is None for an edge without an edge class and for the score of a search.
    """

    name: str
    cls: Any
    kind: Literal["node", "edge", "value"]
    block: int
    relationship: str = ""

    def fits(self, cls: Any) -> bool:
        """Tell whether what this stands for can be an instance of the model class *cls*."""
        if self.cls is not None:
            return self.cls is cls or issubclass(self.cls, cls) or issubclass(cls, self.cls)
        return self.kind == "edge" and getattr(cls.__runic_meta__, "type", None) == self.relationship


class Scope:
    """The variables of one statement; block 0 is the source, and every hop and every stage is one more."""

    def __init__(self, question: Question) -> None:
        root = Variable(question.alias, question.root, "node", 0)
        self.root = root
        self.variables: dict[str, Variable] = {root.name: root}
        self._stages: list[tuple[int, frozenset[str]]] = []
        if not isinstance(question.source, LabelScan):
            self._bind(Variable(SCORE, None, "value", 0))
        block = 0
        for step in question.steps:
            if isinstance(step, Hop):
                block += 1
                self._require_visible(self.named(step.source, block), block)
                if step.edge_alias is not None:
                    kind = step.relation.relationship or ""
                    self._bind(Variable(step.edge_alias, step.edge, "edge", block, kind))
                self._bind(Variable(step.alias, step.target, "node", block))
            elif isinstance(step, Stage):
                block += 1
                for name in step.aliases:
                    self._require_visible(self.named(name, block), block)
                self._stages.append((block, frozenset(step.aliases)))
        self.end = block

    def _bind(self, variable: Variable) -> None:
        if variable.name in self.variables:
            raise InvalidArgumentError(f"the alias {variable.name!r} stands for two things; rename one of them")
        self.variables[variable.name] = variable

    @property
    def staged(self) -> bool:
        """Tell whether there is a stage, and so variables that end before the statement does."""
        return bool(self._stages)

    def visible(self, variable: Variable, block: int) -> bool:
        """Tell whether every stage up to *block* carries *variable* on."""
        if not self._stages:
            return True
        return all(variable.name in carried for stage, carried in self._stages if variable.block < stage <= block)

    def stage_before(self, block: int) -> int:
        """Return the block of the last stage up to *block*, or 0."""
        if not self._stages:
            return 0
        return max((stage for stage, _ in self._stages if stage <= block), default=0)

    def named(self, name: str, block: int | None = None) -> Variable:
        """Return the variable called *name*, which may be bound later than *block*.

        Raises :class:`InvalidArgumentError` naming the variables there are.
        """
        variable = self.variables.get(name)
        if variable is None:
            raise InvalidArgumentError(f"no alias {name!r} in this statement; it has {self._listed(self.variables)}")
        if block is not None and self._stages:
            self._require_visible(variable, block)
        return variable

    def _require_visible(self, variable: Variable, block: int) -> None:
        if not self.visible(variable, block):
            raise InvalidArgumentError(f"with_() does not carry {variable.name!r} on; add it to the names given there")

    def of_class(self, cls: Any, block: int) -> Variable:
        """Return the variable that a field of *cls* means: the root if it fits, else the only other one that does.

        Raises :class:`InvalidArgumentError` when none does, or several.
        """
        if self.root.fits(cls) and self.visible(self.root, block):
            return self.root
        found = [
            variable
            for variable in self.variables.values()
            if variable.kind != "value" and variable.fits(cls) and self.visible(variable, max(block, variable.block))
        ]
        if len(found) == 1:
            return found[0]
        if not found:
            raise InvalidArgumentError(
                f"no node or edge of {cls.__name__} in this statement, which has {self._listed(self.variables)}; "
                "traverse to it, and give an edge that is filtered on an edge_alias="
            )
        names = self._listed(variable.name for variable in found)
        raise InvalidArgumentError(f"{cls.__name__} may mean {names}; say which with on= or an alias object")

    def field(self, cls: Any, prop: str, alias: str | None, block: int) -> Variable:
        """Return the variable of the field *prop* of *cls*, the one called *alias* if that is given.

        Raises :class:`InvalidArgumentError` and :class:`InvalidTypeError` for what the statement does not have.
        """
        if alias is None:
            return self.of_class(cls, block)
        variable = self.named(alias, block)
        if not variable.fits(cls):
            kind = getattr(variable.cls, "__name__", variable.relationship or "value")
            raise InvalidTypeError(f"{cls.__name__}.{prop} is no field of {alias!r}, which is a {kind}")
        return variable

    @staticmethod
    def _listed(names: Iterable[str]) -> str:
        return ", ".join(repr(name) for name in names)
