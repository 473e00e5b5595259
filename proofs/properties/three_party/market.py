"""The properties of a three-party market's answer: sellers' prices, the buyer's demand and budgets, what is unique.

For given budgets a seller's utility is a rational function of 1/p and concave, so that two signs of its slope, in
fractions, enclose the best price. Where sellers foresee the buyer's budgets, best replies are searched for in doubles.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.errors import InputError
from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import (
    best_inverse_price,
    demand,
    inverse_price,
    price_utility,
    seller_utility,
)
from ....solvers.certificates.three_party.market import not_positive
from ....solvers.certificates.three_party.search import Search
from ....solvers.formatting import shown
from ....solvers.readings.derivative import Derivative
from ....solvers.readings.rationals import Rationals
from ....solvers.readings.vectors import Vectors
from ....solvers.solution import OWN_NUMBERS, Solution
from ....solvers.solve import solve
from ..profile import ROUNDING
from ..results import Item, Verdict
from ..within import amounts_to, at_least
from .cartels import idle_account, merged_bidders
from .extracted_price import judge_extracted_price
from .identity import second_account


def judge_market(market: ThreePartyMarket, solution: Solution) -> tuple[Item, ...]:
    """Judge every property that the mechanism names."""
    if (found := not_positive(solution)) is not None:
        name, index, value = found
        people = market.people()
        who = f" (seller {people[index]})" if people else ""
        raise InputError(f"{name}[{index}]{who}", value, "must be positive for anything to be verified")
    judged = _Judged(market, solution)
    deviation, wanted, budgets = judged.deviation(), judged.demand(), judged.budgets()
    return (
        deviation,
        wanted,
        judged.rationality(),
        judged.bounded(),
        budgets,
        judged.uniqueness(),
        judged.perfect(deviation, wanted, budgets),
        judge_extracted_price(solution, judged.slack),
        judged.second_account(deviation),
        merged_bidders(market, solution),
        idle_account(market, solution, judged.decided("price")),
    )


@dataclass(frozen=True)
class _Judged:
    """A market's decisions, as fractions: doubles are taken as the numbers they are."""

    market: ThreePartyMarket
    solution: Solution

    @property
    def slack(self) -> float:
        """By how much, relative, a number may be wrong."""
        return ROUNDING if self.solution.backend == OWN_NUMBERS else self.solution.request.tolerance

    def second_account(self, deviation: Item) -> Item:
        price, quantity, epsilon = map(self.decided, ("price", "quantity", "epsilon"))
        names, best = _names(self.market), deviation.verdict == Verdict.HOLDS
        return second_account(names, price, quantity, epsilon, self.data("cost"), self.others(), best)

    def decided(self, name: str) -> Any:
        exact = (self.solution.exact or {}).get(name)
        rational = exact is not None and all(isinstance(entry, Fraction | int) for entry in np.ravel(exact))
        return Rationals().vector(exact if rational else self.solution.values[name])

    def data(self, name: str) -> Any:
        return self.market.read_in(Rationals())[name]

    def others(self) -> Any:
        listed = inverse_price(Rationals(), self.decided("price"), self.decided("quantity"))
        return sum(listed) - listed

    def person(self, index: int) -> str:
        return f"seller {_names(self.market)[index]}"

    def deviation(self) -> Item:
        """Whether a seller gains by another price: with the budgets as they are, or foreseeing those chosen then."""
        if self.market.subgame_perfect:
            return self._foreseen_deviation("no-profitable-deviation")
        name, algebra = "no-profitable-deviation", Rationals()
        dual = Derivative(algebra)
        price, epsilon, others = self.decided("price"), self.decided("epsilon"), self.others()
        cost, alpha, amount = self.data("cost"), self.data("alpha"), self.decided("quantity")
        reach = Fraction(self.solution.request.tolerance)
        steepest = Fraction(0)
        for index in np.flatnonzero(self.market.can_sell).tolist():
            own, trust = 1 / price[index], 1 + epsilon[index]
            data = (others[index], cost[index], alpha, epsilon[index])
            low, high = max(own * (1 - reach), trust / alpha), min(own * (1 + reach), trust / cost[index])
            slopes = [dual.slope(price_utility(dual, dual.variable(end), *data)) for end in (low, high)]
            if amount[index] <= 0 or slopes[0] < 0 or slopes[1] > 0:
                return self._better_price(index)
            steepest = max(steepest, slopes[0] * reach * own, -slopes[1] * reach * own)
        text = (
            f"no seller gains more than {shown(float(steepest))} by another price while budgets stay as they are: each "
            f"utility is concave in 1/price and its slope changes its sign within {float(reach):g} of the price"
        )
        return Item(name, Verdict.HOLDS, text, "exact", {"largest_gain": float(steepest)})

    def _better_price(self, index: int) -> Item:
        algebra = Rationals()
        price, epsilon = self.decided("price"), self.decided("epsilon")
        cost, alpha, rest = self.data("cost"), self.data("alpha"), self.others()[index]
        floats = (float(rest), float(epsilon[index]), float(alpha), float(cost[index]))
        best = 1 / float(best_inverse_price(Vectors(), *floats))

        def earned(asked: Fraction) -> Any:
            sold = demand(algebra, asked, epsilon[index], alpha)
            return seller_utility(algebra, 1 / asked, rest, sold, epsilon[index], cost[index])

        tried, here = [Fraction(best).limit_denominator(10**k) for k in range(1, 18)], earned(price[index])
        gains = {asked: earned(asked) - here for asked in [*tried, Fraction(best)] if asked > 0}
        most = max(gains.values())
        if most <= 0:
            text = f"the best price of {self.person(index)} was not enclosed, nor a better one found"
            return Item("no-profitable-deviation", Verdict.INCONCLUSIVE, text, "exact")
        asked, gain = next((asked, gain) for asked, gain in gains.items() if gain >= most * 9 / 10)
        text = f"{self.person(index)} gains {shown(gain)} by price {shown(asked)} instead of {shown(price[index])}"
        witness = {"seller": _names(self.market)[index], "price": price[index], "better": asked, "gain": gain}
        # another price, or another seller's, may gain more
        return Item("no-profitable-deviation", Verdict.VIOLATED, text, "exact", witness, within=at_least(gain))

    def _foreseen_deviation(self, name: str) -> Item:
        """The largest gain of a seller who foresees what budgets the buyer chooses at each of its prices."""
        search = Search.of(self.market)
        names = ("quantity", "price", "epsilon")
        floats = {item: np.asarray(self.solution.values[item], dtype=float) for item in names}
        inverse = np.where(floats["quantity"] > 0, 1 / floats["price"], 0.0)
        gains, replies = [], []
        for index, cost in enumerate(Vectors().vector(self.market.cost).tolist()):
            rest = float(max(inverse.sum() - inverse[index], 0.0))
            replies.append(search.reply(cost, rest))
            here = float(search.profit(inverse[index], floats["epsilon"][index], cost, rest))
            gains.append(replies[-1].profit - here)
        who = int(np.argmax(gains))
        if gains[who] <= self.slack * search.alpha:
            text = (
                f"no seller was found to gain more than {max(gains[who], 0.0):.3g} by another price, the buyer's "
                "choice of budgets foreseen (all prices searched, in doubles)"
            )
            return Item(name, Verdict.HOLDS, text, "float", {"largest_gain": max(gains[who], 0.0)})
        better = 1 / replies[who].inverse if replies[who].inverse > 0 else search.alpha
        text = (
            f"{self.person(who)} gains {shown(gains[who])} by price {shown(better)} instead of "
            f"{shown(float(floats['price'][who]))}, at which the buyer chooses epsilon {shown(replies[who].epsilon)}"
        )
        witness = {
            "seller": _names(self.market)[who],
            "price": float(floats["price"][who]),
            "better": better,
            "epsilon": replies[who].epsilon,
            "gain": gains[who],
        }
        within = at_least(gains[who], ROUNDING * search.alpha)
        return Item(name, Verdict.VIOLATED, text, "float", witness, within=within)

    def demand(self) -> Item:
        """Whether the buyer is sold what it wants at the prices and budgets (57)."""
        amount = self.decided("quantity")
        wanted = demand(Rationals(), self.decided("price"), self.decided("epsilon"), self.data("alpha"))
        apart = abs(amount - wanted) / (1 + max(abs(amount)))
        worst = int(np.argmax(apart))
        if apart[worst] > self.slack:
            text = f"the buyer wants {shown(wanted[worst])} of {self.person(worst)}, and is sold {shown(amount[worst])}"
            witness = {"seller": _names(self.market)[worst], "quantity": amount[worst], "wanted": wanted[worst]}
            return Item("demand", Verdict.VIOLATED, text, "exact", witness)
        text = "every quantity is the buyer's best at its price and budget, of which its utility is concave"
        return Item("demand", Verdict.HOLDS, text, "exact")

    def rationality(self) -> Item:
        """Whether no seller sells at a loss."""
        name, cost = "individual-rationality", self.data("cost")
        own, amount, epsilon = 1 / self.decided("price"), self.decided("quantity"), self.decided("epsilon")
        profit = seller_utility(Rationals(), own, self.others(), amount, epsilon, cost)
        least = int(np.argmin(profit))
        witness = {"seller": _names(self.market)[least], "profit": profit[least]}
        if profit[least] < -self.slack * float(cost[least]):
            text = f"{self.person(least)} sells at a loss: {shown(profit[least])}, and nothing by not selling"
            return Item(name, Verdict.VIOLATED, text, "exact", witness, within=amounts_to(-profit[least]))
        text = f"every seller has at least what it has by not selling, zero; {self.person(least)} has least, "
        return Item(name, Verdict.HOLDS, text + shown(profit[least]), "exact", witness)

    def bounded(self) -> Item:
        """Whether the buyer's choice has a best one: the cap sees to it."""
        top, budgets = self.data("epsilon_max"), self.decided("epsilon")
        most = int(np.argmax(budgets))
        if budgets[most] / top - 1 > self.slack:
            text = f"{self.person(most)} has a budget of {shown(budgets[most])}, above the cap {shown(top)}"
            return Item("bounded-buyer", Verdict.VIOLATED, text, "exact")
        weight = self.data("privacy_weight")
        text = (
            f"budgets end at {shown(top)}, so the buyer has a best choice; without a cap it would have none: buying "
            f"nothing, every tenfold budget is worth {shown(weight)} · ln 10 more to it"
        )
        return Item("bounded-buyer", Verdict.HOLDS, text, "exact")

    def budgets(self) -> Item:
        """Whether the buyer would not rather have other budgets at these prices."""
        name, promised = "buyer-budgets", self.market.subgame_perfect
        if self.market.fixed_budgets:
            return Item(name, Verdict.NOT_APPLICABLE, "the budgets are fixed", "exact", informational=True)
        search = Search.of(self.market)
        prices, budgets = (np.asarray(self.solution.values[key], dtype=float) for key in ("price", "epsilon"))
        losses, others = search.better_budgets(prices, budgets)
        who = int(np.argmax(losses))
        lost, better = float(losses[who]), float(others[who])
        if lost > self.slack:
            text = (
                f"at the price of {self.person(who)} the buyer would rather have epsilon {shown(better)} than "
                f"{shown(float(budgets[who]))}: {shown(lost * search.alpha)} more"
            )
            witness = {"seller": _names(self.market)[who], "epsilon": float(budgets[who]), "better": better}
            witness["gain"] = lost * search.alpha
            return Item(name, Verdict.VIOLATED, text, "float", witness, informational=not promised)
        text = "at these prices the buyer has no better budgets: the cap and the local maximum below it were compared"
        return Item(name, Verdict.HOLDS, text, "float", informational=not promised)

    def uniqueness(self) -> Item:
        """Whether there is another equilibrium."""
        name = "uniqueness"
        if self.market.fixed_budgets:
            text = (
                "at a total Z of 1/p the utility's slope leaves each seller one 1/p, whose part of Z falls as Z rises, "
                "so the parts add up to one at a single total"
            )
            return Item(name, Verdict.HOLDS, text, "exact")
        if self.market.subgame_perfect:
            least, greatest = (self._solved(equilibrium=end) for end in ("least", "greatest"))
            if _same(least, greatest, self.solution.request.tolerance):
                text = "best replies iterated from the lowest and from the highest prices meet; all others lie between"
                return Item(name, Verdict.HOLDS, text, "float")
            prices = [np.asarray(end.values["price"], dtype=float).tolist() for end in (least, greatest)]
            text = f"the least and the greatest equilibrium differ: prices {prices[0]} and {prices[1]}"
            return Item(name, Verdict.VIOLATED, text, "float", {"prices": prices})
        few = len(self.market.cost) <= 300 and bool(np.any(self.market.can_sell))
        agrees = not few or _same(self._solved(), solve(self.market, backend="interference:newton"), 1e-6)
        text = (
            "no second equilibrium of the printed order was found (iterated from the cap, and by Newton's method from "
            "the middle); that there is none is not shown"
            if agrees
            else "Newton's method ends elsewhere than the iteration of best replies; neither excludes the other"
        )
        return Item(name, Verdict.INCONCLUSIVE, text, "float", informational=True)

    def _solved(self, **options: str) -> Solution:
        """An answer of the default back end, as data: nothing but its agreement with another is used."""
        return solve(self.market, tolerance=self.solution.request.tolerance, options=options)

    def perfect(self, deviation: Item, wanted: Item, budgets: Item) -> Item:
        """Whether nobody gains when the buyer moves after the prices, and the sellers know."""
        name = "subgame-perfect"
        parts: tuple[Item, ...] = (deviation, wanted)
        if not self.market.fixed_budgets:
            parts = (deviation if self.market.subgame_perfect else self._foreseen_deviation(name), wanted, budgets)
        worst = next((item for item in parts if item.verdict == Verdict.VIOLATED), None)
        if worst is not None:
            text = f"not if the buyer chooses after the prices: {worst.text}"
            return Item(name, Verdict.VIOLATED, text, worst.arithmetic, worst.witness, informational=True)
        undecided = next((item for item in parts if item.verdict == Verdict.INCONCLUSIVE), None)
        if undecided is not None:
            return Item(name, Verdict.INCONCLUSIVE, undecided.text, undecided.arithmetic, informational=True)
        text = "neither a seller, foreseeing the buyer's choice, nor the buyer gains by deciding otherwise"
        return Item(name, Verdict.HOLDS, text, parts[-1].arithmetic, informational=True)


def _names(market: ThreePartyMarket) -> tuple[str, ...]:
    return market.people() or tuple(str(index) for index in range(len(market.cost)))


def _same(one: Solution, other: Solution, tolerance: float) -> bool:
    return all(
        np.allclose(one.values[name], other.values[name], rtol=tolerance, atol=least)
        for name, least in (("price", 0.0), ("quantity", tolerance))
    )
