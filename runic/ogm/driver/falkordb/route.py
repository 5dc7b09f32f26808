"""Which node to talk to: the server itself, the master that a sentinel names, or where a cluster sends us.

A node that sends us elsewhere has not run anything, so the same commands may go to the other one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from runic.exceptions import ConnectionLostError
from runic.ogm.driver.falkordb.address import Address
from runic.ogm.driver.falkordb.protocol import Exchange, Flow

__all__ = ["MAX_REDIRECTS", "find_node", "redirected", "too_many_redirects"]

MAX_REDIRECTS = 5


def find_node(address: Address) -> Flow[Address]:
    """Return *address*, or the master that the sentinel there watches: the rule of the ``falkordb`` client."""
    [info] = yield Exchange((("INFO", "server"),), False, "INFO server")
    if "redis_mode:sentinel" not in str(info):  # also when the user may not ask
        return address
    [reply] = yield Exchange((("SENTINEL", "MASTERS"),), False, "SENTINEL MASTERS")
    if isinstance(reply, Exception):
        raise ConnectionLostError(f"the sentinel at {address} does not name its master: {reply}") from reply
    masters = [dict(zip(master[::2], master[1::2], strict=True)) for master in _lists(reply)]
    if len(masters) != 1:
        names = ", ".join(str(master.get("name")) for master in masters) or "none"
        raise ConnectionLostError(f"the sentinel at {address} watches not one master but {names}")
    return address.at(str(masters[0]["ip"]), int(masters[0]["port"]))


def redirected(replies: Iterable[Any], address: Address, node: Address) -> Address | None:
    """Return where *node* sends us: to another node of its cluster, or back to the sentinel at *address*."""
    for reply in replies:
        if isinstance(reply, Exception):
            kind = type(reply).__name__
            if kind == "MovedError":
                return node.at(str(getattr(reply, "host", "")) or node.host, int(getattr(reply, "port", node.port)))
            if kind == "ReadOnlyError" and node != address:
                return address  # a master no more
    return None


def too_many_redirects(node: Address) -> ConnectionLostError:
    """Return the error of a cluster that sends us round in circles."""
    return ConnectionLostError(f"FalkorDB at {node} keeps sending us to other nodes; nothing was run")


def _lists(reply: Any) -> list[list[str]]:
    lists: list[list[str]] = reply
    return lists
