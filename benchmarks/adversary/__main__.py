"""Hunt for answers that the package judges wrongly.

    python -m benchmarks.adversary --count 2000
    python -m benchmarks.adversary --mechanism prices --seconds 60 --seed 7
    python -m benchmarks.adversary --journal hunt.jsonl --seconds 500    # again and again: it goes on where it was
    python -m benchmarks.adversary --journal hunt.jsonl --count 0 --log docs/adversary.md

Run it from a clone. It leaves with 1 if anything was found, each finding printed to be run.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from .hunt import MECHANISMS, Count, Plan, hunt
from .journal import Journal
from .log import publish


def arguments() -> argparse.Namespace:
    """What was asked for."""
    lay_out = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m benchmarks.adversary", description=__doc__, formatter_class=lay_out)
    parser.add_argument("--count", type=int, default=1000, help="how many candidates (default 1000)")
    parser.add_argument("--seconds", type=float, default=3600, help="for how long at most (default an hour)")
    parser.add_argument("--seed", type=int, default=0, help="which instances are drawn")
    parser.add_argument("--mechanism", action="append", choices=list(MECHANISMS), help="only this one; may be repeated")
    parser.add_argument(
        "--verify-every", type=int, default=20, help="verify one menu of so many, a twentieth elsewhere"
    )
    parser.add_argument("--solve-every", type=int, default=100, help="solve one instance of so many (0: none)")
    parser.add_argument("--journal", type=Path, help="a file that a run adds to, and from whose end it goes on")
    parser.add_argument("--log", type=Path, help="the document whose tables are replaced by those of the journal")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    return parser.parse_args()


def main() -> int:
    """Hunt, and say what was found."""
    asked = arguments()
    plan = Plan(
        tuple(asked.mechanism or MECHANISMS), asked.seed, verify_every=asked.verify_every, solve_every=asked.solve_every
    )
    journal = Journal(asked.journal, plan)
    started, last, shown = time.monotonic(), 0.0, 0
    found = Count()
    for found in hunt(plan, journal.next, asked.count, asked.seconds):
        for finding in found.findings[shown:]:
            print(f"{finding.text()}\n", flush=True)
        shown = len(found.findings)
        elapsed = time.monotonic() - started
        if not asked.quiet and elapsed > last + 5:
            last = elapsed
            note(f"{found.candidates} candidates of {found.instances} instances, {shown} findings, {elapsed:.0f} s")
    journal.add(found, time.monotonic() - started)
    note(f"{found.candidates} candidates of {found.instances} instances, {shown} findings")
    if asked.log:
        publish(asked.log, journal)
    return 1 if shown else 0


def note(words: str) -> None:
    """Tell how far it is."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
