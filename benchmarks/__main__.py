"""Run the benchmarks: ``python -m benchmarks --only load --rounds 9 --scale 0.5 --json``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from benchmarks import graph_cases, local_cases
from benchmarks.harness import report, take_turns
from benchmarks.server import running_server

CASES = {case.__name__.replace("_", "-"): case for case in (*graph_cases.CASES, *local_cases.CASES)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="runic beside the same work by hand")
    parser.add_argument("--only", nargs="+", choices=CASES, metavar="NAME", help=f"some of: {', '.join(CASES)}")
    parser.add_argument("--rounds", type=int, default=7, help="how often each side is measured (default 7)")
    parser.add_argument("--scale", type=float, default=1.0, help="multiply every amount of data (default 1)")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    options = parser.parse_args(arguments)
    found: list[dict[str, Any]] = []
    with running_server() as server:
        for name in options.only or CASES:
            measured = take_turns(CASES[name](server, options.scale), options.rounds)
            found.append(measured.as_json())
            if not options.json:
                print(report(measured), flush=True)
    if options.json:
        print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
