"""What a point of the contest's path is held to, by declared marginal utilities: an equilibrium, of such a price.

The price of one more unit of the total, B′(Z), is the one at which the sellers' budgets add up to that unit.

An equilibrium keeps the declared marginal utilities M(own, others, B) of those between zero and their caps at zero.
Where the total moves at unit speed, a client moves at some speed d, the others at 1 − d and the pool at B′, so that

    d M_own + (1 − d) M_others + B′ M_B = 0,        d = −(M_others + B′ M_B)/(M_own − M_others).

Those who are absent or capped do not move; the speeds of the rest must add up to one. They rise with B′, so that no
other price passes. One who has just reached the cap moves before and stays behind: any price between the two is a slope
of a tangent, since there B′ rises (`stackelberg/capping-raises-slope`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...readings.game import GameReading
from .path import ContestPath
from .piece import NEGLIGIBLE, Point
from .server import UnprovedError

ROUNDING = 2.0**-40
"""What a check over floats allows for rounding, relative to the terms that are compared: a thousand of their ulps.

It is far below the tolerance of a certificate, 10⁻⁷, by which a wrong point would have to be off to do harm.
"""


@dataclass(frozen=True)
class Standing:
    """Some clients, with their costs and caps (or None); over fractions nothing is rounded."""

    reading: GameReading
    cost: Any
    cap: Any
    exact: bool

    def slack(self, point: Point) -> Any:
        """What counts as zero of a marginal utility: it is a difference of terms up to ρ and 1/z, off by a few ulps."""
        return self.cost * 0 if self.exact else ROUNDING * (self.cost + 1 / point.ratio)

    def check(self, point: Point, offers: Any, settled: int = 0, settled_cost: Any = 0) -> None:
        """Check that nobody gains by another offer, and that a regime is the offers'.

        Parameters
        ----------
        point, offers
            A point of the path, and what these clients offer there.
        settled, settled_cost
            The number and summed cost of others who are between zero and their caps.

        Raises
        ------
        UnprovedError
            When it is not so.
        """
        marginal = self.reading.marginal(offers, point.total - offers, {"reward_pool": point.pool})
        slack = self.slack(point)
        zero = abs(marginal) <= slack
        stationary = zero | ((offers <= 0) & (marginal < 0)) | (self._capped(offers) & (marginal > 0))
        if not np.all(stationary | (self._capped(offers) & (offers <= 0))):
            raise UnprovedError("a point of the path failed its check against the declared utilities")
        if not self._agrees(point, offers, zero, settled, settled_cost):
            raise UnprovedError("a point of the path failed its check: its regime is not that of its offers")

    def _capped(self, offers: Any) -> Any:
        return np.zeros(len(offers), dtype=bool) if self.cap is None else offers >= self.cap

    def _agrees(self, point: Point, offers: Any, idle: Any, settled: int, settled_cost: Any) -> bool:
        """Whether the interior clients' number and cost are those of the offers, whose sum is checked already.

        Somebody on a bound whose marginal utility is zero may count as interior or not.
        """
        algebra, regime, capped, nothing = self.reading.algebra, point.regime, self._capped(offers), offers <= 0
        edge = (capped ^ nothing) & idle
        if not self.exact:
            near = NEGLIGIBLE * point.total
            edge |= (offers <= near) & idle
            edge |= False if self.cap is None else (abs(offers - self.cap) <= near) & (offers > 0) & idle
        sure = ~(capped | nothing | edge)
        few, least = settled + int(np.count_nonzero(sure)), settled_cost + algebra.sum(self.cost[sure])
        many, most = (few, least) if not np.any(edge) else (few + np.count_nonzero(edge), least + self.cost[edge].sum())
        rounding = 0 if self.exact else ROUNDING * most
        return bool(
            few <= regime.interior_count <= many and least - rounding <= regime.interior_cost <= most + rounding
        )


@dataclass(frozen=True)
class Sellers:
    """The budgets at a point, and masks of those between zero and their caps and of those on their caps."""

    offers: Any
    free: Any
    full: Any


def sellers_at(path: ContestPath, point: Point, sell: Any, room: float) -> Sellers | None:
    """Return the sellers at a point of the stretch on which it is they that sell, None if it is on another.

    Those who enter where the stretch begins have nothing there yet, and are free. `room` is what is taken for rounding,
    relative to the total or to one.
    """
    offers, near = path.offers(point.total, point.ratio), room * point.total
    entered_later, enters_later = offers[~sell] > near, path.cost[sell & (offers <= 0)] * point.ratio > 1 + room
    if np.any(entered_later) or np.any(enters_later):
        return None
    full = sell & (False if path.cap is None else offers >= path.cap - near)
    return Sellers(offers, sell & ~full, full)


def is_price(reading: GameReading, point: Point, sellers: Sellers, price: Any, slack: Any, rounding: float) -> bool:
    """Whether the speeds of the free clients, with those who just reach their caps or without, add up to one.

    Parameters
    ----------
    reading
        The game over floats or fractions.
    point, sellers
        An equilibrium that is checked already, and who sells there.
    price
        B′(Z), to be judged.
    slack
        How large a marginal utility may be that counts as zero.
    rounding
        What is allowed for rounding, relative to the terms that are compared; 0 over fractions.
    """
    offers, free, full = sellers.offers, sellers.free, sellers.full
    decided, one = {"reward_pool": point.pool}, reading.algebra.number(1)
    moving = free.copy()
    if np.any(full):
        marginal = reading.subset(full).marginal(offers[full], point.total - offers[full], decided)
        moving[full] = abs(marginal) <= slack[full]
    part, own = reading.subset(moving), offers[moving]
    others = point.total - own
    moved = part.marginal_slope(own, others, decided, {"others": one, "reward_pool": price})
    turned = part.marginal_slope(own, others, decided, {"own": one, "others": -one})
    if not np.all(turned < 0):
        return False
    speed = -moved / turned
    # a speed is a difference of terms of about one and of about Z B′/B, each with a few roundings; a price passes that
    # is off by about this part of itself, or more where one client sells nearly all and the others' part is as small
    allowed = rounding * len(own) * (1 + price * point.ratio)
    behind, before = reading.algebra.sum(speed[free[moving]]), reading.algebra.sum(speed)
    return bool(behind <= 1 + allowed and before >= 1 - allowed)
