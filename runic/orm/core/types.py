"""See :mod:`runic.ogm.core.types`."""

from runic.ogm.core.types import *
