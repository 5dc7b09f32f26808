"""See :mod:`runic.ogm.driver.memgraph`."""

from runic.ogm.driver.memgraph import *
