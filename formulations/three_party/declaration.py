"""The three-party market: sellers post prices for data, an agency carries them, a buyer chooses amounts and privacy.

Source: the three-party game restated in Zhou 2023, eqs 57–59. The utilities below are those from which (57) follows,
and (58) up to an inversion: as extracted, its right-hand side is the best price's *reciprocal*, which its unit, one
over money, gives away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..algebra import Algebra, Formula
from ..data import Number, Vector, choice, labels, scalar, vector
from ..errors import InputError
from ..language import Constraint, Decision, Form, GameForm, Model


def wanted_quantity(a: Algebra, price: Any, epsilon: Any, alpha: Any) -> Any:
    """α/(p_i (1 + ε_i)) − 1: how much the buyer wants of a seller's data, where that is positive."""
    return alpha / (price * (1 + epsilon)) - 1


def demand(a: Algebra, price: Any, epsilon: Any, alpha: Any) -> Any:
    """a_i = max(0, α/(p_i (1 + ε_i)) − 1) (57)."""
    return a.maximum(wanted_quantity(a, price, epsilon, alpha), 0)


def buyer_value(a: Algebra, quantity: Any, price: Any, epsilon: Any, alpha: Any, privacy_weight: Any) -> Any:
    """α ln(1 + a_i) + α₃ ln ε_i − p_i (1 + ε_i) a_i: what the buyer has of one seller."""
    return alpha * a.log1p(quantity) + privacy_weight * a.log(epsilon) - price * (1 + epsilon) * quantity


def seller_utility(a: Algebra, own: Any, others: Any, quantity: Any, epsilon: Any, cost: Any) -> Any:
    """(p_i (1 + ε_i) − c_i) a_i/(1 + p_i S_i), where `own` is 1/p_i and `others` S_i, the sum of the others' 1/p_j."""
    return ((1 + epsilon) - cost * own) * quantity / (own + others)


def squared_total(a: Algebra, others: Any, epsilon: Any, alpha: Any, cost: Any) -> Any:
    """(S + T/α)(S + T/c) with T = 1 + ε, which (S + 1/p_i)² is at the best price."""
    return (others + (1 + epsilon) / alpha) * (others + (1 + epsilon) / cost)


def best_inverse_price(a: Algebra, others: Any, epsilon: Any, alpha: Any, cost: Any) -> Any:
    """1/p_i* = √((S + T/α)(S + T/c)) − S (the corrected (58)), in a form without cancellation."""
    squared = squared_total(a, others, epsilon, alpha, cost)
    trust = 1 + epsilon
    rest = others * trust * (1 / alpha + 1 / cost) + trust * trust / (alpha * cost)  # the square less S²
    return rest / (a.sqrt(squared) + others)


def extracted_price(a: Algebra, others: Any, epsilon: Any, alpha: Any, cost: Any) -> Any:
    """(58) as extracted: p_i = √((S + T/α)(S + T/c)) − S, the reciprocal of the best price. For comparison only."""
    return best_inverse_price(a, others, epsilon, alpha, cost)


def uncapped_epsilon(a: Algebra, price: Any, quantity: Any, privacy_weight: Any) -> Any:
    """α₃/(a_i p_i) (59), of a quantity that is positive; the cap ε_max is not in it."""
    return privacy_weight / (quantity * price)


def settled_epsilon(a: Algebra, paid: Any, alpha: Any, privacy_weight: Any) -> Any:
    """The ε at which (57) and (59) hold at once where p_i (1 + ε_i) is `paid`: α₃/(α − α₃ − paid), if positive."""
    return privacy_weight / (alpha - privacy_weight - paid)


def local_epsilon(a: Algebra, price: Any, alpha: Any, privacy_weight: Any) -> Any:
    """The smaller root of p ε² + (p + α₃ − α) ε + α₃, a local best choice of a buyer; of √p ≤ √α − √α₃."""
    near, far = a.square(a.sqrt(alpha) - a.sqrt(privacy_weight)), a.square(a.sqrt(alpha) + a.sqrt(privacy_weight))
    spread = a.sqrt(a.maximum(near - price, 0) * (far - price))
    return 2 * privacy_weight / (alpha - privacy_weight - price + spread)


def indifferent_price(a: Algebra, epsilon: Any, alpha: Any, privacy_weight: Any) -> Any:
    """The price at which a buyer of a positive quantity has no wish to change ε: α/(1 + ε) − α₃/ε.

    It is where p ε² + (p + α₃ − α) ε + α₃ vanishes, and (59) with the quantity of (57) put in.
    """
    return alpha / (1 + epsilon) - privacy_weight / epsilon


def inverse_price(a: Algebra, price: Any, quantity: Any) -> Any:
    """1/p_i of those who sell, and zero of the others, who do not count for anybody's share of the market."""
    return (1 - a.at_least(0, quantity)) / price


def seller_profit(a: Algebra, price: Any, quantity: Any, epsilon: Any, cost: Any) -> Any:
    """Each seller's utility at everybody's prices."""
    listed = inverse_price(a, price, quantity)
    return seller_utility(a, 1 / price, a.sum(listed) - listed, quantity, epsilon, cost)


def buyer_utility(a: Algebra, quantity: Any, price: Any, epsilon: Any, alpha: Any, privacy_weight: Any) -> Any:
    """Σ_i [α ln(1 + a_i) + α₃ ln ε_i − p_i (1 + ε_i) a_i]."""
    return a.sum(buyer_value(a, quantity, price, epsilon, alpha, privacy_weight))


def trades(a: Algebra, quantity: Any) -> Any:
    """Whether a seller sells anything."""
    return quantity > 0


def unsold(a: Algebra, price: Any, quantity: Any, epsilon: Any, alpha: Any) -> Any:
    """What the buyer is sold beyond its demand (57), zero."""
    return quantity - demand(a, price, epsilon, alpha)


class ThreePartyMarket(Model):
    """Sellers post prices p_i per unit, scaled by 1 + ε_i; a buyer chooses amounts a_i and privacy budgets ε_i ≤ ε_max.

        buyer     Σ_i [α ln(1 + a_i) + α₃ ln ε_i − p_i (1 + ε_i) a_i]
        seller i  (p_i (1 + ε_i) − c_i) a_i / (1 + p_i Σ_{j≠i} 1/p_j)

    Only those who sell anything count in a seller's sum; a seller who does not posts the price α, at which nobody buys
    whatever the privacy.

    Parameters
    ----------
    cost
        c_i > 0, money per unit sold, one for each seller.
    alpha
        α > 0, money: what a unit of ln(1 + a) is worth to the buyer. A seller with c_i ≥ α cannot sell.
    privacy_weight
        α₃ > 0, money: what a unit of ln ε is worth to the buyer.
    epsilon_max
        The largest budget ε_max > 0; without one the buyer's joint choice has no bound.
    epsilon
        Fixed budgets 0 < ε_i ≤ ε_max: then only prices and quantities are decided, and the equilibrium is unique.
    order
        "printed": (57), (58) corrected and ε_i = min(ε_max, α₃/(a_i p_i)) hold at once, the sellers taking ε as given.
        "subgame-perfect": the sellers post prices first, and foresee both of the buyer's choices; where the buyer is
        indifferent it chooses as the seller prefers. Of several equilibria the one with the highest prices is
        meant, unless the back end's option says otherwise.
    seller
        The sellers' names, used in every message.

    Raises
    ------
    InputError
        When a number breaks its rule; the message names the field, the index and the seller.

    Examples
    --------
    >>> import mechproof as mp
    >>> s = mp.solve(mp.ThreePartyMarket(cost=[1], alpha=4, privacy_weight=1, epsilon_max=5, order="subgame-perfect"))
    >>> [round(float(s.values[name][0]), 4) for name in ("price", "epsilon", "quantity")]
    [0.7238, 0.528, 2.6166]
    """

    cost: Vector = vector("a seller's cost", above=0, per="seller", unit="money", symbol="c")
    alpha: Number = scalar("the buyer's value of quantity", above=0, unit="money", symbol=r"\alpha")
    privacy_weight: Number = scalar("the buyer's value of privacy", above=0, unit="money", symbol=r"\alpha_{3}")
    epsilon_max: Number = scalar("the largest privacy budget", above=0, unit="ε", symbol=r"\varepsilon_{\max}")
    epsilon: Vector = vector("a privacy budget", above=0, per="seller", default=None, unit="ε", symbol=r"\varepsilon")
    order: str = choice("printed", "subgame-perfect", default="printed")
    seller: Any = labels("seller", default=None)

    default_backend = "interference"
    properties = (
        "no-profitable-deviation",
        "demand",
        "individual-rationality",
        "bounded-buyer",
        "buyer-budgets",
        "uniqueness",
        "subgame-perfect",
        "extracted-price",
    )
    promises = ("no-profitable-deviation", "demand", "individual-rationality", "bounded-buyer")

    def check(self) -> None:
        """Refuse a market without sellers, and fixed budgets above the largest."""
        if len(self.cost) == 0:
            raise InputError("cost", "0 sellers", "a market needs at least one seller")
        if self.epsilon is not None and np.any(above := self.epsilon > self.epsilon_max):
            index = int(np.argmax(above))
            name = f"epsilon[{index}]" + (f" (seller {self.seller[index]})" if self.seller else "")
            rule = f"a privacy budget must be at most epsilon_max, {self.epsilon_max}"
            raise InputError(name, self.epsilon[index], rule, "raise epsilon_max")

    @property
    def about(self) -> str:
        """What an entry of a vector belongs to."""
        return "seller"

    @property
    def can_sell(self) -> Any:
        """A mask of the sellers whose cost is below what the first unit is worth to the buyer."""
        return np.asarray(self.cost < self.alpha, dtype=bool)

    def decisions(self) -> tuple[Decision, ...]:
        """Return quantities, prices and budgets, between bounds that no equilibrium breaks."""
        count, costs = len(self.cost), self.cost.tolist()
        most = [max(self.alpha / cost - 1, 0) for cost in costs]
        least_price = [min(cost / (1 + self.epsilon_max), self.alpha) for cost in costs]
        least = [min(self.privacy_weight / self.alpha, self.epsilon_max)] * count
        low, high = (least, [self.epsilon_max] * count) if self.epsilon is None else (self.epsilon, self.epsilon)
        return (
            Decision("quantity", [0] * count, most, symbol="a"),
            Decision("price", least_price, [self.alpha] * count, symbol="p", unit="money"),
            Decision("epsilon", low, high, symbol=r"\varepsilon", unit="ε"),
        )

    def outcomes(self) -> Mapping[str, Formula]:
        """Return utilities, who trades, and the reciprocal prices by which the market is shared."""
        return {
            "seller_profit": seller_profit,
            "buyer_utility": buyer_utility,
            "trades": trades,
            "inverse_price": inverse_price,
        }

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that the buyer is sold what it demands."""
        return (Constraint("demand", unsold, equality=True),)

    def forms(self) -> tuple[Form, ...]:
        """Return the equilibrium's conditions as a program; the subgame-perfect order has none that is smooth."""
        from .price_competition import conditions_forms

        anticipated = self.epsilon is None and self.order == "subgame-perfect"
        return () if anticipated or not np.any(self.can_sell) else conditions_forms(self)

    def game_form(self) -> GameForm | None:
        """Return the competition in prices, if budgets are fixed and at least two can sell."""
        from .price_competition import competition_form

        return None if self.epsilon is None or np.sum(self.can_sell) < 2 else competition_form(self)
