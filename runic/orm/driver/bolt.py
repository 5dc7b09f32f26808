"""See :mod:`runic.ogm.driver.bolt`."""

from runic.ogm.driver.bolt import *
