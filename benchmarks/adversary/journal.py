"""What runs have counted and found, one line of JSON each, so that a hunt can go on where it was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .hunt import Count, Plan


@dataclass(frozen=True)
class Journal:
    """A file of runs, or none; only runs of the same seed and mechanisms are gone on with."""

    path: Path | None
    plan: Plan

    def lines(self) -> Iterator[dict[str, Any]]:
        """Every run so far."""
        if self.path is not None and self.path.exists():
            yield from (json.loads(line) for line in self.path.read_text().splitlines() if line)

    @property
    def next(self) -> int:
        """The first index that has not been drawn."""
        same = {"seed": self.plan.seed, "mechanisms": list(self.plan.mechanisms)}
        return sum(line["instances"] for line in self.lines() if {key: line[key] for key in same} == same)

    def add(self, found: Count, seconds: float) -> None:
        """Write a run down."""
        if self.path is None or not found.instances:
            return
        line = {
            "seed": self.plan.seed,
            "mechanisms": list(self.plan.mechanisms),
            "instances": found.instances,
            "seconds": round(seconds, 1),
            "tally": [[*key, count] for key, count in sorted(found.tally.items())],
            "findings": [
                {"mechanism": item.instance.mechanism, "fault": item.fault, "text": item.text()}
                for item in found.findings
            ],
        }
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def tally(self) -> Counter[tuple[str, str, str, str]]:
        """All counts, added up."""
        total: Counter[tuple[str, str, str, str]] = Counter()
        for line in self.lines():
            for *key, count in line["tally"]:
                total[tuple(key)] += count  # type: ignore[index]
        return total
