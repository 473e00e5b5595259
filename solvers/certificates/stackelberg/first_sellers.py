"""Who sells at the smallest reward pools, where no cap binds: compared exactly wherever doubles cannot tell."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ....formulations.stackelberg.declaration import StackelbergPricing
from ...readings.rationals import exact_sum
from ...readings.vectors import ROUNDING, Vectors
from .path import ContestPath


def first_sellers(game: StackelbergPricing, members: np.ndarray | None = None) -> tuple[float, np.ndarray]:
    """Return e, the total per pool, and a mask of the clients who sell, in a contest without caps.

    Parameters
    ----------
    game
        The game; its caps are not looked at.
    members
        A mask of those who may sell; everybody by default.

    Examples
    --------
    The third client is exactly indifferent, which doubles cannot tell:

    >>> ratio, sells = first_sellers(StackelbergPricing(cost=[".1", ".2", ".3"], alpha=10, beta=10))
    >>> sells
    array([ True,  True, False])
    """
    members = np.ones(len(game.cost), dtype=bool) if members is None else members
    cost = Vectors().vector(game.cost)
    ratio = ContestPath(Vectors(), cost[members], None).first_ratio
    # ρz has the rounding of a sum added in pairs and of a product; within 64 ulps fractions decide
    edge = 64 * np.finfo(float).eps
    inside = members & (cost * ratio < 1 + edge)
    doubtful = np.flatnonzero(inside & (cost * ratio > 1 - edge))
    if len(doubtful):
        inside[doubtful] = False
        count = int(np.count_nonzero(inside))
        total = sum((Fraction(value) for value in game.cost[inside].tolist()), Fraction(0))
        for index in sorted(doubtful, key=lambda index: Fraction(game.cost[index])):
            candidate = Fraction(game.cost[index])
            if count >= 2 and candidate * (count - 1) >= total:
                break
            inside[index] = True
            count, total = count + 1, total + candidate
        ratio = float((count - 1) / total)
    return float(ratio), inside


def are_first_sellers(game: StackelbergPricing, members: np.ndarray, sells: np.ndarray) -> bool:
    """Whether it is exactly these that sell, of the members, where no cap binds.

    At Z/B = (n − 1)/R the shares 1 − ρ_i Z/B of n clients with summed cost R add up to one. So it is they if their
    shares are positive and those of the others would not be: ρ_i < R/(n − 1) for the n alone.
    """
    count, others = int(np.count_nonzero(sells)), members & ~sells
    if count < 2 or np.any(sells & ~members):
        return False
    cost = Vectors().vector(game.cost)
    limit = float(np.sum(cost[sells])) / (count - 1)
    dearest, cheapest = np.max(cost[sells]), np.min(cost[others], initial=np.inf)
    if dearest < limit * (1 - ROUNDING) and cheapest > limit * (1 + ROUNDING):
        return True
    exact = exact_sum(map(Fraction, game.cost[sells])) / (count - 1)
    return max(map(Fraction, game.cost[sells])) < exact and all(Fraction(value) >= exact for value in game.cost[others])
