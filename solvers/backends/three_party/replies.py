"""The default for the three-party market: best replies, which only rise with each other, iterated from below.

In y = 1/p a seller's best reply to the others' sum is positive, increasing and concave: a standard interference
function, whose iteration rises to the only equilibrium (Yates 1995). Where budgets move with prices the same iteration
is used: in the printed order its convergence is observed, not proved; in the subgame-perfect order replies still rise
with each other, so that from below it reaches the least equilibrium and from above the greatest (Tarski).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra
from ....formulations.errors import InputError, UnsupportedModel
from ....formulations.language import Declaration
from ....formulations.three_party.declaration import ThreePartyMarket, best_inverse_price, demand, settled_epsilon
from ...backend import BackEnd
from ...readings.vectors import Vectors
from ...solution import Answer, Request, Solution
from ...solve import solve
from .buyer import Buyer
from .witnesses import MarketNewton, MarketSearch

MOST_ROUNDS = 20_000
STILL = 16 * float(np.finfo(float).eps)
"""A round that moves nobody by more, relative, is the last."""
STOPPED = 1e-9
"""Below this a round that moves no less than an earlier one only moves rounding errors."""
ENDS = ("least", "greatest")


def backends() -> tuple[BackEnd, ...]:
    """Return the iteration of best replies, and its two witnesses."""
    return (Interference(), MarketNewton(), MarketSearch())


@dataclass(frozen=True)
class Interference:
    """Solves the three-party market in both orders, and for fixed budgets.

    Option `equilibrium`: the "least" (default) or "greatest" in 1/price, where the subgame-perfect order has several.
    """

    name: str = "interference"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for the three-party market."""
        if isinstance(model, ThreePartyMarket):
            return None
        return f"iterates the best replies of a ThreePartyMarket only, not of {type(model).__name__}"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return quantities, prices and budgets.

        Raises
        ------
        UnsupportedModel
            When the subgame-perfect order is asked for in exact arithmetic.
        InputError
            When an option is unknown.
        """
        assert isinstance(model, ThreePartyMarket)
        end = _end(request)
        anticipated = model.epsilon is None and model.order == "subgame-perfect"
        if request.arithmetic == "exact":
            if anticipated:
                raise UnsupportedModel(
                    "interference finds the subgame-perfect order in floats only; the printed order and fixed budgets "
                    "it encloses in balls"
                )
            from .exact import exact_decisions

            return Answer(exact_decisions(model), "enclosed", {"python-flint": version("python-flint")})
        inverse, epsilon, settled = foreseen(model, end) if anticipated else simultaneous(model)
        claimed = "settled" if settled else f"not settled after {MOST_ROUNDS} rounds"
        return Answer(decisions_at(model, Vectors(), inverse, epsilon), claimed, {"numpy": version("numpy")})


def price_equilibria(market: ThreePartyMarket, tolerance: float = 1e-7) -> tuple[Solution, ...]:
    """Return the least and the greatest equilibrium of the subgame-perfect order, or one if they are the same.

    If they are the same there is no other. The order is that of 1/price: the least has the highest prices, which all
    sellers prefer.

    Examples
    --------
    >>> market = ThreePartyMarket(cost=[1], alpha=4, privacy_weight=1, epsilon_max=5, order="subgame-perfect")
    >>> len(price_equilibria(market))
    1
    """
    found = [solve(market, tolerance=tolerance, options={"equilibrium": end}) for end in ENDS]
    least, greatest = (np.asarray(item.values["price"]) for item in found)
    sold = [np.asarray(item.values["quantity"]) for item in found]
    same = np.allclose(least, greatest, rtol=tolerance, atol=0) and np.allclose(sold[0], sold[1], tolerance, tolerance)
    return tuple(found[:1] if same else found)


def decisions_at(market: ThreePartyMarket, algebra: Algebra, inverse: Any, epsilon: Any) -> dict[str, Any]:
    """Return the decisions at reciprocal prices and budgets; who does not sell (zero) posts α."""
    alpha = algebra.number(market.alpha)
    sells = np.array([bool(entry > 0) for entry in inverse])
    price = np.array([1 / entry if sold else alpha for entry, sold in zip(inverse, sells, strict=True)])
    quantity = demand(algebra, price, epsilon, alpha)
    return {"quantity": np.where(sells, quantity, 0 * quantity), "price": price, "epsilon": epsilon}


def simultaneous(market: ThreePartyMarket) -> tuple[Any, Any, bool]:
    """Return 1/p and ε where all conditions hold at once, and whether the iteration settled."""
    algebra, sells = Vectors(), market.can_sell
    alpha, cap = float(market.alpha), float(market.epsilon_max)
    cost = algebra.vector(market.cost)[sells]
    fixed = None if market.epsilon is None else algebra.vector(market.epsilon)
    epsilon = np.full(len(market.cost), cap) if fixed is None else fixed.copy()
    inverse, settled, least = np.zeros(len(cost)), False, math.inf
    with np.errstate(divide="ignore"):
        for _ in range(MOST_ROUNDS):
            budget = epsilon[sells]
            reply = best_inverse_price(algebra, inverse.sum() - inverse, budget, alpha, cost)
            if fixed is None:
                budget = capped_epsilon(algebra, (1 + budget) / reply, alpha, float(market.privacy_weight), cap)
            moved = max(_change(reply, inverse), _change(budget, epsilon[sells]))
            inverse, epsilon[sells] = reply, budget
            if moved <= STILL or (moved <= STOPPED and moved >= least):
                settled = True
                break
            least = min(least, moved)
    whole = np.zeros(len(market.cost))
    whole[sells] = inverse
    return whole, epsilon, settled


def capped_epsilon(algebra: Algebra, paid: Any, alpha: Any, weight: Any, cap: Any) -> Any:
    """Return the least of the cap and the ε of (57) and (59) at p (1 + ε) = paid; the cap where they have none."""
    with np.errstate(divide="ignore"):
        settled = settled_epsilon(algebra, paid, alpha, weight)
    return np.where((settled > 0) & (settled < cap), settled, cap)


def foreseen(market: ThreePartyMarket, end: str) -> tuple[Any, Any, bool]:
    """Return 1/p and ε where sellers foresee the buyer's choice, from below or from above; and whether it settled."""
    buyer, cost = Buyer.of(market), Vectors().vector(market.cost)
    greatest, able = end == "greatest", market.can_sell
    inverse = np.where(able, (1 + buyer.epsilon_max) / cost, 0.0) if greatest else np.zeros(len(cost))
    epsilon = np.full(len(cost), buyer.epsilon_max)
    for _ in range(MOST_ROUNDS):
        total, before = inverse.sum(), inverse.copy()
        for i in np.flatnonzero(able).tolist():
            reply = buyer.reply(float(cost[i]), max(total - before[i], 0.0), greatest)
            inverse[i], epsilon[i] = reply.inverse, reply.epsilon
        if _change(inverse, before) <= STILL:
            return inverse, epsilon, True
    return inverse, epsilon, False


def _change(after: Any, before: Any) -> float:
    return float(np.max(np.abs(after - before) / np.maximum(np.abs(after), 1e-300), initial=0.0))


def _end(request: Request) -> str:
    for name in request.options:
        if name != "equilibrium":
            raise InputError(f"options.{name}", request.options[name], "is no option of interference", "equilibrium")
    end = str(request.options.get("equilibrium", "least"))
    if end not in ENDS:
        raise InputError("options.equilibrium", end, "is not known", f"the choices are {', '.join(ENDS)}")
    return end
