"""The tables of `docs/adversary.md`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .journal import Journal

START, END = "<!-- from here on written by the command -->", "<!-- end -->"
VERDICTS = ("valid", "undecided", "refuted", "refused", "crash", "holds", "inconclusive", "violated")


def publish(path: Path, journal: Journal) -> None:
    """Put the tables between their marks."""
    before, _, rest = path.read_text().partition(START)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{START}\n\n{text(journal)}\n\n{END}{after}")


def text(journal: Journal) -> str:
    """How much was tried, counts by mechanism and perturbation, and what was found."""
    runs, tally = list(journal.lines()), journal.tally()
    total, seconds = sum(tally.values()), sum(run["seconds"] for run in runs)
    instances = sum(run["instances"] for run in runs)
    found = [item for run in runs for item in run["findings"]]
    head = f"{total:,} candidates of {instances:,} instances in {seconds:,.0f} s; {len(found)} findings."
    return "\n\n".join([head, by_fault(found), by_truth(tally), by_kind(tally)])


def by_fault(found: Sequence[dict[str, Any]]) -> str:
    """How often each fault was found; the instances are in the journal."""
    counts = Counter((item.get("mechanism", ""), item["fault"]) for item in found)
    rows = [[mechanism, fault, str(count)] for (mechanism, fault), count in sorted(counts.items())]
    return table(("mechanism", "fault", "instances"), rows) if rows else "No finding."


def by_truth(tally: Counter[tuple[str, str, str, str]]) -> str:
    """Verdicts on what the oracle calls right, wrong, and within a factor of two of the tolerance."""
    rows = []
    for name in sorted({key[0] for key in tally}):
        for right in ("right", "close", "wrong"):
            counts = [sum(n for k, n in tally.items() if (k[0], k[2], k[3]) == (name, right, v)) for v in VERDICTS]
            rows.append([name, right, *map(str, counts)])
    return table(("mechanism", "by the oracle", *VERDICTS), rows)


def by_kind(tally: Counter[tuple[str, str, str, str]]) -> str:
    """Candidates by mechanism and perturbation."""
    names = sorted({key[0] for key in tally})
    rows = []
    for kind in sorted({key[1] for key in tally}):
        counts = []
        for name in names:
            of = Counter(dict.fromkeys(VERDICTS, 0))
            for (mechanism, spoilt, _, verdict), n in tally.items():
                if (mechanism, spoilt) == (name, kind):
                    of[verdict] += n
            valid, wrong = of["valid"] + of["holds"], of["refuted"] + of["violated"] + of["refused"]
            counts.append(f"{valid} / {of['undecided'] + of['inconclusive']} / {wrong}" if of.total() else "")
        rows.append([kind, *counts])
    return "Valid / undecided / refuted:\n\n" + table(("perturbation", *names), rows)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
