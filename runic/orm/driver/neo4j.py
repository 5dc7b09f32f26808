"""See :mod:`runic.ogm.driver.neo4j`."""

from runic.ogm.driver.neo4j import *
