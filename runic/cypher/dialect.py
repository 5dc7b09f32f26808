"""What a database can do and how it spells it, as data; one instance per backend, in its driver's module.

The compiler, the mapper and the sessions read it; nothing outside a driver asks which database it is talking to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from math import copysign, inf
from struct import pack, unpack
from types import MappingProxyType
from typing import Any, Protocol

from runic.cypher.ast import Clause, Expression, Node
from runic.exceptions import UnsupportedFeatureError

__all__ = ["Dialect", "ExactScore", "ExtraLabels", "Feature", "Procedure", "SearchText", "single_precision"]


class Feature(Enum):
    """What some databases have and others have not."""

    MULTI_LABEL = auto()
    UNDIRECTED_MERGE = auto()
    TRANSACTIONS = auto()
    FULLTEXT = auto()
    VECTOR = auto()
    CURSOR = auto()
    PATTERN_PREDICATE = auto()
    EXISTS_SUBQUERY = auto()


class ExtraLabels(Enum):
    """Where the labels of a node beyond its first are kept."""

    AS_LABELS = auto()
    AS_PROPERTY = auto()


class SearchText(Protocol):
    """Write what a full-text search is sent: *text* over *properties*, of which none means all.

    *words* says that a person typed the text and nothing in it is an operator: what holds every word of it is found.
    """

    def __call__(self, text: str, properties: tuple[str, ...], *, words: bool) -> str: ...


class ExactScore(Protocol):
    """Return the score of the vector *value* against *vector*, and what a node must fulfil to have one."""

    def __call__(
        self, similarity: str, value: Expression, vector: Expression, dimension: int
    ) -> tuple[Expression, tuple[Expression, ...]]: ...


@dataclass(frozen=True, slots=True)
class Procedure:
    """A search procedure: its name and the names it yields, the node and its score.

    ``index`` returns the first arguments, which name the index, from the label of a class and the properties of its
    index. ``text`` writes a full-text search. The score of a vector search is (1 + cos) / 2 under cosine and
    1 / (1 + d²) under euclidean similarity on every database; ``scores`` has per similarity how it is made of what is
    yielded as ``{score}``, where that is something else.

    ``exact`` is for a database whose procedure hands over no more than ``most`` nodes: a search that needs more, as
    one with conditions does, looks at every node instead.
    """

    name: str
    yields: tuple[str, str]
    index: Callable[[str, tuple[str, ...]], tuple[str, ...]]
    text: SearchText | None = None
    scores: Mapping[str, str] = MappingProxyType({})
    exact: ExactScore | None = None
    most: int = 1_000_000
    every_property: bool = False
    """Whether a full-text search that names no properties is written with all of its index."""


class _FeatureFlag:
    """Read one feature as a boolean, on a dialect and on its class alike."""

    def __init__(self, feature: Feature) -> None:
        self._feature = feature

    def __get__(self, instance: Dialect | None, owner: type[Dialect]) -> bool:
        return self._feature in (owner.features if instance is None else instance.features)


def _text_limits(text: str) -> str | None:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        return "it holds a lone surrogate, which UTF-8 cannot carry"
    return None


def _integer_limits(value: int) -> str | None:
    return None if -(2**63) <= value < 2**63 else "it is outside the 64 bits of an integer"


def _unlimited(_value: Any) -> str | None:
    return None


def single_precision(value: float) -> float:
    """Return what a number reads back as that was kept in 32 bits."""
    try:
        (single,) = unpack("f", pack("f", value))
    except OverflowError:
        return copysign(inf, value)
    return float(single)


def _no_size(_value: Any) -> int:
    return 0


def _same_text(text: str) -> str:
    return text


def _same_clauses(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    return clauses


_NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, eq=False)
class Dialect:
    """The facts of one database that a compiler, a mapper or a session asks for.

    A backend subclasses it and overrides the defaults, so that the class and its instances answer alike.
    """

    name: str
    features: frozenset[Feature] = frozenset()
    refusals: Mapping[Feature, str] = _NOTHING
    """Per missing feature the alternative, as a sentence."""

    functions: Mapping[str, str] = _NOTHING
    """Spelling per logical function; a wrapper (``vector``, ``point``, ``intern``) without one is dropped."""
    user_functions: bool = False
    """Whether a converter's own ``cypher_fn`` is written; where not, its bare argument is."""
    native_types: frozenset[type] = frozenset({str, int, float, bool, list})
    """The Python types that travel unconverted."""
    converters: Mapping[type, Any] = _NOTHING
    """Converters of the database's own for a type, instead of the automatic ones."""
    procedures: Mapping[str, Procedure] = _NOTHING

    element_id: str = "id({variable})"
    element_id_parameter: str = "{parameter}"
    """How an element id that a user gave is compared; statements of our own send it plain."""
    element_id_in: str = ""
    """The left side of ``IN``, where the database cannot have the element id itself there."""
    hidden_guards: bool = False
    """Whether what a statement of our own asks of a node beside its element id must be nothing that a plan can start
    from: a planner that takes a label or an index for empty prefers to go through it."""
    element_id_type: type[int] | type[str] = int
    integer_id: str = ""
    """How the number behind a text element id is asked for; empty where there is none."""
    integer_of: Callable[[str], int] = int
    """The number behind a text element id."""

    pattern_predicate: str = "{pattern}"
    """How a pattern is written as a condition."""
    regex: str = "{subject} =~ {pattern}"
    regex_or_null: str = ""
    """The form under NOT, where *regex* is false for a null subject: a null must stay null to be left out."""
    regex_pattern: Callable[[str], str] = _same_text
    """What makes a pattern match the whole text and nothing less."""

    extra_labels: ExtraLabels = ExtraLabels.AS_LABELS
    labels_property: str = "_labels"
    """The list property that holds the extra labels, where one does."""

    quoted_names_may_hold_quotes: bool = True
    unicode_escapes: bool = False
    """Whether ``\\uXXXX`` stands for a character also between backticks."""
    name_limits: Callable[[str], str | None] = _unlimited
    """Why a label, type or property cannot have a name ("it is …"), or None."""
    label_limits: Callable[[str], str | None] = _unlimited
    """The same, for labels and relationship types alone."""
    ordered_column_limits: Callable[[str], str | None] = _unlimited
    """Why a statement cannot be ordered by a column with a name ("it is …"), or None."""
    orders_distinct: bool = True
    """Whether DISTINCT may be ordered by what is no column; where not, a WITH comes before."""
    finds_nothing_in_empty: bool = True
    """Whether ``null IN []`` is false; where not, the test is written as its answer."""
    renamed_variables: frozenset[str] = frozenset()
    """Variables, in capitals, that the database takes for names of its own: they are written otherwise."""
    orders_by_alias: bool = True
    """Whether the ORDER BY of a RETURN may name its columns; where not, it repeats what they are."""
    filters_after_cut: bool = True
    """Whether the condition of a WITH filters what its SKIP and LIMIT left, as Cypher says."""
    always_quote: bool = False
    """Whether labels, types and properties are always in backticks."""
    reserved_names: frozenset[str] = frozenset()
    """Words, in capitals, that are in backticks as label, type or property."""
    reserved_variables: frozenset[str] = frozenset()
    """Words, in capitals, that are in backticks as variable or alias."""

    renderers: Mapping[type[Node], Callable[[Any, Any], str]] = _NOTHING
    """Renderers (:mod:`runic.cypher.rendering`) that stand in for the compiler's own, where no data suffices."""

    rewrite: Callable[[tuple[Clause, ...]], tuple[Clause, ...]] = _same_clauses
    """What makes of the clauses of a query those that the database takes in their place."""

    packs_rows: bool = False
    """Whether an answer that is wanted whole is asked for in lists of rows (:mod:`runic.cypher.packing`)."""

    schema: str = ""
    """Where indexes and constraints are spelled: ``"module:class"`` of a SchemaBackend in the driver's package."""

    merges_rows: bool = True
    """Whether MERGE is right after an UNWIND; where it is not, what is there and what is not take a statement each,
    which :data:`runic.cypher.compiler.NEXT` separates and whose rows together are the answer."""
    keyword_properties: frozenset[str] = frozenset()
    """Words, in capitals, that cannot follow a dot, not even in backticks: such a property is written ``n['word']``."""

    map_width: int = 0
    """How many properties a pattern of CREATE may have, the others being set after it; 0 stands for any number."""
    set_compares: bool = False
    """Whether ``SET`` leaves a property alone whose value it takes for equal, as 1 for 1.0; an earlier clause then
    has to empty it."""
    removes_together: bool = True
    """Whether one clause may remove several properties of a node or relationship; where it may not, each takes a
    clause of its own, with a WITH in between."""
    max_batch: int = 1000
    max_message: int = 0
    """How many bytes the parameters of one statement may take, by *message_size*; 0 stands for any number."""
    message_size: Callable[[Any], int] = _no_size
    torn_flush: str = ""
    """Why a flush of more than one statement is refused, and what to do instead; empty where it is not."""
    round_float: Callable[[float], float] = float
    """What a number reads back as, also when stored as an item of a vector or as the coordinate of a point."""
    round_single: Callable[[float], float] = float
    round_coordinate: Callable[[float], float] = float
    text_limits: Callable[[str], str | None] = _text_limits
    """Why a value cannot be stored ("it is …"), or None; ``unique_text_limits`` is for keys and unique properties."""
    unique_text_limits: Callable[[str], str | None] = _text_limits
    integer_limits: Callable[[int], str | None] = _integer_limits
    float_limits: Callable[[float], str | None] = _unlimited

    supports_undirected_merge = _FeatureFlag(Feature.UNDIRECTED_MERGE)

    def require(self, feature: Feature, what: str) -> None:
        """Raise :class:`UnsupportedFeatureError` with the reason and the alternative unless *feature* is there."""
        if feature not in self.features:
            reason = self.refusals.get(feature, "")
            raise UnsupportedFeatureError(f"{self.name} does not support {what}. {reason}".rstrip())
