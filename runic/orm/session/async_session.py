"""See :mod:`runic.ogm.session.async_session`."""

from runic.ogm.session.async_session import *
