"""The hunt: instances drawn one after another, candidates of each tried, and all counted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from .instance import Candidate, Instance
from .judge import Finding, Judgement, certified, verified
from .mechanisms import contest, contract, foreseen, games, market, prices, programs, revenue, weighted
from .minimise import minimised
from .perturbations import candidates
from .solved import answers

Draw = Callable[[Random], Instance]
MECHANISMS: Mapping[str, tuple[Draw, int]] = {
    "contest": (contest.draw, 2),
    "prices": (prices.draw, 14),
    "revenue": (revenue.draw, 10),
    "contract": (contract.draw, 4),
    "market": (market.draw, 4),
    "programs": (programs.draw, 5),
    "games": (games.draw, 3),
    "foreseen": (foreseen.draw_foreseen, 1),
    "weighted": (weighted.draw_weighted, 1),
}
"""What is drawn, and how many of all instances: dear ones are fewer."""
QUICKLY_VERIFIED = ("prices", "revenue")
"""Whose candidates are verified twenty times as often: elsewhere it takes a second."""
ARITHMETICS = ("float", "float", "exact")
TOLERANCES = (1e-7, 1e-7, 1e-7, 1e-4, 1e-10)
Key = tuple[str, str, str, str]
"""Mechanism, perturbation, what the oracle says, the package's verdict."""


@dataclass
class Count:
    """What has been tried so far, and found."""

    tally: Counter[Key] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    instances: int = 0

    @property
    def candidates(self) -> int:
        return sum(self.tally.values())

    def add(self, name: str, candidate: Candidate, how: str, judged: Judgement) -> None:
        self.tally[name, how or candidate.kind, judged.right, judged.verdict] += 1
        if judged.finding is not None:
            self.findings.append(judged.finding)


@dataclass(frozen=True)
class Plan:
    """What is hunted: which mechanisms, from which seed, how much, and how many of the candidates are verified too."""

    mechanisms: tuple[str, ...] = tuple(MECHANISMS)
    seed: int = 0
    per_instance: int = 46
    verify_every: int = 0
    solve_every: int = 0
    minimise: float = 5.0

    def drawn(self, index: int) -> tuple[str, Instance, Random]:
        """The instance of an index, which is the same in every run."""
        rng = Random(f"{self.seed}/{index}")
        names = list(self.mechanisms)
        name = rng.choices(names, [MECHANISMS[name][1] for name in names])[0]
        return name, MECHANISMS[name][0](rng), rng


def hunt(plan: Plan, first: int, count: int, seconds: float) -> Iterator[Count]:
    """Try instances from an index on until there are so many candidates or time is up; yield after each."""
    until, found = time.monotonic() + seconds, Count()
    index = first
    while found.candidates < count and time.monotonic() < until:
        name, instance, rng = plan.drawn(index)
        before = len(found.findings)
        tried(plan, name, instance, rng, index, found)
        found.findings[before:] = [minimised(item, plan.minimise) for item in distinct(found.findings[before:])]
        index += 1
        found.instances += 1
        yield found


def tried(plan: Plan, name: str, instance: Instance, rng: Random, index: int, found: Count) -> None:
    """Judge all candidates of an instance."""
    if plan.solve_every and index % plan.solve_every == 0:
        for candidate in answers(rng, instance):
            found.add(name, candidate, candidate.kind, certified(instance, candidate, "float", 1e-7))
    for k, candidate in enumerate(candidates(rng, instance, plan.per_instance)):
        judged = certified(instance, candidate, rng.choice(ARITHMETICS), rng.choice(TOLERANCES))
        found.add(name, candidate, "", judged)
        every = plan.verify_every * (1 if name in QUICKLY_VERIFIED else 20)
        if every and (index * 7 + k) % every == 0:
            found.add(name, candidate, "verified", verified(instance, candidate))


def distinct(findings: list[Finding]) -> list[Finding]:
    """One finding of each fault of an instance."""
    return list({item.fault: item for item in reversed(findings)}.values())
