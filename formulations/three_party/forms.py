"""Two other ways to state the three-party market: the sellers' game for fixed budgets, and a system of conditions.

In y = 1/p a seller's utility is a rational function of its own y and the others' sum, and concave wherever it sells: a
game that any solver for games can take. Its best reply is a standard interference function, increasing and concave in
the others' sum (Yates 1995), so that the equilibrium is unique.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..algebra import Algebra, Formula
from ..data import Number, Vector
from ..declaration import labels, scalar, vector
from ..language import Constraint, Decision, Form, Game, GameForm, Player, Program
from .formulas import demand, price_utility, quantity_at, squared_total


def price_of(a: Algebra, inverse_price: Any, alpha: Any) -> Any:
    """1/y of those who sell; α, at which nobody buys, where y is zero."""
    return 1 / a.maximum(inverse_price, 1 / alpha)


def quantity_of(a: Algebra, inverse_price: Any, epsilon: Any, alpha: Any) -> Any:
    """What is bought at the price."""
    return demand(a, price_of(a, inverse_price, alpha), epsilon, alpha)


def budget_of(a: Algebra, epsilon: Any) -> Any:
    """ε as it is."""
    return epsilon


def able(a: Algebra, cost: Any, alpha: Any) -> Any:
    """Zero of a seller who cannot sell, else how much of the first unit's value its cost leaves."""
    return a.maximum(1 - cost / alpha, 0)


def price_left(a: Algebra, inverse_price: Any, epsilon: Any, cost: Any, alpha: Any) -> Any:
    """What (S + 1/p_i)² is beyond its value at the best reply (58, corrected), without unit, of those who can sell."""
    others = a.sum(inverse_price) - inverse_price
    left = a.square(others + inverse_price) - squared_total(a, others, epsilon, alpha, cost)
    return able(a, cost, alpha) * alpha * cost * left


def privacy_left(a: Algebra, inverse_price: Any, epsilon: Any, cost: Any, alpha: Any, privacy_weight: Any) -> Any:
    """α₃/p_i − ε_i a_i, at least zero where ε_i ≤ α₃/(a_i p_i) (59), of those who can sell."""
    quantity = quantity_at(a, inverse_price, epsilon, alpha)
    return able(a, cost, alpha) * (privacy_weight * inverse_price - epsilon * quantity)


def capped_or_fulfilled(
    a: Algebra,
    inverse_price: Any,
    epsilon: Any,
    cost: Any,
    alpha: Any,
    privacy_weight: Any,
    epsilon_max: Any,
    capped: Any,
) -> Any:
    """Nothing is left of (59) unless the budget is capped; more than α₃/p_i never is."""
    most = privacy_weight * (1 + epsilon_max) / cost
    return able(a, cost, alpha) * (most * capped - privacy_left(a, inverse_price, epsilon, cost, alpha, privacy_weight))


def at_the_cap(a: Algebra, epsilon: Any, epsilon_max: Any, capped: Any) -> Any:
    """ε_i is at the cap if it is said to be capped."""
    return epsilon - epsilon_max * capped


def below_both(
    a: Algebra, inverse_price: Any, epsilon: Any, cost: Any, alpha: Any, privacy_weight: Any, epsilon_max: Any
) -> Any:
    """Σ (ε_max − ε_i)(α₃/p_i − ε_i a_i): zero exactly where each ε_i is the cap or fulfils (59)."""
    left = privacy_left(a, inverse_price, epsilon, cost, alpha, privacy_weight)
    return a.sum((epsilon_max - epsilon) * left)


def nothing(a: Algebra, inverse_price: Any) -> Any:
    """No objective: only the conditions count."""
    return 0 * a.sum(inverse_price)


class PriceCompetition(Game):
    """The sellers' game for fixed budgets: each chooses y_i = 1/p_i in [T_i/α, T_i/c_i]; who has c_i ≥ α stays at zero.

    Examples
    --------
    >>> import mechproof as mp
    >>> s = mp.solve(PriceCompetition(cost=[1, 1], alpha=4, epsilon=[1, 1]))
    >>> s.certificate.valid
    True
    """

    cost: Vector = vector("a seller's cost", above=0, per="seller", unit="money", symbol="c")
    alpha: Number = scalar("the buyer's value of quantity", above=0, unit="money", symbol=r"\alpha")
    epsilon: Vector = vector("a privacy budget", above=0, per="seller", unit="ε", symbol=r"\varepsilon")
    seller: Any = labels("seller", default=None)

    def players(self) -> tuple[Player, ...]:
        """Return the sellers."""
        lower, upper = _range(self.cost, self.alpha, self.epsilon, self.epsilon)
        choice = Decision("inverse_price", lower, upper, symbol="y", unit="1/money")
        return (Player("seller", choice, price_utility, count=len(self.cost)),)


class MarketConditions(Program):
    """The conditions at once: every 1/p_i is the best reply, every ε_i is fixed, or the least of (59) and the cap."""

    cost: Vector = vector("a seller's cost", above=0, per="seller", unit="money", symbol="c")
    alpha: Number = scalar("the buyer's value of quantity", above=0, unit="money", symbol=r"\alpha")
    privacy_weight: Number = scalar("the buyer's value of privacy", above=0, unit="money", symbol=r"\alpha_{3}")
    epsilon_max: Number = scalar("the largest privacy budget", above=0, unit="ε", symbol=r"\varepsilon_{\max}")
    fixed: Vector = vector("a privacy budget", above=0, per="seller", default=None, unit="ε")

    def variables(self) -> tuple[Decision, ...]:
        """Return reciprocal prices and budgets; whoever cannot sell has neither to decide on."""
        if self.fixed is not None:
            least = most = self.fixed
        else:
            most = np.array([self.epsilon_max] * len(self.cost), dtype=object)
            floor = min(self.privacy_weight / self.alpha, self.epsilon_max)
            least = np.where(self.cost < self.alpha, floor, most)
        lower, upper = _range(self.cost, self.alpha, least, most)
        return (
            Decision("inverse_price", lower, upper, symbol="y", unit="1/money"),
            Decision("epsilon", least, most, symbol=r"\varepsilon", unit="ε"),
        )

    def objective(self) -> Formula:
        """Return what vanishes where the budgets are as they should be; nothing if they are fixed."""
        return below_both if self.fixed is None else nothing

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the best replies, and that no budget is beyond (59)."""
        replies = Constraint("best_replies", price_left, equality=True)
        return (replies,) if self.fixed is not None else (replies, Constraint("privacy", privacy_left))


class MarketChoices(MarketConditions):
    """The same with a whole variable for each seller that says whether its budget is capped, and no objective."""

    def variables(self) -> tuple[Decision, ...]:
        """Return whether a budget is capped beside the rest."""
        count = len(self.cost)
        return (*super().variables(), Decision("capped", [0] * count, [1] * count, whole=True))

    def objective(self) -> Formula:
        """Return nothing."""
        return nothing

    def constraints(self) -> tuple[Constraint, ...]:
        """Return both sides of the choice as well."""
        choice = (Constraint("fulfilled", capped_or_fulfilled), Constraint("capped_at_most", at_the_cap))
        return (*super().constraints(), *choice)


def conditions_forms(
    cost: Any, alpha: Any, privacy_weight: Any, epsilon_max: Any, fixed: Any | None
) -> tuple[Form, ...]:
    """Return a market's conditions as programs: smooth, and where budgets are chosen with whole variables too."""
    data = (cost, alpha, privacy_weight, epsilon_max, fixed)
    decisions: dict[str, Formula] = {"quantity": quantity_of, "price": price_of, "epsilon": budget_of}
    smooth = Form("conditions", MarketConditions(*data), decisions)
    return (smooth,) if fixed is not None else (smooth, Form("choices", MarketChoices(*data), decisions))


def competition_form(cost: Any, alpha: Any, epsilon: Any, seller: Any) -> GameForm:
    """Return the sellers' competition in a market with fixed budgets."""
    game = PriceCompetition(cost, alpha, epsilon, seller)
    return GameForm("prices", game, {"quantity": quantity_of, "price": price_of, "epsilon": budget_of})


def _range(cost: Any, alpha: Any, least: Any, most: Any) -> tuple[Any, Any]:
    """The reciprocals of the prices at which a seller sells without loss; zero where there are none."""
    sells = np.asarray(cost < alpha, dtype=bool)
    lower, upper = (1 + np.asarray(least)) / alpha, (1 + np.asarray(most)) / np.asarray(cost)
    return np.where(sells, lower, 0 * lower), np.where(sells, upper, 0 * upper)
