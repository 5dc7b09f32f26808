"""Typed reads over a session, one repository per node class."""
