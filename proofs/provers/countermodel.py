"""Exact instances that break a statement: found among small fractions or by z3, re-evaluated, and shrunk."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

from ...formulations.algebra import Formula, read
from ...solvers.readings.balls import Balls, precision
from ...solvers.readings.rationals import Irrational, Rationals
from ..claims.claim import Counterexample, Instance
from ..kernel.ratio import UnreadableError
from ..kernel.sentence import Relation
from .counts import is_count

BITS = 192
"""Of the balls in which irrational sides are compared; where they are too wide to tell, there is no instance."""
QUICK = 0.05
"""Of the time, the part after which z3 is asked."""
SHRINKING = 0.5
"""Seconds that may go into making an instance smaller."""


@dataclass(frozen=True)
class Search:
    """What came of a search: an instance, or why there is none ("none exists" by z3, or "undecided")."""

    instance: Instance | None
    outcome: str
    seconds: float


def search(wanted: Counterexample, seconds: float = 2.0) -> Search:
    """Look for an instance among small fractions, then with z3; shrink what was found.

    Examples
    --------
    >>> from mechproof.proofs.kernel.sentence import above
    >>> found = search(Counterexample({"x > 0": lambda a, x: above(x, 0)}, lambda a, x: above(x, 1)))
    >>> found.instance.values, found.outcome
    ({'x': Fraction(1, 1)}, 'found')
    """
    start = time.perf_counter()
    candidates = _candidates(wanted)
    outcome, values = "undecided", _first(wanted, candidates, start + seconds * QUICK)
    if values is None:
        outcome, values = _ask_z3(wanted, seconds / 2)
    if values is None and outcome == "undecided":
        values = _first(wanted, candidates, start + seconds)
    if values is None:
        return Search(None, outcome, time.perf_counter() - start)
    values = {name: values[name] for name in wanted.variables}
    if not (wanted.kept and values == {name: Fraction(text) for name, text in wanted.start.items()}):
        values = _shrunk(wanted, values)
    return Search(_instance(wanted, values), "found", time.perf_counter() - start)


def fulfillable(given: Mapping[str, Formula], seconds: float) -> bool | None:
    """Whether anything fulfils hypotheses; None if that was not told. That nothing does is z3's word.

    An instance is looked for first: where there is one, as nearly always, it is found at once, and z3 is not asked.
    Both get a tenth of their time first: what one of them looks for in vain the other mostly tells at once.

    Examples
    --------
    >>> from mechproof.proofs.kernel.sentence import above, below
    >>> positive = {"x > 0": lambda a, x: above(x, 0)}
    >>> fulfillable(positive, 10), fulfillable({**positive, "x < 0": lambda a, x: below(x, 0)}, 10)
    (True, False)
    """
    wanted = Counterexample(given, lambda a: Relation(a.number(0), ">", a.number(0)))
    candidates, told = _candidates(wanted), {"found": True, "none exists": False}
    for patience in (seconds / 10, seconds):
        if _first(wanted, candidates, time.perf_counter() + patience * QUICK) is not None:
            return True
        word = _ask_z3(wanted, patience)[0]
        if word in told:
            return told[word]
    return None


def _first(
    wanted: Counterexample, candidates: Iterator[dict[str, Fraction]], deadline: float
) -> dict[str, Fraction] | None:
    for tried in candidates:
        if breaks(wanted, tried):
            return tried
        if time.perf_counter() > deadline:
            return None
    return None


def breaks(wanted: Counterexample, values: Mapping[str, Fraction]) -> bool:
    """Whether values certainly fulfil all that is given and break the goal."""
    if any(values[name].denominator != 1 for name in values if is_count(name)):
        return False
    try:
        return all(holds(formula, values) for formula in wanted.given.values()) and not _defined_and(wanted, values)
    except (ZeroDivisionError, UncertainError):
        return False


def _defined_and(wanted: Counterexample, values: Mapping[str, Fraction]) -> bool:
    try:
        return holds(wanted.goal, values)
    except ZeroDivisionError:
        return not wanted.needed  # that a goal is not defined shows what its hypotheses are for; it refutes nothing


class UncertainError(Exception):
    """The balls are too wide to tell."""


def holds(statement: Formula, values: Mapping[str, Fraction]) -> bool:
    """Whether a statement is true of exact values; of irrational quantities, as far as balls can tell for certain."""
    relation, _ = evaluated(statement, values)
    difference, sign = relation.against_zero()
    more, less = bool(difference > 0), bool(difference < 0)
    none = not more and not less and _is_zero(difference)
    if not (more or less or none):
        raise UncertainError
    return none if sign == "=" else more or (none and sign == ">=")


def _is_zero(difference: Any) -> bool:
    return bool(difference.is_zero()) if hasattr(difference, "is_zero") else difference == 0


def evaluated(statement: Formula, values: Mapping[str, Fraction]) -> tuple[Any, str]:
    """Return a statement's relation, or a formula's value, at exact values; and in which arithmetic."""
    try:
        found = read(statement, Rationals(), values)
        for side in (found.left, found.right) if isinstance(found, Relation) else (found,):
            bool(side > 0)  # what left the rationals refuses to be compared
            if isinstance(side, float):
                raise Irrational("a formula's doubles were rounded")
        return found, "fractions"
    except Irrational:
        pass
    with precision(BITS):
        balls = Balls()
        return read(statement, balls, {name: balls.number(value) for name, value in values.items()}), "balls"


def _instance(wanted: Counterexample, values: Mapping[str, Fraction]) -> Instance:
    costs = {text: evaluated(formula, values)[0] for text, formula in wanted.costs.items()}
    try:
        relation, checker = evaluated(wanted.goal, values)
    except ZeroDivisionError:
        return Instance(values, None, "fractions", costs)
    return Instance(values, relation, checker, costs)


def _candidates(wanted: Counterexample) -> Iterator[dict[str, Fraction]]:
    names = wanted.variables
    first = {name: Fraction(text) for name, text in wanted.start.items()}
    if set(first) == set(names):
        yield first
    if len(names) <= 5:
        for simple in product((Fraction(1), Fraction(2), Fraction(1, 2)), repeat=len(names)):
            yield {**dict(zip(names, simple, strict=True)), **first}
    draw = random.Random(0)
    positive, signed = _small()
    for turn in range(100_000):  # the time is over before; it only ends a search that has none
        pool = signed if turn % 3 == 2 else positive
        values = {name: first.get(name, draw.choice(pool)) for name in names}
        whole = {name: Fraction(draw.randint(0, 12)) for name in names if is_count(name) and name not in first}
        yield {**values, **whole}


@lru_cache(maxsize=1)
def _small() -> tuple[list[Fraction], list[Fraction]]:
    """Return small fractions, the simplest first; without and with those that are not positive."""
    found = {Fraction(above, below) for above in range(1, 13) for below in range(1, 13)} | {
        Fraction(10) ** k for k in (-3, -2, 2, 3)
    }
    positive = sorted(found, key=_size)
    return positive, [Fraction(0), *(sign * value for value in positive for sign in (1, -1))]


def _size(value: Fraction) -> tuple[int, Fraction]:
    return abs(value.numerator) + value.denominator + (value < 0), value


def _ask_z3(wanted: Counterexample, seconds: float) -> tuple[str, dict[str, Fraction] | None]:
    from .z3_reading import countermodel

    try:
        word, values = countermodel(wanted.given, wanted.goal, int(seconds * 1000))
    except UnreadableError:
        return "undecided", None
    if word == "unsat":
        return "none exists", None
    if values is None:
        return "undecided", None
    values |= {name: Fraction(1) for name in wanted.variables if name not in values}
    return ("found", values) if breaks(wanted, values) else ("undecided", None)


def _shrunk(wanted: Counterexample, values: dict[str, Fraction]) -> dict[str, Fraction]:
    """Replace one value after the other by the simplest one that does as well."""
    deadline = time.perf_counter() + SHRINKING
    changed = True
    while changed:
        changed = False
        for name in values:
            for simpler in _small()[1]:
                if _size(simpler) >= _size(values[name]) or time.perf_counter() > deadline:
                    break
                if breaks(wanted, {**values, name: simpler}):
                    values, changed = {**values, name: simpler}, True
                    break
    return values
