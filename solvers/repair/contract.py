"""Repairing a menu of budgets and payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ...formulations.algebra import read
from ...formulations.contract.declaration import PrivacyContract
from ...formulations.contract.formulas import owner_utility, pool_left
from ...formulations.errors import InputError
from ...formulations.language import Model
from ...formulations.repair.contract import KEPT, groups_of, nearest_menu
from ..formatting import shown
from ..readings.rationals import Rationals
from .contract_mend import mended_menu
from .plan import Asked, Plan


def menu_plan(asked: Asked) -> Plan:
    """Return how a menu is repaired: what is not kept moves; by default the pool is kept."""
    asked.refuse_kept(KEPT)
    kept = asked.kept or ("pool",)
    if {"epsilon", "payments"} <= set(kept):
        raise InputError("keep", ", ".join(kept), "leaves nothing that could change", "keep one of them")
    contract = asked.model
    assert isinstance(contract, PrivacyContract)
    program = nearest_menu(contract, asked.stated, kept, asked.norm)
    hidden = ("incentive-compatibility",) if contract.hides_costs else ()
    properties = ("individual-rationality", *hidden, "budget-balance")
    for name, word in (("epsilon", "epsilon"), ("payment", "payments")):
        if word in kept:
            asked.refuse_negative(name)
    if hidden and "epsilon" in kept:
        _refuse_rising(contract, asked.stated["epsilon"])
    return Plan(
        program,
        properties,
        lambda found: _with_pool(contract, found),
        lambda *menus: _burdens(contract, *menus),
        backend="payment-chain" if hidden and asked.norm == "1" and "epsilon" in kept else "nearest",
        mended=(lambda moved: mended_menu(contract, asked.stated, kept, moved)) if hidden else None,
    )


def _refuse_rising(contract: PrivacyContract, epsilon: Any) -> None:
    """Refuse budgets that rise with costs: no payments make them incentive compatible.

    Raises
    ------
    InputError
        Naming two types, the dearer of which sells more.
    """
    for cheaper, dearer in pairwise(groups_of(contract)):
        least, most = min(cheaper, key=epsilon.__getitem__), max(dearer, key=epsilon.__getitem__)
        if epsilon[least] < epsilon[most]:
            rule = (
                f"leaves nothing sound: {contract.owner_of(most)} has the larger cost and would sell "
                f"{shown(Fraction(epsilon[most]))}, more than the {shown(Fraction(epsilon[least]))} of "
                f"{contract.owner_of(least)}, and no payments make both best off with their own items"
            )
            raise InputError("keep", "epsilon", rule, "let the budgets change")


def spent(contract: PrivacyContract, payment: Any) -> Fraction:
    """Return what a menu's payments add up to."""
    roles = {**contract.read_in(Rationals()), "payment": payment, "reward_pool": Fraction(0)}
    return -Fraction(read(pool_left, Rationals(), roles))


def _with_pool(contract: PrivacyContract, found: Mapping[str, Any]) -> Model:
    """Return the contract, with a larger pool if the payments need one."""
    needed = spent(contract, found["payment"])
    return contract if needed <= Fraction(contract.reward_pool) else replace(contract, reward_pool=needed)


def _burdens(contract: PrivacyContract, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return what the buyer pays more, and what an owner of each type keeps less."""
    data = contract.read_in(Rationals())
    keeps, kept = (read(owner_utility, Rationals(), {**data, **menu}) for menu in (after, before))
    owners = {contract.owner_of(k): was - now for k, (was, now) in enumerate(zip(kept, keeps, strict=True))}
    return {"the buyer": spent(contract, after["payment"]) - spent(contract, before["payment"]), **owners}
