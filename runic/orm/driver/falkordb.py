"""See :mod:`runic.ogm.driver.falkordb`."""

from runic.ogm.driver.falkordb import *
