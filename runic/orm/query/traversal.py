"""See :mod:`runic.ogm.query.traversal`."""

from runic.ogm.query.traversal import *
