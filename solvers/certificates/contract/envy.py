"""Which item of a menu each type likes best: the upper envelope of the items' utilities as lines in the cost.

Item l is worth p_l − c ε_l to an owner of cost c. The best items of all types follow from the items' upper hull in
(ε, p), so that incentive compatibility of every pair is judged in K ln K steps, in doubles or in fractions.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def favourites(cost: Any, epsilon: Any, payment: Any) -> np.ndarray:
    """Return for each type the index of an item it likes best.

    Examples
    --------
    With equal pay everybody would take the item of the dearest type, which gives away the least privacy:

    >>> favourites([1, 2, 4], [4, 2, 1], [5, 5, 5]).tolist()
    [2, 2, 2]
    """
    if _content(*(np.asarray(values) for values in (cost, epsilon, payment))):
        return np.arange(len(cost))
    hull: list[int] = []
    # fractions take long to compare: sorted by their doubles first, they are nearly in order
    nearly = np.lexsort((_doubles(payment), _doubles(epsilon))).tolist()
    for item in sorted(nearly, key=lambda item: (epsilon[item], payment[item])):
        if hull and epsilon[hull[-1]] == epsilon[item]:
            hull.pop()
        while len(hull) >= 2 and _below(hull[-1], hull[-2], item, epsilon, payment):
            hull.pop()
        hull.append(item)
    best = np.empty(len(cost), dtype=np.intp)
    at = 0
    for owner in sorted(np.argsort(-_doubles(cost)).tolist(), key=lambda owner: cost[owner], reverse=True):
        worth = payment[hull[at]] - cost[owner] * epsilon[hull[at]]
        while at + 1 < len(hull):
            following = payment[hull[at + 1]] - cost[owner] * epsilon[hull[at + 1]]
            if following < worth:
                break
            at, worth = at + 1, following
        best[owner] = hull[at]
    return best


def _content(cost: Any, epsilon: Any, payment: Any) -> bool:
    """Whether of ascending costs each type likes its item as well as its neighbours' ones, and so as all."""
    own = payment - cost * epsilon
    return bool(
        np.all(cost[:-1] <= cost[1:])
        and np.all(own[:-1] >= payment[1:] - cost[:-1] * epsilon[1:])
        and np.all(own[1:] >= payment[:-1] - cost[1:] * epsilon[:-1])
    )


def _doubles(values: Any) -> np.ndarray:
    return np.array([float(value) for value in values])


def _below(middle: int, left: int, right: int, epsilon: Any, payment: Any) -> bool:
    """Whether an item lies on or below the line between its neighbours."""
    rise = (payment[middle] - payment[left]) * (epsilon[right] - epsilon[middle])
    return bool(rise <= (payment[right] - payment[middle]) * (epsilon[middle] - epsilon[left]))
