"""Prices nearest to a survey that no bundle undercuts: found by cutting planes, and a bound on the loss of all others.

Bundles that undercut the prices found so far are added as rows until none does. For any multipliers λ ≥ 0 of bundles,

    Σ ℓ_j(v_j) + Σ_r λ_r (v_{j(r)} − Σ_i n_{ri} v_i) = Σ_j ℓ_j(v_j) + c_j v_j

is no more than the loss of a safe menu, so that the sum of the minima is a bound on it (as in `price_dual`). The search
need not be believed: what counts is that the bound is reached by prices that keep every bundle's row.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.data import as_fractions
from ....formulations.versions.losses import width_that_matters
from ....formulations.versions.pricing import VersionPricing
from ...readings.rationals import Rationals
from .complementary import optimum
from .price_dual import Dual, Survey


@dataclass(frozen=True)
class Nearest:
    """Prices in the caller's order and multipliers of all bundles, in fractions."""

    price: Any
    multipliers: Any


def nearest_prices(model: VersionPricing) -> Nearest | None:
    """Return prices that lose least of all that no bundle undercuts, and the bundles' multipliers; None if not found.

    Examples
    --------
    >>> model = VersionPricing(epsilon=[2, 3], target=[1, 5], safety="exact")
    >>> found = nearest_prices(model)
    >>> print(*found.price, *found.multipliers)
    11/5 22/5 0 6/5
    """
    bundles, target = model.bundles, as_fractions(model.target)
    versions, kept = len(target), np.zeros(len(bundles.undercut), dtype=bool)
    rows = bundles.copies.astype(object) * Fraction(1)
    rows[np.arange(len(rows)), bundles.undercut] -= 1
    while True:
        quadratic, linear, more, least = _program(model, target)
        asked = np.zeros((int(kept.sum()), len(linear)), dtype=object) * Fraction(1)
        asked[:, :versions] = rows[kept]
        limits = np.concatenate([least, np.full(len(asked), Fraction(0), dtype=object)])
        found = optimum(quadratic, linear, np.concatenate([more, asked]), limits)
        if found is None:
            return None
        price = found[0][:versions]
        slack = rows @ price
        if not np.any(slack < 0):
            multipliers = np.full(len(rows), Fraction(0), dtype=object)
            multipliers[kept] = found[1][len(least) :]
            return Nearest(price, multipliers)
        for version in range(versions):
            of_it = np.flatnonzero(bundles.undercut == version)
            worst = min(of_it, key=slack.__getitem__, default=None)
            if worst is not None and slack[worst] < 0:
                kept[worst] = True


def _program(model: VersionPricing, target: Any) -> tuple[Any, Any, Any, Any]:
    """The loss as a quadratic program of prices, and of the parts of residuals that grow linearly."""
    count, one = len(target), Fraction(1)
    eye, zero = np.eye(count, dtype=int).astype(object) * one, np.zeros((count, count), dtype=object) * one
    none, nothing = np.zeros((0, count), dtype=object), np.zeros(0, dtype=object)
    if model.loss == "squared":
        return 2 * eye, -2 * target, none, nothing
    if model.loss == "absolute":  # v − P + 2b with v + b ≥ P
        wide = np.zeros((2 * count, 2 * count), dtype=object) * one
        return wide, np.concatenate([np.full(count, one), np.full(count, 2 * one)]), np.hstack([eye, eye]), target
    width = Rationals().number(width_that_matters(model.target, model.huber_width))
    signs = (1, -1, 1)  # of v, and of what is above and below: (v − P − a + b)² + 2M (a + b)
    wide = np.block([[2 * one * (one_ * other) * eye + zero for other in signs] for one_ in signs])
    linear = np.concatenate([-2 * sign * target + (2 * width if place else 0) for place, sign in enumerate(signs)])
    return wide, linear, np.zeros((0, 3 * count), dtype=object), nothing


def bound(model: VersionPricing, multipliers: Any) -> Fraction:
    """Return a lower bound on the loss of every menu that no bundle undercuts, from multipliers that are not negative.

    Examples
    --------
    >>> model = VersionPricing(epsilon=[2, 3], target=[1, 5], safety="exact")
    >>> print(bound(model, [Fraction(0), Fraction(6, 5)]))
    9/5
    """
    assert all(multiplier >= 0 for multiplier in multipliers)
    bundles, target = model.bundles, as_fractions(model.target)
    tilts = [Fraction(0)] * len(target)
    for undercut, copies, multiplier in zip(bundles.undercut, bundles.copies.tolist(), multipliers, strict=True):
        if multiplier:
            tilts = [tilt - count * multiplier for tilt, count in zip(tilts, copies, strict=True)]
            tilts[undercut] += multiplier
    width = Fraction(width_that_matters(model.target, model.huber_width))
    largest, algebra = Fraction(model.largest_price), Rationals()
    survey = Survey(algebra, [], target.tolist(), model.loss, width, False, largest, 0)
    return Fraction(Dual(survey, [], tilts, 0).bound)
