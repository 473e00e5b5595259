"""Who sells how much, and what all are paid, where each client has a cost of its own: sorted once, then prefix sums.

Clients are bought from in the order of what they are charged with, until a unit of ε is worth no more. Who sells all of
its cap e_i is paid P(e_i), what doing without it would lose. Who sells only a part has the marginal cost c, keeps
P(e_i) − c e_i, and is paid c ε_i more.
"""

from __future__ import annotations

import numpy as np

from ....formulations.data import as_floats
from ....formulations.procurement.declaration import PrivacyProcurement
from ...readings.vectors import Vectors
from .replacing import Replacing, difference
from .worth import Worth

SAMPLE = 4_000
"""So many tell about where buying ends."""


def sold(worth_: Worth, charge: np.ndarray, cap: np.ndarray, before: float = 0.0) -> tuple[np.ndarray, int, float]:
    """Return what everybody sells, in the order of ascending charges, who is the first not to sell all, and the total.

    So much is bought `before` of others, who are charged less.

    Examples
    --------
    >>> model = PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4)
    >>> epsilon, first, total = sold(Worth(model), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    >>> epsilon.tolist(), first, total
    ([1.0, 0.0], 1, 1.0)
    """
    upto = before + np.cumsum(cap)
    first = _first_enough(worth_, charge, upto)
    epsilon = cap.copy()
    epsilon[first:] = 0.0
    total = float(upto[first - 1]) if first else before
    if first < len(cap):
        part = max(float(worth_.demand(charge[first : first + 1])[0]) - total, 0.0)
        epsilon[first] = min(part, float(cap[first]))
        total += float(epsilon[first])
    return epsilon, first, total


def _first_enough(worth_: Worth, charge: np.ndarray, upto: np.ndarray) -> int:
    """Return the first of ascending charges at which no more is wanted than is offered up to it, by halving."""
    low, high = 0, len(charge)
    while low < high:
        middle = (low + high) // 2
        if worth_.demand(charge[middle : middle + 1])[0] > upto[middle]:
            low = middle + 1
        else:
            high = middle
    return low


def around_margin(worth_: Worth, charge: np.ndarray, cap: np.ndarray) -> tuple[float, float]:
    """Return two charges between which buying ends and the largest cap is replaced, as a sample tells: a guess.

    Sorting few is a fraction of sorting all.
    """
    step = len(charge) // SAMPLE
    if step < 2:
        return -np.inf, np.inf
    order = np.argsort(charge[::step])
    some, upto = charge[::step][order], step * np.cumsum(cap[::step][order])
    at, spread = _first_enough(worth_, some, upto), len(some) // 20
    low = float(some[at - spread]) if at >= spread else -np.inf
    return low, float(some[at + spread]) if at + spread < len(some) else np.inf


def outcome(model: PrivacyProcurement) -> dict[str, np.ndarray]:
    """Return what everybody sells and is paid, in double precision.

    Examples
    --------
    >>> found = outcome(PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    >>> found["epsilon"].tolist(), found["payment"].round(9).tolist()
    ([1.0, 0.0], [2.0, 0.0])
    """
    worth_, charge = Worth(model), np.asarray(model.charge(Vectors()))
    cost, cap = as_floats(model.cost), as_floats(model.epsilon_cap)
    found = _between(worth_, cost, charge, cap, *around_margin(worth_, charge, cap))
    return found or _between(worth_, cost, charge, cap, -np.inf, np.inf) or {}


def _between(
    worth_: Worth, cost: np.ndarray, charge: np.ndarray, cap: np.ndarray, low: float, high: float
) -> dict[str, np.ndarray] | None:
    """Return the outcome, if buying ends and the largest cap is replaced between two charges; else None."""
    full = charge < low
    inside = np.flatnonzero(~full & (charge <= high))
    order = inside[np.argsort(charge[inside], kind="stable")]  # of equal charges who was declared first sells first
    before = float(np.sum(cap * full))  # a sixth of the time of a sum `where`
    sells, first, total = sold(worth_, charge[order], cap[order], before)
    rest = order[first:]
    full[order[:first]] = True
    largest = float(np.max(cap * full, initial=0.0))
    if low > -np.inf and worth_.demand(np.array([low]))[0] <= before:
        return None
    most = max(largest, float(cap[rest[:1]].sum()))
    if total > 0 and high < np.inf and worth_.demand(np.array([high]))[0] >= total - most:
        return None
    epsilon = cap * full
    epsilon[order] = sells
    replacing = Replacing(worth_, cost[rest], charge[rest], cap[rest] - sells[first:], total)
    payment, who = np.zeros(len(cap)), np.flatnonzero(full)
    payment[who] = replacing.payment(cap[who])
    part = rest[:1]
    if len(part) and epsilon[part[0]] > 0:
        keeps = np.maximum(replacing.payment(cap[part]) - cost[part] * cap[part], 0.0)
        # what is next to nothing is rounded away in what is kept: what would be lost outright is a bound
        most = difference(worth_, total, np.maximum(total - epsilon[part], 0.0))
        payment[part] = np.minimum(cost[part] * epsilon[part] + keeps, most)
    return {"epsilon": epsilon, "payment": payment}
