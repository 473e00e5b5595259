"""What shows others that prices are optimal: an optimum near them, and multipliers of the cone's slacks.

Of the exact problem the slopes of the losses are balanced and every multiplier's slack is zero. Of the barrier problem
they are balanced too, and every multiplier times its slack is nearly one: by how much it is not bounds, since
logarithms are self-concordant, how far the optimum is, in each slack's own unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from ....formulations.data import as_fractions
from ....formulations.errors import UnsupportedModel
from ....formulations.versions.menu import version_weight
from ....formulations.versions.pricing import VersionPricing
from ...readings.balls import lower_bound, precision
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from ..rounded import below
from .barrier import in_callers_order, on_targets, polished
from .barrier_path import followed
from .optimum import Optimum, searched
from .price_dual import Dual

BITS = 256
Prices = list[Fraction]


def price_evidence(model: VersionPricing, answer: Mapping[str, Any], tolerance: Fraction) -> Mapping[str, Any]:
    """Return an optimum, and the multipliers of the first price, of rising prices and of falling prices per weight.

    Raises
    ------
    UnsupportedModel
        When safety is exact, or no optimum near the answer is shown.
    """
    if model.safety == "exact":
        raise UnsupportedModel("the reader of optima knows the safe cone only; leave safety='exact' out")
    found = _of_the_cone(model, answer["price"], tolerance) if model.barrier is None else _of_barrier(model, answer)
    price, level, ray = found
    rays = [] if model.attack == "none" else ray
    return {
        "optimum": in_callers_order(np.array(price, dtype=object), model.cone.order),
        "multipliers": [*level, *rays],
    }


def _of_the_cone(model: VersionPricing, price: Any, tolerance: Fraction) -> tuple[Prices, Prices, Prices]:
    reading = ProgramReading(model, Rationals())
    for reference in (price, searched(model, reading)):
        optimum = Optimum(model, reading, reference)
        if max(reference) > 0 and optimum.short == 0:
            break
    else:
        raise UnsupportedModel("no optimum was shown near the answer")
    dual, own = optimum.dual, price[model.cone.order].tolist()
    near = reference[model.cone.order].tolist()
    if model.loss != "squared" and max(abs(x - y) for x, y in zip(near, own, strict=True)) > tolerance * max(near):
        near = _nearest(dual, own, tolerance)
    return near, [Fraction(0), *(max(t, 0) for t in dual.multipliers)], [max(-t, 0) for t in dual.multipliers]


def _nearest(dual: Dual, own: Prices, tolerance: Fraction) -> Prices:
    """Return an optimal menu near given prices, chosen from the heaviest version down; see `Dual.optimal_near`."""
    ranges: list[tuple[Any, Any]] = []
    low = high = None
    reach = tolerance * max(own) * (1 - tolerance)
    for j, price in enumerate(own):
        low, high = dual._onwards(j, low, high, price - reach, price + reach)
        if low > high:
            raise UnsupportedModel("no optimum was shown near the answer")
        ranges.append((low, high))
    found = [min(max(own[-1], ranges[-1][0]), ranges[-1][1])]
    for j in range(len(own) - 2, -1, -1):
        t, ratio = dual.multipliers[j], dual.survey.ratio(j)
        least = found[0] if t > 0 else 0 if dual.survey.nested else found[0] * ratio
        most = found[0] * ratio if t < 0 else found[0]
        least, most = max(least, ranges[j][0]), min(most, ranges[j][1])
        found.insert(0, min(max(own[j], least), most))
    return found


def _of_barrier(model: VersionPricing, answer: Mapping[str, Any]) -> tuple[Prices, Prices, Prices]:
    order = model.cone.order
    with precision(BITS):
        path = followed(model)
        if path is None:
            near = polished(model, np.asarray(answer["price"], dtype=np.float64))
            price, held = as_fractions(near), on_targets(model, near)
        else:
            price, held = np.array([below(lower_bound(one.mid())) for one in path.price], dtype=object), path.held
    target = as_fractions(model.target)
    price = np.where(held, target, price)[order].tolist()
    return price, *_balanced(model, price, target[order].tolist())


def _balanced(model: VersionPricing, price: Prices, target: Prices) -> tuple[Prices, Prices]:
    """Return multipliers that balance the slopes exactly, and are about the inverses of their slacks."""
    weight = version_weight(None, as_fractions(model.epsilon), model.attack)[model.cone.order].tolist()  # type: ignore[arg-type]
    ratio = [x / y for x, y in pairwise(weight)]
    ray = [Fraction(0)] * len(ratio)
    if model.attack != "none":
        ray = [below(1 / (v - w * r)) for v, w, r in zip(price, price[1:], ratio, strict=False)]
    level, barrier, width = [Fraction(0)] * (len(price) + 1), Fraction(model.barrier), Fraction(model.huber_width)
    for j in range(len(price) - 1, -1, -1):
        passed = level[j + 1] - (ray[j] if j < len(ray) else 0) + (ray[j - 1] * ratio[j - 1] if j else 0)
        apart = price[j] - target[j]
        if model.loss == "absolute" and apart == 0:
            balanced = (below(1 / (price[j] - (price[j - 1] if j else 0))) - passed) / barrier
            slope = min(max(balanced, Fraction(-1)), Fraction(1))
        elif model.loss == "absolute":
            slope = Fraction((apart > 0) - (apart < 0))
        else:
            slope = 2 * apart if model.loss == "squared" else 2 * min(max(apart, -width), width)
        level[j] = barrier * slope + passed
    return level[:-1], ray
