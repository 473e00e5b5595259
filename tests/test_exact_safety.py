"""Prices nearest to a survey of all that no bundle undercuts, against menus enumerated and bundles counted up."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.solvers.certificates.versions.complementary import optimum

BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])
SURVEYS = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 8)), min_size=2, max_size=3, unique_by=lambda version: version[0]
)


def undercut(weight: list[int], price: list[Fraction]) -> bool:
    """Whether a bundle is cheaper than a version: the cheapest of every weight is counted up, one copy at a time."""
    cheapest = [Fraction(0)]
    for needed in range(1, max(weight) + 1):
        cheapest.append(min(v + cheapest[max(needed - x, 0)] for x, v in zip(weight, price, strict=True)))
    return any(cheapest[x] < v for x, v in zip(weight, price, strict=True))


def loss_of(loss: str, price: Any, target: Any) -> Fraction:
    """With a Huber width of 1."""
    apart = [abs(v - p) for v, p in zip(price, target, strict=True)]
    one = {"squared": lambda r: r * r, "absolute": lambda r: r, "huber": lambda r: r * r if r <= 1 else 2 * r - 1}
    return sum(map(one[loss], apart), Fraction(0))


@pytest.mark.parametrize("attack", ["composition", "averaging"])
@pytest.mark.parametrize("loss", ["squared", "absolute", "huber"])
@given(survey=SURVEYS)
@example(survey=[(2, 1), (3, 2), (4, 5)])  # two of the first replace the third, and none of the second
@settings(max_examples=5, deadline=None)
def test_no_safe_menu_is_nearer(loss: str, attack: str, survey: list[tuple[int, int]]) -> None:
    epsilon, target = ([version[k] for version in survey] for k in (0, 1))
    weight = [e * e for e in epsilon] if attack == "averaging" else epsilon
    model = mp.VersionPricing(epsilon, target, loss=loss, attack=attack, safety="exact")
    solution = mp.solve(model, arithmetic="exact")
    price = list(solution.exact["price"])
    assert solution.certificate.valid, solution.certificate.reason
    assert not undercut(weight, price)
    lost = loss_of(loss, price, target)
    assert solution.exact["loss"] == lost
    for menu in product([Fraction(k, 2) for k in range(0, 17, 1 if len(target) < 3 else 2)], repeat=len(target)):
        if not undercut(weight, list(menu)):
            assert loss_of(loss, menu, target) >= lost
            if loss == "squared":  # the nearest point of a convex set sees all of it at an obtuse angle
                assert sum((p - v) * (u - v) for p, v, u in zip(target, price, menu, strict=True)) <= 0


def test_a_survey_that_is_safe_is_kept() -> None:
    """No copies of (2; 1) do what (3; 2) does for less; the cone asks for 3/2 at most where the first costs 1."""
    survey = {"epsilon": [2, 3], "target": [1, 2]}
    exact = mp.VersionPricing(**survey, safety="exact")
    assert list(mp.solve(exact, arithmetic="exact").exact["price"]) == [1, 2]
    assert mp.certify(mp.candidate(exact, price=[1, 2]), arithmetic="exact").valid
    cone = mp.VersionPricing(**survey)
    assert list(mp.solve(cone, arithmetic="exact").exact["price"]) == [Fraction(16, 13), Fraction(24, 13)]
    assert mp.certify(mp.candidate(cone, price=[1, 2])).feasible is False
    found = mp.verify(mp.solve(exact))
    assert [str(found[name].verdict) for name in ("no-arbitrage", "monotone", "in-cone")] == [
        "holds",
        "holds",
        "violated",
    ]


@BOTH
@pytest.mark.parametrize("loss", ["squared", "absolute", "huber"])
def test_wrong_prices_are_refuted(loss: str, arithmetic: str) -> None:
    model = mp.VersionPricing([2, 3, 7], [1, 2, 9], loss=loss, safety="exact", version=["S", "M", "L"])
    right = mp.solve(model)
    assert mp.certify(right, arithmetic=arithmetic).valid
    cheap = mp.candidate(model, price=right.values["price"] * 0.99)
    found = mp.certify(cheap, arithmetic=arithmetic)
    assert found.optimal is False
    assert found.distance_at_least is not None
    assert found.distance_at_least <= 0.0102
    undersold = mp.certify(mp.candidate(model, price=[1, "2.5", 3]), arithmetic=arithmetic)
    assert (undersold.feasible, undersold.reason) == (
        False,
        "2 copies of version S cost less than version M, which they replace",
    )
    assert mp.certify(right.altered(loss=right.values["loss"] + 1e-3), arithmetic=arithmetic).feasible is False


@pytest.mark.parametrize("backend", ["price-fit", "cvxpy:CLARABEL", "cvxpy:HIGHS"])
def test_other_back_ends_find_the_same(backend: str) -> None:
    model = mp.VersionPricing([2, 5, 3], [1, 6, 4], loss="absolute", safety="exact")
    assert mp.solve(model, backend=backend).certificate.valid


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"barrier": 10}, "no barrier problem"),
        ({"epsilon": [1, 97, 98, 99, 100, 2, 3], "target": [1] * 7}, "more than 2,000 bundles"),
        ({"safety": "certain"}, "'cone', 'exact'"),
    ],
)
def test_what_cannot_be_safe_exactly_is_refused(given_: dict[str, Any], told: str) -> None:
    with pytest.raises(mp.InputError, match=told):
        mp.VersionPricing(**{"epsilon": [2, 3], "target": [1, 2], "safety": "exact", **given_})


@given(seed=st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_complementary_pivots_end_at_an_optimum(seed: int) -> None:
    """The conditions of optimality, in fractions; degenerate programs among them."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 5)), int(rng.integers(0, 5))
    root = rng.integers(-2, 3, (n, n)).astype(object) * Fraction(1)
    quadratic, rows = root.T @ root, rng.integers(-1, 3, (m, n)).astype(object) * Fraction(1)
    linear = rng.integers(0, 4, n).astype(object) * Fraction(1)
    least = (rows @ np.ones(n, dtype=int) if m else np.zeros(0, dtype=object)) * Fraction(1)  # feasible at (1, …, 1)
    found = optimum(quadratic, linear, rows, least)
    assert found is not None
    x, price = found
    slope, slack = quadratic @ x + linear - rows.T @ price, rows @ x - least
    assert min([*x, *price, *slope, *slack]) >= 0
    assert x @ slope == 0
    assert price @ slack == 0
