"""Models, types and statements, without a database."""
