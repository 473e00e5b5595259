"""Generated games with steps and kinks, and what is true of them, by exact search; it knows nothing of proofs.

A utility is a sum of words that depend on nobody else. Between the thresholds it is a quadratic, so that its largest
value, and whether that is attained, is known exactly from the tops of the pieces and from what is reached on both sides
of each threshold.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

F = Fraction
TOP = F(10)
"""The upper bound of every decision."""


@dataclass(frozen=True)
class Data:
    """One person's data."""

    cost: Fraction
    pool: Fraction
    least: Fraction


@dataclass(frozen=True)
class Word:
    """A term: its source, and its coefficients (1, x, x²) on a side of the threshold; `at` says what it is on it.

    `on` is whether the threshold itself is on the upper side, None of words that do not jump. The threshold is `least`,
    or nothing for an entry.
    """

    source: str
    below: Any
    above: Any
    on: bool | None = None
    entry: bool = False


def none(_: Data) -> tuple[Fraction, Fraction, Fraction]:
    """Nothing."""
    return F(0), F(0), F(0)


REWARDS = (
    Word("pool * own", lambda d: (F(0), d.pool, F(0)), lambda d: (F(0), d.pool, F(0))),
    Word("pool * own * a.at_least(own, least)", none, lambda d: (F(0), d.pool, F(0)), True),
    Word("pool * own * (1 - a.at_least(least, own))", none, lambda d: (F(0), d.pool, F(0)), False),
    Word("pool * a.at_least(own, least)", none, lambda d: (d.pool, F(0), F(0)), True),
    Word("pool * a.at_least(least, own)", lambda d: (d.pool, F(0), F(0)), none, False),
    Word(
        "a.minimum(pool * own, pool * least)",
        lambda d: (F(0), d.pool, F(0)),
        lambda d: (d.pool * d.least, F(0), F(0)),
        True,
    ),
)
COSTS = (
    Word("- cost * own", lambda d: (F(0), -d.cost, F(0)), lambda d: (F(0), -d.cost, F(0))),
    Word("- cost * a.square(own)", lambda d: (F(0), F(0), -d.cost), lambda d: (F(0), F(0), -d.cost)),
    Word("- cost * a.maximum(own - least, 0)", none, lambda d: (d.cost * d.least, -d.cost, F(0)), True),
    Word("+ cost * a.maximum(own - least, 0)", none, lambda d: (-d.cost * d.least, d.cost, F(0)), True),
    Word("- cost * a.at_least(own, least)", none, lambda d: (-d.cost, F(0), F(0)), True),
)
FEES = (
    Word("", none, none),
    Word("- cost * (1 - a.at_least(0, own))", none, lambda d: (-d.cost, F(0), F(0)), False, True),
    Word("- cost * a.at_least(own, 0)", none, lambda d: (-d.cost, F(0), F(0)), True, True),
    Word("+ cost * a.at_least(0, own)", lambda d: (d.cost, F(0), F(0)), none, False, True),
)
DATA = tuple(F(text) for text in ("1", "4", "1/4", "9"))


@dataclass(frozen=True)
class StepSpec:
    """A drawn game."""

    number: int
    words: tuple[Word, ...]

    @property
    def source(self) -> str:
        """The declaration."""
        formula = " ".join(word.source for word in self.words if word.source)
        return (
            f"class Step{self.number}(mp.Game):\n"
            '    cost: mp.Vector = mp.vector("a cost", above=0, per="player")\n'
            '    pool: mp.Number = mp.scalar("the pool", above=0)\n'
            '    least: mp.Number = mp.scalar("the threshold", above=0)\n'
            "    def players(self):\n"
            "        n = len(self.cost)\n"
            "        def utility(a, own, cost, pool, least):\n"
            f"            return {formula}\n"
            "        effort = mp.Decision('effort', [0] * n, [10] * n)\n"
            "        return (mp.Player('player', effort, utility, count=n),)\n"
        )

    def declared(self) -> Any:
        """Return the class."""
        import mechproof as mp

        known: dict[str, Any] = {"mp": mp, "__name__": f"generated_step_{self.number}"}
        exec(compile(self.source, f"<declaration {self.number}>", "exec"), known)  # our own source
        return known[f"Step{self.number}"]

    def piece(self, data: Data, high: bool, entered: bool) -> tuple[Fraction, ...]:
        """The coefficients above the threshold or below it, of who has entered or not."""
        rows = [(word.above if (entered if word.entry else high) else word.below)(data) for word in self.words]
        return tuple(sum((row[k] for row in rows), F(0)) for k in range(3))

    def value(self, data: Data, x: Fraction) -> Fraction:
        """The utility itself, thresholds as they are declared."""
        total = F(0)
        for word in self.words:
            edge = F(0) if word.entry else data.least
            upper = bool(word.on) if x == edge else x > edge
            row = (word.above if upper else word.below)(data)
            total += row[0] + row[1] * x + row[2] * x * x
        return total


def drawn_steps(number: int, seed: int = 0) -> StepSpec:
    """Return a game, always the same for a number and a seed."""
    draw = random.Random(f"steps {seed} {number}")
    return StepSpec(number, (draw.choice(REWARDS), draw.choice(COSTS), draw.choice(FEES)))


def people() -> Iterator[Data]:
    """Data that are tried."""
    yield from (Data(*numbers) for numbers in product(DATA, DATA, (*DATA, F(20))))


def largest(spec: StepSpec, data: Data) -> tuple[Fraction, list[Fraction]]:
    """Return the least upper bound of the utility, and where it is attained among what may attain it."""
    edge = min(data.least, TOP)
    places, limits = {F(0), TOP, *({data.least} if data.least <= TOP else set())}, list[Fraction]()
    for low, high, beyond in ((F(0), edge, False), (edge, TOP, True)):
        if low >= high:
            continue
        zero, one, two = spec.piece(data, beyond, True)
        limits += [zero + one * x + two * x * x for x in (low, high)]
        if two < 0 and low < (top := -one / (2 * two)) < high:
            places.add(top)
    values = {x: spec.value(data, x) for x in places}
    bound = max([*limits, *values.values()])
    inside = [(low + high) / 2 for low, high in ((F(0), edge), (edge, TOP)) if low < high]  # where a piece is level
    return bound, [x for x in (*places, *inside) if spec.value(data, x) == bound]


def without_best(spec: StepSpec) -> str:
    """Return somebody whose best is only approached, "" if none was found."""
    for data in people():
        bound, where = largest(spec, data)
        if not where:
            return f"{data}: {bound} is approached, and never reached"
    return ""


def losing(spec: StepSpec) -> str:
    """Return somebody who has less than nothing at a best decision, "" if none was found."""
    for data in people():
        bound, where = largest(spec, data)
        if where and bound < 0:
            return f"{data}: {bound} at {where[0]}"
    return ""


def dented(spec: StepSpec) -> str:
    """Return three decisions at which a utility is not concave, "" if none were found."""
    for data in people():
        tried = sorted({F(0), TOP, data.least / 2, min(data.least, TOP), min(data.least * 2, TOP), F(1, 3), F(5)})
        for x, y in product(tried, tried):
            if x < y:
                middle = (x + y) / 2
                if 2 * spec.value(data, middle) < spec.value(data, x) + spec.value(data, y):
                    return f"{data}: {x}, {middle}, {y}"
    return ""


BREAKS = {"concave-player": dented, "existence": without_best, "individual-rationality": losing}


def false_of(spec: StepSpec, claim: str, verdict: str) -> str:
    """Return what is false about a verdict, "" if nothing is known to be."""
    breaks = BREAKS.get(claim)
    if breaks is None:
        return ""
    found = breaks(spec)
    if verdict.startswith("PROVED"):
        return found
    # an instance may be found by proofs that this search does not try; of concavity it tries what matters
    return "nothing breaks it" if verdict == "REFUTED" and not found else ""
