"""What certificates state of answers drawn by the adversary, pinned: a change of any figure is noticed, and looked at.

So is the work over fractions, in calls of the certificates' functions, which is the same on every machine: a worse
guess, a looser bound inside or another piece that is looked at costs time, or saves some, and changes nothing else.

Bounds may become better, and reasons clearer; then the pins are written anew, after the adversary's oracle has been
asked about each statement:

    python -m tests.certificates.pinned
"""

from __future__ import annotations

import cProfile
import importlib
import json
import math
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache, partial
from pathlib import Path
from random import Random
from types import CodeType
from typing import Any

import mechproof as mp
from benchmarks.adversary.hunt import MECHANISMS
from benchmarks.adversary.instance import Candidate, Instance
from benchmarks.adversary.judge import disagreement, fine, wrong
from benchmarks.adversary.perturbations import candidates
from mechproof.solvers import certificates

from .pinned_kinds import KINDS, kind

PINS = Path(__file__).parent / "pinned.json"
INSTANCES = {
    "contest": 4,
    "prices": 60,
    "revenue": 50,
    "contract": 24,
    "market": 30,
    "programs": 36,
    "games": 4,
    "foreseen": 6,
    "weighted": 5,
}
COUNTS = {**INSTANCES, **{name: count for name, (_, count) in KINDS.items()}}
ARITHMETICS = ("float", "exact")
TOLERANCE = 1e-7
HOME = Path(certificates.__path__[0])


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
    calls: int | None
    reason: str

    @staticmethod
    def of(certificate: mp.Certificate, calls: int) -> Statement:
        kept = [getattr(certificate, item.name) for item in fields(Statement)[:-2]]
        numbers = [float(entry) if isinstance(entry, float) else entry for entry in kept]
        reason = re.sub(r"[-+]?[\d.]+(e[-+]?\d+)?", "#", certificate.reason)
        return Statement(*numbers, calls if certificate.arithmetic == "exact" else None, reason)

    def like(self, other: Statement) -> bool:
        """Whether both say the same, but for the last digits, and for what is next to nothing."""
        return all(same(getattr(self, item.name), getattr(other, item.name)) for item in fields(self))


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-12)
    return bool(one == other)


def worked(call: Callable[[], Any]) -> tuple[Any, int]:
    """What is returned, and how many calls of the certificates' functions it took."""
    load()  # a class that is made when its module is loaded is called, too
    profile = cProfile.Profile(builtins=False)
    result = profile.runcall(call)
    return result, sum(item.callcount for item in profile.getstats() if of_certificates(item.code))


@cache
def load() -> None:
    """Load every certificate."""
    for item in pkgutil.walk_packages(certificates.__path__, f"{certificates.__name__}."):
        importlib.import_module(item.name)


@cache
def of_certificates(code: CodeType | str) -> bool:
    """Whether it is a function of theirs with a name."""
    return isinstance(code, CodeType) and HOME in Path(code.co_filename).parents and not code.co_name.startswith("<")


@dataclass(frozen=True)
class Brought:
    """An answer to a model, and what an oracle finds false of a certificate."""

    model: Any
    values: Mapping[str, Any]
    false: Callable[[mp.Certificate], str]


def brought(name: str, seed: int) -> Iterator[Brought]:
    """Answers to an instance, drawn or of a kind that is not."""
    if name in KINDS:
        of_kind = kind(name, seed)
        for values, right in of_kind.answers:
            yield Brought(of_kind.model, values, partial(contradicted, right))
        return
    rng = Random(f"pinned/{name}/{seed}")
    instance = MECHANISMS[name][0](rng)
    for answer in candidates(rng, instance, 8):
        yield Brought(instance.model(), answer.stated(), partial(disagreed, instance, answer))


def contradicted(right: bool | None, said: mp.Certificate) -> str:
    """What is false of an answer that is right, or is not."""
    refuted = not said.feasible or said.optimal is False
    return "refuted" if right and refuted else "called valid" if right is False and said.valid else ""


def disagreed(instance: Instance, answer: Candidate, said: mp.Certificate) -> str:
    """What the adversary's oracle contradicts."""
    truth = instance.truth(answer.decisions)
    bad, good = wrong(truth, answer, TOLERANCE, answer.blur), fine(truth, answer, TOLERANCE)
    fault = disagreement(said, truth, bad, good)
    return f"{answer.kind}: {', '.join(fault)}" if fault else ""


def stated(name: str, seed: int) -> Iterator[tuple[Brought, mp.Certificate | str, int]]:
    """Each answer with its certificate in each arithmetic, or what is said where it is refused, and the work."""
    for answer in brought(name, seed):
        for arithmetic in ARITHMETICS:
            try:
                call = partial(mp.certify, mp.candidate(answer.model, **answer.values), arithmetic, TOLERANCE)
                yield answer, *(worked(call) if arithmetic == "exact" else (call(), 0))
            except mp.MechproofError as error:
                yield answer, type(error).__name__, 0


def statements(name: str, seed: int) -> list[Statement | str]:
    told = stated(name, seed)
    return [said if isinstance(said, str) else Statement.of(said, calls) for _, said, calls in told]


def false(name: str, seed: int) -> list[str]:
    """What an oracle contradicts."""
    told = [(answer, said) for answer, said, _ in stated(name, seed) if isinstance(said, mp.Certificate)]
    found = [(answer, answer.false(said)) for answer, said in told]
    return [f"{name} {seed}, {answer.values}: {fault}" for answer, fault in found if fault]


def places() -> list[tuple[str, int]]:
    return [(name, seed) for name, count in COUNTS.items() for seed in range(count)]


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
    for name, seed in places():
        told = [
            said
            if isinstance(said, str)
            else [*[*vars(said).values()][:-1], reasons.setdefault(said.reason, len(reasons))]
            for said in statements(name, seed)
        ]
        lines.append(f'"{name}/{seed}": {json.dumps(told)}')
    words = ",\n".join(json.dumps(reason, ensure_ascii=False) for reason in reasons)
    told = ",\n".join(lines)
    PINS.write_text(f'{{"reasons": [\n{words}\n],\n"statements": {{\n{told}\n}}}}\n')
    return 0


if __name__ == "__main__":
    sys.exit(main())
