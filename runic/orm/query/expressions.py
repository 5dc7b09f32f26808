"""See :mod:`runic.ogm.query.expressions`."""

from runic.ogm.query.expressions import *
