"""See :mod:`runic.ogm.session.session`."""

from runic.ogm.session.session import *
