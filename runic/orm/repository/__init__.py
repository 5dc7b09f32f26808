"""See :mod:`runic.ogm.repository`."""
