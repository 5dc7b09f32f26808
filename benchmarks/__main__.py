"""Run the benchmarks: ``python -m benchmarks --backends neo4j --only load --rounds 9 --scale 0.5 --json``."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence

from benchmarks import graph_cases, local_cases
from benchmarks.harness import Measured, report, take_turns
from benchmarks.server import running_server
from runic.testing.backends import BackendMissingError
from tests.conformance.backends import backends

CASES = {case.__name__.replace("_", "-"): case for case in (*graph_cases.CASES, *local_cases.CASES)}
ALONE = {case.__name__.replace("_", "-"): case for case in local_cases.ALONE}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was asked for and print it."""
    names = [*CASES, *ALONE]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="runic beside the same work by hand")
    parser.add_argument(
        "--backends", default=os.environ.get("BACKENDS", ""), help="families or names, as for the tests"
    )
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=f"some of: {', '.join(names)}")
    parser.add_argument("--rounds", type=int, default=7, help="how often each side is measured (default 7)")
    parser.add_argument("--scale", type=float, default=1.0, help="multiply every amount of data (default 1)")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    options = parser.parse_args(arguments)
    found: list[Measured] = []
    for measured in _measured(options):
        found.append(measured)
        if not options.json:
            print(report(measured), flush=True)
    if options.json:
        print(json.dumps([measured.as_json() for measured in found], indent=2))


def _measured(options: argparse.Namespace) -> Iterator[Measured]:
    wanted: list[str] = options.only or [*CASES, *ALONE]
    for backend in backends(options.backends) if CASES.keys() & set(wanted) else ():
        try:
            with running_server(backend) as server:
                for name in wanted:
                    if name in CASES:
                        yield take_turns(CASES[name](server, options.scale), options.rounds, backend.name)
        except BackendMissingError as missing:
            print(f"{backend.name} is left out: {missing}", flush=True)
    for name in wanted:
        if name in ALONE:
            yield take_turns(ALONE[name](None, options.scale), options.rounds)


if __name__ == "__main__":
    main()
