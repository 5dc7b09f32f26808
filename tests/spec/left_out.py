"""Promises that no test has to prove yet, each with its reason; an entry goes as soon as tests prove it.

A key is a row number or the letter of a whole area of ``rows.tsv``.
"""

from __future__ import annotations

LEFT_OUT: dict[int | str, str] = {}
