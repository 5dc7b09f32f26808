"""See :mod:`runic.ogm.mapper`."""
