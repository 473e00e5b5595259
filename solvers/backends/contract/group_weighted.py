"""The best menu under the group-weighted variance: the best branch, its lowest level polished."""

from __future__ import annotations

import numpy as np

from ....formulations.contract.declaration import PrivacyContract
from ...certificates.contract.group_weighted import BEND, Branches, slope


def best_menu(contract: PrivacyContract) -> np.ndarray:
    """Return ε of the distinct costs in ascending order.

    The best of all branches is found by search; there v is a root of m h′(v) = λ(v) (T_j − T_i), to its last digits.

    Examples
    --------
    >>> contract = PrivacyContract(cost=["0.5", 1, 2], count=[10] * 3, reward_pool=30, estimator="group-weighted")
    >>> best_menu(contract).round(4).tolist()
    [3.4466, 0.8511, 0.0]
    """
    from scipy.optimize import brentq

    branches = Branches(contract)
    best, _ = branches.search()
    assert best is not None
    first, last = best.first, best.last
    most = branches.most_level(first, last) if last > first else None
    if not first or not most or not 0 < best.level < min(most, BEND):
        return best.epsilon
    owners = branches.owners[last] - branches.owners[first]
    cost = branches.totals[last] - branches.totals[first]

    def rise(level: float) -> float:
        price = branches.multiplier(first, branches.pool - cost * level)
        return float(owners * slope(level) - price * cost)

    near = 1e-4 * best.level
    low, high = max(best.level - near, 0.0), min(best.level + near, most)
    if rise(low) > 0 > rise(high):
        polished = branches.point(first, last, float(brentq(rise, low, high, xtol=1e-300, rtol=1e-15)))
        if polished.value >= best.value * (1 - 1e-14):
            return polished.epsilon
    return best.epsilon
