"""Nearest menus in squares: many types are certified; the sharpened points against SciPy and all sets of held rows."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy.optimize import isotonic_regression
from scipy.sparse import csr_matrix

import mechproof as mp
from mechproof.solvers.linear.active_set import sharpened


def by_all_sets(rows: Any, least: Any) -> Any:
    """The nearest point to zero: on every set of rows its foot, and the nearest of those that keep all rows."""
    best = None
    for size in range(min(rows.shape) + 1):
        for held in combinations(range(len(rows)), size):
            some = rows[list(held)]
            point = np.linalg.pinv(some) @ least[list(held)] if held else np.zeros(rows.shape[1])
            if np.all(rows @ point >= least - 1e-9) and (best is None or point @ point < best @ best):
                best = point
    return best


@pytest.mark.parametrize("seed", range(20))
def test_small_points_are_the_nearest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, inside = rng.integers(-3, 4, (7, 4)).astype(float), rng.normal(size=4)
    least = rows @ inside - rng.uniform(0, 1, 7) * (rng.random(7) < 0.7)
    rows[-1], least[-1] = rows[0] * 2, least[0] * 2  # a row twice: prices are not unique
    found = sharpened(csr_matrix(rows), least, rng.random(7) < 0.5)
    right = by_all_sets(rows, least)
    assert found.settled
    assert found.point == pytest.approx(right, abs=1e-9)
    assert np.all(found.price >= -1e-12)


def test_a_larger_point_is_an_isotonic_regression() -> None:
    stated = np.random.default_rng(3).normal(size=400).cumsum()
    rows = csr_matrix(np.diff(np.eye(400), axis=0))
    found = sharpened(rows, -np.diff(stated), np.diff(stated) < 0)
    assert found.settled
    assert stated + found.point == pytest.approx(isotonic_regression(stated).x, abs=1e-10)


def menu(kind: str, kinds: int, seed: int) -> mp.Solution:
    rng = np.random.default_rng(seed)
    cost, count = np.cumsum(rng.uniform(0.01, 1, kinds)), rng.integers(1, 20, kinds)
    epsilon, payment, pool = np.sort(rng.uniform(0, 5, kinds))[::-1].copy(), rng.uniform(0, 100, kinds), 1e9
    if kind == "equal costs":
        cost = np.sort(rng.integers(1, kinds // 3, kinds)).astype(float)
    if kind == "a third of the money":
        payment = cost * epsilon * rng.uniform(0.5, 1.5, kinds)
        pool = float(count @ payment) * 0.3
    if kind == "hardly any money":
        epsilon, pool = rng.uniform(0, 5, kinds), 50.0
    return mp.candidate(mp.PrivacyContract(cost, count, pool), epsilon=epsilon, payment=payment)


KINDS = ("at random", "equal costs", "a third of the money", "hardly any money")


@pytest.mark.parametrize("kind", KINDS)
def test_many_types_are_certified(kind: str) -> None:
    found = mp.repair(menu(kind, 150, 0), norm=2)
    assert found.certificate.valid
    assert found.certificate.gap < 1e-8


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [200, 300])
@pytest.mark.parametrize("kind", KINDS)
def test_more_types_are_certified(kind: str, kinds: int) -> None:
    assert mp.repair(menu(kind, kinds, 1), norm=2).certificate.valid
