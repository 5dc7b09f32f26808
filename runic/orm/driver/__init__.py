"""See :mod:`runic.ogm.driver`."""

from runic.ogm.driver import *
