"""What a market promises, judged again from the finished steps' numbers and the declaration alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from ...formulations.data import as_fractions
from .accounts import CENTS, money, safe
from .declaration import Market
from .steps import Found

Verdict: TypeAlias = Literal["holds", "violated", "undecided", "not applicable"]
FOUND_BACK = 1 + 1e-9
"""How much more than it sold somebody may be said to have spent, since ε is found back from its own noise.

Both ways round: measured, it comes back within 1e-9 for ε from 1e-5 on at δ from 1e-15 on, within 3e-11 at δ of 1e-5.
Smaller budgets might be called violated though they are right; a violation by less than a part in 10⁹ passes.
"""


@dataclass(frozen=True)
class Check:
    """One promise: whether it was kept, and in words how, or by whom not."""

    name: str
    verdict: Verdict
    text: str

    def document(self) -> dict[str, Any]:
        """Return the check as plain data."""
        return asdict(self)


def checks(market: Market, found: Found) -> tuple[Check, ...]:
    """Judge every promise of a market.

    Parameters
    ----------
    market
        As declared.
    found
        The results of all six steps.
    """
    judged = (_prices_optimal, _prices_safe, _rational, _to_the_cent, _within_pool, _pool_covered, _balanced, _private)
    return tuple(check for judge in judged for check in judge(market, found))


def _prices_optimal(market: Market, found: Found) -> Iterator[Check]:
    certificate = found["prices"]["certificate"]
    refuted = certificate["feasible"] is False or certificate["optimal"] is False
    verdict: Verdict = "holds" if certificate["valid"] else "violated" if refuted else "undecided"
    yield Check("prices-certified", verdict, f"before rounding to cents: {certificate['reason']}")


def _prices_safe(market: Market, found: Found) -> Iterator[Check]:
    cone, holds = market.pricing.cone, safe(market.pricing.cone, found["prices"]["published_cents"])
    if cone.attack == "none":
        text = "better versions are never cheaper" if holds else "a better version is cheaper"
    elif holds:
        text = f"under {cone.attack}, no bundle of versions is cheaper than the version it replaces"
    else:
        text = f"the published prices leave the cone in which bundles cannot pay under {cone.attack}"
    yield Check("prices-safe", "holds" if holds else "violated", text)


def _rational(market: Market, found: Found) -> Iterator[Check]:
    rows = found["owners"]["owners"]
    cost = as_fractions(market.owners.cost) * CENTS
    gains = [row["payment_cents"] - unit * Fraction(row["epsilon"]) for row, unit in zip(rows, cost, strict=True)]
    least = min(range(len(gains)), key=gains.__getitem__)
    taking_part = [gain for gain, row in zip(gains, rows, strict=True) if Fraction(row["epsilon"]) > 0]
    if gains[least] < 0:
        text = f"{rows[least]['owner']} is paid {money(-gains[least])} less than its privacy costs it"
        yield Check("individual-rationality", "violated", text)
    elif taking_part:
        text = f"each of the {len(taking_part):,} owners that sell gains at least {money(min(taking_part))}, exactly"
        yield Check("individual-rationality", "holds", text)
    else:
        yield Check("individual-rationality", "holds", "nobody sells anything, nobody is paid")


def _to_the_cent(market: Market, found: Found) -> Iterator[Check]:
    for row in found["owners"]["owners"]:
        low, high = map(Fraction, row["due_cents"])
        if not (low <= high <= row["payment_cents"] < low + 1):
            text = f"{row['owner']} is paid {row['payment_cents']} cents for {float(low):.6f} due"
            yield Check("payments-to-the-cent", "violated", text)
            return
    yield Check("payments-to-the-cent", "holds", "every payment is what is due, rounded up to a whole cent")


def _within_pool(market: Market, found: Found) -> Iterator[Check]:
    spent = sum(row["payment_cents"] for row in found["owners"]["owners"])
    pool = found["task"]["pool_cents"]
    verdict: Verdict = "holds" if spent <= pool else "violated"
    yield Check("payments-within-pool", verdict, f"payments {money(spent)}, pool {money(pool)}")


def _pool_covered(market: Market, found: Found) -> Iterator[Check]:
    books, share = found["accounts"], Fraction(market.pool.share)
    covered = share * books["revenue_cents"]
    spent = books["payments_cents"]
    if market.pool.rule == "guaranteed":
        text = (
            f"the broker guaranteed the pool; a shortfall of {money(books['broker_shortfall_cents'])} is booked to it"
        )
        yield Check("payments-covered-by-sales", "not applicable", text)
        return
    verdict: Verdict = "holds" if spent <= covered else "violated"
    text = f"payments {money(spent)}, the owners' share of the revenue {money(covered)}"
    yield Check("payments-covered-by-sales", verdict, text)


def _balanced(market: Market, found: Found) -> Iterator[Check]:
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
    yield Check("accounts-balance", "holds" if agrees else "violated", text)


def _private(market: Market, found: Found) -> Iterator[Check]:
    caps, names = market.caps, market.owners.names
    spent = {row["owner"]: row["training_epsilon"] for row in found["training"]["owners"]}
    for place, row in enumerate(found["owners"]["owners"]):
        sold, cap = Fraction(row["epsilon"]), None if caps is None else caps[place]
        if (cap is not None and sold > cap) or spent.get(names[place], 0.0) > float(sold) * FOUND_BACK:
            text = f"{names[place]} sold ε = {row['epsilon']}, and more is spent, or its cap is {cap}"
            yield Check("privacy-as-sold", "violated", text)
            return
    if not spent:
        yield Check("privacy-as-sold", "holds", "nothing was trained")
        return
    yield Check("privacy-as-sold", "holds", "nobody spends more privacy than it sold, nor sold more than its cap")
