"""Who counts as one to a contract: an owner with two accounts takes two items, a cartel with one account takes one.

The menu is posted; what owners have of several accounts adds up, and so does what they sell.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np

from ....formulations.contract.formulas import owner_utility
from ....solvers.certificates.contract.items import Menu
from ....solvers.formatting import shown
from ....solvers.readings.rationals import Rationals
from ..profile import ROUNDING
from ..results import Item, Verdict
from ..within import at_least


def second_account(menu: Menu, note: str, slack: float) -> Item:
    """Judge whether an owner gains by a second account, with which it takes the item it likes best once more.

    Examples
    --------
    >>> import mechproof as mp
    >>> contract = mp.PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=5)
    >>> menu = mp.candidate(contract, epsilon=[1, 1], payment=[2, 2])
    >>> print(mp.verify(menu)["second-account"].text)
    type 0 has 2 with two accounts in place of 1, and gains 1: its rent is paid twice, and of the pool 1 would be \
missing
    """
    name, how = "second-account", _arithmetic(menu)
    own_item = np.arange(len(menu.payment))
    item = np.where(menu.incentive < 0, menu.envied, own_item) if menu.contract.hides_costs else own_item
    more = owner_utility(menu.algebra, menu.payment[item], menu.epsilon[item], menu.roles["cost"])
    at = int(np.argmax(more))
    if not more[at] > slack * float(max(abs(menu.payment))):
        text = f"no owner has anything of a second account: no item leaves any type more than it costs{note}"
        return Item(name, Verdict.HOLDS, text, how, {"gain": more[at]}, informational=True)
    own, left = menu.rationality[at], menu.left - menu.payment[item[at]]
    again = "its rent is paid twice" if item[at] == at else f"the second takes the item of {menu.name(int(item[at]))}"
    lacks = f", and of the pool {shown(-left)} would be missing" if left < 0 else ""
    text = (
        f"{menu.name(at)} has {shown(own + more[at])} with two accounts in place of {shown(own)}, and gains "
        f"{shown(more[at])}: {again}{lacks}{note}"
    )
    witness = {"type": _type(menu, at), "one_account": own, "two_accounts": own + more[at], "gain": more[at]}
    witness |= {"item_of": _type(menu, int(item[at])), "pool_left": left}
    return Item(name, Verdict.VIOLATED, text, how, witness, True, within=at_least(more[at], _room(menu)))


def merged_bidders(menu: Menu, note: str, slack: float) -> Item:
    """Judge whether two owners gain by taking one item together, with the cost of the cheaper one.

    Examples
    --------
    >>> import mechproof as mp
    >>> contract = mp.PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=5)
    >>> print(mp.verify(mp.candidate(contract, epsilon=[1, 1], payment=[2, 2]))["merged-bidders"].verdict)
    holds
    """
    name, how = "merged-bidders", _arithmetic(menu)
    pairs = [(one, other) for one, other in enumerate(_partners(menu)) if other is not None]
    gains = [-menu.incentive[one] - menu.rationality[other] for one, other in pairs]
    if not menu.contract.hides_costs:  # an owner's own item is all it is offered
        gains = [-menu.rationality[other] for _, other in pairs]
    at = int(np.argmax(gains)) if gains else 0
    if not gains or not gains[at] > slack * float(max(abs(menu.payment))):
        text = (
            "no owners gain by taking one item together: it leaves them at most what the cheaper one has alone, and "
            f"the others give up what they have{note}"
        )
        return Item(name, Verdict.HOLDS, text, how, {"gain": gains[at] if gains else None}, informational=True)
    one, other = pairs[at]
    text = (
        f"owners of {menu.name(one)} and {menu.name(other)} gain {shown(gains[at])} by taking one item together, at "
        f"the cost of the cheaper{note}"
    )
    witness = {"types": [_type(menu, one), _type(menu, other)], "gain": gains[at]}
    return Item(name, Verdict.VIOLATED, text, how, witness, True, within=at_least(gains[at], _room(menu)))


def idle_account(menu: Menu) -> Item:
    """Say that nobody is idle: without any privacy of an owner the declared variance is infinite.

    Examples
    --------
    >>> import mechproof as mp
    >>> contract = mp.PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=5)
    >>> print(mp.verify(mp.candidate(contract, epsilon=[1, 1], payment=[2, 2]))["idle-account"].verdict)
    not applicable
    """
    text = "an owner who sells nothing makes the variance infinite, so that every menu has every owner sell something"
    return Item("idle-account", Verdict.NOT_APPLICABLE, text, _arithmetic(menu), informational=True)


def _partners(menu: Menu) -> list[int | None]:
    """For each type the one, no cheaper, whose owners give up least; the own one if it has two owners.

    From the dearest down only the two best so far are remembered: one of them is another than the type itself.
    """
    cost, kept = np.asarray(menu.roles["cost"]).tolist(), np.asarray(menu.rationality).tolist()
    found: list[int | None] = [None] * len(cost)
    best: list[int] = []
    for _, group in groupby(sorted(range(len(cost)), key=cost.__getitem__, reverse=True), key=cost.__getitem__):
        equal = list(group)
        best = sorted([*best, *equal], key=lambda k: (kept[k], k))[:2]
        for one in equal:
            found[one] = next((k for k in best if k != one or menu.contract.count[k] >= 2), None)
    return found


def _room(menu: Menu) -> float:
    """What rounding may have moved a sum of money by."""
    return 0.0 if isinstance(menu.algebra, Rationals) else ROUNDING * float(menu.roles["reward_pool"])


def _arithmetic(menu: Menu) -> str:
    return "exact" if isinstance(menu.algebra, Rationals) else "float"


def _type(menu: Menu, index: int) -> Any:
    people = menu.contract.people()
    return people[index] if people else str(index)
