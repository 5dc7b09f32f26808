"""A Memgraph that runs already: none can be installed for a test run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.servers.bolt import BoltClient, client_of

_ATTEMPTS = 20


class MemgraphAddress:
    """A Memgraph that runs already (``RUNIC_TEST_MEMGRAPH_URL``); its database is emptied between tests."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = client_of(url)
        self._version = (0, 0)

    def ensure(self) -> None:
        """Do nothing: the server is not ours."""

    @property
    def version(self) -> tuple[int, int]:
        """Major and minor."""
        if not self._version[0]:
            major, minor = re.findall(r"\d+", str(self._client.query("SHOW VERSION")[0][0]))[:2]
            self._version = (int(major), int(minor))
        return self._version

    def options(self, graph: str) -> dict[str, Any]:
        return {"url": self._url, "version": "{}.{}".format(*self.version)}

    def query(self, graph: str, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        return self._client.query(cypher, params)

    def wipe(self, graph: str) -> None:
        wipe(self._client, self.version)

    def stop(self) -> None:
        self._client.close()


def wipe(client: BoltClient, version: tuple[int, int]) -> None:
    """Drop every constraint and index, then delete every node."""
    for kind, label, properties, *_ in client.query("SHOW CONSTRAINT INFO"):
        names = [f"e.`{name}`" for name in ([properties] if isinstance(properties, str) else properties)]
        if kind in ("unique", "exists"):
            rule = f"{', '.join(names)} IS UNIQUE" if kind == "unique" else f"EXISTS ({names[0]})"
            _settled(client, f"DROP CONSTRAINT ON (e:`{label.removeprefix(':')}`) ASSERT {rule}")
    for name, *_ in client.query("SHOW VECTOR INDEX INFO") if version >= (3, 1) else ():
        _settled(client, f"DROP VECTOR INDEX `{name}`")
    for kind, label, properties, *_ in client.query("SHOW INDEX INFO"):
        words = _index(kind, label.removeprefix(":") if isinstance(label, str) else label, properties)
        if words:
            _settled(client, f"DROP {words}")
    _settled(client, "MATCH (n) DETACH DELETE n")


def _index(kind: str, label: Any, properties: Any) -> str:
    if named := re.fullmatch(r".*_text \(name: (.*)\)", kind):
        return f"TEXT INDEX `{named[1]}`"
    names = ", ".join([f"`{name}`" for name in ([properties] if isinstance(properties, str) else properties or ())])
    forms = {
        "label": f"INDEX ON :`{label}`",
        "label+property": f"INDEX ON :`{label}`({names})",
        "edge-type": f"EDGE INDEX ON :`{label}`",
        "edge-type+property": f"EDGE INDEX ON :`{label}`({names})",
        "point": f"POINT INDEX ON :`{label}`({names})",
    }
    return forms.get(kind, "")


def _settled(client: BoltClient, cypher: str) -> None:
    """Run a statement again as long as it waited in vain for the transactions of others to end."""
    from neo4j.exceptions import TransientError

    for attempt in range(_ATTEMPTS):
        try:
            client.query(cypher)
        except TransientError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return
