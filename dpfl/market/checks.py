"""What a market promises, judged again from the finished steps' numbers and the declaration alone."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np

from ...formulations.data import as_floats, as_fractions
from ...formulations.errors import InputError
from ...solvers.serialization import to_json
from ..accounting.privacy import delta
from .accounts import CENTS, money, safe
from .check import Check, Verdict
from .declaration import Market
from .incentives import incentives
from .promise import promise
from .steps import STEPS, Found
from .told import told_by
from .worth import better_than_cheaper, worth

AGAIN = ("survey", "task", "owners", "accounts")
"""Steps that cost little, and so are done again; prices have a certificate, and training has none."""
FOUND_BACK = 1 + 1e-9
"""How much more than it sold somebody may be said to have spent, since ε is found back from its own noise.

Both ways round: measured, it comes back within 1e-9 for ε from 1e-5 on at δ from 1e-15 on, within 3e-11 at δ of 1e-5.
Smaller budgets might be called violated though they are right; a violation by less than a part in 10⁹ passes.
"""


def checks(market: Market, found: Found) -> tuple[Check, ...]:
    """Judge every promise of a market.

    Parameters
    ----------
    market
        As declared.
    found
        The results of all six steps.
    """
    judged = (
        _prices_optimal,
        _prices_safe,
        promise,
        _rational,
        incentives,
        _to_the_cent,
        _within_pool,
        _pool_covered,
        _balanced,
        _private,
        _versions_private,
        worth,
        better_than_cheaper,
        _follows,
    )
    return tuple(judge(market, found) for judge in judged)


def _prices_optimal(market: Market, found: Found) -> Check:
    certificate = found["prices"]["certificate"]
    refuted = certificate["feasible"] is False or certificate["optimal"] is False
    verdict: Verdict = "holds" if certificate["valid"] else "violated" if refuted else "undecided"
    return Check("prices-certified", verdict, f"before rounding to cents: {certificate['reason']}")


def _prices_safe(market: Market, found: Found) -> Check:
    cone, holds = market.pricing.cone, safe(market.pricing.cone, found["prices"]["published_cents"])
    if cone.attack == "none":
        text = "better versions are never cheaper" if holds else "a better version is cheaper"
    elif holds:
        text = f"under {cone.attack}, no bundle of versions is cheaper than the version it replaces"
    else:
        text = f"the published prices leave the cone in which bundles cannot pay under {cone.attack}"
    return Check("prices-safe", "holds" if holds else "violated", text)


def _rational(market: Market, found: Found) -> Check:
    rows = found["owners"]["owners"]
    cost = as_fractions(market.owners.cost) * CENTS
    gains = [row["payment_cents"] - unit * Fraction(row["epsilon"]) for row, unit in zip(rows, cost, strict=True)]
    least = min(range(len(gains)), key=gains.__getitem__)
    taking_part = [gain for gain, row in zip(gains, rows, strict=True) if Fraction(row["epsilon"]) > 0]
    if gains[least] < 0:
        text = f"{rows[least]['owner']} is paid {money(-gains[least])} less than its privacy costs it"
        return Check("individual-rationality", "violated", text)
    if taking_part:
        text = f"each of the {len(taking_part):,} owners that sell gains at least {money(min(taking_part))}, exactly"
        return Check("individual-rationality", "holds", text)
    return Check("individual-rationality", "holds", "nobody sells anything, nobody is paid")


def _to_the_cent(market: Market, found: Found) -> Check:
    for row in found["owners"]["owners"]:
        low, high = map(Fraction, row["due_cents"])
        if not (low <= high <= row["payment_cents"] < low + 1):
            text = f"{row['owner']} is paid {row['payment_cents']} cents for {float(low):.6f} due"
            return Check("payments-to-the-cent", "violated", text)
    return Check("payments-to-the-cent", "holds", "every payment is what is due, rounded up to a whole cent")


def _within_pool(market: Market, found: Found) -> Check:
    spent = sum(row["payment_cents"] for row in found["owners"]["owners"])
    pool = found["task"]["pool_cents"]
    verdict: Verdict = "holds" if spent <= pool else "violated"
    return Check("payments-within-pool", verdict, f"payments {money(spent)}, pool {money(pool)}")


def _pool_covered(market: Market, found: Found) -> Check:
    books, share = found["accounts"], Fraction(market.pool.share)
    covered = share * books["revenue_cents"]
    spent = books["payments_cents"]
    if market.pool.rule == "guaranteed":
        text = (
            f"the broker guaranteed the pool; a shortfall of {money(books['broker_shortfall_cents'])} is booked to it"
        )
        return Check("payments-covered-by-sales", "not applicable", text)
    verdict: Verdict = "holds" if spent <= covered else "violated"
    text = f"payments {money(spent)}, the owners' share of the revenue {money(covered)}"
    return Check("payments-covered-by-sales", verdict, text)


def _balanced(market: Market, found: Found) -> Check:
    books, cents = found["accounts"], found["prices"]["published_cents"]
    revenue = sum(count * price for count, price in zip(books["sold"], cents, strict=True))
    spent = sum(row["payment_cents"] for row in found["owners"]["owners"])
    left = revenue - spent
    agrees = (
        books["revenue_cents"] == revenue == sum(books["version_revenue_cents"])
        and books["payments_cents"] == spent
        and books["kept_of_pool_cents"] + spent == found["task"]["pool_cents"]
        and books["broker_surplus_cents"] == left
        and books["broker_shortfall_cents"] == max(0, -left)
        and sum(books["balances_cents"].values()) == 0
    )
    text = f"sales {money(revenue)} − payments {money(spent)} = {money(left)} for the broker"
    return Check("accounts-balance", "holds" if agrees else "violated", text)


def _private(market: Market, found: Found) -> Check:
    caps, names = market.caps, market.owners.names
    spent = {row["owner"]: row["training_epsilon"] for row in found["training"]["owners"]}
    for place, row in enumerate(found["owners"]["owners"]):
        sold, cap = Fraction(row["epsilon"]), None if caps is None else caps[place]
        if (cap is not None and sold > cap) or spent.get(names[place], 0.0) > float(sold) * FOUND_BACK:
            text = f"{names[place]} sold ε = {row['epsilon']}, and more is spent, or its cap is {cap}"
            return Check("privacy-as-sold", "violated", text)
    if not spent:
        return Check("privacy-as-sold", "holds", "nothing was trained")
    return Check("privacy-as-sold", "holds", "nobody spends more privacy than it sold, nor sold more than its cap")


def _versions_private(market: Market, found: Found) -> Check:
    """Judge every version, and all that are offered put together, by what the owners sold; from the noise alone."""
    before, name = found["training"], "versions-private-as-sold"
    if before["trained"] is None:
        return Check(name, "not applicable", "nothing was trained")
    told, label = told_by(before), as_floats(market.prices.epsilon)
    each, together = told.each(), told.together(range(len(label)))
    sold = {row["owner"]: float(Fraction(row["epsilon"])) for row in found["owners"]["owners"]}
    for place, row in enumerate(before["owners"]):
        bought, stated = sold[row["owner"]], np.array(row["version_epsilon"])
        most = np.minimum(label, bought)
        more = _tells_more(each[place], stated, before["delta"]) | (stated > most * FOUND_BACK)
        if more.any():
            what = f"ε = {most[np.argmax(more)]:.6g}, the less of its own and what was sold"
            return Check(name, "violated", f"version {np.argmax(more)} tells more of {row['owner']} than {what}")
        if _tells_more(together[place : place + 1], np.array([bought]), before["delta"]).any():
            text = f"all versions together tell more of {row['owner']} than the ε = {bought:.6g} it sold"
            return Check(name, "violated", text)
    text = "no version tells more of anybody than its own ε, nor do all together tell more than was sold"
    return Check(name, "holds", text)


def _tells_more(mu: np.ndarray, epsilon: np.ndarray, most: float) -> np.ndarray:
    """Return where μ is more than δ allows at a stated ε; where nothing is released, nothing is told."""
    more = np.zeros(len(mu), dtype=bool)
    told = mu > 0
    more[told] = delta(epsilon[told] * FOUND_BACK, mu[told]) > most
    return more


def _follows(market: Market, found: Found) -> Check:
    """Do steps again: somebody may have written down another result, and even sealed it."""
    name = "steps-follow"
    for step in AGAIN:
        try:
            again = json.loads(to_json(STEPS[step](market, found)))
        except InputError as error:
            return Check(name, "violated", f"{step} cannot be done again: {error}")
        if again != json.loads(to_json(found[step])):
            return Check(name, "violated", f"{step} comes out otherwise when it is done again from the steps before it")
    return Check(name, "holds", f"{', '.join(AGAIN)} come out the same when they are done again")
