"""Judging a menu of version revenue: arbitrage and the cone as of any menu, the stated revenue, optimality."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ....formulations.errors import UnsupportedModel
from ....formulations.versions.revenue import VersionRevenue
from ....solvers.arbitrage.price_of_safety import best_arbitrage_free_menu
from ....solvers.certificates.certify import certify
from ....solvers.formatting import shown
from ....solvers.readings.program import ProgramReading
from ....solvers.readings.rationals import Rationals
from ....solvers.readings.vectors import Vectors
from ....solvers.solution import Solution
from ....solvers.solve import solve
from ..profile import ROUNDING
from ..results import Item, Verdict
from ..within import amounts_to
from .identity import intermediary, split_purchase
from .priced import PricedMenu
from .pricing import no_arbitrage, within_cone


def judge_menu(model: VersionRevenue, solution: Solution) -> tuple[Item, ...]:
    """Judge every property that the mechanism names."""
    menu = PricedMenu(model, solution)
    oracle = no_arbitrage(menu)
    return (
        revenue_stated(model, solution),
        oracle,
        within_cone(menu),
        optimal_menu(model, solution),
        price_of_the_safe_cone(model),
        split_purchase(menu, oracle),
        intermediary(menu),
    )


def revenue_stated(model: VersionRevenue, solution: Solution) -> Item:
    """Judge that the stated revenue is what buyers with these valuations pay.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=["0.1", "0.3", "0.5"])
    >>> print(mp.verify(mp.candidate(market, price=["0.1", "0.3"], revenue="0.9"))["revenue-stated"].text)
    the revenue is stated as 9/10 (≈ 0.900000); buyers with these valuations pay 7/10 (≈ 0.700000)
    """
    exact = _in_fractions(solution)
    values = (solution.exact or {}) if exact else solution.values
    reading = ProgramReading(model, Rationals() if exact else Vectors())
    price, stated = reading.algebra.vector(values["price"]), values["revenue"]
    paid = reading.outcomes({"price": price})["revenue"]
    arithmetic = "exact" if exact else "float"
    if abs(stated - paid) <= (0 if exact else ROUNDING * abs(float(paid))):
        buyers = int(np.count_nonzero(reading.data["value"] >= price[model.wanted_index]))
        text = f"{buyers:,} of {len(model.value):,} buyers pay {shown(paid)} together, as stated"
        return Item("revenue-stated", Verdict.HOLDS, text, arithmetic)
    text = f"the revenue is stated as {shown(stated)}; buyers with these valuations pay {shown(paid)}"
    within = amounts_to(abs(stated - paid), 0 if exact else ROUNDING * abs(float(paid)))
    return Item("revenue-stated", Verdict.VIOLATED, text, arithmetic, {"stated": stated, "paid": paid}, within=within)


def optimal_menu(model: VersionRevenue, solution: Solution) -> Item:
    """Judge that no menu in the safe cone earns more, by the certificate.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=["0.1", "0.3", "0.5"])
    >>> print(mp.verify(mp.candidate(market, price=["0.5", "0.5"]))["optimal-menu"].text)
    the safe menu (0.1, 0.3) earns 0.7, this one 0.5
    """
    arithmetic = "exact" if _in_fractions(solution) else "float"
    found = certify(solution, arithmetic, solution.request.tolerance)
    if not found.feasible:
        text = f"there is no safe menu, its revenue rightly stated, to be judged: {found.reason}"
        return Item("optimal-menu", Verdict.NOT_APPLICABLE, text, arithmetic)
    verdict = {True: Verdict.HOLDS, False: Verdict.VIOLATED, None: Verdict.INCONCLUSIVE}[found.optimal]
    return Item("optimal-menu", verdict, found.reason, arithmetic, {"gap": found.gap})


def price_of_the_safe_cone(model: VersionRevenue) -> Item:
    """Judge how much the best safe menu earns of what the best one earns that nobody can arbitrage: at least a half.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.VersionRevenue(epsilon=[2, 3], wanted=[0, 1], value=[1, 2])
    >>> print(mp.verify(market)["price-of-the-safe-cone"].text)
    the best safe menu earns 5/2 (≈ 2.50000), the best of all that nobody can arbitrage 3: safety keeps 83.3 % of it
    """
    name = "price-of-the-safe-cone"
    try:
        best = best_arbitrage_free_menu(model)
    except UnsupportedModel as error:
        return Item(name, Verdict.NOT_APPLICABLE, str(error), "exact", informational=True)
    safe = solve(model, arithmetic="exact").exact
    assert safe is not None
    earned = safe["revenue"]
    text = f"the best safe menu earns {shown(earned)}, the best of all that nobody can arbitrage {shown(best.revenue)}"
    if best.revenue:
        text += f": safety keeps {100 * float(earned / best.revenue):.1f} % of it"
    witness = {"safe": earned, "best": best.revenue, "price": best.price}
    verdict = Verdict.HOLDS if 2 * earned >= best.revenue else Verdict.VIOLATED
    return Item(name, verdict, text, "exact", witness, informational=True)


def _in_fractions(solution: Solution) -> bool:
    exact = solution.exact
    return exact is not None and all(isinstance(price, Fraction | int) for price in exact["price"])
