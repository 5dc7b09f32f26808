"""See :mod:`runic.ogm.query.specialised`."""

from runic.ogm.query.specialised import *
