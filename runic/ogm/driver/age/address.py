"""Where a graph of AGE is: from keyword arguments, or a URL whose parts keywords override."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from runic.exceptions import InvalidArgumentError, InvalidTypeError
from runic.ogm.driver.address import port_of, positive, split_url

__all__ = ["AgeAddress", "age_address", "check_graph_name"]

_SCHEMES = ("postgresql", "postgres")
_DESCRIBED = "URL such as postgresql://user@host:5432/database?graph=social"
_KNOWN = ("acquire_timeout", "database", "graph", "host", "max_connections", "password", "port", "url", "username")
# Options of the client's own, which a URL may have too.
_PASSED_ON = ("application_name", "connect_timeout", "options", "sslcert", "sslkey", "sslmode", "sslrootcert")
_GRAPH = re.compile(r"[^\W\d][\w.-]*[\w]").fullmatch


@dataclass(frozen=True, slots=True)
class AgeAddress:
    """What the client needs to connect, and how many connections there may be."""

    parts: Mapping[str, Any]
    graph: str
    max_connections: int
    acquire_timeout: float


def check_graph_name(graph: Any) -> str:
    """Return *graph* if AGE can have a graph of that name."""
    if not isinstance(graph, str):
        raise InvalidTypeError(f"graph is a string, got {graph!r}")
    if not 3 <= len(graph.encode("utf-8", "replace")) <= 63 or not _GRAPH(graph):
        raise InvalidArgumentError(
            f"graph={graph!r}: a graph of AGE is named by 3 to 63 letters, digits, '_', '-' and '.', a letter first"
        )
    return graph


def age_address(options: Mapping[str, Any]) -> AgeAddress:
    """Read the arguments of a ``create_…_driver`` function.

    Raises :class:`InvalidTypeError` for an unknown one, :class:`InvalidArgumentError` for a wrong URL, port or name.
    """
    if unknown := sorted(set(options) - set(_KNOWN) - set(_PASSED_ON)):
        raise InvalidTypeError(f"age takes no {', '.join(unknown)}; it takes {', '.join((*_KNOWN, *_PASSED_ON))}")
    url = split_url(options.get("url"), _SCHEMES, _DESCRIBED)
    asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
    if strange := sorted(set(asked) - {"graph", *_PASSED_ON}):
        raise InvalidArgumentError(
            f"the URL asks for {', '.join(strange)}; it may ask for graph, {', '.join(_PASSED_ON)}"
        )
    graph = options.get("graph") or asked.get("graph")
    if not graph:
        raise InvalidArgumentError("name the graph: graph='social', or ?graph=social in the URL")
    parts = {
        "host": options.get("host") or url.hostname or "localhost",
        "port": port_of(options, url, 5432),
        "dbname": options.get("database") or unquote(url.path.strip("/")) or "postgres",
        "user": options.get("username") or (unquote(url.username) if url.username else None),
        "password": options.get("password") or (unquote(url.password) if url.password else None),
        **{name: value for name, value in {**asked, **options}.items() if name in _PASSED_ON},
    }
    return AgeAddress(
        {name: value for name, value in parts.items() if value is not None},
        check_graph_name(graph),
        positive("max_connections", options.get("max_connections", 10)),
        float(options.get("acquire_timeout", 30.0)),
    )
