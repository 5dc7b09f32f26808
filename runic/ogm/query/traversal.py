"""The documented address of :class:`TraversalStep`, which stands in :mod:`runic.ogm.query.builder`."""

from runic.ogm.query.builder import TraversalStep

__all__ = ["TraversalStep"]
