"""See :mod:`runic.ogm.mapper.relationship_loader`."""

from runic.ogm.mapper.relationship_loader import *
