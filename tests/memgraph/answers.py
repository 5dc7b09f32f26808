"""What a Memgraph answers, as scripts of the server that stands in for it."""

from __future__ import annotations

from typing import Any

from tests.servers.bolt_script import Failure, Message, Rows

CLIENT = "Memgraph.ClientError.MemgraphError.MemgraphError"
TRANSIENT = "Memgraph.TransientError.MemgraphError.MemgraphError"
VIOLATION = Failure(CLIENT, "Unable to commit due to unique constraint violation on :User(id)")
CONFLICT = Failure(
    TRANSIENT,
    "Cannot resolve conflicting transactions. Retry this transaction when the conflicting transaction is finished.",
)
ALONE = Failure(CLIENT, "Index manipulation not allowed in multicommand transactions.")
BUSY = Failure(TRANSIENT, "Cannot get read-only access to the storage. Try stopping other queries that are running.")


def memgraph(message: Message) -> Any:
    """Answer as a Memgraph that has nothing: new nodes get numbers, what stands alone is refused in transactions."""
    if message.kind != "RUN":
        return None
    if message.in_transaction and (message.text.startswith(("SHOW", "DROP")) or "INDEX ON" in message.text):
        return ALONE
    if message.text.startswith("UNWIND $rows AS row\nCREATE"):
        rows = [(row[-1], number) for number, row in enumerate(message.params["rows"], 10)]
        return Rows(("number", "id"), tuple(rows), {"nodes-created": len(rows)})
    return Rows()


def at(kind: str, answer: Any, *, otherwise: Any = memgraph) -> Any:
    """Return a script that answers a kind of message, or a statement that starts so, in one way."""

    def script(message: Message) -> Any:
        said = message.kind if message.kind != "RUN" else message.text
        return answer if said.startswith(kind) else otherwise(message)

    return script
