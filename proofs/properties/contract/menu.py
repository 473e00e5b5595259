"""The properties of a privacy contract's menu: rationality, incentive compatibility, the pool, optimality.

Fractions are judged exactly. Of an exact solution, whose balls hold a transcendental optimum, the exactly feasible
menu beside it is judged. A back end's doubles are judged with its tolerance, since binding constraints are never met to
the last digit; somebody's own doubles are taken at their word but for rounding.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.contract.declaration import PrivacyContract
from ....solvers.certificates.certify import certify
from ....solvers.certificates.contract.enclosure import enclose
from ....solvers.certificates.contract.items import Breach, Menu, menu_of
from ....solvers.certificates.contract.menu import neighbour
from ....solvers.formatting import shown
from ....solvers.readings.rationals import Rationals
from ....solvers.solution import OWN_NUMBERS, Solution
from ..profile import EXACT_PEOPLE, ROUNDING
from ..results import Item, Verdict
from ..within import Within, amounts_to
from .identity import idle_account, merged_bidders, second_account


def judge_contract(contract: PrivacyContract, solution: Solution) -> tuple[Item, ...]:
    """Judge every property that the mechanism names."""
    menu, note = _judged(solution)
    slack: float = 0 if _exact(menu) else ROUNDING if solution.backend == OWN_NUMBERS else solution.request.tolerance
    broken = {breach.constraint: breach for breach in menu.breaches() if breach.size > slack}
    if slack:
        note = f" (within {slack:.0e} of the largest payment)"
    return (
        individual_rationality(menu, broken.get("individual_rationality"), note),
        incentive_compatibility(menu, broken.get("incentive_compatibility"), note, slack),
        budget_balance(menu, broken.get("budget_balance"), note),
        optimality(solution, _exact(menu)),
        second_account(menu, note, slack),
        merged_bidders(menu, note, slack),
        idle_account(menu),
    )


def individual_rationality(menu: Menu, breach: Breach | None, note: str) -> Item:
    """Judge whether every type keeps at least nothing with its own item."""
    name, how = "individual-rationality", _arithmetic(menu)
    if breach is not None:
        witness = _witness(menu, breach, "loss")
        return Item(name, Verdict.VIOLATED, breach.text, how, witness, within=_within(menu, breach))
    least = int(np.argmin(menu.rationality))
    text = (
        f"{_all(menu)} at least as well off as by staying out{note}; "
        f"{menu.name(least)} keeps least, {shown(menu.rationality[least])}"
    )
    return Item(name, Verdict.HOLDS, text, how, {"least": menu.rationality[least], "type": _type(menu, least)})


def incentive_compatibility(menu: Menu, breach: Breach | None, note: str, slack: float) -> Item:
    """Judge whether every type likes its own item best, of all.

    Examples
    --------
    >>> import mechproof as mp
    >>> contract = mp.PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30)
    >>> equal_pay = mp.candidate(contract, epsilon=[2, 1, "1/2"], payment=[1, 1, 1])
    >>> print(mp.verify(equal_pay)["incentive-compatibility"].text)
    type 0 gains 3/4 (≈ 0.750000) by taking the item of type 2
    """
    name, how = "incentive-compatibility", _arithmetic(menu)
    if not menu.contract.hides_costs:
        gain = max(-menu.incentive)
        if gain <= slack * float(max(abs(menu.payment))):
            return Item(name, Verdict.HOLDS, f"{_all(menu)} best off with its own item{note}", how)
        at = int(np.argmax(-menu.incentive))
        text = f"{menu.name(at)} would gain {shown(gain)} by taking the item of {menu.name(menu.envied[at])}"
        breach = Breach(name, at, int(menu.envied[at]), gain, 0.0, f"{text}; costs are assumed to be known")
        return Item(name, Verdict.VIOLATED, breach.text, how, _witness(menu, breach, "gain"), informational=True)
    if breach is not None:
        witness = _witness(menu, breach, "gain")
        return Item(name, Verdict.VIOLATED, breach.text, how, witness, within=_within(menu, breach))
    pairs = len(menu.epsilon) * (len(menu.epsilon) - 1)
    text = f"{_all(menu)} best off with its own item{note}: all {pairs:,} pairs were compared"
    return Item(name, Verdict.HOLDS, text if pairs else "there is one type, and one item", how)


def budget_balance(menu: Menu, breach: Breach | None, note: str) -> Item:
    """Judge whether all payments together stay within the pool."""
    name, how = "budget-balance", _arithmetic(menu)
    if breach is not None:
        witness = {"excess": breach.amount}
        return Item(name, Verdict.VIOLATED, breach.text, how, witness, within=_within(menu, breach))
    pool = menu.roles["reward_pool"]
    text = f"the payments add up to {shown(pool - menu.left)} of the pool of {shown(pool)}{note}"
    return Item(name, Verdict.HOLDS, text, how, {"left": menu.left})


def optimality(solution: Solution, exact: bool) -> Item:
    """Judge whether no menu that keeps the constraints has a smaller variance, as the certificate says."""
    arithmetic = "exact" if exact else "float"
    found = certify(solution, arithmetic, solution.request.tolerance)
    witness = {"distance": found.distance, "gap": found.gap, "violation": found.violation}
    name, tolerance = "contract-optimality", solution.request.tolerance
    if found.valid:
        text = f"the variance is the least there is, at tolerance {tolerance:g}: {found.reason}"
        return Item(name, Verdict.HOLDS, text, arithmetic, witness)
    refuted = found.feasible is False or found.optimal is False
    return Item(name, Verdict.VIOLATED if refuted else Verdict.INCONCLUSIVE, found.reason, arithmetic, witness)


def _judged(solution: Solution) -> tuple[Menu, str]:
    """Return the menu that is judged, and a note if it is not the stated one."""
    exact, few = solution.exact, len(solution.values["epsilon"]) <= EXACT_PEOPLE
    if exact is None or not few:
        return menu_of(solution, exact=False), ""
    if all(isinstance(entry, Fraction | int) for name in ("epsilon", "payment") for entry in exact[name]):
        return menu_of(solution, exact=True), ""
    found = certify(solution, "exact", solution.request.tolerance)
    if not found.valid or found.distance is None:
        return menu_of(solution, exact=False), ""
    assert isinstance(solution.model, PrivacyContract)
    return neighbour(
        solution.model, enclose(solution.model)
    ), f" (in the menu within {found.distance:.0e} of the answer)"


def _within(menu: Menu, breach: Breach) -> Within:
    """Return what tells whether a breach, the worst of its kind, is within an amount of money."""
    if _exact(menu):
        return amounts_to(breach.amount)
    costs = float(max(menu.roles["cost"])) * float(max(abs(menu.epsilon)))
    terms = max(float(max(abs(menu.payment))), float(menu.roles["reward_pool"]), float(breach.amount), costs)
    return amounts_to(breach.amount, ROUNDING * terms)


def _exact(menu: Menu) -> bool:
    return isinstance(menu.algebra, Rationals)


def _arithmetic(menu: Menu) -> str:
    return "exact" if _exact(menu) else "float"


def _all(menu: Menu) -> str:
    count = len(menu.epsilon)
    return "the one type is" if count == 1 else f"each of the {count:,} types is"


def _type(menu: Menu, index: Any) -> str:
    people = menu.contract.people()
    return people[index] if people else str(index)


def _witness(menu: Menu, breach: Breach, what: str) -> dict[str, Any]:
    found = {"type": _type(menu, breach.type), what: breach.amount}
    if breach.item is not None:
        found |= {
            "item_of": _type(menu, breach.item),
            "own_item": [menu.epsilon[breach.type], menu.payment[breach.type]],
            "other_item": [menu.epsilon[breach.item], menu.payment[breach.item]],
        }
    return found
