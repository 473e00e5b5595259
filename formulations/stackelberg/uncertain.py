"""Stackelberg privacy pricing by a server that does not know the costs: it announces a pool before they show.

The clients know each other's costs and reply as in the contest; the server knows a set of costs. What it earns is the
contest's declared utility; nothing of that is stated anew.
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
from ..errors import InputError
from ..language import Constraint, Decision, GameForm, Model, Program
from ..revenue_curve import Revenue
from .contest import capped_budget, printed_total_per_pool
from .costs import DrawnCosts, IntervalCosts, ScenarioCosts, Scenarios, read_costs
from .declaration import StackelbergPricing, server_utility


def worst_utility(a: Algebra, epsilon: Any, counted: Any, reward_pool: Any, revenue: Revenue) -> Any:
    """U_S at the costs that are worst for the server, where the clients sell these budgets."""
    return server_utility(a, a.sum(epsilon), counted, reward_pool, revenue)


def replies(a: Algebra, epsilon: Any) -> Any:
    """The budgets themselves."""
    return epsilon


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


def total_per_pool(cost: Any) -> Fraction:
    """Z/B at equilibrium without caps: the largest (k − 1)/R_k over the k cheapest.

    Examples
    --------
    >>> total_per_pool(["0.2", "0.3", "0.5", 2, 3])
    Fraction(2, 1)
    """
    best, summed = Fraction(0), Fraction(0)
    for count, value in enumerate(sorted(map(Fraction, cost)), 1):
        summed += value
        best = max(best, printed_total_per_pool(None, summed, count))  # type: ignore[arg-type]
    return best


def _settle_costs(model: Any, base: type) -> None:
    """Read the set of costs; the clients' names may come with it."""
    costs = read_costs(model.cost, base)
    model._set("cost", costs)
    named = getattr(costs, "client", None)
    if model.client is None:
        model._set("client", named)
    elif named is not None and tuple(named) != tuple(model.client):
        raise InputError("client", list(model.client), "must be the names that come with the costs, in their order")


def _refuse_counting_under_caps(model: Any) -> None:
    if model.epsilon_cap is not None and model.mean_over != "all":
        raise InputError(
            "mean_over",
            model.mean_over,
            "is not decided under caps while costs are uncertain: who takes part, and counts, depends on the pool",
            'leave the caps out, or say mean_over = "all"',
        )


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
        _settle_costs(self, IntervalCosts)
        game = self.game_at(self.cost.high)
        self._set("revenue", game.revenue)
        _refuse_counting_under_caps(self)
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
        _settle_costs(self, Scenarios)
        self._set("revenue", self.games[0].revenue)
        _refuse_counting_under_caps(self)

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


COSTS_ARE_A_SET = {"type", *IntervalCosts.told_by, *ScenarioCosts.told_by, *DrawnCosts.told_by}
"""Keys of a specification's costs that no column and no repeated number has."""


class UnderUncertainty:
    """What a table of the contest declares where its costs are a set.

    Caps may be given between bounds too, as ``epsilon_cap = { low = …, high = … }``.

    Examples
    --------
    >>> kind, _ = under_uncertainty({"cost": {"low": [1, 1], "high": [2, 2]}})
    >>> kind.__name__, under_uncertainty({"cost": [1, 1]})
    ('IntervalPricing', None)
    """

    kinds: tuple[type[Model], ...] = (IntervalPricing, ScenarioPricing)

    def __call__(self, table: Mapping[str, Any]) -> tuple[type[Model], dict[str, Any]] | None:
        """Return the class and its table, None where the costs are no set."""
        cost, cap = table.get("cost"), table.get("epsilon_cap")
        if not isinstance(cost, Mapping) or not COSTS_ARE_A_SET & set(cost):
            return None
        told = dict(table)
        if isinstance(cap, Mapping) and {"low", "high"} & set(cap):
            between = {"epsilon_cap": cap.get("low"), "epsilon_cap_high": cap.get("high")}
            told |= {name: value for name, value in between.items() if value is not None}
            if "low" not in cap:
                del told["epsilon_cap"]
        return (IntervalPricing if set(IntervalCosts.told_by) & set(cost) else ScenarioPricing), told


under_uncertainty = UnderUncertainty()
