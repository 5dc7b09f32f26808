"""The names behind the numbers of a compact reply; one snapshot per version of a graph's schema.

A reply names labels, relationship types and properties by their position in the graph. Positions are only ever
added, so a snapshot stays right for its graph; another graph under the same name has another version, and the
server refuses a statement that carries the wrong one without running it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["NAMES_QUERY", "Names", "UnknownNameError"]

# collect() keeps the answer at three rows: a server may cut long answers (RESULTSET_SIZE).
NAMES_QUERY = (
    "CALL db.labels() YIELD label RETURN 0 AS kind, collect(label) AS names"
    " UNION ALL CALL db.relationshipTypes() YIELD relationshipType RETURN 1 AS kind, collect(relationshipType) AS names"
    " UNION ALL CALL db.propertyKeys() YIELD propertyKey RETURN 2 AS kind, collect(propertyKey) AS names"
)


class UnknownNameError(Exception):
    """A reply used a number that the snapshot does not have; never leaves this package."""


class Names:
    """Labels, relationship types and property keys of one graph at one version; read-only once made."""

    __slots__ = ("_label_sets", "keys", "labels", "types", "version")

    def __init__(
        self, version: int = 0, labels: Sequence[str] = (), types: Sequence[str] = (), keys: Sequence[str] = ()
    ) -> None:
        self.version = version
        self.labels = tuple(labels)
        self.types = tuple(types)
        self.keys = tuple(keys)
        self._label_sets: dict[tuple[int, ...], tuple[str, ...]] = {}

    @classmethod
    def from_rows(cls, version: int, rows: Iterable[tuple[int, Sequence[str]]]) -> Names:
        """Make a snapshot from the rows that :data:`NAMES_QUERY` returns."""
        found: dict[int, Sequence[str]] = dict(rows)
        return cls(version, found.get(0, ()), found.get(1, ()), found.get(2, ()))

    def extends(self, older: Names) -> bool:
        """Tell whether every number of *older* means the same here."""
        return all(
            mine[: len(theirs)] == theirs
            for mine, theirs in ((self.labels, older.labels), (self.types, older.types), (self.keys, older.keys))
        )

    def label_set(self, ids: tuple[int, ...]) -> tuple[str, ...]:
        """Return the labels numbered *ids*: one tuple object for one set of numbers."""
        known = self._label_sets.get(ids)
        if known is None:
            try:
                known = tuple([self.labels[i] for i in ids])
            except IndexError:
                raise UnknownNameError from None
            self._label_sets[ids] = known
        return known

    def relationship_type(self, number: int) -> str:
        """Return the relationship type numbered *number*."""
        try:
            return self.types[number]
        except IndexError:
            raise UnknownNameError from None
