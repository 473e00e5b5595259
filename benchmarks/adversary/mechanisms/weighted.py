"""Group-weighted contracts of one or two types, under which it may be best to buy nothing from the dearer.

With ε_1 = r + s and ε_2 = s, r and s at least zero, a unit of r costs M_1 c_1 and one of s M_2 c_2 (M the owners up to
there). So the pool's split is one number, of which the precision Σ m tanh²(ε/2) is searched on a grid, then by golden
sections. It is judged by how much of the precision is lost: near the best it is flat.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any

import mpmath

from .. import numbers
from ..instance import Decisions, Instance, Truth
from .contest_oracle import fraction, number
from .contract import Contract, draw
from .contract_oracle import broken_rows

DIGITS = 40
GRID = 300


@dataclass(frozen=True)
class Weighted(Contract):
    """A contract with the group-weighted estimator."""

    def data(self) -> dict[str, Any]:
        return {**super().data(), "estimator": "group-weighted"}

    def menu(self, part: Fraction) -> Decisions:
        """The menu that spends so much of the pool on the budget that both types sell."""
        owners, cost = self.best.owners, self.best.cost
        if len(cost) == 1:
            epsilon = [self.pool / (owners[0] * cost[0])]
        else:
            s = part * self.pool / (sum(owners) * cost[1])
            epsilon = [s + (1 - part) * self.pool / (owners[0] * cost[0]), s]
        paid = [cost[-1] * epsilon[-1]]
        if len(cost) > 1:
            paid.insert(0, paid[0] + cost[0] * (epsilon[0] - epsilon[1]))
        where = [self.kinds.index(c) for c in self.cost]
        return {"epsilon": tuple(epsilon[k] for k in where), "payment": tuple(paid[k] for k in where)}

    def precision(self, decisions: Decisions) -> mpmath.mpf:
        """Σ m tanh²(ε/2)."""
        rows = zip(self.count, decisions["epsilon"], strict=True)  # type: ignore[arg-type]
        return sum(m * mpmath.tanh(number(max(e, Fraction(0))) / 2) ** 2 for m, e in rows)

    @cached_property
    def _right(self) -> Decisions:
        if len(self.kinds) == 1:
            return self.menu(Fraction(1))
        with mpmath.workdps(DIGITS):
            parts = [Fraction(k, GRID) for k in range(GRID + 1)]
            worth = [self.precision(self.menu(part)) for part in parts]
            top = max(range(len(parts)), key=worth.__getitem__)
            low, high = number(parts[max(top - 1, 0)]), number(parts[min(top + 1, GRID)])
            for _ in range(80):
                one, two = low + (high - low) * mpmath.mpf("0.382"), low + (high - low) * mpmath.mpf("0.618")
                at = [self.precision(self.menu(fraction(x))) for x in (one, two)]
                low, high = (low, two) if at[0] >= at[1] else (one, high)
            return max((self.menu(fraction(low)), self.menu(fraction(high)), self.menu(parts[top])), key=self.precision)

    def elsewhere(self, rng: Random) -> Iterator[Decisions]:
        """Other splits of the pool, and the menu of the unweighted estimator."""
        for part in (Fraction(0), Fraction(1), numbers.small(rng)):
            yield self.menu(part)
        yield Contract(self.exact, self.cost, self.count, self.pool, False).right()[0]

    def truth(self, decisions: Decisions) -> Truth:
        epsilon, payment = decisions["epsilon"], decisions["payment"]
        broken, kept = broken_rows(self.cost, self.count, self.pool, epsilon, payment, False)  # type: ignore[arg-type]
        with mpmath.workdps(DIGITS):
            lost = float(1 - self.precision(decisions) / self.precision(self._right))
        return Truth(max(lost, 0.0), max(lost, 0.0), broken, kept, lost >= -1e-9)


def draw_weighted(rng: Random) -> Instance:
    """A contract of one or two types."""
    made = draw(rng)
    return Weighted(made.exact, made.cost[:2], made.count[:2], made.pool, False)
