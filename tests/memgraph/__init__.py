"""Memgraph without a server: what it is sent, and what the driver makes of its answers."""
