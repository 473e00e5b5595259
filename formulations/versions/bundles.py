"""Which bundles do what a version does: a menu is safe if and only if none of them is cheaper than the version.

Enough are the next heavier version alone, and those bundles of lighter ones from which no copy can be left out. They
are finitely many, and each is a linear constraint, so that the safe menus are a polyhedral cone: larger than the one of
`menu`, and of many more faces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..algebra import Algebra
from ..data import as_fractions
from ..errors import InputError
from .menu import MenuCone, version_weight

MOST_BUNDLES = 2_000
"""Up to how many bundles are listed; a price is then tried against each."""


@dataclass(frozen=True, eq=False)
class Bundles:
    """The bundles of a menu: for each the version that it replaces, and how many copies of every version it has.

    Examples
    --------
    >>> bundles = bundles_of(MenuCone(as_fractions([2, 3]), "composition"))
    >>> bundles.undercut.tolist(), bundles.copies.tolist()
    ([0, 1], [[0, 1], [2, 0]])
    """

    undercut: np.ndarray
    copies: np.ndarray

    def slack(self, a: Algebra, price: Any) -> Any:
        """Σ n_i v_i − v_j of every bundle: what it costs more than the version that it replaces."""
        rows, versions = self.copies.shape
        cost = price[np.zeros(rows, dtype=np.intp)] * a.vector(self.copies[:, 0])
        for version in range(1, versions):
            cost = cost + price[np.full(rows, version)] * a.vector(self.copies[:, version])
        return cost - price[self.undercut]

    def lowered(self, price: Any) -> Any:
        """Return the dearest safe prices that are nowhere above given ones, in fractions."""
        safe = price.copy()
        while True:
            cost = self.copies @ safe
            dear = np.flatnonzero(safe[self.undercut] > cost)
            if not len(dear):
                return safe
            for row in dear:
                safe[self.undercut[row]] = min(safe[self.undercut[row]], cost[row])


def bundles_of(cone: MenuCone) -> Bundles:
    """Return the bundles of a menu's versions.

    Raises
    ------
    InputError
        When there are more than 2,000.
    """
    order = cone.order.tolist()
    weight = version_weight(None, as_fractions(cone.epsilon), cone.attack)[order].tolist()  # type: ignore[arg-type]
    rows = []
    for place, (own, heaviness) in enumerate(zip(order, weight, strict=True)):
        found: Iterator[Sequence[int]] = iter(()) if cone.attack == "none" else _covers(weight[:place], heaviness)
        if place + 1 < len(order):
            rows.append((own, {order[place + 1]: 1}))
        for counts in found:
            rows.append((own, {order[i]: count for i, count in enumerate(counts) if count}))
            if len(rows) > MOST_BUNDLES:
                rule = f"needs more than {MOST_BUNDLES:,} bundles to be listed"
                raise InputError("safety", "exact", rule, "give safety='cone', or fewer or less different versions")
    copies = np.zeros((len(rows), len(order)), dtype=np.int64)
    for row, (_, bundle) in enumerate(rows):
        copies[row, list(bundle)] = list(bundle.values())
    return Bundles(np.array([own for own, _ in rows], dtype=np.intp), copies)


def _covers(weight: Sequence[Fraction], needed: Fraction) -> Iterator[tuple[int, ...]]:
    """Yield the bundles of some weights that reach what is needed, and fall short of it without any one copy.

    The heaviest are chosen first: then the lightest one chosen must be needed, and so is every other copy.
    """
    if not weight:
        return
    *lighter, heaviest = weight
    most = int(-(-needed // heaviest))
    if not lighter:  # fewer do not reach it: of weights far apart there would be no end of trying them
        yield (most,)
        return
    for count in range(most, -1, -1):
        left = needed - count * heaviest
        if left <= 0:
            yield (*[0] * len(lighter), count)
            continue
        for rest in _covers(lighter, left):
            yield (*rest, count)
