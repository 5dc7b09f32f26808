"""See :mod:`runic.ogm.schema.index_manager`."""

from runic.ogm.schema.index_manager import *
