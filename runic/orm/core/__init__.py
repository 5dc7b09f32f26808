"""See :mod:`runic.ogm.core`."""
