"""Schema management and migrations."""
