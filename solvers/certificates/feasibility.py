"""Whether an answer keeps its declaration: bounds, constraints, outcomes; one check for every model.

A row is broken relative to its own size: that of its terms at the answer, as the declaration reads by `magnitudes`. A
decision's bound is relative to the larger of the two. So nothing is forgiven for the size of something else: a cap of
zero, or a row of zeros, must hold exactly.

A certificate of a mechanism asks `feasibility` first, with the reading of its arithmetic, and ends where there is an
objection:

    found = feasibility(solution, reading_of(model, Rationals() if arithmetic == "exact" else Vectors()), tolerance)
    if found.objection is not None:
        return found.certificate(tolerance, arithmetic)
    ... judge found.decisions ...

One with constraints too many to be read at once (all pairs of types), or numbers of its own to judge, uses the parts:
`unreadable`, `stated`, `breaches` and `misstated`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...formulations.language import Decision, Model
from ..evaluation import BITS, exact_values, reading_of, to_floats
from ..readings.balls import Balls, precision
from ..readings.game import GameReading
from ..readings.magnitudes import Magnitudes, Rounded
from ..readings.rationals import Irrational, Rationals
from ..readings.vectors import ROUNDING, Vectors
from ..solution import Certificate, Solution

if TYPE_CHECKING:
    from ..readings.program import ProgramReading

    Reading = GameReading | ProgramReading

LISTED = 8
"""Values of a set that a message lists at most."""


@dataclass(frozen=True)
class Feasibility:
    """The decisions as they were judged, the largest violation of a row relative to its size, and what speaks against.

    `objection` is None where everything holds within the tolerance; the violation is infinite where a row, or the
    answer itself, has no value.
    """

    decisions: Mapping[str, Any]
    violation: float
    objection: str | None

    def certificate(self, tolerance: float, arithmetic: str) -> Certificate:
        """Return the certificate of an answer that is not feasible."""
        assert self.objection is not None
        return Certificate(False, None, self.violation, None, None, tolerance, arithmetic, self.objection)


@dataclass(frozen=True)
class Breach:
    """An entry of a row that is broken: of a decision's bound or a constraint, where, by how much of its size."""

    row: str
    index: int
    violation: float
    text: str


def feasibility(solution: Solution, reading: Reading, tolerance: float) -> Feasibility:
    """Judge everything but optimality.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=[1, 1, 0])
    >>> answer = mp.candidate(game, reward_pool=2, epsilon=[".5", ".5", "9e-8"])
    >>> feasibility(answer, reading_of(game, Vectors()), 1e-7).objection
    'epsilon of client 2 is 9e-08, above its bound 0'
    """
    objection = unreadable(solution)
    if objection is not None:
        return Feasibility({}, math.inf, objection)
    decisions = stated(solution, reading)
    worst = max(breaches(reading, decisions), key=lambda breach: breach.violation, default=None)
    if worst is not None and worst.violation > tolerance:
        return Feasibility(decisions, worst.violation, worst.text)
    violation = 0.0 if worst is None else worst.violation
    return Feasibility(decisions, violation, misstated(solution, reading, decisions, tolerance))


def unreadable(solution: Solution) -> str | None:
    """Say which decision is not real and finite, of a wrong length, or stated twice and differently, or None."""
    assert isinstance(solution.model, Model)
    for decision in solution.model.decisions():
        value, exact = solution.values[decision.name], (solution.exact or {}).get(decision.name)
        if np.shape(value) != np.shape(decision.upper):
            return f"{decision.name} has {np.size(value)} entries where {np.size(decision.upper)} are decided"
        if np.asarray(value).dtype.kind not in "biuf":
            return f"{decision.name} is not stated in real numbers"
        if not np.all(np.isfinite(np.asarray(value, dtype=np.float64))):
            return f"{decision.name} is not finite"
        if exact is not None and (np.shape(exact) != np.shape(value) or not _agree(value, to_floats(exact))):
            return f"{decision.name} is stated twice, exactly and in doubles, and the two differ"
    return None


def _agree(one: Any, other: Any) -> bool:
    return bool(np.allclose(one, other, rtol=ROUNDING, atol=0.0))


def stated(solution: Solution, reading: Reading) -> dict[str, Any]:
    """Return the decisions in the reading's algebra: exact ones where it is exact and they are rational."""
    assert isinstance(solution.model, Model)
    chosen, exact = {}, (solution.exact or {}) if isinstance(reading.algebra, Rationals) else {}
    for decision in solution.model.decisions():
        value = exact.get(decision.name)
        value = value if value is not None and _rational(value) else solution.values[decision.name]
        chosen[decision.name] = reading.vector_or_number(value if decision.among is None else _meant(decision, value))
    return chosen


def _meant(decision: Decision, value: Any) -> Any:
    from ...formulations.among import meant  # few decisions are from finite sets

    return meant(decision, value)


def _rational(value: Any) -> bool:
    return all(isinstance(entry, Fraction | int) for entry in np.ravel(np.asarray(value, dtype=object)))


def breaches(reading: Reading, decisions: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield the worst broken entry of every decision's bounds and of every constraint."""
    model = model_of(reading)
    for decision in model.decisions():
        value = decisions[decision.name]
        low, high = reading.vector_or_number(decision.lower), reading.vector_or_number(decision.upper)
        for less, more, bound, side in ((low, value, low, "below"), (value, high, high, "above")):
            if _ordered(less, more):
                continue
            found = _worst(less - more, partial(_larger, reading, value, bound))
            if found is not None:
                index, violation = found
                at, edge = (float(np.atleast_1d(entries)[index]) for entries in (value, bound))
                text = f"{_whose(model, decision.name, value, index)} is {at:.9g}, {side} its bound {edge:.9g}"
                yield Breach(decision.name, index, violation, text)
        if decision.whole:
            yield from _fractional(model, decision.name, value)
        if decision.among is not None:
            yield from outside_set(model, decision, value, reading)
    yield from _broken_constraints(reading, decisions)


def _ordered(less: Any, more: Any) -> bool:
    """Whether doubles are in order: a comparison takes a third of what a difference does; others are subtracted."""
    return all(np.asarray(x).dtype == np.float64 for x in (less, more)) and bool(np.all(less <= more))


def _larger(reading: Reading, value: Any, bound: Any) -> Any:
    return reading.algebra.maximum(abs(value), abs(bound))


def _fractional(model: Model, name: str, value: Any) -> Iterator[Breach]:
    """What is no whole number is broken by all of it, however near one is: whole numbers are exact in doubles too."""
    entries = np.atleast_1d(value)
    for index in np.flatnonzero(np.asarray(entries % 1 != 0, dtype=bool))[:1].tolist():
        text = f"{_whose(model, name, value, index)} is {float(entries[index])!r}, and must be a whole number"
        yield Breach(name, index, 1.0, text)


def outside_set(model: Model, decision: Decision, value: Any, reading: Reading) -> Iterator[Breach]:
    """What is no value of a finite set is broken by all of it: its values are known exactly, or are their doubles."""
    from ...formulations.among import values_of  # few decisions are from finite sets

    exactly = isinstance(reading.algebra, Rationals)
    for index, (entry, some) in enumerate(zip(np.atleast_1d(value).tolist(), values_of(decision) or [], strict=True)):
        if entry not in (some if exactly else list(map(float, some))):
            whose = _whose(model, decision.name, value, index)
            yield Breach(decision.name, index, 1.0, f"{whose} is {float(entry)!r}, and must be {one_of(some, entry)}")
            return


def one_of(some: Sequence[Fraction], entry: Any) -> str:
    """Return what a value must be instead: one of the set, or the nearest of many.

    Examples
    --------
    >>> one_of([Fraction(0), Fraction(1, 3)], 0.3), one_of(list(map(Fraction, range(20))), 7.2)
    ('one of 0, 1/3', 'one of 20 values, of which 7 is nearest')
    """
    if len(some) <= LISTED:
        return f"one of {', '.join(map(str, some))}"
    nearest = min(some, key=lambda value: abs(value - Fraction(entry)))
    return f"one of {len(some):,} values, of which {nearest} is nearest"


def _broken_constraints(reading: Reading, decisions: Mapping[str, Any]) -> Iterator[Breach]:
    model = model_of(reading)
    if not model.constraints():
        return
    try:
        with np.errstate(all="ignore"):
            slacks = reading.constraints(decisions)
        short = {item.name: _short(slacks[item.name], item.equality) for item in model.constraints()}
        broken = {name: excess for name, excess in short.items() if not np.all(np.asarray(excess <= 0, dtype=bool))}
    except Irrational:
        with precision(BITS):
            balls = reading_of(model, Balls())
            yield from _broken_constraints(balls, {n: balls.vector_or_number(v) for n, v in decisions.items()})
        return
    except ZeroDivisionError:
        yield Breach("constraints", 0, math.inf, "the constraints have no value there: they divide by zero")
        return
    sizes = _sizes(reading, decisions) if broken else {}
    for name, excess in broken.items():
        yield from _broken_row(name, excess, sizes.get(name, np.nan))


def _sizes(reading: Reading, decisions: Mapping[str, Any]) -> dict[str, Any]:
    """The sizes of all constraints; at a logarithm of zero there are none."""
    sized = Magnitudes(reading.algebra)
    with np.errstate(all="ignore"), suppress(ZeroDivisionError):
        terms = {name: sized.term(value) for name, value in decisions.items()}
        return {name: sized.size(row) for name, row in reading_of(model_of(reading), sized).constraints(terms).items()}
    return {}


def _broken_row(name: str, excess: Any, of: Any) -> Iterator[Breach]:
    found = _worst(excess, lambda: of)
    if found is not None:
        index, violation = found
        entry = name if np.ndim(excess) == 0 else f"{name}[{index}]"
        size, by = (float(np.ravel(x)[index if np.ndim(x) else 0]) for x in (of, excess))
        text = f"{entry} is broken by {by:.3g}, where its terms add up to {size:.3g}"
        yield Breach(name, index, violation, text if np.isfinite(violation) else f"{entry} has no value there")


def _short(slack: Any, equality: bool) -> Any:
    return abs(slack) if equality else -slack


def _worst(excess: Any, size: Callable[[], Any]) -> tuple[int, float] | None:
    """Return the entry in excess by the largest part of its size, at most all of it; None if nothing is in excess."""
    entries = np.atleast_1d(excess)
    over = np.flatnonzero(~np.asarray(entries <= 0, dtype=bool))
    if not len(over):
        return None
    by, of = entries[over], np.broadcast_to(size(), entries.shape)[over]
    if by.dtype == of.dtype == np.float64:
        part = np.divide(by, of, out=np.ones(len(over)), where=np.isfinite(of) & (of > by))
        parts = np.where(np.isfinite(by), part, np.inf)
    else:
        parts = np.frompyfunc(_part, 2, 1)(by, of).astype(np.float64)
    worst = int(np.argmax(parts))
    return int(over[worst]), float(parts[worst])


def _part(excess: Any, size: Any) -> float:
    """What part of a size an excess is; infinite where it has no value, all of it where the size has none."""
    if not math.isfinite(float(excess)):
        return math.inf
    return float(excess / size) if math.isfinite(float(size)) and size > excess else 1.0


def misstated(solution: Solution, reading: Reading, decisions: Mapping[str, Any], tolerance: float) -> str | None:
    """Say which outcome, in either statement, is not what the declaration says of the decisions; None if all are.

    Each is compared relative to itself. What is rounded may also be off by a rounding of its terms, which can be far
    larger; an exact statement of exact decisions may not.
    """
    model = model_of(reading)
    if not model.outcomes():
        return None
    try:
        with np.errstate(all="ignore"):
            exact = isinstance(reading.algebra, Rationals)
            declared = exact_values(model, decisions) if exact else reading.outcomes(decisions)
    except ZeroDivisionError:
        return "the outcomes have no value there: they divide by zero"
    for name, said, exactly in _stated_outcomes(solution, model):
        right = declared[name]
        if np.shape(said) != np.shape(right):
            return f"{name} has {np.size(said)} entries where {np.size(right)} were declared"
        wrong = _wrong(said, right, tolerance, 0.0)
        if np.any(wrong) and not (exactly and _rational(said) and _rational(right)):
            wrong = _wrong(said, right, tolerance, ROUNDING * _outcome_size(model, name, decisions))
        if np.any(wrong):
            index = int(np.argmax(wrong))
            told, true = (np.atleast_1d(to_floats(entries))[index] for entries in (said, right))
            return f"{_whose(model, name, said, index)} is stated as {told}, and is {true} by the declaration"
    return None


def _stated_outcomes(solution: Solution, model: Model) -> Iterator[tuple[str, Any, bool]]:
    """The outcomes as they are stated, in doubles and exactly, and which of the two."""
    for statement, exactly in ((solution.values, False), (solution.exact or {}, True)):
        yield from ((name, statement[name], exactly) for name in model.outcomes() if name in statement)


def _wrong(said: Any, right: Any, tolerance: float, room: Any) -> Any:
    """Return a mask of the entries that differ; of truth values those that are others."""
    one, other = np.atleast_1d(to_floats(said)), np.atleast_1d(to_floats(right))
    if one.dtype == bool or other.dtype == bool:
        return one != other
    with np.errstate(all="ignore"):
        # both are doubles nearest to what is compared, each off by half a unit; nothing is near what is infinite
        near = np.isfinite(other) & (abs(one - other) <= (tolerance + 2.0**-52) * abs(other) + room)
    return ~near & (one != other)


def _outcome_size(model: Model, name: str, decisions: Mapping[str, Any]) -> Any:
    """Return the size of an outcome's terms, in doubles, of which it may be off by a rounding."""
    sized = Magnitudes(Vectors(), Rounded)
    with np.errstate(all="ignore"):
        read = reading_of(model, sized).outcomes({n: sized.term(to_floats(value)) for n, value in decisions.items()})
    size = sized.size(read[name])
    return np.where(np.isfinite(size), size, 0.0)


def model_of(reading: Reading) -> Model:
    """Return the model that is read."""
    return reading.game if isinstance(reading, GameReading) else reading.model


def _whose(model: Model, name: str, value: Any, index: int) -> str:
    return name if np.ndim(value) == 0 else f"{name} of {model.owner_of(index)}"
