"""A menu of doubles made sound exactly: it breaks rows by roundings, and is moved by as little.

From the dearest type to the cheapest every budget is raised to those before it and what is kept is brought between its
steps; a pool that is overspent scales the menu down, which keeps all other rows, or brings payments nearer to the
least.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from ...formulations.contract.declaration import PrivacyContract
from ...formulations.data import as_fractions
from ...formulations.repair.contract import groups_of


def mended_menu(
    contract: PrivacyContract, stated: Mapping[str, Any], kept: tuple[str, ...], moved: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a sound menu near one in doubles, of the decisions that move.

    Examples
    --------
    >>> contract = PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=3)
    >>> nearly = {"epsilon": [1 - 1e-9, 1], "payment": [2, 2 + 1e-9]}
    >>> menu = mended_menu(contract, nearly, ("pool",), nearly)
    >>> sum(menu["payment"]) == 3, menu["epsilon"][0] == menu["epsilon"][1]
    (True, True)
    """
    menu = {name: as_fractions(values) for name, values in {**stated, **moved}.items()}
    cost, count = as_fractions(contract.cost), as_fractions(contract.count)
    groups = groups_of(contract)[::-1]
    if "payments" in kept:
        return {"epsilon": _budgets(cost, menu, groups)}
    epsilon = menu["epsilon"] if "epsilon" in kept else _falling(menu["epsilon"], groups)
    most = menu["payment"] - cost * epsilon
    payment = cost * epsilon + _between_steps(cost, epsilon, most, groups)
    spent, pool = sum((count * payment).tolist(), Fraction(0)), Fraction(contract.reward_pool)
    if "pool" not in kept or spent <= pool:
        return {name: value for name, value in {"epsilon": epsilon, "payment": payment}.items() if name in moved}
    if "epsilon" not in kept:
        return {"epsilon": epsilon * (pool / spent), "payment": payment * (pool / spent)}
    least = cost * epsilon + _between_steps(cost, epsilon, most * 0, groups)
    floor = sum((count * least).tolist(), Fraction(0))
    share = (pool - floor) / (spent - floor) if floor <= pool else Fraction(1)
    return {"payment": least + share * (payment - least)}


def _falling(epsilon: Any, groups: list[list[int]]) -> Any:
    """Return budgets none of which is below nothing, or below one of a dearer type."""
    found, least = epsilon.copy(), Fraction(0)
    for group in groups:
        for k in group:
            found[k] = max(found[k], least)
        least = max(found[k] for k in group)
    return found


def _between_steps(cost: Any, epsilon: Any, wanted: Any, groups: list[list[int]]) -> Any:
    """Return what each type keeps, as near to what is wanted as the steps from the dearer types allow."""
    kept = np.empty_like(wanted)
    here = max(Fraction(0), wanted[groups[0][0]])
    kept[groups[0]] = here
    for dearer, cheaper in pairwise(groups):
        rise = cost[dearer[0]] - cost[cheaper[0]]
        low, high = rise * max(epsilon[k] for k in dearer), rise * min(epsilon[k] for k in cheaper)
        here = min(max(wanted[cheaper[0]], here + low), here + high)
        kept[cheaper] = here
    return kept


def _budgets(cost: Any, menu: Mapping[str, Any], groups: list[list[int]]) -> Any:
    """Return budgets that payments which stay make incentive compatible, where each cost is another one's."""
    payment, found = menu["payment"], menu["epsilon"].copy()
    last = groups[0][0]
    found[last] = min(max(found[last], Fraction(0)), payment[last] / cost[last])
    for dearer, cheaper in pairwise(groups):
        one, two = dearer[0], cheaper[0]
        more = payment[two] - payment[one]
        found[two] = min(max(found[two], found[one] + more / cost[one]), found[one] + more / cost[two])
    for group in groups:  # equal costs keep the same
        for k in group[1:]:
            found[k] = found[group[0]] + (payment[k] - payment[group[0]]) / cost[k]
    return found
