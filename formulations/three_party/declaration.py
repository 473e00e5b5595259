"""The three-party market: sellers post prices for data, an agency carries them, a buyer chooses amounts and privacy.

Source: the three-party game restated in Zhou 2023, eqs 57–59, which states no utilities. Those below are a
reconstruction: (57) follows from them, and (58) up to an inversion; as extracted, its right-hand side is the best
price's *reciprocal*, which its unit, one over money, gives away. The extracted "α3" of (59) is read as a coefficient
of its own, since a power would have the unit of money cubed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ..algebra import Formula
from ..data import Number, Vector
from ..declaration import choice, labels, scalar, vector
from ..errors import InputError
from ..language import Constraint, Decision, Form, GameForm, Model
from .forms import competition_form, conditions_forms
from .formulas import (
    buyer_utility,
    idle_epsilon,
    idle_price,
    inverse_price,
    seller_profit,
    trades,
    unprinted_epsilon,
    unsold,
)


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
        "second-account",
        "merged-bidders",
        "idle-account",
    )
    promises = ("no-profitable-deviation", "demand", "individual-rationality", "bounded-buyer")
    example: ClassVar[Mapping[str, Any]] = {
        "seller": ["Ann", "Bob", "Cat"],
        "cost": [1, 1.5, 2.2],
        "alpha": 4,
        "privacy_weight": 0.5,
        "epsilon_max": 10,
    }

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

    @property
    def fixed_budgets(self) -> bool:
        """Whether the budgets are given, so that only prices and quantities are decided."""
        return self.epsilon is not None

    @property
    def subgame_perfect(self) -> bool:
        """Whether budgets are chosen after the prices, and the sellers foresee it."""
        return not self.fixed_budgets and self.order == "subgame-perfect"

    @property
    def printed(self) -> bool:
        """Whether budgets are those of (59), which the sellers take as given."""
        return not self.fixed_budgets and self.order == "printed"

    def decisions(self) -> tuple[Decision, ...]:
        """Return quantities, prices and budgets, between bounds that no equilibrium breaks."""
        count = len(self.cost)
        most = np.maximum(self.alpha / self.cost - 1, 0)
        least_price = np.minimum(self.cost / (1 + self.epsilon_max), self.alpha)
        least = np.full(count, min(self.privacy_weight / self.alpha, self.epsilon_max))
        low, high = (self.epsilon, self.epsilon) if self.fixed_budgets else (least, np.full(count, self.epsilon_max))
        return (
            Decision("quantity", np.zeros(count, dtype=int), most, symbol="a"),
            Decision("price", least_price, np.full(count, self.alpha), symbol="p", unit="money"),
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
        """Return the buyer's demand, what one who sells nothing posts, and (59) where budgets are those printed."""
        rules = [Constraint("demand", unsold, equality=True), Constraint("idle_price", idle_price, equality=True)]
        if not self.fixed_budgets:
            rules.append(Constraint("idle_epsilon", idle_epsilon, equality=True))
        if self.printed:
            rules.append(Constraint("printed_epsilon", unprinted_epsilon, equality=True))
        return tuple(rules)

    def budgets(self, values: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
        """Return the budget that the buyer chooses for each seller: 0 for one of whom nothing is bought."""
        names = self.people() or tuple(map(str, range(len(self.cost))))
        each = zip(names, values["epsilon"], values["quantity"], strict=True)
        return tuple((name, chosen if amount > 0 else 0) for name, chosen, amount in each)

    def forms(self) -> tuple[Form, ...]:
        """Return the equilibrium's conditions as a program; the subgame-perfect order has none that is smooth."""
        if self.subgame_perfect or not np.any(self.can_sell):
            return ()
        return conditions_forms(self.cost, self.alpha, self.privacy_weight, self.epsilon_max, self.epsilon)

    def game_form(self) -> GameForm | None:
        """Return the competition in prices, if budgets are fixed and at least two can sell."""
        if not self.fixed_budgets or np.sum(self.can_sell) < 2:
            return None
        return competition_form(self.cost, self.alpha, self.epsilon, self.seller)
