"""Promises that no test has to prove yet, each with its reason; an entry goes as soon as tests prove it.

A key is a row number or the letter of a whole area of ``rows.tsv``.
"""

from __future__ import annotations

_RULES = "later: rules that compare databases need the second one"
_BOLT = "of Bolt databases, whose drivers are in the making"
_AGE = "of Apache AGE, whose driver is in the making"

LEFT_OUT: dict[int | str, str] = {
    # T, Z. searches and rules of other databases
    350: _BOLT,
    351: _BOLT,
    352: _AGE,
    475: _AGE,
    # A. names
    16: _BOLT,
    17: _AGE,
    30: _RULES,
    # H, M, N. values, relations and labels of other databases
    126: _BOLT,
    212: _BOLT,
    230: _AGE,
    # I, J, K. errors and sessions of transactional databases
    166: _BOLT,
    # V. drivers
    380: _BOLT,
    381: _BOLT,
    382: _AGE,
    383: _AGE,
    384: _AGE,
    385: _AGE,
    386: _AGE,
    388: _BOLT,
    389: _AGE,
    391: _BOLT,
    394: _BOLT,
    395: _AGE,
}
