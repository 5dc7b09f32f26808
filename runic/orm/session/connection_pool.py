"""See :mod:`runic.ogm.session.connection_pool`."""

from runic.ogm.session.connection_pool import *
