"""What privacy costs whoever buys it from people of hidden cost: virtual costs, and their ironing.

Of costs in ascending order, with so many owners of each, or such a chance of it. Sources: Mussa & Rosen 1978, Myerson
1981.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .algebra import Algebra


def virtual_cost(a: Algebra, cost: Any, count: Any) -> Any:
    """ψ_k = c_k + (c_k − c_{k−1}) M_{k−1}/m_k of ascending costs: what a unit of ε costs, rents included."""
    return stepped_virtual_cost(a, cost, cost[1:] - cost[:-1], count)


def stepped_virtual_cost(a: Algebra, cost: Any, step: Any, count: Any) -> Any:
    """ψ_k, of steps c_k − c_{k−1} that were taken before the costs were rounded: many owners magnify them."""
    cheaper = count.cumsum()[:-1]
    return np.concatenate([cost[:1], cost[1:] + step * cheaper / count[1:]])


def level_starts(charge: Any, count: Any) -> list[int]:
    """Return where the levels of the ironed cost per unit begin: neighbours are pooled while it falls.

    Examples
    --------
    >>> level_starts([20, 22, 81], [20, 1, 20])
    [0, 1]
    """
    levels: list[tuple[int, Any, Any]] = []
    for at, (total, owners) in enumerate(zip(charge, count, strict=True)):
        start = at
        while levels and total * levels[-1][2] <= levels[-1][1] * owners:
            start, more, others = levels.pop()
            total, owners = total + more, owners + others
        levels.append((start, total, owners))
    return [start for start, _, _ in levels]
