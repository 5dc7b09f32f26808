"""See :mod:`runic.ogm.schema`."""
