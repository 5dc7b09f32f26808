"""See :mod:`runic.ogm.core.descriptors`."""

from runic.ogm.core.descriptors import *
