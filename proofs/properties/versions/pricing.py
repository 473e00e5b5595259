"""Judging the prices of versions: that nobody can arbitrage the menu, that more never costs less, cone and pairs."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.data import as_fractions
from ....formulations.errors import LimitReached
from ....formulations.versions.menu import version_weight
from ....formulations.versions.pricing import VersionPricing
from ....formulations.versions.revenue import VersionRevenue
from ....solvers.arbitrage.oracle import cheapest_bundle, in_cone, safe_menu
from ....solvers.formatting import shown
from ....solvers.readings.rationals import Rationals
from ....solvers.solution import OWN_NUMBERS, Solution
from ..profile import ROUNDING
from ..results import Item, Verdict
from ..within import Within, amounts_to, at_least

SEARCH_SECONDS = 10.0
"""How long arbitrage is looked for where no other limit is set."""
MOST_PAIRED = 400
"""Up to how many versions all pairs are tried."""


def judge_prices(model: VersionPricing, solution: Solution) -> tuple[Item, ...]:
    """Judge every property that the mechanism names."""
    menu = PricedMenu(model, solution)
    return (no_arbitrage(menu), monotone(menu), within_cone(menu), pair_test(menu))


@dataclass(frozen=True)
class PricedMenu:
    """A menu, solved for or brought along, in fractions.

    Doubles are the numbers they are, unless exactly safe prices lie within the rounding of the arithmetic they come
    from: then those are judged, and it is said how far off they are. A back end's doubles may be off by the tolerance
    of the request, somebody's own only by their last digits.
    """

    model: VersionPricing | VersionRevenue
    solution: Solution

    @cached_property
    def given(self) -> Any:
        """The prices as stated."""
        exact = (self.solution.exact or {}).get("price")
        stated = self.solution.values["price"] if exact is None else exact
        return as_fractions(stated)

    @cached_property
    def exact(self) -> bool:
        """Whether the prices were stated as fractions."""
        return self.solution.exact is not None and "price" in self.solution.exact

    @cached_property
    def moved(self) -> Fraction:
        """How far, relative to the largest, the prices judged are from those stated."""
        largest = max(abs(self.given)) or Fraction(1)
        return Fraction(max(abs(self.price - self.given)) / largest)

    @cached_property
    def price(self) -> Any:
        """The prices to be judged."""
        if self.exact or bool(np.any(self.given < 0)):
            return self.given
        own = self.solution.backend == OWN_NUMBERS
        allowed = ROUNDING if own else self.solution.request.tolerance
        if isinstance(self.model, VersionPricing) and self.exactly_safe:
            safe = self.model.bundles.lowered(self.given)
        else:
            safe = safe_menu(self.model.epsilon, self.given, self.model.attack)
        near = bool(np.all(abs(safe - self.given) <= Fraction(allowed) * max(self.given)))
        return safe if near else self.given

    @property
    def exactly_safe(self) -> bool:
        """Whether prices need only be cheaper than every bundle, not in the cone."""
        return isinstance(self.model, VersionPricing) and self.model.safety == "exact"

    @cached_property
    def weight(self) -> Any:
        """The versions' weights."""
        return version_weight(Rationals(), as_fractions(self.model.epsilon), self.model.attack)

    def version(self, index: int) -> str:
        """Return what a sentence calls a version."""
        return self.model.person(index)

    def item(
        self,
        name: str,
        verdict: Verdict,
        text: str,
        witness: Any = None,
        informational: bool = False,
        within: Within | None = None,
    ) -> Item:
        """Return an item; where rounded prices were judged, it says so."""
        if self.moved:
            where = "safe prices" if self.exactly_safe else "prices in the safe cone"
            text += f"; this is judged of {where}, {float(self.moved):.2g} (relative) from those stated"
        arithmetic = "float" if self.moved else "exact"
        return Item(name, verdict, text, arithmetic, witness, informational, within)


def no_arbitrage(menu: PricedMenu) -> Item:
    """Judge that no bundle does what a version does for less money, by the exact oracle.

    Examples
    --------
    >>> import mechproof as mp
    >>> fit = mp.VersionPricing(epsilon=["0.3", "0.9"], target=[1, 4])
    >>> print(mp.verify(mp.candidate(fit, price=[1, "3.5"]))["no-arbitrage"].text)
    3 copies of version 0 cost 3 and do what version 1 does for 7/2 (≈ 3.50000): 1/2 (≈ 0.500000) less
    """
    model, limit = menu.model, menu.solution.request.time_limit
    if bool(np.any(menu.price < 0)):
        index = int(np.argmin(menu.price))
        text = f"{menu.version(index)} has a negative price, {shown(menu.price[index])}: whoever buys it is paid"
        return menu.item("no-arbitrage", Verdict.VIOLATED, text, {"version": _name(menu, index)})
    try:
        found = cheapest_bundle(
            model.epsilon, menu.price, model.attack, SEARCH_SECONDS if limit is None else limit, model.people()
        )
    except LimitReached as limit_reached:
        return menu.item("no-arbitrage", Verdict.INCONCLUSIVE, str(limit_reached))
    if not found:
        return menu.item("no-arbitrage", Verdict.HOLDS, found.text)
    assert found.dominated is not None
    witness = {
        "version": _name(menu, found.dominated),
        "price": found.price,
        "shopping_list": {_name(menu, index): count for index, count in found.copies.items()},
        "cost": found.cost,
        "saving": found.saving,
    }
    # the bundle that was found saves most, unless time ran out
    within = (amounts_to if found.complete else at_least)(found.saving)
    return menu.item("no-arbitrage", Verdict.VIOLATED, found.text, witness, within=within)


def monotone(menu: PricedMenu) -> Item:
    """Judge that a larger privacy budget never costs less.

    Examples
    --------
    >>> import mechproof as mp
    >>> fit = mp.VersionPricing(epsilon=[1, 2], target=[1, 2], version=["basic", "gold"])
    >>> print(mp.verify(mp.candidate(fit, price=[2, 1]))["monotone"].text)
    version gold costs 1 and version basic, which has a smaller privacy budget, 2
    """
    slack = menu.model.cone.monotone(Rationals(), menu.price)
    broken = np.flatnonzero(slack < 0)
    if not len(broken):
        return menu.item("monotone", Verdict.HOLDS, "a larger privacy budget never costs less")
    this, following = (int(i) for i in menu.model.cone.order[broken[0] : broken[0] + 2])
    rest = f"; so it is of {len(broken) - 1} more neighbours" if len(broken) > 1 else ""
    text = (
        f"{menu.version(following)} costs {shown(menu.price[following])} and {menu.version(this)}, which has a smaller "
        f"privacy budget, {shown(menu.price[this])}{rest}"
    )
    witness = {"version": _name(menu, following), "smaller": _name(menu, this), "how_many": len(broken)}
    ordered = menu.price[menu.model.cone.order]
    most = max(np.maximum.accumulate(ordered) - ordered)
    return menu.item("monotone", Verdict.VIOLATED, text, witness, within=amounts_to(most))


def within_cone(menu: PricedMenu) -> Item:
    """Judge membership in the safe cone, which suffices against arbitrage but is not necessary.

    Examples
    --------
    >>> import mechproof as mp
    >>> fit = mp.VersionPricing(epsilon=[2, 3], target=[2, 4])
    >>> found = mp.verify(mp.candidate(fit, price=[2, 4]))
    >>> str(found["no-arbitrage"].verdict), str(found["in-cone"].verdict)
    ('holds', 'violated')
    """
    cone = menu.model.cone
    if in_cone(cone, menu.price):
        text = "the prices are in the safe cone, so that no bundle of any size can be arbitrage"
        return menu.item("in-cone", Verdict.HOLDS, text, informational=True)
    rising = np.zeros(0, dtype=bool)
    if cone.attack != "none" and len(cone.order) > 1:
        algebra = Rationals()
        rising = cone.proportional_by_weight(algebra, menu.price, menu.weight) < 0
    if np.any(rising):
        place = int(np.argmax(rising))
        this, following = (int(i) for i in cone.order[place : place + 2])
        per = [menu.price[i] / menu.weight[i] for i in (this, following)]
        text = (
            f"the price per {'ε' if cone.attack == 'composition' else 'ε²'} rises from {shown(per[0])} at "
            f"{menu.version(this)} to {shown(per[1])} at {menu.version(following)}; outside the cone a menu may still "
            "be safe, which the search for arbitrage settles"
        )
        witness = {"version": _name(menu, following), "before": _name(menu, this)}
        return menu.item("in-cone", Verdict.VIOLATED, text, witness, informational=True)
    text = "a larger privacy budget costs less, or a price is negative"
    return menu.item("in-cone", Verdict.VIOLATED, text, informational=True)


def pair_test(menu: PricedMenu) -> Item:
    """Judge what is often checked instead: that no one or two purchases undercut a version; larger bundles still may.

    Examples
    --------
    >>> import mechproof as mp
    >>> fit = mp.VersionPricing(epsilon=["0.3", "0.9"], target=[1, 4])
    >>> found = mp.verify(mp.candidate(fit, price=[1, "3.5"]))
    >>> str(found["pair-test"].verdict), str(found["no-arbitrage"].verdict)
    ('holds', 'violated')
    """
    passed = "no one or two purchases undercut a version; larger bundles are the oracle's matter"
    if in_cone(menu.model.cone, menu.price):
        return menu.item("pair-test", Verdict.HOLDS, passed, informational=True)
    if len(menu.price) > MOST_PAIRED:
        text = f"pairs are tried of up to {MOST_PAIRED} versions"
        return menu.item("pair-test", Verdict.INCONCLUSIVE, text, informational=True)
    pair = undercutting_pair(menu.weight.tolist(), menu.price.tolist(), menu.model.attack != "none")
    if pair is None:
        return menu.item("pair-test", Verdict.HOLDS, passed, informational=True)
    undercut, bought = pair
    together = " and ".join(map(menu.version, bought)) + (" together cost" if len(bought) > 1 else " costs")
    text = (
        f"{together} {shown(sum(menu.price[list(bought)]))} and do{'' if len(bought) > 1 else 'es'} what "
        f"{menu.version(undercut)} does for {shown(menu.price[undercut])}"
    )
    witness = {"version": _name(menu, undercut), "bought": [_name(menu, i) for i in bought]}
    return menu.item("pair-test", Verdict.VIOLATED, text, witness, informational=True)


def undercutting_pair(
    weight: list[Fraction], price: list[Fraction], combinable: bool
) -> tuple[int, tuple[int, ...]] | None:
    """Return a version and one or two purchases that do as much for less, or None.

    Examples
    --------
    >>> undercutting_pair([Fraction(2), Fraction(4)], [Fraction(1), Fraction(3)], combinable=True)
    (1, (0, 0))
    >>> undercutting_pair([Fraction(2), Fraction(5)], [Fraction(1), Fraction(4)], combinable=True) is None
    True
    """
    order = sorted(range(len(weight)), key=weight.__getitem__)
    ordered = [weight[i] for i in order]
    cheapest = order.copy()  # from each place on, the cheapest version that is at least as heavy
    for place in range(len(order) - 2, -1, -1):
        if price[cheapest[place + 1]] < price[cheapest[place]]:
            cheapest[place] = cheapest[place + 1]
    for j in order:
        alone = cheapest[bisect_left(ordered, weight[j])]
        if price[alone] < price[j]:
            return j, (alone,)
        for one in order if combinable else ():
            if weight[one] >= weight[j]:
                break
            other = cheapest[bisect_left(ordered, weight[j] - weight[one])]
            if price[one] + price[other] < price[j]:
                return j, (one, other)
    return None


def _name(menu: PricedMenu, index: int) -> str:
    people = menu.model.people()
    return people[index] if people else str(index)
