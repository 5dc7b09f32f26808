"""Statements as text, parameters and errors, without a database."""
