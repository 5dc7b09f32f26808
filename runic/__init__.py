"""runic: an object-graph mapper for Cypher databases; the mapper lives in :mod:`runic.ogm`."""

__version__ = "0.1.0"

__all__ = ["__version__"]
