"""The three-party market: how its equilibrium moves while the same sellers trade and the same budgets are capped.

With y_i = 1/p_i and S = Σ y, each seller's declared utility is level in y_i, and its budget is fixed, the largest, or
the one of (59). Both are differentiated as they are declared; the sellers meet in S alone, so that one number is left
to solve for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra, read
from ...formulations.errors import MechproofError, UnsupportedModel
from ...formulations.three_party.declaration import ThreePartyMarket
from ...formulations.three_party.formulas import demand, price_utility, uncapped_epsilon
from ..backends.three_party.exact import BITS, exact_decisions
from ..backends.three_party.replies import decisions_at, simultaneous
from ..readings.balls import Balls, enclosing, precision
from ..readings.derivative import Derivative
from ..readings.vectors import Vectors
from ..solution import Solution
from .branch import BOUND, End, Jump, NoDerivative
from .data import altered, moving_roles, number_of, rules_of, unit
from .ends import Sides, find_end
from .nearby import middle
from .trading import Trading, trading

BESIDE, APART = Fraction(1, 2**20), 1e-3
"""How far beside an end it is seen what happens there, and by how much a price differs where it jumps."""


def market_branch(market: ThreePartyMarket, solution: Solution) -> MarketBranch:
    """Return the piece of the equilibrium on which a market's answer lies.

    Raises
    ------
    UnsupportedModel
        In the subgame-perfect order, where the buyer's choice of a budget jumps with the price.
    """
    if market.subgame_perfect:
        raise UnsupportedModel(
            "what_if knows how the printed order and fixed budgets move; in the subgame-perfect order the buyer's "
            "budgets jump with the prices"
        )
    if solution.exact is None:
        return MarketBranch(market, Vectors(), {name: np.asarray(value) for name, value in solution.values.items()})
    return MarketBranch(market, Balls(), solution.exact)


@dataclass(frozen=True, eq=False)
class MarketBranch:
    """A market's equilibrium around an answer."""

    market: ThreePartyMarket
    algebra: Algebra
    exact: Mapping[str, Any]

    @cached_property
    def here(self) -> Trading:
        """Who trades and is capped at the answer."""
        with precision(BITS):
            return trading(self.market, self.exact)

    @cached_property
    def tied(self) -> bool:
        """Whether a budget is just at its cap, or somebody about to trade."""
        return bool(self.here.edge.any() or any(item == self.market.alpha for item in self.market.cost.tolist()))

    def along(self, direction: Mapping[str, Any]) -> dict[str, Any]:
        """Return how fast every value moves in a direction."""
        self._refuse_entry(direction)
        with precision(BITS):
            return _Move(self, direction).values()

    def _refuse_entry(self, direction: Mapping[str, Any]) -> None:
        """Whoever starts to trade counts for the others at once, so that their prices jump."""
        rates = direction.get("cost", [0] * len(self.market.cost))
        alpha = middle(direction.get("alpha", 0))
        for cost, rate in zip(self.market.cost.tolist(), rates, strict=True):
            if cost == self.market.alpha and middle(rate) < alpha:
                raise NoDerivative("has no derivative here: a seller starts to trade, and the others' prices jump")

    def end(self, name: str, index: int | None, side: int) -> End:
        """Return how far the derivatives in one datum hold: to where one starts or ceases to trade, or is capped."""
        direction = unit(self.market, name, index, side, self.algebra.number)
        self._refuse_entry(direction)
        with precision(BITS):
            beyond = _Move(self, direction).beyond
        declared = number_of(self.market, name)
        start = Fraction(declared if index is None else declared[index])

        def at(value: Fraction, exact: bool) -> Trading | None:
            try:
                there = altered(self.market, name, index, value if exact else float(value))
                with precision(BITS):
                    return trading(there, exact_decisions(there) if exact else _float_decisions(there))
            except MechproofError:
                return None

        def is_same(value: Fraction, exact: bool) -> bool:
            found = at(value, exact)
            return found is not None and found.same(beyond)

        def on_edge(value: Fraction) -> bool:
            hair = value / 2**60
            return is_same(value - side * hair, True) and not is_same(value + side * hair, True)

        found = find_end(start, side, start, lambda v: is_same(v, False), lambda v: is_same(v, True), on_edge)
        floats = isinstance(self.algebra, Vectors)
        if found is None:
            return End(math.inf, "nothing was met") if side > 0 else End(0.0 if floats else Fraction(0), BOUND)
        with precision(BITS):
            place = found.inside if found.exact else enclosing(found.inside, found.outside)
        event, jump = self._event(found, name, index, side, beyond)
        return End(float(place) if floats else place, event, jump)

    def _event(self, found: Sides, name: str, index: int | None, side: int, beyond: Trading) -> tuple[str, Jump | None]:
        hair = abs(found.outside) * BESIDE
        try:
            inside, outside = (
                altered(self.market, name, index, float(value))
                for value in (found.inside - side * hair, found.outside + side * hair)
            )
        except MechproofError:
            return f"the bound of {rules_of(self.market)[name].what}", None
        old, new = _float_decisions(inside), _float_decisions(outside)
        after, words = trading(outside, new), []
        for changed, what in (
            (after.sells & ~beyond.sells, "starts to trade"),
            (beyond.sells & ~after.sells, "ceases to trade"),
            (after.capped & beyond.sells & ~beyond.capped, "meets the largest budget"),
            (beyond.capped & after.sells & ~after.capped, "leaves the largest budget"),
        ):
            words += [f"{self.market.owner_of(k)} {what}" for k in np.flatnonzero(changed).tolist()]
        apart = np.abs(new["price"] / old["price"] - 1)
        k = int(np.argmax(apart))
        jumps = apart[k] > APART
        jump = Jump(f"price of {self.market.owner_of(k)}", float(old["price"][k]), float(new["price"][k]))
        return ", ".join(words[:3]) or "another equilibrium is reached", jump if jumps else None

    def alike(self, name: str) -> np.ndarray:
        """Every number moves the market in its own way."""
        return np.arange(len(number_of(self.market, name)))


def _float_decisions(market: ThreePartyMarket) -> dict[str, Any]:
    inverse, epsilon, _ = simultaneous(market)
    return decisions_at(market, Vectors(), inverse, epsilon)


class _Move:
    """A market whose data move in a direction."""

    def __init__(self, branch: MarketBranch, direction: Mapping[str, Any]) -> None:
        self.branch, self.dual = branch, Derivative(branch.algebra)
        self.roles = moving_roles(branch.market, self.dual, direction)
        self.sells = np.flatnonzero(branch.here.sells)
        self.beyond, self.inverse_rates, self.budget_rates = self._settled()

    def _settled(self) -> tuple[Trading, Any, Any]:
        """Those on the edge of their caps are capped beyond it if they would otherwise pass it."""
        here = self.branch.here
        capped = here.capped.copy()
        while True:
            inverse, budget = self._rates(capped[self.sells])
            cap = self.dual.slope(self.roles["epsilon_max"])
            edge = here.edge[self.sells] & ~capped[self.sells]
            over = [k for k in np.flatnonzero(edge).tolist() if budget[k] > cap]
            if not over:
                kept = here.edge & False
                return Trading(here.sells, capped, kept), inverse, budget
            capped[self.sells[over]] = True

    def _rates(self, capped: np.ndarray) -> tuple[Any, Any]:
        """How fast 1/p and ε of those who trade move: dy_i = A_i dS + b_i, and dS is the sum."""
        mine, budget = 1 / self._traders("price"), self._traders("epsilon")
        zero = mine * 0
        total = self.branch.algebra.sum(mine) if len(mine) else 0
        one = zero + 1
        own, others, kept, data = (
            self._level_rate(mine, total - mine, budget, speeds)
            for speeds in (
                (one, zero, zero, False),
                (zero, one, zero, False),
                (zero, zero, one, False),
                (zero, zero, zero, True),
            )
        )
        by_own, by_data = self._budget_rates(mine, budget, capped)
        # with dS_i = dS − dy_i and dε_i = by_own dy_i + by_data
        stiff = own - others + kept * by_own
        lean, push = -others / stiff, -(data + kept * by_data) / stiff
        moved = push.sum() / (1 - lean.sum()) if len(mine) else 0
        rates = lean * moved + push
        return rates, by_own * rates + by_data

    def _traders(self, name: str) -> Any:
        return self.branch.exact[name][self.sells]

    def _roles(self, moves: bool) -> dict[str, Any]:
        """The data of those who trade, moving or still."""
        found = {}
        for name in ("cost", "alpha", "privacy_weight", "epsilon_max"):
            value = self.roles[name]
            value = value[self.sells] if name == "cost" else value
            found[name] = value if moves else self.dual.value(value)
        return found

    def _level_rate(self, mine: Any, others: Any, budget: Any, speeds: tuple[Any, Any, Any, bool]) -> Any:
        """How fast a seller's marginal utility in its own 1/p moves."""
        once, twice = self.dual, Derivative(self.dual)
        own_speed, others_speed, budget_speed, moves = speeds
        roles = {
            **self._roles(moves),
            "own": twice.variable(once.moving(mine, own_speed)),
            "others": once.moving(others, others_speed),
            "epsilon": once.moving(budget, budget_speed),
        }
        return once.slope(twice.slope(read(price_utility, twice, roles))) + mine * 0

    def _budget_rates(self, mine: Any, budget: Any, capped: np.ndarray) -> tuple[Any, Any]:
        """How fast budgets move with 1/p, and with the data."""
        once, zero = self.dual, mine * 0
        market = self.branch.market
        if market.fixed_budgets:
            return zero, once.slope(self.roles["epsilon"][self.sells]) + zero
        cap = zero + once.slope(self.roles["epsilon_max"])
        by_own, by_data = (
            self._demanded_rate(once.moving(mine, speed), budget, moves)
            for speed, moves in ((zero + 1, False), (zero, True))
        )
        own_budget = self._demanded_rate(mine, once.moving(budget, zero + 1), False)
        # ε = h(y, ε): dε (1 − h_ε) = h_y dy + h_data
        by_own, by_data = by_own / (1 - own_budget), by_data / (1 - own_budget)
        return np.where(capped, zero, by_own), np.where(capped, cap, by_data)

    def _demanded_rate(self, mine: Any, budget: Any, moves: bool) -> Any:
        """How fast the budget of (59) moves at the quantity that is demanded."""
        once = self.dual
        roles = {**self._roles(moves), "price": 1 / mine, "epsilon": budget}
        roles["quantity"] = read(demand, once, roles)
        return once.slope(read(uncapped_epsilon, once, roles)) + self._traders("price") * 0

    def values(self) -> dict[str, Any]:
        """Return how fast decisions and outcomes move."""
        dual, market, exact = self.dual, self.branch.market, self.branch.exact
        sells = self.sells
        still = exact["price"] * 0
        price = still + dual.slope(self.roles["alpha"])
        price[sells] = dual.slope(1 / dual.moving(1 / self._traders("price"), self.inverse_rates))
        known = self.roles["epsilon"] if market.fixed_budgets else self.roles["epsilon_max"]
        epsilon = still + dual.slope(known)
        epsilon[sells] = self.budget_rates
        rates = {"price": price, "epsilon": epsilon}
        traded = {name: dual.moving(self._traders(name), rates[name][sells]) for name in rates}
        quantity = dual.moving(
            self._traders("quantity"), dual.slope(read(demand, dual, {**self._roles(True), **traded}))
        )
        rates["quantity"] = still + 0
        rates["quantity"][sells] = dual.slope(quantity)
        roles = {**self._roles(True), **traded, "quantity": quantity}
        for name in ("seller_profit", "inverse_price"):
            rates[name] = still + 0
            rates[name][sells] = dual.slope(read(market.outcomes()[name], dual, roles))
        everybody = {name: dual.moving(exact[name], rates[name]) for name in ("quantity", "price", "epsilon")}
        rates["buyer_utility"] = dual.slope(read(market.outcomes()["buyer_utility"], dual, {**self.roles, **everybody}))
        return rates
