"""Stackelberg privacy pricing by a server that knows costs between two numbers: a pool, announced before they show.

The clients know each other's costs and reply as in the contest. What the server earns is the contest's declared
utility; nothing of that is stated anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..algebra import Algebra, Formula
from ..data import Number, Vector
from ..declaration import choice, labels, part, scalar, vector
from ..errors import InputError
from ..language import Decision, GameForm, Model
from ..revenue_curve import Revenue
from .costs import IntervalCosts
from .declaration import StackelbergPricing, server_utility
from .unknown_costs import refuse_counting_under_caps, settle_costs, total_per_pool


def worst_utility(a: Algebra, epsilon: Any, counted: Any, reward_pool: Any, revenue: Revenue) -> Any:
    """U_S at the costs that are worst for the server, where the clients sell these budgets."""
    return server_utility(a, a.sum(epsilon), counted, reward_pool, revenue)


class IntervalPricing(Model):
    """A server that knows each client's cost between two numbers announces the pool with the best guarantee.

    The guarantee of a pool B is the least that the server earns whatever the costs in the intervals, where the clients
    know them and reply as in the contest. With the mean over all clients every cost at its largest (and every cap at
    its least) is the worst for every B. With the mean over participants it is not: a client who just comes in lowers
    the mean, so that the worst are costs at which everybody who could take part sells next to nothing.

    Parameters
    ----------
    cost
        The intervals.
    alpha, beta, revenue
        The server's revenue, as in `StackelbergPricing`.
    epsilon_cap
        The least that each client's cap may be, or None where nobody has one.
    epsilon_cap_high
        The most that it may be; it does not change the guarantee.
    mean_over
        "all" clients, or only the "participants" (without caps).
    client
        The clients' names.

    Examples
    --------
    >>> model = IntervalPricing(IntervalCosts([1, 1, "1.9"], [1, 1, 3]), alpha=10, beta=10, mean_over="participants")
    >>> model.reached
    array([ True,  True,  True])
    """

    cost: Any = part(IntervalCosts)
    alpha: Number = scalar("the revenue's sensitivity", above=0, default=None, symbol=r"\alpha")
    beta: Number = scalar("the revenue's scale", above=0, default=None, unit="money", symbol=r"\beta")
    revenue: Any = part(Revenue, default=None)
    epsilon_cap: Vector = vector("a privacy cap", at_least=0, per="client", default=None, unit="ε", symbol="c")
    epsilon_cap_high: Vector = vector("a largest cap", at_least=0, per="client", default=None, unit="ε")
    mean_over: str = choice("all", "participants", default="all")
    client: Any = labels("client", default=None)

    default_backend = "uncertain-costs:worst-case"
    properties = ("best-guarantee", "guarantee-stated", "largest-regret")
    promises = ("best-guarantee", "guarantee-stated")
    about = "client"
    example: ClassVar[Mapping[str, Any]] = {
        "client": ["Ann", "Bob", "Cat", "Dan", "Eve"],
        "cost": {"low": [0.2, 0.3, 0.5, 0.5, 0.5], "high": [0.2, 0.3, 5, 5, 5]},
        "alpha": 10,
        "beta": 10,
    }

    def check(self) -> None:
        """Refuse what the contest refuses at any of the costs, caps that cross, and counting under caps."""
        settle_costs(self, IntervalCosts)
        game = self.game_at(self.cost.high)
        self._set("revenue", game.revenue)
        refuse_counting_under_caps(self)
        if self.epsilon_cap_high is not None:
            if self.epsilon_cap is None:
                raise InputError("epsilon_cap_high", "given", "needs epsilon_cap, the least caps", "or leave it out")
            for index, (low, high) in enumerate(zip(self.epsilon_cap, self.epsilon_cap_high, strict=True)):
                if low > high:
                    raise InputError(f"epsilon_cap_high[{index}]", high, f"must be at least the least cap, {low}")

    def game_at(self, cost: Any, epsilon_cap: Any = None) -> StackelbergPricing:
        """Return the contest at certain costs, with the least caps unless others are given."""
        cap = self.epsilon_cap if epsilon_cap is None else epsilon_cap
        fields = {"epsilon_cap": cap, "mean_over": self.mean_over, "client": self.client}
        return StackelbergPricing(cost, self.alpha, self.beta, self.revenue, **fields)

    @cached_property
    def reached(self) -> np.ndarray:
        """A mask of those over whom the mean runs at the worst: all, or those who may cost less than 1/z there."""
        if self.mean_over == "all":
            return np.ones(len(self.cost.high), dtype=bool)
        dearest = 1 / total_per_pool(self.cost.high)
        return np.array([Fraction(low) < dearest for low in self.cost.low.tolist()])

    @cached_property
    def worst(self) -> StackelbergPricing:
        """The contest whose server earns the guarantee: all costs at their largest, the mean over those reached."""
        among = self.reached
        cap = None if self.epsilon_cap is None else self.epsilon_cap[among]
        return StackelbergPricing(self.cost.high[among], self.alpha, self.beta, self.revenue, epsilon_cap=cap)

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the data, and over how many the mean runs at the worst."""
        return {**super().read_in(algebra), "counted": algebra.number(int(np.count_nonzero(self.reached)))}

    def decisions(self) -> tuple[Decision, ...]:
        """Return the pool, and the budgets that it buys at the largest costs: the clients' replies there."""
        largest = self.revenue.largest_pool / self.cost.high if self.epsilon_cap is None else self.epsilon_cap
        return (
            Decision("reward_pool", 0, self.revenue.largest_pool, symbol="B", unit="money"),
            Decision("epsilon", np.zeros(len(self.cost.high)), largest, symbol=r"\varepsilon", unit="ε"),
        )

    def outcomes(self) -> Mapping[str, Formula]:
        """Return what is guaranteed."""
        return {"guarantee": worst_utility}

    def game_form(self) -> GameForm:
        """Return the contest at the worst, whose leader's optimum this is."""
        among = np.flatnonzero(self.reached)

        def in_place(a: Algebra, epsilon: Any) -> Any:
            found = np.zeros(len(self.cost.high), dtype=np.asarray(epsilon).dtype)
            found[among] = epsilon
            return found

        return GameForm("contest at the worst costs", self.worst, {"epsilon": in_place, "reward_pool": _the_pool})


def _the_pool(a: Algebra, reward_pool: Any) -> Any:
    return reward_pool
