"""See :mod:`runic.ogm.repository.async_repository`."""

from runic.ogm.repository.async_repository import *
