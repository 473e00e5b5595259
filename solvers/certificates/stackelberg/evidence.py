"""What shows others that a pool is the best one, and budgets are the equilibrium there: the path, and points on it.

The path is listed by its entries and caps; between them the server's utility is concave, so that a tangent bounds it.
Two more points bound the pools within the tolerance. Where a stretch is within them, its point is one that is reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt
from typing import Any

from ....formulations.data import as_fractions
from ....formulations.errors import UnsupportedModel
from ....formulations.revenue_curve import LogRevenue
from ....formulations.stackelberg.declaration import StackelbergPricing
from ..rounded import above, below

BITS = 120
"""Of roots, relative."""
HALVINGS = 200


@dataclass
class _Walk:
    """Who is between nothing and the cap, who is still out, and what the capped sell, as the total grows."""

    cost: list[Fraction]
    cap: list[Fraction] | None
    inside: list[int] = field(default_factory=list)
    out: list[int] = field(default_factory=list)
    full: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        able = [i for i in range(len(self.cost)) if self.cap is None or self.cap[i] > 0]
        able.sort(key=self.cost.__getitem__)
        self.inside, total = able[:2], sum(self.cost[i] for i in able[:2])
        for who in able[2:]:
            if self.cost[who] * (len(self.inside) - 1) >= total:
                break
            self.inside.append(who)
            total += self.cost[who]
        self.out = able[len(self.inside) :]

    def next(self) -> tuple[Fraction, int] | None:
        """The next total at which somebody enters or is capped, and who."""
        if self.cap is None or not (self.inside or self.out):
            return None
        if not self.inside:
            return self.full, self.out[0]
        total, events = sum(self.cost[i] for i in self.inside), []
        for who in (*self.inside, *self.out):
            fall = total - self.cost[who] * (len(self.inside) - 1)
            if fall > 0:
                held = self.cap[who] * total if who in self.inside else 0
                events.append(((held + self.cost[who] * self.full) / fall, who))
        return min(events)

    def move(self, who: int) -> None:
        """Let somebody enter, or be capped."""
        if who in self.out:
            self.out.remove(who)
            self.inside.append(who)
        else:
            assert self.cap is not None
            self.inside.remove(who)
            self.full += self.cap[who]


@dataclass(frozen=True)
class _Stretch:
    """Totals between two events, and who has moved at the first; `sellers` is how many sell on it."""

    left: Fraction
    right: Fraction | None
    moved: tuple[int, ...]
    count: int
    cost: Fraction
    full: Fraction
    sellers: int

    def pool(self, total: Fraction) -> Fraction:
        """The pool that buys a total."""
        return self.cost * total * total / ((self.count - 1) * total + self.full) if total else total

    def total(self, pool: Fraction) -> tuple[Fraction, Fraction]:
        """Fractions below and above the total that a pool buys: the positive root of R Z² = B ((n − 1) Z + C)."""
        linear = pool * (self.count - 1)
        if not self.full:
            return linear / self.cost, linear / self.cost
        root = linear * linear + 4 * self.cost * pool * self.full
        unit = Fraction(2) ** ((root.numerator.bit_length() - root.denominator.bit_length()) // 2 - BITS)
        least = isqrt(int(root / unit / unit))
        return (linear + least * unit) / (2 * self.cost), (linear + (least + 1) * unit) / (2 * self.cost)


def _stretches(cost: list[Fraction], cap: list[Fraction] | None) -> Iterator[_Stretch]:
    """Yield the path's stretches; the last, on which all are capped, has nobody between."""
    walk, left, moved, capped = _Walk(cost, cap), Fraction(0), [], 0
    moved = list(walk.inside)
    while True:
        event = walk.next()
        if event is None or event[0] > left:
            total = sum((cost[i] for i in walk.inside), Fraction(0))
            sellers = len(walk.inside) + capped
            right = None if event is None else event[0]
            yield _Stretch(left, right, tuple(moved), len(walk.inside), total, walk.full, sellers)
            moved = []
        if event is None:
            return
        left = event[0]
        capped += event[1] in walk.inside
        walk.move(event[1])
        moved.append(event[1])


@dataclass(frozen=True)
class _Utility:
    """The server's utility on a stretch."""

    stretch: _Stretch
    alpha: Fraction
    beta: Fraction
    over: int

    def slope(self, total: Fraction) -> Fraction:
        """dU/dZ."""
        stretch = self.stretch
        rest = (stretch.count - 1) * total + stretch.full
        paid = stretch.cost * total * (rest + stretch.full) / rest**2 if rest else stretch.cost / (stretch.count - 1)
        return self.alpha * self.beta / (self.over + self.alpha * total) - paid

    def best(self, left: Fraction, right: Fraction | None) -> Fraction:
        """About where it is largest, of totals between two; without an end it falls from some total on."""
        if self.slope(left) <= 0:
            return left
        if right is None:
            right = 2 * left or Fraction(1)
            while self.slope(right) > 0:
                right *= 2
        elif self.slope(right) >= 0:
            return right
        for _ in range(HALVINGS):
            middle = below((left + right) / 2, BITS)
            if not left < middle < right or right - left <= right / 2**BITS:
                break
            left, right = (middle, right) if self.slope(middle) >= 0 else (left, middle)
        return left


def contest_evidence(game: StackelbergPricing, answer: Mapping[str, Any], tolerance: Fraction) -> Mapping[str, Any]:
    """Return the total at the answer's pool, enclosed, and the path: totals, who moves there, a point up to the next.

    Raises
    ------
    UnsupportedModel
        When the revenue is not the logarithmic one, or the clients' costs are not linear.
    """
    if not game.linear_costs:
        raise UnsupportedModel(
            f"{type(game.cost_function).__name__} is no cost that the reader of optima knows; it knows linear costs"
        )
    if not isinstance(game.revenue, LogRevenue):
        raise UnsupportedModel(
            f"{type(game.revenue).__name__} is no revenue that the reader of optima knows; it knows LogRevenue"
        )
    revenue = game.revenue
    alpha, beta = Fraction(revenue.alpha), Fraction(revenue.beta)
    cap = None if game.epsilon_cap is None else as_fractions(game.epsilon_cap).tolist()
    stretches, pool = list(_stretches(as_fractions(game.cost).tolist(), cap)), answer["reward_pool"]
    reach = tolerance * beta * (1 - Fraction(1, 2**20))
    window = [above(_total(stretches, pool - reach)[1]), below(_total(stretches, pool + reach)[0])]
    rows: list[tuple[Any, Any, Any]] = []
    for stretch in stretches:
        if not stretch.count:
            rows.append((stretch.left, stretch.moved, 0))
            continue
        utility = _Utility(stretch, alpha, beta, len(game.cost) if game.mean_over == "all" else stretch.sellers)
        inner = [point for point in window if stretch.left < point and (stretch.right is None or point < stretch.right)]
        starts = [stretch.left, *inner]
        for left, right, moved in zip(starts, [*inner, stretch.right], [stretch.moved, (), ()], strict=False):
            rows.append((left, moved, utility.best(left, right)))
    low, high = _total(stretches, pool)
    return {"total": [below(low), above(high)], "path": rows}


def _total(stretches: list[_Stretch], pool: Fraction) -> tuple[Fraction, Fraction]:
    """Fractions below and above the total that a pool buys; zero for none."""
    if pool <= 0:
        return Fraction(0), Fraction(0)
    for stretch in stretches:
        if not stretch.count or stretch.pool(stretch.left) > pool:
            return stretch.left, stretch.left
        if stretch.right is None or pool <= stretch.pool(stretch.right):
            return stretch.total(pool)
    raise AssertionError("the last stretch has no end")
