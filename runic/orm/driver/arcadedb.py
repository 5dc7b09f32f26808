"""See :mod:`runic.ogm.driver.arcadedb`."""

from runic.ogm.driver.arcadedb import *
