"""Judging the prices of versions: that nobody can arbitrage the menu, that more never costs less, cone and pairs."""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction

import numpy as np

from ....formulations.errors import LimitReached
from ....formulations.versions.pricing import VersionPricing
from ....solvers.arbitrage.oracle import cheapest_bundle, in_cone
from ....solvers.formatting import shown
from ....solvers.readings.rationals import Rationals
from ....solvers.solution import Solution
from ..results import Item, Verdict
from ..within import amounts_to, at_least
from .identity import intermediary, split_purchase
from .priced import MOST_PAIRED, PricedMenu

SEARCH_SECONDS = 10.0
"""How long arbitrage is looked for where no other limit is set."""


def judge_prices(model: VersionPricing, solution: Solution) -> tuple[Item, ...]:
    """Judge every property that the mechanism names."""
    menu = PricedMenu(model, solution)
    oracle = no_arbitrage(menu)
    return (
        *(oracle, monotone(menu), within_cone(menu), pair_test(menu)),
        *(split_purchase(menu, oracle), intermediary(menu)),
    )


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
