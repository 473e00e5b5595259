"""Problems whose answers are known, with the multipliers that prove them: what any back end is tried on.

A bound that is infinite is refused by the declaration; what would be unbounded without its bounds must end at them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from ...formulations.language import Model, Program
from ...formulations.registry import mechanisms
from ...formulations.repair.contract import nearest_menu
from ...formulations.revenue_curve import MeasuredRevenue, PowerCost
from .known_models import Auction, Contest, Growth, Knapsack, Purchase, RisingFit, Tiers, TwoPools, WaterFilling

F = Fraction


@dataclass(frozen=True)
class Known:
    """A model, and its decisions at the only answer; None where there is no answer.

    `dual` are multipliers of the constraints (and of bounds, as ``upper`` and ``lower``) with which the answer proves
    itself: a test checks them, since a back end returns none.
    """

    name: str
    model: Model
    decisions: Mapping[str, Any] | None
    dual: Mapping[str, Any] = field(default_factory=dict)


@cache
def known_problems() -> tuple[Known, ...]:
    """Return the problems: of one's own declaration, and one or two of each shipped mechanism.

    Examples
    --------
    >>> [known.name for known in known_problems() if known.decisions is None]
    ['nothing-suffices']
    """
    return (
        Known(
            "linear",
            Purchase(price=[1, 2, 3], limit=[6, 6, 6], wanted=10),
            {"amount": [6, 4, 0]},
            {"enough": [2], "upper": [1, 0, 0], "lower": [0, 0, 1]},
        ),
        Known("quadratic", RisingFit(given=[1, 5, 3]), {"fitted": [1, 4, 4]}, {"rising": [0, 2]}),
        Known("logarithms", WaterFilling(weight=[1, 2], total=3), {"level": [F(2, 3), F(7, 3)]}, {"within": [F(3, 5)]}),
        Known("ends-at-its-bound", Growth(most=10**6, weight=0), {"size": 10**6}, {"upper": [1]}),
        Known("logarithm-ends-at-its-bound", Growth(most=1000, weight=10), {"size": 1000}, {"upper": [F(10, 1001)]}),
        Known("whole-numbers", Knapsack(value=[5, 4], weight=[2, 3], most=7), {"taken": [3, 0]}),
        Known("nothing-suffices", Purchase(price=[1, 2, 3], limit=[1, 1, 1], wanted=10), None),
        Known("contest", Contest(cost=[1, 1], prize=8), {"effort": [1, 1]}),
        Known("auction", Auction(worth=[3, 1, 2]), {"bid": [3, 1, 2]}),
        Known("two-tiers", Tiers(cost=[1, 3], top=8), {"tier": [3, 1]}),
        Known("two-pools", TwoPools(cost=[1, 1], pool=18), {"amount": [1, 1], "epsilon": [1, 1]}),
        *_of_shipped(),
    )


@cache
def large_problems() -> tuple[Model, ...]:
    """Return problems of which most back ends take one, too large for a moment."""
    shipped: Mapping[str, Any] = mechanisms()
    many = list(range(1, 2001))
    return (
        shipped["stackelberg-pricing"](cost=[F(1000 + k, 1000) for k in many], alpha=10, beta=10),
        shipped["stackelberg-pricing"](cost=many, alpha=2000, beta=10, cost_function=PowerCost(2)),
        Purchase(price=many, limit=[1] * 2000, wanted=700),
        RisingFit(given=[k * 7919 % 100 for k in many]),
        Auction(worth=many[:200]),
        Tiers(cost=many[:6], top=20),
        shipped["interval-pricing"](cost={"low": many, "high": many}, alpha=10, beta=10**6),
        shipped["scenario-pricing"](cost={"scenarios": [many[k : k + 9] for k in range(600)]}, alpha=10, beta=1000),
        shipped["version-pricing"](epsilon=many[:300], target=[k * 37 % 101 + 1 for k in many[:300]]),
        shipped["privacy-contract"](cost=many[:200], count=[1] * 200, reward_pool=100),
        shipped["three-party-market"](cost=many[:100], alpha=200, privacy_weight=1, epsilon_max=10),
        shipped["privacy-procurement"](cost=many, epsilon_cap=[1] * 2000, alpha=4000, beta=1000),
        shipped["version-revenue"](epsilon=many[:60], wanted=[k % 60 for k in many[:300]], value=many[:300]),
    )


def _nearest(kept: tuple[str, ...]) -> Program:
    """Return the repair of a menu whose first type gains by taking another item, with some of it kept."""
    shipped: Mapping[str, Any] = mechanisms()
    contract = shipped["privacy-contract"](cost=["1/2", 1, 2], count=[10] * 3, reward_pool=30)
    stated = {"epsilon": np.array([2, 1, F(1, 2)]), "payment": np.array([F(1)] * 3)}
    return nearest_menu(contract, stated, kept, "1")


def _of_shipped() -> tuple[Known, ...]:
    """Return shipped mechanisms at data for which their sources, or an exact derivation, give the answer."""
    shipped: Mapping[str, Any] = mechanisms()
    priced = {"epsilon": [1, 2, 4, 8], "target": [1, 5, 6, 20]}
    return (
        Known(
            "square-costs",
            shipped["stackelberg-pricing"](cost=[1, 1], alpha=1, beta=12, cost_function=PowerCost(2)),
            {"reward_pool": 2, "epsilon": [F(1, 2), F(1, 2)]},
        ),
        Known(
            "two-clients",
            shipped["stackelberg-pricing"](cost=[1, 1], alpha=4, beta=2),
            {"reward_pool": 1, "epsilon": [F(1, 4), F(1, 4)]},
        ),
        Known(
            "an-indifferent-client",
            shipped["stackelberg-pricing"](cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10),
            {"reward_pool": F(39, 4), "epsilon": [F(117, 10), F(39, 5), 0, 0, 0]},
        ),
        Known(
            "two-local-optima",
            shipped["stackelberg-pricing"](cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=["0.1", "0.1", 100]),
            {"reward_pool": F(12, 5), "epsilon": [F(1, 10), F(1, 10), F(1, 5)]},
        ),
        Known(
            "the-worst-costs",
            shipped["interval-pricing"](
                cost={"low": [1, 1, "1.9"], "high": [1, 1, 3]}, alpha=10, beta=10, mean_over="participants"
            ),
            {"reward_pool": F(47, 5), "epsilon": [F(47, 20), F(47, 20), 0]},
        ),
        Known(
            "two-scenarios",
            shipped["scenario-pricing"](cost={"scenarios": [[1, 3], [2, 2]]}, alpha=10, beta=10),
            {"reward_pool": F(46, 5), "total": [F(23, 10), F(23, 10)]},
        ),
        Known(
            "safe-prices",
            shipped["version-pricing"](**priced),
            {"price": [F(39, 17), F(78, 17), F(156, 17), F(312, 17)]},
        ),
        Known(
            "best-menu",
            shipped["version-revenue"](epsilon=[1, 3], wanted=[0, 1, 1], value=["0.1", "0.3", "0.5"]),
            {"price": [F(1, 10), F(3, 10)]},
        ),
        Known(
            "one-known-type",
            shipped["full-information-contract"](cost=[2], count=[3], reward_pool=6),
            {"epsilon": [1], "payment": [2]},
        ),
        Known(
            "one-type",
            shipped["privacy-contract"](cost=[2], count=[3], reward_pool=6),
            {"epsilon": [1], "payment": [2]},
        ),
        Known(
            "one-seller",
            shipped["three-party-market"](cost=[1], alpha=4, privacy_weight=1, epsilon_max=5, epsilon=[1]),
            {"quantity": [1], "price": [1], "epsilon": [1]},
        ),
        Known(
            "a-seller-foreseen",
            shipped["three-party-market"](cost=[1], alpha=4, privacy_weight=1, epsilon_max=50, order="subgame-perfect"),
            {"quantity": [0], "price": [4], "epsilon": [50]},
        ),
        Known(
            "unequal-pennies",
            shipped["finite-game"](payoff=[[[2, -1], [-1, 1]], [[-2, 1], [1, -1]]]),
            {"probability": [F(2, 5), F(3, 5), F(2, 5), F(3, 5)]},
        ),
        Known(
            "second-price-procurement",
            shipped["direct-mechanism"](
                types=[[1, 3], [2, 4]],
                prior=[["1/2", "1/2"]] * 2,
                side="seller",
                allocation=[[[1, 1], [0, 1]], [[0, 0], [1, 0]]],
                payment=[[[2, 4], [0, 4]], [[0, 0], [3, 0]]],
            ),
            {"report": [1, 3, 2, 4]},
        ),
        Known("nearest-menu", _nearest(("pool",)), {"epsilon": [F(1, 2)] * 3, "payment": [1, 1, 1]}),
        Known("nearest-payments", _nearest(("epsilon",)), {"payment": [2, F(3, 2), 1]}),
        Known(
            "two-truthful-sellers",
            shipped["privacy-procurement"](
                cost=[1, F(25, 6)], epsilon_cap=[1, 1], value=MeasuredRevenue(half=["1/2"], beta=[6])
            ),
            {"epsilon": [1, 0], "payment": [F(17, 6), 0]},
        ),
    )
