"""See :mod:`runic.ogm.core.models`."""

from runic.ogm.core.models import *
