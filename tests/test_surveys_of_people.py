"""Surveys list people, not prices: buyers alike are counted once, wishes go by name, types by their share."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

import mechproof as mp


def best_by_trying(epsilon: list[int], wanted: list[int], value: list[int]) -> Fraction:
    """The most of all menus of whole prices, none undercut by a bundle; each version's bundles are counted up."""
    best = Fraction(0)
    for price in product(range(1, max(value) + 1), repeat=len(epsilon)):
        cheapest = [0]
        for weight in range(1, max(epsilon) + 1):
            cheapest.append(min(p + cheapest[max(weight - e, 0)] for p, e in zip(price, epsilon, strict=True)))
        if all(cheapest[e] >= p for p, e in zip(price, epsilon, strict=True)):
            paid = sum(price[w] for w, v in zip(wanted, value, strict=True) if v >= price[w])
            best = max(best, Fraction(paid))
    return best


@pytest.mark.parametrize(
    ("epsilon", "wanted", "value"),
    [
        ([2, 3], [0] * 230 + [1] * 230, [1] * 230 + [2] * 230),
        ([2, 3, 7], [0] * 90 + [1] * 50 + [2] * 200, [1, 2, 2] * 30 + [3, 4] * 25 + [5, 9, 9, 8] * 50),
    ],
    ids=["two prices", "three versions"],
)
def test_many_alike_are_few(epsilon: list[int], wanted: list[int], value: list[int]) -> None:
    best = mp.best_arbitrage_free_menu(mp.VersionRevenue(epsilon=epsilon, wanted=wanted, value=value))
    assert best.revenue == best_by_trying(epsilon, wanted, value)


def test_the_menu_of_the_two_prices() -> None:
    survey = mp.VersionRevenue(epsilon=[2, 3], wanted=[0] * 230 + [1] * 230, value=[1] * 230 + [2] * 230)
    best = mp.best_arbitrage_free_menu(survey)
    assert (list(best.price), best.revenue) == ([1, 2], 690)
    assert mp.solve(survey, arithmetic="exact").exact["revenue"] == 575


def test_wishes_go_by_name() -> None:
    names = ["basic", "gold"]
    by_name = mp.VersionRevenue(epsilon=[2, 3], wanted=["gold", "basic", 1], value=[1, 2, 3], version=names)
    assert by_name.wanted_index.tolist() == [1, 0, 1]
    assert mp.VersionRevenue([2, 3], ["1", "0"], [1, 2], version=names).wanted_index.tolist() == [1, 0]
    assert mp.VersionRevenue([2, 3], np.array(names), [1, 2], version=names).wanted_index.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("wanted", "names", "told"),
    [
        (["gold", "silver"], ["basic", "gold"], r"wanted\[1\] = 'silver'.*basic, gold"),
        (["1", "2"], ["1", "2"], r"wanted\[0\] = '1'.*index of another"),
        (["gold", "0"], None, r"wanted\[0\]"),
    ],
)
def test_wishes_that_mean_nothing_are_refused(wanted: list[str], names: Any, told: str) -> None:
    with pytest.raises(mp.InputError, match=told):
        mp.VersionRevenue(epsilon=[2, 3], wanted=wanted, value=[1, 2], version=names)


@pytest.mark.parametrize("estimator", ["unweighted", "group-weighted"])
@pytest.mark.parametrize("numbers", [str, float], ids=["exact", "doubles"])
def test_types_may_be_shares(estimator: str, numbers: Any) -> None:
    """A hundred owners with a hundred times the pool are offered the same, at a hundredth of the variance."""
    shares = [numbers(share) for share in ("0.15", "0.6", "0.25")]
    few = mp.solve(mp.PrivacyContract([1, 2, 4], shares, reward_pool=3, estimator=estimator))
    many = mp.solve(mp.PrivacyContract([1, 2, 4], [15, 60, 25], reward_pool=300, estimator=estimator))
    assert few.certificate.valid
    assert few.values["epsilon"] == pytest.approx(many.values["epsilon"], rel=1e-9)
    assert few.values["variance"] * 100 == pytest.approx(many.values["variance"], rel=1e-9)
    assert mp.certify(few, arithmetic="exact").valid
