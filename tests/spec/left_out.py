"""Promises that no test has to prove yet, each with its reason; an entry goes as soon as tests prove it.

A key is a row number or the letter of a whole area of ``rows.tsv``.
"""

from __future__ import annotations

_QUERIES = "later: the query surface grows, its tests follow"
_EXAMPLES = "later: the documents' blocks and example files, run as they stand"
_RULES = "later: rules that compare databases need the second one"
_BOLT = "later: Neo4j, Memgraph and ArcadeDB"
_AGE = "later: Apache AGE"

LEFT_OUT: dict[int | str, str] = {
    "Q": _QUERIES,
    "T": _QUERIES,
    "U": _QUERIES,
    "Y": _EXAMPLES,
    "Z": _RULES,
    # A. names
    15: _BOLT,
    16: _BOLT,
    17: _AGE,
    30: _RULES,
    # H, M, N. values, relations and labels of other databases
    126: _BOLT,
    212: _BOLT,
    230: _AGE,
    # I, J, K. errors and sessions of transactional databases
    137: _BOLT,
    166: _BOLT,
    # V. drivers
    377: _BOLT,
    378: _BOLT,
    379: _BOLT,
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
    392: _BOLT,
    393: _BOLT,
    394: _BOLT,
    395: _AGE,
}
