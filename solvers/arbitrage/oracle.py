"""The arbitrage oracle: the bundle that most undercuts a version on the menu, or a proof that none does.

Version j is undercut by n_i copies of the versions i if Σ n_i x_i ≥ x_j at a cost Σ n_i v_i < v_j: a covering knapsack
for each version. All comparisons are between whole numbers, to which weights and prices are scaled. Prices in the safe
cone need no search. Pairs are not enough: with weights (2, 3) and prices (1, 5) two copies of the first undercut the
second.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from ...formulations.data import Rule, Vector, as_fractions, read_vector
from ...formulations.errors import InputError, LimitReached
from ...formulations.names import read_labels
from ...formulations.versions.menu import ATTACKS, MenuCone, refuse_equal_versions, version_weight
from ..readings.rationals import Rationals
from ..solution import check_time_limit
from .bundle_search import Bundle, BundleSearch

MOST_AS_DECIMALS, SECONDS_AS_DECIMALS = 100, 1.0
"""Up to how many versions doubles are tried as decimals too, and for how long."""
SAVING = Fraction(1, 10**9)
"""What part of a price is more than a rounding."""


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
    >>> found = mp.cheapest_bundle(epsilon=[0.3, 0.9], price=[1, 3.5])  # three times the double 0.3 is less than 0.9
    >>> bool(found), found.proof.partition("; ")[2][:43]
    (False, 'but read as the decimals that they print as')
    """
    found = _cheapest(epsilon, price, attack, time_limit, version)
    if found:
        return found
    note = _as_decimals(epsilon, price, attack, found.names)
    return replace(found, proof=f"{found.proof}; {note}") if note else found


def _as_decimals(epsilon: Vector, price: Vector, attack: str, names: Sequence[str] | None) -> str:
    """Say what undercuts a version if doubles mean the decimals they print as, which differ by a rounding; or nothing.

    A saving of no more than such a rounding is none.
    """
    rules = (
        ("epsilon", epsilon, Rule("a budget", above=0, per="version")),
        ("price", price, Rule("a price", per="version")),
    )
    read = [read_vector(name, values, rule, names) for name, values, rule in rules]
    if all(values.dtype == object for values in read) or len(read[0]) > MOST_AS_DECIMALS:
        return ""
    budgets, costs = (
        values if values.dtype == object else as_fractions([repr(value) for value in values.tolist()])
        for values in read
    )
    try:
        found = _cheapest(budgets, costs, attack, SECONDS_AS_DECIMALS, names)
    except (LimitReached, InputError):
        return ""
    if found.price is None or found.saving <= SAVING * found.price:
        return ""
    return f"but read as the decimals that they print as, {found.text} (numbers in quotes are read as decimals)"


def _cheapest(
    epsilon: Vector, price: Vector, attack: str, time_limit: float | None, version: Sequence[str] | None
) -> Bundle:
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
    menu = BundleSearch(_whole(weights), _whole(costs), attack != "none", started, time_limit)
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
        slacks.append(cone.proportional(algebra, price, as_fractions(cone.epsilon)))
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


def _whole(values: Any) -> list[int]:
    """Return fractions multiplied by their common denominator, and divided by their common factor."""
    denominator = math.lcm(*(value.denominator for value in values))
    whole = [int(value * denominator) for value in values]
    factor = math.gcd(*whole) or 1
    return [value // factor for value in whole]
