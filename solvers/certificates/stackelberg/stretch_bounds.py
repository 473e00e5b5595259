"""Upper bounds on the server's utility over parts of one stretch of the contest's path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .checked_path import CheckedPath
from .piece import Point, Regime


@dataclass(frozen=True)
class StretchBounds:
    """Bounds for the stretch with a given number, each at least the utility there."""

    path: CheckedPath
    stretch: int

    def price(self, first: Point, last: Point, enough: float | None = None, entering: int = 0) -> float:
        """The most that U(Z, n, B) can be between two points, where so many enter; later stretches are included.

        B is at least B₁ + m (Z − Z₁), no fewer are counted, and U falls in both. A bound below what is enough is made
        no closer, nor is one that cannot come below it.
        """
        path = self.path
        slope = float(least_price(path, first, last, entering))
        start, pool = float(first.total), float(first.pool)
        low, high = start, float(last.total)
        best = np.inf
        for _ in range(60):  # tangents of the concave utility, at the bisected maximum
            middle = (low + high) / 2
            dearest = pool + slope * (middle - start)
            rise = most(path.rise(middle, dearest, slope, self.stretch))
            value = most(path.earned(middle, dearest, self.stretch))
            tangent = value + max(rise * (float(end.total) - middle) for end in (first, last))
            best = min(best, path.raised(tangent))
            if enough is not None and (best < enough or value >= enough):
                break
            low, high = (middle, high) if rise > 0 else (low, middle)
        return float(best)

    def tangent(self, low: Point, high: Point) -> float:
        """The height at which the tangents at two ends of a concave piece meet."""
        path = self.path
        up, left = most(path.slope(low, self.stretch)), most(path.value(low, self.stretch))
        width = float(high.total - low.total)
        if high.regime.interior_count == 0:  # only the tangent on the left bounds a stretch that ends all capped
            return path.raised(left + max(up, 0.0) * width)
        down, right = least(path.slope(high, self.stretch)), most(path.value(high, self.stretch))
        if up <= 0:
            return left
        if down >= 0:
            return right
        meeting = (right - left - down * width) / (up - down)
        return path.raised(left + up * min(max(meeting, 0.0), width))


def least_price(path: CheckedPath, first: Point, last: Point, entering: int) -> Any:
    """Return m ≤ B′(Z) at all totals between two points of the path, between which so many enter.

    In every regime B′ = B/Z · (1 + C/((n′ − 1) Z + C)) (`stackelberg/pool-slope-at-least`). From the first point on
    B/Z and what the capped sell never fall, and n′ grows by those who enter at most; Z is the last one's at most. It is
    the slope of a regime with these numbers whose B/Z is the first point's.
    """
    regime, average = first.regime, 1 / first.ratio
    count, held = regime.interior_count + entering, regime.capped_total
    if count < 1 or not held > 0:
        return average
    alike = Regime(count, 1, held)
    return alike.pool_slope(path.reading.algebra, last.total) * alike.ratio(path.reading.algebra, last.total) * average


def least(value: Any) -> float:
    """A double below a number or ball."""
    return float(np.nextafter(float(value.lower()), -np.inf)) if hasattr(value, "lower") else float(value)


def most(value: Any) -> float:
    """A double above a number or ball."""
    return float(np.nextafter(float(value.upper()), np.inf)) if hasattr(value, "upper") else float(value)
