"""Whether versions are worth anything: each that is sold, tested against guessing.

A version is one fixed model, and the records it is tested on are nobody's: how many it is right on is binomial. It is
*worth its price* if guessing the commonest class would seldom be right as often, and *not* if with the same confidence
it is right on hardly more than guessing would be; what lies between is undecided. All tests are corrected for the
number of versions that are sold (Bonferroni).

A dearer version is *better than the next cheaper* if, among the records on which one of the two alone is right, it is
the dearer one too often for chance (McNemar's test, exact), and *not* if it is as surely right on hardly more of them.
What too few records do not tell is named, and is for information.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from .accounts import money
from .check import Check, Verdict
from .declaration import Market
from .owners_game import budget_text

NAME = "versions-worth-their-price"
AGAINST = {"violated": "no better than guessing", "undecided": "not shown to be better than guessing"}
BETTER = "versions-worth-the-difference"
BESIDE = {
    "holds": "is better than",
    "violated": "is no better than",
    "undecided": "is not shown, on so few records, to be better than",
}
LEVEL = 0.05
"""Chance of any false verdict, over all versions sold."""
HARDLY_MORE = 0.05
"""Above the share of the commonest class: a version that is surely below it is no better than a guess."""
HARDLY_BETTER = 0.01
"""More of the records than the next cheaper version: one that is surely right on no more is no better."""


@dataclass(frozen=True)
class GuessingTest:
    """A version against guessing: the p-value of being right as often, and the most it may be right, in parts.

    Examples
    --------
    >>> guessing_test(right=150, records=300, guessing=0.1, level=0.05).verdict
    'holds'
    >>> guessing_test(right=32, records=300, guessing=0.1, level=0.05).verdict
    'violated'
    >>> guessing_test(right=3, records=10, guessing=0.1, level=0.05).verdict
    'undecided'
    """

    p_value: float
    most: float
    guessing: float
    level: float

    @property
    def verdict(self) -> Verdict:
        """Whether it is better than guessing."""
        if self.p_value < self.level:
            return "holds"
        return "violated" if self.most <= self.guessing + HARDLY_MORE else "undecided"


def guessing_test(right: int, records: int, guessing: float, level: float) -> GuessingTest:
    """Test a model that is right on some records: exact binomial test and Clopper–Pearson bound, both one-sided."""
    from scipy import stats

    p_value = float(stats.binom.sf(right - 1, records, guessing))
    most = 1.0 if right == records else float(stats.beta.ppf(1 - level, right + 1, records - right))
    return GuessingTest(p_value, most, guessing, level)


def worth(market: Market, found: Mapping[str, Mapping[str, Any]]) -> Check:
    """Judge every version that is sold for money.

    Parameters
    ----------
    market
        As declared.
    found
        The results of all six steps.
    """
    cents, sold = found["prices"]["published_cents"], found["accounts"]["sold"]
    places = [place for place, both in enumerate(zip(sold, cents, strict=True)) if all(both)]
    if not places:
        return Check(NAME, "not applicable", "nothing is sold for money")
    data, versions = found["training"]["trained"]["data"], found["training"]["versions"]
    records, guessing = data["test_records"], data["commonest_class"]
    results = {
        place: guessing_test(round(versions[place]["accuracy"] * records), records, guessing, LEVEL / len(places))
        for place in places
    }
    verdict = min((result.verdict for result in results.values()), key=("violated", "undecided", "holds").index)
    p_values = {place: result.p_value for place, result in results.items() if result.verdict == verdict}
    worst = max(p_values, key=p_values.__getitem__)
    about = (
        f"{_name(market, worst)}, sold at {money(cents[worst])}, is right on {versions[worst]['accuracy']:.1%} of "
        f"{records:,} records that nobody sold, guessing the commonest class on {guessing:.1%}"
    )
    if verdict == "holds":
        text = f"every version sold is better than guessing, in the least clear case p ≤ {p_values[worst]:.2g}: "
        return Check(NAME, verdict, text + about)
    more = f"; and so on for {len(p_values) - 1} more" if len(p_values) > 1 else ""
    return Check(NAME, verdict, f"{about} (p = {p_values[worst]:.2g}): {AGAINST[verdict]}{more}")


def paired_test(it_alone: int, other_alone: int, records: int, level: float) -> tuple[Verdict, float]:
    """Test whether a version is better than a cheaper one, and return the verdict with the p-value.

    Examples
    --------
    >>> [paired_test(*counts, 0.05)[0] for counts in ((60, 20, 500), (3, 1, 500), (3, 1, 5000), (0, 0, 50))]
    ['holds', 'undecided', 'violated', 'undecided']
    """
    from scipy import stats

    differing = it_alone + other_alone
    p_value = float(stats.binom.sf(it_alone - 1, differing, 0.5)) if differing else 1.0
    if p_value < level:
        return "holds", p_value
    # of how many records it alone is right on at most, less those on which the cheaper is at least: both hold together
    most = 1.0 if it_alone == records else float(stats.beta.ppf(1 - level / 2, it_alone + 1, records - it_alone))
    least = 0.0 if not other_alone else float(stats.beta.ppf(level / 2, other_alone, records - other_alone + 1))
    return "violated" if most - least <= HARDLY_BETTER else "undecided", p_value


def better_than_cheaper(market: Market, found: Mapping[str, Mapping[str, Any]]) -> Check:
    """Judge every version that is sold for more than the next lesser one costs.

    Parameters
    ----------
    market
        As declared.
    found
        The results of all six steps.
    """
    cents, sold = found["prices"]["published_cents"], found["accounts"]["sold"]
    order = np.argsort([float(value) for value in market.prices.epsilon], kind="stable").tolist()
    dearer = [(lesser, place) for lesser, place in pairwise(order) if sold[place] and cents[place] > cents[lesser]]
    if not dearer:
        return Check(BETTER, "not applicable", "no version is sold for more than a lesser one")
    training, judged = found["training"], []
    records = training["trained"]["data"]["test_records"]
    for lesser, place in dearer:
        beside = training["versions"][place]["beside_the_next_cheaper"]
        alone, cheaper_alone = beside["it_alone"], beside["the_cheaper_alone"]
        verdict, p_value = paired_test(alone, cheaper_alone, records, LEVEL / len(dearer))
        both = f"{_name(market, place)} at {money(cents[place])} {BESIDE[verdict]} {_name(market, lesser)} at "
        counts = f"alone right on {alone} of {records:,} records, the cheaper on {cheaper_alone}, p = {p_value:.2g}"
        judged.append((verdict, f"{both}{money(cents[lesser])} ({counts})"))
    worst = min((verdict for verdict, _ in judged), key=("violated", "undecided", "holds").index)
    told: Verdict = "not applicable" if worst == "undecided" else worst
    return Check(BETTER, told, "; ".join(text for verdict, text in judged if verdict == worst))


def _name(market: Market, place: int) -> str:
    names = market.prices.version
    epsilon = budget_text(Fraction(market.prices.epsilon[place]))
    return f"{names[place]} (ε = {epsilon})" if names else f"the version of ε = {epsilon}"
