"""Who counts as one to a menu: a purchase split among accounts, and what whoever sells on then owes the owners.

An intermediary sells versions and pays the owners of the records for each release in proportion to its ε. By how much
is not declared, so nothing rests on it: what is compared is what owners are due for one purchase and for the bundle
that replaces it at no higher price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from typing import Any

import numpy as np

from ....formulations.data import as_fractions
from ....solvers.arbitrage.oracle import in_cone
from ....solvers.formatting import shown
from ..results import Item, Verdict
from .priced import MOST_PAIRED, PricedMenu

WIDEST = 100_000
"""The largest weight, scaled to whole numbers, up to which all bundles of one price per weight are summed."""


@dataclass(frozen=True)
class Replacement:
    """Copies of some versions that do what another one does, at no higher price; `due` is Σ ε over both."""

    version: int
    copies: Mapping[int, int]
    cost: Fraction
    due: tuple[Fraction, Fraction]

    @property
    def times(self) -> Fraction:
        """How many times as much owners are due by the sum of the releases' ε."""
        return self.due[1] / self.due[0]


def split_purchase(menu: PricedMenu, oracle: Item) -> Item:
    """Say what the oracle's verdict means for a purchase that is split among accounts: who buys is never asked.

    Examples
    --------
    >>> import mechproof as mp
    >>> fit = mp.VersionPricing(epsilon=["0.3", "0.9"], target=[1, 4])
    >>> print(mp.verify(mp.candidate(fit, price=[1, "3.5"]))["split-purchase"].text)
    split among accounts, 3 copies of version 0 cost 3 and do what version 1 does for 7/2 (≈ 3.50000): \
1/2 (≈ 0.500000) less
    """
    name = "split-purchase"
    if oracle.verdict == Verdict.HOLDS:
        text = f"a purchase split among any number of accounts costs no less: {oracle.text}"
        return Item(name, Verdict.HOLDS, text, oracle.arithmetic, informational=True)
    text = f"split among accounts, {oracle.text}" if oracle.verdict == Verdict.VIOLATED else oracle.text
    return Item(name, oracle.verdict, text, oracle.arithmetic, oracle.witness, True, oracle.within)


def intermediary(menu: PricedMenu) -> Item:
    """Judge whether owners who are paid by the sum of the releases' ε may be due more of a purchase that is split.

    Examples
    --------
    >>> import mechproof as mp
    >>> fit = mp.VersionPricing(epsilon=[1, 2], target=["3/4", 3], attack="averaging")
    >>> print(mp.verify(mp.candidate(fit, price=["3/4", 3]))["intermediary"].text)  # doctest: +ELLIPSIS
    4 copies of version 0 cost 3 and replace version 1 for 3: by the sum of the releases' ε the owners are due 4 in \
place of 2, times what a unit of ε earns them; by μ-GDP accounting, √Σε², as much as before
    """
    name, attack = "intermediary", menu.model.attack
    if attack == "none":
        text = "purchases cannot be combined: all buyers have the same copies"
        return menu.item(name, Verdict.NOT_APPLICABLE, text, informational=True)
    worst = max(_replacements(menu), key=lambda one: one.times, default=None)
    if worst is not None:
        return _exposed(menu, worst)
    if in_cone(menu.model.cone, menu.price) and (attack == "composition" or not _other_sums(menu)):
        why = (
            "a bundle at no higher price has no larger Σ ε: no version is dearer per ε than a smaller one"
            if attack == "composition"
            else "every bundle that replaces a version is dearer: prices per ε² fall, or do not add up to it"
        )
        return menu.item(name, Verdict.HOLDS, f"owners are due no more of a purchase that is split: {why}", None, True)
    text = "no bundle of copies of one version was found of which owners are due more; of all it is not shown"
    return menu.item(name, Verdict.INCONCLUSIVE, text, informational=True)


def _exposed(menu: PricedMenu, worst: Replacement) -> Item:
    """The item of a bundle of which the owners are due more."""
    names = menu.model.people() or tuple(map(str, range(len(menu.price))))
    (source, count), goal = next(iter(worst.copies.items())), worst.version
    accounted = "" if menu.model.attack == "composition" else "; by μ-GDP accounting, √Σε², as much as before"
    if count * menu.weight[source] != menu.weight[goal]:
        accounted = ""
    text = (
        f"{count} copies of {menu.version(source)} cost {shown(worst.cost)} and replace {menu.version(goal)} for "
        f"{shown(menu.price[goal])}: by the sum of the releases' ε the owners are due {shown(worst.due[1])} in place "
        f"of {shown(worst.due[0])}, times what a unit of ε earns them{accounted}"
    )
    witness = {
        "version": names[goal],
        "price": menu.price[goal],
        "shopping_list": {names[source]: count},
        "cost": worst.cost,
        "due": worst.due[0],
        "due_when_split": worst.due[1],
    }
    return menu.item("intermediary", Verdict.VIOLATED, text, witness, informational=True)


def _replacements(menu: PricedMenu) -> list[Replacement]:
    """Return the copies of one version that replace another at no higher price, and of which owners are due more."""
    weight, price, epsilon = menu.weight, menu.price, as_fractions(menu.model.epsilon)
    found = []
    if len(price) > MOST_PAIRED:
        return []
    for goal in range(len(price)):
        for source in np.flatnonzero(weight < weight[goal]).tolist():
            count = ceil(weight[goal] / weight[source])
            due = (epsilon[goal], count * epsilon[source])
            if count * price[source] <= price[goal] and due[1] > due[0]:
                found.append(Replacement(goal, {source: count}, count * price[source], due))
    return found


def _other_sums(menu: PricedMenu) -> bool:
    """Whether lighter versions of the same price per weight may add up to a version exactly.

    In the cone nothing else replaces it at its price. Weights that are too large to be summed up may.
    """
    weight: list[Any] = menu.weight.tolist()
    scale = lcm(*(value.denominator for value in weight))
    whole = [int(value * scale) for value in weight]
    per = [price / value for price, value in zip(menu.price.tolist(), weight, strict=True)]
    for goal, largest in enumerate(whole):
        alike = [w for w, rate in zip(whole, per, strict=True) if w < largest and rate == per[goal]]
        if len(alike) > 1 and (largest > WIDEST or _adds_up(alike, largest)):
            return True
    return False


def _adds_up(parts: list[int], goal: int) -> bool:
    """Whether copies of some whole numbers add up to another one."""
    reached = 1  # bit k: whether k is a sum
    for _ in range(goal.bit_length() + 1):
        before = reached
        for part in parts:
            reached |= reached << part
        reached &= (1 << (goal + 1)) - 1
        if reached == before:
            break
    return bool(reached >> goal & 1)
