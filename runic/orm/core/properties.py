"""See :mod:`runic.ogm.core.properties`."""

from runic.ogm.core.properties import *
