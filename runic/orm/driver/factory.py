"""See :mod:`runic.ogm.driver.factory`."""

from runic.ogm.driver.factory import *
