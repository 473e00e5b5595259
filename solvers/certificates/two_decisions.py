"""Certificates of games whose people decide on two things at once: in balls throughout, exactly where they can be.

An answer is near an equilibrium where everybody's conditions are enclosed around it (see `two_enclosure`), and at what
is enclosed nobody has a better pair: utilities are jointly concave over both decisions' ranges, or around the pair,
with all that is beyond shown to be worse (see `two_person`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.language import Game
from ..readings.balls import lower_bound, precision
from ..readings.followers import Followers, decided_by_leader
from ..readings.piece_game import one_of
from ..readings.rationals import Rationals
from ..readings.two_decisions import TwoDecisions
from ..readings.vectors import Vectors
from ..solution import Certificate, Solution
from .feasibility import feasibility
from .two_enclosure import TwoEnclosure, enclosed
from .two_person import Box, TwoPerson

LED = (
    "how people who decide on two things answer to another {0} is not known, so that whether it is the best is not "
    "told; declared as data it is nobody's decision, and all the rest is certified"
)
BITS = 128
PEOPLE = 24
"""Of up to how many people conditions are enclosed: the work grows with their cube."""
PLACES = 25
"""Places of each decision at which a better pair is looked for, and around the best of which once more."""
ROUNDS = 6
Pair = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class BetterPair:
    """Somebody's better pair, and what it certainly gains."""

    index: int
    here: Pair
    there: Pair
    gain: Any


def certify_two(game: Game, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Re-check decisions on two things; distances are relative to the largest of either decision.

    Examples
    --------
    >>> import numpy as np
    >>> import mechproof as mp
    >>> class Alone(mp.Game):
    ...     want: mp.Vector = mp.vector("what somebody wants", above=0, per="person")
    ...     def players(self):
    ...         none, most = np.zeros(len(self.want)), np.full(len(self.want), 9)
    ...         def utility(a, own_x, own_y, want):
    ...             return -a.square(own_x - want) - a.square(own_y - own_x)
    ...         x, y = mp.Decision("x", none, most), mp.Decision("y", none, most)
    ...         return (mp.Player("person", x, utility, count=len(self.want), second=y),)
    >>> mp.candidate(Alone(want=["1/3"]), x=["1/3"], y=["1/3"]).certificate.valid
    True
    """
    reading = TwoDecisions(game, Rationals() if arithmetic == "exact" else Vectors())
    found = feasibility(solution, reading, tolerance)
    if found.objection is not None:
        return found.certificate(tolerance, arithmetic)
    decisions = [found.decisions[name] for name in reading.names]
    led = decided_by_leader(game, found.decisions)
    first, second = map(_fractions, decisions)
    judge = TwoJudge(Followers(game, led) if led else game, first, second, tolerance)
    with precision(BITS), np.errstate(all="ignore"):
        optimal, reason, distance = judge.verdict()
    if led and optimal:
        optimal, reason, distance = None, f"{reason}; {LED.format(next(iter(led)))}", None
    gap = 0.0 if optimal and distance == 0 else None
    return Certificate(True, optimal, found.violation, gap, distance, tolerance, arithmetic, reason)


@dataclass(frozen=True)
class TwoJudge:
    """Decisions of everybody, over fractions, to be judged."""

    game: Any
    first: list[Fraction]
    second: list[Fraction]
    tolerance: float

    @cached_property
    def bounds(self) -> tuple[list[Fraction], list[Fraction]]:
        """The lower and the upper bounds of all first, then of all second decisions."""
        low, high = TwoDecisions(self.game, Rationals()).bounds
        return [*_fractions(low[0]), *_fractions(low[1])], [*_fractions(high[0]), *_fractions(high[1])]

    @cached_property
    def names(self) -> tuple[str, str]:
        """What the two decisions are called."""
        return TwoDecisions(self.game, Rationals()).names

    def rectangle(self, index: int) -> Box:
        """One person's bounds."""
        other, (low, high) = index + len(self.first), self.bounds
        return (low[index], high[index]), (low[other], high[other])

    def verdict(self) -> tuple[bool | None, str, float | None]:
        """Return whether the decisions are near an equilibrium, why, and how near."""
        if len(self.first) > PEOPLE:
            return None, f"conditions are enclosed for up to {PEOPLE} people, not {len(self.first)}", None
        at, moved = self._on_bounds()
        found = enclosed(self.game, at, self.bounds)
        reason, distance = (found, None) if isinstance(found, str) else self._near(found, at)
        if distance is not None and not reason:
            distance += moved
            if distance <= self.tolerance:
                return True, "an equilibrium is enclosed, and nobody has a better pair of decisions", distance
            reason = f"an equilibrium is enclosed, but only within {distance:.3g} of the answer"
        better = self.better(self.tolerance * self.scale, self.tolerance)
        if better is not None:
            return False, self.told(better), None
        return None, reason, distance

    def _sizes(self) -> list[Fraction]:
        """For each entry the largest of its decision, to which distances are relative."""
        largest = [max(map(abs, part)) or Fraction(1) for part in (self.first, self.second)]
        return [largest[0]] * len(self.first) + [largest[1]] * len(self.second)

    def _on_bounds(self) -> tuple[list[Fraction], float]:
        """Return the decisions with those that are as good as on a bound moved onto it, and how far."""
        moved, apart = [], Fraction(0)
        for value, low, high, size in zip([*self.first, *self.second], *self.bounds, self._sizes(), strict=True):
            there = min(max(value, low), high)
            nearest = low if there - low <= high - there else high
            there = nearest if abs(there - nearest) <= Fraction(self.tolerance) / 2 * size else there
            apart = max(apart, abs(there - value) / size)
            moved.append(there)
        return moved, float(apart)

    def _near(self, found: TwoEnclosure, at: list[Fraction]) -> tuple[str, float | None]:
        """Return what is not shown at an enclosure, "" if all is, and how far at most it is."""
        apart = max(
            max(value - low, high - value) / size
            for value, low, high, size in zip(at, found.low, found.high, self._sizes(), strict=True)
        )
        for index in range(len(self.first)):
            objection = self._not_best(found, index)
            if objection:
                return objection, None
        return "", float(apart)

    def _not_best(self, found: TwoEnclosure, index: int) -> str:
        """Say why the enclosed pair of one person is not shown to be best; "" if it is."""
        person, own = TwoPerson(self.game, index, found.faced(index)), found.own(index)
        concave = person.concave(self.rectangle(index))
        if concave:
            return ""
        middle = (own[0][0] + own[0][1]) / 2, (own[1][0] + own[1][1]) / 2
        if person.best(middle, self.rectangle(index), own):
            return ""
        first, second = self.names
        text = "is not" if concave is False else "was not shown to be"
        return (
            f"the utility of {self.game.owner_of(index)} {text} jointly concave in {first} and {second}, "
            "nor all other pairs shown to be worse"
        )

    @cached_property
    def scale(self) -> float:
        """What a gain is relative to: the largest of the utilities."""
        floats = TwoDecisions(self.game, Vectors())
        own = np.array(list(map(float, self.first))), np.array(list(map(float, self.second)))
        worth = np.asarray(floats.worth(own, floats.faced(own)), dtype=float)
        return float(np.max(np.abs(worth[np.isfinite(worth)]), initial=0.0)) or 1.0

    def better(self, least: float, beyond: float = 0.0) -> BetterPair | None:
        """Return the best pair found, farther off than `beyond`, that certainly gains somebody more than so much."""
        found = [self._better_of(index) for index in range(len(self.first))]
        gains = [one for one in found if one is not None and one.gain > least and self._apart(one) > beyond]
        return max(gains, key=lambda one: one.gain, default=None)

    def _apart(self, better: BetterPair) -> Fraction:
        """How far off a pair is, relative to the largest of either decision."""
        sizes = self._sizes()
        return max(
            abs(one - two) / size
            for one, two, size in zip(better.here, better.there, (sizes[0], sizes[-1]), strict=True)
        )

    def faced(self, index: int) -> Box:
        """What the others of one person decide together."""
        rest = [sum(part, Fraction(0)) - part[index] for part in (self.first, self.second)]
        return (rest[0], rest[0]), (rest[1], rest[1])

    def _better_of(self, index: int) -> BetterPair | None:
        person, here = TwoPerson(self.game, index, self.faced(index)), (self.first[index], self.second[index])
        there = self._found(index)
        one, two = person.exactly(there), person.exactly(here)
        if one is not None and two is not None:
            return BetterPair(index, here, there, one - two)
        apart = person.value(_point(there)) - person.value(_point(here))
        return BetterPair(index, here, there, lower_bound(apart)) if apart.is_finite() else None

    def _found(self, index: int) -> Pair:
        """Return the best pair on a grid, refined around it, in doubles; nothing rests on it."""
        reading = TwoDecisions(self.game, Vectors())
        data, faced = one_of(reading, index), [float(low) for low, _ in self.faced(index)]
        whole = np.array([[float(end) for end in side] for side in self.rectangle(index)])
        box = whole
        for _ in range(ROUNDS):
            places = [np.linspace(low, high, PLACES) for low, high in box]
            grid = [axis.ravel() for axis in np.meshgrid(*places, indexing="ij")]
            worth = read(reading.population.utility, reading.algebra, {**data, **reading.of_two(grid, faced)})
            values = np.broadcast_to(np.asarray(worth, dtype=float), grid[0].shape)
            at = int(np.argmax(np.where(np.isfinite(values), values, -np.inf)))
            best = np.array([axis[at] for axis in grid])
            reach = (box[:, 1] - box[:, 0]) / (PLACES - 1) * 2
            box = np.clip(np.stack([best - reach, best + reach], axis=1), whole[:, [0]], whole[:, [1]])
        pair = [min(max(Fraction(v), low), high) for v, (low, high) in zip(best, self.rectangle(index), strict=True)]
        return pair[0], pair[1]

    def told(self, better: BetterPair) -> str:
        """Say what somebody gains by another pair."""
        moves = " and ".join(f"{n} = {float(v):.9g}" for n, v in zip(self.names, better.there, strict=True))
        return f"{self.game.owner_of(better.index)} gains {float(better.gain):.6g} by {moves}"


def _point(pair: Pair) -> Box:
    return (pair[0], pair[0]), (pair[1], pair[1])


def _fractions(values: Any) -> list[Fraction]:
    return [Fraction(value) for value in np.asarray(values).tolist()]
