"""The Cypher language: names and literals, statements as values, and the compiler that writes them."""

from runic.cypher.names import escape_identifier, escape_string, validate_identifier

__all__ = ["escape_identifier", "escape_string", "validate_identifier"]
