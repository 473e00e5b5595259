r"""What a survey promises, and what buyers who were held out of it would pay.

Prices that earn most from a survey earn less from anybody else: they were fitted to its very buyers. So the surveyed
are dealt into folds; each fold is offered the menu made of all the others, and what its buyers pay is what such a menu
earns from people it was not made for. Prices that do not depend on the buyers are offered to all of them.

With :math:`n` payments of mean :math:`m` and standard deviation :math:`s`, the revenue of such a menu is :math:`n m`
with an interval of :math:`\pm t\,s\sqrt n`, and what :math:`k` further buyers pay is :math:`k m`, within
:math:`\pm t\,s\sqrt{k + k^2/n}`. In :math:`s` two more buyers are counted, one who pays nothing and one who pays the
dearest price, so that payments that all agree are no certainty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, sqrt
from typing import Any, TypeAlias

import numpy as np

from ...formulations.errors import MechproofError
from ...formulations.versions.pricing import VersionPricing
from ...formulations.versions.revenue import VersionRevenue
from .accounts import money, sales
from .check import Check
from .declaration import Buyers, Market
from .streams import Stream, known

NAME = "revenue-as-promised"
FOLDS = 10
CONFIDENCE = 0.95

Menu: TypeAlias = Callable[[VersionPricing | VersionRevenue], Sequence[int]]
"""Makes published prices, in cents, of a problem."""


def held_out(market: Market, menu: Menu, cents: Sequence[int]) -> dict[str, Any] | None:
    """Return what buyers who had no part in the prices pay, and what is to be expected of those who come.

    Parameters
    ----------
    market
        As declared.
    menu
        How a problem becomes a menu.
    cents
        The published menu.

    Returns
    -------
    dict or None
        Whole cents; None where fewer than two were surveyed, or some fold leaves nothing to make a menu of.
    """
    surveyed, count = market.surveyed, len(market.surveyed.value)
    if count < 2:
        return None
    payments = np.zeros(count)
    folds = min(FOLDS, count) if isinstance(market.prices, VersionRevenue) else 0
    order = np.random.default_rng(known(market.training.seed, Stream.HELD_OUT)).permutation(count)
    try:
        for places in [order[fold::folds] for fold in range(folds)] or [order]:
            offered = cents if not folds else menu(_without(market, set(places.tolist())))
            for place in places.tolist():
                payments[place] = sales(_buyers(surveyed, [place]), offered).cents
    except MechproofError:
        return None
    return {
        "folds": folds,
        "confidence": CONFIDENCE,
        "surveyed": _expected(payments, max(cents), count, 0),
        "coming": _expected(payments, max(cents), len(market.coming.value), len(market.coming.value)),
    }


def promise(market: Market, found: Mapping[str, Mapping[str, Any]]) -> Check:
    """Judge what the survey promised by buyers who were held out, and what was realised by what they foretell.

    Parameters
    ----------
    market
        As declared.
    found
        The results of all six steps.
    """
    promised, told = found["prices"]["expected"]["revenue_cents"], found["prices"]["held_out"]
    if told is None:
        return Check(NAME, "not applicable", "too few were surveyed to hold any of them out")
    asked, coming = told["surveyed"], told["coming"]
    text = (
        f"{money(promised)} promised by {asked['buyers']:,} surveyed; buyers held out would pay "
        f"{money(asked['revenue_cents'])} ({_interval(asked, told)})"
    )
    realised, offered = found["accounts"]["revenue_cents"], found["training"]["trained"] is not None
    if offered:
        text += (
            f", and {coming['buyers']:,} who come {money(coming['revenue_cents'])} ({_interval(coming, told)}): "
            f"{money(realised)} is realised"
        )
    if promised > asked["high_cents"]:
        return Check(NAME, "violated", f"{text}; more is promised than buyers would pay")
    if offered and realised < coming["low_cents"]:
        return Check(NAME, "violated", f"{text}; that is less than chance explains")
    if asked["high_cents"] - asked["low_cents"] > promised > 0:
        return Check(NAME, "undecided", f"{text}; so few tell little")
    return Check(NAME, "holds", text)


def _interval(expected: Mapping[str, int], told: Mapping[str, Any]) -> str:
    return f"{told['confidence']:.0%}: {money(expected['low_cents'])} to {money(expected['high_cents'])}"


def _without(market: Market, places: set[int]) -> VersionPricing | VersionRevenue:
    prices = market.prices
    assert isinstance(prices, VersionRevenue)
    kept = [place for place in range(len(prices.value)) if place not in places]
    few = _buyers(market.surveyed, kept)
    part = replace(prices, wanted=few.wanted, value=few.value, buyer=None)
    return part if market.fit is None else market.fit.pricing(part)


def _buyers(people: Buyers, places: Sequence[int]) -> Buyers:
    return Buyers([people.wanted[place] for place in places], [people.value[place] for place in places])


def _expected(payments: np.ndarray, dearest: int, buyers: int, further: int) -> dict[str, int]:
    """Return what so many buyers pay; those of them who are further ones vary by themselves, too."""
    from scipy import stats

    count, mean = len(payments), Fraction(int(payments.sum()), len(payments))
    spread = float(np.std(np.append(payments, [0.0, float(dearest)]), ddof=1))
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, count - 1)) * spread * sqrt(further + buyers**2 / count)
    return {
        "buyers": buyers,
        "revenue_cents": round(mean * buyers),
        "low_cents": max(0, floor(mean * buyers - Fraction(half))),
        "high_cents": min(dearest * buyers, ceil(mean * buyers + Fraction(half))),
    }
