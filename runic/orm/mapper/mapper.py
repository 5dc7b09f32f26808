"""See :mod:`runic.ogm.mapper.mapper`."""

from runic.ogm.mapper.mapper import *
