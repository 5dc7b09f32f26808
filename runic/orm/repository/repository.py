"""See :mod:`runic.ogm.repository.repository`."""

from runic.ogm.repository.repository import *
