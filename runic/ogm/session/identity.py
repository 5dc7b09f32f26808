"""One object per node and per edge: the identity map of a session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["IdentityMap", "node_key"]


class IdentityMap:
    """Nodes by the root of their class hierarchy and their stored key, edges by type and element id.

    It holds its objects strongly: one that was changed must live until the flush, whoever else forgets it.
    """

    __slots__ = ("_edges", "_nodes")

    def __init__(self) -> None:
        self._nodes: dict[type, dict[Any, Any]] = {}
        self._edges: dict[tuple[str, Any], Any] = {}

    def hierarchy(self, root: type) -> dict[Any, Any]:
        """Return the live table of all nodes under *root*, by stored key."""
        table = self._nodes.get(root)
        if table is None:
            table = self._nodes[root] = {}
        return table

    def get_node(self, root: type, key: Any) -> Any:
        """Return the node under *root* with the stored *key*, or None."""
        table = self._nodes.get(root)
        return None if table is None else table.get(key)

    def get_edge(self, type: str, element_id: Any) -> Any:
        """Return the edge of *type* with that element id, or None."""
        return self._edges.get((type, element_id))

    def put_edge(self, type: str, element_id: Any, edge: Any) -> None:
        """Register an edge."""
        self._edges[type, element_id] = edge

    def drop_edge(self, type: str, element_id: Any) -> None:
        """Forget an edge."""
        self._edges.pop((type, element_id), None)

    def nodes(self) -> Iterator[Any]:
        """Yield every node."""
        for table in self._nodes.values():
            yield from table.values()

    def size(self) -> int:
        """Count the nodes."""
        return sum(map(len, self._nodes.values()))

    def edges(self) -> Iterator[Any]:
        """Yield every edge."""
        yield from self._edges.values()

    def clear(self) -> None:
        """Forget everything."""
        for table in self._nodes.values():
            table.clear()
        self._edges.clear()


def node_key(key: Any, element_id: Any) -> Any:
    """Return the identity key of a row: its stored key, or its element id where the node has none."""
    return key if key is not None else ("element id", element_id)
