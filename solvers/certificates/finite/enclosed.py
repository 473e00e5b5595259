"""Equilibria of three and more players, whose probabilities need not be rational: enclosed, and shown to be there.

On given supports an equilibrium is a root of as many equations as unknowns: everybody's probabilities add up to one,
and all strategies in use pay the same. Krawczyk's operator K(X) = m − Y F(m) + (I − Y F′(X)) (X − m), computed in
balls, shows that a box X ⊇ K(X) holds exactly one root; that nothing else pays more, and nothing in use has no
probability, is then seen in balls too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.finite.declaration import FiniteGame
from ...readings.balls import Balls, ball, precision
from .gains import is_equilibrium

BITS = 256
NEWTON = 5
"""Steps from doubles to all bits: each doubles the digits."""
RADIUS = 2.0**-180
LARGEST_DENOMINATOR = 10**6
"""Up to which rational probabilities are recognised."""

Support = Sequence[Sequence[int]]


def enclosed(game: FiniteGame, start: Sequence[float], used: Support) -> list[Any] | None:
    """Return the equilibrium of these supports near a start: fractions if they are recognised, else balls; or None.

    Examples
    --------
    >>> wins = np.indices((2, 2, 2)).sum(axis=0) == 1  # the one who goes out alone wins
    >>> game = FiniteGame(payoff=[(wins & (np.indices((2, 2, 2))[k] == 1)).astype(int).tolist() for k in range(3)])
    >>> print(*enclosed(game, [0.4, 0.6] * 3, [[0, 1]] * 3) or ["none"])
    none
    """
    with precision(BITS):
        system = _System(game, used)
        middle = system.newton(start)
        if middle is None:
            return None
        rational = system.everybody([_simple(entry) for entry in middle], Fraction(0))
        if is_equilibrium(game, rational):
            return rational
        box = system.proved(middle)
        if box is None:
            return None
        entries = system.everybody(box, ball(0))
        return entries if system.is_equilibrium(entries) else None


def _simple(entry: Any) -> Fraction:
    """Return the fraction of few digits that is nearest to a ball's middle."""
    mantissa, exponent = entry.mid().man_exp()
    return (Fraction(int(mantissa)) * Fraction(2) ** int(exponent)).limit_denominator(LARGEST_DENOMINATOR)


class _System:
    """The equations of one game on given supports; the unknowns are the probabilities in use, one after the other."""

    def __init__(self, game: FiniteGame, used: Support) -> None:
        self.game, self.used = game, used
        self.places = [part.start + s for part, mine in zip(game.slices, used, strict=True) for s in mine]

    def everybody(self, unknowns: Sequence[Any], nothing: Any) -> list[Any]:
        """Return the probabilities of all strategies."""
        entries = [nothing] * sum(self.game.shape)
        for place, value in zip(self.places, unknowns, strict=True):
            entries[place] = value
        return entries

    def value(self, unknowns: Sequence[Any]) -> list[Any]:
        """Return by how much each equation is missed."""
        return self._equations(self.everybody(unknowns, ball(0)))

    def _equations(self, entries: Sequence[Any]) -> list[Any]:
        mixed = np.array(entries, dtype=object)
        paid = self.game.payoffs(Balls(), mixed)
        missed = []
        for part, mine in zip(self.game.slices, self.used, strict=True):
            missed.append(sum((mixed[part.start + s] for s in mine), start=ball(-1)))
            missed += [paid[part.start + s] - paid[part.start + mine[0]] for s in mine[1:]]
        return missed

    def slopes(self, unknowns: Sequence[Any]) -> Any:
        """Return the derivatives by each unknown: payoffs are linear in each, so they are differences of ends."""
        import flint

        columns = []
        for k in range(len(unknowns)):
            ends = [self.value([*unknowns[:k], ball(end), *unknowns[k + 1 :]]) for end in (0, 1)]
            columns.append([one - none for none, one in zip(*ends, strict=True)])
        return flint.arb_mat([list(row) for row in zip(*columns, strict=True)])

    def newton(self, start: Sequence[float]) -> list[Any] | None:
        """Return a root to all bits, by midpoints; what it is near is not known yet."""
        point = [ball(start[place]) for place in self.places]
        for _ in range(NEWTON):
            try:
                step = self.slopes(point).solve(_column(self.value(point)))
            except ZeroDivisionError:
                return None
            point = [(x - step[k, 0]).mid() for k, x in enumerate(point)]
            if not all(x.is_finite() and abs(x) < 2 for x in point):
                return None
        return point

    def proved(self, middle: Sequence[Any]) -> list[Any] | None:
        """Return a box around a point that holds exactly one root, or None."""
        import flint

        box = [x + flint.arb(0, RADIUS) for x in middle]
        try:
            inverse = flint.arb_mat([[x.mid() for x in row] for row in self.slopes(middle).inv().tolist()])
        except ZeroDivisionError:
            return None
        away = _column(x - m for x, m in zip(box, middle, strict=True))
        image = _column(middle) - inverse * _column(self.value(middle))
        image = image + (_unit(len(middle)) - inverse * self.slopes(box)) * away
        inside = all(x.contains_interior(image[k, 0]) for k, x in enumerate(box))
        return [image[k, 0] for k in range(len(box))] if inside else None

    def is_equilibrium(self, entries: Sequence[Any]) -> bool:
        """Whether what is in use certainly has a probability, and nothing else certainly pays as much."""
        if not all(entries[place] > 0 for place in self.places):
            return False
        paid = self.game.payoffs(Balls(), np.array(entries, dtype=object))
        for part, mine in zip(self.game.slices, self.used, strict=True):
            others = set(range(part.stop - part.start)) - set(mine)
            if not all(paid[part.start + s] < paid[part.start + mine[0]] for s in others):
                return False
        return True


def _column(entries: Iterable[Any]) -> Any:
    """Return numbers as a matrix of one column."""
    import flint

    return flint.arb_mat([[entry] for entry in entries])


def _unit(size: int) -> Any:
    """Return the unit matrix."""
    import flint

    return flint.arb_mat([[int(i == j) for j in range(size)] for i in range(size)])
