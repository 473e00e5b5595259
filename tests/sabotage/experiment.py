"""Each fault in a child of its own: who is asked, what comes back, and what the certificates say of it."""

from __future__ import annotations

import importlib
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import mechproof as mp

from .forked import TooLong, run, within
from .instances import Case
from .live import Code, reaches
from .mutations import Mutant

TOLERANCE = 1e-7
WRONG = 2 * TOLERANCE
"""From here on an answer is wrong however a certificate measures its distance."""
ARITHMETICS = ("float", "exact")


@dataclass(frozen=True)
class Outcome:
    """What one case gave: same, refused (an error), late, caught (wrong, not valid) or certified (wrong, yet valid)."""

    case: str
    verdict: str
    apart: float = 0.0
    valid: tuple[bool, ...] = ()
    """Whether the certificate is valid, in floats and exactly."""
    false_bound: bool = False
    """Whether a certificate states a distance below the true one."""
    words: str = ""


@dataclass(frozen=True)
class Result:
    """A fault and its outcomes."""

    mutant: Mutant
    outcomes: tuple[Outcome, ...]

    @property
    def verdict(self) -> str:
        """The worst of its outcomes; "not reached" if no case runs its lines."""
        found = {item.verdict for item in self.outcomes}
        return next((v for v in ("certified", "caught", "late", "refused", "same") if v in found), "not reached")

    @property
    def effective(self) -> bool:
        """Whether some answer was wrong."""
        return self.verdict in ("certified", "caught")


@dataclass(frozen=True)
class Control:
    """One case on the unharmed package."""

    case: Case
    outcome: Outcome
    seconds: float
    lines: dict[str, set[int]]


def ask(case: Case) -> Any:
    """Return a case's answer, with nothing else done."""
    instance = case.instance
    return mp.solve(instance.model, case.backend, arithmetic=case.arithmetic, options=instance.options)


def judge(case: Case, solution: Any) -> Outcome:
    """Return what is to be said of an answer."""
    apart = case.instance.right.apart(solution.values)
    valid, false_bound, words = [], False, []
    for arithmetic in ARITHMETICS:
        try:
            certificate = mp.certify(solution, arithmetic=arithmetic, tolerance=TOLERANCE)
        except Exception as error:
            valid.append(False)
            words.append(f"{type(error).__name__}: {error}"[:160])
            continue
        valid.append(bool(certificate.valid))
        words.append(certificate.reason[:160])
        stated = certificate.distance
        false_bound |= bool(certificate.feasible and stated is not None and 2 * stated + 1e-9 < apart)
    verdict = "same" if apart <= WRONG else "certified" if any(valid) else "caught"
    return Outcome(case.name, verdict, apart, tuple(valid), false_bound and verdict != "same", " | ".join(words))


def trial(case: Case, seconds: float) -> Outcome:
    """Return the outcome of one case within a time; whatever a spoilt solver raises is a refusal."""
    try:
        solution = within(seconds, lambda: ask(case))
    except TooLong:
        return Outcome(case.name, "late")
    except Exception as error:
        return Outcome(case.name, "refused", words=f"{type(error).__name__}: {error}"[:160])
    try:
        return within(4 * seconds, lambda: judge(case, solution))
    except TooLong:
        return Outcome(case.name, "late", words="the certificate took too long")


def controls(code: Code, cases: list[Case], workers: int = 2) -> list[Control]:
    """Return every case's outcome on the unharmed package, how long it takes, and the lines that it runs."""

    def work(case: Case, report: Callable[[Any], None]) -> None:
        before = set(sys.modules)
        _, lines = code.lines_run(lambda: ask(case))
        started = time.process_time()
        outcome = judge(case, ask(case))
        report((outcome, time.process_time() - started, lines, sorted(set(sys.modules) - before)))

    found = []
    for case, values, _ in run(cases, work, lambda case: 300.0, workers):
        if not values or values[0][0] == "error":
            raise RuntimeError(f"{case.name} fails on the unharmed package: {values}")
        outcome, seconds, lines, modules = values[0]
        found.append(Control(case, outcome, seconds, lines))
        for name in modules:  # what solvers import when they are first used, the children need not import again
            with suppress(Exception):
                importlib.import_module(name)
    return sorted(found, key=lambda item: cases.index(item.case))


@dataclass(frozen=True)
class Plan:
    """Which cases each fault is tried on: those that run its lines, the quickest of each kind first, within a time."""

    code: Code
    controls: list[Control]
    seconds: float

    def of(self, mutant: Mutant) -> list[Control]:
        """Return the cases for one fault."""
        able = [item for item in self.controls if reaches(item.lines[mutant.module], mutant)]
        able.sort(key=lambda item: item.seconds)
        seen: Counter[tuple[str, str]] = Counter()
        turns = []
        for item in able:
            kind = (item.case.instance.family, item.case.backend)
            turns.append((seen[kind], item.seconds, item))
            seen[kind] += 1
        turns.sort(key=lambda turn: turn[:2])
        chosen, spent = [], 0.0
        for _, _, item in turns:
            if chosen and spent + item.seconds > self.seconds:
                break
            chosen.append(item)
            spent += item.seconds
        return chosen


def experiment(plan: Plan, chosen: Iterable[Mutant], workers: int = 2, until_wrong: bool = False) -> Iterator[Result]:
    """Yield the results as they come; with `until_wrong` a fault is done with at its first wrong answer."""

    def work(mutant: Mutant, report: Callable[[Any], None]) -> None:
        tried = plan.of(mutant)
        try:
            if plan.code.apply(mutant) == 0:
                report(Outcome("", "same", words="the code is the same"))
                return
        except (SyntaxError, ValueError) as error:
            report(Outcome("", "refused", words=str(error)))
            return
        for control in tried:
            outcome = trial(control.case, 0.3 + 4 * control.seconds)
            report(outcome)
            if outcome.verdict in ("late", "certified") or (until_wrong and outcome.verdict == "caught"):
                return

    def limit(mutant: Mutant) -> float:
        return 20 + 40 * max(item.seconds for item in plan.of(mutant)) + 20 * plan.seconds

    reached = []
    for mutant in chosen:
        if plan.of(mutant):
            reached.append(mutant)
        else:
            yield Result(mutant, ())
    for mutant, values, ended in run(reached, work, limit, workers):
        outcomes = [value for value in values if isinstance(value, Outcome)]
        if not ended:
            outcomes.append(Outcome("", "late", words="the child was stopped or died"))
        yield Result(mutant, tuple(outcomes))


def sample(mutants: list[Mutant], seed: int, count: int | None = None) -> list[Mutant]:
    """Return faults in a random order in which the modules take turns, so that any beginning covers them all."""
    drawn = random.Random(seed)
    by_module: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        by_module[mutant.module].append(mutant)
    for items in by_module.values():
        drawn.shuffle(items)
    places = [
        ((k + drawn.random()) / len(items), item.name, item)
        for items in by_module.values()
        for k, item in enumerate(items)
    ]
    return [item for _, _, item in sorted(places, key=lambda place: place[:2])][:count]


def document(result: Result) -> dict[str, Any]:
    """Return a result as JSON data."""
    return {**asdict(result), "verdict": result.verdict}


def read(data: dict[str, Any]) -> Result:
    """Return a result from its JSON data."""
    mutant = Mutant(**{**data["mutant"], "lines": tuple(data["mutant"]["lines"])})
    return Result(mutant, tuple(Outcome(**{**item, "valid": tuple(item["valid"])}) for item in data["outcomes"]))
