"""What makes a menu of budgets and payments sound, row by row, and the nearest such menu.

Between neighbours in cost nobody likes another item better; the dearest type keeps at least nothing; all payments fit
the pool. Of strictly increasing costs c_1 < … < c_K that is all: budgets then fall, and no other pair envies
(`contract/local-rows-suffice`). Types of equal cost must keep the same with every item of their group, and are all
neighbours of the next group: with fewer rows somebody may gain (`contract/local-rows-suffice-with-ties`).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from ..algebra import Algebra
from ..contract.declaration import PrivacyContract
from ..contract.formulas import ic_slack, owner_utility, pool_left
from ..data import as_floats
from ..language import Constraint, Decision
from .nearest import Nearest

KEPT = ("epsilon", "payments", "pool")
"""What may stay as it is: budgets, payments, the pool."""


def nearest_menu(
    contract: PrivacyContract, stated: Mapping[str, Any], kept: tuple[str, ...], norm: str, all_pairs: bool = False
) -> Nearest:
    """Return the program of the nearest sound menu.

    Parameters
    ----------
    contract
        Whose menu it is.
    stated
        The menu.
    kept
        Of `KEPT`. A pool that is not kept is as large as the payments need.
    norm
        As in `Nearest`.
    all_pairs
        Whether incentive compatibility is asked for all pairs of types, and not only of those that suffice.
    """
    rows: list[Constraint] = []
    own, other = pairs(contract) if not all_pairs else np.nonzero(~np.eye(len(contract.cost), dtype=bool))
    if contract.hides_costs and len(own):
        rows.append(Constraint("incentive_compatibility", Envy(own, other).slack, by_role=ic_slack))
    who = dearest(contract) if contract.hides_costs and not all_pairs else np.arange(len(contract.cost))
    rows.append(Constraint("individual_rationality", Keeping(who).slack, by_role=owner_utility))
    if "pool" in kept:
        rows.append(Constraint("budget_balance", pool_left))
    moving = [item for item in bounds(contract, stated, kept) if not _stays(item.name, kept)]
    return Nearest(contract, dict(stated), tuple(moving), tuple(rows), norm)


def _stays(name: str, kept: tuple[str, ...]) -> bool:
    return {"epsilon": "epsilon", "payment": "payments"}[name] in kept


class Envy:
    """What types would lose by others' items, for some pairs."""

    def __init__(self, own: np.ndarray, other: np.ndarray) -> None:
        self.own, self.other = own, other

    def slack(self, a: Algebra, payment: Any, epsilon: Any, cost: Any) -> Any:
        """Return `ic_slack` of each pair."""
        own, other = self.own, self.other
        return ic_slack(a, payment[own], epsilon[own], payment[other], epsilon[other], cost[own])


class Keeping:
    """What some types keep."""

    def __init__(self, who: np.ndarray) -> None:
        self.who = who

    def slack(self, a: Algebra, payment: Any, epsilon: Any, cost: Any) -> Any:
        """Return `owner_utility` of each."""
        return owner_utility(a, payment[self.who], epsilon[self.who], cost[self.who])


def pairs(contract: PrivacyContract) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs whose rows suffice: neighbouring groups of equal cost, all with all, and inside a group a ring.

    Examples
    --------
    >>> [entries.tolist() for entries in pairs(PrivacyContract(cost=[1, 2, 2], count=[1] * 3, reward_pool=30))]
    [[0, 1, 0, 2, 1, 2], [1, 0, 2, 0, 2, 1]]
    """
    groups = groups_of(contract)
    own: list[int] = []
    other: list[int] = []
    for one, two in pairwise(groups):
        for cheaper in one:
            for dearer in two:
                own += [cheaper, dearer]
                other += [dearer, cheaper]
    for group in groups:
        if len(group) > 1:  # what all keep is at most what the next keeps, around: it is the same
            own += group
            other += group[1:] + group[:1]
    return np.array(own, dtype=np.intp), np.array(other, dtype=np.intp)


def groups_of(contract: PrivacyContract) -> list[list[int]]:
    """Return the types by cost, the cheapest first; those of equal cost together, in their order."""
    groups: list[list[int]] = [[] for _ in contract.ladder.cost]
    for kind, place in enumerate(contract.ladder.place.tolist()):
        groups[place].append(kind)
    return groups


def dearest(contract: PrivacyContract) -> np.ndarray:
    """Return the types of the largest cost: who keeps something there, keeps it everywhere."""
    return np.flatnonzero(contract.ladder.place == len(contract.ladder.cost) - 1)


def bounds(contract: PrivacyContract, stated: Mapping[str, Any], kept: tuple[str, ...]) -> tuple[Decision, ...]:
    """Return bounds that every sound menu keeps, or at least every nearest one.

    Nobody is paid more than the pool allows if it is kept, nor sells more than that pays for. Without a pool the least
    incentive compatible payments for given budgets are a bound on the distance, and so on each change.
    """
    cost, count = np.asarray(contract.cost), np.asarray(contract.count)
    none = np.zeros(len(cost))
    if "pool" in kept:
        most = contract.reward_pool / count
    elif "payments" in kept:
        most = np.maximum(np.asarray(stated["payment"]), 0)
    else:
        # what budgets cost and the dearest cost of the largest one more is incentive compatible pay, or nothing is
        costs, owners, sold, paid = map(as_floats, (cost, count, stated["epsilon"], stated["payment"]))
        room = np.abs(costs * sold - paid) + np.max(costs) * max(np.max(sold), 0.0)
        most = np.maximum(paid, 0.0) + 2 * np.sum(owners * room) / np.min(owners)
    return (
        Decision("epsilon", none, most / cost, symbol=r"\varepsilon", unit="ε"),
        Decision("payment", none, most, symbol="p", unit="money"),
    )
