"""The search for the bundle that most undercuts a version: a covering knapsack for each, by branch and bound.

Weights and prices are whole numbers here. A bundle costs at least what its weight costs at the best price per weight,
which settles most versions, and branch and bound with that same bound settles the rest.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from ...formulations.errors import LimitReached
from ...formulations.shown import Shown
from ..formatting import exact_number

NODES_BETWEEN_LOOKS = 2_000
"""After how many bundles the clock is looked at."""
MOST_REMEMBERED = 2_000_000
"""How many partial bundles are remembered for a version, so as not to be completed twice."""


@dataclass(frozen=True, repr=False)
class Bundle(Shown, by="solvers.commands.present:show_bundle"):
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
    complete
        Whether no other bundle saves more; not where time ran out.
    """

    dominated: int | None
    copies: Mapping[int, int] = field(default_factory=dict)
    cost: Fraction | None = None
    price: Fraction | None = None
    saving: Fraction = Fraction(0)
    proof: str = ""
    floors: tuple[Fraction, ...] = ()
    names: tuple[str, ...] | None = None
    complete: bool = True

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


_Partial: TypeAlias = tuple[int, int, int, tuple[tuple[int, int], ...], int]


class _OutOfTimeError(Exception):
    """The clock ran out within a search."""


@dataclass(frozen=True)
class BundleSearch:
    """Weights and prices as whole numbers."""

    weight: list[int]
    price: list[int]
    combinable: bool
    started: float
    time_limit: float | None

    def answer(self, costs: Any, names: tuple[str, ...] | None) -> Bundle:
        """Return what was found, its money in the exact prices that the whole numbers stand for.

        Raises
        ------
        LimitReached
            When time runs out before any arbitrage was found.
        """
        floors = self._floors()
        unit = next((cost / whole for cost, whole in zip(costs, self.price, strict=True) if whole), Fraction(1))
        best, more = self._most_saved(floors)
        if best is None and more is not None:
            raise LimitReached(
                f"the search for arbitrage stopped after {self.time_limit} s; no bundle saves more than "
                f"{exact_number(more * unit, 24)}",
                bound=more * unit,
            )
        if best is None:
            least = tuple(floor * unit for floor in floors)
            return Bundle(None, proof=self._proof(), floors=least, names=names)
        j, copies = best
        proof = "every other bundle was excluded by its cost per weight, or tried"
        if more is not None:
            proof = f"time ran out: another bundle may save up to {exact_number(more * unit, 24)}"
        paid = sum((costs[i] * count for i, count in copies.items()), Fraction(0))
        return Bundle(j, copies, paid, costs[j], costs[j] - paid, proof, (), names, more is None)

    def cheapest(self, j: int) -> tuple[int, dict[int, int]] | None:
        """Return the cheapest bundle that covers version j for less than its price, and its cost; or None.

        Raises
        ------
        LimitReached
            When time runs out.

        Examples
        --------
        >>> BundleSearch([9, 16, 25], [9, 16, 26], True, time.perf_counter(), None).cheapest(2)
        (25, {0: 1, 1: 1})
        """
        try:
            if self._late():
                raise _OutOfTimeError(None)
            return self._search(j, self.price[j])
        except _OutOfTimeError:
            raise LimitReached(f"the search for a bundle stopped after {self.time_limit} s") from None

    def _most_saved(self, floors: list[int]) -> tuple[tuple[int, dict[int, int]] | None, int | None]:
        """Return the bundle that saves most, if any, and what another may save where time ran out.

        The floor of a version for which no bundle was found is raised to what that shows.
        """
        saving, best, more = 0, None, None
        # where most could be saved first: what is found there spares the search elsewhere
        waiting = sorted(range(len(floors)), key=lambda j: floors[j] - self.price[j])
        for place, j in enumerate(waiting):
            if more is not None or floors[j] >= self.price[j] - saving:
                break
            try:
                if self._late():
                    raise _OutOfTimeError(None)
                found = self._search(j, self.price[j] - saving)
            except _OutOfTimeError as out:
                found, more = out.args[0], max(self.price[i] - floors[i] for i in waiting[place:])
            if found is not None:
                cost, copies = found
                saving, best = self.price[j] - cost, (j, copies)
            elif more is None:
                floors[j] = self.price[j] - saving
        return best, more

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
