"""Contests of many sellers repaired: against a general solver for every dearest seller, and thousands certified."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from repair_oracles import nearest
from scipy.optimize import minimize

import mechproof as mp
from mechproof.solvers.repair.results import Repair


def broken(count: int, seed: int, capped: bool = False, negative: bool = False) -> mp.Solution:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0.5, 2, count)
    cap = rng.uniform(0.2, 1.5, count) if capped else None
    game = mp.StackelbergPricing(cost, alpha=10, beta=10.0 * count, epsilon_cap=cap)
    epsilon = rng.uniform(0, 2, count) - (0.3 if negative else 0)
    return mp.candidate(game, reward_pool=float(rng.uniform(0.1, 0.9) * count), epsilon=epsilon)


def by_a_solver(stated: mp.Solution, norm: str) -> float:
    """The least over who may be the dearest; everything dearer sells nothing."""
    cost, epsilon = np.array(stated.model.cost), np.array(stated.values["epsilon"])
    pool, cap = stated.values["reward_pool"], stated.model.epsilon_cap
    best, count = np.inf, len(cost)
    for dearest in cost[epsilon > 0]:
        most = np.where(cost <= dearest, np.inf if cap is None else cap, 0.0)
        if norm == "2":
            bounds = [(0, None if np.isinf(m) else m) for m in most]
            weight = cost**2
            found = minimize(
                lambda x, w=weight: w @ (x - epsilon) ** 2,
                np.minimum(np.maximum(epsilon, 0), most) * min(1, pool / dearest / max(epsilon.clip(0).sum(), 1e-9)),
                jac=lambda x, w=weight: 2 * w * (x - epsilon),
                bounds=bounds,
                constraints={
                    "type": "ineq",
                    "fun": lambda x, d=dearest: pool / d - x.sum(),
                    "jac": lambda x: -np.ones(count),
                },
                method="SLSQP",
                options={"ftol": 1e-14, "maxiter": 500},
            )
            best = min(best, np.sqrt(found.fun))
            continue
        capped = np.isfinite(most)
        rows = np.vstack([np.ones(count), -np.eye(count), np.eye(count)[capped]])
        sides = np.concatenate([[pool / dearest], np.zeros(count), most[capped]])
        found = nearest(rows, sides, epsilon, cost, norm)
        best = min(best, np.inf if found is None else found)
    return best


@pytest.mark.parametrize(
    ("norm", "capped"),
    [
        ("1", True),
        *(pytest.param(*case, marks=pytest.mark.slow) for case in (("1", False), ("inf", True), ("2", True))),
    ],
)
def test_the_nearest_is_a_general_solvers(norm: str, capped: bool) -> None:
    stated = broken(17, 1, capped, negative=capped)
    found = mp.repair(stated, norm=norm)
    assert found.certificate.valid
    assert found.plan.found is not None  # by the own algorithm
    assert float(found.distance) == pytest.approx(by_a_solver(stated, norm), rel=1e-5 if norm == "2" else 1e-8)
    assert mp.verify(found.candidate, require=found.properties).ok


@pytest.mark.parametrize("norm", ["1", "inf", "2"])
def test_worse_answers_are_refused(norm: str) -> None:
    found = mp.repair(broken(40, 3), norm=norm)

    def judged(sold: Any) -> Any:
        moved = {"epsilon": sold}
        return Repair(found.asked, replace(found.plan, found=moved), moved, found.tolerance, 0.0).certificate

    best = found.decisions["epsilon"]
    assert judged(best).valid
    assert judged(best * 0).optimal is None
    assert judged(best * Fraction(99_999, 100_000)).optimal is None
    more = best.copy()
    more[np.argmax(best)] *= 2
    assert judged(more).feasible is False


def test_a_thousand_clients_take_no_time() -> None:
    started = time.process_time()
    for norm in ("1", "inf"):
        found = mp.repair(broken(1000, 5), norm=norm)
        assert found.certificate.valid
        assert found.certificate.gap < 1e-9
    assert time.process_time() - started < 2


@pytest.mark.slow
@pytest.mark.parametrize("norm", ["1", "inf", "2"])
def test_thousands_of_clients_take_seconds(norm: str) -> None:
    found = mp.repair(broken(5000, 5, capped=True), norm=norm)
    assert found.certificate.valid
    assert len(found.changed) > 100


def test_with_no_pool_nobody_sells_under_squares() -> None:
    for seed in range(8):  # in some of them the dearest price leaves a rounding of what is stated
        generator = np.random.default_rng(seed)
        cost, budgets = np.exp(generator.normal(0, 2, (2, 14)))
        stated = mp.candidate(mp.StackelbergPricing(cost=cost, alpha=1, beta=100), reward_pool=0, epsilon=budgets)
        found = mp.repair(stated, norm=2)
        assert not np.any(found.candidate.values["epsilon"])
        assert found.certificate.valid
        assert float(found.distance) == pytest.approx(np.sqrt(np.sum((cost * budgets) ** 2)))


def test_squares_of_tiny_costs_are_found() -> None:
    cost, budgets = np.linspace(1, 2, 14) * 1e-150, np.ones(14)
    stated = mp.candidate(mp.StackelbergPricing(cost=cost, alpha=1, beta=1), reward_pool=1e-150, epsilon=budgets)
    found = mp.repair(stated, norm=2)
    large = mp.candidate(mp.StackelbergPricing(cost=cost * 1e150, alpha=1, beta=1), reward_pool=1, epsilon=budgets)
    assert found.certificate.valid
    assert float(found.distance) == pytest.approx(float(mp.repair(large, norm=2).distance) * 1e-150)
