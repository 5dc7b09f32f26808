"""See :mod:`runic.ogm.query`."""

from runic.ogm.query import *
