"""Cases that drawn numbers seldom meet: roots on kinks, everybody selling, no linear program to be asked."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from benchmarks.adversary.mechanisms.price_oracle import Fit
from mechproof.solvers.certificates.versions.price_search import least_losing_prices
from mechproof.solvers.certificates.weights import Turning, weights

BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])


@pytest.mark.parametrize("nested", [False, True])
def test_best_prices_on_kinks_of_huber_losses(nested: bool) -> None:
    """Whole targets a whole width apart: the best prices are on kinks more often than not."""
    rng = Random(5)
    for _ in range(60):
        weight = tuple(Fraction(w) for w in sorted(rng.sample(range(1, 7), 4)))
        target = tuple(Fraction(rng.randint(1, 6)) for _ in range(4))
        fit = Fit(weight, target, "huber", Fraction(1), not nested)
        found = least_losing_prices(list(weight), list(target), "huber", Fraction(1), nested)
        assert fit.lost(found) == fit.lost(list(fit.best()))


@BOTH
@pytest.mark.parametrize(
    ("cost", "cap", "alpha", "beta"),
    [
        (["0.3", 1, "0.5"], ["0.2", 3, "0.1"], 60, 12),
        (["0.3", 1, "0.5", "0.6"], ["0.2", 3, "0.1", 2], 90, 20),
    ],
)
def test_the_last_has_entered_and_the_mean_runs_over_those_who_sell(
    cost: list[Any], cap: list[Any], alpha: int, beta: int, arithmetic: str
) -> None:
    game = mp.StackelbergPricing(cost=cost, epsilon_cap=cap, alpha=alpha, beta=beta, mean_over="participants")
    answer = mp.solve(game, "closed-form")
    assert np.all(answer.values["epsilon"] > 0)
    assert mp.certify(answer, arithmetic).valid


def test_halves_where_no_linear_program_can_be_asked() -> None:
    one, two, none = np.ones((1, 1)), np.ones((2, 1)), np.zeros(1, dtype=int)
    box = np.zeros(1), -np.ones(1), np.ones(1)
    unbounded = Turning(np.array([np.inf]), one, np.zeros(1), two, one, none, *box)
    assert [part.tolist() for part in weights(unbounded)] == [[0.5, 0.5], [0.5]]
