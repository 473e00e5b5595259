"""Truthfulness under reports: known instances exactly, and best lies against brute force."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp

sys.path.insert(0, str(Path(__file__).parent))
from oracles import contest, log_pricing


@dataclass(frozen=True)
class Instance:
    """A game, a report of the first client, and what it earns by the truth and by the lie."""

    game: dict[str, Any]
    report: str
    honest: Fraction
    lying: Fraction
    kept: dict[str, Any] | None = None


INSTANCES = [
    Instance({"cost": [1, 1], "alpha": 4, "beta": 2}, "1/2", Fraction(1, 4), Fraction(5, 18)),
    Instance({"cost": [1, 1, 1], "alpha": 4, "beta": 4}, "2/3", Fraction(1, 9), Fraction(1, 8), {"reward_pool": 1}),
    Instance({"cost": [1, 1, 1], "alpha": 4, "beta": 4}, "2/3", Fraction(23, 72), Fraction(27, 72)),
]


@pytest.mark.parametrize("case", INSTANCES, ids=("gain 1/36", "gain 1/72", "gain 1/18"))
def test_known_instances_exactly(case: Instance) -> None:
    lie = mp.misreport(mp.StackelbergPricing(**case.game), 0, case.report, case.kept)
    assert lie.exact
    assert (lie.honest, lie.lying, lie.gain) == (case.honest, case.lying, case.lying - case.honest)


@pytest.mark.parametrize("case", INSTANCES, ids=("two", "three, pool kept", "three"))
def test_the_search_finds_at_least_the_known_gain(case: Instance) -> None:
    game = mp.StackelbergPricing(**case.game)
    subject: Any = game
    if case.kept:
        subject = mp.candidate(game, reward_pool=1, epsilon=["2/9"] * 3)
    item = mp.verify(subject)["truthfulness"]
    assert item.verdict == "violated"
    assert item.arithmetic == "exact"
    assert item.informational
    assert item.witness is not None
    assert item.witness["gain"] >= case.lying - case.honest
    assert item.witness["gain"] == true_gain(
        [Fraction(1)] * len(case.game["cost"]), 0, item.witness["report"], case.game, case.kept
    )


def true_gain(
    cost: list[Fraction], person: int, report: Fraction, game: dict[str, Any], kept: dict[str, Any] | None
) -> Fraction:
    """The gain by the textbook's formulas."""

    def utility(reported: list[Fraction]) -> Fraction:
        per_pool, shares = contest(reported)
        pool = log_pricing(reported, Fraction(game["alpha"]), Fraction(game["beta"]))[0]
        if kept:
            pool = Fraction(kept["reward_pool"])
        return pool * shares[person] - cost[person] * shares[person] * pool * per_pool

    reported = list(cost)
    reported[person] = report
    return utility(reported) - utility(cost)


def test_the_best_lies_in_closed_form() -> None:
    """(3 − r) r/(2 (1 + r)²) is largest at r = 3/5, and (2 − r) r/(2 + r)² at r = 2/3."""
    two = mp.verify(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2))["truthfulness"].witness or {}
    assert (two["report"], two["gain"]) == (Fraction(3, 5), Fraction(1, 32))
    game = mp.StackelbergPricing(cost=[1, 1, 1], alpha=4, beta=4)
    three = mp.verify(mp.candidate(game, reward_pool=1, epsilon=["2/9"] * 3))["truthfulness"].witness or {}
    assert (three["report"], three["gain"]) == (Fraction(2, 3), Fraction(1, 72))


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.fractions(Fraction(1, 10), 5, max_denominator=12), min_size=2, max_size=5),
    st.fractions(Fraction(1, 10), 8, max_denominator=12),
    st.booleans(),
    st.integers(0, 1),
)
def test_gains_are_those_of_the_textbook(cost: list[Fraction], report: Fraction, keep: bool, who: int) -> None:
    data = {"alpha": 50, "beta": 3}
    kept = {"reward_pool": 2} if keep else None
    lie = mp.misreport(mp.StackelbergPricing(cost=cost, **data), who, report, kept)
    assert lie.exact
    assert lie.gain == true_gain(cost, who, report, data, kept)


def test_the_best_lie_is_nearly_as_good_as_brute_force() -> None:
    random = np.random.default_rng(4)
    for _ in range(5):
        cost = [Fraction(int(c * 100), 100) for c in np.exp(random.normal(size=4) / 2)]
        data = {"alpha": 50, "beta": 3}
        best = max(
            true_gain(cost, person, cost[person] * Fraction(k, 40), data, None)
            for person in range(4)
            for k in range(2, 160)
        )
        witness = mp.verify(mp.StackelbergPricing(cost=cost, **data))["truthfulness"].witness
        assert witness is not None
        assert witness["gain"] >= best * Fraction(97, 100)


def test_without_a_gain_nothing_is_claimed() -> None:
    found = mp.verify(mp.StackelbergPricing(cost=[1, 2, 3], alpha=".1", beta=1))  # no pool is worth it
    assert found["truthfulness"].verdict == "inconclusive"
    assert "is not shown" in found["truthfulness"].text


@pytest.mark.parametrize(("report", "said"), [("-1", "positive"), ("nan", "finite"), ("cheap", "finite")])
def test_impossible_reports(report: str, said: str) -> None:
    with pytest.raises(mp.InputError, match=said):
        mp.misreport(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), 0, report)


def test_an_unknown_person() -> None:
    with pytest.raises(mp.InputError, match="below 2"):
        mp.misreport(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), 2, "1/2")
