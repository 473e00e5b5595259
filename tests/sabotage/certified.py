"""The other way: faults in the certificates, which the battery must notice, or else the suite's own tests."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from . import suite
from .battery import Check
from .forked import TooLong, run, within
from .live import Code, reaches
from .mutations import Mutant
from .suite import Test


@dataclass(frozen=True)
class Passed:
    """One check on the unharmed certificates: what holds, what does not, its time and the lines it runs."""

    check: Check
    holds: frozenset[str]
    fails: frozenset[str]
    seconds: float
    lines: dict[str, set[int]]


@dataclass(frozen=True)
class Fate:
    """Whether a faulty certificate was noticed, by which check and statement, of how many that run its lines."""

    mutant: Mutant
    killed: str
    tried: int
    ended: bool = True

    @property
    def verdict(self) -> str:
        """Killed, survived or not reached."""
        if self.killed or not self.ended:
            return "killed"
        return "survived" if self.tried else "not reached"


def passed(code: Code, checks: list[Check], workers: int = 2) -> list[Passed]:
    """Return the checks on the unharmed certificates."""
    by_instance = defaultdict(list)
    for check in checks:
        by_instance[check.instance.name].append(check)

    def work(name: str, report: Callable[[Any], None]) -> None:
        for k, check in enumerate(by_instance[name]):
            started = time.process_time()
            aspects, lines = code.lines_run(check.aspects)
            seconds = time.process_time() - started
            holds = frozenset(aspect for aspect, good in aspects.items() if good)
            report((k, holds, frozenset(aspects) - holds, seconds, {m: seen for m, seen in lines.items() if seen}))

    found = []
    for name, values, _ in run(by_instance, work, lambda name: 900.0, workers):
        for value in values:
            if value[0] == "error":
                raise RuntimeError(f"{name} fails on the unharmed certificates: {value[1]}")
            k, *rest = value
            found.append(Passed(by_instance[name][k], *rest))
    return found


@dataclass(frozen=True)
class CheckPlan:
    """What each fault is held against: checks that run its lines, of all instances in turn, then tests that do."""

    code: Code
    passed: list[Passed]
    seconds: float
    tests: list[Test]
    test_seconds: float

    def of(self, mutant: Mutant) -> list[Passed]:
        """Return the checks for one fault."""
        by_kind = defaultdict(list)
        for item in self.passed:
            if item.holds and reaches(item.lines.get(mutant.module, set()), mutant):
                by_kind[item.check.instance.name, item.check.arithmetic].append(item)
        kinds = sorted(by_kind.values(), key=lambda items: items[0].seconds)
        # all decisions together first, which tell the most, then the rest in strides, so that a beginning has each sort
        strides = [items[:12] + [item for k in (0, 3, 5, 1, 4, 6, 2) for item in items[12:][k::7]] for items in kinds]
        turns = itertools.zip_longest(*strides)
        chosen: list[Passed] = []
        spent = 0.0
        for item in itertools.chain.from_iterable(turns):
            if item is not None:
                if chosen and spent + item.seconds > self.seconds:
                    break
                chosen.append(item)
                spent += item.seconds
        return chosen

    def tests_of(self, mutant: Mutant) -> list[Test]:
        """Return the tests for a fault that no check notices."""
        return suite.asked(self.tests, mutant, self.test_seconds)


def fates(plan: CheckPlan, chosen: Iterable[Mutant], workers: int = 2) -> Iterator[Fate]:
    """Yield what became of each fault."""

    def work(mutant: Mutant, report: Callable[[Any], None]) -> None:
        if plan.code.apply(mutant) == 0:
            return
        for item in plan.of(mutant):
            try:
                aspects = within(0.3 + 6 * item.seconds, item.check.aspects)
            except TooLong:
                report(f"{item.check.name}: takes too long")
                return
            except Exception as error:  # an error where an answer is brought in
                report(f"{item.check.name}: {type(error).__name__}")
                return
            lost = sorted(a for a, holds in aspects.items() if not holds and a not in item.fails)
            if lost:
                report(f"{item.check.name}: {lost[0]}")
                return
        red = suite.first_red(plan.tests_of(mutant))
        if red:
            report(red)

    reached = {}
    for mutant in chosen:
        asked = len(plan.of(mutant)) + len(plan.tests_of(mutant))
        if asked:
            reached[mutant] = asked
        else:
            yield Fate(mutant, "", 0)
    limit = 120 + 20 * (plan.seconds + plan.test_seconds)
    for mutant, values, ended in run(reached, work, lambda mutant: limit, workers):
        yield Fate(mutant, str(values[0]) if values else "", reached[mutant], ended)


def document(fate: Fate) -> dict[str, Any]:
    """Return a fate as JSON data."""
    return asdict(fate)


def read(data: dict[str, Any]) -> Fate:
    """Return a fate from its JSON data."""
    mutant = Mutant(**{**data["mutant"], "lines": tuple(data["mutant"]["lines"])})
    return Fate(**{**data, "mutant": mutant})
