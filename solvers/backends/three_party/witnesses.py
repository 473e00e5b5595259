"""Two more ways to solve the three-party market, as witnesses: neither uses the formula of the best price (58).

- `interference:newton`: all sellers' declared marginal utilities as one system of equations, by MINPACK.
- `interference:search`: the subgame-perfect order, sellers moving in random order, each to a best reply searched for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ....formulations.errors import UnsupportedModel
from ....formulations.language import Declaration
from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import capped_epsilon, price_utility
from ...certificates.three_party.search import Search
from ...installed import version
from ...readings.derivative import Derivative
from ...readings.vectors import Vectors
from ...solution import Answer, Request
from .replies import decisions_at

MOST_SELLERS = 300
"""Beyond, MINPACK's dense Jacobian of differences takes minutes, and a sweep of searches seconds."""
MOST_SWEEPS = 1_000
STILL = 1e-14
"""A sweep that moves nobody by more, relative, is the last: 45 units of the last place, beyond a searched root's."""


@dataclass(frozen=True)
class MarketNewton:
    """Solves for what sellers are paid for a unit, between the cost and α, where every marginal utility vanishes."""

    mechanism: ClassVar[type] = ThreePartyMarket
    name: str = "interference:newton"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for markets of up to 300 sellers with fixed budgets or in the printed order."""
        if not isinstance(model, ThreePartyMarket):
            return f"solves a ThreePartyMarket only, not {type(model).__name__}"
        if model.subgame_perfect:
            return "solves smooth conditions; the subgame-perfect order jumps, interference:search takes it"
        return _too_many(model)

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return quantities, prices and budgets."""
        from scipy.optimize import root

        assert isinstance(model, ThreePartyMarket)
        _refuse_exact(self.name, request)
        request.refuse_options(self.name)
        algebra, sells = Vectors(), model.can_sell
        alpha, weight, cap = float(model.alpha), float(model.privacy_weight), float(model.epsilon_max)
        cost = algebra.vector(model.cost)[sells]
        dual = Derivative(algebra)

        def budgets(paid: Any) -> Any:
            if model.fixed_budgets:
                return algebra.vector(model.epsilon)[sells]
            return capped_epsilon(algebra, paid, alpha, weight, cap)

        def paid_at(position: Any) -> Any:
            return cost + (alpha - cost) / (1 + np.exp(-position))

        def slopes(position: Any) -> Any:
            paid = paid_at(position)
            epsilon = budgets(paid)
            own = (1 + epsilon) / paid
            others = own.sum() - own
            utility = price_utility(dual, dual.variable(own), others, cost, alpha, epsilon)
            return dual.slope(utility) * (own + others) / cost

        quantity, price = np.zeros(len(sells)), np.full(len(sells), alpha)
        epsilon = np.full(len(sells), cap) if not model.fixed_budgets else algebra.vector(model.epsilon).copy()
        claimed = "nobody can sell"
        if np.any(sells):
            found = root(slopes, np.zeros(len(cost)), method="hybr", tol=1e-13)
            paid = paid_at(found.x)
            epsilon[sells] = budgets(paid)
            quantity[sells], price[sells] = alpha / paid - 1, paid / (1 + epsilon[sells])
            claimed = "root found" if found.success else " ".join(str(found.message).split())
        return Answer({"quantity": quantity, "price": price, "epsilon": epsilon}, claimed, {"scipy": version("scipy")})


@dataclass(frozen=True)
class MarketSearch:
    """Plays the subgame-perfect order: sellers in random order, from random prices, move to the best one they find."""

    mechanism: ClassVar[type] = ThreePartyMarket
    name: str = "interference:search"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for markets of up to 300 sellers in the subgame-perfect order."""
        if not isinstance(model, ThreePartyMarket):
            return f"plays a ThreePartyMarket only, not {type(model).__name__}"
        if not model.subgame_perfect:
            return "plays the subgame-perfect order only; best-response takes fixed budgets"
        return _too_many(model)

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return where the sellers settle: an equilibrium, not necessarily the least."""
        assert isinstance(model, ThreePartyMarket)
        _refuse_exact(self.name, request)
        request.refuse_options(self.name)
        search, cost = Search.of(model), Vectors().vector(model.cost)
        random = np.random.default_rng(request.seed)
        inverse = np.where(model.can_sell, random.random(len(cost)) * (1 + search.cap) / cost, 0.0)
        epsilon = np.full(len(cost), search.cap)
        for sweep in range(1, MOST_SWEEPS + 1):
            before = inverse.copy()
            for index in random.permutation(np.flatnonzero(model.can_sell)).tolist():
                reply = search.reply(float(cost[index]), float(max(inverse.sum() - inverse[index], 0.0)))
                inverse[index], epsilon[index] = reply.inverse, reply.epsilon
            if np.all(np.abs(inverse - before) <= STILL * np.abs(inverse)):
                return Answer(decisions_at(model, Vectors(), inverse, epsilon), f"settled after {sweep} sweeps")
        return Answer(decisions_at(model, Vectors(), inverse, epsilon), f"not settled in {MOST_SWEEPS} sweeps")


def _too_many(market: ThreePartyMarket) -> str | None:
    count = len(market.cost)
    return None if count <= MOST_SELLERS else f"takes at most {MOST_SELLERS} sellers, not {count}; try interference"


def _refuse_exact(name: str, request: Request) -> None:
    if request.arithmetic == "exact":
        raise UnsupportedModel(f"{name} computes in floats; interference encloses answers in balls")
