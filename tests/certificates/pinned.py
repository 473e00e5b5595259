"""What certificates state of answers drawn by the adversary, pinned: a change of any figure is noticed, and looked at.

Bounds may become better, and reasons clearer; then the pins are written anew, after the adversary's oracle has been
asked about each statement:

    python -m tests.certificates.pinned
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random
from typing import Any

import mechproof as mp
from benchmarks.adversary.hunt import MECHANISMS
from benchmarks.adversary.instance import Candidate, Instance
from benchmarks.adversary.judge import disagreement, fine, wrong
from benchmarks.adversary.perturbations import candidates

PINS = Path(__file__).parent / "pinned.json"
INSTANCES = {
    "contest": 8,
    "prices": 60,
    "revenue": 40,
    "contract": 30,
    "market": 30,
    "programs": 30,
    "games": 8,
    "foreseen": 10,
    "weighted": 6,
}
ARITHMETICS = ("float", "exact")
TOLERANCE = 1e-7


@dataclass(frozen=True)
class Statement:
    """What a certificate states, its reason without the numbers in it."""

    feasible: bool | None
    optimal: bool | None
    impossible: bool | None
    violation: float | None
    gap: float | None
    distance: float | None
    distance_at_least: float | None
    reason: str

    @staticmethod
    def of(certificate: mp.Certificate) -> Statement:
        kept = [getattr(certificate, item.name) for item in fields(Statement)][:-1]
        numbers = [float(entry) if isinstance(entry, float) else entry for entry in kept]
        return Statement(*numbers, re.sub(r"[-+]?[\d.]+(e[-+]?\d+)?", "#", certificate.reason))

    def like(self, other: Statement) -> bool:
        """Whether both say the same, but for the last digits, and for what is next to nothing."""
        return all(same(getattr(self, item.name), getattr(other, item.name)) for item in fields(self))


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-12)
    return bool(one == other)


def drawn(mechanism: str, seed: int) -> tuple[Instance, list[Candidate]]:
    """An instance and answers to it."""
    rng = Random(f"pinned/{mechanism}/{seed}")
    instance = MECHANISMS[mechanism][0](rng)
    return instance, list(candidates(rng, instance, 8))


def stated(mechanism: str, seed: int) -> Iterator[tuple[Instance, Candidate, mp.Certificate | str]]:
    """Each answer with its certificate in each arithmetic, or what is said where it is refused."""
    instance, answers = drawn(mechanism, seed)
    for answer in answers:
        for arithmetic in ARITHMETICS:
            try:
                yield (
                    instance,
                    answer,
                    mp.certify(mp.candidate(instance.model(), **answer.stated()), arithmetic, TOLERANCE),
                )
            except mp.MechproofError as error:
                yield instance, answer, type(error).__name__


def statements(mechanism: str, seed: int) -> list[Statement | str]:
    return [said if isinstance(said, str) else Statement.of(said) for _, _, said in stated(mechanism, seed)]


def false(mechanism: str, seed: int) -> list[str]:
    """What the adversary's oracle contradicts."""
    found = []
    for instance, answer, said in stated(mechanism, seed):
        if isinstance(said, mp.Certificate):
            truth = instance.truth(answer.decisions)
            bad, good = wrong(truth, answer, TOLERANCE, answer.blur), fine(truth, answer, TOLERANCE)
            fault = disagreement(said, truth, bad, good)
            found += [f"{mechanism} {seed}, {answer.kind}: {': '.join(fault)}"] if fault else []
    return found


def places() -> list[tuple[str, int]]:
    return [(mechanism, seed) for mechanism, count in INSTANCES.items() for seed in range(count)]


def pins() -> dict[str, list[Statement | str]]:
    """What was pinned, by mechanism and seed; each reason stands once."""
    kept = json.loads(PINS.read_text())
    reasons = kept["reasons"]
    return {
        name: [said if isinstance(said, str) else Statement(*said[:-1], reasons[said[-1]]) for said in told]
        for name, told in kept["statements"].items()
    }


def main() -> int:
    """Write the pins, unless something that would be pinned is false."""
    wrongly = [fault for place in places() for fault in false(*place)]
    if wrongly:
        print("\n".join(wrongly), file=sys.stderr)
        return 1
    reasons: dict[str, int] = {}
    lines = []
    for mechanism, seed in places():
        told = [
            said
            if isinstance(said, str)
            else [*[*vars(said).values()][:-1], reasons.setdefault(said.reason, len(reasons))]
            for said in statements(mechanism, seed)
        ]
        lines.append(f'"{mechanism}/{seed}": {json.dumps(told)}')
    words = ",\n".join(json.dumps(reason, ensure_ascii=False) for reason in reasons)
    told = ",\n".join(lines)
    PINS.write_text(f'{{"reasons": [\n{words}\n],\n"statements": {{\n{told}\n}}}}\n')
    return 0


if __name__ == "__main__":
    sys.exit(main())
