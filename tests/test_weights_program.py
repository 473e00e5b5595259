"""Weights as a convex program: closed forms against general solvers, and certificates that no wrong weights get."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.dpfl.accounting.weighting import cap, weights_of_a_sum, weights_of_own_noise

ASKED: dict[str, Any] = {"delta": 1e-5, "rounds": 30, "unit": "record", "adjacency": "add-or-remove"}
BUDGETS, RECORDS = [0.1, 0.1, 2, 8, 0], [5, 40, 10, 1, 9]


@pytest.mark.parametrize("trust", ["local", "secure-sum"])
@pytest.mark.parametrize("learning_rate", [None, 8.0, 0.1])
def test_the_weights_of_a_plan_are_certified_and_found_by_others(trust: str, learning_rate: float | None) -> None:
    plan = mp.calibrate(BUDGETS, trust=trust, records=RECORDS, learning_rate=learning_rate, **ASKED)
    assert plan.certificate.valid, plan.certificate.reason
    found = mp.solve(plan.program)
    assert found.backend.startswith("cvxpy")
    assert found.certificate.valid, found.certificate.reason
    assert found.values["weight"] == pytest.approx(plan.weight[:4], rel=1e-5)
    if trust == "secure-sum":
        assert found.values["noise"] * plan.sensitivity == pytest.approx(plan.noise, rel=1e-6)


@pytest.mark.parametrize("trust", ["local", "secure-sum"])
def test_other_weights_are_not_certified(trust: str) -> None:
    plan = mp.calibrate(BUDGETS, trust=trust, records=RECORDS, learning_rate=8, **ASKED)
    for moved in ([0.01, -0.01 * 5 / 40, 0, 0], [0, 0, 0, 0.01]):
        weight = plan.weight[:4] + np.array(moved) * plan.weight[:4].max()
        answer = {"weight": weight} if trust == "local" else {"weight": weight, "noise": plan.noise * 1.2}
        assert not mp.certify(mp.candidate(plan.program, **answer)).valid


def variance(weight: np.ndarray, sigma: np.ndarray, records: np.ndarray, variation: float, local: bool) -> float:
    noise = np.sum((weight * sigma) ** 2) if local else np.max(weight * sigma) ** 2
    return float(noise + variation * np.sum(records * weight**2))


@settings(max_examples=60)
@given(st.data(), st.booleans(), st.sampled_from([0.0, 1e-3, 0.05, 1.0, 40.0]))
def test_no_weights_drawn_at_random_are_better(data: st.DataObject, local: bool, variation: float) -> None:
    count = data.draw(st.integers(1, 6))
    sigma = np.array(data.draw(st.lists(st.floats(0.3, 300), min_size=count, max_size=count)))
    records = np.array(data.draw(st.lists(st.integers(1, 300), min_size=count, max_size=count)), dtype=float)
    best = (weights_of_own_noise if local else weights_of_a_sum)(sigma, records, variation)
    assert np.sum(records * best) == pytest.approx(1)
    least = variance(best, sigma, records, variation, local)
    generator = np.random.default_rng(data.draw(st.integers(0, 1000)))
    for size in (1e-3, 0.1, 2.0):
        for _ in range(20):
            other = best * np.exp(size * generator.normal(size=count))
            other /= np.sum(records * other)
            assert variance(other, sigma, records, variation, local) >= least * (1 - 1e-12)


def test_the_cap_is_the_root() -> None:
    mu, records, variation = np.array([0.1, 0.5, 0.7, 3.0]), np.array([3.0, 1.0, 9.0, 2.0]), 0.3
    c = cap(mu, records, variation)
    assert variation * np.sum(records * mu * np.maximum(c - mu, 0)) == pytest.approx(1)
    assert cap(mu, records, 1e-9) > 3  # nobody is above it: all count by their budgets


def test_above_the_cap_a_budget_counts_no_more() -> None:
    plan = mp.calibrate(BUDGETS, trust="secure-sum", records=RECORDS, learning_rate=0.01, **ASKED)
    assert plan.weight[2] == plan.weight[3] > plan.weight[1]
    assert plan.epsilon_server[3] < 8  # it spends less than it might
    assert plan.epsilon_server[0] == pytest.approx(0.1)


def test_the_variation_is_a_public_rule() -> None:
    """2C²/η in units of Δ²: no data enter it."""
    plan = mp.calibrate([1, 9], trust="local", learning_rate=8, **{**ASKED, "adjacency": "replace-one"}, clip=0.7)
    assert plan.variation == pytest.approx(2 / 8 / 4)
    assert plan.weight == pytest.approx(weights_of_own_noise(plan.sigma, np.ones(2), plan.variation))


def test_equal_budgets_count_equally() -> None:
    for trust in ("local", "secure-sum"):
        plan = mp.calibrate([2, 2, 2], trust=trust, learning_rate=8, **ASKED)
        assert plan.weight[0] == plan.weight[1] == plan.weight[2]
