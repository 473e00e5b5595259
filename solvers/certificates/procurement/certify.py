"""Certify what a procurement sells and pays: both by the rule, from its declaration alone.

What is sold is best by its marginal price: the conditions of Karush, Kuhn and Tucker of the declared welfare, which is
concave, at the costs that are charged. What is paid follows by the declared formulas from what would be sold without a
client, or at its other reports. Few clients are judged over fractions and balls, many in doubles with bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.data import as_floats
from ....formulations.errors import UnsupportedModel
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.formulas import welfare, worth
from ...evaluation import reading_of, to_floats
from ...readings.derivative import Derivative
from ...readings.rationals import Rationals
from ...readings.vectors import ROUNDING, TINY, Vectors
from ...solution import Certificate, Solution
from ..feasibility import feasibility
from .exact import exact_outcome
from .floats import FloatMarket

EXACT_CLIENTS, EXACT_INTEGRALS = 300, 12
"""Up to how many clients doubles are judged by balls too: by welfares or types, and by integrals of a prior."""
ROOM = 64
"""What is read off between knots may take this part of the tolerance."""
NEARLY_NOTHING = 1e-7
"""Where less than this part of what could be gained is bought, the doubles of the declaration do not tell how much."""


@dataclass(frozen=True, eq=False)
class Rule:
    """What the rule says: what all sell and keep, by how much the latter may be off, and who shares what is left.

    What is sold by those who are `tied` may be shared otherwise, within their caps. `charge` is what a unit of each
    client's ε is charged with. What is sold in all may be off by `sold_off`.
    """

    epsilon: np.ndarray
    rent: np.ndarray
    off: float
    tied: np.ndarray
    how: str
    charge: np.ndarray
    sold_off: float = 0.0


def certify_procurement(
    model: PrivacyProcurement, solution: Solution, arithmetic: str, tolerance: float
) -> Certificate:
    """Judge a procurement's outcome; see the module's text."""
    exact = arithmetic == "exact"
    found = feasibility(solution, reading_of(model, Rationals() if exact else Vectors()), tolerance)
    if found.objection is not None:
        return found.certificate(tolerance, arithmetic)
    epsilon, payment = (_stated(solution, name, exact) for name in ("epsilon", "payment"))
    try:
        with np.errstate(all="ignore"):
            rule = rule_of(model, epsilon, exact, tolerance / ROOM)
    except UnsupportedModel as refusal:
        return Certificate(True, None, found.violation, None, None, tolerance, arithmetic, str(refusal))
    far = distances(model, rule, epsilon, payment)
    most, loose = max(far, key=lambda one: one.apart), rule.off / paid_size(model, rule) + ROUNDING
    loose += rule.sold_off / sold_size(model, rule)
    distance, gap = most.apart + loose, lost(model, rule, epsilon)
    at_least = most.apart - loose
    if at_least > tolerance:
        return Certificate(
            True, False, found.violation, gap, distance, tolerance, arithmetic, most.text, max(at_least, 0.0)
        )
    optimal, reason = distance <= tolerance, f"sold and paid by the rule: {rule.how}"
    if not optimal:
        reason = f"the rule's outcome is known to {distance:.3g} only"
    return Certificate(
        True, optimal or None, found.violation, gap, distance, tolerance, arithmetic, reason, max(at_least, 0.0)
    )


def rule_of(model: PrivacyProcurement, hint: np.ndarray, exact: bool, within: float = 1e-9) -> Rule:
    """Return what the rule says, in balls for few clients, or if that is asked; the hint need not be right.

    In doubles rents are off by about a part `within` of the largest payment, or by a rounding.

    Raises
    ------
    UnsupportedModel
        When it cannot be enclosed.
    """
    continuous = model.rule == "myerson" and not model.by_types
    few = len(model.cost) <= (EXACT_INTEGRALS if continuous else EXACT_CLIENTS)
    if exact or few or model.by_types:
        outcome = exact_outcome(model)
        epsilon, rent = (to_floats(np.array(entries, dtype=object)) for entries in (outcome.epsilon, outcome.rent))
        off = max((float(x.rad()) for x in (*outcome.rent, *outcome.epsilon) if hasattr(x, "rad")), default=0.0)
        how = "what would be sold without each client, or at its dearer costs, is enclosed over fractions and balls"
        charge = np.asarray(as_floats(model.charge(Vectors())))
        return Rule(epsilon, rent, off, _tied(model, epsilon), how, charge)
    market = FloatMarket(model, np.asarray(hint, dtype=np.float64))
    rent, off = market.rents(within)
    how = "its marginal price is checked on both sides, and what others would sell in each client's place by duality"
    if continuous:
        how = "its marginal price is checked on both sides, and what clients would sell at dearer costs integrated"
    return Rule(market.epsilon, rent, off, market.marginal, how, market.charge, market.margin.off)


def _tied(model: PrivacyProcurement, epsilon: np.ndarray) -> np.ndarray:
    """Who has the cost at which buying ends: of equal charges anybody may sell, but by types who is declared first."""
    cost = np.asarray(model.cost)
    last = np.flatnonzero(epsilon > 0)
    if model.by_types or not len(last):
        return np.zeros(len(cost), dtype=bool)
    return np.asarray(cost == max(cost[last]), dtype=bool)


@dataclass(frozen=True)
class Distance:
    """How far something is from the rule, relative, and in words."""

    apart: float
    text: str


def distances(model: PrivacyProcurement, rule: Rule, epsilon: np.ndarray, payment: np.ndarray) -> list[Distance]:
    """Return how far what is sold and paid are from the rule: the worst entry of each, and what the tied ones share."""
    most = sold_size(model, rule)
    nearest = rule.epsilon.copy()
    nearest[rule.tied] = epsilon[rule.tied]
    due = as_floats(model.cost) * nearest + rule.rent
    largest = paid_size(model, rule)
    found = []
    for name, said, right, size in (("epsilon", epsilon, nearest, most), ("payment", payment, due, largest)):
        apart = np.abs(said - right)
        at = int(np.argmax(apart))
        text = f"{name} of {model.owner_of(at)} is {said[at]:.9g}, and {right[at]:.9g} by the rule"
        found.append(Distance(float(apart[at]) / size, text))
    shared = [float(np.sum(entries[rule.tied])) for entries in (epsilon, rule.epsilon)]
    text = f"those who are charged alike sell {shared[0]:.9g} together, and {shared[1]:.9g} by the rule"
    return [*found, Distance(abs(shared[0] - shared[1]) / most, text)]


def sold_size(model: PrivacyProcurement, rule: Rule) -> float:
    """What differences of budgets are relative to: the largest by the rule; if it buys nothing, the largest cap."""
    most = float(np.max(rule.epsilon, initial=0.0)) or float(np.max(as_floats(model.epsilon_cap), initial=0.0)) or TINY
    return max(most, least_sizes(model)[0])


def paid_size(model: PrivacyProcurement, rule: Rule) -> float:
    """What differences of payments are relative to: the largest by the rule; if it buys nothing, all that one sells."""
    cost = as_floats(model.cost)
    paid = float(np.max(cost * rule.epsilon + rule.rent, initial=0.0))
    most = paid or float(np.max(cost * as_floats(model.epsilon_cap), initial=0.0)) or TINY
    return max(most, least_sizes(model)[1])


def least_sizes(model: PrivacyProcurement) -> tuple[float, float]:
    """Return what budgets and money are relative to at least, where next to nothing is bought.

    A cost at which buying begins is V′(0), and is known but for its rounding; so a part of what everything is worth,
    and of the budget that is worth as much at V′(0).
    """
    a, count = Vectors(), len(model.cost)
    dual, everything = Derivative(a), float(np.sum(as_floats(model.epsilon_cap)))
    with np.errstate(all="ignore"):
        value = float(worth(a, everything, count, model.value._bound(a)))
        slope = float(dual.slope(worth(dual, dual.variable(0.0), count, model.value._bound(dual))))
        return NEARLY_NOTHING * float(np.nan_to_num(value / slope, posinf=0.0)), NEARLY_NOTHING * value


def lost(model: PrivacyProcurement, rule: Rule, epsilon: np.ndarray) -> float:
    """Return how much less is gained in all than by the rule, at the costs that are charged, relative."""
    data = (rule.charge, len(model.cost), model.value._bound(Vectors()))
    with np.errstate(all="ignore"):
        best, reached = (float(welfare(Vectors(), sold, *data)) for sold in (rule.epsilon, epsilon))
    return max(best - reached, 0.0) / (max(abs(best), least_sizes(model)[1]) or 1.0)


def _stated(solution: Solution, name: str, exact: bool) -> np.ndarray:
    """Return a decision as it is stated, in doubles; exactly stated ones by their nearest."""
    stated: Any = solution.exact[name] if exact and solution.exact is not None else solution.values[name]
    return np.asarray(to_floats(stated), dtype=np.float64)
