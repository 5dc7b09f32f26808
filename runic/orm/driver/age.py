"""See :mod:`runic.ogm.driver.age`."""

from runic.ogm.driver.age import *
