"""See :mod:`runic.ogm.core.expressions`."""

from runic.ogm.core.expressions import *
