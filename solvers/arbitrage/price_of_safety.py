"""What safety costs: the best menu that nobody can arbitrage at all, on small surveys; the revenue each attack costs.

The cone of `menu` is sufficient against arbitrage, not necessary. Nobody can arbitrage a menu if and only if no bundle,
with any number of copies of each version, that outweighs a version is cheaper than it:

    v_j ≤ min { Σ n_i v_i : Σ n_i x_i ≥ x_j, n whole }.

The dearest such menu that keeps given buyers lets each version cost what its cheapest bundle costs at their ceilings;
the best menu is therefore found by trying ceilings for every version, the most promising first. To find it is coNP-hard
in general (Chen, Koutris & Kumar, SIGMOD 2019), and the cone earns at least half as much.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from ...formulations.data import as_fractions
from ...formulations.errors import UnsupportedModel
from ...formulations.shown import Shown
from ...formulations.versions.menu import ATTACKS
from ...formulations.versions.revenue import VersionRevenue
from ..readings.program import ProgramReading
from ..readings.rationals import Rationals
from ..solve import solve
from .oracle import cheapest_bundle

MOST_MENUS = 50_000
"""How many choices of ceilings are tried at most."""


@dataclass(frozen=True, eq=False, repr=False)
class BestMenu(Shown, by="solvers.commands.present:show_menu"):
    """A menu in the caller's order, and what it earns; both exact."""

    attack: str
    price: Any
    revenue: Fraction


def best_arbitrage_free_menu(model: VersionRevenue) -> BestMenu:
    """Return the menu that earns most of all that nobody can arbitrage, whether in the cone or not.

    Raises
    ------
    UnsupportedModel
        When there are more than 50,000 choices of ceilings.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.VersionRevenue(epsilon=[2, 3], wanted=[0, 1], value=[1, 2])
    >>> best = mp.best_arbitrage_free_menu(market)
    >>> print(*best.price, best.revenue, mp.solve(market, arithmetic="exact").exact["revenue"])
    1 2 3 5/2
    """
    hopes = [_hopes(model, version) for version in range(len(model.epsilon))]
    if math.prod(map(len, hopes)) > MOST_MENUS:
        raise UnsupportedModel(
            f"the best menu of all that nobody can arbitrage is hard to find: more than {MOST_MENUS:,} choices of "
            "ceilings would have to be tried; fewer versions, or fewer different valuations, would help"
        )
    best = _safest(model)
    reading = ProgramReading(model, Rationals())
    choices = [(sum(hope for hope, _ in choice), [ceiling for _, ceiling in choice]) for choice in product(*hopes)]
    for hope, ceilings in sorted(choices, key=lambda choice: -choice[0]):
        if hope <= best.revenue:
            break
        menu = dearest_without_arbitrage(model, ceilings)
        earned = reading.outcomes({"price": menu})["revenue"]
        if earned > best.revenue:
            best = BestMenu(model.attack, menu, earned)
    return best


def _hopes(model: VersionRevenue, version: int) -> list[tuple[Fraction, Any]]:
    """Return the ceilings of a version, each after what its buyers pay at most; None keeps nobody.

    Buyers of equal valuations are kept or lost together, so that a survey of many people has few ceilings.
    """
    kept = 0
    found: list[tuple[Fraction, Any]] = [(Fraction(0), None)]
    buyers = Counter(as_fractions(model.value[model.wanted_index == version]).tolist())
    for value in sorted(buyers, reverse=True):
        kept += buyers[value]
        found.append((value * kept, value))
    return found


def _safest(model: VersionRevenue) -> BestMenu:
    """Return the best menu in the safe cone."""
    exact = solve(model, arithmetic="exact").exact
    assert exact is not None
    return BestMenu(model.attack, exact["price"], exact["revenue"])


def dearest_without_arbitrage(model: VersionRevenue, ceilings: Sequence[Any]) -> Any:
    """Return the dearest menu under ceilings that nobody can arbitrage; a ceiling of None stands for none.

    As long as a bundle undercuts a version, no menu under the prices can ask more for it than the bundle costs.

    Examples
    --------
    >>> import mechproof as mp
    >>> print(*dearest_without_arbitrage(mp.VersionRevenue(epsilon=[2, 3], wanted=[0], value=[1]), [1, 5]))
    1 2
    """
    price = as_fractions([model.largest_price if ceiling is None else ceiling for ceiling in ceilings])
    budgets = as_fractions(model.epsilon)
    while bundle := cheapest_bundle(budgets, price, model.attack):
        price[bundle.dominated] = bundle.cost
    return price


def revenue_by_attack(model: VersionRevenue) -> tuple[BestMenu, ...]:
    """Return the best safe menu against each attack, exactly: what a weaker promise would earn more.

    Every menu that is safe against adding budgets is safe against averaging, and those are monotone: revenues ascend.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.VersionRevenue(epsilon=[1, 2], wanted=[0, 0, 1], value=[1, 1, 5])
    >>> [(best.attack, int(best.revenue)) for best in mp.revenue_by_attack(market)]
    [('composition', 5), ('averaging', 6), ('none', 7)]
    """
    return tuple(_safest(replace(model, attack=attack)) for attack in ATTACKS)
