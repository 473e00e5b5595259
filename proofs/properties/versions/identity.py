"""Who counts as one to a menu: a purchase split among accounts, and what whoever sells on then owes the owners.

An intermediary sells versions and pays the owners of the records for each release in proportion to its ε. By how much
is not declared, so nothing rests on it: what is compared is what owners are due for one purchase and for the bundle
that replaces it at no higher price.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from typing import Any

import numpy as np

from ....formulations.data import as_fractions
from ....formulations.errors import LimitReached
from ....solvers.arbitrage.bundle_search import BundleSearch
from ....solvers.arbitrage.oracle import in_cone
from ....solvers.formatting import shown
from ..results import Item, Verdict
from .priced import MOST_PAIRED, PricedMenu

SEARCH_SECONDS = 10.0
"""How long bundles are looked for where no other limit is set."""


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
    if attack == "composition" and in_cone(menu.model.cone, menu.price) and bool(np.all(menu.price > 0)):
        why = "a bundle at no higher price has no larger Σ ε: no version is dearer per ε than a smaller one"
        return menu.item(name, Verdict.HOLDS, f"owners are due no more of a purchase that is split: {why}", None, True)
    try:
        mixed = _mixed(menu)
    except LimitReached as limit:
        return menu.item(name, Verdict.INCONCLUSIVE, str(limit), informational=True)
    if mixed is not None:
        return _exposed(menu, mixed)
    text = (
        "owners are due no more of a purchase that is split: every bundle of smaller versions that replaces a version "
        "and of which they are due more is dearer, by the best price per weight, or as one of all that this leaves"
    )
    return menu.item(name, Verdict.HOLDS, text, None, True)


def _exposed(menu: PricedMenu, worst: Replacement) -> Item:
    """The item of a bundle of which the owners are due more."""
    names = menu.model.people() or tuple(map(str, range(len(menu.price))))
    goal = worst.version
    accounted = "" if menu.model.attack == "composition" else "; by μ-GDP accounting, √Σε², as much as before"
    if sum(count * menu.weight[source] for source, count in worst.copies.items()) != menu.weight[goal]:
        accounted = ""
    bundle = " and ".join(
        f"{count} {'copy' if count == 1 else 'copies'} of {menu.version(source)}"
        for source, count in worst.copies.items()
    )
    text = (
        f"{bundle} cost {shown(worst.cost)} and replace {menu.version(goal)} for "
        f"{shown(menu.price[goal])}: by the sum of the releases' ε the owners are due {shown(worst.due[1])} in place "
        f"of {shown(worst.due[0])}, times what a unit of ε earns them{accounted}"
    )
    witness = {
        "version": names[goal],
        "price": menu.price[goal],
        "shopping_list": {names[source]: count for source, count in worst.copies.items()},
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


def _mixed(menu: PricedMenu) -> Replacement | None:
    """Return copies of several smaller versions that replace one at no higher price and of which owners are due more.

    Under averaging every such bundle is one: the sum of its ε is more than the root of the sum of their squares. Under
    composition it must add up to more ε than it replaces. Which of them is cheapest is found exactly.

    Raises
    ------
    LimitReached
        When time runs out.
    """
    until, started = menu.solution.request.time_limit, time.perf_counter()
    limit = SEARCH_SECONDS if until is None else until
    epsilon = as_fractions(menu.model.epsilon)
    for goal in np.argsort(menu.weight, kind="stable").tolist():
        copies = _cheapest_of_smaller(menu, goal, started, limit)
        if copies is not None:
            cost = sum((menu.price[i] * count for i, count in copies.items()), Fraction(0))
            due = sum((epsilon[i] * count for i, count in copies.items()), Fraction(0))
            return Replacement(goal, copies, cost, (epsilon[goal], due))
    return None


def _cheapest_of_smaller(menu: PricedMenu, goal: int, started: float, limit: float) -> dict[int, int] | None:
    """Return copies of smaller versions that replace one at no higher price, and of which owners are due more."""
    weight, price = _whole(menu.weight), _whole(menu.price)
    lighter = [i for i in range(len(weight)) if weight[i] < weight[goal]]
    free = next((i for i in lighter if price[i] == 0), None)
    if free is not None:
        return {free: weight[goal] // weight[free] + 1}
    if not lighter:
        return None
    more = int(menu.model.attack == "composition")
    weights = [*(weight[i] for i in lighter), weight[goal] + more]
    search = BundleSearch(weights, [*(price[i] for i in lighter), price[goal] + 1], True, started, limit)
    found = search.cheapest(len(lighter))
    return None if found is None else {lighter[i]: count for i, count in found[1].items()}


def _whole(values: Any) -> list[int]:
    """Return fractions multiplied by their common denominator."""
    scale = lcm(*(value.denominator for value in values.tolist()))
    return [int(value * scale) for value in values.tolist()]
