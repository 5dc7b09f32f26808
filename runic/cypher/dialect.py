"""What a database can do and how it spells it, as data; one instance per backend, in its driver's module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from runic.exceptions import UnsupportedFeatureError

__all__ = ["Dialect", "ExtraLabels", "Feature", "Procedure"]


class Feature(Enum):
    """What some databases have and others have not."""

    MULTI_LABEL = auto()
    UNDIRECTED_MERGE = auto()
    TRANSACTIONS = auto()
    FULLTEXT = auto()
    VECTOR = auto()
    CURSOR = auto()


class ExtraLabels(Enum):
    """Where the labels of a node beyond its first are kept."""

    AS_LABELS = auto()
    AS_PROPERTY = auto()


@dataclass(frozen=True, slots=True)
class Procedure:
    """A search procedure: its name, the names it yields, and whether a higher score is nearer."""

    name: str
    yields: tuple[str, ...]
    higher_is_nearer: bool = True


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The facts of one database that a compiler, a mapper or a session asks for.

    ``functions`` maps a logical wrapper (``vector``, ``point``, ``intern``) to its spelling; one that is absent
    is dropped and the bare value is stored. ``native_types`` are the Python types that travel unconverted.
    """

    name: str
    features: frozenset[Feature]
    refusals: Mapping[Feature, str] = field(default_factory=dict[Feature, str])
    functions: Mapping[str, str] = field(default_factory=dict[str, str])
    user_functions: bool = False
    native_types: frozenset[type] = frozenset({str, int, float, bool, list})
    procedures: Mapping[str, Procedure] = field(default_factory=dict[str, Procedure])
    element_id: str = "id({variable})"
    element_id_type: type[int] | type[str] = int
    extra_labels: ExtraLabels = ExtraLabels.AS_LABELS
    quoted_names_may_hold_quotes: bool = True
    max_batch: int = 1000
    round_float: Callable[[float], float] = float
    round_single: Callable[[float], float] = float
    text_limits: Callable[[str], str | None] = field(default=lambda text: None)
    unique_text_limits: Callable[[str], str | None] = field(default=lambda text: None)

    @property
    def supports_undirected_merge(self) -> bool:
        """Tell whether ``MERGE (a)-[r:T]-(b)`` is written as it stands."""
        return Feature.UNDIRECTED_MERGE in self.features

    def require(self, feature: Feature, what: str) -> None:
        """Raise :class:`UnsupportedFeatureError` with the reason and the alternative unless *feature* is there."""
        if feature not in self.features:
            reason = self.refusals.get(feature, "")
            raise UnsupportedFeatureError(f"{self.name} does not support {what}. {reason}".rstrip())
