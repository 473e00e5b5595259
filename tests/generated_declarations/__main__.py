"""Draw declarations, ask `prove` about each, compare every verdict with an exact search, and write a table.

From a checkout: ``python tests/generated_declarations --count 300 --output docs/generated-declarations.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from generated_declarations.auctions import AuctionSpec, drawn_auction
from generated_declarations.grammar import Spec, drawn
from generated_declarations.judge import judged
from generated_declarations.menus import MenuSpec, drawn_menu

MARKS = ("<!-- from here on written by the command -->", "<!-- end -->")
VERDICTS = ("PROVED", "PROVED UNDER", "REFUTED", "INCONCLUSIVE", "refused")


def main() -> int:
    """Run what was asked for; return 1 if a verdict is false."""
    parser = argparse.ArgumentParser(prog="python tests/generated_declarations", description=__doc__)
    parser.add_argument("--grammar", choices=("all", "auctions"), default="all", help="what is drawn (default all)")
    parser.add_argument("--count", type=int, default=300, help="how many declarations (default 300)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--seed", type=int, default=0, help="which are drawn")
    parser.add_argument("--seconds", type=float, default=1.0, help="what each property may take (default 1)")
    parser.add_argument("--journal", type=Path, help="a file of verdicts, from which a run resumes")
    parser.add_argument("--output", type=Path, help="a document whose table is replaced")
    asked = parser.parse_args()
    known = asked.journal.read_text().splitlines() if asked.journal and asked.journal.exists() else []
    lines = {line["number"]: line for line in map(json.loads, known)}
    for number in range(asked.first, asked.first + asked.count):
        if number in lines:
            continue
        spec = drawn_one(number, asked.seed, asked.grammar)
        several = judged(spec, asked.seconds)
        lines[number] = {
            "number": number,
            "declares": spec.formula,
            "verdicts": {one.claim: one.verdict for one in several},
            "false": {one.claim: f"{one.words}: {one.false}" for one in several if one.false},
        }
        text = json.dumps(lines[number], ensure_ascii=False)
        print(text + (f"\n{spec.source}" if lines[number]["false"] else ""), flush=True)
        if asked.journal:
            with asked.journal.open("a") as journal:
                journal.write(text + "\n")
    wanted = [lines[number] for number in range(asked.first, asked.first + asked.count)]
    text = table(wanted, asked.seed, asked.seconds, asked.grammar)
    print(text)
    if asked.output:
        before, _, rest = asked.output.read_text().partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        asked.output.write_text(f"{before}{MARKS[0]}\n\n{text}\n{MARKS[1]}{after}")
    return int(any(line["false"] for line in wanted))


def drawn_one(number: int, seed: int, grammar: str = "all") -> Spec | MenuSpec | AuctionSpec:
    """Return a declaration: every sixth is a menu; of auctions each is one."""
    if grammar == "auctions":
        return drawn_auction(number, seed)
    return drawn_menu(number, seed) if number % 6 == 5 else drawn(number, seed)


def table(lines: list[dict[str, Any]], seed: int, seconds: float, grammar: str = "all") -> str:
    """Return the tables: verdicts by property, and by what a declaration contains."""
    by_claim: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    by_kind: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for line in lines:
        for claim, verdict in line["verdicts"].items():
            by_claim[claim].append((verdict, claim in line["false"]))
            for tag in drawn_one(line["number"], seed, grammar).tags:
                by_kind[tag].append((verdict, claim in line["false"]))
    count = sum(map(len, by_claim.values()))
    false = sum(len(line["false"]) for line in lines)
    words = (
        f"{len(lines)} declarations (seed {seed}), {count} verdicts of at most {seconds:g} s each: **{false} false**."
    )
    return "\n".join([words, "", *_rows("property", by_claim), "", *_rows("declarations with", by_kind), ""])


def _rows(title: str, groups: dict[str, list[tuple[str, bool]]]) -> list[str]:
    rows = [f"| {title} | {' | '.join(VERDICTS)} | false |", f"|---|{'---:|' * (len(VERDICTS) + 1)}"]
    total = [one for several in groups.values() for one in several]
    for name, several in [*sorted(groups.items()), *([("in all", total)] if title == "property" else [])]:
        counted = Counter(verdict for verdict, _ in several)
        cells = [str(counted[verdict]) for verdict in VERDICTS]
        rows.append(f"| {name} | {' | '.join(cells)} | {sum(false for _, false in several)} |")
    return rows


if __name__ == "__main__":
    sys.exit(main())
