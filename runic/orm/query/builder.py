"""See :mod:`runic.ogm.query.builder`."""

from runic.ogm.query.builder import *
