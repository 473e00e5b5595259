"""Cartels and idle accounts among sellers: the market without some of them, solved anew and compared.

A cartel sells by its first member alone; the others post nothing. Prices are those of the smaller market's certified
equilibrium, and who gains is told by the declared utility, in doubles.
"""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import combinations
from typing import Any

import numpy as np

from ....formulations.data import as_floats
from ....formulations.declaration import people_of
from ....formulations.errors import MechproofError, UnsupportedModel
from ....formulations.three_party.declaration import ThreePartyMarket
from ....solvers.formatting import shown
from ....solvers.solution import Solution
from ....solvers.solve import solve
from ..results import Item, Verdict
from ..within import at_least

ALL_OF = 5
"""Up to how many who sell every cartel is looked at; of more, pairs of the cheapest."""
CLEAR = 1e-5
"""What part of the largest profit is far more than what prices within the tolerance move."""


def merged_bidders(market: ThreePartyMarket, solution: Solution) -> Item:
    """Judge whether sellers gain of whom the cheapest alone sells, prices being set anew.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.ThreePartyMarket(cost=[1, 1, 1], alpha=4, privacy_weight=1, epsilon_max=5, epsilon=[1, 1, 1])
    >>> print(mp.verify(mp.solve(market))["merged-bidders"].text[:33])
    sellers 0, 1, 2 gain 0.0498447 if
    """
    name, cost = "merged-bidders", as_floats(market.cost)
    sold = as_floats(solution.values["quantity"])
    sellers = [i for i in np.argsort(cost, kind="stable").tolist() if sold[i] > 0]
    some = sellers[:ALL_OF]
    sizes = range(2, len(some) + 1) if len(sellers) <= ALL_OF else (2,)
    try:
        now = _profits(solution)
        tried = [(_gain(market, group, now), group) for size in sizes for group in combinations(some, size)]
    except MechproofError as error:
        text = f"the market without some of its sellers was not solved: {error}"
        return Item(name, Verdict.INCONCLUSIVE, text, "float", informational=True)
    least = CLEAR * float(np.max(now, initial=0.0))
    gain, group = max(tried, default=(0.0, ()))
    if group and gain > least:
        names = [_name(market, i) for i in group]
        text = (
            f"sellers {', '.join(names)} gain {shown(gain)} if the first alone sells, at the prices that follow: "
            f"{shown(sum(now[list(group)]) + gain)} in place of {shown(sum(now[list(group)]))}"
        )
        within = at_least(gain, least)
        return Item(name, Verdict.VIOLATED, text, "float", {"sellers": names, "gain": gain}, True, within)
    if len(sellers) <= ALL_OF and (not group or gain < -least):
        lost = f", and each loses {shown(-gain)} at least" if group else ": fewer than two sell"
        text = f"no sellers gain of whom one alone sells{lost}; each such market was solved"
        return Item(name, Verdict.HOLDS, text, "float", {"cartels": len(tried)}, informational=True)
    text = f"none of {len(tried):,} cartels was found to gain; that no other does is not shown"
    return Item(name, Verdict.INCONCLUSIVE, text, "float", informational=True)


def idle_account(market: ThreePartyMarket, solution: Solution, price: Any) -> Item:
    """Judge whether a seller whose cost is more than the buyer ever pays moves the others' prices.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.ThreePartyMarket(cost=[1, 9], alpha=4, privacy_weight=1, epsilon_max=5, epsilon=[1, 1])
    >>> print(mp.verify(mp.solve(market))["idle-account"].verdict)
    holds
    """
    name, idle = "idle-account", np.flatnonzero(~market.can_sell)
    try:
        if len(idle) and len(idle) < len(market.cost):
            who, left = f"seller {_name(market, int(idle[-1]))}, who cannot sell,", _without(market, (int(idle[-1]),))
            other = np.insert(_solved(left).values["price"], int(idle[-1]), float(price[idle[-1]]))
        else:
            who = "one more seller, whose cost is all that the buyer would pay,"
            other = _solved(_with_idle(market)).values["price"][:-1]
    except MechproofError as error:
        text = f"the market with another account was not solved: {error}"
        return Item(name, Verdict.INCONCLUSIVE, text, "float", informational=True)
    stated = as_floats(solution.values["price"])
    apart = float(np.max(np.abs(other - stated)) / np.max(stated))
    witness = {"moved": apart}
    if apart <= CLEAR:
        text = (
            f"{who} moves no price: what it posts counts as nothing in what the others' prices answer, by the "
            f"declaration, and both markets were solved"
        )
        return Item(name, Verdict.HOLDS, text, "float", witness, informational=True)
    text = f"{who} moves a price by {apart:.3g} of the largest"
    verdict = Verdict.VIOLATED if solution.certificate.valid else Verdict.INCONCLUSIVE
    return Item(name, verdict, text, "float", witness, informational=True)


def _gain(market: ThreePartyMarket, group: tuple[int, ...], now: Any) -> float:
    """What a cartel gains by its first member selling alone."""
    kept = [i for i in range(len(market.cost)) if i not in group[1:]]
    alone = _profits(_solved(_without(market, group[1:])))
    return float(alone[kept.index(group[0])] - sum(now[list(group)]))


def _profits(solution: Solution) -> Any:
    return as_floats(solution.values["seller_profit"])


def _solved(market: ThreePartyMarket) -> Solution:
    found = solve(market)
    if not found.certificate.valid:
        raise UnsupportedModel(f"its solution is not certified: {found.certificate.reason}")
    return found


def _without(market: ThreePartyMarket, indices: tuple[int, ...]) -> ThreePartyMarket:
    rows = {item.name: getattr(market, item.name) for item in fields(market) if people_of(item) == market.about}
    less: dict[str, Any] = {name: np.delete(np.asarray(v), indices) for name, v in rows.items() if v is not None}
    return replace(market, **less)


def _with_idle(market: ThreePartyMarket) -> ThreePartyMarket:
    more: dict[str, Any] = {"cost": np.append(market.cost, market.alpha)}
    if market.epsilon is not None:
        more["epsilon"] = np.append(market.epsilon, market.epsilon[-1])
    if market.seller is not None:
        more["seller"] = (*market.seller, "an idle account")
    return replace(market, **more)


def _name(market: ThreePartyMarket, index: int) -> str:
    people = market.people()
    return people[index] if people else str(index)
