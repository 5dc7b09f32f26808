"""See :mod:`runic.ogm.exceptions`."""

from runic.ogm.exceptions import *
