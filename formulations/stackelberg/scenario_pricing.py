"""Stackelberg privacy pricing by a server that knows costs as scenarios: a pool, announced before one of them shows.

The clients know each other's costs and reply as in the contest. What the server earns is the contest's declared
utility; nothing of that is stated anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..algebra import Algebra, Formula, read
from ..data import Number, Vector
from ..declaration import choice, labels, part, scalar, vector
from ..language import Constraint, Decision, Program
from ..revenue_curve import Revenue
from .contest import capped_budget
from .costs import Scenarios
from .declaration import StackelbergPricing, server_utility
from .unknown_costs import refuse_counting_under_caps, settle_costs, total_per_pool


def utilities(a: Algebra, total: Any, counted: Any, reward_pool: Any, revenue: Revenue) -> Any:
    """U_S in each scenario, of the totals that are sold there."""
    return server_utility(a, total, counted, reward_pool, revenue)


def average_utility(a: Algebra, total: Any, counted: Any, reward_pool: Any, revenue: Revenue, probability: Any) -> Any:
    """The mean of U_S over the scenarios: the pool is paid in all of them."""
    return a.sum(probability * revenue.value(a, total / counted)) - reward_pool


def least_utility(a: Algebra, total: Any, counted: Any, reward_pool: Any, revenue: Revenue) -> Any:
    """U_S in the scenario where it is least: where the mean is, since a revenue rises."""
    mean = total / counted
    least = mean[0]
    for k in range(1, mean.shape[0]):
        least = a.minimum(least, mean[k])
    return revenue.value(a, least) - reward_pool


def without_caps(a: Algebra, total: Any, reward_pool: Any, ratio: Any) -> Any:
    """Z − z B of each scenario, zero at the clients' equilibrium without caps."""
    return total - ratio * reward_pool


class ScenarioPricing(Program):
    """A server that knows costs as scenarios, or as a distribution, announces the pool that is best on average.

    In each scenario the clients know the costs and reply as in the contest. aim = "average" maximises the mean of
    the server's utility over the scenarios, "guarantee" the least of them.

    Parameters
    ----------
    cost
        Scenarios, or a distribution from which they are drawn.
    alpha, beta, revenue, epsilon_cap, mean_over, client
        As in `StackelbergPricing`; the mean over participants only without caps.
    aim
        "average" or "guarantee".

    Examples
    --------
    >>> model = ScenarioPricing({"scenarios": [[1, 1], [1, 3]]}, alpha=10, beta=10)
    >>> [str(ratio) for ratio in model.ratios]
    ['1/2', '1/4']
    """

    cost: Any = part(Scenarios)
    alpha: Number = scalar("the revenue's sensitivity", above=0, default=None, symbol=r"\alpha")
    beta: Number = scalar("the revenue's scale", above=0, default=None, unit="money", symbol=r"\beta")
    revenue: Any = part(Revenue, default=None)
    epsilon_cap: Vector = vector("a privacy cap", at_least=0, per="client", default=None, unit="ε", symbol="c")
    mean_over: str = choice("all", "participants", default="all")
    aim: str = choice("average", "guarantee", default="average")
    client: Any = labels("client", default=None)

    default_backend = "uncertain-costs:scenario-pool"
    properties = ("best-pool", "equilibria", "value-of-knowing")
    promises = ("best-pool", "equilibria")
    example: ClassVar[Mapping[str, Any]] = {
        "client": ["Ann", "Bob", "Cat"],
        "cost": {"scenarios": [[1, 1, 1], [1, 1, 3], [1, 2, 3]]},
        "alpha": 10,
        "beta": 10,
    }

    def check(self) -> None:
        """Refuse what the contest refuses in any scenario, and counting under caps."""
        settle_costs(self, Scenarios)
        self._set("revenue", self.games[0].revenue)
        refuse_counting_under_caps(self)

    @cached_property
    def games(self) -> tuple[StackelbergPricing, ...]:
        """The contests, one for each scenario."""
        fields = {"epsilon_cap": self.epsilon_cap, "mean_over": self.mean_over, "client": self.client}
        return tuple(
            StackelbergPricing(cost, self.alpha, self.beta, self.revenue, **fields) for cost in self.cost.scenarios
        )

    @cached_property
    def ratios(self) -> tuple[Fraction, ...]:
        """Z/B in each scenario without caps."""
        free = slice(None) if self.epsilon_cap is None else np.asarray(self.epsilon_cap > 0)
        return tuple(total_per_pool(cost[free]) for cost in self.cost.scenarios)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Over how many the mean runs in each scenario."""
        if self.mean_over == "all":
            return tuple(len(cost) for cost in self.cost.scenarios)
        pairs = zip(self.cost.scenarios, self.ratios, strict=True)
        return tuple(sum(Fraction(value) * ratio < 1 for value in cost.tolist()) for cost, ratio in pairs)

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the data, and of each scenario its probability, Z/B, and over how many the mean runs."""
        whole = np.array([Fraction(count) for count in self.counts], dtype=object)
        ratio = np.array(self.ratios, dtype=object)
        roles = {"probability": self.cost.weights, "ratio": ratio, "counted": whole}
        return {**super().read_in(algebra), **{name: algebra.vector(value) for name, value in roles.items()}}

    def variables(self) -> tuple[Decision, ...]:
        """Return the pool, and the totals that it buys in the scenarios."""
        largest = self.revenue.largest_pool
        most = [largest * ratio for ratio in self.ratios]
        if self.epsilon_cap is not None:
            summed = sum(self.epsilon_cap)
            most = [min(total, summed) for total in most]
        return (
            Decision("reward_pool", 0, largest, symbol="B", unit="money"),
            Decision("total", np.zeros(len(most)), np.array(most, dtype=object), symbol="Z"),
        )

    def objective(self) -> Formula:
        """Return minus what is aimed at."""
        aimed = average_utility if self.aim == "average" else least_utility
        return lambda a, total, counted, reward_pool, revenue, probability: (
            -_asked(aimed, a, total, counted, reward_pool, revenue, probability)
        )

    def outcomes(self) -> Mapping[str, Formula]:
        """Return the server's utility in each scenario, its mean and its least."""
        return {"server_utility": utilities, "average": average_utility, "guarantee": least_utility}

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that the clients are at equilibrium in each scenario."""
        if self.epsilon_cap is None:
            return (Constraint("equilibrium", without_caps, equality=True),)
        return tuple(
            Constraint(f"equilibrium_{k}", _under_caps(cost, k), equality=True)
            for k, cost in enumerate(self.cost.scenarios)
        )


def _asked(aimed: Formula, a: Algebra, *roles: Any) -> Any:
    names = ("total", "counted", "reward_pool", "revenue", "probability")
    return read(aimed, a, dict(zip(names, roles, strict=True)))


def _under_caps(cost: Any, k: int) -> Formula:
    """What is missing in the sum of the offers at one scenario's total, zero at its equilibrium."""

    def missing(a: Algebra, total: Any, reward_pool: Any, epsilon_cap: Any) -> Any:
        offers = capped_budget(a, total[k], a.vector(cost), total[k] / reward_pool, epsilon_cap)
        return a.sum(offers) - total[k]

    return missing
