"""See :mod:`runic.ogm.core.metadata`."""

from runic.ogm.core.metadata import *
