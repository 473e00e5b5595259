"""Draw declarations, ask `prove` about each, compare every verdict with an exact search, and write a table.

From a checkout: ``python tests/generated_declarations --count 300 --output docs/generated-declarations.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from generated_declarations.grammar import drawn
from generated_declarations.judge import Judged, judged
from generated_declarations.menus import drawn_menu

MARKS = ("<!-- from here on written by the command -->", "<!-- end -->")
VERDICTS = ("PROVED", "PROVED UNDER", "REFUTED", "INCONCLUSIVE", "refused")


def main() -> int:
    """Run what was asked for; return 1 if a verdict is false."""
    parser = argparse.ArgumentParser(prog="python tests/generated_declarations", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="how many declarations (default 300)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--seed", type=int, default=0, help="which are drawn")
    parser.add_argument("--seconds", type=float, default=1.0, help="what each property may take (default 1)")
    parser.add_argument("--output", type=Path, help="a document whose table is replaced")
    asked = parser.parse_args()
    start, found = time.monotonic(), list[Judged]()
    for number in range(asked.first, asked.first + asked.count):
        spec = drawn_menu(number, asked.seed) if number % 6 == 5 else drawn(number, asked.seed)
        several = judged(spec, asked.seconds)
        found += several
        line = {"number": number, "declares": spec.formula, "verdicts": {one.claim: one.verdict for one in several}}
        print(json.dumps(line, ensure_ascii=False), flush=True)
        for one in several:
            if one.false:
                print(f"FALSE: {one.claim} {one.verdict}: {one.words}: {one.false}\n{spec.source}", flush=True)
    seconds = time.monotonic() - start
    text = table(found, asked.count, asked.seed, asked.seconds)
    print(f"{text}\n{seconds:.0f} s")
    if asked.output:
        before, _, rest = asked.output.read_text().partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        asked.output.write_text(f"{before}{MARKS[0]}\n\n{text}\n{MARKS[1]}{after}")
    return int(any(one.false for one in found))


def table(found: list[Judged], count: int, seed: int, seconds: float) -> str:
    """Return the tables: verdicts by property, and by what a declaration contains."""
    by_claim: dict[str, list[Judged]] = defaultdict(list)
    by_kind: dict[str, list[Judged]] = defaultdict(list)
    for one in found:
        by_claim[one.claim].append(one)
        for tag in one.spec.tags:
            by_kind[tag].append(one)
    false = sum(bool(one.false) for one in found)
    words = (
        f"{count} declarations (seed {seed}), {len(found)} verdicts of at most {seconds:g} s each: **{false} false**."
    )
    return "\n".join([words, "", *_rows("property", by_claim), "", *_rows("declarations with", by_kind), ""])


def _rows(title: str, groups: dict[str, list[Judged]]) -> list[str]:
    lines = [f"| {title} | {' | '.join(VERDICTS)} | false |", f"|---|{'---:|' * (len(VERDICTS) + 1)}"]
    total = [one for several in groups.values() for one in several]
    for name, several in [*sorted(groups.items()), *([("in all", total)] if title == "property" else [])]:
        counted = Counter(one.verdict for one in several)
        cells = [str(counted[verdict]) for verdict in VERDICTS]
        lines.append(f"| {name} | {' | '.join(cells)} | {sum(bool(one.false) for one in several)} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
