"""See :mod:`runic.ogm.session`."""
