"""Certify prices that no bundle undercuts: every bundle tried, and how far from the nearest to the survey.

The prices found by `bundle_optimum` are an optimum where the bound of its multipliers is reached, over fractions. For a
squared loss it is the only one, and the answer's distance from it is known. Otherwise there may be several: an answer
near the one found is near an optimum, and so is one that keeps every row and loses no more; one that loses more is as
far from all of them as its loss, which changes by no more than its steepest slope with each price, takes at the least.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.data import as_fractions
from ....formulations.versions.losses import width_that_matters
from ....formulations.versions.pricing import VersionPricing
from ...formatting import at_least
from ...readings import outwards
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from ..feasibility import Feasibility, breaches, feasibility
from .bundle_optimum import bound, nearest_prices


@dataclass(frozen=True)
class _Finding:
    optimal: bool | None
    reason: str
    gap: float | None = None
    distance: float | None = None
    least: float | None = None


def certify_safe_prices(model: VersionPricing, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge prices of a model with exact safety; see the module's text."""
    reading = ProgramReading(model, Rationals() if arithmetic == "exact" else Vectors())
    found = feasibility(solution, reading, tolerance)
    if found.objection is not None:
        return _named(model, reading, found).certificate(tolerance, arithmetic)
    finding = _judged(model, as_fractions(found.decisions["price"]), tolerance)
    return Certificate(
        True,
        finding.optimal,
        found.violation,
        finding.gap,
        finding.distance,
        tolerance,
        arithmetic,
        finding.reason,
        finding.least,
    )


def _judged(model: VersionPricing, price: Any, tolerance: float) -> _Finding:
    nearest = nearest_prices(model)
    if nearest is None:
        return _Finding(None, "no prices were shown to be optimal")
    reading = ProgramReading(model, Rationals())
    if next(breaches(reading, {"price": nearest.price}), None) is not None:
        return _Finding(None, "no prices were shown to be optimal")
    best, lost = (reading.objective({"price": entries}) for entries in (nearest.price, price))
    if best != bound(model, nearest.multipliers):
        return _Finding(None, "no prices were shown to be optimal")
    apart = max(abs(price - nearest.price)) / max(nearest.price)
    gap = outwards.at_least(max((lost - best) / reading.objective({"price": 0 * price}), 0))
    if float(apart) <= tolerance:  # a tenth of a millionth is no double: the tolerance itself is within it
        reason = "no menu that no bundle undercuts loses less, by multipliers of the bundles"
        return _Finding(True, reason, gap, outwards.at_least(apart))
    if model.loss == "squared":
        least = outwards.at_most(apart)
        reason = f"the optimal menu is {at_least(least, 3)} away"
        return _Finding(False, reason, gap, outwards.at_least(apart), least)
    safe = next(breaches(reading, {"price": price}), None) is None
    if safe and lost <= best:
        return _Finding(True, "it loses no more than any menu that no bundle undercuts", gap)
    steepest = Fraction(1) if model.loss == "absolute" else 2 * width_of(model)
    # an optimal menu this near would lose no less; it is relative to its largest price, which is at most 2·max P
    least = outwards.at_most((lost - best) / (steepest * len(price)) / Fraction(model.largest_price))
    if least > tolerance:
        return _Finding(False, f"the nearest optimal menu is {at_least(least, 3)} away", gap, None, least)
    return _Finding(None, "there may be several optimal menus, and none was found within the tolerance", gap)


def width_of(model: VersionPricing) -> Fraction:
    """The Huber width with the same optimal menus."""
    return Fraction(width_that_matters(model.target, model.huber_width))


def _named(model: VersionPricing, reading: ProgramReading, found: Feasibility) -> Feasibility:
    """Say which bundle is cheaper, where that is what speaks against the prices."""
    if not found.decisions:
        return found
    worst = max(breaches(reading, found.decisions), key=lambda breach: breach.violation, default=None)
    if worst is None or worst.row != "no_bundle_cheaper" or worst.violation != found.violation:
        return found
    bundle = model.bundles.copies[worst.index]
    bought = " and ".join(
        f"{count} {'copy' if count == 1 else 'copies'} of {model.owner_of(int(version))}"
        for version, count in zip(np.flatnonzero(bundle), bundle[bundle > 0], strict=True)
    )
    replaced = model.owner_of(int(model.bundles.undercut[worst.index]))
    return Feasibility(found.decisions, found.violation, f"{bought} cost less than {replaced}, which they replace")
