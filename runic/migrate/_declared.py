"""From model classes to what a schema should be, and from a comparison to what users read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from runic.cypher.schema import Difference, IndexSpec, failure
from runic.exceptions import InvalidTypeError, MetadataError
from runic.ogm.core.metadata import EdgeMeta, MetaData
from runic.ogm.schema.index_manager import extract_declared_specs, meta_of

__all__ = ["Models", "ValidationResult", "checked_spec", "declared", "diff_of", "result_of", "types_of"]

type Models = Iterable[type] | MetaData
"""Model classes, or a registry, which stands for all its classes."""


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """How a graph differs from the models.

    *missing_indexes* are declared and not in the graph, or there but not in force; *extra_indexes* are in the graph
    and declared by none of the given classes; *errors* tells what else is wrong: constraints that the data
    contradict, indexes with other options, and those still being built.
    """

    is_valid: bool
    missing_indexes: list[IndexSpec] = field(default_factory=list[IndexSpec])
    extra_indexes: list[IndexSpec] = field(default_factory=list[IndexSpec])
    errors: list[str] = field(default_factory=list[str])


def declared(models: Models) -> list[IndexSpec]:
    """Return what all of *models* declare, each index once.

    Raises :class:`MetadataError` where two classes want one index with different options.
    """
    found: dict[IndexSpec, IndexSpec] = {}
    for cls in _classes(models):
        for spec in extract_declared_specs(cls):
            known = found.setdefault(spec, spec)
            if (known.dimension, known.similarity) != (spec.dimension, spec.similarity):
                raise MetadataError(
                    f"{known.origin} and {spec.origin} want one index, {spec.index_type} on "
                    f":{spec.label}({spec.property}), with different options; give both the same"
                )
    return list(found)


def types_of(models: Models) -> tuple[list[str], list[str]]:
    """Return the labels and the relationship types of *models*, each once."""
    metas = [meta_of(cls) for cls in _classes(models)]
    labels = [label for meta in metas if not isinstance(meta, EdgeMeta) for label in meta.labels]
    types = [meta.type for meta in metas if isinstance(meta, EdgeMeta)]
    return list(dict.fromkeys(labels)), list(dict.fromkeys(types))


def checked_spec(spec: Any) -> IndexSpec:
    """Return *spec* if it is one."""
    if not isinstance(spec, IndexSpec):
        raise InvalidTypeError(f"expected an IndexSpec, got {spec!r}")
    return spec


def result_of(found: Difference) -> ValidationResult:
    """Return a comparison as the documented result."""
    errors = [
        *(failure(spec, removed=False) for spec in found.failed),
        *(f"{spec.described}: the graph has it with {conflict}" for spec, conflict in found.changed),
        *(f"{spec.described} is still being built" for spec in found.building),
    ]
    missing, extra = list(found.missing), list(found.extra)
    return ValidationResult(not (missing or extra or errors), missing, extra, errors)


def diff_of(result: ValidationResult) -> str:
    """Return a result as text, one difference a line."""
    lines = [
        *(f"MISSING {spec.described}" for spec in result.missing_indexes),
        *(f"EXTRA {spec.described}" for spec in result.extra_indexes),
        *(f"ERROR {error}" for error in result.errors),
    ]
    return "\n".join(lines) if lines else "The schema is in sync with the models."


def _classes(models: Any) -> list[type]:
    if isinstance(models, MetaData):
        return [*models.nodes, *models.edges]
    if isinstance(models, type) or not isinstance(models, Iterable):
        raise InvalidTypeError(f"expected a list of model classes or a MetaData registry, got {models!r}")
    return list(cast(Iterable[type], models))  # meta_of() checks every item
