"""Whether a population's decisions are an equilibrium, and how far at most they are from one.

At a total Z a person's replacement r_i(Z) is the decision that is optimal when everybody's, the own included, add up
to Z; an equilibrium is a total with Σ r_i(Z) = Z. Two totals Z⁻ < Z⁺ around the answer with Σ r_i(Z⁻) ≥ Z⁻ and
Σ r_i(Z⁺) ≤ Z⁺ enclose one, and r_i at the two bounds how far each decision is from it. Bounds on r_i are guessed by
linear extrapolation and shown by the sign of the declared marginal utility there, so no guess is believed. Utilities
must be concave in the own decision, with a marginal utility that falls along r_i (see `concavity`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..readings.game import GameReading
from ..readings.rationals import Rationals
from ..readings.vectors import Vectors

CLOSE = 1e-11
"""An enclosure by so much is close: what is extrapolated is off by the square of it, far below a rounding."""
CLOSER = 4
"""How often it is enclosed once more from within; what is left squares each time."""
FAR = 2**20
"""Parts of the total: a decision that is guessed further away is looked for by bisection too."""


@dataclass(frozen=True)
class Enclosure:
    """An equilibrium shown to be within `distance` of the answer, relative to the largest decision, near `middle`.

    It is no nearer than `at_least`. Its total is between the `totals`, its decisions between `low` and `high`.
    `starts` are those whose marginal utility at the lower bound pulls them off it, `stays` those whom it keeps there;
    somebody on the edge, or to whom all is one, may be neither.
    """

    distance: float
    totals: tuple[Any, Any]
    low: Any
    high: Any
    starts: Any
    stays: Any
    at_least: float = 0.0

    @property
    def middle(self) -> Any:
        """Decisions between the two."""
        return (self.low + self.high) / 2

    @property
    def width(self) -> Any:
        """How far apart the totals are."""
        return self.totals[1] - self.totals[0]


def enclose(reading: GameReading, own: Any, decided: Mapping[str, Any]) -> Enclosure | None:
    """Return an enclosure of an equilibrium around decisions; None if none is found.

    What is found from afar is enclosed once more from close by, and the distances are measured from there.

    Parameters
    ----------
    reading
        The game over floats or fractions; fractions make every sign exact.
    own
        The population's decisions, within their bounds.
    decided
        The earlier decisions.
    """
    found = _around(reading, own, decided)
    if found is None or found.distance <= CLOSE:
        return found
    for _ in range(CLOSER):
        if found.width <= CLOSE * found.totals[1]:
            break
        middle = found.middle
        if own.dtype == object:
            middle = reading.vector(middle.astype(float))
        again = _around(reading, reading.algebra.maximum(middle, reading.lower), decided)
        if again is None or not again.width < found.width:
            break
        found = again
    return _measured(reading, own, found)


def _measured(reading: GameReading, own: Any, found: Enclosure) -> Enclosure:
    """Return an enclosure with its distances from decisions."""
    algebra, largest = reading.algebra, np.max(abs(own))
    apart = algebra.maximum(own - found.low, found.high - own)
    beyond = algebra.maximum(found.low - own, own - found.high)
    distance, at_least = (float(np.max(entries, initial=0) / largest) for entries in (apart, beyond))
    return replace(found, distance=max(distance, 0.0), at_least=max(at_least, 0.0))


def _around(reading: GameReading, own: Any, decided: Mapping[str, Any]) -> Enclosure | None:
    """Return an enclosure as tight as decisions are good."""
    total = reading.algebra.sum(own)
    if isinstance(reading.algebra, Rationals) and exactly_stationary(reading, own, decided):
        pull = _pull_at_lower(reading, total, decided)
        return Enclosure(0.0, (total, total), own, own, (pull > 0) & _can_move(reading), pull < 0)
    if not total > 0:
        at_rest = not np.any(own > reading.lower) and _nobody_moves(reading, own, decided)
        return Enclosure(0.0, (total, total), own, own, own > 0, own <= 0) if at_rest else None
    active = (own > reading.lower) | (_pull_at_lower(reading, total, decided) > 0)
    near = _Replacement(reading.subset(active), own[active], decided, total)
    finest = reading.algebra.number(float(total)) / 2**47 if own.dtype == object else float(total) * 2.0**-47
    reach, centre = finest, total
    while True:
        found = _between(reading, near, active, (centre - reach, centre + reach))
        if found is not None:
            return _measured(reading, own, found)
        if reach >= centre * 15 / 16:
            return None
        if reach == finest:
            centre = near.refined(total * 15 / 16, total * 31 / 16)
        reach = min(reach * 16, centre * 15 / 16)


def _between(reading: GameReading, near: _Replacement, active: Any, totals: tuple[Any, Any]) -> Enclosure | None:
    """Return an enclosure of an equilibrium whose total is between two, None if there may be none."""
    low, high = near.bound(totals[0], -1), near.bound(totals[1], +1)
    if low is None or high is None:
        return None
    pull = _pull_at_lower(reading, totals[1], near.decided)
    idle = reading.algebra.sum(reading.lower[~active])
    few, many = reading.algebra.sum(low) + idle, reading.algebra.sum(high) + idle
    if not (few >= totals[0] and many <= totals[1] and np.all(pull[~active] <= 0)):
        return None
    before = _pull_at_lower(reading, totals[0], near.decided)
    starts, stays = (pull > 0) & (before > 0) & _can_move(reading), (pull < 0) & (before < 0)
    ends = near.between(low, high, totals)
    least, most = (_placed(reading.lower + near.total * 0, active, end) for end in ends)
    return Enclosure(0.0, totals, least, most, starts, stays)


def _placed(everybody: Any, members: Any, values: Any) -> Any:
    everybody[members] = values
    return everybody


def _pull_at_lower(reading: GameReading, total: Any, decided: Mapping[str, Any]) -> Any:
    """The marginal utilities of starting, at the lower bounds, when the total is given."""
    start = reading.lower + total * 0
    return reading.marginal(start, total - start, decided)


def _can_move(reading: GameReading) -> Any:
    """A mask of those whose bounds leave them a choice."""
    return reading.upper > reading.lower


def exactly_stationary(reading: GameReading, own: Any, decided: Mapping[str, Any]) -> bool:
    """Whether every marginal utility is exactly zero, or points out of the bounds where a decision is on one."""
    total = reading.algebra.sum(own)
    if total == 0:  # of nothing there are no shares
        return False
    alone = own >= total
    if np.any(alone):  # against nobody, where a share jumps at zero: leaving is tried
        stay, leave = (
            reading.utility(choice, total - own, decided)[alone] for choice in (own, reading.lower + 0 * own)
        )
        if not np.all(leave <= stay):
            return False
    marginal = reading.marginal(own, total - own, decided)
    inside = (own > reading.lower) & (own < reading.upper)
    return bool(
        np.all(marginal[inside] == 0)
        and np.all(marginal[(own <= reading.lower) & ~inside] <= 0)
        and np.all(marginal[(own >= reading.upper) & ~inside & (own > reading.lower)] >= 0)
    )


@dataclass(frozen=True)
class _Replacement:
    """Bounds on r_i(Z) near a given answer."""

    reading: GameReading
    own: Any
    decided: Mapping[str, Any]
    total: Any

    def refined(self, least: Any, most: Any) -> Any:
        """Guess the equilibrium's total by a secant through Σ r − Z."""
        sums = self.reading.algebra.sum
        ahead = self.total + self.total / 2**20
        here, there = sums(self._guess(self.total)) - self.total, sums(self._guess(ahead)) - ahead
        if not there < here:
            return self.total
        centre = min(max(self.total + here * (ahead - self.total) / (here - there), least), most)
        return self.reading.algebra.number(float(centre)) if self.own.dtype == object else centre

    def bound(self, total: Any, side: int) -> Any:
        """Return decisions shown to be below (side −1) or above (side +1) every r_i(Z), or None."""
        guess = self._guess(total)
        slack = total * 2.0**-49 if self.own.dtype != object else total / 2**49
        shown = self._shown(guess, total, side, slack)
        if shown is not None and not np.any(abs(guess - self.own) > self.total / FAR):
            return shown
        # a guess by slopes is thrown far where a marginal utility jumps, and what it shows is then little
        found = self._shown(self._bisected_in_doubles(total), total, side, slack) if self._exact else None
        found = self._shown(self._bisected(total), total, side, slack) if found is None else found
        if shown is None or found is None:
            return found if shown is None else shown
        algebra = self.reading.algebra
        return algebra.maximum(shown, found) if side < 0 else algebra.minimum(shown, found)

    def between(self, low: Any, high: Any, totals: tuple[Any, Any]) -> tuple[Any, Any]:
        """Return bounds on every r_i(Z) between two totals, of bounds from below at the one, from above at the other.

        Where r_i falls along the total the other two are those that count. Where it is largest between the two it is
        so by no more than its bend allows: of a share Z (1 − ρZ/B) by (Z⁺ − Z⁻)²/(4Z).
        """
        algebra, reading = self.reading.algebra, self.reading
        lower, higher = self.bound(totals[1], -1), self.bound(totals[0], +1)
        least = algebra.minimum(low, high if lower is None else lower)
        most = algebra.maximum(high, low if higher is None else higher)
        bend = 2 * (totals[1] - totals[0]) ** 2 / totals[1]
        return algebra.maximum(least - bend, reading.lower), algebra.minimum(most + bend, reading.upper)

    def _guess(self, total: Any) -> Any:
        """Extrapolate linearly from the answer: r ≈ own − (M + M_Z (Z − Z₀)) / M_x."""
        with np.errstate(all="ignore"):
            return self._clipped(self.own - self._marginal(self.own, total) * self._inverse_slope, total)

    @cached_property
    def _inverse_slope(self) -> Any:
        """1/M_x at the answer by a difference quotient; 0 where the marginal does not fall."""
        step = self.total / 2**20
        low = self.reading.algebra.maximum(self.own - step, self.own / 2)
        with np.errstate(all="ignore"):
            fall = self._marginal(low + step / 2, self.total) - self._marginal(low, self.total)
        falls = fall < 0
        return np.where(falls, step / 2 / np.where(falls, fall, -1), self.own * 0)

    @property
    def _exact(self) -> bool:
        return isinstance(self.reading.algebra, Rationals)

    def _bisected_in_doubles(self, total: Any) -> Any:
        """The same in doubles: a guess over fractions is dear, and seldom better."""
        reading, decided = self.reading.over(Vectors()), {name: float(value) for name, value in self.decided.items()}
        guess = replace(self, reading=reading, own=self.own.astype(float), decided=decided, total=float(self.total))
        found = guess._bisected(float(total))
        return self._clipped(self.reading.vector(found), total)

    def _bisected(self, total: Any) -> Any:
        """Bisect each marginal utility between the bounds."""
        reading, exact = self.reading, self._exact
        low, high = reading.lower + total * 0, self._clipped(reading.upper, total)
        for _ in range(64):
            middle = (low + high) / 2
            if exact:
                middle = reading.vector(middle.astype(float))
            rising = self._marginal(middle, total) > 0
            low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        at_low = self._marginal(reading.lower + total * 0, total) <= 0
        return np.where(at_low, reading.lower, (low + high) / 2)

    def _shown(self, guess: Any, total: Any, side: int, slack: Any) -> Any:
        """Return the guess moved by the slack, where the marginals' signs show it to be a bound."""
        reading = self.reading
        bound = self._clipped(guess + side * slack, total)
        with np.errstate(all="ignore"):
            full = (guess >= reading.upper) & (guess < total)
            if side < 0 and np.any(full):  # whom the upper bound still holds back somewhat beyond it is at it, exactly
                bound = np.where(full & (self._marginal(guess + slack, total) >= 0), guess, bound)
            marginal = self._marginal(bound, total)
            if side < 0:
                # whoever is alone may be at the total itself, and can be no nearer to it than that
                alone = (guess >= total) & (self._marginal(guess, total) >= 0)
                bound, marginal = np.where(alone, guess, bound), np.where(alone, 0 * marginal, marginal)
                return bound if np.all((marginal >= 0) | (bound <= reading.lower)) else None
            shown = (marginal <= 0) | (bound >= reading.upper)
            if np.all(shown) and np.all(guess > reading.lower):
                return bound
            at_lower = self._marginal(reading.lower + total * 0, total) <= 0
            bound = np.where(at_lower, reading.lower, bound)
            return bound if np.all(shown | at_lower) else None

    def _marginal(self, own: Any, total: Any) -> Any:
        return self.reading.marginal(own, total - own, self.decided)

    def _clipped(self, own: Any, total: Any) -> Any:
        algebra = self.reading.algebra
        return algebra.maximum(algebra.minimum(algebra.minimum(own, self.reading.upper), total), self.reading.lower)


def _nobody_moves(reading: GameReading, own: Any, decided: Mapping[str, Any]) -> bool:
    """Whether nobody gains by moving alone from the lower bounds, tried at halvings of the whole range."""
    others, span = reading.algebra.sum(own) - own, reading.upper - reading.lower
    here = reading.utility(own, others, decided)
    return all(bool(np.all(reading.utility(own + span / 2**k, others, decided) <= here)) for k in range(60))
