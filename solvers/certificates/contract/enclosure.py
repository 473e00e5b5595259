"""A proof of where a privacy contract's optimum lies: an exactly feasible menu above it, weak duality below it.

Every rational and incentive compatible menu has falling ε and Σ m_k ψ_k ε_k ≤ B (`charges`). Let T_k = m_1 ψ_1 + … +
m_k ψ_k. Take any e, s_k = −m_k g′(e_k), S_k = s_1 + … + s_k and λ = max S_k/T_k. As g is convex, and Σ s_k ε_k ≤
λ Σ m_k ψ_k ε_k ≤ λB by summation by parts,

    Σ m_k g(ε_k) ≥ Σ m_k g(e_k) + Σ s_k e_k − λB + Σ D_k(ε_k),   D_k(ε) = m_k (g(ε) − g(e_k) − g′(e_k)(ε − e_k)) ≥ 0.

With known costs the same holds with λ = max s_k/(m_k c_k), and ε need not fall. Whatever e is, this is a bound; it
is tight at the ironed solution, which is refined in balls from a rough start in doubles. What the menu is worth more
than the bound then limits each D_k, and so the distance of the optimum from e.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import read
from ....formulations.contract.declaration import PrivacyContract
from ....formulations.contract.formulas import cheapest_payment, excess_noise, known_payment
from ....formulations.errors import UnsupportedModel
from ....formulations.virtual_cost import level_starts
from ...readings.balls import Balls, ball, enclosing, lower_bound, precision
from ...readings.derivative import Derivative
from ...readings.quotients import Quotients, fractions_of, quotient
from .charges import charges

CERTIFYING_BITS, SOLVING_BITS = 320, 640


@dataclass(frozen=True, eq=False)
class Enclosure:
    """Where the optimum of a contract lies; all vectors are of the distinct costs in ascending order.

    `near`, ε and payments in quotients, is within `reach`, relative in every entry, of the one optimal menu (None: not
    shown); `menu` is exactly feasible; `excess` and `least_excess` are balls that hold the menu's Σ m (g − 1) and a
    lower bound on the optimum's. Fractions of both are made when they are asked for.
    """

    near: tuple[np.ndarray, np.ndarray]
    reach: Fraction | None
    menu: tuple[np.ndarray, np.ndarray]
    excess: Any
    least_excess: Any

    @cached_property
    def epsilon(self) -> np.ndarray:
        """ε near the optimum."""
        return fractions_of(self.near[0])

    @cached_property
    def payment(self) -> np.ndarray:
        """Payments near the optimum."""
        return fractions_of(self.near[1])

    @cached_property
    def menu_epsilon(self) -> np.ndarray:
        """The feasible menu's ε."""
        return fractions_of(self.menu[0])

    @cached_property
    def menu_payment(self) -> np.ndarray:
        """The feasible menu's payments."""
        return fractions_of(self.menu[1])


def enclose(contract: PrivacyContract, bits: int = CERTIFYING_BITS) -> Enclosure:
    """Return a proved enclosure of the best menu under the unweighted variance.

    Examples
    --------
    >>> contract = PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30)
    >>> found = enclose(contract)
    >>> [round(float(e), 5) for e in found.epsilon], found.reach < Fraction(1, 10**24)
    ([0.84702, 0.58759, 0.42378], True)
    """
    asked = charges(contract)
    cost, count, pool, spending = asked.cost, asked.count, asked.pool, asked.charge
    starts = level_starts(spending.tolist(), count.tolist()) if asked.falls else list(range(len(cost)))
    sizes = np.diff([*starts, len(cost)])
    with precision(bits):
        levels = _refined(np.add.reduceat(spending, starts), np.add.reduceat(count, starts), pool, bits)
        epsilon = np.repeat(levels, sizes)
        shrunk = quotient(1 - Fraction(1, 2 ** (bits - 100)))
        spent = (spending * epsilon).sum()
        menu = epsilon * (shrunk if spent * shrunk <= pool else pool / spent)
        pay = cheapest_payment if asked.falls else known_payment
        payment, menu_payment = (read(pay, Quotients(), {"epsilon": e, "cost": cost}) for e in (epsilon, menu))
        excess, slope = _noise(levels)
        owned = Balls().vector(count)
        steepness = -owned * np.repeat(slope, sizes)
        saved, paid = (x.cumsum() if asked.falls else x for x in (steepness, spending))
        ratios = saved / Balls().vector(paid)
        multiplier = max(ratio.upper() for ratio in ratios)  # no fractions: where ε is 1e8 they fill the memory
        least = (owned * np.repeat(excess, sizes)).sum() + (steepness * Balls().vector(epsilon)).sum()
        least = (least - multiplier * ball(pool)).lower()
        menu_excess = (owned * np.repeat(_noise(menu[starts])[0], sizes)).sum()
        _check_objective(contract, count, menu, menu_excess)
        left = (menu_excess - least).upper().max(ball(0))
        fewest = Balls().vector(np.minimum.reduceat(count, starts))
        reach = _reach(levels, excess, slope, fewest, left, bits)
    return Enclosure((epsilon, payment), reach, (menu, menu_payment), menu_excess, least)


def enclosed_menu(contract: PrivacyContract) -> dict[str, Any]:
    """Return balls that hold the best menu, in the caller's order; ε is transcendental.

    Examples
    --------
    >>> contract = PrivacyContract(cost=[2], count=[10], reward_pool=30)
    >>> enclosed_menu(contract)["payment"][0].contains(3)
    True
    """
    found, place = enclose(contract, SOLVING_BITS), contract.ladder.place
    reach = Fraction(0) if found.reach is None else found.reach
    with precision(SOLVING_BITS):
        return {
            name: np.array([enclosing(x * (1 - reach), x * (1 + reach)) for x in entries], dtype=object)[place]
            for name, entries in (("epsilon", found.epsilon), ("payment", found.payment))
        }


def _refined(spending: np.ndarray, count: np.ndarray, pool: Fraction, bits: int) -> np.ndarray:
    """Return ε of each level to nearly the working precision: Newton's method on all of d³ + 3d² + 2d = λψ̄, Σwε = B.

    The start is in doubles and need not be believed: whatever comes out, the bound is one.
    """
    virtual = spending / count
    hint = _start(virtual.astype(np.float64), spending.astype(np.float64), float(pool))
    weight, cost = Balls().vector(spending), Balls().vector(virtual)
    d = np.array([2 / ball(e).expm1() for e in hint.tolist()], dtype=object)
    for _ in range(12):
        epsilon = np.array([(2 / x).log1p() for x in d], dtype=object)
        cubic, rise = d * (d + 1) * (d + 2), (3 * d + 6) * d + 2
        slope = -2 / (d * (d + 2)) / rise  # of ε, as the cubic's value grows
        spent, saved = (weight * (epsilon - slope * cubic)).sum(), (weight * slope * cost).sum()
        multiplier = (ball(pool) - spent) / saved
        moved = np.array([x.mid() for x in d + (multiplier * cost - cubic) / rise], dtype=object)
        still = all(abs(new - old) < abs(old) * ball(2) ** (20 - bits) for new, old in zip(moved, d, strict=True))
        d = np.where([x > 0 for x in moved], moved, d)
        if still:
            break
    return Quotients().vector([lower_bound((2 / x).log1p().mid()) for x in d])


def _start(virtual: np.ndarray, spending: np.ndarray, pool: float) -> np.ndarray:
    """Return ε of each level to about ten digits, by halving a bracket of ln λ.

    Were all ε equal they would be B/Σwψ̄, which is too much for the dearest level and too little for the cheapest.
    """
    log_cost, equal = np.log(virtual), pool / spending.sum()
    # −g′(ε) = 4 e^−ε (1 + e^−ε)/(1 − e^−ε)³, in logarithms because it is below all doubles for ε beyond 700
    steep = np.log(4) - equal + np.log1p(np.exp(-equal)) - 3 * np.log(-np.expm1(-equal))
    low, high = steep - log_cost.max(), steep - log_cost.min()
    while high - low > 1e-13 * max(1.0, abs(low), abs(high)):
        middle = (low + high) / 2
        dear = float(np.sum(spending * _level_at(middle + log_cost))) > pool
        low, high = (middle, high) if dear else (low, middle)
    return np.asarray(np.maximum(_level_at(high + log_cost), 1e-290))


def _level_at(log_steepness: np.ndarray) -> np.ndarray:
    """Return ε with −g′(ε) = y, given ln y: u = coth(ε/2) solves u³ − u = y, and ε = ln(1 + 2/(u − 1))."""
    y = np.exp(np.clip(log_steepness, -50.0, 300.0))
    x = 1.5 * np.sqrt(3) * y  # u = (2/√3) cosh(arcosh(x)/3), with cosines for x below 1
    u = (
        np.where(x < 1, np.cos(np.arccos(np.minimum(x, 1)) / 3), np.cosh(np.arccosh(np.maximum(x, 1)) / 3))
        * 2
        / np.sqrt(3)
    )
    log_above_one = np.log(np.maximum(u - 1, 1e-300))
    log_above_one = np.where(y < 1e-5, log_steepness - np.log(2) - 0.75 * y, log_above_one)  # what cancels in u − 1
    log_above_one = np.where(log_steepness > 300, log_steepness / 3, log_above_one)
    return np.asarray(np.logaddexp(0.0, np.log(2) - log_above_one))


def _check_objective(contract: PrivacyContract, count: np.ndarray, epsilon: np.ndarray, excess: Any) -> None:
    """Refuse a contract that declares another objective than the noise that is bounded here."""
    owners = Balls().vector(count)
    roles = {"epsilon": Balls().vector(epsilon), "count": owners}
    if not read(contract.objective(), Balls(), roles).overlaps(owners.sum() + excess):
        raise UnsupportedModel(f"{type(contract).__name__} declares another objective than the variance of the mean")


def _noise(epsilon: np.ndarray) -> tuple[Any, Any]:
    """Return g − 1 and g′ in balls."""
    dual = Derivative(Balls())
    found = excess_noise(dual, dual.variable(Balls().vector(epsilon)))
    return dual.value(found), dual.slope(found)


def _reach(levels: Any, excess: Any, slope: Any, count: Any, left: Any, bits: int) -> Fraction | None:
    """Return the least of some relative distances from e beyond which every D_k exceeds what is left."""

    def beyond(reach: Fraction) -> bool:
        for sign in (-1, 1):
            moved = levels * quotient(1 + sign * reach)
            there = excess_noise(Balls(), Balls().vector(moved))
            bregman = count * (there - excess - slope * Balls().vector(moved - levels))
            if not all(value > left for value in bregman):
                return False
        return True

    return _least(beyond, [Fraction(1, 2**power) for power in (bits // 4, bits // 6, 40, 34, 30, 25, 20)])


def _least(holds: Callable[[Fraction], bool], sizes: list[Fraction]) -> Fraction | None:
    return next((size for size in sizes if holds(size)), None)
