"""The best prices along a chain of versions, in fractions: what the versions below cost at best is passed upwards.

With r = x_{j−1}/x_j the price below lies in [r v, v]. So the least loss below, as a function of the price v above, has
the slope g(v) up to its best price u, then zero, then r g(r v) from u/r on: pieces of lines, whose root matters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import mpmath

from .contest_oracle import fraction, number

Piece = tuple[Fraction, Fraction, Fraction]
"""From which price on the slope is a + b v: (start, a, b)."""


def slope(loss: str, target: Fraction, width: Fraction) -> list[Piece]:
    """The slope of one price's loss, from price 0 on."""
    if loss == "squared":
        return [(Fraction(0), -2 * target, Fraction(2))]
    if loss == "absolute":
        return [(Fraction(0), Fraction(-1), Fraction(0)), (target, Fraction(1), Fraction(0))]
    pieces = [
        (target - width, -2 * target, Fraction(2)),
        (target + width, 2 * width, Fraction(0)),
    ]
    if target > width:
        return [(Fraction(0), -2 * width, Fraction(0)), *pieces]
    return [(Fraction(0), -2 * target, Fraction(2)), pieces[1]]


def at(pieces: Sequence[Piece], price: Fraction) -> tuple[Fraction, Fraction]:
    """The line that holds from a price on."""
    found = [piece for piece in pieces if piece[0] <= price][-1]
    return found[1], found[2]


def add(one: Sequence[Piece], other: Sequence[Piece]) -> list[Piece]:
    """The sum of two slopes."""
    starts = sorted({piece[0] for piece in (*one, *other)})
    return [
        (start, at(one, start)[0] + at(other, start)[0], at(one, start)[1] + at(other, start)[1]) for start in starts
    ]


def root(pieces: Sequence[Piece]) -> Fraction:
    """The least price at which a slope is no longer negative."""
    for index, (start, a, b) in enumerate(pieces):
        if a + b * start >= 0:
            return start
        end = pieces[index + 1][0] if index + 1 < len(pieces) else None
        if b > 0 and (end is None or -a / b < end):
            return -a / b
    raise AssertionError("a loss that falls for ever")


def passed_on(pieces: Sequence[Piece], best: Fraction, ratio: Fraction) -> list[Piece]:
    """The slope of the least loss below, as a function of the price above."""
    found = [piece for piece in pieces if piece[0] < best]
    found.append((best, Fraction(0), Fraction(0)))
    if ratio > 0:
        a, b = at(pieces, best)
        found.append((best / ratio, ratio * a, ratio * ratio * b))
        found += [(start / ratio, ratio * a, ratio * ratio * b) for start, a, b in pieces if start > best]
    return found if found[0][0] == 0 or best > 0 else [(Fraction(0), Fraction(0), Fraction(0)), *found]


def common(weights: Sequence[Fraction]) -> Fraction:
    """The largest weight of which all are whole multiples."""
    denominator = math.lcm(*(w.denominator for w in weights))
    return Fraction(math.gcd(*(int(w * denominator) for w in weights)), denominator)


@dataclass(frozen=True)
class Fit:
    """Versions in ascending order of weight."""

    weight: tuple[Fraction, ...]
    target: tuple[Fraction, ...]
    loss: str
    width: Fraction
    combinable: bool

    def best(self) -> tuple[Fraction, ...]:
        """Safe prices of the least loss: the smallest, where several have it."""
        roots: list[Fraction] = []
        pieces: list[Piece] = []
        for j, target in enumerate(self.target):
            own = slope(self.loss, target, self.width)
            pieces = own if j == 0 else add(own, passed_on(pieces, roots[-1], self.ratio(j)))
            roots.append(root(pieces))
        price = [roots[-1]]
        for j in range(len(roots) - 1, 0, -1):
            price.insert(0, min(max(roots[j - 1], self.ratio(j) * price[0]), price[0]))
        return tuple(price)

    def ratio(self, j: int) -> Fraction:
        """The least part of version j's price that the one below must cost."""
        return self.weight[j - 1] / self.weight[j] if self.combinable else Fraction(0)

    def lost(self, price: Sequence[Fraction]) -> Fraction:
        """The loss of prices."""
        return sum((self._loss(abs(v - t)) for v, t in zip(price, self.target, strict=True)), Fraction(0))

    def _loss(self, apart: Fraction) -> Fraction:
        if self.loss == "absolute":
            return apart
        if self.loss == "squared" or apart <= self.width:
            return apart * apart
        return 2 * self.width * apart - self.width * self.width

    def steepest(self, apart: Fraction) -> Fraction:
        """The largest slope of one price's loss where it is at most so far from its target."""
        if self.loss == "absolute":
            return Fraction(1)
        return 2 * (min(self.width, apart) if self.loss == "huber" else apart)

    def broken(self, price: Sequence[Fraction]) -> tuple[float, float]:
        """The worst broken row relative to its terms' sum, and to the largest of them."""
        worst = (0.0, 0.0)
        if min(price) < 0:
            worst = (1.0, 1.0)
        for j in range(1, len(price)):
            low, high = price[j - 1], price[j]
            rows = [(low - high, low, high)]
            if self.combinable:
                rows.append((self.ratio(j) * high - low, self.ratio(j) * high, low))
            for excess, one, other in rows:
                if excess > 0:
                    part = (excess / (abs(one) + abs(other)), excess / max(abs(one), abs(other)))
                    worst = max(worst[0], float(part[0])), max(worst[1], float(part[1]))
        return worst

    def undercut(self, price: Sequence[Fraction]) -> bool | None:
        """Whether a bundle worth a version costs less, by counting up weights; None where they are not small."""
        unit = common(self.weight)
        whole = [int(w / unit) for w in self.weight]
        if whole[-1] > 600:
            return None
        cheapest = [Fraction(0)]
        for needed in range(1, whole[-1] + 1):
            ways = list(zip(whole, price, strict=True))
            if self.combinable:
                cheapest.append(min(p + cheapest[max(needed - w, 0)] for w, p in ways))
            else:
                cheapest.append(min(p for w, p in ways if w >= needed))
        return any(p > cheapest[w] for w, p in zip(whole, price, strict=True))

    def inside(self) -> list[Fraction]:
        """Prices with every slack positive."""
        if self.combinable:
            ratios = [Fraction(1)]
            for j in range(1, len(self.weight)):
                ratios.append(ratios[-1] * (1 + self.weight[j] / self.weight[j - 1]) / 2)
            return [ratio * self.target[0] for ratio in ratios]
        return [self.target[0] * (j + 1) for j in range(len(self.weight))]

    def barred(self, weight: Fraction) -> tuple[Fraction, ...] | None:
        """Prices of the least loss − Σ ln(slack)/λ, squared loss, by damped Newton steps in eighty digits."""
        k = len(self.weight)
        with mpmath.workdps(80):
            rows = [[1 if i == 0 else 0 for i in range(k)]]
            for j in range(1, k):
                rows.append([{j: 1, j - 1: -1}.get(i, 0) for i in range(k)])
                if self.combinable:
                    rows.append([{j - 1: 1, j: -number(self.ratio(j))}.get(i, 0) for i in range(k)])
            matrix = mpmath.matrix(rows)
            wanted = mpmath.matrix([number(t) for t in self.target])
            price = mpmath.matrix([number(v) for v in self.inside()])
            scale = number(weight)

            def worth(v: mpmath.matrix) -> mpmath.mpf:
                return (
                    sum((x - t) ** 2 for x, t in zip(v, wanted, strict=True))
                    - sum(mpmath.log(s) for s in matrix * v) / scale
                )

            for _ in range(400):
                slack = matrix * price
                gradient = 2 * (price - wanted) - matrix.T * mpmath.matrix([1 / (scale * s) for s in slack])
                hessian = 2 * mpmath.eye(k) + matrix.T * mpmath.diag([1 / (scale * s * s) for s in slack]) * matrix
                step = mpmath.lu_solve(hessian, -gradient)
                size, falls = mpmath.mpf(1), (gradient.T * step)[0]
                if max(abs(s) for s in step) < max(abs(v) for v in price) * mpmath.mpf(10) ** -45:
                    return tuple(fraction(v) for v in price)
                while min(matrix * (price + size * step)) <= 0 or (
                    size > 1e-20 and worth(price + size * step) > worth(price) + size * falls / 4
                ):
                    size /= 2
                price = price + size * step
        return None
