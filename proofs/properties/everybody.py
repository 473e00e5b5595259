"""One statement about everybody: formulas over balls that hold all the people's data, and a cover by boxes.

A vector is read as the one ball that holds all its entries, so an inequality shown of the balls holds for every person,
however many there are. Where a box of decisions is too wide for the sign to be certain it is halved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from ...formulations.algebra import read
from ...formulations.language import Declaration, Game
from ...solvers.readings.balls import Balls, ball, enclosing
from ...solvers.readings.derivative import Derivative
from ...solvers.readings.game import population_of

BITS = 96
"""Of the balls: 43 more than doubles have, so that two neighbouring doubles are 10¹³ balls apart.

Balls that are too wide tell no sign, and what was asked is then undecided, never wrong.
"""

Side: TypeAlias = tuple[Fraction, Fraction]
Box: TypeAlias = tuple[Side, ...]


class EverybodyBalls(Balls):
    """The reading of a vector as the ball that holds the entries of some people, by default of all.

    Examples
    --------
    >>> bool(EverybodyBalls().vector([1, 3]).contains(2)), bool(EverybodyBalls([0]).vector([1, 3]).contains(2))
    (True, False)
    """

    name = "everybody"

    def __init__(self, members: Any = None) -> None:
        self.members = members

    def vector(self, value: Any) -> Any:
        """Return the ball that holds the members' entries."""
        entries = np.asarray(value)
        items = (entries if self.members is None else entries[self.members]).tolist()
        return enclosing(min(items), max(items))

    def share(self, own: Any, others: Any) -> Any:
        """Own / (own + others), which lies between 0 and 1 where the division cannot tell."""
        whole = ball(own) + ball(others)
        return enclosing(0, 1) if whole.contains(0) and not whole.is_zero() else super().share(own, others)


class EverybodyUtility:
    """A population's utility and its slopes at every decision in a box, for all members at once.

    Parameters
    ----------
    game, decided
        The game and the earlier decisions.
    members
        Indices of some of the population; None for everybody.
    """

    def __init__(self, game: Game, decided: Any, members: Any = None) -> None:
        base = EverybodyBalls(members)
        population = population_of(game)
        self._formula = population.utility
        self._plain, self._inner = base, Derivative(base)
        self._outer = Derivative(self._inner)
        fixed = {name: ball(value) for name, value in decided.items()}
        # the vectors of a part, such as a revenue's steps, are no people's
        parts = [name for name, value in vars(game).items() if isinstance(value, Declaration)]
        own = game.fields_in(base, set(vars(game)) - set(parts))
        self._roles = {**own, **game.fields_in(Balls(), parts), f"{population.name}_count": population.count, **fixed}

    def value(self, own: Any, others: Any) -> Any:
        """U."""
        return read(self._formula, self._plain, {**self._roles, "own": own, "others": others})

    def marginal(self, own: Any, others: Any) -> Any:
        """∂U/∂own."""
        roles = {**self._roles, "own": self._inner.variable(own), "others": others}
        return self._inner.slope(read(self._formula, self._inner, roles))

    def marginal_along(self, own: Any, others: Any, own_speed: Any, others_speed: Any) -> Any:
        """The derivative of ∂U/∂own where own and others move at given speeds."""
        moving = self._inner.moving(own, own_speed)
        roles = {**self._roles, "own": self._outer.variable(moving), "others": self._inner.moving(others, others_speed)}
        return self._inner.slope(self._outer.slope(read(self._formula, self._outer, roles)))


def covered(holds: Callable[[Box], bool], boxes: Iterable[Box], limit: int) -> bool:
    """Whether a statement holds on boxes: on each of them, or on the halves it is cut into.

    Parameters
    ----------
    holds
        Whether the statement is certain on the whole of a box.
    boxes
        What is to be covered.
    limit
        How many boxes may be tried; beyond it the answer is False, which means only that nothing was shown.

    Examples
    --------
    >>> covered(lambda box: box[0][1] - box[0][0] <= Fraction(1, 8), [((Fraction(0), Fraction(1)),)], limit=15)
    True
    """
    waiting = list(boxes)
    for _ in range(limit):
        if not waiting:
            return True
        box = waiting.pop()
        if not holds(box):
            waiting += _halves(box)
    return not waiting


def _halves(box: Box) -> tuple[Box, Box]:
    """Cut a box across its side that is relatively the longest; a side near zero counts as short."""
    # near zero no cut makes a side relatively short: less than 1/256 of the whole is not cut before the others are
    whole = sum(high for _, high in box)
    lengths = [(high - low) / (high + whole / 256) if high > low else 0 for low, high in box]
    at = lengths.index(max(lengths))
    low, high = box[at]
    middle = (low + high) / 2
    return (*box[:at], (low, middle), *box[at + 1 :]), (*box[:at], (middle, high), *box[at + 1 :])


def power_above(value: Any) -> Fraction:
    """Return the least power of two that is at least a positive number: with few bits, its balls are exact.

    Examples
    --------
    >>> power_above(Fraction(3)), power_above(0.25), power_above(1)
    (Fraction(4, 1), Fraction(1, 4), Fraction(1, 1))
    """
    exact = Fraction(value)
    power = Fraction(2) ** (exact.numerator.bit_length() - exact.denominator.bit_length() - 1)
    while power < exact:
        power *= 2
    return power


def intervals(low: Any, high: Any) -> list[Box]:
    """The interval between two bounds, cut at zero and at a power of two: its ball at zero then has no rounding."""
    if low >= high:
        return [((Fraction(low), Fraction(low)),)]
    cuts = [Fraction(low), Fraction(high)]
    if high > 0:
        cuts += [Fraction(0), power_above(high) / 2]
    inside = sorted({cut for cut in cuts if low <= cut <= high})
    return [((start, end),) for start, end in pairwise(inside)]
