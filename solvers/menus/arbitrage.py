"""The arbitrage oracle: the bundle that most undercuts a version on the menu, or a proof that none does.

Version j is undercut by n_i copies of the versions i if Σ n_i x_i ≥ x_j at a cost Σ n_i v_i < v_j: a covering knapsack
for each version. All comparisons are between whole numbers, to which weights and prices are scaled. Prices in the safe
cone need no search; elsewhere a bundle costs at least what its weight costs at the best price per weight, which settles
most versions, and branch and bound with that same bound settles the rest. Pairs are not enough: with weights (2, 3) and
prices (1, 5) two copies of the first undercut the second.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from ...formulations.data import Rule, Vector, as_fractions, read_labels, read_vector
from ...formulations.errors import InputError, LimitReached
from ...formulations.menu import ATTACKS, MenuCone, refuse_equal_versions, version_weight
from ..present import exact_number
from ..readings.rationals import Rationals
from ..solution import check_time_limit

NODES_BETWEEN_LOOKS = 2_000
"""After how many bundles the clock is looked at."""
MOST_REMEMBERED = 2_000_000
"""How many partial bundles are remembered for a version, so as not to be completed twice."""


@dataclass(frozen=True)
class Bundle:
    """What the oracle found; true if there is arbitrage.

    Parameters
    ----------
    dominated
        The undercut version's index, or None.
    copies
        The shopping list: how many copies of which version.
    cost, price, saving
        What the list costs, what the version costs, and the difference; exact.
    proof
        Why nothing is cheaper, in words.
    floors
        For each version what everything that covers it costs at least: its price, if there is no arbitrage. Empty if
        there is.
    """

    dominated: int | None
    copies: Mapping[int, int] = field(default_factory=dict)
    cost: Fraction | None = None
    price: Fraction | None = None
    saving: Fraction = Fraction(0)
    proof: str = ""
    floors: tuple[Fraction, ...] = ()
    names: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        return self.dominated is not None

    @property
    def text(self) -> str:
        """The shopping list, or the proof, as a sentence."""
        if self.dominated is None or self.cost is None or self.price is None:
            return self.proof
        bought = " and ".join(
            f"{count} {'copy' if count == 1 else 'copies'} of {self._version(i)}" for i, count in self.copies.items()
        )
        return (
            f"{bought} cost {exact_number(self.cost, 24)} and do what {self._version(self.dominated)} does for "
            f"{exact_number(self.price, 24)}: {exact_number(self.saving, 24)} less"
        )

    def _version(self, index: int) -> str:
        return f"version {self.names[index] if self.names else index}"


def cheapest_bundle(
    epsilon: Vector,
    price: Vector,
    attack: str = "composition",
    time_limit: float | None = None,
    version: Sequence[str] | None = None,
) -> Bundle:
    """Return the bundle that saves most against a version on the menu, or a proof that none saves anything.

    Parameters
    ----------
    epsilon
        The versions' privacy budgets, positive and all different, in any order. Strings, Decimals and fractions keep
        their exact value; a float means the double it is.
    price
        Their prices, at least zero.
    attack
        "composition" (budgets add up), "averaging" (squared budgets add up) or "none" (one version is bought).
    time_limit
        Seconds; None for no limit.
    version
        The versions' names, used in the text.

    Returns
    -------
    Bundle
        True with the shopping list, or false with the proof. A list found when time runs out is returned too; the
        proof then says that it may not be the one that saves most.

    Raises
    ------
    InputError
        When a number breaks its rule or two versions have the same ε.
    LimitReached
        When time runs out before any arbitrage was found; `bound` is the most that a bundle could still save.

    Examples
    --------
    >>> import mechproof as mp
    >>> found = mp.cheapest_bundle(epsilon=["0.3", "0.9"], price=[1, "3.5"])
    >>> bool(found), found.copies, found.saving
    (True, {0: 3}, Fraction(1, 2))
    >>> bool(mp.cheapest_bundle(epsilon=[0.3, 0.9], price=[1, 3.5]))  # three times the double 0.3 is less than 0.9
    False
    """
    started = time.perf_counter()
    check_time_limit(time_limit)
    names = None if version is None else read_labels("version", version, "version")
    budgets, costs = _read_menu(epsilon, price, attack, names)
    cone = MenuCone(budgets, attack)
    if in_cone(cone, costs):
        rule = "a larger privacy budget never costs less"
        if attack != "none":
            rule += f", and the price per {'ε' if attack == 'composition' else 'ε²'} never rises"
        return Bundle(None, proof=f"the menu is in the safe cone: {rule}", floors=tuple(costs), names=names)
    weights = version_weight(Rationals(), budgets, attack)
    menu = _Menu(_whole(weights), _whole(costs), attack != "none", started, time_limit)
    return menu.answer(costs, names)


def in_cone(cone: MenuCone, price: Any) -> bool:
    """Whether exact prices are in the safe cone.

    Examples
    --------
    >>> in_cone(MenuCone(as_fractions([1, 2]), "composition"), as_fractions([2, 3]))
    True
    """
    algebra = Rationals()
    slacks = [cone.monotone(algebra, price)]
    if cone.attack != "none":
        slacks.append(cone.proportional(algebra, price, cone.epsilon))
    return bool(np.all(price >= 0)) and all(bool(np.all(slack >= 0)) for slack in slacks)


def safe_menu(epsilon: Vector, price: Vector, attack: str = "composition") -> np.ndarray:
    """Return exact prices in the safe cone next to given ones: each is moved no further than the cone asks.

    A solver's doubles break the cone by a rounding, which an exact oracle sees. From the least budget on each price is
    raised to the one before or lowered to its share of it. Prices in the cone stay what they are.

    Parameters
    ----------
    epsilon, price, attack
        As for `cheapest_bundle`.

    Examples
    --------
    >>> import mechproof as mp
    >>> print(*mp.safe_menu(epsilon=[1, 2, 4], price=[1, "2.001", "1.9"]))
    1 2 2
    """
    budgets, costs = _read_menu(epsilon, price, attack, None)
    weights, order = version_weight(Rationals(), budgets, attack), MenuCone(budgets, attack).order
    safe = costs.copy()
    for one, following in pairwise(order.tolist()):
        ceiling = None if attack == "none" else safe[one] * weights[following] / weights[one]
        safe[following] = max(safe[following] if ceiling is None else min(safe[following], ceiling), safe[one])
    return np.asarray(safe)


def _read_menu(epsilon: Vector, price: Vector, attack: str, names: Sequence[str] | None) -> tuple[Any, Any]:
    """Return budgets and prices as fractions.

    Raises
    ------
    InputError
        When a number breaks its rule, the lists do not match, or two versions have the same ε.
    """
    if attack not in ATTACKS:
        raise InputError("attack", attack, f"must be one of {', '.join(map(repr, ATTACKS))}")
    rule = Rule("a version's privacy budget", above=0, per="version")
    budgets = as_fractions(read_vector("epsilon", epsilon, rule, names))
    costs = as_fractions(read_vector("price", price, Rule("a price", at_least=0, per="version"), names))
    if len(budgets) != len(costs):
        raise InputError("price", f"{len(costs)} numbers", f"must have as many entries as epsilon, {len(budgets)}")
    if names is not None and len(names) != len(budgets):
        raise InputError("version", f"{len(names)} names", f"must name as many as epsilon has entries, {len(budgets)}")
    if len(budgets) == 0:
        raise InputError("epsilon", "0 versions", "a menu needs at least one version")
    refuse_equal_versions(budgets, names)
    return budgets, costs


_Partial: TypeAlias = tuple[int, int, int, tuple[tuple[int, int], ...], int]


class _OutOfTimeError(Exception):
    """The clock ran out within a search."""


@dataclass(frozen=True)
class _Menu:
    """Weights and prices as whole numbers."""

    weight: list[int]
    price: list[int]
    combinable: bool
    started: float
    time_limit: float | None

    def answer(self, costs: Any, names: tuple[str, ...] | None) -> Bundle:
        floors = self._floors()
        unit = next((cost / whole for cost, whole in zip(costs, self.price, strict=True) if whole), Fraction(1))
        saving, best, exhausted = 0, None, True
        # where most could be saved first: what is found there spares the search elsewhere
        waiting = sorted(range(len(floors)), key=lambda j: floors[j] - self.price[j])
        for place, j in enumerate(waiting):
            if floors[j] >= self.price[j] - saving:
                break
            try:
                if self._late():
                    raise _OutOfTimeError(None)
                found = self._search(j, self.price[j] - saving)
            except _OutOfTimeError as out:
                found, exhausted = out.args[0], False
            if found is not None:
                cost, copies = found
                saving, best = self.price[j] - cost, (j, copies)
            elif exhausted:
                floors[j] = self.price[j] - saving
            if not exhausted:
                most = max(self.price[i] - floors[i] for i in waiting[place:])
                break
        if best is None:
            if not exhausted:
                raise LimitReached(
                    f"the search for arbitrage stopped after {self.time_limit} s; no bundle saves more than "
                    f"{exact_number(most * unit, 24)}",
                    bound=most * unit,
                )
            least = tuple(floor * unit for floor in floors)
            return Bundle(None, proof=self._proof(), floors=least, names=names)
        j, copies = best
        proof = "every other bundle was excluded by its cost per weight, or tried"
        if not exhausted:
            proof = f"time ran out: another bundle may save up to {exact_number(most * unit, 24)}"
        paid = sum((costs[i] * count for i, count in copies.items()), Fraction(0))
        return Bundle(j, copies, paid, costs[j], costs[j] - paid, proof, (), names)

    def _proof(self) -> str:
        if not self.combinable:
            return "no version costs more than one of a larger privacy budget"
        return (
            "every bundle that covers a version costs at least its price: by the best price per weight, or, where "
            "that bound is too low, by trying all bundles that it leaves"
        )

    def _rivals(self, j: int) -> list[int]:
        """What could be bought in place of version j: nothing that costs as much, or does less for no less money."""
        cheaper = [i for i in range(len(self.weight)) if self.price[i] < self.price[j]]
        if not self.combinable:
            cheaper = [i for i in cheaper if self.weight[i] >= self.weight[j]]
        kept: list[int] = []
        for i in sorted(cheaper, key=lambda i: (self.price[i], -self.weight[i])):
            if not kept or self.weight[i] > self.weight[kept[-1]]:
                kept.append(i)
            if self.weight[i] >= self.weight[j]:
                break
        return kept

    def _floors(self) -> list[int]:
        """For each version what covering it with others costs at least, or its price if that is less.

        One heavier version, or its weight at the best price per weight among the lighter ones.
        """
        order = sorted(range(len(self.weight)), key=self.weight.__getitem__)
        floors = list(self.price)
        heavier: int | None = None
        for j in reversed(order):
            if heavier is not None:
                floors[j] = min(floors[j], heavier)
            heavier = self.price[j] if heavier is None else min(heavier, self.price[j])
        best: Fraction | None = None
        for j in order if self.combinable else ():
            if best is not None:
                floors[j] = min(floors[j], math.ceil(best * self.weight[j]))
            own = Fraction(self.price[j], self.weight[j])
            best = own if best is None else min(best, own)
        return floors

    def _search(self, j: int, below: int) -> tuple[int, dict[int, int]] | None:
        """Return the cheapest bundle that covers version j for less than `below`, or None.

        Versions are taken by their price per weight, as many copies as can be first, so that what is still missing
        costs at least its weight at the next version's price per weight.
        """
        rivals = sorted(self._rivals(j), key=lambda i: Fraction(self.price[i], self.weight[i]))
        best: tuple[int, dict[int, int]] | None = None
        seen: dict[tuple[int, int], int] = {}
        # bundles in the making: the next version, the missing weight, the cost, what was bought, the copies to try
        waiting: list[_Partial] = []

        def hopeless(place: int, missing: int, cost: int) -> bool:
            """Whether what is missing cannot be bought for less than is left."""
            if place == len(rivals):
                return True
            i = rivals[place]
            return (below - cost) * self.weight[i] <= missing * self.price[i]

        def enter(place: int, missing: int, cost: int, bought: tuple[tuple[int, int], ...]) -> None:
            nonlocal below, best
            if hopeless(place, missing, cost) or seen.get((place, missing), below) <= cost:
                return
            if len(seen) < MOST_REMEMBERED:
                seen[place, missing] = cost
            i = rivals[place]
            most = -(-missing // self.weight[i])
            if cost + most * self.price[i] < below:
                below = cost + most * self.price[i]
                best = below, dict((*bought, (i, most)))
            waiting.append((place, missing, cost, bought, most - 1))

        enter(0, self.weight[j], 0, ())
        nodes = 0
        while waiting:
            nodes += 1
            if nodes % NODES_BETWEEN_LOOKS == 0 and self._late():
                raise _OutOfTimeError(best)
            place, missing, cost, bought, count = waiting.pop()
            i = rivals[place]
            left, spent = missing - count * self.weight[i], cost + count * self.price[i]
            # the fewer copies of the best value, the dearer the rest: if this many are hopeless, so are fewer
            if hopeless(place + 1, left, spent):
                continue
            if count > 0:
                waiting.append((place, missing, cost, bought, count - 1))
            enter(place + 1, left, spent, (*bought, (i, count)) if count else bought)
        return best

    def _late(self) -> bool:
        return self.time_limit is not None and time.perf_counter() - self.started > self.time_limit


def _whole(values: Any) -> list[int]:
    """Return fractions multiplied by their common denominator, and divided by their common factor."""
    denominator = math.lcm(*(value.denominator for value in values))
    whole = [int(value * denominator) for value in values]
    factor = math.gcd(*whole) or 1
    return [value // factor for value in whole]
