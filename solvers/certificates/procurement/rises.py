"""That what a cost is charged with never falls: known of the shipped priors, of others shown on balls, else refused.

Myerson's rule sells by the ironed virtual cost. A prior of somebody's own that gives the plain one, where that falls,
would have clients sell more at a dearer report, and the rule would not be truthful.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from ....formulations.errors import UnsupportedModel
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.priors import LognormalPrior, TypesPrior, UniformPrior
from ...readings.balls import Balls, enclosing, precision, upper_bound
from ...readings.derivative import Derivative, NotSmooth
from ...readings.vectors import Vectors
from .exact_worth import ExactWorth, rational

SHIPPED = (TypesPrior, UniformPrior, LognormalPrior)
BITS, PIECES = 128, 4_000
HAIR = Fraction(1, 2**40)
"""Relative: on pieces so short, around a kink, ends are compared instead of slopes."""
REMEDY = "give it ironed (charge), or as a TypesPrior, which is ironed exactly"


def refuse_falling(model: PrivacyProcurement) -> None:
    """Refuse a prior of somebody's own whose charge falls somewhere, or was not shown not to.

    Raises
    ------
    UnsupportedModel
        With a cost beside which it falls.

    Examples
    --------
    >>> from mechproof.formulations.procurement.priors import UniformPrior
    >>> class Dip(UniformPrior):
    ...     def charge(self, a, cost):
    ...         return cost + 4 * (cost - 1) * (cost - 2) * (cost - 2)
    >>> asked = dict(cost=[1], epsilon_cap=[1], alpha=1, beta=9, rule="myerson")
    >>> refuse_falling(PrivacyProcurement(**asked, prior=Dip(low=1, high=2)))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    mechproof.formulations.errors.UnsupportedModel: the charge of Dip falls at a cost of 1...
    """
    prior = model.prior
    if model.rule != "myerson" or type(prior) in SHIPPED:
        return
    low, high = _ends(model)
    with precision(BITS):
        waiting = [(low, high)]
        for _ in range(PIECES):
            if not waiting:
                return
            one, other = waiting.pop()
            if _rises(prior, one, other):
                continue
            middle = (one + other) / 2
            waiting += [(middle, other), (one, middle)]
    name = type(prior).__name__
    where = f"near a cost of {float(waiting[-1][0]):.6g}"
    raise UnsupportedModel(f"that the charge of {name} never falls was not shown {where}: {REMEDY}")


def _ends(model: PrivacyProcurement) -> tuple[Fraction, Fraction]:
    """Return the cheapest report, and the dearest cost that may matter: beyond V′(0) nothing is bought of anybody."""
    low, high = min(map(Fraction, model.cost.tolist())), model.prior.bounds[1]
    try:
        with precision(BITS):
            slope = ExactWorth(model).slope(rational(0))
            steepest = upper_bound(slope) if isinstance(slope, arb) else Fraction(int(slope.p), int(slope.q))
    except (UnsupportedModel, ValueError, OverflowError, ZeroDivisionError):
        steepest = None
    ends = [Fraction(end) for end in (high, steepest) if end is not None]
    if not ends:
        raise UnsupportedModel(f"the costs of {type(model.prior).__name__} have no end, nor has V′: {REMEDY}")
    return low, max(min(ends), low * (1 + HAIR))


def _rises(prior: Any, low: Fraction, high: Fraction) -> bool:
    """Whether the charge rises between two costs, or stays; it is refused if it certainly falls."""
    dual = Derivative(Balls())
    try:
        slope = dual.slope(_one(prior._bound(dual).charge(dual, dual.variable(_column(enclosing(low, high))))))
        if slope >= 0:
            return True
        if slope < 0:
            _refuse(prior, low, high)
    except (NotSmooth, TypeError, ValueError):
        pass
    if high - low > HAIR * high:
        return False
    one, other = (_one(prior._bound(Balls()).charge(Balls(), _column(enclosing(end, end)))) for end in (low, high))
    if one > other:
        _refuse(prior, low, high)
    return True


def _refuse(prior: Any, low: Fraction, high: Fraction) -> None:
    between = float((low + high) / 2)
    charged = [float(_one(prior._bound(Vectors()).charge(Vectors(), np.array([float(end)])))) for end in (low, high)]
    raise UnsupportedModel(
        f"the charge of {type(prior).__name__} falls at a cost of {between:.6g} (from {charged[0]:.6g} to "
        f"{charged[1]:.6g}): Myerson's rule sells by the ironed virtual cost; {REMEDY}"
    )


def _column(entry: Any) -> Any:
    found = np.empty(1, dtype=object)
    found[0] = entry
    return found


def _one(entries: Any) -> Any:
    return np.asarray(entries, dtype=object).ravel()[0]
