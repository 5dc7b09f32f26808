"""What the tests do on a Bolt server past runic: ask it whether it is up, query it, empty it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

# Magic, then four proposals of versions; 5.0 to 5.4 and 4.4 are enough to be answered.
_HANDSHAKE = bytes.fromhex("6060b017 00040405 00020404 00000000 00000000")


def answers_bolt(host: str, port: int) -> bool:
    """Whether a Bolt handshake is answered: an open port alone does not mean that the database is up."""
    try:
        with socket.create_connection((host, port), timeout=1) as link:
            link.sendall(_HANDSHAKE)
            return len(link.recv(4)) == 4
    except OSError:
        return False


class BoltClient:
    """The ``neo4j`` client of one server, opened when first needed."""

    def __init__(self, uri: str, auth: tuple[str, str] | None = None, database: str | None = None) -> None:
        self._uri, self._auth, self._database = uri, auth, database
        self._driver: Any = None

    def session(self) -> Any:
        """Return a session of the client's."""
        if self._driver is None:
            import neo4j

            self._driver = neo4j.GraphDatabase.driver(self._uri, auth=self._auth, notifications_min_severity="OFF")
        return self._driver.session(database=self._database)

    def query(self, cypher: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
        """Return the rows of a statement."""
        with self.session() as session:
            return [list(record.values()) for record in session.run(cypher, dict(params or {}))]

    def close(self) -> None:
        """Close its connections."""
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.close()


def client_of(url: str) -> BoltClient:
    """Return the client of ``bolt://user:password@host:port/database``."""
    parts = urlsplit(url)
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return BoltClient(f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}", auth, parts.path.strip("/") or None)
