"""SQL that makes a graph and the tables of its labels and types, each once, whoever else does so at the same time."""

from __future__ import annotations

__all__ = ["CREATING", "literal", "new_table", "quoted"]

# Two programs that find something missing create it one after the other; the lock ends with the transaction.
CREATING = "SELECT pg_advisory_xact_lock(hashtext('runic.create'))"


def new_table(graph: str, function: str, name: str) -> str:
    """Return statements for one transaction that create a label or type, by *function*, unless there is one."""
    there = (
        "SELECT 1 FROM ag_label l JOIN ag_graph g ON g.graphid = l.graph"
        f" WHERE g.name = {literal(graph)} AND l.name = {literal(name)}"
    )
    return f"{CREATING}; SELECT {function}({literal(graph)}, {literal(name)}) WHERE NOT EXISTS ({there})"


def quoted(name: str) -> str:
    """Return *name* as SQL writes the name of a table or index."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return *text* as SQL writes a text."""
    return "'" + text.replace("'", "''") + "'"
