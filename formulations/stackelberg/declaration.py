"""Stackelberg privacy pricing: a server announces a reward pool, clients choose the privacy they sell.

Source: Zhou 2023, *An adaptive incentive approach of privacy computing for federated compute-first networks*, eqs 3–14.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..algebra import Algebra, Formula
from ..data import Number, Vector
from ..declaration import choice, labels, part, scalar, vector
from ..errors import InputError, UnsupportedModel
from ..language import Constraint, Decision, Form, Game, Player
from ..revenue_curve import LinearCost, PrivacyCost, Revenue, settled_revenue
from .contest import contest_form


def payment(a: Algebra, own: Any, others: Any, reward_pool: Any) -> Any:
    """P_i = B ε_i / Σ ε, and nothing where nobody sells any privacy (3)."""
    return reward_pool * a.share(own, others)


def client_utility(a: Algebra, own: Any, others: Any, cost: Any, reward_pool: Any) -> Any:
    """U_i = B ε_i / Σ ε − ρ_i ε_i (6)."""
    return payment(a, own, others, reward_pool) - cost * own


def convex_cost_utility(
    a: Algebra, own: Any, others: Any, cost: Any, reward_pool: Any, cost_function: PrivacyCost
) -> Any:
    """U_i = B ε_i / Σ ε − ρ_i C(ε_i), of a cost that is not linear."""
    return payment(a, own, others, reward_pool) - cost * cost_function.value(a, own)


def server_utility(a: Algebra, total: Any, counted: Any, reward_pool: Any, revenue: Revenue) -> Any:
    """U_S = f(ε̄) − B, with ε̄ the mean budget (10; the printed sum from 0 is a slip)."""
    return revenue.value(a, total / counted) - reward_pool


def participates(a: Algebra, own: Any) -> Any:
    """Whether a client sells any privacy."""
    return own > 0


def total_budget(a: Algebra, epsilon: Any) -> Any:
    """Σ ε."""
    return a.sum(epsilon)


def everybody(a: Algebra, client_count: Any) -> Any:
    """The mean runs over all N clients."""
    return client_count


def participants(a: Algebra, epsilon: Any) -> Any:
    """The mean runs over those who sell; with none, the empty sum is divided by one."""
    return a.maximum(a.count_positive(epsilon), 1)


def pool_left(a: Algebra, payment: Any, reward_pool: Any) -> Any:
    """B − Σ P, which must not be negative; zero whenever anybody sells."""
    return reward_pool - a.sum(payment)


class StackelbergPricing(Game):
    """A server buys privacy from clients who compete for a reward pool in proportion to the budgets they sell.

    The server announces B ≥ 0; client i chooses ε_i in [0, c_i] and is paid P_i = B ε_i/Σε:

        U_i = B ε_i/Σε − ρ_i ε_i        U_S = f(ε̄) − B,    f(ε) = β ln(1 + αε) by default.

    Parameters
    ----------
    cost
        ρ_i > 0, money per unit of ε, one for each of N ≥ 2 clients.
    alpha, beta
        Parameters of the logarithmic revenue; give these or `revenue`.
    revenue
        Any concave `Revenue`.
    epsilon_cap
        c_i ≥ 0, the most privacy each client may sell (at least two positive), or None.
    cost_function
        C, an increasing `PrivacyCost` of the budget, ρ_i C(ε_i) being what it costs; linear if None.
    mean_over
        "all" clients, or only the "participants".
    client
        The clients' names, used in every message.

    Raises
    ------
    InputError
        When a number breaks its rule; the message names the field, the index and the client.

    Examples
    --------
    >>> game = StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10)
    >>> game.revenue.beta
    Fraction(10, 1)
    """

    cost: Vector = vector("a privacy cost", above=0, per="client", unit="money/ε", symbol=r"\rho")
    alpha: Number = scalar("the revenue's sensitivity", above=0, default=None, symbol=r"\alpha")
    beta: Number = scalar("the revenue's scale", above=0, default=None, unit="money", symbol=r"\beta")
    revenue: Any = part(Revenue, default=None)
    epsilon_cap: Vector = vector("a privacy cap", at_least=0, per="client", default=None, unit="ε", symbol="c")
    mean_over: str = choice("all", "participants", default="all")
    client: Any = labels("client", default=None)
    cost_function: Any = part(PrivacyCost, default=None)

    default_backend = "closed-form"
    properties = (*Game.properties, "second-account", "merged-bidders", "idle-account")
    promises = (
        "individual-rationality",
        "no-profitable-deviation",
        "leader-optimality",
        "uniqueness",
        "budget-balance",
    )
    payment_outcome = "payment"
    private_data = "cost"
    caps_data: ClassVar[str] = "epsilon_cap"
    example: ClassVar[Mapping[str, Any]] = {
        "client": ["Ann", "Bob", "Cat", "Dan", "Eve"],
        "cost": [0.2, 0.3, 0.5, 2, 3],
        "alpha": 10,
        "beta": 10,
    }

    def check(self) -> None:
        """Refuse one client, two revenues or none, and caps that leave fewer than two sellers."""
        if len(self.cost) < 2:
            raise InputError(
                "cost",
                f"{len(self.cost)} client" + ("s" if len(self.cost) == 0 else ""),
                "a contest needs at least two clients",
                "with one client there is no equilibrium: any smaller budget is paid as much",
            )
        self._set("revenue", settled_revenue("revenue", self.revenue, self.alpha, self.beta))
        self._settle_cost()
        if self.epsilon_cap is not None and (positive := int(np.sum(self.epsilon_cap > 0))) < 2:
            raise InputError(
                "epsilon_cap",
                f"{positive} positive",
                "at least two caps must be positive",
                "with fewer than two sellers the contest has no equilibrium",
            )

    def _settle_cost(self) -> None:
        """Refuse what is no cost; a linear one is none of its own."""
        if self.cost_function is not None and not isinstance(self.cost_function, PrivacyCost):
            rule = "must be a mechproof.PrivacyCost"
            raise InputError("cost_function", self.cost_function, rule, "such as PowerCost(exponent)")
        if type(self.cost_function) is LinearCost:
            self._set("cost_function", None)
        if self.cost_function is not None:
            self._set("default_backend", "convex-costs")

    @property
    def linear_costs(self) -> bool:
        """Whether the cost of privacy is linear, as the closed forms take it to be."""
        return self.cost_function is None

    @property
    def closed(self) -> bool:
        """Whether replies are those of (22)."""
        return self.linear_costs

    @property
    def argued(self) -> bool:
        """Whether costs are known to be convex: a pool then has one response, and first-order conditions find it."""
        return self.cost_function is None or self.cost_function.convex is True

    @cached_property
    def _largest_budgets(self) -> Any:
        """The caps, or else what the largest pool could pay for; found once, since a million fractions take seconds."""
        if self.epsilon_cap is not None:
            return self.epsilon_cap
        worth = self.revenue.largest_pool / self.cost
        return worth if self.cost_function is None else self.cost_function.reach(worth)

    def players(self) -> tuple[Player, Player]:
        """Return the server, then the clients."""
        mean = everybody if self.mean_over == "all" else participants
        return (
            Player(
                "server",
                Decision("reward_pool", 0, self.revenue.largest_pool, symbol="B", unit="money"),
                server_utility,
            ),
            Player(
                "client",
                Decision("epsilon", np.zeros(len(self.cost)), self._largest_budgets, symbol=r"\varepsilon", unit="ε"),
                client_utility if self.cost_function is None else convex_cost_utility,
                count=len(self.cost),
                aggregates={"total": total_budget, "counted": mean},
            ),
        )

    def outcomes(self) -> Mapping[str, Formula]:
        """Return payments, utilities and who takes part."""
        return {
            "payment": payment,
            "client_utility": client_utility if self.cost_function is None else convex_cost_utility,
            "server_utility": server_utility,
            "participates": participates,
        }

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that the payments stay within the pool."""
        return (Constraint("budget_balance", pool_left),)

    def convex_form(self) -> Form:
        """Return the shares' program; there is none under caps, nor for costs that are not linear."""
        if self.cost_function is not None:
            raise UnsupportedModel(
                "cannot, because of cost_function: the shares' program is that of linear costs; try share-function"
            )
        if self.epsilon_cap is not None:
            raise UnsupportedModel(
                "cannot, because of the caps: a capped contest is no convex program; without epsilon_cap it is one"
            )
        return contest_form(self.cost)
